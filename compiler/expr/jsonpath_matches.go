package expr

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// JSONata flattens lists in lists, and takes a value for a list of one. What a path finds may be lists itself, and so each value is carried in an
// object of its own, {"v": value}, until the last step has been taken.

// matches are the values that a path has found so far.
type matches struct {
	// node gives one object {"v": value} for each value, or the value itself.
	node jsonata.Node
	// objects tells that the values are objects, which need not be carried.
	objects bool
	// single tells that there is at most one.
	single bool
	// loose tells that some of the objects carry nothing.
	loose bool
}

// carrier is the field that holds a value.
const carrier = "v"

// carried is the value, seen from the object that carries it.
func carried() jsonata.Node { return build.Name(carrier) }

// carry is the object that carries a value.
func carry(value jsonata.Node) jsonata.Node { return build.Object(build.Of(carrier, value)) }

// carryEach gives an object for each element of a list, which must be one.
func carryEach(list jsonata.Node) jsonata.Node {
	return build.Call("map", list, build.Function(carry(build.Var("e")), "e"))
}

// carryFields gives an object for the value of each field of an object.
func carryFields(object jsonata.Node) jsonata.Node {
	return build.Call("each", object, build.Function(carry(build.Var("e")), "e"))
}

func isList(value jsonata.Node) jsonata.Node   { return build.HasType(value, "array") }
func isObject(value jsonata.Node) jsonata.Node { return build.HasType(value, "object") }

// found leaves out the objects that carry nothing.
func (m matches) found() matches {
	if m.loose {
		m.node, m.loose = build.Select(m.node, build.Exists(carried())), false
	}
	return m
}

// allOrNone gives nothing at all where one of the objects carries nothing.
func (m matches) allOrNone() matches {
	m.node = build.Held("results", m.node, func(results jsonata.Node) jsonata.Node {
		lacking := build.Filter(results, build.Not(build.Exists(carried())))
		return build.If(build.Not(build.Exists(lacking)), results, nil)
	})
	m.loose = false
	return m
}

// having keeps the values for which a condition holds. It sees the object that carries a value.
func (m matches) having(condition jsonata.Node) matches {
	m.node = build.Select(m.node, condition)
	return m
}

// then takes a step from each value: carriers gives objects that carry, and sees the object that carries the value.
func (m matches) then(carriers jsonata.Node) matches {
	return matches{node: build.Step(m.node, carriers), single: m.single}
}

// thenEach is then where the new objects may be several for each value.
func (m matches) thenEach(carriers jsonata.Node) matches {
	return matches{node: build.Step(m.node, carriers)}
}

// thenLoosely is then where some of the new objects may carry nothing.
func (m matches) thenLoosely(carriers jsonata.Node) matches {
	next := m.then(carriers)
	next.loose = true
	return next
}

// carriers makes sure that the values are carried.
func (m matches) carriers() matches {
	if m.objects {
		return matches{node: build.Step(m.node, carry(build.Var("")))}
	}
	return m
}

// value is nothing, the one value, or the list of several.
func (m matches) value() jsonata.Node {
	switch {
	case m.objects:
		return m.node
	case m.single:
		return build.Step(m.node, carried())
	default:
		return build.Call("map", m.node, build.Function(build.Field(build.Var("m"), carrier), "m"))
	}
}

func (m matches) count() jsonata.Node { return build.Call("count", m.found().node) }

// list is the list of all values.
func (m matches) list() jsonata.Node {
	if m.objects {
		return build.List(m.node)
	}
	return build.Held("found", build.List(m.found().node), func(found jsonata.Node) jsonata.Node {
		carriers := matches{node: found}
		return build.Held("values", carriers.value(), func(values jsonata.Node) jsonata.Node {
			one := build.Binary(carriers.count(), "=", build.Number(1))
			return build.If(build.All(one, isList(values)), build.List(build.List(values)), build.List(values))
		})
	})
}
