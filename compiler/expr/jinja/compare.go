package jinja

import (
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// compare lowers a chain of comparisons: each operand but the first and the last is written twice, and must be short.
func (l *lowering) compare(n *syntax.Compare) value {
	left := l.expression(n.First)
	var conditions []jsonata.Node
	for i, link := range n.Rest {
		right := l.expression(link.Right)
		if i < len(n.Rest)-1 && !(right.node != nil && build.IsShort(right.node)) {
			no(n, "a chain of comparisons of such operands")
		}
		conditions = append(conditions, l.comparison(n, link.Op, left, right))
		left = right
	}
	if len(conditions) == 1 {
		return plain(conditions[0], Boolean)
	}
	chain := conditions[len(conditions)-1]
	for i := len(conditions) - 2; i >= 0; i-- { // the rest of a chain is not looked at where a link does not hold
		chain = build.If(conditions[i], chain, build.Bool(false))
	}
	return plain(chain, Boolean)
}

func (l *lowering) comparison(n *syntax.Compare, op string, left, right value) jsonata.Node {
	switch op {
	case "==":
		return equal(n, left, right)
	case "!=":
		return build.Not(equal(n, left, right))
	case "in":
		return contains(n, left, right)
	case "not in":
		return build.Not(contains(n, left, right))
	}
	return ordered(n, op, left, right)
}

// equal lowers ==. In Python true is 1, undefined is undefined, and both hold in lists and dicts, too.
func equal(n syntax.Node, left, right value) jsonata.Node {
	if left.node == nil && right.node == nil {
		return build.Bool(true)
	}
	if left.node == nil {
		left, right = right, left
	}
	if right.node == nil {
		return build.Not(build.Exists(left.node))
	}
	const numbers = Integer | Float
	switch {
	case left.typ.may(Undefined) && right.typ.may(Undefined):
		no(n, "the equality of two values that may be undefined")
	case left.typ.may(List|Object) && right.typ.may(List|Object):
		no(n, "the equality of values that may be lists or dicts")
	case left.typ.may(Boolean) && right.typ.may(numbers), left.typ.may(numbers) && right.typ.may(Boolean):
		return equalToNumber(n, left, right)
	}
	return build.Binary(left.node, "=", right.node)
}

// equalToNumber lowers x == 5, where x may be a boolean, and x == true, where x may be a number.
func equalToNumber(n syntax.Node, left, right value) jsonata.Node {
	if left.isConst {
		left, right = right, left
	}
	if !right.isConst {
		no(n, "the equality of values that may be booleans and numbers")
	}
	other := map[string]jsonata.Node{
		"1": build.Bool(true), "0": build.Bool(false), "true": build.Number(1), "false": build.Number(0),
	}[jsonata.Print(right.node)]
	if other == nil {
		return build.Binary(left.node, "=", right.node)
	}
	return build.Once(left.node, func(node jsonata.Node) jsonata.Node {
		return build.Any(build.Binary(node, "=", right.node), build.Binary(node, "=", other))
	})
}

// contains lowers x in y, x being a text.
func contains(n syntax.Node, item, of value) jsonata.Node {
	if item.node == nil || !item.typ.only(String) {
		no(n, "whether something else than a text is in something")
	}
	if of.node == nil {
		no(n, "whether a text is in something undefined")
	}
	return build.OnceEach([]jsonata.Node{item.node, of.node}, func(nodes []jsonata.Node) jsonata.Node {
		text, holder := nodes[0], nodes[1]
		var cases []build.Case
		add := func(kind Kinds, name string, then jsonata.Node) {
			if of.typ.may(kind) {
				cases = append(cases, build.Case{When: build.HasType(holder, name), Then: then})
			}
		}
		add(List, "array", build.Binary(text, "in", holder))
		add(String, "string", build.Call("contains", holder, text))
		add(Object, "object", build.Exists(build.Call("lookup", holder, text)))
		if of.typ.may(Undefined) {
			cases = append(cases, build.Case{When: build.Not(build.Exists(holder)), Then: build.Bool(false)})
		}
		return build.Cases(cases, failure("TypeError", n, "what something is looked for in is no list, text or dict"))
	})
}

// ordered lowers < <= > >= of numbers. Texts are ordered by their characters in Python, and by UTF-16 in JSONata.
func ordered(n syntax.Node, op string, left, right value) jsonata.Node {
	const numbers = Integer | Float
	if left.node == nil || right.node == nil {
		return failure("UndefinedError", n, "an operand of "+op+" is undefined")
	}
	if !left.typ.only(numbers) && !right.typ.only(numbers) {
		no(n, "an order of values that may be no numbers")
	}
	return build.OnceEach([]jsonata.Node{left.node, right.node}, func(nodes []jsonata.Node) jsonata.Node {
		a, b := numeric(nodes[0], left.typ), numeric(nodes[1], right.typ)
		compared := build.Binary(a, op, b)
		for i, v := range []value{left, right} {
			if !v.typ.only(numbers | Boolean) {
				kinds := []jsonata.Node{build.Text("number"), build.Text("boolean")}
				isNumber := build.Binary(build.Call("type", nodes[i]), "in", build.List(kinds...))
				compared = build.If(isNumber, compared, failure("TypeError", n, "an operand of "+op+" is no number"))
			}
		}
		return compared
	})
}

// numeric makes 1 and 0 of booleans.
func numeric(node jsonata.Node, t Type) jsonata.Node {
	if !t.may(Boolean) {
		return node
	}
	return build.If(build.HasType(node, "boolean"), build.If(node, build.Number(1), build.Number(0)), node)
}
