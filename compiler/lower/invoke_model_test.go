package lower_test

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file lets random programs invoke other operations. "child" puts out its input, or fails when that has an odd hash; "safe child" never fails.

// withChildren is the workflow of an operation and of those that it may invoke, all of one mode.
func withChildren(made *ir.Operation, mode ir.Mode) *ir.Workflow {
	workflow := &ir.Workflow{Operations: []*ir.Operation{made}}
	made.Mode = mode
	for _, name := range []string{"child", "safe child"} {
		workflow.Operations = append(workflow.Operations, &ir.Operation{Name: name, Mode: mode, Steps: []ir.Step{answer("1")}, Range: made.Range})
	}
	return workflow
}

func randomInvoke(t *rapid.T, depth int, in room) *ir.Invoke {
	made := &ir.Invoke{Header: head("invoke"), Operation: "safe child"}
	if rapid.Bool().Draw(t, "given") {
		made.Input = object("body", value(t, ""), "param", object("p", expression(t, "")))
	}
	if rapid.Bool().Draw(t, "bound") {
		made.Bind = rapid.SampledFrom(names).Draw(t, "bind")
	}
	if rapid.Bool().Draw(t, "handled") {
		made.Operation = "child"
		handler := ir.Handler{Errors: []ir.ErrorMatch{ir.AllErrors}, Assign: bindings(t, 0, "$states.errorOutput.Error")}
		if depth > 0 {
			handler.Body = program(t, depth-1, in)
		}
		made.OnError = []ir.Handler{handler}
	}
	return made
}

// failureOf is the error that the caller of a failed execution sees: its own where the caller waits for the answer of StartSyncExecution (Step
// Functions API Reference), that of the task where Step Functions waits (Developer Guide, "Run a job", .sync).
func failureOf(mode ir.Mode) string {
	if mode == ir.Standard {
		return asl.ErrorTaskFailed
	}
	return "Odd"
}

// execution stands for the execution of a child that a state starts; ok is false for any other task.
func (f *oddFails) execution(task engine.Task) (answer any, err error, ok bool) {
	arguments, _ := task.Arguments.(*jsonata.Object)
	isSync := task.Resource == asl.StartSyncExecution
	if !isSync && task.Resource != asl.StartExecution+string(asl.RunJobData) {
		return nil, nil, false
	}
	arn, _ := arguments.Get("StateMachineArn")
	given, _ := arguments.Get("Input")
	input := text(given)
	if isSync {
		input = given.(string)
	}
	f.mutex.Lock()
	f.calls = append(f.calls, text(arn)+" "+input)
	f.mutex.Unlock()
	odd := text(arn) == `"${ChildStateMachineArn}"` && fails(input)
	switch {
	case odd && isSync:
		return object("Status", "FAILED", "Error", "Odd", "Cause", ""), nil, true
	case odd:
		return nil, &engine.TaskError{Name: failureOf(ir.Standard)}, true
	case isSync:
		return object("Status", "SUCCEEDED", "Output", input), nil, true
	default:
		return object("Status", "SUCCEEDED", "Output", given), nil, true
	}
}

func (in interpreter) invoke(step *ir.Invoke) ending {
	input, arn := object("trigger", "reference", "operation", step.Operation), `"${SafeChildStateMachineArn}"`
	if given, isGiven := step.Input.(*jsonata.Object); isGiven {
		for name, member := range given.All() {
			input.Set(name, in.value(member, nil, "none"))
		}
	}
	if step.Operation == "child" {
		arn = `"${ChildStateMachineArn}"`
	}
	*in.calls = append(*in.calls, arn+" "+text(input))
	if step.Operation == "child" && fails(text(input)) {
		in.set(step.OnError[0].Assign, object("Error", failureOf(in.mode)), "errorOutput")
		return in.steps(step.OnError[0].Body)
	}
	if slices.Contains(names, step.Bind) {
		in.variables[step.Bind] = input
	}
	return ending{}
}
