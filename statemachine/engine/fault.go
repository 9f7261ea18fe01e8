package engine

import (
	"context"
	"fmt"
	"runtime/debug"
)

// A fault is a panic of the evaluator, of the engine or of what the host has given it. It is no failure of the definition, so that nothing catches it:
// it ends the execution, with a line in the host's log, and nothing else. A task that panics has failed as it would have on Lambda.

// fault writes a panic into the log. The function that has recovered it calls this.
func (h *Host) fault(what string, problem any) { h.faultAt(what, problem, debug.Stack()) }

func (h *Host) faultAt(what string, problem any, stack []byte) {
	h.log().Error("engine: panic while "+what, "problem", fmt.Sprint(problem), "stack", string(stack))
}

const faultCause = "This is a fault of the program that runs the state machine, not of its definition; the log of the program says more: "

// fault is the failure of an expression whose evaluation has panicked.
func (t *template) fault(e *environment, problem any, stack []byte) *failure {
	f := e.frame
	f.execution.host.faultAt("evaluating "+t.source, problem, stack)
	return interpreterFailure("%sThe JSONata expression '%s' specified for the field '%s' could not be evaluated. %s%v", f.prefix(), t.source, t.location, faultCause, problem)
}

// runs goes through the execution until it has ended, or until the context ends: then the answer is false.
func (x *execution) runs(ctx context.Context, code *block) (ended bool) {
	defer func() {
		if problem := recover(); problem != nil {
			x.host.fault("running "+x.arn, problem)
			x.abandon(problem)
			ended = true
		}
	}()
	if x.redrives > 0 {
		x.resume()
	} else {
		x.begin(code)
		x.root.run()
	}
	return x.loop.run(ctx, &x.finished)
}

// abandon ends the execution after a panic. An observer that panics again is not asked any more.
func (x *execution) abandon(problem any) {
	failed := &failure{name: errorRuntime, cause: faultCause + fmt.Sprint(problem)}
	if x.finishes(failed) {
		return
	}
	x.listening = false
	if !x.finishes(failed) {
		x.finished = true
		x.result = Result{Status: Failure, Error: failed.name, Cause: failed.cause, History: x.history, Events: x.events, Arn: x.arn, Name: x.name, Started: x.start}
	}
}

// finishes ends the execution and answers whether that went without a panic.
func (x *execution) finishes(failed *failure) (done bool) {
	defer func() { done = recover() == nil }()
	x.finish(value{}, failed)
	return true
}

// guarded calls what the host does for a task. A panic becomes an error, as it does on Lambda.
func guarded(host *Host, task *Task, call func() (any, error)) (result any, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			host.fault("working on the state "+task.State+" of "+task.Execution, problem)
			result, err = nil, lambdaError(goTypeName(problem), fmt.Sprint(problem), []any{string(debug.Stack())})
		}
	}()
	return call()
}
