package ir

import (
	"fmt"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
)

// Check finds what no dialect may hand on: jumps that lead nowhere, loops without a rule to go on by, names that cannot be variables.
// Every step of a checked workflow can be lowered.
func Check(workflow *Workflow) diag.List {
	var found diag.List
	operations := map[string]*Operation{}
	for _, operation := range workflow.Operations {
		if first, twice := operations[operation.Name]; twice {
			found.Add(diag.Diagnostic{
				Code: "IR001", Summary: fmt.Sprintf("operation %q is defined twice", operation.Name), Range: operation.Range,
				Notes: []diag.Related{{Range: first.Range, Message: "first defined here"}},
			})
		}
		operations[operation.Name] = operation
	}
	found = append(found, CheckRequests(workflow)...)
	found = append(found, accepted(workflow)...)
	pauses := newPauses(workflow.Operations)
	for _, operation := range workflow.Operations {
		checker := checker{workflow: workflow, operation: operation, operations: operations, pauses: pauses, found: &found}
		checker.streams()
		checker.patience()
		checker.steps(operation.Steps, frame{thread: newThread(operation.Steps)})
	}
	return found.Sorted()
}

type checker struct {
	workflow   *Workflow
	operation  *Operation
	operations map[string]*Operation
	pauses     *pauses
	found      *diag.List
}

// frame is what surrounds a step.
type frame struct {
	loop bool
	// thread is what a jump may lead to: the innermost parallel branch, or the whole operation.
	thread thread
}

// thread numbers the steps that one thread of control can reach, so not those inside parallel branches, and knows where labels stand.
type thread struct {
	positions map[Step]int
	labels    map[string][]int
}

func newThread(steps []Step) thread {
	found := thread{positions: map[Step]int{}, labels: map[string][]int{}}
	found.add(steps)
	return found
}

func (t thread) add(steps []Step) {
	for _, step := range steps {
		position, label := len(t.positions), step.Head().Label
		t.positions[step] = position
		t.labels[label] = append(t.labels[label], position)
		bodies := Parts(step).Bodies
		if parallel, ok := step.(*Parallel); ok {
			bodies = bodies[len(parallel.Branches):] // the handlers
		}
		for _, body := range bodies {
			t.add(body)
		}
	}
}

// streams refuses streams that start nothing.
func (c checker) streams() {
	for _, trigger := range c.operation.Triggers {
		stream, ok := trigger.(*Stream)
		switch {
		case ok && len(stream.Topics) == 0 && (c.workflow.Jobs == nil || len(c.workflow.Jobs.Declared) > 0):
			c.found.Add(diag.Diagnostic{Code: "IR012", Summary: "a stream needs at least one topic", Range: stream.Range})
		case ok && c.workflow.Jobs == nil:
			c.found.Add(diag.Diagnostic{Code: "IR012", Summary: "a stream needs jobs that read its topics", Range: stream.Range})
		}
	}
}

func (c checker) report(step Step, code, format string, arguments ...any) {
	c.found.Add(diag.Diagnostic{Code: code, Summary: fmt.Sprintf(format, arguments...), Range: step.Head().Range})
}

func (c checker) steps(steps []Step, around frame) {
	for _, step := range steps {
		c.step(step, around)
	}
}

func (c checker) step(step Step, around frame) {
	c.variables(step)
	c.errors(step)
	switch step := step.(type) {
	case *Break:
		if !around.loop {
			c.report(step, "IR002", "break stands outside any loop")
		}
	case *Goto:
		c.jump(step, around)
	case *Invoke:
		c.invoke(step)
	case *Call:
		if step.WaitForToken && c.operation.Mode != Standard {
			c.report(step, "IR006", "a call that waits for an answer needs a Standard state machine, %q is Express", c.operation.Name)
		}
		if _, budget := step.Retry.(*Budget); budget && (step.External || step.WaitForToken) {
			c.report(step, "IR016", "only a function of the catalogue keeps a budget of retries, and only where it answers itself")
		}
	case *Wait:
		if (step.Seconds == nil) == (step.Until == nil) {
			c.report(step, "IR009", "a wait needs either seconds or a time")
		}
	case *Loop:
		c.loop(step)
		c.steps(step.Body, frame{loop: true, thread: around.thread})
		return
	case *Parallel:
		c.parallel(step, around)
		return
	}
	for _, body := range Parts(step).Bodies {
		c.steps(body, around)
	}
}

func (c checker) parallel(step *Parallel, around frame) {
	for _, branch := range step.Branches {
		c.steps(branch.Body, frame{thread: newThread(branch.Body)})
	}
	for _, handler := range step.OnError {
		c.steps(handler.Body, around)
	}
}

