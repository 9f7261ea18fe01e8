package emit

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// response emits the end of an operation: a Succeed state, or in a branch of a Parallel the error that ends it (see returnError).
func (e *emitter) response(step *ir.Return, at place) (string, []draft) {
	id, output := e.drafts.own(step), e.of(step, at).json(answer(step))
	if !at.scope.branch {
		if output == nil {
			output = asl.Null{}
		}
		return id, []draft{{id, &asl.Succeed{Comment: about(step), Output: output}}}
	}
	fail := e.drafts.beside(step, "return")
	cause := asl.Computed[string](build.Call("string", known.States("input")))
	return id, []draft{
		{id, &asl.Pass{Comment: about(step), Output: output, Next: fail}},
		{fail, &asl.Fail{Comment: beside(step), Error: asl.Constant(returnError), Cause: cause}},
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
	if step.CSVSeparator != "" {
		output.Set("csvSeparator", step.CSVSeparator)
	}
	if len(step.CSVColumns) > 0 {
		output.Set("csvColumns", ir.Texts(step.CSVColumns...))
	}
	if step.HasBody {
		output.Set("body", step.Body)
	}
	return output
}

// fail emits a Fail state.
func (e *emitter) fail(step *ir.Fail, at place) (string, []draft) {
	id := e.drafts.own(step)
	return id, []draft{{id, &asl.Fail{Comment: about(step), Error: e.text(step, step.Error, at), Cause: e.text(step, step.Cause, at)}}}
}

// text gives a field that must be a text; absent for an absent value.
func (e *emitter) text(step ir.Step, value ir.Value, at place) asl.Text {
	w := e.of(step, at)
	switch value := value.(type) {
	case nil:
		return asl.Text{}
	case string:
		return field[string](literal(value))
	case jsonata.Node:
		if e.isPartOfFailure(value) {
			return field[string](w.write(w.scope.resolve(value)))
		}
		if known.IsText(value) {
			return field[string](w.expression(value))
		}
	}
	return field[string](w.expression(build.Call("string", w.facts.Node(value))))
}

// isPartOfFailure knows the name and the cause of an error that a handler has kept: they are texts. Were there no error after all, the
// Fail state that reads them would fail for that reason.
func (e *emitter) isPartOfFailure(node jsonata.Node) bool {
	root, names := known.Names(node)
	return e.plan.Known.HoldsFailure(root) && len(names) == 1 && (names[0] == "Error" || names[0] == "Cause")
}
