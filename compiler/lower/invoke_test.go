package lower_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
)

func workflowOf(caller, callee ir.Mode, steps ...ir.Step) *ir.Workflow {
	called := &ir.Operation{Name: "GET /news/{id}", Mode: callee, Steps: []ir.Step{answer("1")}}
	calling := operation(steps...)
	calling.Mode = caller
	return &ir.Workflow{Operations: []*ir.Operation{calling, called}}
}

func lowerFirst(t *testing.T, workflow *ir.Workflow) *asl.Machine {
	t.Helper()
	if found := ir.Check(workflow); len(found) > 0 {
		t.Fatal(found)
	}
	machine, found := lower.Operation(workflow, workflow.Operations[0], catalogue())
	if len(found) > 0 {
		t.Fatalf("%v\n%s", found, definition(t, machine))
	}
	return machine
}

func TestInvokeExpress(t *testing.T) {
	const service = "arn:aws:states:::aws-sdk:sfn:startSyncExecution"
	call := &ir.Invoke{Header: head("one"), Operation: "GET /news/{id}", Input: object("param", object("id", x("5 + 1"), "${x}", []any{x("[1]")})), Bind: "one",
		OnError: []ir.Handler{
			{Errors: ir.Named("Custom"), Assign: []ir.Binding{{Name: "e", Value: x("$states.errorOutput.Error & ':' & $states.errorOutput.Cause")}}},
			{Errors: ir.Named("Ends"), Body: []ir.Step{answer("'ended'")}},
		}}
	machine := lowerFirst(t, workflowOf(ir.Express, ir.Express, call, answer("[$one = null ? 'none' : $one.statusCode, $e]")))
	result := func(pairs ...any) *functions { return &functions{answers: map[string]any{service: object(pairs...)}} }
	host := result("Status", "SUCCEEDED", "Output", `{"statusCode":200}`)
	got := run(t, machine, `{}`, host)
	expect(t, got, `[200,null]`)
	want := service + ` {"StateMachineArn":"${GetNewsIdStateMachineArn}","Input":"{\"trigger\":\"reference\",\"operation\":\"GET /news/{id}\",` +
		`\"param\":{\"id\":6,\"${x}\":[[1]]}}"}`
	if got.calls[0] != want {
		t.Errorf("got  %s\nwant %s", got.calls[0], want)
	}
	expect(t, run(t, machine, `{}`, result("Status", "FAILED", "Error", "Custom", "Cause", "why")), `["none","Custom:why"]`)
	expect(t, run(t, machine, `{}`, result("Status", "FAILED", "Error", "Ends", "Cause", "why")), `"ended"`)
	expect(t, run(t, machine, `{}`, result("Status", "FAILED", "Error", "Else", "Cause", "why")), `Else: why`)
	expect(t, run(t, machine, `{}`, result("Status", "TIMED_OUT")), `States.Timeout: `)
}

func TestInvokeStandard(t *testing.T) {
	const service = "arn:aws:states:::states:startExecution.sync:2"
	call := &ir.Invoke{Header: head("one"), Operation: "GET /news/{id}", Bind: "one",
		OnError: []ir.Handler{{Errors: ir.Named("States.TaskFailed"), Body: []ir.Step{answer("'failed'")}}}}
	machine := lowerFirst(t, workflowOf(ir.Standard, ir.Standard, call, answer("$one.statusCode")))
	host := &functions{answers: map[string]any{service: object("Output", object("statusCode", 200.0))}}
	got := run(t, machine, `{}`, host)
	if !strings.HasPrefix(got.calls[0], service) || !strings.Contains(got.calls[0], `"Input":{"trigger":"reference"`) {
		t.Errorf("%v", got.calls)
	}
	expect(t, run(t, machine, `{}`, &functions{fail: map[int]*engine.TaskError{1: {Name: "States.TaskFailed"}}}), `"failed"`)
}

func TestExternalFunctions(t *testing.T) {
	lambda := &ir.Call{Header: head("l"), Function: "arn:aws:lambda:eu-west-1:1:function:x", External: true, Arguments: x("{'a': 1}"), Bind: "l"}
	service := &ir.Call{Header: head("s"), Function: "arn:aws:states:::dynamodb:getItem", External: true, Arguments: object("Key", x("'k'")), Bind: "s"}
	missing := &ir.Call{Header: head("m"), Function: "arn:aws:lambda:eu-west-1:1:function:x", External: true, Arguments: x("{'a': 1}"), Bind: "m",
		Result: x("$states.result.Payload.rows")}
	machine := compile(t, operation(lambda, service, missing, answer("[$l, $s, $m]")))
	host := &functions{answers: map[string]any{"arn:aws:states:::dynamodb:getItem": object("Item", "i")}}
	expect(t, run(t, machine, `{}`, host), `[{"a":1},{"Item":"i"},null]`)
}

func TestWaitForToken(t *testing.T) {
	call := &ir.Call{Header: head("ask"), Function: "echo", Arguments: object("token", ir.TaskToken()), Bind: "answered", WaitForToken: true}
	made := operation(call, answer("$answered"))
	if found := ir.Check(&ir.Workflow{Operations: []*ir.Operation{made}}); !found.HasErrors() || found[0].Code != "IR006" {
		t.Errorf("an Express operation cannot wait: %v", found)
	}
	made.Mode = ir.Standard
	text := definition(t, compile(t, made))
	for _, want := range []string{`"arn:aws:states:::lambda:invoke.waitForTaskToken"`, `"{% $states.result %}"`, `"{% $states.context.Task.Token %}"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}
