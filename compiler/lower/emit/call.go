package emit

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// call emits a Task state.
func (e *emitter) call(step *ir.Call, at place) (string, []draft) {
	w, called := e.of(step, at), e.plan.Became(step).(*ir.Call)
	if budget, ok := called.Retry.(*ir.Budget); ok {
		return e.budgeted(step, called, budget, at)
	}
	w.facts = w.facts.Answered(called)
	state := &asl.Task{Comment: about(step), Retry: retriers(called)}
	state.Resource, state.Arguments = w.invocation(called, e.plan.Known.Source.Name)
	if called.TimeoutSeconds > 0 {
		state.TimeoutSeconds = asl.Constant(float64(called.TimeoutSeconds))
	}
	catchers, handlers := e.catchers(step, called.OnError, at)
	state.Catch = catchers
	results := known.Results(called)
	if output := w.endWith(results, at); output != nil {
		state.Output, state.End = output, true
	} else {
		state.Assign = w.assign(e.bound(step, called))
		state.Next, state.End, state.Output = at.leave()
	}
	id := e.drafts.own(step)
	return id, append([]draft{{id, state}}, handlers...)
}

// bound gives what a call binds. What nobody reads is not kept.
func (e *emitter) bound(step, called *ir.Call) []ir.Binding {
	results := known.Results(called)
	if called.Bind != "" && !e.plan.Known.IsBound(step, called.Bind) {
		return results[1:]
	}
	return results
}

// invocation gives the resource of a task and its arguments. Functions of the catalogue and other Lambda functions go through the Lambda
// integration, whose answer stands in Payload; any other ARN is a service integration and answers directly.
func (w writer) invocation(called *ir.Call, operation string) (resource string, arguments any) {
	if known.IsService(called) {
		return called.Function, w.json(called.Arguments)
	}
	resource = asl.LambdaInvoke
	if called.WaitForToken {
		resource += string(asl.WaitForTaskToken)
	}
	function := called.Function
	if !called.External {
		function = "${" + task.Substitution(called.Function) + "}"
	}
	request := jsonata.NewObject()
	request.Set("FunctionName", function)
	request.Set("Payload", w.json(called.Arguments))
	if !called.External {
		request.Set("ClientContext", asl.Expression(caller(operation)))
	}
	return resource, request
}

// callerLimit is how many characters of a text that comes with the execution's input go along with each call.
const callerLimit = 100

// caller is a Lambda client context with the task.Caller of a call, for the logs of functions (see task.CallerMember). Lambda takes 3,583 bytes of it.
func caller(operation string) jsonata.Node {
	runes := []rune(operation)
	requestID := build.Call("string", known.States("context", "Execution", "Input", "requestId"))
	facts := build.Object(
		build.Of("execution", known.States("context", "Execution", "Id")), build.Of("state", known.States("context", "State", "Name")),
		build.Of("operation", textNode(string(runes[:min(len(runes), callerLimit)]))),
		build.Of("requestId", build.Call("substring", requestID, build.Number(0), build.Number(callerLimit))),
	)
	escaped := build.Call("encodeUrlComponent", build.Call("string", facts))
	custom := build.Object(build.Of("custom", build.Object(build.Of(task.CallerMember, escaped))))
	return build.Call("base64encode", build.Call("string", custom))
}

// catchers gives the Catch of a step's state and the states of the handlers. After a handler what follows the step follows.
func (e *emitter) catchers(step ir.Step, handlers []ir.Handler, at place) ([]asl.Catcher, []draft) {
	var catchers []asl.Catcher
	var states []draft
	for _, handler := range handlers {
		entry, inside := e.steps(handler.Body, at)
		catchers = append(catchers, asl.Catcher{
			ErrorEquals: ir.ErrorEquals(handler.Errors),
			Assign:      e.of(step, at).assign(handler.Assign),
			Next:        at.to(entry),
		})
		states = append(states, inside...)
	}
	return catchers, states
}
