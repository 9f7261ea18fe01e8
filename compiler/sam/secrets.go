package sam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// secretUse is a secret that a function reads, and why.
type secretUse struct {
	// variable is the one by which the function finds it, value is its ARN.
	variable string
	value    cfn.Value
	// when is the template condition under which there is one, "" for always.
	when   string
	reason string
	places []string
}

// ownSecret is the use of a secret of the stack by the variable that it has everywhere.
func ownSecret(s *secretPlan, reason string, places []string) secretUse {
	return secretUse{variable: s.variable, value: cfn.Ref(s.id), reason: reason, places: places}
}

// planSecrets makes a secret for each datasource with credentials, for each reference and for the API's own user.
func (p *plan) planSecrets() {
	for _, f := range p.functions {
		for _, need := range f.datasources {
			if connection := p.connection(need.name); connection != nil && hasCredentials(connection) {
				p.addSecret(&secretPlan{
					id: datasourceStem + p.ownID(need.name) + "Secret", path: secretPath(datasourceSecrets, need.name),
					doc:      secretDoc(connection),
					variable: datasourceSecretVariable(need.name),
				})
			}
		}
		for _, need := range f.secrets {
			p.addSecret(&secretPlan{
				id: p.secretID(need.name), path: consumersOf(p).pathOf(need.name), doc: "Value of the secret that the workflow calls " + need.name, variable: secret.Variable(need.name),
			})
		}
	}
	front := p.behindAPI()
	if front != nil {
		for _, one := range p.app.Workflow.Guarding() {
			if one.HasSecret() {
				p.addSecret(authenticationSecret(one))
			}
		}
	}
	if p.app.Workflow.AsksCaller && front != nil || consumersOf(p).hasJobs() {
		p.addSecret(&secretPlan{
			id: callerKeyID, path: callerKeyPath, doc: "The key by which tokens of callers are sealed; nobody has to know it", variable: secret.CallerKeyVariable, generated: true,
		})
	}
	if p.options.Authorizer == APIKey && p.options.API == APIFunction && front != nil {
		p.addSecret(&secretPlan{
			id: apiKeysID, path: apiKeysPath, doc: "Keys of which every request must carry one in X-Api-Key, as JSON: [\"…\", …]", variable: front.row.Variable(task.KeysSecret),
		})
	}
	consumersOf(p).planJobSecrets()
}

// secretDoc says what the secret of a datasource holds.
func secretDoc(connection *ir.Connection) string {
	members := []string{`"user": …`}
	for _, one := range []struct {
		name  string
		value ir.Credential
		shown bool
	}{
		{"password", connection.Password, connection.PrivateKey == ir.Credential{}},
		{"privateKey", connection.PrivateKey, false},
		{"passphrase", connection.Passphrase, false},
	} {
		if one.shown || one.value != (ir.Credential{}) {
			members = append(members, `"`+one.name+`": …`)
		}
	}
	what := "User and password"
	if connection.PrivateKey != (ir.Credential{}) {
		what = "User and key"
	}
	return fmt.Sprintf("%s of datasource %s, as JSON: {%s}", what, connection.Name, strings.Join(members, ", "))
}

// Secret is a secret of an application's stack.
type Secret struct {
	// ID is the logical id of its resource: "DatasourceNewsdbSecret".
	ID string
	// Path is its name after the stack's and a slash: "datasource/newsdb".
	Path string
	// Variable is the variable by which functions find it.
	Variable string
}

// Secrets lists the secrets of an application's stack.
func Secrets(app Application, options Options) []Secret {
	var found []Secret
	for _, s := range newPlan(app, options).secrets {
		found = append(found, Secret{s.id, s.path, s.variable})
	}
	return found
}

func (p *plan) addSecret(s *secretPlan) {
	if !slices.ContainsFunc(p.secrets, func(have *secretPlan) bool { return have.id == s.id }) {
		p.secrets = append(p.secrets, s)
	}
}

// The names of the secrets about callers.
const (
	apiKeysID   = "ApiKeysSecret"
	callerKeyID = "CallerKeySecret"

	apiKeysPath   = "api-keys"
	callerKeyPath = "caller-key"
)

// authenticationSecret is what callers are held against who show a user and a password, or a key.
func authenticationSecret(one *ir.Authentication) *secretPlan {
	doc := "Users of the authentication " + one.Name + ", as JSON: [{\"user\": …, \"password\": …}, …]"
	if one.Kind == access.Key {
		doc = "Keys of the authentication " + one.Name + ", as JSON: [\"…\", …]"
	}
	return &secretPlan{
		id: authenticationStem + authenticationID(one.Name) + "Secret", path: secretPath(authenticationSecrets, one.Name), doc: doc, variable: access.SecretVariable(one.Name),
	}
}

func hasCredentials(connection *ir.Connection) bool {
	return connection.User != ir.Credential{} || connection.Password != ir.Credential{} || connection.PrivateKey != ir.Credential{}
}

func datasourceVariable(name string) string {
	return task.VariableName(task.DatasourceVariable, name)
}

func datasourceSecretVariable(name string) string { return datasourceVariable(name) + "_SECRET" }

// secretsOf lists what one function reads.
func (p *plan) secretsOf(f *functionPlan) []secretUse {
	var found []secretUse
	for _, need := range f.datasources {
		if s := p.secretBy(datasourceSecretVariable(need.name)); s != nil {
			found = append(found, ownSecret(s, fmt.Sprintf("It logs in to datasource %s.", need.name), need.places))
		}
	}
	for _, need := range f.secrets {
		if s := p.secretBy(secret.Variable(need.name)); s != nil {
			found = append(found, ownSecret(s, fmt.Sprintf("It shows the credential %s.", need.name), need.places))
		}
	}
	if s := p.secretBy(f.row.Variable(task.CallerKey)); s != nil && (f.row.BehindAPI || f.ofCaller || consumersOf(p).delivers(f) || len(f.row.JobRoutes) > 0) {
		found = append(found, ownSecret(s, "Tokens of callers are sealed and opened by it.", nil))
	}
	if f.row.BehindAPI {
		for _, one := range p.app.Workflow.Guarding() {
			if s := p.secretBy(access.SecretVariable(one.Name)); s != nil {
				found = append(found, ownSecret(s, fmt.Sprintf("It checks what requests show for %s.", one.Name), []string{placeOfRange(one.Range)}))
			}
		}
		if s := p.secretBy(f.row.Variable(task.KeysSecret)); s != nil {
			found = append(found, ownSecret(s, "It checks the key of each request.", nil))
		}
	}
	return append(found, consumersOf(p).jobSecretsOf(f)...)
}

func (p *plan) secretBy(variable string) *secretPlan {
	at := slices.IndexFunc(p.secrets, func(s *secretPlan) bool { return s.variable == variable })
	if at < 0 {
		return nil
	}
	return p.secrets[at]
}
