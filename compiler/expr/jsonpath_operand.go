package expr

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// operand is one side of a comparison.
type operand struct {
	node jsonata.Node
	kind operandKind
	// list is the value where a list is wanted; nil for the same node.
	list jsonata.Node
	// literal is the value that is written in the path, for literals.
	literal any
	regex   *jsonpath.Regex
}

// operandKind is what is known about an operand.
type operandKind int

const (
	unknownOperand operandKind = iota
	textOperand                // a text that is known at run time only
	literalOperand
	regexOperand
)

func (l *pathLowerer) operand(o jsonpath.Operand, this origin) operand {
	switch o := o.(type) {
	case *jsonpath.Path:
		if held, ok := l.held[o]; ok {
			return operand{node: held}
		}
		return operand{node: l.operandFrom(l.from(o, this), o)}
	case *jsonpath.Hole:
		return operand{node: l.holes[o.Number].Value, list: l.holes[o.Number].List}
	case *jsonpath.Template:
		return operand{node: l.template(o), kind: textOperand}
	case *jsonpath.Literal:
		return operand{node: l.literal(o.Value, o.Span), kind: literalOperand, literal: o.Value}
	case *jsonpath.Regex:
		return operand{node: build.Null(), kind: regexOperand, regex: o}
	default:
		return operand{node: l.nothing(o.At(), "this cannot stand in a filter")}
	}
}

func (l *pathLowerer) template(template *jsonpath.Template) jsonata.Node {
	var parts []jsonata.Node
	for _, part := range template.Parts {
		if hole, isHole := part.(*jsonpath.Hole); isHole {
			parts = append(parts, build.Call("string", l.holes[hole.Number].Value))
		} else if literal, isText := part.(*jsonpath.Literal); isText {
			parts = append(parts, l.literal(literal.Value, literal.Span))
		}
	}
	return build.Concat(parts...)
}

// literal writes a value of a path.
func (l *pathLowerer) literal(value any, at jsonpath.Span) jsonata.Node {
	switch value := value.(type) {
	case bool:
		return build.Bool(value)
	case string:
		return build.Text(value)
	case json.Number:
		if number, ok := parseDecimal(string(value)); ok {
			if node, ok := number.node(); ok {
				return node
			}
		}
		return l.nothing(at, "%s is too large for a number", value)
	case []any:
		items := make([]jsonata.Node, len(value))
		for i, item := range value {
			items[i] = l.literal(item, at)
		}
		return build.List(items...)
	case map[string]any:
		var members []build.Member
		for _, name := range slices.Sorted(maps.Keys(value)) {
			members = append(members, build.Of(name, l.literal(value[name], at)))
		}
		return build.Object(members...)
	default:
		return build.Null()
	}
}

// asList is the operand where a list is wanted.
func (o operand) asList() jsonata.Node {
	if o.list != nil {
		return o.list
	}
	return o.node
}

// text and number give the value of a literal of that kind.
func (o operand) text() (string, bool) {
	text, ok := o.literal.(string)
	return text, ok
}

func (o operand) number() (decimal, bool) {
	number, isNumber := o.literal.(json.Number)
	if !isNumber {
		return decimal{}, false
	}
	return parseDecimal(string(number))
}

