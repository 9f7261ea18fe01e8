package sqlscript

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// statement is one statement of a script without its final semicolon.
type statement []token

// starts tells whether the statement begins with the given keywords.
func (s statement) starts(keywords ...string) bool {
	if len(s) < len(keywords) {
		return false
	}
	for i, keyword := range keywords {
		if !s[i].is(keyword) {
			return false
		}
	}
	return true
}

// find gives the position of the first token that is s, -1 when there is none.
func (s statement) find(text string) int {
	for i, t := range s {
		if t.is(text) {
			return i
		}
	}
	return -1
}

// closing gives the position of the parenthesis that closes the one at open, or the last token.
func (s statement) closing(open int) int {
	depth := 0
	for i := open; i < len(s); i++ {
		switch {
		case s[i].is("("):
			depth++
		case s[i].is(")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s) - 1
}

func (s statement) hasAny(words ...string) bool {
	for _, word := range words {
		if s.find(word) >= 0 {
			return true
		}
	}
	return false
}

// commas cuts the tokens at the commas outside parentheses.
func (s statement) commas() []statement {
	var parts []statement
	start, depth := 0, 0
	for i, t := range s {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.is(",") && depth == 0:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

// String writes the statement as SQLite reads it.
func (s statement) String() string {
	var out strings.Builder
	for i, t := range s {
		if t.spaced && i > 0 {
			out.WriteByte(' ')
		}
		switch t.kind {
		case text:
			out.WriteString(literal(t.text))
		case quoted:
			out.WriteString(`"` + strings.ReplaceAll(t.text, `"`, `""`) + `"`)
		default:
			out.WriteString(t.text)
		}
	}
	return out.String()
}

// literal is a string as SQLite reads it: in hex where it is no text, as dumps write binary columns.
func literal(content string) string {
	if !utf8.ValidString(content) || strings.Contains(content, "\x00") {
		return fmt.Sprintf("x'%x'", content)
	}
	return "'" + strings.ReplaceAll(content, "'", "''") + "'"
}

// words makes tokens of plain text, separated by blanks.
func words(text string) statement {
	var tokens statement
	for field := range strings.FieldsSeq(text) {
		tokens = append(tokens, token{kind: word, text: field, spaced: true})
	}
	return tokens
}
