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

// once lets body use values several times although each is computed only once: what is more than a name or a literal is bound to a variable.
func once(values []Value, body func([]Value) jsonata.Node) jsonata.Node {
	block := &jsonata.Block{}
	held := make([]Value, len(values))
	for i, v := range values {
		held[i] = v
		if isSimple(v.Node) {
			continue
		}
		name := string(rune('a'+i)) + "_"
		block.Expressions = append(block.Expressions, &jsonata.Bind{Name: name, Value: v.Node})
		held[i].Node = &jsonata.Variable{Name: name}
	}
	node := body(held)
	if len(block.Expressions) == 0 {
		return node
	}
	block.Expressions = append(block.Expressions, node)
	return block
}

func isSimple(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.Variable, *jsonata.Name, *jsonata.String, *jsonata.Number, *jsonata.Boolean, *jsonata.Null:
		return true
	case *jsonata.Path:
		return isSimple(node.Left)
	default:
		return false
	}
}
