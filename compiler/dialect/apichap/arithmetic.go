package apichap

import (
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers arithmetic. What is no number (a quotient by zero, a result out of the range of float64) is an error, never "Infinity".

// arithmetic gives a sum, difference, product or quotient of numbers; with null on either side the result is null.
func (s *scope) arithmetic(e *binary) typed {
	left, right := s.number(e.left), s.number(e.right)
	if divisor, constant := right.constant(); e.operator == "/" && constant {
		if number, _ := jsonata.Float(divisor); number == 0 {
			e.right.report(report.Error(codeType, e.right.place(), "a number cannot be divided by zero"))
			return constantOf(0.0)
		}
	}
	if !left.nullable() && !right.nullable() {
		return typed{node: calculation(left.node, e.operator, right.node), kind: numberKind}
	}
	names := []string{s.local("left"), s.local("right")}
	guard := build.All(ofNumber(build.Var(names[0])), ofNumber(build.Var(names[1])))
	result := calculation(build.Var(names[0]), e.operator, build.Var(names[1]))
	node := build.Let(names[0], left.node, build.Let(names[1], right.node, build.If(guard, result, build.Null())))
	return typed{node: node, kind: numberKind, null: true}
}

// calculation joins two numbers; a quotient by zero is an error.
func calculation(left jsonata.Node, operator string, right jsonata.Node) jsonata.Node {
	if _, constant := (typed{node: right}).constant(); operator != "/" || constant {
		return build.Binary(left, operator, right)
	}
	return build.Once(right, func(divisor jsonata.Node) jsonata.Node {
		isZero := build.Binary(divisor, "=", build.Number(0))
		return build.If(isZero, build.Call("error", build.Text("a number cannot be divided by zero")), build.Binary(left, "/", divisor))
	})
}

// largest is the largest number of float64, as a text that JSONata reads exactly.
const largest = 1.7976931348623157e308

// finite makes a result that is out of range an error, where the whole expression may have one.
func finite(s *scope, e expression, result typed) typed {
	if !mayOverflow(e) {
		return result
	}
	name := s.local("result")
	value := build.Var(name)
	good := build.Binary(build.Call("abs", value), "<=", build.Number(largest))
	if result.null {
		good = build.Any(build.Binary(value, "=", build.Null()), good)
	}
	failure := build.Call("error", build.Text("the result is too large for a number"))
	result.node = build.Let(name, result.node, build.If(good, value, failure))
	return result
}

// mayOverflow tells whether arithmetic may leave the range of float64: products and quotients of data, and sums of it with data.
func mayOverflow(e expression) bool {
	b, ok := e.(*binary)
	if !ok || !isArithmetic(b.operator) {
		return false
	}
	if mayOverflow(b.left) || mayOverflow(b.right) {
		return true
	}
	left, right := writtenOut(b.left), writtenOut(b.right)
	switch b.operator {
	case "*":
		return !left || !right
	case "/":
		c, isCall := b.right.(*call)
		return !isCall || c.method.name != "INTEGER" && c.method.name != "LONG"
	default:
		return !left && !right
	}
}

func isArithmetic(operator string) bool {
	return operator == "+" || operator == "-" || operator == "*" || operator == "/"
}

// writtenOut tells whether an expression is a number of ordinary size that stands in the workflow, with which no ordinary result overflows.
func writtenOut(e expression) bool {
	switch e := e.(type) {
	case *literal:
		return true
	case *call:
		return e.method.name == "INTEGER" || e.method.name == "LONG" || e.method.name == "DOUBLE" || e.method.name == "SIZE"
	case *binary:
		return isArithmetic(e.operator) && writtenOut(e.left) && writtenOut(e.right)
	}
	return false
}

func ofNumber(node jsonata.Node) jsonata.Node {
	return build.Binary(build.Call("type", node), "=", build.Text("number"))
}

// number gives an operand of arithmetic; numbers in texts count.
func (s *scope) number(e expression) typed {
	value := typed{}
	if inner, ok := e.(*binary); ok && isArithmetic(inner.operator) {
		value = s.arithmetic(inner)
	} else {
		value = s.lower(e)
	}
	switch value.kind {
	case numberKind:
		return value
	case anyKind:
		return typed{node: numeric(value.node), kind: numberKind, null: true, missing: true}
	default:
		e.report(report.Error(codeType, e.place(), "arithmetic needs numbers, this is %s", value.kind).Fix("join texts with ."))
		return constantOf(0.0)
	}
}
