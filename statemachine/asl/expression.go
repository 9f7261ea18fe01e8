package asl

import (
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

const (
	opening = "{%"
	closing = "%}"
)

// Expression writes a JSONata expression as the text of a field: {% node %}.
func Expression(node jsonata.Node) string {
	return opening + " " + jsonata.Print(node) + " " + closing
}

// Source answers the JSONata text inside {% … %}, without the white space around it, and whether the text is an expression at all.
// A text is one when it starts with {% and ends with %}; every other text is a constant.
func Source(text string) (source string, ok bool) {
	if len(text) < len(opening)+len(closing) || !strings.HasPrefix(text, opening) || !strings.HasSuffix(text, closing) {
		return "", false
	}
	return strings.TrimSpace(text[len(opening) : len(text)-len(closing)]), true
}
