package steps

import (
	"slices"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

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
	if len(defaults) == 0 {
		return given
	}
	return build.Merge(build.Object(defaults...), given)
}

// start gives the steps before the first node: the inputs of the run, checked.
func (h host) start(given jsonata.Node) []ir.Step {
	var cases []ir.Case
	for _, input := range h.Document.Inputs {
		cases = append(cases, h.checks(input)...)
	}
	if !h.usage[names.Inputs] && !slices.ContainsFunc(h.Document.Inputs, func(i ast.Input) bool { return i.Required || i.Type != "" }) {
		return nil
	}
	header := ir.Header{Common: ir.Head{Label: "inputs", Range: h.Document.Range}}
	steps := []ir.Step{&ir.Assign{Header: header, Bindings: []ir.Binding{{Name: names.Inputs, Value: given}}}}
	if len(cases) == 0 {
		return steps
	}
	return append(steps, &ir.Branch{Header: inputHeader("check inputs", h.Document.Inputs[0]), Cases: cases})
}

func inputHeader(label string, input ast.Input) ir.Header {
	return ir.Header{Common: ir.Head{Label: label, Range: input.Range}}
}

// checks refuse a run without an input, or with one of the wrong type.
func (h host) checks(input ast.Input) []ir.Case {
	var cases []ir.Case
	refuse := func(when jsonata.Node, label, message string) {
		cases = append(cases, ir.Case{When: when, Body: h.refuse(inputHeader(label+input.Name, input), message), Range: input.Range})
	}
	value := build.Path(build.Var(names.Inputs), input.Name)
	if input.Required {
		refuse(build.Binary(build.OrNull(value), "=", build.Null()), "missing ", "the input "+input.Name+" is missing")
	}
	if kind := jsonType(input.Type); kind != "" {
		wrong := build.All(build.Binary(build.OrNull(value), "!=", build.Null()), build.Binary(build.Call("type", value), "!=", build.Text(kind)))
		refuse(wrong, "wrong ", "the input "+input.Name+" must be of type "+input.Type)
	}
	return cases
}

func jsonType(name string) string {
	switch name {
	case "string", "number", "boolean", "array", "object":
		return name
	case "integer", "int", "float":
		return "number"
	case "list":
		return "array"
	default:
		return ""
	}
}

func (h host) refuse(header ir.Header, message string) []ir.Step {
	if h.AnswersHTTP {
		return []ir.Step{&ir.Return{Header: header, Status: 400.0, Body: ir.Object("message", message), HasBody: true}}
	}
	return []ir.Step{&ir.Fail{Header: header, Error: task.RequestInvalid, Cause: message}}
}
