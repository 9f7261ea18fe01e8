package expr

import "strings"

// Quotes says where a quote in an expression begins a quoted text. A quote that is never closed is an ordinary character everywhere.
type Quotes int

const (
	// QuotesAnywhere: ' and " wherever they stand.
	QuotesAnywhere Quotes = iota
	// QuotesOfArguments: " where an argument of a call begins, ' and " within square brackets. Bare text may hold both elsewhere.
	QuotesOfArguments
)

// Nesting follows brackets and quotes through an expression, byte by byte. Brackets are only counted: which kind closes which does not matter,
// because bare text may hold any.
type Nesting struct {
	Quotes Quotes
	// Depth is how many brackets are open.
	Depth  int
	square int
	inside bool   // of an argument, where quotes are ordinary characters
	open   string // quotes that nothing closes up to the end of the text
}

// Step takes in the byte at a place, or the whole quoted text that begins there, and gives the place behind it. Between two steps the text stays
// the same.
func (n *Nesting) Step(text string, at int) int {
	b := text[at]
	if n.quotes(b) {
		if end := closingQuote(text, at); end > 0 {
			n.inside = true
			return end
		}
		n.open += string(b)
	}
	switch b {
	case '[':
		n.Depth, n.square = n.Depth+1, n.square+1
	case ']':
		n.Depth, n.square = max(0, n.Depth-1), max(0, n.square-1)
	case '(', '{':
		n.Depth++
	case ')', '}':
		n.Depth = max(0, n.Depth-1)
	}
	n.inside = b != '(' && b != ',' && (n.inside || !isBlank(b))
	return at + 1
}

func (n *Nesting) quotes(b byte) bool {
	switch {
	case b != '"' && b != '\'' || strings.IndexByte(n.open, b) >= 0:
		return false
	case n.Quotes == QuotesAnywhere || n.square > 0:
		return true
	default:
		return b == '"' && !n.inside
	}
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// closingQuote gives the place behind a quoted text, 0 when it is never closed.
func closingQuote(text string, at int) int {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[at]:
			return i + 1
		}
	}
	return 0
}
