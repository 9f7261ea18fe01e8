package local

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Executions are those that nobody waits for, of every service of a run of dev, with the questions that they ask and the objects that they store:
// a reload takes nothing of it away. Its methods may be called concurrently.
type Executions struct {
	// Ended, where it is set, is told of each one that has ended; it is called concurrently.
	Ended func(Ended)

	tokens *engine.Tokens
	blobs  *objects
	mutex  sync.Mutex
	known  map[executionName]*background
	over   []executionName // those that have ended, the first one first
}

// Ended is an execution that nobody has waited for.
type Ended struct {
	// Operation is the author's name, Name that of the execution.
	Operation, Name, Status string
	// Trigger is the name of the schedule that has started it, "" for others.
	Trigger string
	// StatusCode is that of the answer that nobody gets, 0 where the execution gave none.
	StatusCode int
	Duration   time.Duration
	States     int
	// Failure is that of an execution that did not succeed, nil for others.
	Failure *Failure
}

// executionName names an execution: two machines may have executions of one name.
type executionName struct{ machine, name string }

// background is an execution that runs by itself, or did.
type background struct {
	execution        api.Execution
	started, stopped time.Time
}

// keptExecutions is how many executions that have ended are told of; AWS forgets them after 90 days.
const keptExecutions = 10_000

// NewExecutions makes a set without executions.
func NewExecutions() *Executions {
	return &Executions{tokens: engine.NewTokens(), blobs: newObjects(), known: map[executionName]*background{}}
}

// begin notes an execution; fresh is false where there is, or was, one of its name. One that still runs and has the same input is the same
// (Step Functions API, StartExecution).
func (e *Executions) begin(name executionName, input []byte, now time.Time) (started, fresh bool) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if known, ok := e.known[name]; ok {
		return known.execution.Status == api.Running && bytes.Equal(known.execution.Input, input), false
	}
	e.known[name] = &background{execution: api.Execution{Status: api.Running, Input: slices.Clone(input)}, started: now}
	return true, true
}

// end notes how an execution has ended, and forgets the oldest one that has where there are too many.
func (e *Executions) end(name executionName, execution api.Execution, now time.Time) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	known := e.known[name]
	execution.Input = known.execution.Input
	known.execution, known.stopped = execution, now
	if e.over = append(e.over, name); len(e.over) > keptExecutions {
		delete(e.known, e.over[0])
		e.over = e.over[1:]
	}
}

func (e *Executions) find(name executionName) (background, bool) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	known, ok := e.known[name]
	if !ok {
		return background{}, false
	}
	return *known, true
}

// Start begins an execution that nobody waits for, as StartExecution does for the API function on AWS. It goes on until the service is closed.
func (s *Service) Start(_ context.Context, machineName, name string, input []byte) (started bool, err error) {
	m, ok := s.machines[machineName]
	if !ok {
		return false, fmt.Errorf("there is no state machine %s", machineName)
	}
	return s.startBehind(m, name, "", input)
}

// StartTimer begins the execution that a timer starts, with the input that EventBridge Scheduler gives it on AWS.
func (s *Service) StartTimer(timer Timer) error {
	operation := &ir.Operation{Name: timer.Operation}
	request := Request{Trigger: Scheduled}
	value, err := request.Input(operation)
	if err != nil {
		return err
	}
	input, err := jsonata.Encode(value)
	if err != nil {
		return err
	}
	m, ok := s.machines[s.Workflow.MachineNames().Of(timer.Operation)]
	if !ok {
		return fmt.Errorf("there is no operation %s", timer.Operation)
	}
	_, err = s.startBehind(m, newRequestID(), timer.Trigger.Name, input)
	return err
}

// Scheduled is the trigger of an execution that a schedule starts.
const Scheduled = "schedule"

// startBehind begins an execution; trigger is the name of the schedule that starts it, if one does.
func (s *Service) startBehind(m *machine, name, trigger string, input []byte) (started bool, err error) {
	value, err := jsonata.Decode(input)
	if err != nil {
		return false, err
	}
	key := executionName{m.name, name}
	started, fresh := s.executions.begin(key, input, time.Now())
	if fresh {
		s.running.Go(func() { s.runBehind(m, key, trigger, value) })
	}
	return started, nil
}

// runBehind runs an execution to its end and notes it.
func (s *Service) runBehind(m *machine, key executionName, trigger string, input any) {
	seen := &visit{}
	outcome := s.execute(s.lifetime, m, key.name, input, seen.observer())
	ended := api.Execution{Status: outcome.Status, Error: outcome.Error, Cause: outcome.Cause}
	if outcome.Status == engine.Succeeded {
		output, err := jsonata.Encode(outcome.Output)
		if err != nil {
			ended = api.Execution{Status: api.Failed, Cause: err.Error()}
		}
		ended.Output = output
	}
	s.executions.end(key, ended, time.Now())
	if tell := s.executions.Ended; tell != nil {
		tell(Ended{
			Operation: m.operation, Name: key.name, Status: ended.Status, Trigger: trigger, StatusCode: statusCode(outcome.Output),
			Duration: outcome.Stopped.Sub(outcome.Started), States: int(seen.states.Load()), Failure: outcome.Failure,
		})
	}
}

// statusCode is that of an output which is an answer to a request, 0 for any other.
func statusCode(output any) int {
	answer, ok := output.(*jsonata.Object)
	if !ok {
		return 0
	}
	code, _ := answer.Get("statusCode")
	number, _ := code.(float64)
	return int(number)
}

// Describe tells of an execution that was started by Start, as DescribeExecution does for the API function on AWS.
func (s *Service) Describe(_ context.Context, machineName, name string) (execution api.Execution, found bool, err error) {
	known, found := s.executions.find(executionName{machineName, name})
	return known.execution, found, nil
}

// Wait waits for the executions that the service has started and nobody waits for.
func (s *Service) Wait() { s.running.Wait() }
