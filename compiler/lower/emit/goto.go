package emit

import (
	"fmt"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// exhaustedError is the error of a jump that was taken as often as it may be.
const exhaustedError = "Steploom.TooManyVisits"

// jump emits a Choice that counts how often it goes back; a jump forward needs no state.
func (e *emitter) jump(step *ir.Goto, at place) (string, []draft) {
	if step.Max == 0 {
		return at.scope.entries[step.Target], nil
	}
	exhausted, states := e.exhausted(step, at)
	choice := &asl.Choice{
		Comment: noted(step, fmt.Sprintf("at most %d times", step.Max)),
		Choices: []asl.Rule{e.jumpRule(step, allowed(step), at)},
		Default: exhausted,
	}
	id := e.drafts.own(step)
	return id, append([]draft{{id, choice}}, states...)
}

// jumpRule is the rule that takes a jump and counts it.
func (e *emitter) jumpRule(step *ir.Goto, when jsonata.Node, at place) asl.Rule {
	w := e.of(step, at)
	again := build.Binary(build.Var(step.Counter), "+", build.Number(1))
	return asl.Rule{
		Condition: w.condition(when),
		Assign:    w.assign([]ir.Binding{{Name: step.Counter, Value: again}}),
		Next:      e.drafts.own(at.scope.steps[step.Target]),
	}
}

// allowed tells whether a jump may be taken once more.
func allowed(step *ir.Goto) jsonata.Node {
	return build.Binary(build.Var(step.Counter), "<", build.Number(float64(step.Max)))
}

// exhausted emits what follows when a jump may not be taken any more: the author's steps, or a failure.
func (e *emitter) exhausted(step *ir.Goto, at place) (string, []draft) {
	if len(step.Exhausted) > 0 {
		entry, states := e.steps(step.Exhausted, at)
		return at.to(entry), states
	}
	cause := fmt.Sprintf("%s was reached %d times again", step.Target, step.Max)
	id := e.drafts.beside(step, "failed")
	return id, []draft{{id, &asl.Fail{Comment: beside(step), Error: asl.Constant(exhaustedError), Cause: field[string](literal(cause))}}}
}
