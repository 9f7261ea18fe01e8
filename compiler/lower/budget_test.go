package lower_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/internal/urllib3"
	"github.com/steploom/steploom/internal/urllib3/execution"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// request calls the http function with a budget.
func request(label, method, url string, budget *ir.Budget) *ir.Call {
	arguments := object("method", method, "url", url, "failOnStatus", false)
	return &ir.Call{Header: head(label), Function: task.HTTP, Arguments: arguments, Bind: "answered", Retry: budget}
}

// TestBudgetsInDefinitions runs compiled machines on a virtual clock against servers that do what urllib3's table says: attempts, waits and outcome are
// those of requests with the same Retry, and no function waits for a second and more.
func TestBudgetsInDefinitions(t *testing.T) {
	ran, waited := 0, 0
	for _, row := range urllib3.Rows(t) {
		budget, ok := execution.Budget(row)
		if row.Text("kind") != "run" || !ok || row.IsDated() {
			continue
		}
		machine := compile(t, operation(request("ask", row.Text("method"), "http://h/start", budget), answer("$answered.statusCode")))
		got := execution.Run(t, machine, jsonata.NewObject(), row)
		if differs := execution.Differs(row, got); differs != "" {
			t.Errorf("%s %s: %s", row.Text("id"), row.Text("retry"), differs)
		}
		if got.Error == "" && text(got.Output) != row.End() {
			t.Errorf("%s: the answer is %s, want %s", row.Text("id"), text(got.Output), row.End())
		}
		if got.Tasks > 1 {
			waited++
		}
		if most := time.Duration(len(got.Received)) * time.Second; got.Paid >= most {
			t.Errorf("%s: the function waits for %s", row.Text("id"), got.Paid)
		}
		ran++
	}
	t.Logf("budgets in definitions: %d, %d of them with Wait states", ran, waited)
	if ran < 30 || waited < 10 {
		t.Errorf("only %d budgets ran, %d waited", ran, waited)
	}
}

// TestBudgetDefinition shows the three states.
func TestBudgetDefinition(t *testing.T) {
	budget := ir.DefaultBudget()
	budget.Total, budget.BackoffFactor = ir.Allowance{Limited: true, Max: 3}, 0.5
	call := request("ask", "GET", "http://h/", budget)
	call.OnError = []ir.Handler{{Errors: ir.Named("Http.Connect"), Body: []ir.Step{answer("'away'")}}}
	definition := definition(t, compile(t, operation(call, answer("$answered.statusCode"))))
	for _, want := range []string{
		`"budget":{"total":3,"backoff_factor":0.5}`, `"state":"{%$exists($ask_retry)?$ask_retry:null%}"`, `"Next":"ask:again"`, `"{%$exists($states.input.Payload.retry)%}"`,
		`"ask_retry":"{%$exists($states.input.Payload.retry.state)?$states.input.Payload.retry.state:null%}"`, `"answered":"{%$states.input.Payload%}"`, `"ask_retry":null`, `"Seconds":"{%$states.input.Payload.retry.waitSeconds%}"`, `"Type":"Wait"`,
	} {
		if !strings.Contains(strings.Join(strings.Fields(definition), ""), want) {
			t.Errorf("no %s in\n%s", want, definition)
		}
	}
}

// answering answers each request after it has asked twice to be called again. One of its calls fails.
type answering struct {
	mutex  sync.Mutex
	states []string // of each call
	failAt int      // the number of the call
}

// Invoke implements engine.Invoker.
func (a *answering) Invoke(_ context.Context, called engine.Task) (any, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	request, _ := called.Payload.(*jsonata.Object)
	retry, _ := member(request, "retry").(*jsonata.Object)
	state, _ := member(retry, "state").(*jsonata.Object)
	count, _ := member(state, "count").(float64)
	if state == nil {
		a.states = append(a.states, "null")
	} else {
		a.states = append(a.states, fmt.Sprint("count ", count))
	}
	switch {
	case len(a.states) == a.failAt:
		return nil, &engine.TaskError{Name: task.HttpConnect}
	case count == 2:
		return object("statusCode", 200.0, "body", member(request, "body")), nil
	}
	return object("retry", object("waitSeconds", 2.0, "state", object("count", count+1))), nil
}

