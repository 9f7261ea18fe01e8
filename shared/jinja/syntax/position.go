package syntax

import (
	"fmt"
	"strings"
)

// Pos is a place in a template.
type Pos struct {
	Offset int // in bytes, from 0
	Line   int // from 1
	Column int // in characters, from 1
}

// Position is the place itself, so that a node with a Pos in it has one.
func (p Pos) Position() Pos { return p }

func (p Pos) String() string { return fmt.Sprintf("line %d, column %d", p.Line, p.Column) }

// Classes of the errors of Parse.
const (
	SyntaxError    = "TemplateSyntaxError"    // the template cannot be read
	AssertionError = "TemplateAssertionError" // it names a filter or test that there is not, or does something that is never right
	Unsupported    = "Unsupported"            // Jinja takes it, and it is refused here
)

// Error is what is wrong with a template.
type Error struct {
	Class   string // SyntaxError, AssertionError or Unsupported
	Message string // without position; it may quote words of the template
	Pos     Pos
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %s", e.Pos, e.Class, e.Message) }

// Excerpt is the line of the template that a position lies in, cut to some 60 characters around it.
func Excerpt(template string, at Pos) string {
	const before, after = 30, 30
	at.Offset = min(max(at.Offset, 0), len(template))
	start := strings.LastIndexAny(template[:at.Offset], "\r\n") + 1
	end := len(template)
	if i := strings.IndexAny(template[at.Offset:], "\r\n"); i >= 0 {
		end = at.Offset + i
	}
	left, right := []rune(template[start:at.Offset]), []rune(template[at.Offset:end])
	prefix, suffix := "", ""
	if len(left) > before {
		left, prefix = left[len(left)-before:], "…"
	}
	if len(right) > after {
		right, suffix = right[:after], "…"
	}
	return prefix + string(left) + string(right) + suffix
}
