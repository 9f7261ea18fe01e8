package emit

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// invoke emits a nested execution. An Express callee answers at once, a Standard one is waited for by Step Functions.
func (e *emitter) invoke(step *ir.Invoke, at place) (string, []draft) {
	if e.callees[step.Operation].Mode == ir.Standard {
		return e.invokeStandard(step, at)
	}
	return e.invokeExpress(step, at)
}

// Callee is an operation that others may run.
type Callee struct {
	Mode ir.Mode
	// Machine is the name of its state machine.
	Machine string
}

// starts gives the arguments that start another operation: its input is the caller's value with trigger and operation filled in.
func (e *emitter) starts(step *ir.Invoke) (arn string, input ir.Value) {
	arn = "${" + task.MachineSubstitution(e.callees[step.Operation].Machine) + "}"
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

func (e *emitter) invokeStandard(step *ir.Invoke, at place) (string, []draft) {
	w, id := e.of(step, at), e.drafts.own(step)
	arn, input := e.starts(step)
	arguments := jsonata.NewObject()
	arguments.Set("StateMachineArn", arn)
	arguments.Set("Input", w.json(input))
	var bindings []ir.Binding
	if e.plan.Known.IsBound(step, step.Bind) {
		bindings = append(bindings, ir.Binding{Name: step.Bind, Value: known.States("result", "Output")})
	}
	resource := asl.StartExecution + string(asl.RunJobData)
	state := &asl.Task{Comment: about(step), Resource: resource, Arguments: arguments, Assign: w.assign(bindings)}
	catchers, handlers := e.catchers(step, step.OnError, at)
	state.Catch = catchers
	state.Next, state.End, state.Output = at.leave()
	return id, append([]draft{{id, state}}, handlers...)
}

// invokeExpress emits the call and a Choice on its outcome: StartSyncExecution succeeds even when the execution it started fails (Step
// Functions API Reference, StartSyncExecution). Input and output are JSON texts. Handlers take over also when nothing could be started.
func (e *emitter) invokeExpress(step *ir.Invoke, at place) (string, []draft) {
	w, id, outcome := e.of(step, at), e.drafts.own(step), e.drafts.beside(step, "status")
	arn, input := e.starts(step)
	arguments := jsonata.NewObject()
	arguments.Set("StateMachineArn", arn)
	arguments.Set("Input", w.expression(build.Call("string", w.facts.Node(input))))
	start := &asl.Task{Comment: about(step), Resource: asl.StartSyncExecution, Arguments: arguments, Next: outcome}
	catchers, handlers := e.catchers(step, step.OnError, at)
	start.Catch = catchers
	choice := e.outcome(step, catchers, at)
	failed := e.drafts.beside(step, "failed")
	choice.Default = failed
	stopped := &asl.Fail{Comment: beside(step), Error: asl.Computed[string](childError()), Cause: asl.Computed[string](childCause())}
	states := append([]draft{{id, start}, {outcome, choice}}, handlers...)
	return id, append(states, draft{failed, stopped})
}

// outcome gives the Choice after a synchronous execution: success binds the output, an error goes to the first handler that names it.
func (e *emitter) outcome(step *ir.Invoke, catchers []asl.Catcher, at place) *asl.Choice {
	w := e.of(step, at)
	succeeded := build.Binary(known.States("input", "Status"), "=", build.Text("SUCCEEDED"))
	success := asl.Rule{Condition: w.condition(succeeded), Next: at.to(at.next)}
	if e.plan.Known.IsBound(step, step.Bind) {
		success.Assign = jsonata.NewObject()
		success.Assign.Set(at.scope.target(step.Bind), asl.Expression(build.Call("parse", known.States("input", "Output"))))
	}
	choice := &asl.Choice{Comment: beside(step), Choices: []asl.Rule{success}}
	for i, handler := range step.OnError {
		choice.Choices = append(choice.Choices, asl.Rule{
			Condition: w.condition(errorIsOneOf(ir.ErrorEquals(handler.Errors))),
			Assign:    w.assign(withChildError(handler.Assign)),
			Next:      catchers[i].Next,
		})
	}
	return choice
}

// childError is the error of a failed synchronous execution. One that ran out of time has none.
func childError() jsonata.Node {
	return build.OrElse(known.States("input", "Error"), build.Text(asl.ErrorTimeout))
}

func childCause() jsonata.Node {
	return build.OrElse(known.States("input", "Cause"), build.Text(""))
}

func errorIsOneOf(names []string) jsonata.Node {
	named := make([]jsonata.Node, len(names))
	for i, name := range names {
		if name == asl.ErrorAll {
			return build.Bool(true)
		}
		named[i] = build.Text(name)
	}
	return build.Binary(childError(), "in", build.List(named...))
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
	caught := build.Object(build.Of("Error", childError()), build.Of("Cause", childCause()))
	return build.Rewrite(node, func(node jsonata.Node) jsonata.Node {
		path, ok := node.(*jsonata.Path)
		if !ok {
			return node
		}
		if known.Same(path, ir.Error()) {
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
