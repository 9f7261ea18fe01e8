package lower

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
func (l *lowering) jump(step *ir.Goto, at place) (string, []named) {
	if step.Max == 0 {
		return at.scope.entries[step.Target], nil
	}
	name := l.names[step]
	exhausted, states := l.exhausted(step, at)
	choice := &asl.Choice{
		Comment: l.comment(step.Common.Range, note(step.Common.Note, fmt.Sprintf("at most %d times", step.Max))),
		Choices: []asl.Rule{l.jumpRule(step, allowed(step), at)},
		Default: exhausted,
	}
	return name, append([]named{l.named(name, step, choice)}, states...)
}

// jumpRule is the rule that takes a jump and counts it.
func (l *lowering) jumpRule(step *ir.Goto, when jsonata.Node, at place) asl.Rule {
	again := ir.Binding{Name: step.Counter, Value: plusOne(step.Counter)}
	return asl.Rule{
		Condition: l.condition(when, at.scope),
		Assign:    l.assign([]ir.Binding{again}, at.scope),
		Next:      at.scope.labels[step.Target],
	}
}

// allowed tells whether a jump may be taken once more.
func allowed(step *ir.Goto) jsonata.Node {
	return binary("<", build.Var(step.Counter), &jsonata.Number{Value: float64(step.Max)})
}

// exhausted emits what follows when a jump may not be taken any more: the author's steps, or a failure.
func (l *lowering) exhausted(step *ir.Goto, at place) (string, []named) {
	if len(step.Exhausted) > 0 {
		entry, states := l.steps(step.Exhausted, at)
		return l.goTo(entry, at), states
	}
	name := l.states.state(helperLabel(labelOf(step), "failed"))
	cause := fmt.Sprintf("%s was reached %d times again", step.Target, step.Max)
	failed := &asl.Fail{Comment: l.comment(step.Common.Range, ""), Error: asl.Constant(exhaustedError), Cause: field[string](literal(cause))}
	return name, []named{l.named(name, step, failed)}
}

func note(author, own string) string {
	if author == "" {
		return own
	}
	return author + "; " + own
}