func (c checker) jump(step *Goto, around frame) {
	targets := around.thread.labels[step.Target]
	switch {
	case step.Max < 0:
		c.report(step, "IR003", "a jump to %q has a negative bound", step.Target)
	case len(targets) == 0:
		c.report(step, "IR004", "no step named %q can be reached from here", step.Target)
	case len(targets) > 1:
		c.report(step, "IR004", "more than one step is named %q", step.Target)
	case step.Max == 0 && targets[0] <= around.thread.positions[step]:
		c.report(step, "IR003", "a jump back to %q needs a bound of at least 1", step.Target)
	}
}

func (c checker) invoke(step *Invoke) {
	callee, known := c.operations[step.Operation]
	switch {
	case !known:
		c.report(step, "IR005", "there is no operation %q", step.Operation)
	case callee.Mode == Standard && c.operation.Mode == Express:
		c.report(step, "IR006", "an Express state machine cannot wait for the Standard one of %q", step.Operation)
	}
}

func (c checker) loop(step *Loop) {
	rules := 0
	for _, given := range []bool{step.Items != nil, step.Count != nil, step.Until != nil} {
		if given {
			rules++
		}
	}
	switch {
	case rules != 1:
		c.report(step, "IR007", "a loop needs exactly one of items, count and until")
	case step.Until != nil && step.Max < 1:
		c.report(step, "IR003", "a loop that runs until a condition holds needs a bound of at least 1")
	}
}

// errors refuses retriers and handlers that nothing could match.
func (c checker) errors(step Step) {
	for _, matches := range Parts(step).Errors {
		if len(matches) == 0 {
			c.report(step, "IR011", "a retry or a handler names no error")
		}
		for _, match := range matches {
			if !match.valid() {
				c.report(step, "IR011", "no error can be %q", match)
			}
		}
	}
}

// variables refuses names that Step Functions or JSONata could not hold or would read as something else.
func (c checker) variables(step Step) {
	for _, name := range Assigned(step) {
		if !asl.IsIdentifier(name) {
			c.report(step, "IR008", "%q cannot name a variable", name)
		}
	}
}

// Rules describes the diagnostics of Check.
func Rules() []diag.Rule {
	return []diag.Rule{
		{Code: "IR001", Title: "an operation is defined twice", Doc: "Each operation is a state machine of its own, so names must differ."},
		{Code: "IR002", Title: "break outside a loop", Doc: "A break ends the innermost loop; a branch of a parallel cannot end the loop around it."},
		{Code: "IR003", Title: "no bound", Doc: "A jump back and a loop that waits for a condition need a bound, so that a mistake cannot run forever."},
		{Code: "IR004", Title: "a jump leads nowhere", Doc: "A jump leads to exactly one step of the same operation or, in a branch of a parallel, of the same branch."},
		{Code: "IR005", Title: "unknown operation", Doc: "Only operations of the same workflow can be called."},
		{Code: "IR006", Title: "a Standard state machine is needed", Doc: "An Express state machine ends within five minutes and cannot wait for an answer from outside or for a Standard one."},
		{Code: "IR007", Title: "a loop without a rule", Doc: "A loop goes over items, a number of times, or until a condition holds."},
		{Code: "IR008", Title: "not a variable name", Doc: "Variables are letters, digits and underscores, at most 80 characters, and do not hide a function."},
		{Code: "IR009", Title: "a wait without a length", Doc: "A wait has either a number of seconds or a point in time."},
		{Code: "IR010", Title: "a request that cannot wait", Doc: "An operation that waits for an answer from outside, or runs one that does, is Standard, and no request can wait for a Standard state machine. Delete `x-steploom-async: false`: the request is answered 202 then, with the address at which the answer will be."},
		{Code: "IR011", Title: "an error that cannot be", Doc: "Retries and handlers name at least one error: a name, a status code from 100 to 599, or a class of status codes from 1 to 5."},
		{Code: "IR012", Title: "a stream without a topic or a reader", Doc: "A stream starts an operation for each record of its topics, which the jobs of a workflow read."},
		{Code: "IR013", Title: "longer than a request waits", Doc: "A request that starts an operation waits for its answer for 28 seconds; then the execution ends. Pauses and time limits that are longer, and pauses in loops that may have many rounds, are for operations that requests do not wait for (`x-steploom-async: true`), or that a schedule, an event or another operation starts."},
		{Code: "IR014", Title: "requests do not wait", Doc: "An operation that waits for people or longer than a request does, or that runs one which does, is Standard. A request that starts it is answered 202 with the address of the execution, which tells the status and in the end the answer. `x-steploom-async: true` says that this is meant."},
		{Code: "IR015", Title: "the address of executions is taken", Doc: "Requests that do not wait are told `/executions/{id}`, so that no operation of the workflow may have that route."},
		{Code: "IR016", Title: "a budget that nothing keeps", Doc: "A budget of retries is kept by the function that makes the attempts. What answers from outside, or is a service, is tried again by the names of its errors."},
	}
}