// runWith runs a machine whose tasks are answered by an invoker.
func runWith(t *testing.T, machine *asl.Machine, invoker engine.Invoker) outcome {
	t.Helper()
	program, err := engine.Prepare(machine)
	if err != nil {
		t.Fatalf("%v\n%s", err, definition(t, machine))
	}
	host := engine.Host{Clock: engine.NewVirtual(urllib3.Now), Invoker: invoker, Random: func() float64 { return 0.5 }}
	result := engine.Run(context.Background(), program, jsonata.NewObject(), host, engine.Options{Name: "test"})
	found := outcome{output: text(result.Output), took: result.Stopped.Sub(result.Started)}
	if result.Status != engine.Succeeded {
		found.output = result.Error + ": " + result.Cause
	}
	return found
}

func member(object *jsonata.Object, name string) any {
	if object == nil {
		return nil
	}
	value, _ := object.Get(name)
	return value
}

// TestBudgetsEverywhere calls again in loops, branches and after errors; each call begins anew.
func TestBudgetsEverywhere(t *testing.T) {
	budget := ir.DefaultBudget()
	ask := func(label, body string) *ir.Call {
		call := request(label, "GET", "http://h/", budget)
		call.Arguments.(*jsonata.Object).Set("body", x(body))
		call.Bind, call.Result = "answered", x("$states.result.Payload.body")
		return call
	}
	whole := ask("whole", "1")
	whole.Arguments = x("{'body': 'whole', 'url': 'http://h/'}")
	inMap := ask("in a map", "$item * 10")
	inMap.Bind = "one"
	each := &ir.Loop{Header: head("each"), Items: x("[1, 2, 3]"), Variable: "item", Concurrency: 2, Body: []ir.Step{inMap},
		Collect: []ir.Collect{{Name: "mapped", Value: x("$one")}}}
	rounds := &ir.Loop{Header: head("rounds"), Items: x("[1, 2, 3]"), Variable: "item", Body: []ir.Step{ask("in rounds", "$item * 100"),
		&ir.Branch{Header: head("whether"), Cases: []ir.Case{{When: x("$item = 2"), Body: []ir.Step{&ir.Break{Header: head("break")}}}}}}}
	both := &ir.Parallel{Header: head("both"), Branches: []ir.ParallelBranch{
		{Body: []ir.Step{ask("left", "'l'"), set("left", x("$answered"))}}, {Body: []ir.Step{ask("right", "'r'"), set("right", x("$answered"))}}}}
	last := ask("last", "'end'")
	steps := []ir.Step{whole, set("first", x("$answered")), each, rounds, set("second", x("$answered")), both, last, answer("[$first, $mapped, $second, $left, $right, $answered]")}
	host := &answering{}
	got := runWith(t, compile(t, operation(steps...)), host)
	if got.output != `["whole",10,20,30,200,"l","r","end"]` {
		t.Errorf("%s", got.output)
	}
	// one after another: whole, a map of three with two at once, two rounds, both at once, last; each waits twice for two seconds
	if want := time.Duration(1+2+2+1+1) * 4 * time.Second; got.took != want {
		t.Errorf("it took %s, want %s", got.took, want)
	}
}

// TestBudgetsAfterErrors begins anew after an error that was caught in the middle of a budget.
func TestBudgetsAfterErrors(t *testing.T) {
	call := request("ask", "GET", "http://h/", ir.DefaultBudget())
	call.OnError = []ir.Handler{{Errors: ir.Named("Http.Connect"), Assign: []ir.Binding{{Name: "failed", Value: x("$states.errorOutput.Error")}}}}
	loop := &ir.Loop{Header: head("rounds"), Until: x("$answered.statusCode = 200"), Max: 3, Body: []ir.Step{call}}
	host := &answering{failAt: 2}
	got := runWith(t, compile(t, operation(loop, answer("[$failed, $answered.statusCode]"))), host)
	want := []string{"null", "count 1", "null", "count 1", "count 2"}
	if diff := cmp.Diff(want, host.states) + cmp.Diff(`["Http.Connect",200]`, got.output); diff != "" {
		t.Error(diff)
	}
}

// TestBudgetsOfServices leaves the retriers of the Lambda service in place, and gives no time limit of the state.
func TestBudgetsOfServices(t *testing.T) {
	call := request("ask", "GET", "http://h/", ir.DefaultBudget())
	call.TimeoutSeconds = 7
	machine, found := lower.Operation(&ir.Workflow{}, operation(call), catalogue())
	if len(found) > 0 {
		t.Fatal(found)
	}
	state, _ := machine.States.Get("ask")
	called := state.(*asl.Task)
	if len(called.Retry) != 1 || called.Retry[0].ErrorEquals[0] != task.LambdaServiceException {
		t.Errorf("%+v", called.Retry)
	}
	if strings.Contains(definition(t, machine), "TimeoutSeconds") {
		t.Error(definition(t, machine))
	}
}
