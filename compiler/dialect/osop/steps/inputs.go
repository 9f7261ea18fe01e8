package steps

import (
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file knows what a run is given.

// given is the object of all inputs: defaults, then the body of a request or the input of a run, then parameters.
func (w Workflow) given() jsonata.Node {
	in := ir.Input()
	objectOr := func(node jsonata.Node) jsonata.Node {
		return build.If(build.HasType(node, "object"), node, build.Object())
	}
	request := build.Merge(objectOr(build.Path(in, "body")), objectOr(build.Path(in, "param")))
	given := build.If(build.Exists(build.Path(in, "trigger")), request, objectOr(in))
	var defaults []build.Member
	for _, input := range w.Document.Inputs {
		if input.DefaultOrNil != nil {
			defaults = append(defaults, build.Of(input.Name, build.Literal(w.From(flow.NoNode).Value(input.DefaultOrNil))))
		}
	}
	objects := []jsonata.Node{given}
	if len(defaults) > 0 {
		objects = []jsonata.Node{build.Object(defaults...), given}
	}
	if read := w.read(); len(read) > 0 {
		objects = append(objects, build.Object(read...))
	}
	if len(objects) == 1 {
		return given
	}
	return build.Merge(objects...)
}

// texts are the inputs that a request may bring as texts, though they are none: in its path or its query.
func (w Workflow) texts() []schema.Text {
	var texts []schema.Text
	for _, input := range w.Document.Inputs {
		if kind := input.Schema.Type(); w.AnswersHTTP && kind != "" && kind != "string" {
			param := build.Path(ir.Input(), "param", input.Name)
			texts = append(texts, schema.Text{Schema: input.Schema, Name: "the input " + input.Name, Value: build.If(build.HasType(param, "string"), param, nil)})
		}
	}
	return texts
}

// read are the values of those texts; of one that is not there, nothing.
func (w Workflow) read() []build.Member {
	var members []build.Member
	for _, text := range w.texts() {
		name := strings.TrimPrefix(text.Name, "the input ")
		members = append(members, build.Of(name, build.If(build.Exists(text.Value), text.Read(), nil)))
	}
	return members
}

// start gives the steps before the first node: the inputs of the run, checked.
func (h host) start(given jsonata.Node) []ir.Step {
	var cases []ir.Case
	for _, input := range h.Document.Inputs {
		cases = append(cases, h.checks(input)...)
	}
	early := h.early()
	if len(early) == 0 && !h.usage[names.Inputs] && !slices.ContainsFunc(h.Document.Inputs, func(i ast.Input) bool { return i.Required || i.Schema != nil }) {
		return nil
	}
	var steps []ir.Step
	for _, text := range h.texts() {
		for _, wrong := range text.Violations() {
			cases := []ir.Case{h.refused(wrong, "unread "+strings.TrimPrefix(text.Name, "the "), text.Range)}
			steps = append(steps, &ir.Branch{Header: ir.Header{Common: ir.Head{Label: "read " + strings.TrimPrefix(text.Name, "the "), Range: text.Range}}, Cases: cases})
		}
	}
	header := ir.Header{Common: ir.Head{Label: "inputs", Range: h.Document.Range}}
	steps = append(steps, &ir.Assign{Header: header, Bindings: []ir.Binding{{Name: names.Inputs, Value: given}}})
	if len(early) > 0 {
		steps = append(steps, &ir.Assign{Header: ir.Header{Common: ir.Head{Range: h.Document.Range}}, Bindings: early})
	}
	if len(cases) == 0 {
		return steps
	}
	return append(steps, &ir.Branch{Header: inputHeader("check inputs", h.Document.Inputs[0]), Cases: cases})
}

// early are the inputs of the run that have the name of an output: they are what the name means until a node puts it out.
func (h host) early() []ir.Binding {
	var bindings []ir.Binding
	for _, name := range h.Outputs() {
		if h.IsInput(name) {
			bindings = append(bindings, ir.Binding{Name: h.Output(name), Value: build.OrNull(build.Path(build.Var(names.Inputs), name))})
		}
	}
	return bindings
}

func inputHeader(label string, input ast.Input) ir.Header {
	return ir.Header{Common: ir.Head{Label: label, Range: input.Range}}
}

// checks refuse a run without an input, or with one that does not fit its schema.
func (h host) checks(input ast.Input) []ir.Case {
	var cases []ir.Case
	value := build.Path(build.Var(names.Inputs), input.Name)
	if input.Required {
		missing := schema.Violation{Fails: build.Binary(build.OrNull(value), "=", build.Null()), Message: build.Text("the input " + input.Name + " is missing")}
		cases = append(cases, h.refused(missing, "missing "+input.Name, input.Range))
	}
	for i, wrong := range input.Schema.Violations(schema.Subject{Value: value, Name: "the input " + input.Name, NullIsAbsent: true}) {
		label := "wrong " + input.Name
		if i > 0 {
			label += " " + strconv.Itoa(i+1)
		}
		cases = append(cases, h.refused(wrong, label, input.Range))
	}
	return cases
}

// refused ends a run whose inputs are wrong.
func (h host) refused(wrong schema.Violation, label string, at diag.Range) ir.Case {
	header := ir.Header{Common: ir.Head{Label: label, Range: at}}
	var message ir.Value = wrong.Message
	if text, isText := wrong.Message.(*jsonata.String); isText {
		message = text.Value
	}
	var end ir.Step = &ir.Fail{Header: header, Error: task.RequestInvalid, Cause: message}
	if h.AnswersHTTP {
		end = &ir.Return{Header: header, Status: 400.0, Body: ir.Object("message", message), HasBody: true}
	}
	return ir.Case{When: wrong.Fails, Body: []ir.Step{end}, Range: at}
}
