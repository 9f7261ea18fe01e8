package mason

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// lower gives an expression in JSONata, where that says exactly the same.
func (l *lowerer) lower(t template, expression syntax.Expr, around surroundings, as mode) (jsonata.Node, bool) {
	root, names, ok := dotted(expression)
	if !ok || as != native {
		return nil, false
	}
	return l.resolve(root.Name, names, around), true
}

// resolve gives a name of the state and the fixed names behind it.
func (l *lowerer) resolve(name string, names []string, around surroundings) jsonata.Node {
	switch {
	case name == systemAPIs && len(names) == 1:
		return build.Text(l.api(names[0]).Value())
	case name == caller && len(names) > 0:
		return build.OrNull(build.Path(user(), names...))
	case name == currentStep && len(names) > 0 && names[0] == "input":
		return build.OrNull(build.Path(build.Var(around.element), names[1:]...))
	case name == currentStep && len(names) > 1 && names[0] == "response":
		return build.OrNull(responseMember(around.response, names[1:]))
	case name == currentStep && len(names) == 1 && names[0] == "response":
		return response(around.response)
	case name == systemAPIs || name == caller || name == currentStep:
		return build.Literal(l.root(name, around))
	}
	return build.OrNull(build.Path(build.Var(l.state.find(name)), names...))
}

// filterRequest asks function filter for what a template gives over values.
func filterRequest(text string, values *jsonata.Object, as mode) *jsonata.Object {
	result := "text"
	if as == native {
		result = "value"
	}
	return ir.Object("language", "jinja", "program", text, "input", values, "result", result)
}

func filterResult() jsonata.Node { return build.Path(ir.Result(), task.FilterOutput) }
