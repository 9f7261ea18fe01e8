package lower

import (
	"fmt"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// exhaustedError is the error of a jump that was taken as often as it may be.
const exhaustedError = "Steploom.TooManyVisits"

// jump emits a Choice that counts how often it goes back; a jump forward needs no state.
func (l *lowering) jump(step *ir.Goto, at place) (string, []named) {
	if step.Max == 0 {
		return at.scope.entries[step.Target], nil
	}
	name := l.names[step]
	again := ir.Binding{Name: step.Counter, Value: plusOne(step.Counter)}
	allowed := binary("<", ir.Variable(step.Counter), &jsonata.Number{Value: float64(step.Max)})
	exhausted, states := l.exhausted(step, at)
	choice := &asl.Choice{
		Comment: l.comment(step.Common.Range, note(step.Common.Note, fmt.Sprintf("at most %d times", step.Max))),
		Choices: []asl.Rule{{
			Condition: l.condition(allowed, at.scope),
			Assign:    l.assign([]ir.Binding{again}, at.scope),
			Next:      l.labelled[step.Target],
		}},
		Default: exhausted,
	}
	return name, append([]named{l.named(name, step, choice)}, states...)
}

// exhausted emits what follows when a jump may not be taken any more: the author's steps, or a failure.
func (l *lowering) exhausted(step *ir.Goto, at place) (string, []named) {
	if len(step.Exhausted) > 0 {
		entry, states := l.steps(step.Exhausted, at)
		return l.goTo(entry, at), states
	}
	name := l.helper(step, "failed")
	cause := fmt.Sprintf("%s was reached %d times again", step.Target, step.Max)
	failed := &asl.Fail{Comment: l.comment(step.Common.Range, ""), Error: exhaustedError, Cause: literal(cause)}
	return name, []named{l.named(name, step, failed)}
}

func note(author, own string) string {
	if author == "" {
		return own
	}
	return author + "; " + own
}
