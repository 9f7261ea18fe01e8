package jinja

import (
	"slices"

	"github.com/steploom/steploom/shared/jinja"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// expression lowers an expression.
func (l *lowering) expression(node syntax.Expr) value {
	if known, ok := jinja.Constant(node); ok {
		if _, isList := node.(*syntax.List); !isList {
			if _, isDict := node.(*syntax.Dict); !isDict {
				return constant(known, node)
			}
		}
	}
	switch n := node.(type) {
	case *syntax.Name:
		return l.name(n)
	case *syntax.Attribute:
		return l.attribute(n)
	case *syntax.Item:
		return l.item(n)
	case *syntax.Cond:
		return l.cond(n)
	case *syntax.Logic:
		return l.logic(n)
	case *syntax.Unary:
		if n.Op == "not" {
			return plain(build.Not(l.truth(n.Of)), Boolean)
		}
		no(n, "arithmetic")
	case *syntax.Compare:
		return l.compare(n)
	case *syntax.Concat:
		var parts []jsonata.Node
		for _, item := range n.Items {
			parts = append(parts, l.written(l.expression(item), item))
		}
		return plain(asText(parts), String)
	case *syntax.Test:
		return l.test(n)
	case *syntax.Filter:
		return l.filter(n)
	case *syntax.Call:
		return l.call(n)
	case *syntax.Dict:
		return l.dict(n)
	case *syntax.List:
		return l.list(n)
	case *syntax.Binary:
		no(n, "arithmetic")
	case *syntax.Tuple:
		no(n, "a tuple")
	}
	no(node, "the expression")
	return value{}
}

func (l *lowering) name(n *syntax.Name) value {
	root, ok := l.resolve(n.Name)
	switch {
	case !ok && IsGlobal(n.Name):
		no(n, "%s", n.Name)
	case !ok:
		return value{typ: Type{Kinds: Undefined}}
	}
	return atPlace(place{root: root}, root.Node)
}

// atPlace is the value at a place.
func atPlace(p place, node jsonata.Node) value {
	v := value{node: node, typ: p.typ(), at: &p}
	if v.typ.may(Float | List | Object) {
		v.leaves = []place{p}
	}
	return v
}

func (l *lowering) cond(n *syntax.Cond) value {
	test := l.truth(n.Test)
	then, otherwise := l.expression(n.Then), value{typ: Type{Kinds: Undefined}}
	if n.Else != nil {
		otherwise = l.expression(n.Else)
	}
	return choose(n, test, then, otherwise)
}

// choose is one of two values.
func choose(at syntax.Node, test jsonata.Node, then, otherwise value) value {
	chosen := value{typ: union(then.typ, otherwise.typ), leaves: slices.Concat(then.leaves, otherwise.leaves)}
	unwritable := func(v value) bool { return v.typ.may(Float|List|Object) && len(v.leaves) == 0 }
	if unwritable(then) || unwritable(otherwise) {
		chosen.leaves = nil
	}
	switch {
	case then.node == nil && otherwise.node == nil:
		no(at, "what is undefined in any case")
	case then.node == nil:
		chosen.node = build.If(build.Not(test), otherwise.node, nil)
	default:
		chosen.node = build.If(test, then.node, otherwise.node)
	}
	return chosen
}

// logic lowers "and" and "or", which give one of their operands.
func (l *lowering) logic(n *syntax.Logic) value {
	left, right := l.expression(n.Left), l.expression(n.Right)
	if left.typ.only(Boolean) && right.typ.only(Boolean) && left.node != nil && right.node != nil {
		if n.Op == "and" {
			return plain(build.If(left.node, right.node, build.Bool(false)), Boolean)
		}
		return plain(build.If(left.node, build.Bool(true), right.node), Boolean)
	}
	if left.node == nil {
		if n.Op == "and" {
			return left
		}
		return right
	}
	var chosen value
	node := build.Once(left.node, func(node jsonata.Node) jsonata.Node {
		same := left
		same.node = node
		if n.Op == "and" {
			chosen = choose(n, truthOf(same), right, same)
		} else {
			chosen = choose(n, truthOf(same), same, right)
		}
		return chosen.node
	})
	chosen.node = node
	return chosen
}

// dict lowers a dict with texts for keys.
func (l *lowering) dict(n *syntax.Dict) value {
	var members []build.Member
	known := map[string]Type{}
	for i, node := range n.Keys {
		key, ok := node.(*syntax.Const)
		name, isText := "", false
		if ok {
			name, isText = key.Value.(string)
		}
		if _, twice := known[name]; !isText || twice {
			no(node, "a key that is not a text of its own")
		}
		v := l.part(n, n.Values[i])
		known[name] = Type{Kinds: v.typ.Kinds&^Undefined | None}
		members = append(members, build.Of(name, present(v)))
	}
	return value{node: build.Object(members...), typ: Type{Kinds: Object, Members: known}}
}

// part lowers a part of a list or a dict. What is undefined stays so in Python, and becomes null where the result is written: in JSONata it is null from
// the beginning, which only the result may be.
func (l *lowering) part(of, node syntax.Expr) value {
	if l.result == of {
		if _, isList := node.(*syntax.List); isList {
			l.result = node
		}
		if _, isDict := node.(*syntax.Dict); isDict {
			l.result = node
		}
		defer func() { l.result = of }()
		return l.expression(node)
	}
	v := l.expression(node)
	if v.node == nil || v.typ.may(Undefined) {
		no(node, "a part of a list or a dict that may be undefined")
	}
	return v
}

// present makes null of what is undefined: so it ends where JSON is written.
func present(v value) jsonata.Node {
	switch {
	case v.node == nil:
		return build.Null()
	case v.typ.may(Undefined):
		return build.OrNull(v.node)
	}
	return v.node
}

// list lowers a list. JSONata takes lists in a list apart, unless they stand in brackets of their own.
func (l *lowering) list(n *syntax.List) value {
	var items []jsonata.Node
	for _, node := range n.Items {
		v := l.part(n, node)
		item := present(v)
		if _, isLiteral := node.(*syntax.List); v.typ.may(List) && !isLiteral {
			no(node, "a list in a list")
		}
		items = append(items, item)
	}
	return value{node: build.List(items...), typ: Type{Kinds: List}}
}
