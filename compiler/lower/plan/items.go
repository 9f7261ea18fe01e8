package plan

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// itemList makes what a loop goes over a list: an object becomes a list of {"key", "val"}, null and nothing an empty one, any other single
// value a list of one.
func (p planner) itemList(items jsonata.Node) jsonata.Node {
	if p.Facts.IsArray(items) {
		return items
	}
	if variable, ok := items.(*jsonata.Variable); ok {
		switch array, orNull := p.Known.HoldsArray(variable.Name); {
		case array && orNull:
			return build.If(isNull(items), build.List(), items)
		case array:
			return items
		}
	}
	if build.IsShort(items) {
		return anyList(items)
	}
	return build.Let("items", items, anyList(build.Var("items")))
}

func isNull(node jsonata.Node) jsonata.Node { return build.Binary(node, "=", build.Null()) }

func anyList(value jsonata.Node) jsonata.Node {
	pair := build.Object(build.Of("key", build.Var("key")), build.Of("val", build.Var("val")))
	pairs := build.List(build.Call("each", value, build.Function(pair, "val", "key")))
	return build.Cases([]build.Case{
		{When: build.HasType(value, "object"), Then: pairs},
		{When: isNull(value), Then: build.List()},
	}, build.List(value))
}
