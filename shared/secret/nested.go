package secret

import (
	"regexp"
	"strings"
)

var (
	// nestedValue is a name with a text in quotes inside of a text: "{{ {'password': 'abc'} }}", "{\"password\": \"abc\"}".
	nestedValue = regexp.MustCompile(`(\\?["']?)([A-Za-z0-9_\-]+)(\\?["']?\s*[:=]\s*\\?)('[^'"\\{}]*'|"[^'"\\{}]*"|"[^'"\\{}]*\\")`)
	// nestedPair is a pair of a form inside of a text, nestedElement an element of XML.
	nestedPair    = regexp.MustCompile(`([A-Za-z0-9_\-]+)=([^\s&"'{}<>()\[\],;%$:*][^\s&"'{}<>()\[\],;]*)`)
	nestedElement = regexp.MustCompile(`<([A-Za-z0-9_\-]+)>([^<>{}]+)<`)
	// templateOf is a name with a text that has expressions in it.
	templateOf = regexp.MustCompile(`(["']?)([A-Za-z0-9_\-]+)(["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')`)
	// pieceOfTemplate is an expression of a template or what stands between, textInTemplate a text in an expression.
	pieceOfTemplate = regexp.MustCompile(`\{\{.*?\}\}|(?:[^{]|\{[^{])+`)
	textInTemplate  = regexp.MustCompile(`'[^'"]*'|"[^'"]*"`)
)

// inNested hides what looks like a credential in the texts that stand inside of a text of source.
func inNested(line string) string {
	line = templateOf.ReplaceAllStringFunc(line, func(pair string) string {
		at := templateOf.FindStringSubmatchIndex(pair)
		if value := pair[at[8]:at[9]]; IsName(pair[at[4]:at[5]]) && strings.Contains(value, "{{") {
			return pair[:at[8]+1] + inTemplate(value[1:len(value)-1], pair[at[4]:at[5]]) + value[len(value)-1:]
		}
		return pair
	})
	line = hidden(line, nestedValue, 4, func(parts []string) bool { return IsName(parts[2]) })
	line = hidden(line, nestedPair, 2, func(parts []string) bool { return IsName(parts[1]) })
	return hidden(line, nestedElement, 2, func(parts []string) bool { return IsName(parts[1]) })
}

// inTemplate hides what a template for a credential of a name writes out: texts in its expressions, and beside them what is more than a label.
func inTemplate(text, name string) string {
	return pieceOfTemplate.ReplaceAllStringFunc(text, func(piece string) string {
		switch {
		case strings.HasPrefix(piece, "{{"):
			return textInTemplate.ReplaceAllStringFunc(piece, func(text string) string {
				if IsLabel(text[1:len(text)-1], name) {
					return text
				}
				return stars(text)
			})
		case IsLabel(piece, name):
			return piece
		}
		return stars(piece)
	})
}
