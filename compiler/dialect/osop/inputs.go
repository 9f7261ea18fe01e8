package osop

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
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
	empty := &jsonata.ObjectConstructor{}
	objectOr := func(node jsonata.Node) jsonata.Node { return choose(hasType(node, "object"), node, empty) }
	fromRequest := call("merge", &jsonata.ArrayConstructor{Items: []jsonata.Node{objectOr(field(in, "body")), objectOr(field(in, "param"))}})
	all := choose(call("exists", field(in, "trigger")), fromRequest, objectOr(in))
	defaults := &jsonata.ObjectConstructor{}
	for _, input := range g.document.Inputs {
		if input.DefaultOrNil != nil {
			defaults.Pairs = append(defaults.Pairs, jsonata.Pair{Key: str(input.Name), Value: valueNode(scope{graph: g, node: -1, edge: -1}.value(input.DefaultOrNil))})
		}
	}
	if len(defaults.Pairs) == 0 {
		return all
	}
	return call("merge", &jsonata.ArrayConstructor{Items: []jsonata.Node{defaults, all}})
}

// valueNode makes an expression of a value.
func valueNode(value ir.Value) jsonata.Node {
	switch value := value.(type) {
	case jsonata.Node:
		return value
	case bool:
		return truth(value)
	case float64:
		return num(value)
	case int64:
		return jsonata.IntegerLiteral(value)
	case string:
		return str(value)
	case []any:
		list := &jsonata.ArrayConstructor{}
		for _, item := range value {
			list.Items = append(list.Items, valueNode(item))
		}
		return list
	case *jsonata.Object:
		o := &jsonata.ObjectConstructor{}
		for key, member := range value.All() {
			o.Pairs = append(o.Pairs, jsonata.Pair{Key: str(key), Value: valueNode(member)})
		}
		return o
	default:
		return null()
	}
}

// inputChecks refuses runs whose inputs are missing or of the wrong type.
func (g *graph) inputChecks() ir.Step {
	header := func(label string, input Input) ir.Header {
		return ir.Header{Common: ir.Head{Label: label, Range: input.Range}}
	}
	branch := &ir.Branch{}
	for _, input := range g.document.Inputs {
		value := field(variable("inputs"), input.Name)
		missing := infix("=", orNull(value), null())
		if input.Required {
			branch.Cases = append(branch.Cases, ir.Case{When: missing, Body: g.refuse(header("missing "+input.Name, input), "the input "+input.Name+" is missing"), Range: input.Range})
		}
		if kind := jsonType(input.Type); kind != "" {
			wrong := infix("and", infix("!=", orNull(value), null()), infix("!=", call("type", value), str(kind)))
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
		for _, name := range ir.FreeVariables(ir.Values(step)...) {
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
