package local

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
)

// Failure says how an execution ended that did not succeed, and where in the author's workflow.
type Failure struct {
	// Status is FAILED, TIMED_OUT or ABORTED.
	Status string
	// Error is the innermost failure: its name, its message as plain text, and what else is known of it.
	Error *task.Error
	// Operation and Step are the author's names of where it came up, Place is file:line; each may be empty. An operation that another runs is
	// named itself.
	Operation, Step, Place string
	// Stage is "" of an execution, otherwise what failed around it: "response", "input", "authorization" and others of function api.
	Stage string
}

// Where is the place of the failure in words, "" when nothing is known of it: GET /news, step "read", news.yaml:12, or GET /news, response.
func (f *Failure) Where() string {
	var parts []string
	if f.Operation != "" {
		parts = append(parts, f.Operation)
	}
	if f.Stage != "" {
		parts = append(parts, f.Stage)
	}
	if f.Step != "" {
		parts = append(parts, fmt.Sprintf("step %q", f.Step))
	}
	if f.Place != "" {
		parts = append(parts, f.Place)
	}
	return strings.Join(parts, ", ")
}

// witness notes where errors come up in an execution and in those that it starts. Its methods may be called concurrently.
type witness struct {
	mutex sync.Mutex
	seen  []incident
	// entered is the state that was entered last, for an execution that was stopped.
	entered incident
}

// incident is an error in a state of a machine.
type incident struct {
	machine, state string
	failure        *task.Error
	// ends tells that the error is known from the end of the execution only.
	ends bool
}

type witnessKey struct{}

// watchNested observes an execution that another one starts.
func watchNested(ctx context.Context, machine string) func(engine.Event) {
	w, ok := ctx.Value(witnessKey{}).(*witness)
	if !ok {
		return nil
	}
	return w.observer(machine)
}

// observer watches one execution. The state of an event is that of the event before it.
func (w *witness) observer(machine string) func(engine.Event) {
	states := make([]string, 0, 16) // by the number of the event
	return func(e engine.Event) {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		state := ""
		if e.PreviousEventID < int64(len(states)) {
			state = states[e.PreviousEventID]
		}
		switch details := e.Details.(type) {
		case engine.StateEntered:
			state = details.Name
			w.entered = incident{machine: machine, state: state}
		case engine.MapIteration: // it follows the iteration before, not the Map
			state = details.Name
		case engine.TaskFailed:
			w.add(machine, state, details.Error, details.Cause, false)
		case engine.EvaluationFailed:
			state = details.State
			w.add(machine, state, details.Error, details.Cause, false)
		case engine.Failed:
			w.add(machine, state, details.Error, details.Cause, strings.HasPrefix(e.Type, "Execution"))
		}
		for e.ID >= int64(len(states)) {
			states = append(states, "")
		}
		states[e.ID] = state
	}
}

func (w *witness) add(machine, state, name, cause string, ends bool) {
	if name == "" {
		return
	}
	if ends && task.StateOf(cause) != "" {
		state = task.StateOf(cause)
	}
	w.seen = append(w.seen, incident{machine, state, task.FromCause(name, cause), ends})
}

// origin is where a failure came up: the last step that failed with it, or else the state that the execution ended in with it.
func (w *witness) origin(failure *task.Error) incident {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var last incident
	for _, one := range w.seen {
		same := one.failure.Name == failure.Name && one.failure.Message == failure.Message
		if same && (last.failure == nil || last.ends || !one.ends) {
			last = one
		}
	}
	if last.failure == nil {
		return w.entered
	}
	return last
}

// failure describes the end of an execution of a machine, nil when it succeeded.
func (s *Service) failure(result engine.Result, seen *witness) *Failure {
	if result.Status == engine.Succeeded {
		return nil
	}
	found := &Failure{Status: result.Status, Error: task.FromCause(result.Error, result.Cause)}
	origin := seen.origin(found.Error)
	m := s.machines[origin.machine]
	if m == nil {
		return found
	}
	found.Operation, found.Step = m.operation, origin.state
	for at := range asl.Walk(m.definition) {
		if at.Name == origin.state {
			found.Place = asl.Origin([]byte(m.text), at.Pointer)
		}
	}
	return found
}
