package ir_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
)

// TestPatience: what takes longer than a request waits is told of operations that a request waits for, and of no other.
func TestPatience(t *testing.T) {
	wait := func(seconds string) ir.Step { return &ir.Wait{Header: head("w"), Seconds: x(seconds)} }
	call := func(seconds int) ir.Step {
		return &ir.Call{Header: head("c"), Function: task.HTTP, TimeoutSeconds: task.StateSeconds(seconds)}
	}
	http, async, schedule := &ir.HTTP{Method: "GET", Path: "/a", Asked: true}, &ir.HTTP{Method: "GET", Path: "/a", Async: true}, &ir.Schedule{Name: "s"}
	for _, test := range []struct {
		name    string
		trigger ir.Trigger
		limit   int
		steps   []ir.Step
		want    string
	}{
		{"a time limit of the whole", http, 28, nil, ""},
		{"a long time limit of the whole", http, 60, nil, `"op" may take 60 s`},
		{"a short wait", http, 0, []ir.Step{wait("27")}, ""},
		{"a long wait", http, 0, []ir.Step{wait("600")}, `"op" waits for 600 s on its own`},
		{"several waits", http, 0, []ir.Step{wait("15"), wait("15")}, `"op" waits for 30 s on its own`},
		{"a loop of waits", http, 0, []ir.Step{&ir.Loop{Header: head("l"), Count: x("10"), Variable: "i", Body: []ir.Step{wait("3")}}}, `"op" waits for 30 s`},
		{"a long wait on one way", http, 0, []ir.Step{&ir.Branch{Header: head("b"), Cases: []ir.Case{{When: x("true"), Body: []ir.Step{wait("60")}}}}}, `"op" waits for 60 s`},
		{"a time limit", http, 0, []ir.Step{call(28)}, ""},
		{"a long time limit", http, 0, []ir.Step{call(600)}, `"c" may take 600 s`},
		{"time limits that add up", http, 0, []ir.Step{call(20), call(20)}, `"op" may take 40 s in all`},
		{"a wait and a time limit", http, 0, []ir.Step{wait("10"), call(20)}, `"op" may take 30 s in all`},
		{"time limits on two ways", http, 0, []ir.Step{&ir.Branch{Header: head("b"), Cases: []ir.Case{{When: x("true"), Body: []ir.Step{call(20)}}, {When: x("true"), Body: []ir.Step{call(20)}}}}}, ""},
		{"time limits in a loop", http, 0, []ir.Step{&ir.Loop{Header: head("l"), Count: x("3"), Variable: "i", Body: []ir.Step{call(10)}}}, `"op" may take 30 s in all`},
		{"a wait in a loop over data", http, 0, []ir.Step{&ir.Loop{Header: head("l"), Items: x("$x"), Variable: "i", Body: []ir.Step{wait("5")}}}, `"op" waits for 5 s in each round`},
		{"a loop over data without a wait", http, 0, []ir.Step{&ir.Loop{Header: head("l"), Items: x("$x"), Variable: "i", Body: []ir.Step{call(10)}}}, ""},
		{"a short loop of waits", http, 0, []ir.Step{&ir.Loop{Header: head("l"), Count: x("5"), Variable: "i", Body: []ir.Step{wait("5")}}}, ""},
		{"as many rounds as the data say", http, 0, []ir.Step{&ir.Loop{Header: head("l"), Count: x("$x"), Variable: "i", Body: []ir.Step{wait("5")}}}, `"op" waits for 5 s in each round`},
		{"a short loop until something holds", http, 0, []ir.Step{&ir.Loop{Header: head("l"), Until: x("$x"), Max: 5, Variable: "i", Body: []ir.Step{wait("5")}}}, ""},
		{"a long loop until something holds", http, 0, []ir.Step{&ir.Loop{Header: head("l"), Until: x("$x"), Max: 6, Variable: "i", Body: []ir.Step{wait("5")}}}, `"op" waits for 5 s in each round`},
		{"a wait in a loop, asynchronous", async, 0, []ir.Step{&ir.Loop{Header: head("l"), Items: x("$x"), Variable: "i", Body: []ir.Step{wait("5")}}}, ""},
		{"asynchronous", async, 0, []ir.Step{wait("600"), call(600)}, ""},
		{"by a schedule", schedule, 0, []ir.Step{wait("600"), call(600)}, ""},
	} {
		operation := &ir.Operation{Name: "op", Triggers: []ir.Trigger{test.trigger}, TimeoutSeconds: test.limit, Steps: test.steps}
		found := ir.Check(ir.Decide(&ir.Workflow{Operations: []*ir.Operation{operation}}))
		switch {
		case test.want == "" && len(found) > 0:
			t.Errorf("%s: %v", test.name, found)
		case test.want != "" && (len(found) != 1 || found[0].Code != "IR013" || !strings.Contains(found[0].Summary, test.want)):
			t.Errorf("%s: %v", test.name, found)
		}
	}
}
