package apichap

import (
	"slices"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers arithmetic. What is no number (a quotient by zero, a result out of the range of float64) is an error, never "Infinity".

// arithmetic gives a sum, difference, product or quotient of numbers; with null on either side the result is null, and anything else that is
// no number is an error.
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
	wrong := build.If(build.Any(noNumber(build.Var(names[0])), noNumber(build.Var(names[1]))), build.Call("error", build.Text("arithmetic needs numbers")), build.Null())
	node := build.Let(names[0], left.node, build.Let(names[1], right.node, build.If(guard, result, wrong)))
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
	if !mayOverflow(s, e) {
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
func mayOverflow(s *scope, e expression) bool {
	b, ok := e.(*binary)
	if !ok || !isArithmetic(b.operator) {
		return false
	}
	if mayOverflow(s, b.left) || mayOverflow(s, b.right) {
		return true
	}
	left, right := s.names.isOrdinary(b.left), s.names.isOrdinary(b.right)
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

// isOrdinary tells whether an expression is a number of ordinary size: one that stands in the workflow, a size, or what a loop counts.
func (n *names) isOrdinary(e expression) bool {
	switch e := e.(type) {
	case *literal:
		return true
	case *call:
		switch e.method.name {
		case "INTEGER", "LONG", "DOUBLE", "SIZE":
			return true
		case "VALUE":
			return n.counts(e.arguments[0].refer)
		}
	case *binary:
		return isArithmetic(e.operator) && n.isOrdinary(e.left) && n.isOrdinary(e.right)
	}
	return false
}

// counts tells whether a name stands for the numbers of LIST in every loop that has it.
func (n *names) counts(r *reference) bool {
	found := n.results[r.name]
	return found != nil && len(found.loops) > 0 && !slices.ContainsFunc(found.loops, func(l *fulfillment) bool {
		count, ok := l.items.(*call)
		return !ok || count.method.name != "LIST"
	})
}

func ofNumber(node jsonata.Node) jsonata.Node {
	return build.Binary(build.Call("type", node), "=", build.Text("number"))
}

// noNumber tells whether a value is neither a number nor null.
func noNumber(node jsonata.Node) jsonata.Node {
	others := build.List(build.Text("string"), build.Text("boolean"), build.Text("array"), build.Text("object"))
	return build.Binary(build.Call("type", node), "in", others)
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
