package mason

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// notation is how a text writes a mapping.
type notation struct {
	quotes string // each begins and ends texts
	read   func(text string) (any, error)
	// written is an expression of Jinja that gives the value of another as the notation writes it, escaped one that gives its text as it stands in quotes.
	written, escaped func(expression string) string
}

// notations are JSON and the literals of Python, in the order in which they are tried.
func notations() []notation {
	return []notation{
		{quotes: `"`, read: readJSON, written: around("(%s)|default(none)|tojson"), escaped: around("((%s)|string|tojson)[1:-1]")},
		{quotes: `"'`, read: readLiteral, written: around("'%%r'|format((%s)|default(none))"), escaped: around(`(%s)|string` + escapes)},
	}
}

// escapes are the filters that escape what ends a text of Python, or may not stand in one.
const escapes = `|replace('\\', '\\\\')|replace('\'', '\\\'')|replace('"', '\\"')|replace('\n', '\\n')|replace('\r', '\\r')`

// around puts an expression into another.
func around(text string) func(string) string {
	return func(expression string) string { return fmt.Sprintf(text, expression) }
}

func readJSON(text string) (any, error) {
	if !json.Valid([]byte(text)) {
		return nil, errors.New("this is no JSON")
	}
	return jsonata.Decode([]byte(text))
}

func readLiteral(text string) (any, error) {
	value, err := pytext.Literal(text)
	if err != nil {
		return nil, err
	}
	written, err := pytext.JSON(value, pytext.Options{})
	if err != nil {
		return nil, err
	}
	return jsonata.Decode([]byte(written))
}

// A mark stands in the text for an expression: its number between two characters that nobody writes.
const markStart, markEnd = "\ue000", "\ue001"

// marked is a template as text with marks, in quotes where they do not stand inside of some, and tells which do.
func (n notation) marked(pieces []syntax.Expr) (text string, quoted []bool) {
	var out strings.Builder
	inside := byte(0)
	for i, piece := range pieces {
		data, isText := piece.(*syntax.Data)
		mark := markStart + strconv.Itoa(i) + markEnd
		switch {
		case isText:
			out.WriteString(data.Text)
			inside = n.endsInside(data.Text, inside)
		case inside != 0:
			out.WriteString(mark)
		default:
			out.WriteString(`"` + mark + `"`)
		}
		quoted = append(quoted, inside != 0)
	}
	return out.String(), quoted
}

// endsInside is the quote that is open at the end of a piece, which begins inside of another, 0 for none.
func (n notation) endsInside(piece string, quote byte) byte {
	for i := 0; i < len(piece); i++ {
		switch c := piece[i]; {
		case quote != 0 && c == '\\':
			i++
		case c == quote:
			quote = 0
		case quote == 0 && strings.IndexByte(n.quotes, c) >= 0:
			quote = c
		}
	}
	return quote
}
