package lower

import (
	"fmt"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// loop emits a Map when nothing leaves an iteration, a loop of Choice states when something does.
func (l *lowering) loop(step *ir.Loop, at place) (string, []named) {
	switch {
	case l.isMap(step):
		return l.mapLoop(step, at)
	case step.Until != nil:
		return l.untilLoop(step, at)
	default:
		return l.countedLoop(step, at)
	}
}

// loopComment says why the loop has the form that it has.
func (l *lowering) loopComment(step *ir.Loop) string {
	why := "nothing leaves the loop, so it is a Map"
	if reason := l.counted[step]; reason != "" {
		why = "counted loop: " + reason
	}
	if note := step.Common.Note; note != "" {
		why = note + "; " + why
	}
	return l.comment(step.Common.Range, why)
}

// countedLoop emits
//
//	x          Pass    x_items := [...], x_next := 0
//	x: next    Choice  x_next < $count(x_items) → x := x_items[x_next], x_next := x_next + 1, the body, and back here
//	                   otherwise what follows the loop
//
// Where the state before has made the first assignments, the Choice alone is x.
func (l *lowering) countedLoop(step *ir.Loop, at place) (string, []named) {
	planned, name := l.rounds[step], l.names[step]
	head, comment := name, l.loopComment(step)
	if !planned.started {
		head, comment = l.helper(step, "next"), l.comment(step.Common.Range, "")
	}
	entry, body := l.steps(step.Body, place{next: head, breakTo: at.next, scope: at.scope})
	choice := &asl.Choice{
		Comment: comment,
		Choices: []asl.Rule{{
			Condition: l.condition(planned.more, at.scope),
			Assign:    l.assign(planned.each, at.scope),
			Next:      l.goTo(entry, at),
		}},
		Default: l.goTo(at.next, at),
	}
	states := append([]named{l.named(head, step, choice)}, body...)
	if planned.started {
		return name, states
	}
	first := &asl.Pass{Comment: l.loopComment(step), Assign: l.assign(planned.start, at.scope), Next: head}
	return name, append([]named{l.named(name, step, first)}, states...)
}

// untilLoop emits
//
//	x          Pass    x_next := 0
//	           the body
//	x: until   Choice  the condition, or x_next + 1 >= Max → what follows the loop
//	                   otherwise x_next := x_next + 1 and the body again
func (l *lowering) untilLoop(step *ir.Loop, at place) (string, []named) {
	name, test := l.names[step], l.helper(step, "until")
	next := l.variables.variable(labelOf(step), "_next")
	rounds := func(number ir.Value) *jsonata.Object {
		bindings := l.wanted(ir.Binding{Name: step.Variable, Value: number}, ir.Binding{Name: step.IndexOrEmpty, Value: number})
		return l.assign(append(bindings, ir.Binding{Name: next, Value: number}), at.scope)
	}
	start := rounds(0.0)
	for _, binding := range emptyCollections(step) {
		start.Set(at.scope.target(binding.Name), binding.Value)
	}
	entry, body := l.steps(step.Body, place{next: test, breakTo: at.next, scope: at.scope})
	entry = l.goTo(entry, at)
	last := binary(">=", plusOne(next), &jsonata.Number{Value: float64(step.Max)})
	after := l.goTo(at.next, at)
	choice := &asl.Choice{
		Comment: l.comment(step.Common.Range, fmt.Sprintf("at most %d rounds", step.Max)),
		Choices: []asl.Rule{
			{Condition: l.condition(step.Until, at.scope), Next: after},
			{Condition: l.condition(last, at.scope), Next: after},
		},
		Assign:  rounds(plusOne(next)),
		Default: entry,
	}
	first := &asl.Pass{Comment: l.loopComment(step), Assign: start, Next: entry}
	states := append([]named{l.named(name, step, first)}, body...)
	return name, append(states, l.named(test, step, choice))
}

// wanted keeps the bindings whose variable has a name that something reads.
func (l *lowering) wanted(bindings ...ir.Binding) []ir.Binding {
	var kept []ir.Binding
	for _, binding := range bindings {
		if binding.Name != "" && l.read[binding.Name] {
			kept = append(kept, binding)
		}
	}
	return kept
}

func plusOne(variable string) jsonata.Node {
	return binary("+", build.Var(variable), &jsonata.Number{Value: 1})
}

func binary(operator string, left, right jsonata.Node) jsonata.Node {
	return &jsonata.Binary{Operator: operator, Left: left, Right: right}
}
