package engine

import (
	"context"
	"time"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// taskState is the action of Task.
type taskState struct {
	resource                      resource
	arguments, timeout, heartbeat *template
	credentials                   *template
	slim                          bool // the metadata of the result of lambda:invoke is not read
}

// resource is a Task's Resource, taken apart.
type resource struct {
	parsed asl.Resource
	text   string
	kind   resourceKind
	// service is the resourceType of events and api their resource, for example lambda and invoke, or aws-sdk:s3 and getObject.
	service, api string
	token        bool // waits for a task token
	events       taskEvents
}

// taskEvents are the types of the events of a task.
type taskEvents struct{ scheduled, started, succeeded, failed, timedOut string }

func eventsOf(kind resourceKind) taskEvents {
	prefix := "Task"
	switch kind {
	case lambdaResource:
		prefix = "LambdaFunction"
	case activityResource:
		prefix = "Activity"
	}
	return taskEvents{prefix + "Scheduled", prefix + "Started", prefix + "Succeeded", prefix + "Failed", prefix + "TimedOut"}
}

type resourceKind = asl.ResourceKind

const (
	serviceResource  = asl.ServiceResource
	lambdaResource   = asl.FunctionResource
	activityResource = asl.ActivityResource
)

func parseResource(text string) resource {
	r := asl.ParseResource(text)
	return resource{parsed: r, text: text, kind: r.Kind, service: r.Service, api: r.Action + string(r.Pattern),
		token: r.Pattern == asl.WaitForTaskToken, events: eventsOf(r.Kind)}
}

// invokesLambda tells that the resource is lambda:invoke in one of its forms.
func (r resource) invokesLambda() bool {
	return r.parsed.InvokesFunction()
}

func (s *stateCompiler) task(v *asl.Task) {
	s.recovery(v.Retry, v.Catch)
	action := &taskState{
		resource:    parseResource(v.Resource),
		arguments:   s.data("Arguments", v.Arguments, "Parameters", v.Parameters),
		timeout:     s.either("TimeoutSeconds", v.TimeoutSeconds.Data(), v.TimeoutSecondsPath),
		heartbeat:   s.either("HeartbeatSeconds", v.HeartbeatSeconds.Data(), v.HeartbeatSecondsPath),
		credentials: s.template("Credentials", v.Credentials),
	}
	s.state.action = action
	s.leaving(v.Output, v.Assign, v.Next, v.End)
}

// attempt is one try at a task.
type attempt struct {
	*taskState
	frame              *frame
	task               Task
	timeout, heartbeat int    // seconds, 0 is none
	role               string // of the Credentials
	early              *answer
	submitted          bool
	loop               *loop // what its goroutine uses, which may outlive the execution and see it redriven
	host               *Host
	environment        environment
}

type answer struct {
	result any
	err    error
}

const maxTaskSeconds = 99_999_999

func (s *taskState) start(f *frame) bool {
	a := &attempt{taskState: s, frame: f}
	if failed := a.evaluate(); failed != nil {
		return f.fail(failed)
	}
	x := f.execution
	if x.host.Invoker == nil {
		return f.fail(interpreterFailure("%sNo invoker is there to run the resource '%s'.", f.prefix(), s.resource.text))
	}
	a.scheduled()
	if x.finished {
		return false
	}
	a.dispatch()
	return false
}

// evaluate prepares the task from the state's fields.
func (a *attempt) evaluate() *failure {
	f := a.frame
	a.environment.frame = f
	e := &a.environment
	a.task = Task{Resource: a.resource.text, State: f.state.name, Execution: f.execution.arn, Attempt: f.attempt, Express: f.execution.options.Express}
	if a.resource.token {
		if f.execution.host.Tokens == nil {
			return interpreterFailure("%sNothing is there to deliver the answers of tasks that wait for a token.", f.prefix())
		}
		a.task.Token = f.execution.host.uuid()
		e.token = a.task.Token
	} else if a.callable() {
		e.token = f.execution.host.uuid()
	}
	arguments := f.input
	var failed *failure
	if a.arguments != nil {
		if arguments, failed = a.arguments.evaluate(e); failed != nil {
			return failed
		}
	}
	if arguments.size > maxData {
		return &failure{name: errorDataLimit, final: true,
			cause: "The state/task '" + f.state.name + "' provided parameters with a size exceeding the maximum number of bytes service limit."}
	}
	a.task.Arguments = arguments.data
	a.function()
	if a.timeout, failed = a.seconds(a.taskState.timeout, e); failed != nil {
		return failed
	}
	if a.heartbeat, failed = a.seconds(a.taskState.heartbeat, e); failed != nil {
		return failed
	}
	return a.assume(e)
}

// callable tells that a job which the task waits for is told a token, by which it can end the task, too.
func (a *attempt) callable() bool {
	p := a.resource.parsed.Pattern
	return (p == asl.RunJob || p == asl.RunJobData) && a.frame.execution.host.Tokens != nil && a.arguments != nil && a.arguments.reads.context
}

// assume evaluates the credentials.
func (a *attempt) assume(e *environment) *failure {
	if a.credentials == nil {
		return nil
	}
	v, failed := a.credentials.evaluate(e)
	if o, ok := v.data.(*jsonata.Object); ok {
		a.role = member(o, "RoleArn")
	}
	return failed
}

func (a *attempt) seconds(t *template, e *environment) (int, *failure) {
	if t == nil {
		return 0, nil
	}
	return whole(t, e, 1, maxTaskSeconds)
}

func (a *attempt) function() {
	switch {
	case a.resource.kind == lambdaResource:
		a.task.FunctionName, a.task.Payload = a.resource.text, a.task.Arguments
	case a.resource.invokesLambda():
		if arguments, ok := a.task.Arguments.(*jsonata.Object); ok {
			name, _ := arguments.Get("FunctionName")
			a.task.FunctionName, _ = name.(string)
			a.task.Payload, ok = arguments.Get("Payload")
			if !ok {
				a.task.Payload = jsonata.NewObject()
			}
		}
	}
}

// dispatch lets the invoker work on a goroutine of its own and sets the limits of its time.
func (a *attempt) dispatch() {
	f := a.frame
	x := f.execution
	ctx, cancel := context.WithCancel(x.taskContext())
	f.waiting.cancel = cancel
	if a.timeout > 0 {
		f.waiting.timer = f.after(time.Duration(a.timeout)*time.Second, func() { a.timedOut(false) })
	}
	x.loop.open()
	a.loop, a.host = x.loop, x.sharedHost()
	if token := a.environment.token; token != "" {
		f.waiting.token = token
		x.host.Tokens.expect(token, a)
	}
	a.beat()
	serial := f.waiting.serial
	x.clock.Busy(1)
	x.loop.work(job{ctx, a, serial})
}

// work runs on the task's goroutine; what it finds goes to the loop.
func (a *attempt) work(ctx context.Context, serial int) {
	if err := ctx.Err(); err != nil { // nobody waits for it any more
		a.loop.post(message{attempt: a, serial: serial, answer: answer{err: err}})
		return
	}
	result, err := a.invoke(ctx)
	if submitted, ok := result.(*Submitted); ok && err == nil {
		a.loop.clock.Busy(1)
		a.loop.post(message{attempt: a, serial: serial, call: func() { a.submit(submitted.Output) }})
		result, err = guarded(a.host, &a.task, func() (any, error) { return submitted.Wait(ctx) })
	}
	a.loop.post(message{attempt: a, serial: serial, answer: answer{result, err}})
}

func (x *execution) sharedHost() *Host {
	if x.shared == nil {
		host := x.host
		x.shared = &host
	}
	return x.shared
}

// message is what another goroutine tells about an attempt: that its invoker has returned, or something to call.
type message struct {
	attempt *attempt
	serial  int
	answer  answer
	call    func()
}

// handle takes the message, if the attempt still counts.
func (m *message) handle() {
	f := m.attempt.frame
	switch {
	case f.ended || f.waiting.serial != m.serial || f.execution.finished:
	case m.call != nil:
		m.call()
	default:
		m.attempt.returned(m.answer.result, m.answer.err)
	}
}

// returned handles what the invoker gave back.
func (a *attempt) returned(result any, err error) {
	whole, complete := result.(Whole)
	if complete {
		result = whole.Result
	}
	if status, ok := result.(accepted); ok && err == nil {
		result = a.receipt(status)
		complete = !a.resource.token
	}
	if err == nil && a.resource.token && !complete {
		a.submit(normal(result))
		if a.early != nil {
			a.finished(a.early.result, a.early.err)
		}
		return
	}
	if err == nil && a.resource.invokesLambda() && !complete {
		result = a.envelope(normal(result))
	}
	a.finished(result, err)
}

// submit records that a task was handed over whose end is still to come.
func (a *attempt) submit(output any) {
	a.submitted = true
	a.frame.event("TaskSubmitted", func() Details { return TaskOutput{a.resource.service, a.resource.api, output} })
}

// finished ends the attempt with a result or an error.
func (a *attempt) finished(result any, err error) {
	f := a.frame
	f.halt()
	goOn := false
	if err != nil {
		goOn = a.failed(FunctionError(err))
	} else {
		goOn = a.succeeded(a.sized(normal(result)))
	}
	if goOn {
		f.run()
	}
}

func (a *attempt) succeeded(result value) bool {
	if result.size > maxData {
		return a.failed(&TaskError{Name: errorDataLimit,
			Cause: "The state/task '" + a.label() + "' returned a result with a size exceeding the maximum number of bytes service limit."})
	}
	a.frame.event(a.resource.events.succeeded, func() Details {
		if a.resource.kind == serviceResource {
			return TaskOutput{a.resource.service, a.resource.api, result.data}
		}
		return Output{result.data}
	})
	return a.frame.succeed(result)
}

func (a *attempt) label() string {
	if a.resource.kind == serviceResource {
		return a.resource.service
	}
	return a.resource.text
}

func (a *attempt) failed(err *TaskError) bool {
	name, cause := shortened(err.Name, err.Cause)
	a.frame.event(a.resource.events.failed, a.failureDetails(name, cause))
	return a.frame.fail(&failure{name: name, cause: cause, task: true, final: name == errorRuntime})
}

func (a *attempt) failureDetails(name, cause string) func() Details {
	return func() Details {
		if a.resource.kind == serviceResource {
			return TaskFailed{a.resource.service, a.resource.api, name, cause}
		}
		return Failed{name, cause}
	}
}

// timedOut ends the attempt because its time, or the time between two heartbeats, is over.
func (a *attempt) timedOut(heartbeat bool) {
	f := a.frame
	f.halt()
	f.event(a.resource.events.timedOut, a.failureDetails(errorTimeout, ""))
	if f.fail(&failure{name: errorTimeout, task: true, heartbeat: heartbeat}) {
		f.run()
	}
}

// beat starts the time until the next heartbeat anew.
func (a *attempt) beat() {
	if a.heartbeat == 0 || !a.resource.token && a.resource.kind != activityResource {
		return
	}
	f := a.frame
	f.execution.loop.stop(f.waiting.heartbeat)
	f.waiting.heartbeat = f.after(time.Duration(a.heartbeat)*time.Second, func() { a.timedOut(true) })
}

// scheduled records that the task begins.
func (a *attempt) scheduled() {
	f := a.frame
	f.event(a.resource.events.scheduled, func() Details {
		if a.resource.kind == serviceResource {
			return TaskScheduled{a.resource.service, a.resource.api, a.task.Arguments, a.timeout, a.heartbeat, a.role}
		}
		return FunctionScheduled{a.resource.text, a.task.Arguments, a.timeout, a.heartbeat, a.role}
	})
	f.event(a.resource.events.started, a.started())
}

func (a *attempt) started() func() Details {
	switch a.resource.kind {
	case serviceResource:
		return func() Details { return TaskStarted{a.resource.service, a.resource.api} }
	case activityResource:
		return func() Details { return ActivityStarted{} }
	default:
		return nil
	}
}

// Submitted is what an Invoker returns for a task that it has handed over to another system, such as a nested execution with .sync. Output is the
// answer to the handing over, which the history shows; Wait waits for the result.
type Submitted struct {
	Output any
	Wait   func(ctx context.Context) (any, error)
}

func (x *execution) taskContext() context.Context {
	if x.tasks == nil {
		x.tasks = context.WithValue(x.context, partyKey{}, x.clock)
	}
	return x.tasks
}
