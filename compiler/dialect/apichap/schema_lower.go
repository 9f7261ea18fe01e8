package apichap

import (
	"strconv"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file lowers schemas. Outside of lists they become JSON with expressions at its leaves, inside of lists they become expressions.

// schemaValue lowers a schema whose @ is that of the place around it.
func (s *scope) schemaValue(one schema) ir.Value {
	switch one := one.(type) {
	case *schemaObject:
		object := jsonata.NewObject()
		for _, field := range one.fields {
			object.Set(field.name, s.schemaValue(field.value))
		}
		return object
	case *schemaScope:
		if one.object == nil {
			return s.schemaValue(one.item)
		}
	case *schemaValue:
		return plain(s.lower(one.value).node)
	}
	return s.schemaNode(one).node
}

// schemaNode lowers a schema to one expression.
func (s *scope) schemaNode(one schema) typed {
	switch one := one.(type) {
	case *schemaObject:
		return s.objectNode(one)
	case *schemaList:
		return s.listNode(one)
	case *schemaScope:
		return s.scopeNode(one)
	case *schemaMap:
		return s.mapNode(one)
	case *schemaValue:
		value := s.lower(one.value)
		return typed{node: value.defined(), kind: value.kind, null: value.nullable()}
	default:
		return nothing()
	}
}

func (s *scope) objectNode(one *schemaObject) typed {
	object := &jsonata.ObjectConstructor{}
	for _, field := range one.fields {
		object.Pairs = append(object.Pairs, jsonata.Pair{Key: expr.Text(field.name), Value: s.schemaNode(field.value).node})
	}
	return typed{node: object, kind: objectKind}
}

// elementName names the variable of an item by its depth.
func (s *scope) elementName() string {
	if depth := len(s.elements); depth > 0 {
		return s.local("item" + strconv.Itoa(depth+1))
	}
	return s.local("item")
}

// local gives a name for a variable inside an expression that hides none of the operation's.
func (s *scope) local(name string) string {
	for {
		if _, taken := s.names.variables[name]; !taken {
			return name
		}
		name += "_"
	}
}

func (s *scope) listNode(one *schemaList) typed {
	list := s.lower(one.list)
	name := s.elementName()
	item := s.around(typed{node: expr.Var(name), null: true}).schemaNode(one.item)
	build := expr.Function(item.node, name)
	if item.kind != anyKind && item.kind != listKind {
		return typed{node: expr.List(expr.Call("map", list.list(), build)), kind: listKind}
	}
	return typed{node: s.listOfLists(list.list(), build), kind: listKind}
}

// listOfLists keeps the results of $map apart when they may be lists themselves: JSONata takes a single result out of its list, and
// spreads a list that is put into another.
func (s *scope) listOfLists(list, build jsonata.Node) jsonata.Node {
	name := s.local("result")
	result := expr.Var(name)
	isList := expr.Binary(expr.Call("type", result), "=", expr.Text("array"))
	keep := func(list jsonata.Node) jsonata.Node {
		single := expr.Binary(expr.Call("count", list), "=", expr.Number(1))
		nested := expr.If(expr.All(single, isList), expr.List(expr.List(result)), expr.List(result))
		return expr.Let(name, expr.Call("map", list, build), nested)
	}
	if expr.IsShort(list) {
		return keep(list)
	}
	all := s.local("list")
	return expr.Let(all, list, keep(expr.Var(all)))
}

func (s *scope) scopeNode(one *schemaScope) typed {
	if one.object == nil {
		return s.schemaNode(one.item)
	}
	object := s.lower(one.object)
	name := s.elementName()
	item := s.around(typed{node: expr.Var(name), null: true}).schemaNode(one.item)
	if !object.nullable() {
		return typed{node: expr.Let(name, object.node, item.node), kind: item.kind}
	}
	there := typed{node: expr.Var(name), null: object.null, missing: object.missing}.isThere()
	return typed{node: expr.Let(name, object.node, expr.If(there, item.node, expr.Null())), null: true}
}

// mapNode builds an object with the keys of another; @ is each member as key and val.
func (s *scope) mapNode(one *schemaMap) typed {
	of := s.lower(one.of)
	name, key, val, object := s.elementName(), s.local("key"), s.local("val"), s.local("object")
	item := s.around(typed{node: expr.Var(name), null: true}).schemaNode(one.item)
	member := &jsonata.ObjectConstructor{Pairs: []jsonata.Pair{{Key: expr.Text("key"), Value: expr.Var(key)}, {Key: expr.Text("val"), Value: expr.Var(val)}}}
	entry := &jsonata.ObjectConstructor{Pairs: []jsonata.Pair{{Key: expr.Var(key), Value: expr.Let(name, member, item.node)}}}
	entries := expr.Call("each", expr.Var(object), expr.Function(entry, val, key))
	isObject := expr.Binary(expr.Call("type", expr.Var(object)), "=", expr.Text("object"))
	merged := expr.Call("merge", expr.List(entries))
	return typed{node: expr.Let(object, of.node, expr.If(isObject, merged, &jsonata.ObjectConstructor{})), kind: objectKind}
}
