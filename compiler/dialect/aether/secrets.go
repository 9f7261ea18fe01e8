package aether

import (
	"encoding/json"
	"regexp"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

const (
	basicField = "basic_auth"
	tokenField = "token"
)

// withoutReferences puts credentials without a meaning in the place of references to secrets, ${NAME}, for job.Read to see that there are some.
func withoutReferences(node *source.Node, value any) (any, job.Secrets) {
	given, isObject := value.(format.Object)
	if !isObject {
		return value, job.Secrets{}
	}
	secrets := job.Secrets{Basic: reference(memberValue(node, basicField)), Token: reference(memberValue(node, tokenField))}
	seen := slices.Clone(given)
	for i, member := range seen {
		switch {
		case secrets.Basic != "" && isField(member.Name, basicField):
			seen[i].Value = format.Object{{Name: "user", Value: job.Masked}, {Name: "password", Value: job.Masked}}
		case secrets.Token != "" && isField(member.Name, tokenField):
			seen[i].Value = job.Masked
		}
	}
	return seen, secrets
}

// dropReferenced takes the credentials without a meaning out again.
func dropReferenced(read *job.Job, secrets job.Secrets) {
	if secrets.Basic != "" {
		read.BasicAuth = nil
	}
	if secrets.Token != "" {
		read.Token = ""
	}
}

var referenceText = regexp.MustCompile(`^\$\{\s*([A-Za-z][A-Za-z0-9_-]*)\s*\}$`)

// reference is the name of the secret that a value stands for, "" for any other value.
func reference(node *source.Node) string {
	if node == nil || node.Kind != source.Scalar {
		return ""
	}
	if named := referenceText.FindStringSubmatch(node.Value()); named != nil {
		return named[1]
	}
	return ""
}

// partReferences refuses references inside of credentials: nothing puts a secret there, and the text itself would be sent.
func (p *parser) partReferences(node *source.Node) (refused bool) {
	basic := memberValue(node, basicField)
	for _, at := range []*source.Node{memberValue(basic, "user"), memberValue(basic, "password"), memberValue(basic, "pw")} {
		if at != nil && at.Kind == source.Scalar && containsReference.MatchString(at.Value()) {
			refused = true
			at.Report(codeSecret.Error(at.Range, "a secret is referred to in a part of basic_auth").Why("It would be sent as it stands: a secret holds the user and the password.").
				Fix(`write basic_auth: ${NAME}, and set the secret NAME to {"user": …, "password": …}`))
		}
	}
	if token := memberValue(node, tokenField); token != nil && token.Kind == source.Scalar && reference(token) == "" && containsReference.MatchString(token.Value()) {
		refused = true
		token.Report(codeSecret.Error(token.Range, "a secret is referred to in a part of the token").Why("It would be sent as it stands.").
			Fix("write token: ${NAME}, and set the secret NAME to the whole token"))
	}
	return refused
}

// masks refuses credentials that are what the job API shows in the place of them: they would be sent.
func (p *parser) masks(declared *ir.DeclaredJob, node *source.Node) (refused bool) {
	auth := declared.BasicAuth
	for field, masked := range map[string]bool{tokenField: declared.Token == job.Masked, basicField: auth != nil && (auth.User == job.Masked || auth.Password == job.Masked)} {
		if masked {
			refused = true
			at := memberValue(node, field)
			at.Report(codeSecret.Error(at.Range, "%s is what the job API shows in the place of credentials", field).Why("It would be sent as it stands.").
				Fix("write %s: ${NAME}, and set the secret NAME where the workflow is deployed", field))
		}
	}
	return refused
}

// containsReference finds references to secrets in texts.
var containsReference = regexp.MustCompile(`\$\{\s*[A-Za-z][A-Za-z0-9_-]*\s*\}`)

// takeSecrets makes secrets of the workflow of a job's credentials.
func (p *parser) takeSecrets(declared *ir.DeclaredJob, node *source.Node) {
	if p.partReferences(node) || p.masks(declared, node) {
		declared.BasicAuth, declared.Token = nil, ""
		return
	}
	if auth := declared.BasicAuth; auth != nil && auth.Password != "" {
		text, err := json.Marshal(auth)
		if err != nil {
			panic("two texts are JSON: " + err.Error())
		}
		at := memberValue(node, basicField)
		for _, name := range []string{"password", "pw"} {
			if password := memberValue(memberValue(node, basicField), name); password != nil {
				at = password
			}
		}
		declared.Secrets.Basic = p.secret(declared.ID, "basic", string(text), at)
	}
	declared.BasicAuth = nil
	if declared.Token != "" {
		declared.Secrets.Token = p.secret(declared.ID, tokenField, declared.Token, memberValue(node, tokenField))
		declared.Token = ""
	}
}

// secret makes a secret of a credential that stands in a file, and gives its name.
func (p *parser) secret(owner, field, literal string, at *source.Node) string {
	const room = 40
	name := task.OwnName(owner, room) + "-" + field
	written, way := "the password", `write basic_auth: ${NAME}, and set the secret NAME to {"user": …, "password": …} where the workflow is deployed`
	if field == tokenField {
		written, way = "the token", "write token: ${NAME}, and set the secret NAME where the workflow is deployed"
	}
	at.Report(codeSecret.Warning(at.Range, "%s of job %q stands in the file", written, owner).
		Why("It is kept out of every generated file and becomes the secret %s of the stack, but everybody who can read this file knows it.", name).
		Fix("%s", way))
	p.credentials = append(p.credentials, ir.Secret{Name: name, Literal: literal, Range: at.Range})
	return name
}
