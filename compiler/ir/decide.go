package ir

import (
	"fmt"
	"math"
	"slices"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// Mode is the Step Functions workflow type.
type Mode int

// Express runs synchronously and at most once; Standard may wait long and runs exactly once.
const (
	Express Mode = iota
	Standard
)

// Reason says why an operation has its mode.
type Reason struct {
	// Text is a sentence about the operation without its full stop: `step "ask" waits for an answer from outside`.
	Text string
	// Range is the step or the trigger that decides.
	Range diag.Range
}

// expressSeconds is the longest that an Express execution may take (docs.aws.amazon.com/step-functions, "Choosing workflow type").
const expressSeconds = 300

// Decide returns the workflow with the mode of every operation and the reason for it. Nothing else chooses between Express and Standard:
//
//   - what an Express state machine cannot do, what takes longer than a request waits, and requests that are not to wait make an operation
//     Standard, and so is what runs a Standard one;
//   - a request or a record that waits for the answer makes an operation Express, and so is what runs inside such a one;
//   - everything else is Standard, so that each start runs exactly once.
//
// Requests do not wait for a Standard operation: their triggers become Async. Check refuses those whose author has asked for an answer.
func Decide(workflow *Workflow) *Workflow {
	made, pauses := decisions{}, newPauses(workflow.Operations)
	made.settle(workflow.Operations, func(operation *Operation) *decision { return made.standard(operation, pauses) })
	made.settle(workflow.Operations, func(operation *Operation) *decision { return made.express(operation, workflow.Operations) })
	made.settle(workflow.Operations, startedOnce)
	decided := *workflow
	decided.Operations = make([]*Operation, len(workflow.Operations))
	for i, operation := range workflow.Operations {
		copied, decision := *operation, made[operation.Name]
		copied.Mode, copied.Reason, copied.AnswerSeconds = decision.mode, decision.reason, decision.seconds
		copied.Triggers = accepting(operation.Triggers, decision.mode)
		decided.Operations[i] = &copied
	}
	return &decided
}

// accepting gives triggers of an operation in which requests do not wait for what is Standard, unless their author has asked for it.
func accepting(triggers []Trigger, mode Mode) []Trigger {
	decided := slices.Clone(triggers)
	for i, trigger := range triggers {
		if request, ok := trigger.(*HTTP); ok && mode == Standard && !request.Asked {
			accepted := *request
			accepted.Async = true
			decided[i] = &accepted
		}
	}
	return decided
}

// decision is the mode of an operation and why, and how long somebody waits for its answer, 0 when nobody does or there is no end to it.
type decision struct {
	mode    Mode
	reason  Reason
	seconds int
}

// within is the decision with the time that somebody waits.
func (d *decision) within(seconds int) *decision {
	d.seconds = seconds
	return d
}

// decisions are those made so far, by the name of the operation.
type decisions map[string]*decision

// settle applies a rule to every operation without a decision until it decides nothing more.
func (d decisions) settle(operations []*Operation, rule func(*Operation) *decision) {
	for changed := true; changed; {
		changed = false
		for _, operation := range operations {
			if d[operation.Name] != nil {
				continue
			}
			if decided := rule(operation); decided != nil {
				d[operation.Name], changed = decided, true
			}
		}
	}
}

func because(mode Mode, at diag.Range, format string, arguments ...any) *decision {
	return &decision{mode: mode, reason: Reason{Text: fmt.Sprintf(format, arguments...), Range: at}}
}

// standard finds what only a Standard state machine can do, or a request that is not to wait.
func (d decisions) standard(operation *Operation, pauses *pauses) *decision {
	for _, trigger := range operation.Triggers {
		if request, ok := trigger.(*HTTP); ok && request.Async {
			return because(Standard, request.Range, "requests do not wait for its answer, and each one runs exactly once")
		}
	}
	var found *decision
	Walk(operation.Steps, func(step Step) bool {
		if found == nil {
			found = d.waits(step)
		}
		return found == nil
	})
	switch trigger := answered(operation).(type) {
	case *HTTP:
		if found == nil && !trigger.Asked {
			found = outlasts(operation, pauses)
		}
	case nil:
		if found == nil {
			found = takesLong(operation, pauses)
		}
	}
	return found
}

// outlasts finds out whether an operation pauses for longer than a request waits.
func outlasts(operation *Operation, pauses *pauses) *decision {
	seconds, at := pauses.of(operation.Steps)
	switch {
	case math.IsInf(seconds, 1):
		return because(Standard, at, "it waits until a point in time, a request waits for %d s at most", task.RequestSeconds)
	case seconds >= task.RequestSeconds:
		return because(Standard, at, "it waits up to %v s, a request waits for %d s at most", seconds, task.RequestSeconds)
	default:
		return nil
	}
}

func (d decisions) waits(step Step) *decision {
	at := step.Head().Range
	if called, ok := step.(*Call); ok {
		switch pattern(called) {
		case asl.WaitForTaskToken:
			return because(Standard, at, "step %q waits for an answer from outside", name(step))
		case asl.RunJob, asl.RunJobData:
			return because(Standard, at, "step %q waits until a job of another service is done", name(step))
		}
	}
	if invoked, ok := step.(*Invoke); ok {
		if callee := d[invoked.Operation]; callee != nil && callee.mode == Standard {
			return because(Standard, at, "step %q runs %q, which is Standard", name(step), invoked.Operation)
		}
	}
	return nil
}

// pattern is how a call waits for what it calls.
func pattern(call *Call) asl.Pattern {
	if call.WaitForToken {
		return asl.WaitForTaskToken
	}
	if !call.External {
		return asl.RequestResponse
	}
	return asl.ParseResource(call.Function).Pattern
}

// name is the author's name of a step, or what it does.
func name(step Step) string {
	if label := step.Head().Label; label != "" {
		return label
	}
	return Title(step)
}

// takesLong finds out whether an operation may last longer than an Express execution, as far as that is written down.
func takesLong(operation *Operation, pauses *pauses) *decision {
	if seconds := operation.TimeoutSeconds; seconds > expressSeconds {
		return because(Standard, operation.Range, "it may take %d s, an Express execution ends after %d s", seconds, expressSeconds)
	}
	seconds, at := pauses.of(operation.Steps)
	switch {
	case math.IsInf(seconds, 1):
		return because(Standard, at, "it waits until a point in time, an Express execution ends after %d s", expressSeconds)
	case seconds >= expressSeconds:
		return because(Standard, at, "it waits up to %v s, an Express execution ends after %d s", seconds, expressSeconds)
	default:
		return nil
	}
}

// answered is the trigger that waits for an operation's answer, nil when none does.
func answered(operation *Operation) Trigger {
	for _, trigger := range operation.Triggers {
		switch trigger := trigger.(type) {
		case *HTTP:
			if !trigger.Async {
				return trigger
			}
		case *Stream:
			return trigger
		}
	}
	return nil
}

// express finds the operations whose answer is waited for, and those that run inside one of them.
func (d decisions) express(operation *Operation, all []*Operation) *decision {
	switch trigger := answered(operation).(type) {
	case *HTTP:
		return because(Express, trigger.Range, "a request waits for its answer").within(task.RequestSeconds)
	case *Stream:
		return because(Express, trigger.Range, "the next record of the stream waits for its answer")
	}
	for _, caller := range all {
		if decided := d[caller.Name]; decided != nil && decided.mode == Express {
			if step := invocation(caller, operation.Name); step != nil {
				return because(Express, step.Head().Range, "it runs inside %q, which waits for its answer", caller.Name).within(decided.seconds)
			}
		}
	}
	return nil
}

// invocation is the first step by which one operation runs another.
func invocation(caller *Operation, callee string) Step {
	var found Step
	Walk(caller.Steps, func(step Step) bool {
		if invoked, ok := step.(*Invoke); ok && invoked.Operation == callee && found == nil {
			found = step
		}
		return found == nil
	})
	return found
}

// startedOnce decides what is left: nothing waits for an answer, so that each start may be durable.
func startedOnce(operation *Operation) *decision {
	for _, trigger := range operation.Triggers {
		switch trigger := trigger.(type) {
		case *Schedule:
			return because(Standard, trigger.Range, "nothing waits for its answer, and each time of the schedule runs exactly once")
		case *Event:
			return because(Standard, trigger.Range, "nothing waits for its answer, and each event runs exactly once")
		}
	}
	return because(Standard, operation.Range, "nothing waits for its answer, and each start runs exactly once")
}
