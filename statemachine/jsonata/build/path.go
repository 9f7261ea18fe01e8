package build

import "github.com/steploom/steploom/statemachine/jsonata"

// Name is a field of the context value; it begins a path where there is no variable to begin with.
func Name(name string) jsonata.Node { return &jsonata.Name{Value: name} }

// Field is node.name.
func Field(node jsonata.Node, name string) jsonata.Node { return Step(node, Name(name)) }

// Path is node.name.name…, the node itself when there are no names.
func Path(node jsonata.Node, names ...string) jsonata.Node {
	for _, name := range names {
		node = Field(node, name)
	}
	return node
}

// Step is left.right: right is evaluated for each value of left.
func Step(left, right jsonata.Node) jsonata.Node { return &jsonata.Path{Left: left, Right: right} }

// Select is node[predicate]. In a path the predicate belongs to the last step, as JSONata reads a.b[p].
func Select(node, predicate jsonata.Node) jsonata.Node {
	if path, ok := node.(*jsonata.Path); ok {
		return Step(path.Left, Filter(path.Right, predicate))
	}
	return Filter(node, predicate)
}

// Filter is (node)[predicate] where node is taken as a whole, whatever its shape.
func Filter(node, predicate jsonata.Node) jsonata.Node {
	return &jsonata.Filter{Expr: node, Predicate: predicate}
}

// Wildcard is node.*, the values of all fields.
func Wildcard(node jsonata.Node) jsonata.Node { return Step(node, &jsonata.Wildcard{}) }

// Descendants is node.**, the node and all values below it.
func Descendants(node jsonata.Node) jsonata.Node { return Step(node, &jsonata.Descendants{}) }
