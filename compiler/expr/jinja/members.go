package jinja

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// objectMethods are the attributes of a dict, which hide members of the name.
var objectMethods = strings.Fields("clear copy fromkeys get items keys pop popitem setdefault update values")

func isObjectMethod(name string) bool { return slices.Contains(objectMethods, name) }

// otherAttributes are the attributes of texts, lists and numbers.
var otherAttributes = strings.Fields(`capitalize casefold center count encode endswith expandtabs find format format_map index isalnum isalpha isascii isdecimal
	isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix removesuffix replace
	rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill append clear copy extend insert pop
	remove reverse sort as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag numerator real to_bytes fromhex hex is_integer`)

// attribute lowers a.name.
func (l *lowering) attribute(n *syntax.Attribute) value {
	if isObjectMethod(n.Name) || strings.HasPrefix(n.Name, "__") {
		no(n, "the method %s", n.Name)
	}
	return l.member(l.expression(n.Of), n.Name, n, slices.Contains(otherAttributes, n.Name))
}

// member looks a member up. isAttribute says that texts, lists or numbers have an attribute of the name.
func (l *lowering) member(of value, name string, at syntax.Node, isAttribute bool) value {
	if of.node == nil {
		return plain(failure("UndefinedError", at, "what "+name+" is looked up in is undefined"), Undefined)
	}
	if of.at == nil && !of.typ.may(Object|Undefined) {
		no(at, "a member of what is no mapping")
	}
	typ := of.typ.member(name)
	if !of.typ.may(Object) {
		typ = Type{}
	}
	if !of.typ.only(Object) {
		typ.Kinds |= Undefined
	}
	s := step{name: name, isKey: true, typ: typ}
	if of.at != nil {
		p := of.at.to(s)
		v := atPlace(p, p.node(at, isAttribute))
		if isAttribute && !of.typ.only(Object) {
			v.at = nil // what follows must not step over the failure
		}
		return v
	}
	v := value{typ: typ, leaves: further(of.leaves, s)}
	v.node = build.Once(of.node, func(node jsonata.Node) jsonata.Node {
		return build.If(build.HasType(node, "object"), build.Field(node, name), elsewhere(node, of.typ, name, at, isAttribute))
	})
	return v
}

// further goes one step further from each place.
func further(places []place, s step) []place {
	var all []place
	for _, p := range places {
		all = append(all, p.to(s))
	}
	return all
}

// elsewhere is a member of what is no object: undefined, or a failure.
func elsewhere(node jsonata.Node, t Type, name string, at syntax.Node, isAttribute bool) jsonata.Node {
	method := failure("Unsupported", at, "the attribute "+name+" of a text, a list or a number")
	switch {
	case isAttribute && t.may(Undefined):
		return build.If(build.Exists(node), method, failure("UndefinedError", at, "what "+name+" is looked up in is undefined"))
	case isAttribute:
		return method
	case t.may(Undefined):
		return build.If(build.Not(build.Exists(node)), failure("UndefinedError", at, "what "+name+" is looked up in is undefined"), nil)
	}
	return nil
}

// item lowers a['name'] and a[3].
func (l *lowering) item(n *syntax.Item) value {
	index, ok := n.Index.(*syntax.Const)
	if !ok {
		if _, isSlice := n.Index.(*syntax.Slice); isSlice {
			no(n, "a slice")
		}
		if unary, isUnary := n.Index.(*syntax.Unary); isUnary && unary.Op == "-" {
			if number, isConst := unary.Of.(*syntax.Const); isConst {
				if place, isInt := number.Value.(int64); isInt {
					return l.element(l.expression(n.Of), -place, n)
				}
			}
		}
		no(n, "an index that is not written out")
	}
	switch key := index.Value.(type) {
	case string:
		if strings.HasPrefix(key, "__") {
			no(n, "the attribute %s", key)
		}
		of := l.expression(n.Of)
		if isObjectMethod(key) && !(of.typ.only(Object) && !of.typ.member(key).may(Undefined)) {
			no(n, "the item %s, which is a method where there is no such member", key)
		}
		return l.member(of, key, n, slices.Contains(otherAttributes, key))
	case int64:
		return l.element(l.expression(n.Of), key, n)
	}
	no(n, "an index that is neither a text nor an integer")
	return value{}
}

// element lowers a[index] with an integer.
func (l *lowering) element(of value, index int64, at syntax.Node) value {
	const most = 1 << 30
	if index > most || index < -most {
		no(at, "so large an index")
	}
	if of.node == nil {
		return plain(failure("UndefinedError", at, "what an item is looked up in is undefined"), Undefined)
	}
	if !of.typ.may(List | String | Undefined) {
		no(at, "an item of what is neither a list nor a text")
	}
	kinds := Undefined
	var cases []build.Case
	node := build.Once(of.node, func(node jsonata.Node) jsonata.Node {
		cases, kinds = nil, Undefined
		if of.typ.may(List) {
			kinds |= of.typ.item().Kinds
			cases = append(cases, build.Case{When: build.HasType(node, "array"), Then: build.Select(node, build.Literal(index))})
		}
		if of.typ.may(String) {
			kinds |= String
			cases = append(cases, build.Case{When: build.HasType(node, "string"), Then: character(node, index)})
		}
		if !of.typ.may(Undefined) {
			return build.Cases(cases, nil)
		}
		cases = append(cases, build.Case{When: build.Not(build.Exists(node)), Then: failure("UndefinedError", at, "what an item is looked up in is undefined")})
		return build.Cases(cases, nil)
	})
	v := value{node: node, typ: Type{Kinds: kinds}}
	v.leaves = further(of.leaves, step{index: index, typ: v.typ})
	if of.typ.only(List) && of.typ.Items != nil {
		v.typ.Members, v.typ.Items = of.typ.Items.Members, of.typ.Items.Items
	}
	return v
}

// character is the character of a text at an index, nothing where there is none.
func character(node jsonata.Node, index int64) jsonata.Node {
	length := build.Call("length", node)
	fits := build.Binary(length, ">", build.Literal(index))
	from := build.Literal(index)
	if index < 0 {
		fits = build.Binary(length, ">=", build.Literal(-index))
		from = build.Binary(length, "-", build.Literal(-index))
	}
	return build.If(fits, build.Call("substring", node, from, build.Number(1)), nil)
}
