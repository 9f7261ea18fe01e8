package mason

import (
	"github.com/steploom/steploom/compiler/expr/jinja"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// modes are the names of what templates give.
var modes = map[mode]jinja.Mode{native: jinja.Whole, textual: jinja.Text, literal: jinja.Literal}

// lower gives an expression in JSONata, where that says exactly the same; where it never does, why says what it does not say.
func (l *lowerer) lower(t template, expression syntax.Expr, around surroundings, as mode) (lowered jinja.Lowered, why string) {
	if whole, isPath := t.pathOf(expression); (!isPath || t.hasCapitals(whole)) && t.passed(expression) {
		return jinja.Lowered{}, inexact("a header by a name that is not written out")
	}
	parsed, err := jinja.Parse("{{ " + t.textOf(expression) + " }}")
	if err != nil {
		return jinja.Lowered{}, inexact("a part of a template")
	}
	lowered, reason := parsed.Lower(modes[as], func(name string) (jinja.Root, bool) { return l.variable(name, around) })
	if reason != nil {
		return jinja.Lowered{}, inexact(reason.What)
	}
	lowered.Node, lowered.When = l.placed(lowered.Node, around), l.placed(lowered.When, around)
	return lowered, ""
}

// inexact says why function filter renders a template.
func inexact(what string) string { return "Jinja: " + what + " has no exact JSONata" }

// placed puts what the fixed fields of the state are in the places where an expression reads them.
func (l *lowerer) placed(node jsonata.Node, around surroundings) jsonata.Node {
	if node == nil {
		return nil
	}
	node = build.Rewrite(node, func(part jsonata.Node) jsonata.Node {
		switch root, name := member(part); {
		case root == currentStep && name == "input" && around.element != "":
			return build.Var(around.element)
		case root == caller && name != "" && name != "token":
			return build.Path(user(), name)
		}
		return part
	})
	for _, name := range reservedFields() {
		node = letIfRead(name, l.root(name, around), node)
	}
	return node
}

// member takes $root.name apart; both are empty for anything else.
func member(node jsonata.Node) (root, name string) {
	path, isPath := node.(*jsonata.Path)
	if !isPath {
		return "", ""
	}
	variable, isVariable := path.Left.(*jsonata.Variable)
	field, isName := path.Right.(*jsonata.Name)
	if !isVariable || !isName {
		return "", ""
	}
	return variable.Name, field.Value
}

// letIfRead binds a field of the state in an expression that reads it.
func letIfRead(name string, value ir.Value, node jsonata.Node) jsonata.Node {
	if node == nil {
		return nil
	}
	for _, read := range build.FreeVariables(node) {
		if read == name {
			return build.Let(name, build.Literal(value), node)
		}
	}
	return node
}

// variable is a field of the state as templates read it.
func (l *lowerer) variable(name string, around surroundings) (jinja.Root, bool) {
	var root jinja.Root
	switch name {
	case systemAPIs:
		root = jinja.Root{Node: build.Var(name), Type: jinja.Type{Kinds: jinja.Object, Members: map[string]jinja.Type{}}}
		for _, entry := range l.settings.systemAPIs {
			root.Type.Members[entry.Name] = jinja.Type{Kinds: jinja.String}
		}
		return root, true
	case caller:
		return jinja.Root{Node: build.Var(name), Type: jinja.Type{Kinds: jinja.Object}}, true
	case currentStep:
		response := jinja.Type{Kinds: jinja.Object, Members: map[string]jinja.Type{
			"status_code": {Kinds: jinja.Integer}, "text": {Kinds: jinja.String}, "headers": {Kinds: jinja.Object},
		}}
		members := map[string]jinja.Type{"input": {Kinds: jinja.JSON}}
		if around.response != nil {
			members["response"] = response
		}
		return jinja.Root{Node: build.Var(name), Type: jinja.Type{Kinds: jinja.Object, Members: members}}, true
	}
	variable := l.state.find(name)
	return jinja.Root{Node: build.Var(variable), Type: jinja.Type{Kinds: jinja.JSON}}, variable != ""
}

// filterRequest asks function filter for what a template gives over values.
func filterRequest(text string, values *jsonata.Object, as mode) *jsonata.Object {
	return ir.Object("language", "jinja", "program", text, "input", values, "result", string(modes[as]))
}

func filterResult() jsonata.Node { return build.Path(ir.Result(), task.FilterOutput) }
