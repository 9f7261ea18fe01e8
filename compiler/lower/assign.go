package lower

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
)

// assignment emits a Pass state that sets variables.
func (l *lowering) assignment(step *ir.Assign, at place) (string, []named) {
	name := l.names[step]
	state := &asl.Pass{Comment: l.about(step)}
	if output := l.endWith(step.Bindings, at); output != nil {
		state.Output, state.End = output, true
	} else {
		state.Assign = l.assign(step.Bindings, at.scope)
		state.Next, state.End, state.Output = l.leave(at)
	}
	return name, []named{l.named(name, step, state)}
}

// leadingAssign splits an assignment off the front of steps, so that a choice rule can make it.
func (f fuser) leadingAssign(steps []ir.Step) (*ir.Assign, []ir.Step) {
	if len(steps) == 0 {
		return nil, steps
	}
	assign, ok := steps[0].(*ir.Assign)
	if !ok || f.targets[assign.Common.Label] {
		return nil, steps
	}
	return assign, steps[1:]
}
