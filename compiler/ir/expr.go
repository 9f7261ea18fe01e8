package ir

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// ReplaceValue does what Replace does to every expression in a value.
func ReplaceValue(value Value, replace build.Replacement) Value {
	return MapValue(value, func(node jsonata.Node) jsonata.Node { return build.Replace(node, replace) })
}

// MapValue gives a copy of a value with every expression in it replaced by what f makes of it.
func MapValue(value Value, f func(jsonata.Node) jsonata.Node) Value {
	switch value := value.(type) {
	case jsonata.Node:
		return f(value)
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = MapValue(item, f)
		}
		return items
	case *jsonata.Object:
		object := jsonata.NewObject()
		for key, member := range value.All() {
			object.Set(key, MapValue(member, f))
		}
		return object
	default:
		return value
	}
}

// FreeVariables gives the names of the variables that values read, sorted. Functions and $states are not variables.
func FreeVariables(values ...Value) []string {
	found := map[string]bool{}
	eachNode(values, func(node jsonata.Node) {
		for _, name := range build.FreeVariables(node) {
			if !asl.IsReserved(name) {
				found[name] = true
			}
		}
	})
	return slices.Sorted(maps.Keys(found))
}

// BoundVariables gives the names that expressions bind themselves: parameters of lambdas, :=, @$v and #$v.
func BoundVariables(values ...Value) map[string]bool {
	bound := map[string]bool{}
	eachNode(values, func(node jsonata.Node) {
		for _, name := range build.BoundVariables(node) {
			bound[name] = true
		}
	})
	return bound
}

func eachNode(values []Value, visit func(jsonata.Node)) {
	for _, value := range values {
		MapValue(value, func(node jsonata.Node) jsonata.Node {
			visit(node)
			return node
		})
	}
}
