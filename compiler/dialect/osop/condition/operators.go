package condition

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// named says in a message what values of a type are.
func named(t Type) string {
	switch t {
	case Boolean:
		return "true and false"
	case Number:
		return "a number"
	case Text:
		return "a text"
	case Sequence:
		return "a list"
	default:
		return "any value"
	}
}

// equal compares with true equality. Values of two types that are known are refused, because they are never equal.
func (l *lowerer) equal(operator string, n *Binary) Value {
	left, right := l.value(n.Left), l.orWord(n.Right)
	if left.Type != right.Type && left.Type != Any && right.Type != Any {
		return l.refuse(n, "compare values of one type, for example by string(…) or int(…)", "%s never equals %s", named(left.Type), named(right.Type))
	}
	return Value{Node: build.Binary(left.Defined(), operator, right.Defined()), Type: Boolean}
}

// ordered compares two numbers or two texts; anything else has no order.
func (l *lowerer) ordered(n *Binary) Value {
	left, right := l.value(n.Left), l.value(n.Right)
	for _, side := range []Value{left, right} {
		if side.Type == Boolean || side.Type == Sequence || isNull(side.Node) {
			return l.refuse(n, "compare numbers or texts", "%s has no order", orNull(side))
		}
	}
	if left.Type != right.Type && left.Type != Any && right.Type != Any {
		return l.refuse(n, "compare values of one type, for example by string(…) or int(…)", "%s and %s have no order", named(left.Type), named(right.Type))
	}
	return Value{Type: Boolean, Node: once([]Value{left, right}, func(v []Value) jsonata.Node {
		left, right := v[0], v[1]
		compared := build.Binary(left.Node, n.Operator, right.Node)
		switch {
		case known(left) && known(right):
			return compared
		case known(right):
			return build.If(build.HasType(left.Node, string(right.Type)), compared, build.Bool(false))
		case known(left):
			return build.If(build.HasType(right.Node, string(left.Type)), compared, build.Bool(false))
		default:
			same := build.Binary(build.Call("type", left.Node), "=", build.Call("type", right.Node))
			orders := build.Binary(build.Call("type", left.Node), "in", build.List(build.Text("number"), build.Text("string")))
			return build.If(build.Binary(same, "and", orders), compared, build.Bool(false))
		}
	})}
}

func isNull(node jsonata.Node) bool {
	_, null := node.(*jsonata.Null)
	return null
}

func orNull(v Value) string {
	if isNull(v.Node) {
		return "null"
	}
	return named(v.Type)
}

// known tells that a value surely is a number or a text.
func known(v Value) bool { return (v.Type == Number || v.Type == Text) && !v.Missing }

func sureNumber(v Value) bool { return v.Type == Number && !v.Missing }

// arithmetic calculates with numbers, and + joins texts and lists (cel-spec, "Standard Definitions"). What is known to have no such operator is
// refused; where a value turns out at run time to be none of these the result is null.
func (l *lowerer) arithmetic(n *Binary) Value {
	left, right := l.value(n.Left), l.value(n.Right)
	if n.Operator == "+" && (left.Type == Text || right.Type == Text) {
		return l.joined(n, left, right)
	}
	if n.Operator == "+" && (left.Type == Sequence || right.Type == Sequence) {
		return l.lists(n, left, right)
	}
	for _, side := range []Value{left, right} {
		if side.Type != Any && side.Type != Number || isNull(side.Node) {
			return l.refuse(n, "calculate with numbers", "%s has no meaning for %s", n.Operator, orNull(side))
		}
	}
	result := Value{Type: Number, Fraction: left.Fraction || right.Fraction}
	if sureNumber(left) && sureNumber(right) {
		result.Node = once([]Value{left, right}, func(v []Value) jsonata.Node { return calculated(n.Operator, v[0], v[1], result.Fraction) })
		return result
	}
	if !sureNumber(left) || !sureNumber(right) {
		result.Type = Any
	}
	result.Node = once([]Value{left, right}, func(v []Value) jsonata.Node {
		otherwise := jsonata.Node(build.Null())
		if n.Operator == "+" && !sureNumber(v[0]) && !sureNumber(v[1]) {
			otherwise = alike(v[0].Node, v[1].Node)
		}
		number := calculated(n.Operator, v[0], v[1], result.Fraction)
		var conditions []jsonata.Node
		for _, operand := range v {
			if !sureNumber(operand) {
				conditions = append(conditions, build.HasType(operand.Node, "number"))
			}
		}
		return build.If(build.All(conditions...), number, otherwise)
	})
	return result
}

// calculated is the result for two numbers. Integers divide without a fraction, towards zero.
func calculated(operator string, left, right Value, fraction bool) jsonata.Node {
	result := build.Binary(left.Node, operator, right.Node)
	if operator != "/" || fraction {
		return result
	}
	whole := build.Binary(build.Binary(left.Node, "-", build.Binary(left.Node, "%", right.Node)), "/", right.Node)
	var conditions []jsonata.Node
	for _, operand := range []jsonata.Node{left.Node, right.Node} {
		if _, literal := operand.(*jsonata.Number); !literal {
			conditions = append(conditions, build.Binary(build.Call("floor", operand), "=", operand))
		}
	}
	if len(conditions) == 0 {
		return whole
	}
	return build.If(build.All(conditions...), whole, result)
}

// alike joins two texts or two lists; anything else gives null.
func alike(left, right jsonata.Node) jsonata.Node {
	both := func(kind string) jsonata.Node {
		return build.All(build.HasType(left, kind), build.HasType(right, kind))
	}
	lists := build.If(both("array"), build.Call("append", left, right), build.Null())
	return build.If(both("string"), build.Binary(left, "&", right), lists)
}

// joined puts a text together with another value, which may be a number; null stays null.
func (l *lowerer) joined(n *Binary, left, right Value) Value {
	for _, side := range []Value{left, right} {
		if side.Type == Boolean || side.Type == Sequence || isNull(side.Node) {
			return l.refuse(n, "use string(…)", "a text cannot be joined with %s", orNull(side))
		}
	}
	if left.Type != Any && right.Type != Any {
		return Value{Node: build.Binary(left.Node, "&", right.Node), Type: Text}
	}
	return Value{Node: once([]Value{left, right}, func(v []Value) jsonata.Node {
		var conditions []jsonata.Node
		for _, operand := range v {
			if operand.Type == Any {
				conditions = append(conditions, build.Binary(operand.Defined(), "!=", build.Null()))
			}
		}
		return build.If(build.All(conditions...), build.Binary(v[0].Node, "&", v[1].Node), build.Null())
	})}
}

// lists joins two lists.
func (l *lowerer) lists(n *Binary, left, right Value) Value {
	for _, side := range []Value{left, right} {
		if side.Type != Any && side.Type != Sequence || isNull(side.Node) {
			return l.refuse(n, "join lists with lists: a + [b]", "a list cannot be joined with %s", orNull(side))
		}
	}
	if left.Type == Sequence && right.Type == Sequence {
		return Value{Node: build.Call("append", left.Node, right.Node), Type: Sequence}
	}
	return Value{Node: once([]Value{left, right}, func(v []Value) jsonata.Node {
		unknown := v[0]
		if v[0].Type == Sequence {
			unknown = v[1]
		}
		return build.If(build.HasType(unknown.Node, "array"), build.Call("append", v[0].Node, v[1].Node), build.Null())
	})}
}
