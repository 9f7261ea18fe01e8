package apichap

import (
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers comparisons. Equality is true equality, in which null equals null; ordering with null is false; a text that is a
// number compares with numbers as one.

func (s *scope) compare(e *binary) jsonata.Node {
	left, right := s.lowerAny(e.left), s.lowerAny(e.right)
	comparesFile(e.left, left, right)
	comparesFile(e.right, right, left)
	if e.operator == "==" || e.operator == "!=" {
		comparesBoolean(s, e.left, left, right)
		comparesBoolean(s, e.right, right, left)
	}
	switch e.operator {
	case "==":
		return s.equal(left, right)
	case "!=":
		return negate(s.equal(left, right), left, right)
	default:
		checkOrder(e.left, left)
		checkOrder(e.right, right)
		return s.order(left, e.operator, right)
	}
}

// comparesBoolean warns of what is compared with a boolean that is written out, and is certainly none.
func comparesBoolean(s *scope, e expression, value, with typed) {
	if _, constant := with.constant(); !constant || with.kind != booleanKind {
		return
	}
	switch c, isCall := e.(*call); {
	case s.quiet:
	case isCall && c.method.name == "PARAM" && s.names.operation.isText(c.arguments[0].text):
		e.report(report.Warning(codeType, e.place(), "a parameter that openapi.yaml does not describe is text, and never true or false").
			Fix("describe it with type: boolean, or compare it with TEXT(true)"))
	case value.kind == textKind || value.kind == numberKind || value.kind == listKind || value.kind == objectKind:
		e.report(report.Warning(codeType, e.place(), "this is %s, and never true or false", value.kind).Fix("compare it with what it may be, such as TEXT(true)"))
	}
}

// negate gives the opposite of a condition that equal made.
func negate(condition jsonata.Node, left, right typed) jsonata.Node {
	switch {
	case right.kind == nullKind:
		return left.isThere()
	case left.kind == nullKind:
		return right.isThere()
	}
	if equality, ok := condition.(*jsonata.Binary); ok && equality.Operator == "=" && !left.missing && !right.missing {
		return build.Binary(equality.Left, "!=", equality.Right)
	}
	return build.Not(condition)
}

func (s *scope) equal(left, right typed) jsonata.Node {
	switch {
	case right.kind == nullKind:
		return left.isNull()
	case left.kind == nullKind:
		return right.isNull()
	case left.flags && right.kind == booleanKind:
		return left.isFlag(right)
	case right.flags && left.kind == booleanKind:
		return right.isFlag(left)
	case mixes(left, right) && left.nullable() && right.nullable():
		return build.Binary(numeric(left.defined()), "=", numeric(right.defined()))
	case mixes(left, right):
		return build.Binary(numeric(left.node), "=", numeric(right.node))
	case left.kind == anyKind && right.kind == anyKind:
		return s.equalUnknown(left, right)
	case left.missing && right.nullable() || right.missing && left.nullable():
		return build.Binary(left.defined(), "=", right.defined())
	default:
		return build.Binary(left.node, "=", right.node)
	}
}

// isFlag gives the condition that a value in which booleans are 1 and 0 is a boolean.
func (t typed) isFlag(value typed) jsonata.Node {
	if constant, ok := value.constant(); ok && constant == true {
		return t.isTrue()
	}
	is := func(boolean bool) jsonata.Node { return build.Binary(value.node, "=", build.Bool(boolean)) }
	number := build.If(is(true), build.Number(1), build.If(is(false), build.Number(0), build.Null()))
	if _, ok := value.constant(); ok {
		number = build.Number(0)
	}
	return build.Binary(t.defined(), "in", build.List(value.defined(), number))
}

// isTrue gives the condition that a value of any kind is true.
func (t typed) isTrue() jsonata.Node {
	if t.flags {
		return build.Binary(t.node, "in", build.List(build.Bool(true), build.Number(1)))
	}
	return build.Binary(t.node, "=", build.Bool(true))
}

// mixes tells whether a number may meet a text that looks like one.
func mixes(left, right typed) bool {
	return numberLike(left) && mayBeNumericText(right) || numberLike(right) && mayBeNumericText(left)
}

func numberLike(t typed) bool {
	if t.kind == numberKind {
		return true
	}
	value, constant := t.constant()
	text, isText := value.(string)
	return constant && isText && isNumber(text)
}

func mayBeNumericText(t typed) bool {
	if t.kind == anyKind {
		return true
	}
	if value, constant := t.constant(); constant {
		text, isText := value.(string)
		return isText && isNumber(text)
	}
	return t.kind == textKind
}

// equalUnknown compares two values of which nothing is known: as they are, or as numbers when exactly one of them is a number.
func (s *scope) equalUnknown(left, right typed) jsonata.Node {
	leftName, rightName := s.local("left"), s.local("right")
	a, b := build.Var(leftName), build.Var(rightName)
	asNumbers := build.All(build.Binary(build.Call("type", a), "!=", build.Call("type", b)), build.Binary(numeric(a), "=", numeric(b)))
	return build.Let(leftName, left.defined(), build.Let(rightName, right.defined(), build.Any(build.Binary(a, "=", b), asNumbers)))
}

// checkOrder reports operands that have no order.
func checkOrder(e expression, value typed) {
	switch value.kind {
	case booleanKind, listKind, objectKind:
		e.report(report.Error(codeType, e.place(), "%s has no order", value.kind).Fix("compare with == or !="))
	case nullKind:
		e.report(report.Error(codeType, e.place(), "null has no order; this comparison is always false").Fix("compare with == or !="))
	case anyKind, textKind, numberKind, fileKind:
	}
}

func (s *scope) order(left typed, operator string, right typed) jsonata.Node {
	if left.kind == numberKind && right.kind == numberKind || left.kind == textKind && right.kind == textKind {
		return build.All(append(guards(left, right), build.Binary(left.node, operator, right.node))...)
	}
	if left.kind == numberKind && !left.nullable() {
		return s.orderNumber(right, func(value jsonata.Node) jsonata.Node { return build.Binary(left.node, operator, value) })
	}
	if right.kind == numberKind && !right.nullable() {
		return s.orderNumber(left, func(value jsonata.Node) jsonata.Node { return build.Binary(value, operator, right.node) })
	}
	return s.orderUnknown(left, operator, right)
}

// guards are the conditions under which two operands of the same known kind can be ordered.
func guards(operands ...typed) []jsonata.Node {
	var conditions []jsonata.Node
	for _, operand := range operands {
		if operand.nullable() {
			conditions = append(conditions, operand.isThere())
		}
	}
	return conditions
}

// orderNumber compares an unknown value with a number.
func (s *scope) orderNumber(unknown typed, compare func(jsonata.Node) jsonata.Node) jsonata.Node {
	name := s.local("operand")
	value := build.Var(name)
	return build.Let(name, numeric(unknown.node), build.All(ofNumber(value), compare(value)))
}

// orderUnknown compares two values when both turn out to be numbers, or both texts.
func (s *scope) orderUnknown(left typed, operator string, right typed) jsonata.Node {
	leftName, rightName := s.local("left"), s.local("right")
	a, b := build.Var(leftName), build.Var(rightName)
	comparable := build.All(
		build.Binary(build.Call("type", a), "in", build.List(build.Text("number"), build.Text("string"))),
		build.Binary(build.Call("type", a), "=", build.Call("type", b)))
	return build.Let(leftName, numeric(left.node), build.Let(rightName, numeric(right.node), build.All(comparable, build.Binary(a, operator, b))))
}
