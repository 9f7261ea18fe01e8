package emit

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
)

// assignment emits a Pass state that sets variables.
func (e *emitter) assignment(step *ir.Assign, at place) (string, []draft) {
	w, bindings := e.of(step, at), e.plan.Bindings(step)
	state := &asl.Pass{Comment: about(step)}
	if output := w.endWith(bindings, at); output != nil {
		state.Output, state.End = output, true
	} else {
		state.Assign = w.assign(bindings)
		state.Next, state.End, state.Output = at.leave()
	}
	id := e.drafts.own(step)
	return id, []draft{{id, state}}
}
