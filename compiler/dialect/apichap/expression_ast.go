package apichap

import (
	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// expression is a parsed expression: *call, *binary, *negation, *template or *literal.
type expression interface {
	place() diag.Range
	report(diag.Reportable)
}

// span is where an expression stands in a scalar.
type span struct {
	node       *source.Node
	start, end int
}

func (s span) place() diag.Range { return s.node.At(s.start, s.end) }

func (s span) report(r diag.Reportable) { s.node.Report(r) }

type (
	// call is METHOD(arguments).
	call struct {
		span
		method    *method
		arguments []argument
	}
	// binary is left operator right.
	binary struct {
		span
		operator    string
		left, right expression
	}
	// negation is !operand.
	negation struct {
		span
		operand expression
	}
	// template is a text with placeholders.
	template struct {
		span
		parts []part
	}
	// literal is a number, a boolean or null that was written as such in YAML.
	literal struct {
		span
		value any
	}
)

// part is a piece of a template: fixed text, or a placeholder's expression.
type part struct {
	text  string
	value expression // nil for text
	span
}

// argument is one argument of a method, read as its parameter says. Which field is set depends on the parameter's kind.
type argument struct {
	span
	text  string     // name, constant
	value expression // value; a text with placeholders
	path  *pathText  // JSONPath
	refer *reference // what VALUE looks into
}

// pathText is a JSONPath with placeholders.
type pathText struct {
	parsed *expr.JSONPath
	holes  []expression
}

// reference is the first argument of VALUE: a name, @ signs, or a value.
type reference struct {
	name    string
	element int // number of @, 0 for none
	value   expression
}

// fixedText gives the template's text when it has no placeholder.
func (t *template) fixedText() (string, bool) {
	text := ""
	for _, part := range t.parts {
		if part.value != nil {
			return "", false
		}
		text += part.text
	}
	return text, true
}

// walk calls visit for an expression and everything inside it. A nil expression has nothing inside.
func walk(e expression, visit func(expression)) {
	if e == nil {
		return
	}
	visit(e)
	switch e := e.(type) {
	case *call:
		for _, argument := range e.arguments {
			argument.walk(visit)
		}
	case *binary:
		walk(e.left, visit)
		walk(e.right, visit)
	case *negation:
		walk(e.operand, visit)
	case *template:
		for _, part := range e.parts {
			walk(part.value, visit)
		}
	case *literal:
	}
}

func (a argument) walk(visit func(expression)) {
	walk(a.value, visit)
	if a.refer != nil {
		walk(a.refer.value, visit)
	}
	if a.path != nil {
		for _, hole := range a.path.holes {
			walk(hole, visit)
		}
	}
}
