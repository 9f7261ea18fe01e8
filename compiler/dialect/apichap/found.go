package apichap

import (
	"slices"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file follows what paths with several matches find, through attributes to the places that want a list. As a value one match is the value itself;
// as a list it is the list of one, so that a list of lists or of objects is never taken for what is in it.

// found are the values that an expression finds: their list, and how many they are.
type found struct{ list, count jsonata.Node }

// foundIn reads a variable that holds the list of what an expression found, or null.
func foundIn(list jsonata.Node) typed {
	count := build.Call("count", list)
	several := build.If(build.Binary(count, ">", build.Number(1)), list, nil)
	value := build.If(build.Binary(count, "=", build.Number(1)), build.Filter(list, build.Number(0)), several)
	all := typed{node: list, null: true}.list()
	return typed{node: value, null: true, missing: true, found: &found{all, build.Call("count", all)}}
}

// listed lowers an expression where a list is wanted.
func (s *scope) listed(e expression) typed {
	value := s.lowerAny(e)
	if value.listed != nil {
		return typed{node: value.listed, null: true}
	}
	return value
}

// listVariable is the second variable of a mixed attribute.
func (info *attributeInfo) listVariable() string { return info.variable + "_list" }

// bindings give the variables of an attribute their values: the list of all values, where each that is ever set is what an expression finds; where
// only some are such, the value, and the list or other value that stands for it where a list is wanted.
func (s *scope) bindings(one attribute) []ir.Binding {
	info, value := s.names.attributes[one.name], s.lowerAny(one.value)
	if info.found {
		return []ir.Binding{{Name: info.variable, Value: value.list()}}
	}
	bindings := []ir.Binding{{Name: info.variable, Value: plain(value.node)}}
	if !info.mixed {
		return bindings
	}
	list := plain(value.node)
	switch {
	case value.found != nil:
		list = value.found.list
	case value.listed != nil:
		list = value.listed
	}
	return append(bindings, ir.Binding{Name: info.listVariable(), Value: list})
}

// rootOf gives what a path looks into: of an expression that finds several values, their list.
func rootOf(value typed) expr.Root {
	root := expr.Root{Node: value.node, Flags: value.flags}
	switch {
	case value.found != nil:
		root.Node, root.Shape = value.found.list, expr.ListShape
	case value.kind == listKind && value.rows && value.nullable():
		root.Shape = expr.OptionalRowsShape
	case value.kind == listKind && value.rows:
		root.Shape = expr.RowsShape
	case value.kind == listKind:
		root.Shape = expr.ListShape
	}
	return root
}

// quantity is how many values an expression stands for.
type quantity int

const (
	noValue quantity = iota
	oneValue
	manyValues
	// mixedValue is one or many, which only the run decides.
	mixedValue
)

// quantities finds the attributes that hold what paths with several matches find: those of which every value is such, or null. It takes all
// attributes for such, then drops those with another value, until nothing changes.
func (n *names) quantities() {
	for _, info := range n.attributes {
		info.found = true
	}
	for changed := true; changed; {
		changed = false
		for _, info := range n.attributes {
			if info.found && (n.sets(info, oneValue) || !n.sets(info, manyValues)) {
				info.found, changed = false, true
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, info := range n.attributes {
			if !info.found && !info.mixed && (n.sets(info, manyValues) || n.sets(info, mixedValue)) {
				info.mixed, changed = true, true
			}
		}
	}
	for _, name := range sortedKeys(n.attributes) {
		if info := n.attributes[name]; info.mixed {
			n.claim(info.listVariable(), name, info.at)
		}
	}
}

// sets tells whether a value of an attribute is of a quantity.
func (n *names) sets(info *attributeInfo, wanted quantity) bool {
	return slices.ContainsFunc(info.values, func(e expression) bool { return n.quantity(e) == wanted })
}

func (n *names) quantity(e expression) quantity {
	if null, ok := e.(*literal); ok && null.value == nil {
		return noValue
	}
	c, ok := e.(*call)
	if !ok {
		return oneValue
	}
	switch c.method.name {
	case "NULL":
		return noValue
	case "ATTRIBUTE":
		info := n.attributes[c.arguments[0].text]
		if info == nil {
			return noValue
		}
		switch {
		case info.found:
			return manyValues
		case info.mixed:
			return mixedValue
		default:
			return oneValue
		}
	case "VALUE", "BODY", "VALUE_BY_INDEX":
		return n.found(c)
	case fileContent, fileName, fileType, oldFileContent, oldFileName:
		if n.operation.sendsOne(c.arguments[0].text) {
			return oneValue
		}
		return manyValues
	default:
		return oneValue
	}
}

// found tells how many values a call with a path stands for.
func (n *names) found(c *call) quantity {
	last := c.arguments[max(len(c.arguments)-1, 0):]
	if len(last) == 0 || last[0].path == nil {
		return oneValue
	}
	path, root, shape := last[0].path.parsed, oneValue, expr.AnyShape
	if refer := c.arguments[0].refer; refer != nil {
		root, shape = n.source(refer)
	} else if c.method.name == "BODY" && n.onlySheets() {
		shape = expr.ListShape
	}
	switch {
	case path.IsRoot():
		return root
	case path.Many(shape):
		return manyValues
	default:
		return oneValue
	}
}

// source tells how many values the first argument of VALUE stands for, and its shape.
func (n *names) source(refer *reference) (quantity, expr.Shape) {
	if refer.value == nil {
		if r := n.results[refer.name]; r != nil && r.rows && len(r.loops) == 0 {
			return oneValue, expr.ListShape
		}
		return oneValue, expr.AnyShape
	}
	root := n.quantity(refer.value)
	if root == manyValues {
		return manyValues, expr.ListShape
	}
	return root, expr.AnyShape
}
