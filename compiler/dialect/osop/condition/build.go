package condition

import "github.com/steploom/steploom/statemachine/jsonata"

// Small constructors for JSONata trees.

func call(name string, arguments ...jsonata.Node) jsonata.Node {
	return &jsonata.Call{Function: &jsonata.Variable{Name: name}, Arguments: arguments}
}

func infix(operator string, left, right jsonata.Node) jsonata.Node {
	return &jsonata.Binary{Operator: operator, Left: left, Right: right}
}

func str(value string) jsonata.Node { return &jsonata.String{Value: value} }

func num(value float64) jsonata.Node { return &jsonata.Number{Value: value} }

func boolean(value bool) jsonata.Node { return &jsonata.Boolean{Value: value} }

func choose(condition, then, otherwise jsonata.Node) jsonata.Node {
	return &jsonata.Conditional{Condition: condition, Then: then, ElseOrNil: otherwise}
}

func hasType(node jsonata.Node, name string) jsonata.Node {
	return infix("=", call("type", node), str(name))
}

func lambda(parameter string, body jsonata.Node) jsonata.Node {
	return &jsonata.Lambda{Parameters: []string{parameter}, Body: body}
}

// listOf makes a list of any value: a list stays, nothing becomes empty.
func listOf(node jsonata.Node) jsonata.Node {
	return call("append", &jsonata.ArrayConstructor{}, node)
}
