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

// withoutReferences takes the fields out of a job that are references to secrets, ${NAME}: what job.Read sees is a job without credentials.
func withoutReferences(node *source.Node, value any) (any, job.Secrets) {
	given, isObject := value.(format.Object)
	secrets := job.Secrets{}
	if !isObject {
		return value, secrets
	}
	basic, token := reference(memberValue(node, basicField)), reference(memberValue(node, tokenField))
	secrets.Basic, secrets.Token = basic, token
	kept := slices.DeleteFunc(slices.Clone(given), func(m format.Member) bool {
		return basic != "" && isField(m.Name, basicField) || token != "" && isField(m.Name, tokenField)
	})
	return kept, secrets
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

// takeSecrets makes secrets of the workflow of a job's credentials.
func (p *parser) takeSecrets(declared *ir.DeclaredJob, node *source.Node) {
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
	written := "the password"
	if field == tokenField {
		written = "the token"
	}
	at.Report(codeSecret.Warning(at.Range, "%s of job %q stands in the file", written, owner).
		Why("It is kept out of every generated file and becomes the secret %s of the stack, but everybody who can read this file knows it.", name).
		Fix("write ${NAME} in place of it, and set the secret NAME where the workflow is deployed"))
	p.credentials = append(p.credentials, ir.Secret{Name: name, Literal: literal, Range: at.Range})
	return name
}
