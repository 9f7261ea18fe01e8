package mason_test

import (
	"testing"

	"github.com/steploom/steploom/compiler/dialect/mason"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestTwoBodies: json_body is handed on where data may be empty, which only the request knows, and left out where data is certain to be sent.
func TestTwoBodies(t *testing.T) {
	for data, both := range map[string]bool{
		`{}`: true, `""`: true, `"{{ USER.form }}"`: true, `null`: true, `{a: 1}`: false, `{a: "{{ USER.form }}"}`: false, `text`: false,
	} {
		text := "name: w\nsteps: [{name: one, apispec: {url: 'https://h/x', method: post, json_body: {b: 2}, data: " + data + "}}]"
		workflow, found := mason.Dialect().Parse(source.Files{{Path: "a.yaml", Bytes: []byte(text)}})
		if len(found) > 1 || workflow == nil || both != (len(found) == 0) {
			t.Fatalf("%s: %v", data, found)
		}
		steps, seen := workflow.Operations[0].Steps, false
		for _, step := range steps {
			if call, isCall := step.(*ir.Call); isCall {
				arguments, _ := any(call.Arguments).(*jsonata.Object)
				_, there := arguments.Get("json")
				seen = true
				if there != both {
					t.Errorf("%s: json is there: %t, want %t", data, there, both)
				}
			}
		}
		if !seen {
			t.Errorf("%s: no request", data)
		}
	}
}
