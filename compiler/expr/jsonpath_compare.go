package expr

import (
	"context"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// This file lowers the operators of filters.

func (l *pathLowerer) comparison(c *jsonpath.Comparison, this origin) verdict {
	left, right := l.operand(c.Left, this), l.operand(c.Right, this)
	if c.Operator == "=~" {
		return l.matching(c, left, right)
	}
	if left.kind == regexOperand || right.kind == regexOperand {
		return sure(l.nothing(c.Span, "a regular expression can only be compared with =~"))
	}
	switch c.Operator {
	case "==":
		return sure(l.equal(left, right, c.Right.At()))
	case "!=":
		return sure(build.Not(l.equal(left, right, c.Right.At())))
	case "===":
		return sure(l.identical(left, right))
	case "!==":
		return sure(build.Not(l.identical(left, right)))
	case "<", "<=", ">", ">=":
		return sure(order(left, c.Operator, right))
	case "in":
		return l.in(left, right, c.Right.At())
	case "nin":
		found := l.in(left, right, c.Right.At())
		return verdict{build.Not(found.node), found.unsure}
	case "subsetof", "anyof", "noneof":
		return l.sets(c.Operator, left, right)
	case "contains":
		return sure(l.contains(left, right))
	case "size":
		return sure(size(left, right))
	case "empty":
		return empty(left, right)
	}
	if c.Operator == "exists" {
		return sure(l.nothing(c.Span, "the operator exists is not supported; a path by itself asks whether it leads somewhere: [?(@.name)]"))
	}
	l.warn(c.Span, insteadOf(c.Operator), "the operator %s never holds in Jayway", c.Operator)
	return never()
}

func insteadOf(operator string) string {
	switch operator {
	case "all":
		return "ask for each value: @.tags contains 'a' && @.tags contains 'b'"
	default:
		return "compare the value"
	}
}

// identical is equality of values of one type.
func (l *pathLowerer) identical(left, right operand) jsonata.Node {
	if l.flags && (isBoolean(left) || isBoolean(right)) {
		return l.equal(left, right, jsonpath.Span{})
	}
	if left.kind == literalOperand && right.kind == literalOperand {
		_, a := left.number()
		_, b := right.number()
		return build.Bool(a == b && equalLiterals(left, right))
	}
	if left.structured() {
		return build.Bool(false)
	}
	return build.Binary(left.node, "=", right.node)
}

func isBoolean(o operand) bool {
	_, ok := o.literal.(bool)
	return ok
}

// ordered is the type of a literal that has an order, "" for any other.
func (o operand) ordered() string {
	if _, ok := o.number(); ok {
		return "number"
	}
	if _, ok := o.text(); ok || o.kind == textOperand {
		return "string"
	}
	return ""
}

// order compares numbers with numbers and texts with texts; anything else is not in order.
func order(left operand, operator string, right operand) jsonata.Node {
	a, b := left.ordered(), right.ordered()
	switch {
	case left.kind == literalOperand && a == "" || right.kind == literalOperand && b == "":
		return build.Bool(false)
	case a != "" && b != "":
		return build.All(build.Bool(a == b), build.Binary(left.node, operator, right.node))
	case b != "":
		return build.Once(left.node, func(value jsonata.Node) jsonata.Node {
			return build.All(build.HasType(value, b), build.Binary(value, operator, right.node))
		})
	case a != "":
		return build.Once(right.node, func(value jsonata.Node) jsonata.Node {
			return build.All(build.HasType(value, a), build.Binary(left.node, operator, value))
		})
	default:
		return build.Held("left", left.node, func(a jsonata.Node) jsonata.Node {
			return build.Held("right", right.node, func(b jsonata.Node) jsonata.Node {
				comparable := build.List(build.Text("number"), build.Text("string"))
				return build.All(build.Binary(build.Call("type", a), "in", comparable),
					build.Binary(build.Call("type", a), "=", build.Call("type", b)), build.Binary(a, operator, b))
			})
		})
	}
}

// in tells whether a value is in a list. Where there is no list on the right, Jayway does not take the element.
func (l *pathLowerer) in(left, right operand, at jsonpath.Span) verdict {
	switch list := right.literal.(type) {
	case []any:
		return sure(l.inLiteral(left, list, at))
	case map[string]any:
		return sure(build.Bool(false))
	}
	if right.kind != unknownOperand {
		return never()
	}
	return verdict{build.Held("needle", left.node, func(needle jsonata.Node) jsonata.Node {
		return build.Held("list", right.asList(), func(list jsonata.Node) jsonata.Node {
			return build.If(isList(list), member(needle, list), build.If(isObject(list), build.Bool(false), nil))
		})
	}), true}
}

// never is a condition at which Jayway stops.
func never() verdict { return verdict{nothingAtAll(), true} }

func nothingAtAll() jsonata.Node {
	return build.Block(build.If(build.Bool(false), build.Bool(true), nil))
}

func (l *pathLowerer) inLiteral(left operand, list []any, at jsonpath.Span) jsonata.Node {
	var items []jsonata.Node
	for _, item := range list {
		switch item.(type) {
		case []any, map[string]any:
			l.refuse(at, "a list or an object cannot stand in this list")
		}
		if left.kind == literalOperand {
			if equalLiterals(left, operand{literal: item}) {
				return build.Bool(true)
			}
			continue
		}
		items = append(items, l.alike(item, at)...)
	}
	if left.kind == literalOperand {
		return build.Bool(false)
	}
	return build.Binary(left.node, "in", build.List(items...))
}

// member tells whether the value of a variable, on the left of its comparisons, is in the list of another.
func member(needle, list jsonata.Node) jsonata.Node {
	element := build.Var("")
	asNumber := build.Exists(build.Filter(list, textAsNumber(element, needle)))
	asText := build.Exists(build.Filter(list, numberAsText(element, needle)))
	return build.Any(build.Binary(needle, "in", list),
		build.All(build.HasType(needle, "number"), asNumber),
		build.All(build.HasType(needle, "string"), asText))
}

// sets compares two lists, member by member.
func (l *pathLowerer) sets(operator string, left, right operand) verdict {
	node := build.Held("left", left.asList(), func(a jsonata.Node) jsonata.Node {
		return build.Held("right", right.asList(), func(b jsonata.Node) jsonata.Node {
			each := build.Function(member(build.Var("element"), b), "element")
			common := build.Call("count", build.Call("filter", a, each))
			outcome := setOutcome(operator, common, build.Call("count", a))
			object := build.Any(isObject(b), build.All(isList(b), isObject(a)))
			return build.If(build.All(isList(a), isList(b)), outcome, build.If(object, build.Bool(false), nil))
		})
	})
	return verdict{node, true}
}

func isStructure(value jsonata.Node) jsonata.Node {
	return build.Binary(build.Call("type", value), "in", build.List(build.Text("array"), build.Text("object")))
}

func setOutcome(operator string, common, size jsonata.Node) jsonata.Node {
	switch operator {
	case "subsetof":
		return build.Binary(common, "=", size)
	case "anyof":
		return build.Binary(common, ">", build.Number(0))
	default:
		return build.Binary(common, "=", build.Number(0))
	}
}

// contains looks for a text in a text, or for a value in a list.
func (l *pathLowerer) contains(left, right operand) jsonata.Node {
	return build.Held("whole", left.node, func(whole jsonata.Node) jsonata.Node {
		return build.Held("part", right.node, func(part jsonata.Node) jsonata.Node {
			inText := build.All(build.HasType(whole, "string"), build.HasType(part, "string"))
			return build.If(isList(whole), member(part, whole), build.If(inText, build.Call("contains", whole, part), build.Bool(false)))
		})
	})
}

// size compares the length of a text or a list with a number.
func size(left, right operand) jsonata.Node {
	if number, ok := right.number(); right.kind == literalOperand && (!ok || number.normal().scale > 0) {
		return build.Bool(false)
	}
	return build.Held("sized", left.node, func(value jsonata.Node) jsonata.Node {
		length := build.If(build.HasType(value, "string"), build.Call("length", value), build.If(isList(value), build.Call("count", value), build.If(isObject(value), build.Number(-1), nil)))
		return build.Binary(build.Block(length), "=", right.node)
	})
}

// empty asks whether a text, a list or an object has nothing in it.
func empty(left, right operand) verdict {
	wanted, ok := right.literal.(bool)
	if !ok {
		stops := build.List(build.Text("string"), build.Text("array"), build.Text("object"))
		return verdict{build.Block(build.If(build.Binary(build.Call("type", left.node), "in", stops), nothingAtAll(), build.Bool(false))), true}
	}
	return sure(build.Held("asked", left.node, func(value jsonata.Node) jsonata.Node {
		nothing := func(size jsonata.Node) jsonata.Node {
			return build.Binary(build.Binary(size, "=", build.Number(0)), "=", build.Bool(wanted))
		}
		return build.If(build.HasType(value, "string"), nothing(build.Call("length", value)),
			build.If(isList(value), nothing(build.Call("count", value)),
				build.If(isObject(value), nothing(build.Call("count", build.Call("keys", value))), build.Bool(false))))
	}))
}

// matching tells whether the whole text of a value matches a regular expression; of a list, whether that of an element does.
func (l *pathLowerer) matching(c *jsonpath.Comparison, left, right operand) verdict {
	if (left.kind == regexOperand) == (right.kind == regexOperand) {
		l.warn(c.Span, "write the regular expression between slashes: @.name =~ /…/", "=~ never holds without one regular expression")
		return sure(build.Bool(false))
	}
	regex, value := right.regex, left
	if left.kind == regexOperand {
		regex, value = left.regex, right
	}
	pattern, flags, reason := ecmaScript(regex.Pattern, regex.Flags)
	if reason != "" {
		l.refuse(regex.Span, "%s", reason).Fix = "write the regular expression without it"
		return sure(build.Null())
	}
	whole := build.Regex("^(?:"+pattern+")$", flags)
	scalar := build.Binary(build.Call("type", build.Var("")), "in", build.List(build.Text("string"), build.Text("number"), build.Text("boolean")))
	matches := build.Call("contains", build.Call("string", build.Var("")), whole)
	nothing, err := matchesNothing(whole)
	if err != nil {
		return sure(l.nothing(regex.Span, "the regular expression cannot be read: %s", err))
	}
	if !nothing {
		return sure(build.Exists(build.Filter(value.node, build.All(scalar, matches))))
	}
	// JSONata fails where an expression matches the empty text, and Jayway takes what is no text for the empty one.
	return sure(build.Held("text", value.node, func(text jsonata.Node) jsonata.Node {
		some := build.If(scalar, build.Any(build.Binary(build.Var(""), "=", build.Text("")), matches), build.Bool(true))
		return build.Any(build.Not(build.Exists(text)), build.Exists(build.Filter(text, some)))
	}))
}

// matchesNothing tells whether a regular expression matches the empty text, which some evaluators report as an error.
func matchesNothing(regex jsonata.Node) (matches bool, err error) {
	compiled, err := jsonata.Compile(jsonata.Print(build.Call("contains", build.Text(""), regex)))
	if err != nil {
		return false, err
	}
	matched, failure := compiled.Eval(context.Background(), nil, nil)
	return matched == true || failure != nil, nil
}
