package osop

import (
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Small constructors for JSONata trees.

func call(name string, arguments ...jsonata.Node) jsonata.Node {
	return &jsonata.Call{Function: &jsonata.Variable{Name: name}, Arguments: arguments}
}

func infix(operator string, left, right jsonata.Node) jsonata.Node {
	return &jsonata.Binary{Operator: operator, Left: left, Right: right}
}

func choose(condition, then, otherwise jsonata.Node) jsonata.Node {
	return &jsonata.Conditional{Condition: condition, Then: then, ElseOrNil: otherwise}
}

func str(value string) jsonata.Node { return &jsonata.String{Value: value} }

func num(value float64) jsonata.Node { return &jsonata.Number{Value: value} }

func null() jsonata.Node { return &jsonata.Null{} }

func variable(name string) jsonata.Node { return &jsonata.Variable{Name: name} }

func field(node jsonata.Node, names ...string) jsonata.Node {
	for _, name := range names {
		node = &jsonata.Path{Left: node, Right: &jsonata.Name{Value: name}}
	}
	return node
}

func hasType(node jsonata.Node, name string) jsonata.Node {
	return infix("=", call("type", node), str(name))
}

// orNull yields null where the expression yields nothing.
func orNull(node jsonata.Node) jsonata.Node { return choose(call("exists", node), node, null()) }

// joined combines conditions by an operator; nil when there are none.
func joined(operator string, conditions []jsonata.Node) jsonata.Node {
	var all jsonata.Node
	for _, c := range conditions {
		if all == nil {
			all = c
			continue
		}
		all = infix(operator, all, c)
	}
	return all
}

// object makes an ordered object of alternating keys and values; a nil value is left out.
func object(pairs ...any) *jsonata.Object {
	o := jsonata.NewObject()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != nil {
			o.Set(pairs[i].(string), pairs[i+1])
		}
	}
	return o
}
