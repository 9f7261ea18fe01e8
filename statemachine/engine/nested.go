package engine

import (
	"context"
	"strings"
	"sync"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Machines is an Invoker that runs nested executions: states:startExecution in all its forms, and startExecution and startSyncExecution of
// aws-sdk:sfn. All other tasks go to the invoker behind it. It is safe for concurrent use once all machines are registered.
type Machines struct {
	host     Host
	next     Invoker
	machines map[string]nestedMachine
	started  sync.WaitGroup
	watch    func(ctx context.Context, machine string) func(Event) // nil watches nothing
}

type nestedMachine struct {
	name    string
	program *Program
	express bool
}

// NewMachines makes an empty set of machines. The nested executions have the host, with the Machines themselves as invoker; next, which may be nil,
// is for the tasks that start no execution.
func NewMachines(host Host, next Invoker) *Machines {
	m := &Machines{next: next, machines: map[string]nestedMachine{}}
	host.Invoker = m
	if host.Background == nil {
		host.Background = &m.started
	}
	m.host = host
	return m
}

// Host is the host for executions that may start others.
func (m *Machines) Host() Host { return m.host }

// Watch sets who observes nested executions: a function that is told the context of the task that starts one and the name of its machine, and
// gives the observer, or nil.
func (m *Machines) Watch(observer func(ctx context.Context, machine string) func(Event)) {
	m.watch = observer
}

// Register adds a machine under its name. It is found by that name, by an ARN that has it, and by the other names given, such as the
// substitution ${ChildArn}.
func (m *Machines) Register(name string, program *Program, express bool, others ...string) {
	machine := nestedMachine{name, program, express}
	m.machines[name] = machine
	for _, other := range others {
		m.machines[other] = machine
	}
}

// Wait waits for the executions that were started, and the functions that were invoked, without waiting for them.
func (m *Machines) Wait() { m.host.Background.Wait() }

// Invoke starts a nested execution or hands the task on.
func (m *Machines) Invoke(ctx context.Context, task Task) (any, error) {
	r := asl.ParseResource(task.Resource)
	starts := r.StartsExecution()
	switch {
	case starts && r.RunsExpress():
		return m.startSync(ctx, task)
	case starts && r.Pattern == asl.RunJob:
		return m.startAndWait(task, textData)
	case starts && r.Pattern == asl.RunJobData:
		return m.startAndWait(task, plainData)
	case starts:
		return m.start(ctx, task)
	case m.next != nil:
		return m.next.Invoke(ctx, task)
	default:
		return nil, &TaskError{Name: errorRuntime, Cause: "No invoker is there to run the resource '" + task.Resource + "'."}
	}
}

func (m *Machines) immediate() bool {
	next, ok := m.next.(immediate)
	return ok && next.immediate()
}

// nestedCall is a request to start an execution.
type nestedCall struct {
	machine nestedMachine
	arn     string
	input   any
	options Options
}

func (m *Machines) call(task Task, service string) (*nestedCall, error) {
	arguments, _ := task.Arguments.(*jsonata.Object)
	if arguments == nil {
		arguments = jsonata.NewObject()
	}
	c := &nestedCall{arn: member(arguments, "StateMachineArn")}
	var ok bool
	if c.machine, ok = m.find(c.arn); !ok {
		return nil, &TaskError{Name: service + ".StateMachineDoesNotExistException", Cause: "State Machine Does Not Exist: '" + c.arn + "'"}
	}
	input, given := arguments.Get("Input")
	if text, isText := input.(string); isText && service == "Sfn" {
		decoded, err := jsonata.Decode([]byte(text))
		if err != nil {
			return nil, &TaskError{Name: "Sfn.InvalidExecutionInputException", Cause: "Invalid State Machine Execution Input: '" + err.Error() + "'"}
		}
		input = decoded
	}
	if !given {
		input = jsonata.NewObject()
	}
	c.input = input
	c.options = Options{Name: member(arguments, "Name"), Machine: c.machine.name, Express: c.machine.express}
	if c.options.Name == "" {
		c.options.Name = m.host.uuid()
	}
	c.options.run = m.host.uuid()
	return c, nil
}

func (m *Machines) find(arn string) (nestedMachine, bool) {
	if machine, ok := m.machines[arn]; ok {
		return machine, true
	}
	if _, after, ok := strings.Cut(arn, ":stateMachine:"); ok {
		name, _, _ := strings.Cut(after, ":")
		machine, ok := m.machines[name]
		return machine, ok
	}
	return nestedMachine{}, false
}

func (m *Machines) run(ctx context.Context, c *nestedCall) Result {
	if m.watch != nil {
		c.options.Observer = m.watch(ctx, c.machine.name)
	}
	return Run(ctx, c.machine.program, c.input, m.host, c.options)
}

// start begins an execution and does not wait for it. It goes on when the one that started it has ended.
func (m *Machines) start(ctx context.Context, task Task) (any, error) {
	c, err := m.call(task, "StepFunctions")
	if err != nil {
		return nil, err
	}
	detached := context.WithValue(context.WithoutCancel(ctx), partyKey{}, nil)
	m.host.clock().Busy(1)
	m.host.Background.Go(func() {
		defer m.host.clock().Busy(-1)
		m.run(context.WithValue(detached, partyKey{}, m.host.clock()), c)
	})
	return m.receipt(c), nil
}

// startAndWait begins an execution and waits for its end.
func (m *Machines) startAndWait(task Task, data func(any) any) (any, error) {
	c, err := m.call(task, "StepFunctions")
	if err != nil {
		return nil, err
	}
	return &Submitted{Output: m.receipt(c), Wait: func(ctx context.Context) (any, error) {
		result := m.run(ctx, c)
		described := describe(c, result, data)
		if result.Status != Succeeded {
			return nil, &TaskError{Name: errorTaskFailed, Cause: jsonText(describe(c, result, textData))}
		}
		return described, nil
	}}, nil
}

// startSync runs an Express execution. Its failure is not an error of the task.
func (m *Machines) startSync(ctx context.Context, task Task) (any, error) {
	c, err := m.call(task, "Sfn")
	if err != nil {
		return nil, err
	}
	if !c.machine.express {
		return nil, &TaskError{Name: "Sfn.StateMachineTypeNotSupportedException", Cause: "This operation is not supported by this type of state machine"}
	}
	result := m.run(ctx, c)
	described := describe(c, result, textData)
	spent := result.Stopped.Sub(result.Started).Milliseconds()
	billing := jsonata.NewObject()
	billing.Set("BilledDurationInMilliseconds", float64((spent+99)/100*100))
	billing.Set("BilledMemoryUsedInMB", 64.0)
	described.Set("BillingDetails", billing)
	return described, nil
}

func (m *Machines) receipt(c *nestedCall) *jsonata.Object {
	now := m.host.clock().Now()
	o := jsonata.NewObject()
	o.Set("ExecutionArn", c.options.executionArn(c.options.Name))
	request := m.host.uuid()
	o.Set("SdkHttpMetadata", httpMetadata(now, request, 0))
	response := jsonata.NewObject()
	response.Set("RequestId", request)
	o.Set("SdkResponseMetadata", response)
	o.Set("StartDate", float64(now.UnixMilli()))
	return o
}

// textData shows data as JSON text, plainData as it is.
func textData(v any) any { return jsonText(v) }

func plainData(v any) any { return v }

// describe is the answer of DescribeExecution for an execution that has ended.
func describe(c *nestedCall, r Result, data func(any) any) *jsonata.Object {
	included := jsonata.NewObject()
	included.Set("Included", true)
	o := jsonata.NewObject()
	if r.Cause != "" {
		o.Set("Cause", r.Cause)
	}
	if r.Error != "" {
		o.Set("Error", r.Error)
	}
	o.Set("ExecutionArn", r.Arn)
	o.Set("Input", data(c.input))
	o.Set("InputDetails", included)
	o.Set("Name", r.Name)
	if r.Status == Succeeded {
		o.Set("Output", data(r.Output))
		o.Set("OutputDetails", included)
	}
	o.Set("StartDate", float64(r.Started.UnixMilli()))
	o.Set("StateMachineArn", c.options.machineArn())
	o.Set("Status", r.Status)
	o.Set("StopDate", float64(r.Stopped.UnixMilli()))
	return o
}
