package lower

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// branch emits a Choice state. What a way begins with assigning, its rule assigns; the state's own Assign belongs to the default
// (Amazon States Language, Choice state, JSONata: Assign of the state applies when no rule matches).
func (l *lowering) branch(step *ir.Branch, at place) (string, []named) {
	if len(step.Cases) == 0 {
		return l.steps(step.Else, at)
	}
	name := l.names[step]
	choice := &asl.Choice{Comment: l.about(step)}
	var states []named
	for _, way := range step.Cases {
		next, assign, inside := l.way(way.Body, at)
		rule := asl.Rule{Condition: l.condition(way.When, at.scope), Assign: assign, Next: next}
		if len(step.Cases) > 1 {
			rule.Comment = l.comment(way.Range, way.Label)
		}
		choice.Choices = append(choice.Choices, rule)
		states = append(states, inside...)
	}
	next, assign, inside := l.way(step.Else, at)
	choice.Default, choice.Assign = next, assign
	return name, append(append([]named{l.named(name, step, choice)}, states...), inside...)
}

// way emits what follows a rule: where it leads, what it assigns, and the states after it.
func (l *lowering) way(steps []ir.Step, at place) (next string, assign *jsonata.Object, states []named) {
	first, rest := l.fuser.leadingAssign(steps)
	if first != nil {
		assign = l.assign(first.Bindings, at.scope)
	} else if start := l.startOf(rest); start != nil {
		assign = l.assign(start, at.scope)
	}
	entry, states := l.steps(rest, at)
	return l.goTo(entry, at), assign, states
}
