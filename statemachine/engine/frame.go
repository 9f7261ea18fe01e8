package engine

import (
	"context"
	"time"
)

// frame is a thread of an execution: the execution itself, a branch of a Parallel or an iteration of a Map. It stands in one state.
type frame struct {
	execution *execution
	parent    *frame // nil: the execution itself
	index     int    // of the branch or iteration
	own       scope
	item      *mapItem

	state     *state
	input     value // after InputPath
	raw       value // before it, in JSONPath mode
	enteredAt time.Time
	last      int64 // the event that the next one follows
	before    int64 // the event before the state was entered
	entered   int64 // the event of entering the state
	attempt   int   // retries of the state so far
	tries     []int // by retrier
	waiting   waiting
	ended     bool
	succeeded bool
	group     group // of the state, where it is kept for a redrive
}

// waiting is what a frame that is not running waits for, and how to end that.
type waiting struct {
	timer     *timer
	heartbeat *timer
	cancel    context.CancelFunc
	token     string
	group     group // the branches or iterations
	serial    int   // changes with every wait, so that late answers are known
}

// group is the set of frames that a Parallel or Map state waits for.
type group interface {
	// ended tells that a frame of the group has come to its end, and answers nothing: the group goes on, or leaves its own state.
	ended(f *frame, output value, failed *failure)
	// abort ends all frames that have not ended.
	abort()
	// redrive lets those frames go on that have not succeeded.
	redrive()
}

// run enters the frame's state and those that follow until the frame ends or has to wait.
func (f *frame) run() {
	for f.enter() {
	}
}

func (f *frame) enter() bool {
	x := f.execution
	if !x.transition(f) {
		return false
	}
	f.before = f.last
	f.attempt = 0
	f.tries = nil
	if x.timed {
		f.enteredAt = x.now()
	}
	f.entered = f.event(f.state.enters, func() Details { return StateEntered{f.state.name, f.input.data} })
	if f.group != nil {
		f.group = nil
	}
	if !f.state.jsonPath {
		return f.state.action.start(f)
	}
	f.raw = f.input
	return f.begin()
}

// begin applies InputPath and starts the work of the state in JSONPath mode that the frame has entered.
func (f *frame) begin() bool {
	if f.state.filter != nil {
		input, failed := f.state.filter.evaluate(&environment{frame: f})
		if failed != nil {
			return f.fail(failed)
		}
		f.input = input
	}
	return f.state.action.start(f)
}

// waitFor makes the frame wait for a group.
func (f *frame) waitFor(g group) {
	f.waiting.group = g
	if f.execution.options.Redrivable {
		f.group = g
	}
}

// event adds an event to the history that follows the frame's last one, and makes it the last.
func (f *frame) event(kind string, details func() Details) int64 {
	f.last = f.execution.event(kind, f.last, details)
	return f.last
}

// succeed leaves the state after its work is done. Result is the default output.
func (f *frame) succeed(result value) bool {
	if o := &f.state.outcome; o.constant() {
		return f.leave(nil, o, result, f.state.next)
	}
	return f.leave(&environment{frame: f, result: &result}, &f.state.outcome, result, f.state.next)
}

// pass leaves a state that has no result of its own; its default output is its input.
func (f *frame) pass(o *outcome, next *state) bool {
	if o.constant() {
		return f.leave(nil, o, f.input, next)
	}
	return f.leave(&environment{frame: f}, o, f.input, next)
}

// leave evaluates Output and Assign, both with the variables as they were, and goes to the next state. It answers whether the frame can go on.
func (f *frame) leave(e *environment, o *outcome, output value, next *state) bool {
	var assigned []variable
	if !o.none() {
		var failed *failure
		if assigned, output, failed = f.outcome(e, o, output); failed == nil {
			failed = f.assign(assigned)
		}
		if failed != nil {
			return f.fail(failed)
		}
	} else if output.size > maxData {
		return f.fail(f.tooLarge())
	}
	f.event(f.state.exits, func() Details { return StateExited{f.state.name, output.data, shown(assigned)} })
	if next == nil {
		return f.end(output, nil)
	}
	f.state, f.input = next, output
	return true
}

