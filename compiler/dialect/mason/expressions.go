package mason

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// given is what a template gives: a value, known after steps that work it out.
type given struct {
	value ir.Value
	steps []ir.Step
}

// value renders a template; one that is a single expression gives its value as it is, any other a text.
func (l *lowerer) value(node *source.Node, around surroundings) given {
	return l.render(node, around, native)
}

// mode says what a template gives.
type mode int

const (
	native mode = iota // the value of a single expression, the text of anything else
	textual
	literal // what the text says as a literal of Python, otherwise the text
)

// render renders a template. What is wrong with it is reported, and gives null.
func (l *lowerer) render(node *source.Node, around surroundings, as mode) given {
	if !isTemplate(node.Value()) {
		return given{value: plainText(node.Value())}
	}
	t, ok := l.template(node, around)
	if !ok || !l.checkNames(t, around) || !l.checkToken(t) {
		return given{}
	}
	return l.given(t, around, as)
}

// plainText is what Jinja makes of a text without anything of it: line breaks are \n, and the last one is left out.
func plainText(text string) string {
	return strings.TrimSuffix(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
}

// given renders a template that has been checked.
func (l *lowerer) given(t template, around surroundings, as mode) given {
	if expression := t.single(); expression != nil && as == native {
		return l.expression(t, expression, around, native)
	}
	if pieces, plain := t.pieces(); plain && !t.changesValues() {
		return l.concat(t, pieces, around)
	}
	return l.whole(t, textual, around)
}

// whole renders a template by function filter.
func (l *lowerer) whole(t template, as mode, around surroundings) given {
	what := "with statements"
	if t.changesValues() {
		what = "that changes a list or a mapping"
	}
	return l.rendered(t, t.text, as, around, "Jinja: a template "+what+" is rendered as a whole")
}

// concat joins the texts of pieces.
func (l *lowerer) concat(t template, pieces []syntax.Expr, around surroundings) given {
	var parts []jsonata.Node
	var all given
	for _, piece := range pieces {
		if data, isText := piece.(*syntax.Data); isText {
			parts = append(parts, build.Text(data.Text))
			continue
		}
		one := l.expression(t, piece, around, textual)
		all.steps = append(all.steps, one.steps...)
		parts = append(parts, build.Literal(one.value))
	}
	all.value = literalOr(build.Concat(parts...))
	return all
}

// literalOr gives the text of a literal, and any other expression as it is.
func literalOr(node jsonata.Node) ir.Value {
	if text, isText := node.(*jsonata.String); isText {
		return text.Value
	}
	return node
}

// expression gives an expression's value, or its text: in the definition where JSONata says it exactly, otherwise by a call of function filter. Where that
// depends on the values, a choice is made as the workflow runs.
func (l *lowerer) expression(t template, expression syntax.Expr, around surroundings, as mode) given {
	if text, isAPI := l.apiOf(expression); isAPI {
		return given{value: text}
	}
	text := "{{ " + t.textOf(expression) + " }}"
	lowered, why := l.lower(t, expression, around, as)
	switch {
	case why != "":
		return l.rendered(t, text, as, around, why)
	case lowered.When == nil:
		return given{value: literalOr(lowered.Node)}
	}
	otherwise := l.rendered(t, text, as, around, inexact("what some values give"))
	name := otherwise.value.(*jsonata.Variable).Name
	exact := &ir.Assign{Header: ir.HeaderAt(around.step.name+" text", t.node.Range), Bindings: []ir.Binding{{Name: name, Value: lowered.Node}}}
	choice := &ir.Branch{
		Header: ir.HeaderAt(around.step.name+" texts", t.node.Range), Else: otherwise.steps,
		Cases: []ir.Case{{When: lowered.When, Body: []ir.Step{exact}, Range: t.node.Range}},
	}
	return given{value: otherwise.value, steps: []ir.Step{choice}}
}

// apiOf is the address of one of the system's APIs, where an expression is nothing else.
func (l *lowerer) apiOf(expression syntax.Expr) (string, bool) {
	root, names, ok := dotted(expression)
	if !ok || root.Name != systemAPIs || len(names) != 1 {
		return "", false
	}
	return l.api(names[0]).Value(), true
}

// rendered calls function filter with a template and what it reads; why goes into the comment of its state.
func (l *lowerer) rendered(t template, text string, as mode, around surroundings, why string) given {
	name := l.state.variable(around.step.name + "_text")
	values := jsonata.NewObject()
	reads := t.reads(l.state)
	for _, read := range reads {
		values.Set(read, l.root(read, around))
	}
	request := filterRequest(text, values, as)
	if anyCase := t.anyCase(reads); len(anyCase) > 0 && t.passesHeaders() {
		request.Set("anyCase", anyCase)
	}
	call := &ir.Call{
		Header: ir.HeaderAt(around.step.name+" template", t.node.Range), Function: task.Filter, Bind: name,
		Arguments: request, Result: filterResult(),
	}
	call.Common.Note = why
	return given{value: build.Var(name), steps: []ir.Step{call}}
}

// reads are the fields of the state that a template reads, in its order.
func (t template) reads(all *state) []string {
	var found []string
	for _, statement := range t.parsed.Body {
		syntax.Walk(statement, func(node syntax.Node) bool {
			if n, isName := node.(*syntax.Name); isName && all.has(n.Name) && !slices.Contains(found, n.Name) {
				found = append(found, n.Name)
			}
			return true
		})
	}
	return found
}

// root is the value of a field of the state as a whole.
func (l *lowerer) root(name string, around surroundings) ir.Value {
	switch name {
	case systemAPIs:
		return l.openAPIs()
	case caller:
		return withoutToken()
	case currentStep:
		current := jsonata.NewObject()
		if around.input != "" {
			current.Set("input", build.Var(around.element))
		}
		if around.response != nil {
			current.Set("response", response(around.response))
		}
		return current
	}
	return build.Var(l.state.find(name))
}

// withoutToken is what is known of the caller but for the token.
func withoutToken() jsonata.Node {
	others := build.Function(build.Binary(build.Var("name"), "!=", build.Text("token")), "value", "name")
	return build.OrElse(build.Call("sift", user(), others), build.Literal(jsonata.NewObject()))
}

// response is CURRENT_STEP.response as a whole: the fields of the body, and over them json, text, status_code and headers.
func response(answer jsonata.Node) jsonata.Node {
	body := build.Path(answer, task.HTTPBody)
	fields := build.If(build.HasType(body, "object"), body, build.Literal(jsonata.NewObject()))
	own := build.Object(
		build.Of("json", body), build.Of("text", build.OrElse(build.Path(answer, task.HTTPText), build.Text(""))),
		build.Of("status_code", build.Path(answer, task.HTTPStatusCode)), build.Of("headers", build.Path(answer, task.HTTPHeaders)),
	)
	return build.Merge(fields, own)
}

// checkToken refuses templates that make the caller's token a value.
func (l *lowerer) checkToken(t template) bool {
	found := t.token()
	if found == nil {
		return true
	}
	l.Report(codeSecret.Error(t.at(found), "%s.token cannot be part of this", caller).
		Why("It is a secret, which never becomes part of the state: it may be a member of headers, params, data or json_body, whole or within fixed text. " +
			"It cannot stand in a text that is all of them, or twice in one text.").
		Fix(`write it as a member of a mapping: headers: {Authorization: "Bearer {{ USER.token }}"}`))
	return false
}
