package ir_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
)

func decided(operations ...*ir.Operation) *ir.Workflow {
	return ir.Decide(&ir.Workflow{Operations: operations})
}

func started(name string, trigger ir.Trigger, steps ...ir.Step) *ir.Operation {
	return &ir.Operation{Name: name, Triggers: []ir.Trigger{trigger}, Steps: steps}
}

func invoke(name string) *ir.Invoke { return &ir.Invoke{Header: head("run " + name), Operation: name} }

func TestDecide(t *testing.T) {
	ask := &ir.Call{Header: head("ask"), Function: "api", WaitForToken: true}
	pause := func(seconds string) *ir.Wait { return &ir.Wait{Header: head("pause"), Seconds: x(seconds)} }
	branch := func(bodies ...[]ir.Step) *ir.Branch {
		made := &ir.Branch{Header: head("which")}
		for _, body := range bodies {
			made.Cases = append(made.Cases, ir.Case{When: x("true"), Body: body})
		}
		return made
	}
	slow := started("op", &ir.Manual{})
	slow.TimeoutSeconds = 600
	slowRequest := started("op", &ir.HTTP{})
	slowRequest.TimeoutSeconds = 600
	cases := []struct {
		name      string
		operation *ir.Operation
		mode      ir.Mode
		reason    string
	}{
		{"a request", started("op", &ir.HTTP{}), ir.Express, "a request waits for its answer"},
		{"a stream", started("op", &ir.Stream{Topics: []string{"t"}}), ir.Express, "the next record of the stream waits for its answer"},
		{"a request that does not wait", started("op", &ir.HTTP{Async: true}), ir.Standard, "requests do not wait for its answer, and each one runs exactly once"},
		{"a schedule", started("op", &ir.Schedule{}), ir.Standard, "nothing waits for its answer, and each time of the schedule runs exactly once"},
		{"an event", started("op", &ir.Event{}), ir.Standard, "nothing waits for its answer, and each event runs exactly once"},
		{"by hand", started("op", &ir.Manual{}), ir.Standard, "nothing waits for its answer, and each start runs exactly once"},
		{"a person", started("op", &ir.Manual{}, branch(nil, []ir.Step{ask})), ir.Standard, `step "ask" waits for an answer from outside`},
		{"long waits behind HTTP", started("op", &ir.HTTP{}, pause("20"), pause("8")), ir.Standard, "it waits up to 28 s, a request waits for 28 s at most"},
		{"a point in time behind HTTP", started("op", &ir.HTTP{}, &ir.Wait{Until: x("$when")}), ir.Standard,
			"it waits until a point in time, a request waits for 28 s at most"},
		{"long waits that a request is to wait for", started("op", &ir.HTTP{Asked: true}, pause("60")), ir.Express, "a request waits for its answer"},
		{"a person behind HTTP", started("op", &ir.HTTP{}, ask), ir.Standard, `step "ask" waits for an answer from outside`},
		{"a callback", started("op", &ir.Manual{}, &ir.Call{External: true, Function: "arn:aws:states:::sqs:sendMessage.waitForTaskToken"}), ir.Standard,
			`step "call arn:aws:states:::sqs:sendMessage.waitForTaskToken" waits for an answer from outside`},
		{"a job", started("op", &ir.Manual{}, &ir.Call{Header: head("batch"), External: true, Function: "arn:aws:states:::batch:submitJob.sync"}), ir.Standard,
			`step "batch" waits until a job of another service is done`},
		{"a long timeout", slow, ir.Standard, "it may take 600 s, an Express execution ends after 300 s"},
		{"a long timeout behind HTTP", slowRequest, ir.Express, "a request waits for its answer"},
		{"long waits", started("op", &ir.Manual{}, pause("200"), branch([]ir.Step{pause("10")}, []ir.Step{pause("100")})), ir.Standard,
			"it waits up to 300 s, an Express execution ends after 300 s"},
		{"long rounds", started("op", &ir.Manual{}, &ir.Loop{Count: x("4"), Body: []ir.Step{pause("100")}}), ir.Standard,
			"it waits up to 400 s, an Express execution ends after 300 s"},
		{"a point in time", started("op", &ir.Manual{}, &ir.Wait{Until: x("$when")}), ir.Standard,
			"it waits until a point in time, an Express execution ends after 300 s"},
		{"short waits", started("op", &ir.Manual{}, pause("200"), pause("$n")), ir.Standard, "nothing waits for its answer, and each start runs exactly once"},
	}
	for _, test := range cases {
		before := test.operation.Mode
		got := decided(test.operation).Operations[0]
		if got.Mode != test.mode || got.Reason.Text != test.reason {
			t.Errorf("%s: %v because %s", test.name, got.Mode, got.Reason.Text)
		}
		if test.operation.Mode != before || test.operation.Reason.Text != "" {
			t.Errorf("%s: the operation itself has changed", test.name)
		}
	}
}

