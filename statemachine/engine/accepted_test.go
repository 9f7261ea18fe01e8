package engine_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
)

// TestAccepted runs what the service creates although it looks wrong: asl.Check has at most warnings for it, and it does what can be done.
func TestAccepted(t *testing.T) {
	cases := []struct{ name, definition, output, failure string }{
		{"no blanks in an expression", machine(`"A":{"Type":"Pass","Output":"{%1+1%}","End":true}`), "2", ""},
		{"reader and batcher of an inline Map", machine(mapOf(`"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"b","Key":"k"}},"ItemBatcher":{"BatchInput":1},"Label":"l"`, `"I":{"Type":"Succeed"}`)), "[1,2]", ""},
		{"the largest MaxConcurrency", machine(mapOf(`"MaxConcurrency":9223372036854775807,"ToleratedFailureCount":9223372036854775807`, `"I":{"Type":"Succeed"}`)), "[1,2]", ""},
		{"a variable that nothing assigns, guarded", machine(`"A":{"Type":"Pass","Output":"{% $exists($nope) ? $nope : 'none' %}","End":true}`), `"none"`, ""},
		{"a variable that nothing assigns", machine(`"A":{"Type":"Pass","Output":{"v":"{% $nope %}"},"End":true}`), "", "The JSONata expression '$nope' specified for the field 'Output/v' returned nothing (undefined)."},
		{"$eval", machine(`"A":{"Type":"Pass","Output":"{% $eval('1+1') %}","End":true}`), "", "threw an error during evaluation. T1006: Attempted to invoke a non-function"},
		{"a branch and the Catch of its Parallel assign one variable", machine(`"P":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","Assign":{"v":1},"Next":"F"},"F":{"Type":"Fail","Error":"{% 'E' & $v %}"}}}],
			"Catch":[{"ErrorEquals":["States.ALL"],"Assign":{"v":"{% $states.errorOutput.Error %}"},"Next":"Z"}],"End":true},"Z":{"Type":"Succeed","Output":"{% $v %}"}`), `"E1"`, ""},
		{"a state in JSONPath mode inside a Map in JSONata mode", `{"QueryLanguage":"JSONPath","StartAt":"M","States":{"M":{"Type":"Map","QueryLanguage":"JSONata","Items":"{% [3,4] %}","Output":"{% $sum($states.result) %}",
			"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}}`, "7", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if errors := asl.Errors(asl.CheckJSON([]byte(c.definition), asl.Options{})); len(errors) > 0 {
				t.Errorf("refused: %v", errors)
			}
			program, err := engine.PrepareJSON([]byte(c.definition))
			if err != nil {
				t.Fatal(err)
			}
			r := engine.Run(t.Context(), program, decode(t, "[1,2]"), engine.Host{Clock: engine.NewVirtual(epoch)}, engine.Options{})
			if c.failure != "" {
				fails(t, r, "States.QueryEvaluationError", c.failure)
			} else {
				succeeds(t, r, c.output)
			}
		})
	}
}

// TestEndlessMap checks that a Map whose iterations never end goes on until its execution ends.
func TestEndlessMap(t *testing.T) {
	definition := mapOf(`"Items":[1]`, `"I":{"Type":"Wait","Seconds":60,"Next":"I"}`)
	if errors := asl.Errors(asl.CheckJSON([]byte(machine(definition)), asl.Options{})); len(errors) > 0 {
		t.Errorf("refused: %v", errors)
	}
	r := scenario{definition: definition, timeout: 600}.run(t)
	if r.Status != engine.TimedOut || r.Stopped.Sub(r.Started) != 10*time.Minute {
		t.Errorf("%s", fmt.Sprint(r.Status, r.Error, r.Cause))
	}
}
