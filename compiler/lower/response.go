package lower

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// response emits the end of an operation: a Succeed state, or in a branch of a Parallel the error that ends it (see returnError).
func (l *lowering) response(step *ir.Return, at place) (string, []named) {
	name := l.names[step]
	output := l.json(answer(step), at.scope)
	if !at.scope.branch {
		if output == nil {
			output = asl.Null{}
		}
		return name, []named{l.named(name, step, &asl.Succeed{Comment: l.about(step), Output: output})}
	}
	fail := l.helper(step, "return")
	cause := asl.Computed[string](call("string", statesPath("input")))
	return name, []named{
		l.named(name, step, &asl.Pass{Comment: l.about(step), Output: output, Next: fail}),
		l.named(fail, step, &asl.Fail{Comment: l.comment(step.Common.Range, ""), Error: asl.Constant(returnError), Cause: cause}),
	}
}

// answer is the output of an operation: statusCode, headers and body for HTTP, the body alone when there is no status.
func answer(step *ir.Return) ir.Value {
	if step.Status == nil {
		return step.Body
	}
	output := jsonata.NewObject()
	output.Set("statusCode", step.Status)
	if step.Headers != nil {
		output.Set("headers", step.Headers)
	}
	if step.HasBody {
		output.Set("body", step.Body)
	}
	return output
}

// fail emits a Fail state.
func (l *lowering) fail(step *ir.Fail, at place) (string, []named) {
	name := l.names[step]
	state := &asl.Fail{Comment: l.about(step), Error: field[string](l.text(step.Error, at.scope)), Cause: field[string](l.text(step.Cause, at.scope))}
	return name, []named{l.named(name, step, state)}
}

// text gives a value for a field that must be a text; nil for an absent one.
func (l *lowering) text(value ir.Value, in *scope) any {
	switch value := value.(type) {
	case nil:
		return nil
	case string:
		return literal(value)
	case *jsonata.String:
		return literal(value.Value)
	case *jsonata.Path:
		if l.isPartOfFailure(value) {
			return l.write(in.resolve(value))
		}
	case jsonata.Node:
		if isText(value) {
			return l.expression(value, in)
		}
	}
	return l.expression(call("string", l.node(value)), in)
}

// isPartOfFailure knows the name and the cause of an error that a handler has kept: they are texts. Were there no error after all, the
// Fail state that reads them would fail for that reason.
func (l *lowering) isPartOfFailure(node *jsonata.Path) bool {
	root, names := pathNames(node)
	return l.failures[root] && len(names) == 1 && (names[0] == "Error" || names[0] == "Cause")
}
