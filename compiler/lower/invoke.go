package lower

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Substitution is the name by which definitions refer to the state machine of an operation: "GET /news/{id}" gives
// "GetNewsIdStateMachineArn".
func Substitution(operation string) string {
	var name strings.Builder
	for _, word := range strings.Split(task.MachineName(operation), "-") {
		if word != "" {
			name.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return name.String() + "StateMachineArn"
}

// invoke emits a nested execution. An Express callee answers at once, a Standard one is waited for by Step Functions.
func (l *lowering) invoke(step *ir.Invoke, at place) (string, []named) {
	if l.modeOf(step.Operation) == ir.Standard {
		return l.invokeStandard(step, at)
	}
	return l.invokeExpress(step, at)
}

func (l *lowering) modeOf(operation string) ir.Mode {
	for _, candidate := range l.workflow.Operations {
		if candidate.Name == operation {
			return candidate.Mode
		}
	}
	return ir.Express
}

// callee gives the arguments that start another operation: its input is the caller's value with trigger and operation filled in.
func callee(step *ir.Invoke) (arn string, input ir.Value) {
	arn = "${" + Substitution(step.Operation) + "}"
	given, ok := step.Input.(*jsonata.Object)
	if !ok && step.Input != nil {
		return arn, step.Input
	}
	whole := jsonata.NewObject()
	whole.Set("trigger", "reference")
	whole.Set("operation", step.Operation)
	if given != nil {
		for key, value := range given.All() {
			whole.Set(key, value)
		}
	}
	return arn, whole
}

func (l *lowering) invokeStandard(step *ir.Invoke, at place) (string, []named) {
	name := l.names[step]
	arn, input := callee(step)
	arguments := jsonata.NewObject()
	arguments.Set("StateMachineArn", arn)
	arguments.Set("Input", l.json(input, at.scope))
	var bindings []ir.Binding
	if step.Bind != "" && l.flow.isRead(step, step.Bind) {
		bindings = append(bindings, ir.Binding{Name: step.Bind, Value: statesPath("result", "Output")})
	}
	state := &asl.Task{Comment: l.about(step), Resource: asl.StartExecution + string(asl.RunJobData), Arguments: arguments, Assign: l.assign(bindings, at.scope)}
	catchers, handlers := l.catchers(step.OnError, at)
	state.Catch = catchers
	state.Next, state.End, state.Output = l.leave(at)
	return name, append([]named{l.named(name, step, state)}, handlers...)
}

// invokeExpress emits the call and a Choice on its outcome: StartSyncExecution succeeds even when the execution it started fails (Step
// Functions API Reference, StartSyncExecution). Input and output are JSON texts.
func (l *lowering) invokeExpress(step *ir.Invoke, at place) (string, []named) {
	name, outcome := l.names[step], l.helper(step, "status")
	arn, input := callee(step)
	arguments := jsonata.NewObject()
	arguments.Set("StateMachineArn", arn)
	arguments.Set("Input", l.expression(call("string", l.node(input)), at.scope))
	start := &asl.Task{Comment: l.about(step), Resource: asl.StartSyncExecution, Arguments: arguments, Next: outcome}
	choice, handlers := l.outcome(step, at)
	failed := l.helper(step, "failed")
	choice.Default = failed
	stopped := &asl.Fail{
		Comment: l.comment(step.Common.Range, ""),
		Error:   asl.Computed[string](childError()),
		Cause:   asl.Computed[string](childCause()),
	}
	states := append([]named{l.named(name, step, start), l.named(outcome, step, choice)}, handlers...)
	return name, append(states, l.named(failed, step, stopped))
}

// outcome gives the Choice after a synchronous execution: success binds the output, an error goes to the first handler that names it.
func (l *lowering) outcome(step *ir.Invoke, at place) (*asl.Choice, []named) {
	succeeded := binary("=", statesPath("input", "Status"), &jsonata.String{Value: "SUCCEEDED"})
	success := asl.Rule{Condition: l.condition(succeeded, at.scope), Next: l.goTo(at.next, at)}
	if step.Bind != "" && l.flow.isRead(step, step.Bind) {
		success.Assign = jsonata.NewObject()
		success.Assign.Set(at.scope.target(step.Bind), asl.Expression(call("parse", statesPath("input", "Output"))))
	}
	choice := &asl.Choice{Comment: l.comment(step.Common.Range, ""), Choices: []asl.Rule{success}}
	var states []named
	for _, handler := range step.OnError {
		entry, inside := l.steps(handler.Body, at)
		choice.Choices = append(choice.Choices, asl.Rule{
			Condition: l.condition(errorIsOneOf(ir.ErrorEquals(handler.Errors)), at.scope),
			Assign:    l.assign(withChildError(handler.Assign), at.scope),
			Next:      l.goTo(entry, at),
		})
		states = append(states, inside...)
	}
	return choice, states
}

// childError is the error of a failed synchronous execution. One that ran out of time has none.
func childError() jsonata.Node {
	return &jsonata.Conditional{
		Condition: call("exists", statesPath("input", "Error")),
		Then:      statesPath("input", "Error"),
		ElseOrNil: &jsonata.String{Value: asl.ErrorTimeout},
	}
}

func childCause() jsonata.Node {
	return &jsonata.Conditional{
		Condition: call("exists", statesPath("input", "Cause")),
		Then:      statesPath("input", "Cause"),
		ElseOrNil: &jsonata.String{Value: ""},
	}
}

func errorIsOneOf(names []string) jsonata.Node {
	named := &jsonata.ArrayConstructor{}
	for _, name := range names {
		if name == asl.ErrorAll {
			return &jsonata.Boolean{Value: true}
		}
		named.Items = append(named.Items, &jsonata.String{Value: name})
	}
	return binary("in", childError(), named)
}

// withChildError makes bindings in terms of a caught error read that of a synchronous execution.
func withChildError(bindings []ir.Binding) []ir.Binding {
	rewritten := make([]ir.Binding, len(bindings))
	for i, binding := range bindings {
		rewritten[i] = ir.Binding{Name: binding.Name, Value: ir.MapValue(binding.Value, readChildError)}
		if binding.IfOrNil != nil {
			rewritten[i].IfOrNil = readChildError(binding.IfOrNil)
		}
	}
	return rewritten
}

func readChildError(node jsonata.Node) jsonata.Node {
	caught := &jsonata.ObjectConstructor{Pairs: []jsonata.Pair{
		{Key: &jsonata.String{Value: "Error"}, Value: childError()},
		{Key: &jsonata.String{Value: "Cause"}, Value: childCause()},
	}}
	return build.Rewrite(node, func(node jsonata.Node) jsonata.Node {
		path, ok := node.(*jsonata.Path)
		if !ok {
			return node
		}
		if root, names := pathNames(path); root == "states" && len(names) == 1 && names[0] == "errorOutput" {
			return caught
		}
		if name, ok := path.Right.(*jsonata.Name); ok && path.Left == caught && name.Value == "Error" {
			return childError()
		} else if ok && path.Left == caught && name.Value == "Cause" {
			return childCause()
		}
		return node
	})
}
