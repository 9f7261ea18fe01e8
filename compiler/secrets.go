package compiler

import (
	"encoding/json"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
)

// literals gives the credentials that a source writes out, by the name of the secret that holds them: the JSON text of user and password.
func literals(workflow *ir.Workflow) map[string]string {
	secrets := map[string]string{}
	for _, connection := range workflow.Connections {
		addLiterals(secrets, SecretName(connection.Name), connection.User, connection.Password)
	}
	if guard := workflow.Authentication; guard != nil {
		addLiterals(secrets, SecretName(guard.Name), guard.User, guard.Password)
	}
	return secrets
}

// SecretName is the name of the secret that holds the credentials of a connection or authentication: "STEPLOOM_SECRET_DB" for "db".
func SecretName(name string) string { return task.VariableName(task.SecretVariable, name) }

// credentials is the value of a secret, as the functions read it.
type credentials struct {
	User     string `json:"user,omitempty"`
	Password string `json:"password,omitempty"`
}

func addLiterals(secrets map[string]string, name string, user, password ir.Credential) {
	if user.Literal == "" && password.Literal == "" {
		return
	}
	text, _ := json.Marshal(credentials{User: user.Literal, Password: password.Literal}) // two strings always encode
	secrets[name] = string(text)
}