func TestDecideAmongOperations(t *testing.T) {
	ask := &ir.Call{Header: head("ask"), Function: "api", WaitForToken: true}
	workflow := decided(
		started("front", &ir.HTTP{Range: diag.Range{File: "w.yaml"}}, invoke("middle")),
		started("middle", &ir.Manual{}, invoke("inner")),
		started("inner", &ir.Manual{}),
		started("nightly", &ir.Schedule{}, invoke("inner"), invoke("waits")),
		started("outer", &ir.Manual{}, invoke("waits")),
		started("waits", &ir.Manual{}, ask),
		started("blocked", &ir.HTTP{Range: diag.Range{File: "w.yaml"}}, invoke("outer")),
		started("both", &ir.Schedule{}, invoke("both")),
	)
	want := map[string]string{
		"front": "express: a request waits for its answer", "middle": `express: it runs inside "front", which waits for its answer`,
		"inner": `express: it runs inside "middle", which waits for its answer`, "nightly": `standard: step "run waits" runs "waits", which is Standard`,
		"outer": `standard: step "run waits" runs "waits", which is Standard`, "waits": `standard: step "ask" waits for an answer from outside`,
		"blocked": `standard: step "run outer" runs "outer", which is Standard`,
		"both":    "standard: nothing waits for its answer, and each time of the schedule runs exactly once",
	}
	for _, operation := range workflow.Operations {
		got := map[ir.Mode]string{ir.Express: "express: ", ir.Standard: "standard: "}[operation.Mode] + operation.Reason.Text
		if got != want[operation.Name] {
			t.Errorf("%s: %s", operation.Name, got)
		}
	}
	for name, seconds := range map[string]int{"front": task.RequestSeconds, "middle": task.RequestSeconds, "inner": task.RequestSeconds, "nightly": 0, "waits": 0} {
		if operation := named(workflow, name); operation.AnswerSeconds != seconds || operation.Limit() != seconds {
			t.Errorf("%s ends after %d s, want %d", name, operation.Limit(), seconds)
		}
	}
	if request := named(workflow, "blocked").Triggers[0].(*ir.HTTP); !request.Async {
		t.Error("requests wait for a Standard state machine")
	}
	found := ir.Check(workflow)
	if len(found) != 1 || found[0].Code != "IR014" || !strings.Contains(found[0].Detail, `step "run outer" runs "outer"`) || len(found[0].Notes) != 1 {
		t.Errorf("requests do not wait for a Standard state machine: %v", found)
	}
}

