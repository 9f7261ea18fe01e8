package api

import (
	"encoding/json"
	"testing"

	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

func TestKeys(t *testing.T) {
	tests := []struct {
		secret, header string
		status         int
	}{
		{"one-key", "one-key", 200},
		{"one-key\n", "one-key", 200},
		{"one-key", "another", 403},
		{"one-key", "", 403},
		{`["a", "b"]`, "b", 200},
		{`["a", "b"]`, "c", 403},
		{`["a", "b"]`, `["a", "b"]`, 403},
		{"", "", 500},
		{`["a", ""]`, "", 500},
		{`[1]`, "1", 500},
		{`[]`, "1", 500},
		{` [ ] `, "", 500},
		{`[null]`, "", 500},
	}
	for _, test := range tests {
		executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(success)}}
		environment := task.Variables(map[string]string{KeySecretVariable: "keys", "STEPLOOM_SECRET_KEYS": test.secret})
		response := ask(t, Config{Executor: executor, Environment: environment, Secrets: secret.Environment(environment)}, func(e *Event) {
			e.Headers = map[string]string{"X-API-Key": test.header}
		})
		if response.StatusCode != test.status || (executor.machine != "") != (test.status == 200) {
			t.Errorf("%q with %q: %+v", test.secret, test.header, response)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		variable, secret string
		good             bool
	}{
		{KeySecretVariable, "a", true},
		{KeySecretVariable, `["a"]`, true},
		{KeySecretVariable, "[]", false},
		{KeySecretVariable, "", false},
		{KeySecretVariable, `{"a`, true}, // a key may be any text
		{KeySecretVariable, `["a"`, false},
		{access.SecretVariable("users"), "me:secret", true},
		{access.SecretVariable("users"), "[]", false},
		{access.SecretVariable("users"), `[{"user": "me"}]`, false},
		{"OTHER", "", true},
	} {
		variables := map[string]string{test.variable: "keys", "STEPLOOM_SECRET_KEYS": test.secret}
		if test.variable == access.SecretVariable("users") {
			variables[access.Variable] = usersAre("")[access.Variable]
		}
		environment := task.Variables(variables)
		if err := Check(t.Context(), Config{Environment: environment, Secrets: secret.Environment(environment)}); (err == nil) != test.good {
			t.Errorf("%s %q: %v", test.variable, test.secret, err)
		}
	}
	for _, policy := range []string{`{`, `{"authentications": {"a": {"kind": "basic"}}}`, `{"authentications": {"a": {"kind": "?"}}, "guards": ["a"]}`, `{"guards": ["a"]}`, usersAre("")[access.Variable]} {
		if err := Check(t.Context(), Config{Environment: task.Variables(map[string]string{access.Variable: policy})}); err == nil {
			t.Errorf("the policy %s passes", policy)
		}
	}
	missing := task.Variables(map[string]string{KeySecretVariable: "keys"})
	if err := Check(t.Context(), Config{Environment: missing, Secrets: secret.Environment(missing)}); err == nil {
		t.Error("a missing secret passes")
	}
}
