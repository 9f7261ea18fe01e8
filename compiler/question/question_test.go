package question_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/steploom/steploom/compiler/question"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestOutput finds what names mean in answers.
func TestOutput(t *testing.T) {
	for _, c := range []struct {
		names              []string
		name, answer, want string
	}{
		{[]string{"comment"}, "comment", `{"comment": "fine"}`, `"fine"`},
		{[]string{"result"}, "result", `{"decision": "approved"}`, `"approved"`},
		{[]string{"result"}, "result", `{}`, `null`},
		{[]string{"comment", "verdict"}, "verdict", `{"decision": "rejected"}`, `"rejected"`},
		{[]string{"comment", "verdict"}, "comment", `{"decision": "rejected"}`, `null`},
		{[]string{"outcome", "verdict"}, "verdict", `{"decision": "rejected"}`, `null`},
		{[]string{"comment", "is_approved"}, "is_approved", `{"decision": "approved"}`, `true`},
		{[]string{"comment", "is_approved"}, "is_approved", `{"decision": "rejected"}`, `false`},
		{[]string{"is_approved"}, "is_approved", `{"decision": "rejected", "is_approved": "yes"}`, `"yes"`},
	} {
		expression, err := jsonata.CompileNode(question.Output(c.names)(c.name, len(c.names) == 1), jsonata.AWS())
		if err != nil {
			t.Fatal(err)
		}
		states, err := jsonata.Decode([]byte(`{"result": {"Payload": ` + c.answer + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		got, err := expression.EvalJSON(context.Background(), []byte("null"), jsonata.Variables{"states": states})
		if err != nil || string(got) != c.want {
			t.Errorf("%s of %v in %s is %s %v, want %s", c.name, c.names, c.answer, got, err, c.want)
		}
	}
}

// TestRequest leaves out what is not said.
func TestRequest(t *testing.T) {
	got, _ := json.Marshal(question.Request("kind", "event", "title", nil, "fields", []any{}))
	if string(got) != `{"question":{"kind":"event","fields":[]}}` {
		t.Error(string(got))
	}
}
