package emit

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// branch emits a Choice state. What a way begins with assigning, its rule assigns; the state's own Assign belongs to the default
// (Amazon States Language, Choice state, JSONata: Assign of the state applies when no rule matches).
func (e *emitter) branch(step *ir.Branch, at place) (string, []draft) {
	if len(step.Cases) == 0 {
		return e.steps(step.Else, at)
	}
	choice := &asl.Choice{Comment: about(step)}
	var states []draft
	for _, way := range step.Cases {
		rules, inside := e.rules(step, way, at)
		if len(step.Cases) > 1 {
			rules[0].Comment = comment(way.Range, way.Label)
		}
		choice.Choices = append(choice.Choices, rules...)
		states = append(states, inside...)
	}
	next, assign, inside := e.way(step, step.Else, at)
	choice.Default, choice.Assign = next, assign
	id := e.drafts.own(step)
	return id, append(append([]draft{{id, choice}}, states...), inside...)
}

// rules emits a case: one rule, or two when the case does nothing but jump back, so that the jump needs no Choice of its own: one for as long
// as the jump may be taken, one for what follows then.
func (e *emitter) rules(step *ir.Branch, way ir.Case, at place) ([]asl.Rule, []draft) {
	w := e.of(step, at)
	if jump := e.onlyJump(way.Body); jump != nil {
		exhausted, states := e.exhausted(jump, at)
		return []asl.Rule{
			e.jumpRule(jump, build.All(w.facts.Condition(way.When), allowed(jump)), at),
			{Condition: w.condition(way.When), Next: exhausted},
		}, states
	}
	next, assign, states := e.way(step, way.Body, at)
	return []asl.Rule{{Condition: w.condition(way.When), Assign: assign, Next: next}}, states
}

// onlyJump gives the jump back that steps consist of, nil when there is more or less.
func (e *emitter) onlyJump(steps []ir.Step) *ir.Goto {
	if len(steps) != 1 {
		return nil
	}
	jump, ok := steps[0].(*ir.Goto)
	if !ok || jump.Max == 0 || e.plan.Known.Targets[jump.Common.Label] {
		return nil
	}
	return jump
}

// way emits what follows a rule of a branch: where it leads, what it assigns, and the states after it.
func (e *emitter) way(step *ir.Branch, steps []ir.Step, at place) (next string, assign *jsonata.Object, states []draft) {
	bindings, rest := e.plan.SetBefore(steps)
	entry, states := e.steps(rest, at)
	return at.to(entry), e.of(step, at).assign(bindings), states
}
