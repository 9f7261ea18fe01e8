package known

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Node gives a value as one expression that always has a value.
func (f Facts) Node(value ir.Value) jsonata.Node {
	switch value := value.(type) {
	case jsonata.Node:
		return f.Defined(value)
	case []any:
		items := make([]jsonata.Node, len(value))
		for i, item := range value {
			items[i] = f.item(item)
		}
		return build.List(items...)
	case *jsonata.Object:
		var members []build.Member
		for key, member := range value.All() {
			members = append(members, build.Of(key, f.Node(member)))
		}
		return build.Object(members...)
	default:
		return build.Literal(value)
	}
}

// item gives an element of a list. JSONata flattens arrays there, so one that may be an array is wrapped once more.
func (f Facts) item(value ir.Value) jsonata.Node {
	node, ok := value.(jsonata.Node)
	if !ok {
		return f.Node(value)
	}
	return Unflattened(f.Defined(node))
}

// Unflattened gives an expression as an element of a list: JSONata would flatten an array there, so what may be one is wrapped once more.
func Unflattened(node jsonata.Node) jsonata.Node {
	switch node.(type) {
	case *jsonata.String, *jsonata.Number, *jsonata.Boolean, *jsonata.Null, *jsonata.ObjectConstructor, *jsonata.ArrayConstructor:
		return node
	}
	return build.If(build.HasType(node, "array"), build.List(build.List(node)), node)
}

// Kept gives the value of a binding; one whose condition fails keeps the old value.
func (f Facts) Kept(binding ir.Binding, old jsonata.Node) ir.Value {
	if binding.IfOrNil == nil {
		return binding.Value
	}
	return build.If(f.Condition(binding.IfOrNil), f.Node(binding.Value), old)
}

// Names takes a path of names apart; the root is "" when it is anything else.
func Names(node jsonata.Node) (root string, names []string) {
	switch node := node.(type) {
	case *jsonata.Variable:
		return node.Name, nil
	case *jsonata.Path:
		name, ok := node.Right.(*jsonata.Name)
		root, names := Names(node.Left)
		if !ok || root == "" {
			return "", nil
		}
		return root, append(names, name.Value)
	default:
		return "", nil
	}
}

// States is the path $states.name.name….
func States(names ...string) jsonata.Node { return build.Path(build.Var("states"), names...) }

// Same tells whether two expressions have the same text.
func Same(a, b jsonata.Node) bool { return jsonata.Print(a) == jsonata.Print(b) }

func isFunction(node *jsonata.Call, name string) bool {
	function, ok := node.Function.(*jsonata.Variable)
	return ok && function.Name == name
}
