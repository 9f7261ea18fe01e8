package failure_test

import (
	"testing"

	"github.com/steploom/steploom/compiler/failure"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func evaluate(t *testing.T, node jsonata.Node, cause any) any {
	t.Helper()
	expression, err := jsonata.CompileNode(node, jsonata.AWS())
	if err != nil {
		t.Fatal(err)
	}
	value, err := expression.Eval(t.Context(), nil, jsonata.Variables{"cause": cause})
	if err != nil {
		t.Fatalf("%s: %v", cause, err)
	}
	return value
}

func TestTextAndDetail(t *testing.T) {
	cause := build.Var("cause")
	text := failure.Text(build.Text("Name"), cause)
	for _, test := range []struct {
		cause, text, detail string
	}{
		{(&task.Error{Name: "a", Message: "plain"}).Cause(), "Name: plain", "null"},
		{(&task.Error{Name: "a", Message: "with\nlines \"and\" {quotes}", Detail: map[string]any{"n": 1}}).Cause(), "Name: with\nlines \"and\" {quotes}", `{"n":1}`},
		{(&task.Error{Name: "a", Message: `{"message": what a service says}`}).Cause(), `Name: {"message": what a service says}`, ""},
		{(&task.Error{Name: "a", Message: ""}).Cause(), "Name: ", "null"},
		{`{"Error":"States.Timeout"}`, "Name: ", "null"},
		{"a sentence of Step Functions", "Name", "null"},
		{"An error occurred while executing the state 'a' (entered at the event id #2). The JSONata expression '$error(\"no\")' specified for the field 'Output' threw an error during evaluation. D3137: no", "Name: no", "null"},
		{"The JSONata expression '1 + x' specified for the field 'Output' threw an error during evaluation. T2002: not a number", "Name: T2002: not a number", "null"},
		{"", "Name", "null"},
	} {
		if got := evaluate(t, text, test.cause); got != test.text {
			t.Errorf("%s: text is %v, want %v", test.cause, got, test.text)
		}
		if test.detail == "" {
			continue
		}
		detail := build.Call("string", failure.Detail(cause))
		if got := evaluate(t, detail, test.cause); got != test.detail {
			t.Errorf("%s: detail is %v, want %v", test.cause, got, test.detail)
		}
	}
}