// TestRequestsDoNotWait: what is said of operations that requests do not wait for, as far as their authors have asked for one or the other.
func TestRequestsDoNotWait(t *testing.T) {
	ask := &ir.Call{Header: head("ask"), Function: "api", WaitForToken: true}
	at := diag.Range{File: "w.yaml"}
	for _, test := range []struct {
		name    string
		request ir.HTTP
		more    []*ir.Operation
		codes   string
		async   bool
	}{
		{"nobody has asked", ir.HTTP{}, nil, "IR014", true},
		{"asked for", ir.HTTP{Async: true, Asked: true}, nil, "", true},
		{"an answer is asked for", ir.HTTP{Asked: true}, nil, "IR010", false},
		{"beside a route for executions", ir.HTTP{Async: true, Asked: true}, []*ir.Operation{started("e", &ir.HTTP{Method: "GET", Path: "/executions/{name}"})}, "IR015", true},
		{"beside other routes", ir.HTTP{Async: true, Asked: true}, []*ir.Operation{
			started("e", &ir.HTTP{Method: "POST", Path: "/executions/{id}"}), started("f", &ir.HTTP{Method: "GET", Path: "/executions/last"}),
		}, "", true},
	} {
		test.request.Range = at
		workflow := decided(append([]*ir.Operation{started("op", &test.request, ask)}, test.more...)...)
		var codes []string
		for _, one := range ir.Check(workflow) {
			codes = append(codes, one.Code)
		}
		if got := strings.Join(codes, " "); got != test.codes || workflow.Operations[0].Triggers[0].(*ir.HTTP).Async != test.async {
			t.Errorf("%s: %q, want %q", test.name, got, test.codes)
		}
	}
}

// TestPausesOfOtherOperations: an operation waits as long as those that it runs, also where they run each other.
func TestPausesOfOtherOperations(t *testing.T) {
	pause := func(seconds string) *ir.Wait { return &ir.Wait{Header: head("pause"), Seconds: x(seconds)} }
	workflow := decided(
		started("front", &ir.HTTP{}, invoke("left"), invoke("right")),
		started("left", &ir.Manual{}, pause("10"), invoke("last")),
		started("right", &ir.Manual{}, pause("9"), invoke("last")),
		started("last", &ir.Manual{}, pause("5"), invoke("left")),
		started("quick", &ir.HTTP{}, invoke("short")),
		started("short", &ir.Manual{}, pause("5")),
	)
	if front := named(workflow, "front"); front.Mode != ir.Standard || front.Reason.Text != "it waits up to 29 s, a request waits for 28 s at most" {
		t.Errorf("%v because %s", front.Mode, front.Reason.Text)
	}
	if quick := named(workflow, "quick"); quick.Mode != ir.Express {
		t.Errorf("%v because %s", quick.Mode, quick.Reason.Text)
	}
}

func named(workflow *ir.Workflow, name string) *ir.Operation {
	for _, operation := range workflow.Operations {
		if operation.Name == name {
			return operation
		}
	}
	return nil
}

// TestLimit: an execution ends with the shorter of its own time and that of whoever waits for it.
func TestLimit(t *testing.T) {
	for _, test := range []struct {
		own     int
		trigger ir.Trigger
		want    int
	}{{0, &ir.HTTP{}, 28}, {10, &ir.HTTP{}, 10}, {100, &ir.HTTP{}, 28}, {100, &ir.Schedule{}, 100}, {0, &ir.Schedule{}, 0}, {0, &ir.Stream{Topics: []string{"t"}}, 0}} {
		operation := started("op", test.trigger)
		operation.TimeoutSeconds = test.own
		if got := decided(operation).Operations[0].Limit(); got != test.want {
			t.Errorf("%d s of its own by %T: %d s, want %d", test.own, test.trigger, got, test.want)
		}
	}
}

// TestScheduledInside: what a schedule starts is Express where an operation runs it whose answer a request waits for, and Standard otherwise.
func TestScheduledInside(t *testing.T) {
	const nightly = "cron(0 3 * * ? *)"
	invoke := func(name string) *ir.Invoke { return &ir.Invoke{Header: head("run " + name), Operation: name} }
	workflow := decided(
		started("front", &ir.HTTP{Method: "GET", Path: "/front"}, invoke("inside"), invoke("event")),
		started("inside", &ir.Schedule{Expression: nightly}),
		started("event", &ir.Event{Name: "e"}),
		started("alone", &ir.Schedule{Expression: nightly}, invoke("other")),
		started("other", &ir.Schedule{Expression: nightly}),
	)
	for name, mode := range map[string]ir.Mode{"front": ir.Express, "inside": ir.Express, "event": ir.Express, "alone": ir.Standard, "other": ir.Standard} {
		if operation := named(workflow, name); operation.Mode != mode {
			t.Errorf("%s: %s", name, operation.Reason.Text)
		}
	}
	if found := ir.Check(workflow); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}
