package local

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/endpoint"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// ARNs of state machines on this machine.
const (
	machinePrefix = "arn:aws:states:us-east-1:000000000000:stateMachine:local_"
	machineAlias  = "live"
)

// AWS answers what the functions of the workflow's stack ask of AWS, for any account, region and stack. The caller of the sample events is added to those
// who may call. asked is told of each execution that was
// started; it is called concurrently and may be nil.
func (s *Service) AWS(asked func(Asked)) http.Handler {
	secrets := s.secrets
	secrets.samples = sampleCallers(s.Workflow)
	return newCloud(stepFunctions{service: s, contextOf: func([]byte) context.Context { return s.lifetime }, asked: asked}, secrets, s.objects)
}

// NewAWSServer makes a server for what is asked of AWS. An answer takes as long as the execution that it waits for.
func NewAWSServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes}
}

// Asked is an execution that was started by way of AWS, when it has ended.
type Asked struct {
	// Operation is the author's name.
	Operation, Status string
	Duration          time.Duration
	States            int
	// Failure is that of an execution that did not succeed, nil for others.
	Failure *Failure
}

// stepFunctions implements endpoint.Executions: it runs the machines of a service, whatever stack, account and region an ARN names.
type stepFunctions struct {
	service *Service
	// contextOf gives the context of an execution with an input.
	contextOf func(input []byte) context.Context
	asked     func(Asked)
}

// StartSync implements endpoint.Executions.
func (f stepFunctions) StartSync(_ context.Context, start endpoint.Start) (endpoint.Execution, error) {
	m, err := f.service.machineOf(start.Machine)
	if err != nil {
		return endpoint.Execution{}, err
	}
	if !m.express {
		return endpoint.Execution{}, endpoint.Refuse("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
	}
	input, err := jsonata.Decode(start.Input)
	if err != nil {
		return endpoint.Execution{}, endpoint.Refuse("InvalidExecutionInput", "Invalid State Machine Execution Input: '%v'", err)
	}
	ctx := task.WithCaller(f.contextOf(start.Input), task.Caller{RequestID: start.Name})
	outer, _ := ctx.Value(visitKey{}).(*visit)
	inner := &visit{}
	outcome, err := f.service.start(ctx, m.name, input, func(e engine.Event) {
		inner.observer()(e)
		if observe := outer.observer(); observe != nil {
			observe(e)
		}
	})
	if err != nil {
		return endpoint.Execution{}, err
	}
	outer.failed(outcome.Failure)
	if f.asked != nil {
		f.asked(Asked{m.operation, outcome.Status, outcome.Stopped.Sub(outcome.Started), int(inner.states.Load()), outcome.Failure})
	}
	return executionOf(start, outcome.Result)
}

// executionOf is a result in the words of the endpoint.
func executionOf(start endpoint.Start, result engine.Result) (endpoint.Execution, error) {
	execution := endpoint.Execution{
		ARN: result.Arn, Name: result.Name, Machine: start.Machine, Status: result.Status, Input: start.Input,
		Error: result.Error, Cause: result.Cause, Started: result.Started, Stopped: result.Stopped,
	}
	var err error
	if result.Status == engine.Succeeded {
		execution.Output, err = jsonata.Encode(result.Output)
	}
	return execution, err
}

// machineOf finds the machine that an ARN names, in whatever stack: its name, alone or behind the name of a stack and an underscore, as the template
// writes it, or a hyphen; the longest such name. A version or an alias may follow.
func (s *Service) machineOf(arn string) (*machine, error) {
	parts := strings.Split(arn, ":")
	if len(parts) < 7 || len(parts) > 8 || parts[0] != "arn" || parts[2] != "states" || parts[5] != "stateMachine" {
		return nil, endpoint.Refuse("InvalidArn", "Invalid Arn: '%s'", arn)
	}
	name := parts[6][strings.LastIndexByte(parts[6], '_')+1:]
	var found *machine
	for _, m := range s.machines {
		if (name == m.name || strings.HasSuffix(name, "-"+m.name)) && (found == nil || len(m.name) > len(found.name)) {
			found = m
		}
	}
	if found == nil {
		return nil, endpoint.Refuse("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", arn)
	}
	return found, nil
}

// Succeed implements endpoint.Executions.
func (f stepFunctions) Succeed(_ context.Context, token string, output []byte) error {
	value, err := jsonata.Decode(output)
	if err != nil {
		return endpoint.Refuse("InvalidOutput", "Invalid Output: '%v'", err)
	}
	return gone(f.service.host.Tokens.Succeed(token, value))
}

// Fail implements endpoint.Executions.
func (f stepFunctions) Fail(_ context.Context, token, name, cause string) error {
	return gone(f.service.host.Tokens.Fail(token, name, cause))
}

// Heartbeat implements endpoint.Executions.
func (f stepFunctions) Heartbeat(_ context.Context, token string) error {
	return gone(f.service.host.Tokens.Heartbeat(token))
}

// gone says that nothing waits for a token any more.
func gone(err error) error {
	if err == nil {
		return nil
	}
	return endpoint.Refuse("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
}
