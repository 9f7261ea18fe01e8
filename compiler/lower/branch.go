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
		rules, inside := l.rules(way, at)
		if len(step.Cases) > 1 {
			rules[0].Comment = l.comment(way.Range, way.Label)
		}
		choice.Choices = append(choice.Choices, rules...)
		states = append(states, inside...)
	}
	next, assign, inside := l.way(step.Else, at)
	choice.Default, choice.Assign = next, assign
	return name, append(append([]named{l.named(name, step, choice)}, states...), inside...)
}

// rules emits a case: one rule, or two when the case does nothing but jump back, so that the jump needs no Choice of its own: one for as long
// as the jump may be taken, one for what follows then.
func (l *lowering) rules(way ir.Case, at place) ([]asl.Rule, []named) {
	if jump := l.onlyJump(way.Body); jump != nil {
		exhausted, states := l.exhausted(jump, at)
		return []asl.Rule{
			l.jumpRule(jump, binary("and", l.facts.condition(way.When), allowed(jump)), at),
			{Condition: l.condition(way.When, at.scope), Next: exhausted},
		}, states
	}
	next, assign, states := l.way(way.Body, at)
	return []asl.Rule{{Condition: l.condition(way.When, at.scope), Assign: assign, Next: next}}, states
}

// onlyJump gives the jump back that steps consist of, nil when there is more or less.
func (l *lowering) onlyJump(steps []ir.Step) *ir.Goto {
	if len(steps) != 1 {
		return nil
	}
	jump, ok := steps[0].(*ir.Goto)
	if !ok || jump.Max == 0 || l.fuser.targets[jump.Common.Label] {
		return nil
	}
	return jump
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