// structured tells that the operand is a literal list or object.
func (o operand) structured() bool {
	switch o.literal.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

// numericText is what a text must look like for JSONata to read a number in it.
const numericText = `^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$`

// textAsNumber tells whether a value is a text that is the number in a node.
func textAsNumber(text, number jsonata.Node) jsonata.Node {
	return build.All(build.HasType(text, "string"), build.Call("contains", text, build.Regex(numericText, "")),
		build.Binary(build.Call("number", text), "=", number))
}

// numberAsText tells whether a value is a number whose text is in a node.
func numberAsText(number, text jsonata.Node) jsonata.Node {
	return build.All(build.HasType(number, "number"), build.Binary(build.Call("string", number), "=", text))
}

// alike lists the literals that a literal on the right is equal to: 5 and "5", "5.0" and 5; of data that has numbers for booleans, true and 1.
func (l *pathLowerer) alike(value any, at jsonpath.Span) []jsonata.Node {
	nodes := []jsonata.Node{l.literal(value, at)}
	switch value := value.(type) {
	case json.Number:
		if number, ok := parseDecimal(string(value)); ok {
			nodes = append(nodes, build.Text(number.text()))
		}
	case string:
		if number, ok := parseDecimal(value); ok {
			if node, fits := number.node(); fits {
				nodes = append(nodes, node)
			}
		}
	case bool:
		if l.flags {
			nodes = append(nodes, flag(value))
		}
	}
	return nodes
}

// flag is the number that stands for a boolean.
func flag(value bool) jsonata.Node {
	if value {
		return build.Number(1)
	}
	return build.Number(0)
}

// equalLiterals compares two literals.
func equalLiterals(left, right operand) bool {
	a, aNumber := left.number()
	b, bNumber := right.number()
	aText, aIsText := left.text()
	bText, bIsText := right.text()
	switch {
	case left.structured() || right.structured():
		return false
	case aNumber && bNumber:
		return a.normal() == b.normal()
	case aNumber && bIsText:
		other, ok := parseDecimal(bText)
		return ok && a.normal() == other.normal()
	case aIsText && bNumber:
		return aText == b.text()
	default:
		return left.literal == right.literal
	}
}

// equal compares as Jayway does: a number on the left is equal to a text that is that number, a text on the left to the number that is written so.
func (l *pathLowerer) equal(left, right operand, at jsonpath.Span) jsonata.Node {
	switch {
	case left.kind == literalOperand && right.kind == literalOperand:
		return build.Bool(equalLiterals(left, right))
	case left.structured():
		return build.Bool(false) // Jayway compares the text of the literal with the value
	case right.kind == literalOperand:
		if nodes := l.alike(right.literal, at); len(nodes) > 1 {
			return build.Binary(left.node, "in", build.List(nodes...))
		}
		return build.Binary(left.node, "=", right.node)
	case left.kind == literalOperand:
		return l.literalEqual(left, right)
	default:
		return build.Held("left", left.node, func(a jsonata.Node) jsonata.Node {
			return build.Held("right", right.node, func(b jsonata.Node) jsonata.Node {
				if l.flags {
					return build.Any(equalValues(a, b), isFlag(a, b), isFlag(b, a))
				}
				return equalValues(a, b)
			})
		})
	}
}

// isFlag tells whether one variable is the number that stands for a boolean, which the other is.
func isFlag(number, boolean jsonata.Node) jsonata.Node {
	is := func(value bool) jsonata.Node {
		return build.All(build.Binary(boolean, "=", build.Bool(value)), build.Binary(number, "=", flag(value)))
	}
	return build.Any(is(true), is(false))
}

// literalEqual compares a literal on the left with what is not known.
func (l *pathLowerer) literalEqual(left, right operand) jsonata.Node {
	if _, ok := left.number(); ok {
		return build.Held("right", right.node, func(b jsonata.Node) jsonata.Node {
			return build.Any(build.Binary(b, "=", left.node), textAsNumber(b, left.node))
		})
	}
	if text, ok := left.text(); ok {
		if number, numeric := parseDecimal(text); numeric && number.text() == text {
			if node, fits := number.node(); fits {
				return build.Binary(right.node, "in", build.List(left.node, node))
			}
		}
	}
	if boolean, ok := left.literal.(bool); ok && l.flags {
		return build.Binary(right.node, "in", build.List(left.node, flag(boolean)))
	}
	return build.Binary(right.node, "=", left.node)
}

// equalValues compares two variables of which nothing is known.
func equalValues(a, b jsonata.Node) jsonata.Node {
	return build.Any(build.Binary(a, "=", b),
		build.All(build.HasType(a, "number"), textAsNumber(b, a)),
		build.All(build.HasType(a, "string"), numberAsText(b, a)))
}
