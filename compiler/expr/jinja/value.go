package jinja

import (
	"math/big"

	"github.com/steploom/steploom/shared/jinja"
	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// value is a lowered expression.
type value struct {
	node jsonata.Node // gives nothing where the value is undefined; nil where it always is
	typ  Type
	// at is where the value is, if it is a variable, or a member of a member of one.
	at *place
	// leaves are the places that the value may come from, if it is not certainly of a kind that can be written.
	leaves []place
	// isConst says that the value is a literal, and text what that is, where it is a text.
	isConst bool
	text    string
}

func plain(node jsonata.Node, kinds Kinds) value { return value{node: node, typ: Type{Kinds: kinds}} }

// constant lowers an expression whose value is known.
func constant(v jinja.Value, at syntax.Node) value {
	switch v := v.(type) {
	case nil:
		return value{node: build.Null(), typ: Type{Kinds: None}, isConst: true}
	case bool:
		return value{node: build.Bool(v), typ: Type{Kinds: Boolean}, isConst: true}
	case int64:
		return value{node: build.Literal(v), typ: Type{Kinds: Integer}, isConst: true}
	case float64:
		return constantFloat(v, at)
	case string:
		return value{node: build.Text(v), typ: Type{Kinds: String}, isConst: true, text: v}
	case *big.Int:
		no(at, "an integer beyond 64 bits")
	case python.Markup:
		no(at, "a text that is safe in HTML")
	case *python.Tuple:
		no(at, "a tuple")
	}
	no(at, "a constant %s", python.TypeName(v))
	return value{}
}

func constantFloat(v float64, at syntax.Node) value {
	if v == float64(int64(v)) || v != v || v-v != 0 {
		no(at, "a float without a fraction")
	}
	return value{node: build.Number(v), typ: Type{Kinds: Float}, isConst: true}
}

// written is the text of a value, as Python's str gives it; it may be nothing where the text is empty.
func (l *lowering) written(v value, at syntax.Node) jsonata.Node {
	const never = Float | List | Object
	if v.node == nil {
		return build.Text("")
	}
	if v.typ.may(never) {
		if len(v.leaves) == 0 || v.isConst {
			no(at, "the text of a number with a fraction, a list or a dict")
		}
		for _, leaf := range v.leaves {
			l.require(leaf.when(writable))
		}
		v.typ.Kinds &^= never
	}
	if v.typ.only(String | Integer | Undefined) {
		if v.typ.only(String | Undefined) {
			return v.node
		}
		return build.Call("string", v.node)
	}
	return build.Once(v.node, func(node jsonata.Node) jsonata.Node { return inPython(node, v.typ) })
}

// require adds a condition, once.
func (l *lowering) require(condition jsonata.Node) {
	text := jsonata.Print(condition)
	if l.required == nil {
		l.required = map[string]bool{}
	}
	if !l.required[text] {
		l.required[text] = true
		l.conditions = append(l.conditions, condition)
	}
}

// inPython writes what Python and JSON write differently.
func inPython(node jsonata.Node, t Type) jsonata.Node {
	text := node
	if !t.only(String | None | Boolean | Undefined) {
		text = build.Call("string", node)
	}
	if t.may(Boolean) {
		word := build.If(node, build.Text("True"), build.Text("False"))
		if t.only(Boolean) {
			return word
		}
		text = build.If(build.HasType(node, "boolean"), word, text)
	}
	if t.may(None) {
		text = build.If(build.Binary(node, "=", build.Null()), build.Text("None"), text)
	}
	return text
}

// largest is the largest integer whose text nobody doubts: 2 ** 53 - 1.
const largest = 1<<53 - 1

// writable tells whether a value is none of those whose texts Python writes in a way of its own. It never fails.
func writable(leaf jsonata.Node) jsonata.Node {
	whole := build.All(
		build.Binary(leaf, "=", build.Call("floor", leaf)),
		build.Binary(build.Call("abs", leaf), "<=", build.Literal(int64(largest))),
	)
	simple := build.Not(build.Binary(build.Call("type", leaf), "in", build.List(build.Text("array"), build.Text("object"))))
	return build.If(build.HasType(leaf, "number"), whole, simple)
}

// truth lowers an expression to a boolean, by Python's truth of values.
func (l *lowering) truth(node syntax.Expr) jsonata.Node {
	return truthOf(l.expression(node))
}

func truthOf(v value) jsonata.Node {
	switch {
	case v.node == nil || v.isConst && v.typ.only(None):
		return build.Bool(false)
	case v.typ.only(Boolean):
		return v.node
	}
	return build.Once(v.node, func(node jsonata.Node) jsonata.Node {
		other := build.Call("boolean", node)
		if v.typ.may(Undefined) {
			other = build.All(build.Exists(node), node)
		}
		if !v.typ.may(List) {
			return other
		}
		filled := build.Binary(build.Call("count", node), ">", build.Number(0))
		if v.typ.only(List) {
			return filled
		}
		return build.If(build.HasType(node, "array"), filled, other)
	})
}

// failure is an expression that fails.
func failure(class string, at syntax.Node, message string) jsonata.Node {
	return build.Call("error", build.Text("jinja: "+at.Position().String()+": "+class+": "+message))
}
