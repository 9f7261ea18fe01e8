package lower

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// What a loop gathers is a list in the order of the items, or an object by key. A counted loop adds to it round by round; a Map gives it
// from the outputs of its iterations.

// emptyCollections gives what a counted loop begins with.
func emptyCollections(step *ir.Loop) []ir.Binding {
	bindings := make([]ir.Binding, 0, len(step.Collect))
	for _, collect := range step.Collect {
		var empty ir.Value = []any{}
		if collect.Key != nil {
			empty = jsonata.NewObject()
		}
		bindings = append(bindings, ir.Binding{Name: collect.Name, Value: empty})
	}
	return bindings
}

// gathered is a collection with the value of this round added.
func gathered(collect ir.Collect) jsonata.Node {
	if collect.Key == nil {
		return list(build.Var(collect.Name), unflattened(facts{}.defined(collect.Value)))
	}
	return call("merge", list(build.Var(collect.Name), keyed(collect)))
}

// keyed is the object of one key that a round adds.
func keyed(collect ir.Collect) jsonata.Node {
	key := collect.Key
	if !isText(key) {
		key = call("string", facts{}.defined(key))
	}
	return &jsonata.ObjectConstructor{Pairs: []jsonata.Pair{{Key: key, Value: facts{}.defined(collect.Value)}}}
}

// isText tells whether an expression is sure to give a text.
func isText(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.String:
		return true
	case *jsonata.Binary:
		return node.Operator == "&"
	default:
		return false
	}
}

// iterationOutput is what an iteration of a Map hands out: nil for nothing, the value itself when one thing is gathered, otherwise an
// object by name.
func iterationOutput(collects []ir.Collect) ir.Value {
	switch len(collects) {
	case 0:
		return nil
	case 1:
		return roundValue(collects[0])
	}
	output := jsonata.NewObject()
	for _, collect := range collects {
		output.Set(collect.Name, roundValue(collect))
	}
	return output
}

func roundValue(collect ir.Collect) ir.Value {
	if collect.Key == nil {
		return collect.Value
	}
	return keyed(collect)
}

// collections gives what a Map sets from the list of its iterations' outputs.
func collections(collects []ir.Collect) []ir.Binding {
	results := statesPath("result")
	bindings := make([]ir.Binding, 0, len(collects))
	for _, collect := range collects {
		rounds := results
		if len(collects) > 1 {
			rounds = eachMember(results, collect.Name)
		}
		if collect.Key != nil {
			rounds = call("merge", rounds)
		}
		bindings = append(bindings, ir.Binding{Name: collect.Name, Value: rounds})
	}
	return bindings
}

// eachMember is the list of one member of each object in a list, arrays among them kept whole. JSONata would flatten results.name, so the
// member is wrapped where it is an array.
func eachMember(results jsonata.Node, name string) jsonata.Node {
	member := &jsonata.Path{Left: build.Var("round"), Right: &jsonata.Name{Value: name}}
	joined := list(build.Var("all"), unflattened(member))
	return call("reduce", results, &jsonata.Lambda{Parameters: []string{"all", "round"}, Body: joined}, list())
}

func statesPath(names ...string) jsonata.Node {
	node := build.Var("states")
	for _, name := range names {
		node = &jsonata.Path{Left: node, Right: &jsonata.Name{Value: name}}
	}
	return node
}