// outcome gives what a state assigns and its output, which is made of its result.
func (f *frame) outcome(e *environment, o *outcome, output value) (assigned []variable, _ value, failed *failure) {
	if o.processing != nil {
		assigned, output, failed = o.processing.apply(e, o.assign, output)
	} else if assigned, failed = f.evaluateAssign(e, o.assign); failed == nil && o.output != nil {
		output, failed = o.output.evaluate(e)
	}
	if failed == nil && output.size > maxData {
		failed = f.tooLarge()
	}
	return assigned, output, failed
}

func shown(assigned []variable) []Variable {
	if len(assigned) == 0 {
		return nil
	}
	variables := make([]Variable, len(assigned))
	for i, v := range assigned {
		variables[i] = Variable{v.name, v.value.data}
	}
	return variables
}

func (f *frame) tooLarge() *failure {
	return &failure{name: errorDataLimit, final: true,
		cause: "The state/task '" + f.state.name + "' returned a result with a size exceeding the maximum number of bytes service limit."}
}

func (f *frame) evaluateAssign(e *environment, assignments []assignment) ([]variable, *failure) {
	if len(assignments) == 0 {
		return nil, nil
	}
	assigned := make([]variable, len(assignments))
	total := 0
	for i, a := range assignments {
		v, failed := a.value.evaluate(e)
		if failed != nil {
			return nil, failed
		}
		assigned[i] = variable{a.name, v}
		total += v.size
	}
	if total > maxData {
		return nil, &failure{name: errorDataLimit, final: true,
			cause: f.prefix() + "The variables assigned by the state exceed the maximum number of bytes service limit."}
	}
	return assigned, nil
}

// assign sets variables. They count against the limit of the execution.
func (f *frame) assign(assigned []variable) *failure {
	x := f.execution
	for _, v := range assigned {
		x.variableBytes += f.own.set(v.name, v.value)
	}
	if x.variableBytes > maxVariables {
		return &failure{name: errorDataLimit, final: true,
			cause: f.prefix() + "The variables of the execution exceed the maximum number of bytes service limit."}
	}
	return nil
}

// end ends the frame with an output or a failure. It answers false: the frame does not go on.
func (f *frame) end(output value, failed *failure) bool {
	f.ended, f.succeeded = true, failed == nil
	x := f.execution
	if x.finished {
		return false
	}
	if f.parent == nil || failed != nil && failed.final {
		x.root.last = f.last
		x.finish(output, failed)
		return false
	}
	x.variableBytes -= f.own.size()
	f.parent.waiting.group.ended(f, output, failed)
	return false
}

// halt stops what the frame waits for and drops answers that come later.
func (f *frame) halt() {
	w := f.waiting
	f.waiting = waiting{serial: w.serial + 1}
	l := f.execution.loop
	l.stop(w.timer)
	l.stop(w.heartbeat)
	if w.cancel != nil {
		w.cancel()
	}
	if w.token != "" {
		f.execution.host.Tokens.drop(w.token)
	}
	if w.group != nil {
		w.group.abort()
	}
}

// abort ends a frame from outside, because a sibling has failed.
func (f *frame) abort() {
	if f.ended {
		return
	}
	f.halt()
	f.ended = true
	f.execution.variableBytes -= f.own.size()
	f.aborted()
}

// aborted tells in the history that the state the frame stands in was aborted. The event does not take part in the chain of the others.
func (f *frame) aborted() {
	switch f.state.kind {
	case "Task", "Wait", "Parallel", "Map":
		f.execution.event(f.state.kind+"StateAborted", f.last, nil)
	}
}

// after runs then after a time, as long as the frame still waits for it.
func (f *frame) after(d time.Duration, then func()) *timer {
	serial := f.waiting.serial
	return f.execution.loop.at(f.execution.now().Add(d), func() {
		if f.waiting.serial == serial && !f.ended {
			then()
		}
	})
}
