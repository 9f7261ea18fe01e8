package apichap

import (
	"strconv"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// lower gives an expression's JSONata. After an error, which has been reported, it gives null.
func (s *scope) lower(e expression) typed {
	value := s.lowerAny(e)
	if value.kind == fileKind {
		refuseFile(e)
		return typed{node: build.Null(), null: true}
	}
	return value
}

// lowerAny lowers an expression where a file may stand, too.
func (s *scope) lowerAny(e expression) typed {
	switch e := e.(type) {
	case *literal:
		return constantOf(e.value)
	case *call:
		return e.method.lower(s, e)
	case *negation:
		return boolean(build.Not(s.condition(e.operand)))
	case *template:
		return typed{node: s.text(e), kind: textKind}
	case *binary:
		return s.binary(e)
	default:
		return nothing()
	}
}

func (s *scope) binary(e *binary) typed {
	switch e.operator {
	case "||":
		return boolean(build.Any(operandsOf(s, e)...))
	case "&&":
		return boolean(build.All(operandsOf(s, e)...))
	case ".":
		return joined(s.lower(e.left), s.lower(e.right))
	case "+", "-", "*", "/":
		return finite(s, e, s.arithmetic(e))
	default:
		return boolean(s.compare(e))
	}
}

// joined gives the text of values one behind the other. It is a text even when all but one of them are empty.
func joined(values ...typed) typed {
	if len(values) == 1 {
		return typed{node: values[0].text(), kind: textKind}
	}
	parts := make([]jsonata.Node, len(values))
	certain := true
	for i, value := range values {
		parts[i] = value.side()
		certain = certain && value.sideIsText() && !isJoin(parts[i]) // joins are taken apart, down to what is no text
	}
	text := build.Concat(parts...)
	if !certain && !isJoin(text) {
		text = typed{node: text}.text()
	}
	return typed{node: text, kind: textKind}
}

func isJoin(node jsonata.Node) bool {
	join, ok := node.(*jsonata.Binary)
	return ok && join.Operator == "&"
}

// text gives a template's text.
func (s *scope) text(t *template) jsonata.Node {
	values := make([]typed, len(t.parts))
	for i, part := range t.parts {
		if part.value == nil {
			values[i] = textOf(part.text)
		} else {
			values[i] = s.lower(part.value)
		}
	}
	return joined(values...).node
}

// operandsOf gives what a chain of one operator joins, each as true or false, so that a long chain need not become a deep one.
func operandsOf(s *scope, e *binary) []jsonata.Node {
	var operands []jsonata.Node
	if left, ok := e.left.(*binary); ok && left.operator == e.operator {
		operands = operandsOf(s, left)
	} else {
		operands = []jsonata.Node{s.condition(e.left)}
	}
	return append(operands, rightOf(s, e, operands).condition(e.right))
}

// rightOf gives the scope of the right side of an operator, which is evaluated only when the left side, of those operands, does not decide.
func rightOf(s *scope, e *binary, left []jsonata.Node) *scope {
	if !holdsDate(e.right) {
		return s
	}
	if e.operator == "||" {
		return provided(s, build.Not(build.Any(left...)), e.left)
	}
	return provided(s, build.All(left...), e.left)
}

// condition gives an expression that is true or false. A value that is neither counts as false.
func (s *scope) condition(e expression) jsonata.Node {
	if e == nil {
		return build.Bool(false)
	}
	value := s.lower(e)
	switch value.kind {
	case booleanKind:
		if !value.nullable() {
			return value.node
		}
		return build.Binary(value.node, "=", build.Bool(true))
	case anyKind:
		return value.isTrue()
	default:
		e.report(report.Error(codeType, e.place(), "a condition must be true or false, this is %s", value.kind).Fix("compare it, as in … != NULL()"))
		return build.Bool(false)
	}
}

// numberPattern is what a text must look like to be compared as a number.
const numberPattern = `^-?\d+(\.\d+)?$`

// numeric turns a text that is a number into that number, and leaves every other value alone.
func numeric(node jsonata.Node) jsonata.Node {
	if literal, ok := node.(*jsonata.String); ok {
		if number, err := strconv.ParseFloat(literal.Value, 64); err == nil && number-number == 0 {
			return build.Number(number)
		}
		return node
	}
	return build.Once(node, func(value jsonata.Node) jsonata.Node {
		isText := build.Binary(build.Call("type", value), "=", build.Text("string"))
		isNumeric := build.Call("contains", value, build.Regex(numberPattern, ""))
		return build.If(build.All(isText, isNumeric), build.Call("number", value), value)
	})
}
