package plan

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// What a loop gathers is a list in the order of the items, or an object by key. A counted loop adds to it round by round; a Map gives it
// from the outputs of its iterations.

// emptyCollections gives what a counted loop begins with.
func emptyCollections(loop *ir.Loop) []ir.Binding {
	bindings := make([]ir.Binding, 0, len(loop.Collect))
	for _, collect := range loop.Collect {
		var empty ir.Value = []any{}
		if collect.Key != nil {
			empty = jsonata.NewObject()
		}
		bindings = append(bindings, ir.Binding{Name: collect.Name, Value: empty})
	}
	return bindings
}

// gathered is a collection with the value of this round added.
func (p planner) gathered(collect ir.Collect) jsonata.Node {
	soFar := build.Var(collect.Name)
	if collect.Key == nil {
		return build.List(soFar, known.Unflattened(p.Facts.Defined(collect.Value)))
	}
	return build.Merge(soFar, p.keyed(collect))
}

// keyed is the object of one key that a round adds.
func (p planner) keyed(collect ir.Collect) jsonata.Node {
	key := collect.Key
	if !known.IsText(key) {
		key = build.Call("string", p.Facts.Defined(key))
	}
	return build.Object(build.Member{Key: key, Value: p.Facts.Defined(collect.Value)})
}

// output is what an iteration of a Map hands out: nil for nothing, the value itself when one thing is gathered, otherwise an object by
// name.
func (p planner) output(collects []ir.Collect) ir.Value {
	switch len(collects) {
	case 0:
		return nil
	case 1:
		return p.ofRound(collects[0])
	}
	output := jsonata.NewObject()
	for _, collect := range collects {
		output.Set(collect.Name, p.ofRound(collect))
	}
	return output
}

func (p planner) ofRound(collect ir.Collect) ir.Value {
	if collect.Key == nil {
		return collect.Value
	}
	return p.keyed(collect)
}

// collections gives what a Map sets from the list of its iterations' outputs.
func collections(collects []ir.Collect) []ir.Binding {
	results := known.States("result")
	bindings := make([]ir.Binding, 0, len(collects))
	for _, collect := range collects {
		rounds := results
		if len(collects) > 1 {
			rounds = eachMember(results, collect.Name)
		}
		if collect.Key != nil {
			rounds = build.Call("merge", rounds)
		}
		bindings = append(bindings, ir.Binding{Name: collect.Name, Value: rounds})
	}
	return bindings
}

// eachMember is the list of one member of each object in a list, arrays among them kept whole. JSONata would flatten results.name, so the
// member is wrapped where it is an array.
func eachMember(results jsonata.Node, name string) jsonata.Node {
	joined := build.List(build.Var("all"), known.Unflattened(build.Field(build.Var("round"), name)))
	return build.Call("reduce", results, build.Function(joined, "all", "round"), build.List())
}
