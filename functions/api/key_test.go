package api

import (
	"encoding/json"
	"testing"

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
