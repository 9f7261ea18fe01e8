package task

import (
	"encoding/json"
	"testing"
)

// TestInnermostCause: whatever is wrapped around it, a failure is told once, as plain text.
func TestInnermostCause(t *testing.T) {
	sentence := "An error occurred while executing the state 'it's (a) state' (entered at the event id #4). "
	plainError := &Error{Name: "Sql.Syntax", Message: `near "x": syntax error`}
	detailed := &Error{Name: "Http.Status", Message: "404 Not Found", Detail: map[string]any{"status": 404}}
	text := func(v any) string {
		encoded, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(encoded)
	}
	child := func(e *Error) string {
		return text(map[string]any{"ExecutionArn": "arn:x", "Input": "{}", "Status": "FAILED", "Error": e.Name, "Cause": e.Cause()})
	}
	cases := []struct{ name, cause, wantName, want, state string }{
		{"Own.Error", "said so", "Own.Error", "said so", ""},
		{"Sql.Syntax", plainError.Cause(), "Sql.Syntax", `near "x": syntax error`, ""},
		{"Http.Status", detailed.Cause(), "Http.Status", "404 Not Found", ""},
		{"States.TaskFailed", child(detailed), "Http.Status", "404 Not Found", ""},
		{"States.TaskFailed", child(&Error{Name: "States.TaskFailed", Message: child(plainError)}), "Sql.Syntax", `near "x": syntax error`, ""},
		{"Own", text(map[string]any{"Error": "Sql.Syntax", "Cause": plainError.Cause()}), "Sql.Syntax", `near "x": syntax error`, ""},
		{"States.QueryEvaluationError", sentence + "The JSONata expression '$error('a' & ' specified for the field 'b' ')' specified for the field 'Assign/a' threw an error during evaluation. D3137: no such day\nat all",
			"States.QueryEvaluationError", "no such day\nat all", "it's (a) state"},
		{"States.QueryEvaluationError", sentence + "The JSONata expression '$x + 1' specified for the field 'Output/b' threw an error during evaluation. T2001: The left side is no number",
			"States.QueryEvaluationError", "T2001: The left side is no number", "it's (a) state"},
		{"States.QueryEvaluationError", sentence + "The JSONata expression '$x' specified for the field 'Output' returned nothing (undefined).",
			"States.QueryEvaluationError", "the expression for Output returned nothing (undefined).", "it's (a) state"},
		{"States.Runtime", sentence + "The choice state has no match.", "States.Runtime", "The choice state has no match.", "it's (a) state"},
		{"E", `{"message": "no wire"}`, "E", `{"message": "no wire"}`, ""},
	}
	for _, test := range cases {
		got := FromCause(test.name, test.cause)
		if got.Name != test.wantName || got.Message != test.want || StateOf(test.cause) != test.state {
			t.Errorf("%s: %s\n%+v, state %q", test.name, test.cause, got, StateOf(test.cause))
		}
	}
	if got := FromCause("States.TaskFailed", child(detailed)); got.Detail.(map[string]any)["status"] == nil {
		t.Errorf("the detail is lost: %+v", got)
	}
}
