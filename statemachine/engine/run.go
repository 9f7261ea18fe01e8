package engine

import (
	"context"
	"time"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// The statuses an execution ends with.
const (
	Succeeded = "SUCCEEDED"
	Failure   = "FAILED"
	TimedOut  = "TIMED_OUT"
	Aborted   = "ABORTED"
)

const (
	region          = "us-east-1"
	account         = "000000000000"
	standardMaximum = 365 * 24 * time.Hour
	expressMaximum  = 5 * time.Minute
)

// Options are the particulars of one execution. The zero Options run a Standard execution with history.
type Options struct {
	// Name of the execution; a UUID when empty.
	Name string
	// Machine is the name of the state machine in ARNs and the context object; "machine" when empty.
	Machine string
	// RoleArn is shown in the context object and the history.
	RoleArn string
	// Express runs an Express execution: at most five minutes, no limit on events. A Standard one has a year and 25,000 events.
	Express bool
	// NoHistory keeps no events. They are still counted and limited.
	NoHistory bool
	// Observer is told each event as it happens, on the goroutine of the execution.
	Observer func(Event)
	// Waiting is told when a state begins to wait, or waits for a retry: the state's name and until when.
	Waiting func(state string, until time.Time)
	// ItemsMustBeArray refuses objects as the Items of a Map, as the service did before it took objects.
	ItemsMustBeArray bool
	// Redrivable keeps what Redrive needs of a Standard execution that does not succeed.
	Redrivable bool

	run string // the last part of the ARN of an Express execution
}

func (o *Options) machineName() string {
	if o.Machine == "" {
		return "machine"
	}
	return o.Machine
}

func (o *Options) machineArn() string {
	return "arn:aws:states:" + region + ":" + account + ":stateMachine:" + o.machineName()
}

func (o *Options) executionArn(name string) string {
	prefix := "arn:aws:states:" + region + ":" + account
	if o.Express {
		return prefix + ":express:" + o.machineName() + ":" + name + ":" + o.run
	}
	return prefix + ":execution:" + o.machineName() + ":" + name
}

func (o *Options) roleArn() string {
	if o.RoleArn == "" {
		return "arn:aws:iam::" + account + ":role/" + o.machineName()
	}
	return o.RoleArn
}

// Result is how an execution ended.
type Result struct {
	Status string
	// Output is the output of an execution that SUCCEEDED.
	Output any
	// Error and Cause are those of a FAILED execution, empty where there is none.
	Error, Cause string
	// History is the events, unless Options.NoHistory.
	History []Event
	// Events is the number of events, kept or not.
	Events int
	// Arn and Name are the execution's.
	Arn, Name string
	// Started and Stopped are times of the host's clock.
	Started, Stopped time.Time
	// Redrives counts how often the execution was redriven.
	Redrives int

	rest *rest // of an execution that can be redriven
}

// execution is one run of a program. It belongs to the goroutine that runs its loop.
type execution struct {
	context context.Context
	tasks   context.Context // of tasks: counted as busy by the clock
	host    Host
	shared  *Host // for the goroutines of tasks, which may outlive the execution
	options Options
	clock   Clock
	loop    *loop

	name, arn     string
	start         time.Time
	redrives      int
	redriven      time.Time
	overflowed    bool // it has failed because of the size of data
	input         value
	about         *jsonata.Object
	variableBytes int

	events      int
	history     []Event
	listening   bool
	timed       bool // an expression may ask when a state was entered
	transitions int
	deadline    time.Time

	// own and main are the loop and the first frame, kept here to be made at once.
	own  loop
	main frame

	root     *frame
	finished bool
	result   Result
	timeout  *timer
	done     func(*execution) // of a child of a distributed Map
}

// Run runs a program with an input to its end and tells how it ended. When the context ends first the execution is ABORTED. The contexts of tasks that
// still run when the execution ends are cancelled; Run does not wait for them to notice.
func Run(ctx context.Context, program *Program, input any, host Host, options Options) Result {
	x, _ := program.idle.Get().(*execution)
	if x == nil {
		x = &execution{}
	}
	x.prepare(nil, sized(normal(input)), host, options)
	x.limit(time.Duration(program.timeoutSeconds) * time.Second)
	x.context, x.timed = ctx, program.timed
	if x.entersClock() {
		x.clock.Busy(1)
		defer x.clock.Busy(-1)
	}
	if !x.runs(ctx, program.root) {
		x.stop()
	}
	x.loop.close()
	result := x.result
	if x.keeps() {
		result.rest = &rest{execution: x, program: program}
		return result
	}
	if x.own.wake == nil { // no other goroutine knows of the execution: its memory can serve again
		*x = execution{}
		program.idle.Put(x)
	}
	return result
}

// prepare makes an execution ready to run in a loop, of its own when there is none.
func (x *execution) prepare(l *loop, input value, host Host, options Options) {
	x.host, x.options, x.clock, x.loop, x.name, x.input = host, options, host.clock(), l, options.Name, input
	x.root = &x.main
	if l == nil {
		x.own.clock = x.clock
		x.loop = &x.own
	}
	x.listening = !options.NoHistory || options.Observer != nil
	if x.name == "" {
		x.name = host.uuid()
		x.options.run = x.name // unique is enough
	}
	if options.Express && x.options.run == "" {
		x.options.run = host.uuid()
	}
	x.arn = x.options.executionArn(x.name)
	x.start = x.clock.Now()
	if options.Express {
		x.limit(expressMaximum)
	} else {
		x.limit(standardMaximum)
	}
}

// limit ends the execution after a time, unless it is limited already to less. Zero is no limit.
func (x *execution) limit(d time.Duration) { x.limitFrom(x.start, d) }

func (x *execution) limitFrom(start time.Time, d time.Duration) {
	if end := start.Add(d); d > 0 && (x.deadline.IsZero() || end.Before(x.deadline)) {
		x.deadline = end
	}
}

// partyKey marks the context of a goroutine that a clock already counts as busy.
type partyKey struct{}

// entersClock tells that the clock does not count the execution's goroutine as busy yet: it does when the execution runs inside a task.
func (x *execution) entersClock() bool { return x.context.Value(partyKey{}) != x.clock }

func (x *execution) begin(code *block) {
	x.event("ExecutionStarted", 0, func() Details { return ExecutionStarted{x.input.data, x.options.roleArn()} })
	x.main = frame{execution: x, state: code.start, input: x.input}
	if !x.deadline.IsZero() {
		x.timeout = x.loop.at(x.deadline, x.timeOut)
	}
	if x.input.size > maxData {
		x.finish(value{}, &failure{name: errorDataLimit, cause: "The input of the execution exceeds the maximum number of bytes service limit."})
	}
}

func (x *execution) now() time.Time { return x.clock.Now() }

// transition counts the entering of a state and answers whether the execution goes on. A machine that never waits gives others their turn, and
// notices the end of its context and its time, only here.
func (x *execution) transition(f *frame) bool {
	if x.finished || f.ended {
		return false
	}
	x.transitions++
	if x.transitions%256 != 0 {
		return true
	}
	if !x.deadline.IsZero() && !x.now().Before(x.deadline) {
		x.timeOut()
		return false
	}
	x.loop.soon(f)
	return false
}

// event adds an event to the history. Previous is the event it follows. The last event that a Standard execution may have is its failure.
func (x *execution) event(kind string, previous int64, details func() Details) int64 {
	if x.finished {
		return previous
	}
	if x.events == maxEvents-1 && !x.options.Express && !ends(kind) {
		x.finish(value{}, &failure{name: errorRuntime, cause: "The execution reached the maximum number of history events (25000)."})
		return previous
	}
	x.events++
	id := int64(x.events)
	if x.listening {
		x.record(Event{ID: id, PreviousEventID: previous, Type: kind, Timestamp: x.now()}, details)
	}
	return id
}

func ends(kind string) bool {
	switch kind {
	case "ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted":
		return true
	}
	return false
}

func (x *execution) record(e Event, details func() Details) {
	if details != nil {
		e.Details = details()
	}
	if !x.options.NoHistory {
		if x.history == nil {
			x.history = make([]Event, 0, 24)
		}
		x.history = append(x.history, e)
	}
	if x.options.Observer != nil {
		x.options.Observer(e)
	}
}

func (x *execution) observeWait(f *frame, d time.Duration) {
	if x.options.Waiting != nil {
		x.options.Waiting(f.state.name, x.now().Add(d))
	}
}

// finish ends the execution with an output or a failure.
func (x *execution) finish(output value, failed *failure) {
	if x.finished {
		return
	}
	if failed == nil {
		x.event("ExecutionSucceeded", x.root.last, func() Details { return Output{output.data} })
		x.close(Result{Status: Succeeded, Output: output.data})
		return
	}
	previous := x.root.last
	if x.events == maxEvents-1 {
		previous = int64(x.events)
	}
	x.event("ExecutionFailed", previous, func() Details { return Failed{failed.name, failed.cause} })
	x.close(Result{Status: Failure, Error: failed.name, Cause: failed.cause})
}

func (x *execution) timeOut() {
	if x.finished {
		return
	}
	x.event("ExecutionTimedOut", 0, func() Details { return Failed{Error: errorTimeout} })
	x.close(Result{Status: TimedOut})
}

// stop ends the execution because its context has ended.
func (x *execution) stop() {
	if x.finished {
		return
	}
	x.event("ExecutionAborted", 0, func() Details { return Failed{} })
	x.close(Result{Status: Aborted})
}

func (x *execution) close(r Result) {
	x.finished = true
	r.History, r.Events, r.Arn, r.Name, r.Started, r.Stopped, r.Redrives = x.history, x.events, x.arn, x.name, x.start, x.now(), x.redrives
	x.result = r
	if !x.root.ended {
		x.root.halt()
		x.root.ended = true
	}
	x.loop.stop(x.timeout)
	if x.done != nil {
		x.done(x)
	}
}
