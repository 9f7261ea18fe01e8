package lower

import (
	"math"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// wait emits a Wait state. Step Functions waits whole seconds, so parts of one are rounded up; a time that is not positive is no wait.
func (l *lowering) wait(step *ir.Wait, at place) (string, []named) {
	state := &asl.Wait{Comment: l.about(step)}
	switch seconds := step.Seconds.(type) {
	case nil:
		state.Timestamp = field[string](l.expression(step.Until, at.scope))
	case *jsonata.Number:
		if seconds.Value <= 0 {
			return at.next, nil
		}
		state.Seconds = asl.Constant(math.Ceil(seconds.Value))
	default:
		whole := call("max", list(&jsonata.Number{Value: 0}, call("ceil", l.facts.defined(step.Seconds))))
		state.Seconds = field[float64](l.write(at.scope.resolve(whole)))
	}
	name := l.names[step]
	state.Next, state.End, state.Output = l.leave(at)
	return name, []named{l.named(name, step, state)}
}
