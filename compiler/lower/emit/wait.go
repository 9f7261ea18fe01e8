package emit

import (
	"math"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// wait emits a Wait state. Step Functions waits whole seconds, so parts of one are rounded up; a time that is not positive is no wait.
func (e *emitter) wait(step *ir.Wait, at place) (string, []draft) {
	w, state := e.of(step, at), &asl.Wait{Comment: about(step)}
	switch seconds := step.Seconds.(type) {
	case nil:
		state.Timestamp = field[string](w.expression(step.Until))
	case *jsonata.Number:
		if seconds.Value <= 0 {
			return at.next, nil
		}
		state.Seconds = asl.Constant(math.Ceil(seconds.Value))
	default:
		whole := build.Call("max", build.List(build.Number(0), build.Call("ceil", w.facts.Defined(step.Seconds))))
		state.Seconds = field[float64](w.write(w.scope.resolve(whole)))
	}
	state.Next, state.End, state.Output = at.leave()
	id := e.drafts.own(step)
	return id, []draft{{id, state}}
}
