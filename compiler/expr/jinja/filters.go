package jinja

import (
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// bound gives the arguments of a filter or a test by the names of its parameters; those that are not given are nil.
func bound(n syntax.Node, args syntax.Args, names ...string) map[string]syntax.Expr {
	given := map[string]syntax.Expr{}
	if args.Star != nil || args.StarStar != nil || len(args.Positional) > len(names) {
		no(n, "the call with such arguments")
	}
	for i, arg := range args.Positional {
		given[names[i]] = arg
	}
	known := map[string]bool{}
	for _, name := range names {
		known[name] = true
	}
	for _, keyword := range args.Keywords {
		if !known[keyword.Name] || given[keyword.Name] != nil {
			no(n, "the call with such arguments")
		}
		given[keyword.Name] = keyword.Value
	}
	return given
}

func (l *lowering) filter(n *syntax.Filter) value {
	switch n.Name {
	case "default", "d":
		return l.defaultFilter(n)
	case "length", "count":
		bound(n, n.Args)
		return l.length(l.expression(n.Of), n)
	case "first", "last":
		bound(n, n.Args)
		return l.end(n)
	case "string":
		bound(n, n.Args)
		return plain(asText([]jsonata.Node{l.written(l.expression(n.Of), n)}), String)
	case "join":
		return l.join(n)
	case "tojson":
		bound(n, n.Args)
		return l.toJSON(l.expression(n.Of), n)
	}
	no(n, "the filter %s", n.Name)
	return value{}
}

func (l *lowering) defaultFilter(n *syntax.Filter) value {
	args := bound(n, n.Args, "default_value", "boolean")
	v, otherwise := l.expression(n.Of), value{node: build.Text(""), typ: Type{Kinds: String}}
	if args["default_value"] != nil {
		otherwise = l.expression(args["default_value"])
	}
	always := false
	if args["boolean"] != nil {
		flag, ok := args["boolean"].(*syntax.Const)
		if !ok {
			no(n, "default with a condition")
		}
		always, ok = flag.Value.(bool)
		if !ok {
			no(n, "default with a condition")
		}
	}
	if v.node == nil {
		return otherwise
	}
	if !always && !v.typ.may(Undefined) {
		return v
	}
	var chosen value
	chosen.node = build.Once(v.node, func(node jsonata.Node) jsonata.Node {
		same := v
		same.node = node
		test := build.Exists(node)
		if always {
			test = truthOf(same)
		}
		same.typ.Kinds &^= Undefined
		chosen = choose(n, test, same, otherwise)
		return chosen.node
	})
	return chosen
}

// length lowers |length: characters, items, members.
func (l *lowering) length(v value, at syntax.Node) value {
	if v.node == nil {
		return plain(build.Number(0), Integer)
	}
	node := build.Once(v.node, func(node jsonata.Node) jsonata.Node {
		var cases []build.Case
		add := func(kind Kinds, when, then jsonata.Node) {
			if v.typ.may(kind) {
				cases = append(cases, build.Case{When: when, Then: then})
			}
		}
		add(List, build.HasType(node, "array"), build.Call("count", node))
		add(String, build.HasType(node, "string"), build.Call("length", node))
		add(Object, build.HasType(node, "object"), build.Call("count", build.Call("keys", node)))
		add(Undefined, build.Not(build.Exists(node)), build.Number(0))
		if v.typ.only(List|String|Object|Undefined) && len(cases) > 0 {
			return build.Cases(cases[:len(cases)-1], cases[len(cases)-1].Then)
		}
		return build.Cases(cases, failure("TypeError", at, "what is counted is no list, text or dict"))
	})
	return plain(node, Integer)
}

// end lowers first and last of a list or a text.
func (l *lowering) end(n *syntax.Filter) value {
	v := l.expression(n.Of)
	if v.node == nil && n.Name == "first" {
		return v
	}
	if !v.typ.only(List | String) {
		no(n, "%s of what may be something else than a list or a text", n.Name)
	}
	if n.Name == "first" {
		return l.element(v, 0, n)
	}
	return l.element(v, -1, n)
}

// join lowers |join of a list whose items are known to be texts or integers.
func (l *lowering) join(n *syntax.Filter) value {
	args := bound(n, n.Args, "d")
	separator := ""
	if args["d"] != nil {
		text, ok := args["d"].(*syntax.Const)
		if !ok {
			no(n, "join with such a separator")
		}
		if separator, ok = text.Value.(string); !ok {
			no(n, "join with such a separator")
		}
	}
	v := l.expression(n.Of)
	if v.node == nil {
		return plain(build.Text(""), String)
	}
	if !v.typ.only(List) || !v.typ.item().only(String|Integer) {
		no(n, "join of what may be something else than a list of texts and integers")
	}
	items := v.node
	if !v.typ.item().only(String) {
		items = build.Call("map", v.node, build.Function(build.Call("string", build.Var("item")), "item"))
	}
	return plain(build.Call("join", items, build.Text(separator)), String)
}

// toJSON lowers |tojson of what is written as everywhere else, and of texts of plain ASCII.
func (l *lowering) toJSON(v value, at syntax.Node) value {
	if v.node == nil || v.typ.may(Undefined) {
		no(at, "tojson of what may be undefined")
	}
	if v.typ.only(Integer | Boolean | None) {
		return plain(build.Call("string", v.node), String)
	}
	no(at, "tojson of what may be a text, a number with a fraction, a list or a dict")
	return value{}
}

// call lowers x.get('name'), with a default perhaps.
func (l *lowering) call(n *syntax.Call) value {
	method, ok := n.Func.(*syntax.Attribute)
	if !ok || method.Name != "get" || len(n.Args.Keywords) > 0 {
		no(n, "a call")
	}
	args := bound(n, n.Args, "key", "default")
	key, ok := args["key"].(*syntax.Const)
	if !ok {
		no(n, "get of a name that is not written out")
	}
	name, ok := key.Value.(string)
	if !ok {
		no(n, "get of something else than a text")
	}
	of := l.expression(method.Of)
	if of.node == nil {
		return plain(failure("UndefinedError", n, "what get is called on is undefined"), Undefined)
	}
	otherwise := value{node: build.Null(), typ: Type{Kinds: None}}
	if args["default"] != nil {
		otherwise = l.expression(args["default"])
	}
	return l.get(of, name, otherwise, n)
}

// get lowers the method of a dict.
func (l *lowering) get(of value, name string, otherwise value, at syntax.Node) value {
	found := value{typ: of.typ.member(name), leaves: further(of.leaves, step{name: name, isKey: true, typ: of.typ.member(name)})}
	var chosen value
	node := build.Once(of.node, func(node jsonata.Node) jsonata.Node {
		found.node = build.Field(node, name)
		present := found
		present.typ.Kinds &^= Undefined
		chosen = choose(at, build.Exists(found.node), present, otherwise)
		if of.typ.only(Object) {
			return chosen.node
		}
		return build.If(build.HasType(node, "object"), chosen.node, failure("UndefinedError", at, "what get is called on is no dict"))
	})
	chosen.node = node
	return chosen
}

func (l *lowering) test(n *syntax.Test) value {
	switch n.Name {
	case "==", "eq", "equalto", "!=", "ne", ">", "gt", "greaterthan", ">=", "ge", "<", "lt", "lessthan", "<=", "le", "in":
		args := bound(n, n.Args, "b")
		if args["b"] == nil {
			no(n, "the test %s without an argument", n.Name)
		}
		op := map[string]string{
			"eq": "==", "equalto": "==", "ne": "!=", "gt": ">", "greaterthan": ">", "ge": ">=", "lt": "<", "lessthan": "<", "le": "<=",
		}[n.Name]
		if op == "" {
			op = n.Name
		}
		return l.compare(&syntax.Compare{Pos: n.Pos, First: n.Of, Rest: []syntax.Comparison{{Op: op, Right: args["b"]}}})
	}
	bound(n, n.Args)
	v := l.expression(n.Of)
	if v.node == nil {
		return plain(build.Bool(n.Name == "undefined" || unknownIs(n)), Boolean)
	}
	return plain(build.Once(v.node, func(node jsonata.Node) jsonata.Node { return is(n, node, v.typ) }), Boolean)
}

// unknownIs tells what a test says of an undefined value.
func unknownIs(n *syntax.Test) bool {
	switch n.Name {
	case "sequence", "iterable", "callable":
		return true
	case "defined", "none", "string", "number", "boolean", "mapping", "true", "false", "undefined":
		return false
	}
	no(n, "the test %s", n.Name)
	return false
}

// is lowers tests for kinds of values.
func is(n *syntax.Test, node jsonata.Node, t Type) jsonata.Node {
	oneOf := func(names ...string) jsonata.Node {
		var texts []jsonata.Node
		for _, name := range names {
			texts = append(texts, build.Text(name))
		}
		kind := build.Binary(build.Call("type", node), "in", build.List(texts...))
		return kind
	}
	switch n.Name {
	case "defined":
		return build.Exists(node)
	case "undefined":
		return build.Not(build.Exists(node))
	case "none":
		return build.Binary(node, "=", build.Null())
	case "true", "false":
		return build.Binary(node, "=", build.Bool(n.Name == "true"))
	case "string":
		return build.HasType(node, "string")
	case "boolean":
		return build.HasType(node, "boolean")
	case "mapping":
		return build.HasType(node, "object")
	case "number":
		return oneOf("number", "boolean")
	case "sequence", "iterable":
		if t.may(Undefined) {
			return build.Any(oneOf("array", "string", "object"), build.Not(build.Exists(node)))
		}
		return oneOf("array", "string", "object")
	}
	no(n, "the test %s", n.Name)
	return nil
}
