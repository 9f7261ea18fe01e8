package osop

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// start gives the steps before the first node: the inputs of the run, with their defaults, checked.
func (g *graph) start() []ir.Step {
	if len(g.inputsRead) == 0 && !g.checksInputs() {
		return nil
	}
	header := ir.Header{Common: ir.Head{Label: "inputs", Range: g.document.Range}}
	steps := []ir.Step{&ir.Assign{Header: header, Bindings: []ir.Binding{{Name: "inputs", Value: g.given()}}}}
	if branch := g.inputChecks(); branch != nil {
		steps = append(steps, branch)
	}
	return steps
}

func (g *graph) checksInputs() bool {
	for _, input := range g.document.Inputs {
		if input.Required || input.Type != "" {
			return true
		}
	}
	return false
}

// given is the object of all inputs: defaults, then the body of a request or the input of a run, then parameters.
func (g *graph) given() jsonata.Node {
	in := ir.Input()
	objectOr := func(node jsonata.Node) jsonata.Node {
		return build.If(build.HasType(node, "object"), node, build.Object())
	}
	fromRequest := build.Merge(objectOr(build.Path(in, "body")), objectOr(build.Path(in, "param")))
	all := build.If(build.Exists(build.Path(in, "trigger")), fromRequest, objectOr(in))
	var defaults []build.Member
	for _, input := range g.document.Inputs {
		if input.DefaultOrNil != nil {
			defaults = append(defaults, build.Of(input.Name, build.Literal(scope{graph: g, node: -1, edge: -1}.value(input.DefaultOrNil))))
		}
	}
	if len(defaults) == 0 {
		return all
	}
	return build.Merge(build.Object(defaults...), all)
}

// inputChecks refuses runs whose inputs are missing or of the wrong type.
func (g *graph) inputChecks() ir.Step {
	header := func(label string, input Input) ir.Header {
		return ir.Header{Common: ir.Head{Label: label, Range: input.Range}}
	}
	branch := &ir.Branch{}
	for _, input := range g.document.Inputs {
		value := build.Path(build.Var("inputs"), input.Name)
		missing := build.Binary(build.OrNull(value), "=", build.Null())
		if input.Required {
			branch.Cases = append(branch.Cases, ir.Case{When: missing, Body: g.refuse(header("missing "+input.Name, input), "the input "+input.Name+" is missing"), Range: input.Range})
		}
		if kind := jsonType(input.Type); kind != "" {
			wrong := build.Binary(build.Binary(build.OrNull(value), "!=", build.Null()), "and", build.Binary(build.Call("type", value), "!=", build.Text(kind)))
			branch.Cases = append(branch.Cases, ir.Case{When: wrong, Body: g.refuse(header("wrong "+input.Name, input), "the input "+input.Name+" must be of type "+input.Type), Range: input.Range})
		}
	}
	if len(branch.Cases) == 0 {
		return nil
	}
	branch.Header = header("check inputs", g.document.Inputs[0])
	return branch
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

func (g *graph) refuse(header ir.Header, message string) []ir.Step {
	if g.answersHTTP() {
		return []ir.Step{&ir.Return{Header: header, Status: 400.0, Body: object("message", message), HasBody: true}}
	}
	return []ir.Step{&ir.Fail{Header: header, Error: "Request.Invalid", Cause: message}}
}

// unset gives null to the variables that steps read and nothing sets: outputs of nodes that are never reached.
func unset(steps []ir.Step) []ir.Binding {
	set, read := map[string]bool{}, map[string]bool{}
	ir.Walk(steps, func(step ir.Step) bool {
		for _, name := range ir.Assigned(step) {
			set[name] = true
		}
		if jump, ok := step.(*ir.Goto); ok && jump.Counter != "" {
			set[jump.Counter] = true
		}
		for _, name := range ir.FreeVariables(ir.Parts(step).Reads...) {
			read[name] = true
		}
		return true
	})
	var bindings []ir.Binding
	for _, name := range slices.Sorted(maps.Keys(read)) {
		if !set[name] && name != "param" {
			bindings = append(bindings, ir.Binding{Name: name, Value: nil})
		}
	}
	return bindings
}
