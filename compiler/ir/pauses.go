package ir

import (
	"math"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// pauses knows how long the operations of a workflow wait on their own, as far as that is written down.
type pauses struct {
	operations map[string]*Operation
	// known are those counted so far. One that is being counted has 0: what runs itself has no end to its pauses anyway.
	known map[string]float64
}

func newPauses(operations []*Operation) *pauses {
	found := &pauses{operations: map[string]*Operation{}, known: map[string]float64{}}
	for _, operation := range operations {
		found.operations[operation.Name] = operation
	}
	return found
}

// of is the longest time that steps wait on their own, in seconds, and the first step that does. A point in time counts as infinite, a
// computed length as nothing.
func (p *pauses) of(steps []Step) (seconds float64, first diag.Range) {
	for _, step := range steps {
		longest, at := p.own(step), step.Head().Range
		for _, body := range Parts(step).Bodies {
			if inside, place := p.of(body); rounds(step)*inside > longest {
				longest, at = rounds(step)*inside, place
			}
		}
		if longest > 0 && seconds == 0 {
			first = at
		}
		seconds += longest
	}
	return seconds, first
}

// own is how long a step itself waits, or the operation that it runs.
func (p *pauses) own(step Step) float64 {
	if invoke, ok := step.(*Invoke); ok {
		return p.whole(invoke.Operation)
	}
	if call, ok := step.(*Call); ok {
		if budget, ok := call.Retry.(*Budget); ok {
			return budget.LongestWait()
		}
	}
	wait, ok := step.(*Wait)
	switch {
	case !ok:
		return 0
	case wait.Until != nil:
		return math.Inf(1)
	default:
		return literal(wait.Seconds, 0)
	}
}

// whole is how long an operation waits on its own.
func (p *pauses) whole(name string) float64 {
	seconds, counted := p.known[name]
	operation := p.operations[name]
	if counted || operation == nil {
		return seconds
	}
	p.known[name] = 0
	seconds, _ = p.of(operation.Steps)
	p.known[name] = seconds
	return seconds
}

// rounds is how often the bodies of a step run, as far as it is written down.
func rounds(step Step) float64 {
	if loop, ok := step.(*Loop); ok && loop.Count != nil {
		return literal(loop.Count, 1)
	}
	return 1
}

func literal(node jsonata.Node, otherwise float64) float64 {
	if number, ok := node.(*jsonata.Number); ok {
		return number.Value
	}
	return otherwise
}
