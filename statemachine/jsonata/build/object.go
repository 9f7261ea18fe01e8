package build

import "github.com/steploom/steploom/statemachine/jsonata"

// Member is one entry of Object. The key is an expression that gives a text.
type Member struct{ Key, Value jsonata.Node }

// Of is the member of a fixed name.
func Of(name string, value jsonata.Node) Member { return Member{Key: Text(name), Value: value} }

// Object is {key: value, …}. A member whose value is nothing is left out by JSONata.
func Object(members ...Member) jsonata.Node { return &jsonata.ObjectConstructor{Pairs: pairs(members)} }

// GroupBy is (node){key: value, …}: one object of the groups that the keys make of the node's values.
func GroupBy(node jsonata.Node, members ...Member) jsonata.Node {
	return &jsonata.Group{Expr: Block(node), Pairs: pairs(members)}
}

func pairs(members []Member) []jsonata.Pair {
	made := make([]jsonata.Pair, len(members))
	for i, member := range members {
		made[i] = jsonata.Pair{Key: member.Key, Value: member.Value}
	}
	return made
}

// Merge is $merge([objects…]): one object with the members of all, the later winning. Merges among the parts are taken apart, so that any
// number of objects is merged at one depth.
func Merge(objects ...jsonata.Node) jsonata.Node {
	var parts []jsonata.Node
	for _, object := range objects {
		parts = append(parts, merged(object)...)
	}
	return Call("merge", List(parts...))
}

// merged gives the objects that a call of $merge names one by one, or the node itself.
func merged(node jsonata.Node) []jsonata.Node {
	call, ok := node.(*jsonata.Call)
	if !ok || len(call.Arguments) != 1 {
		return []jsonata.Node{node}
	}
	function, isName := call.Function.(*jsonata.Variable)
	list, isList := call.Arguments[0].(*jsonata.ArrayConstructor)
	if !isName || function.Name != "merge" || !isList {
		return []jsonata.Node{node}
	}
	return list.Items
}
