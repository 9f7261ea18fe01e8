package asl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/asl"
)

const renamable = `{
  "QueryLanguage": "JSONata",
  "StartAt": "pass",
  "States": {
    "pass": {"Type": "Pass", "Next": "wait"},
    "wait": {"Type": "Wait", "Seconds": 1, "Next": "task"},
    "task": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "fail"}], "Next": "choice"},
    "choice": {"Type": "Choice", "Choices": [{"Condition": true, "Next": "parallel"}], "Default": "map"},
    "parallel": {"Type": "Parallel", "Branches": [{"StartAt": "inner", "States": {"inner": {"Type": "Pass", "End": true}}}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "fail"}], "Next": "map"},
    "map": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "each", "States": {"each": {"Type": "Succeed"}}},
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "fail"}], "End": true},
    "fail": {"Type": "Fail"}
  }
}`

func TestRename(t *testing.T) {
	machine, err := asl.Unmarshal([]byte(renamable))
	if err != nil {
		t.Fatal(err)
	}
	text := func(machine *asl.Machine) string {
		encoded, err := asl.Marshal(machine)
		if err != nil {
			t.Fatal(err)
		}
		return string(encoded)
	}
	before := text(machine)
	want := before
	for _, name := range []string{"pass", "wait", "task", "choice", "parallel", "map", "inner", "each", "fail"} {
		want = strings.ReplaceAll(want, `"`+name+`"`, `"the `+name+`"`)
	}
	if diff := cmp.Diff(want, text(asl.Rename(machine, func(name string) string { return "the " + name }))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, text(machine)); diff != "" {
		t.Errorf("the machine itself has changed: %s", diff)
	}
	if asl.Rename(nil, strings.ToUpper) != nil {
		t.Error("no machine has a copy")
	}
}
