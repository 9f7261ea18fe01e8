package apichap

import (
	"strconv"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers schemas. Outside of lists they become JSON with expressions at its leaves, inside of lists they become expressions.

// shapes lowers schemas at the place of a scope.
type shapes struct{ *scope }

// whole lowers the schema of a whole body, which may be a file.
func (s shapes) whole(one schema) ir.Value {
	if value, ok := one.(*schemaValue); ok {
		return plain(s.lowerAny(value.value).node)
	}
	return s.data(one)
}

// data lowers a schema whose @ is that of the place around it.
func (s shapes) data(one schema) ir.Value {
	switch one := one.(type) {
	case *schemaObject:
		object := jsonata.NewObject()
		for _, field := range one.fields {
			object.Set(field.name, s.data(field.value))
		}
		return object
	case *schemaScope:
		if one.object == nil {
			return s.data(one.item)
		}
	case *schemaValue:
		return plain(s.lower(one.value).node)
	}
	return s.node(one).node
}

// node lowers a schema to one expression.
func (s shapes) node(one schema) typed {
	switch one := one.(type) {
	case *schemaObject:
		return s.object(one)
	case *schemaList:
		return s.list(one)
	case *schemaScope:
		return s.objectScope(one)
	case *schemaMap:
		return s.mapping(one)
	case *schemaValue:
		value := s.lower(one.value)
		return typed{node: value.defined(), kind: value.kind, null: value.nullable()}
	default:
		return nothing()
	}
}

func (s shapes) object(one *schemaObject) typed {
	members := make([]build.Member, len(one.fields))
	for i, field := range one.fields {
		members[i] = build.Of(field.name, s.node(field.value).node)
	}
	return typed{node: build.Object(members...), kind: objectKind}
}

// elementName names the variable of an item by its depth.
func (s shapes) elementName() string {
	if depth := len(s.elements); depth > 0 {
		return s.local("item" + strconv.Itoa(depth+1))
	}
	return s.local("item")
}

// item lowers the schema of an item, whose @ is a variable that holds such an element.
func (s shapes) item(variable string, element typed, one schema, gather func(inner jsonata.Node) jsonata.Node) typed {
	inner := within(s.scope, surrounding{gather: gather, element: true})
	element.node, element.null = build.Var(variable), true
	return shapes{inner.around(element)}.node(one)
}

// itemOf is what is known of the elements of a list.
func itemOf(list typed) typed {
	if list.kind == fileKind {
		return typed{kind: fileKind}
	}
	return typed{flags: list.flags}
}

func (s shapes) list(one *schemaList) typed {
	list := s.listed(one.list)
	name := s.elementName()
	each := func(inner jsonata.Node) jsonata.Node {
		return build.Call("map", list.list(), build.Function(inner, name))
	}
	item := s.item(name, itemOf(list), one.item, each)
	function := build.Function(item.node, name)
	if item.kind != anyKind && item.kind != listKind {
		return typed{node: build.List(build.Call("map", list.list(), function)), kind: listKind}
	}
	return typed{node: s.listOfLists(list.list(), function), kind: listKind}
}

// listOfLists keeps the results of $map apart when they may be lists themselves: JSONata takes a single result out of its list, and
// spreads a list that is put into another.
func (s shapes) listOfLists(list, function jsonata.Node) jsonata.Node {
	name := s.local("result")
	result := build.Var(name)
	isList := build.Binary(build.Call("type", result), "=", build.Text("array"))
	keep := func(list jsonata.Node) jsonata.Node {
		single := build.Binary(build.Call("count", list), "=", build.Number(1))
		nested := build.If(build.All(single, isList), build.List(build.List(result)), build.List(result))
		return build.Let(name, build.Call("map", list, function), nested)
	}
	if build.IsShort(list) {
		return keep(list)
	}
	all := s.local("list")
	return build.Let(all, list, keep(build.Var(all)))
}

func (s shapes) objectScope(one *schemaScope) typed {
	if one.object == nil {
		return s.node(one.item)
	}
	object := s.lower(one.object)
	name := s.elementName()
	there := typed{node: build.Var(name), null: object.null, missing: object.missing}.isThere()
	item := s.item(name, typed{flags: object.flags}, one.item, func(inner jsonata.Node) jsonata.Node {
		return build.Let(name, object.node, build.If(there, inner, nil))
	})
	if !object.nullable() {
		return typed{node: build.Let(name, object.node, item.node), kind: item.kind}
	}
	return typed{node: build.Let(name, object.node, build.If(there, item.node, build.Null())), null: true}
}

// mapping builds an object with the keys of another; @ is each member as key and val.
func (s shapes) mapping(one *schemaMap) typed {
	of := s.lower(one.of)
	name, key, val, object := s.elementName(), s.local("key"), s.local("val"), s.local("object")
	member := build.Object(build.Of("key", build.Var(key)), build.Of("val", build.Var(val)))
	isObject := build.HasType(build.Var(object), "object")
	item := s.item(name, typed{}, one.item, func(inner jsonata.Node) jsonata.Node {
		each := build.Call("each", build.Var(object), build.Function(build.Let(name, member, inner), val, key))
		return build.Let(object, of.node, build.If(isObject, each, nil))
	})
	entry := build.Object(build.Member{Key: build.Var(key), Value: build.Let(name, member, item.node)})
	entries := build.Call("each", build.Var(object), build.Function(entry, val, key))
	merged := build.Call("merge", build.List(entries))
	return typed{node: build.Let(object, of.node, build.If(isObject, merged, build.Object())), kind: objectKind}
}
