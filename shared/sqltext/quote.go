package sqltext

import (
	"strings"
	"unicode/utf8"
)

// This file reads comments, strings and quoted names, and gives what strings and names mean.

func (l *lexer) startsComment(rest string) bool {
	switch {
	case rest[0] == '#':
		return l.hashComment
	case strings.HasPrefix(rest, "/*"), l.conditional && strings.HasPrefix(rest, "*/"):
		return true
	case strings.HasPrefix(rest, "--"):
		return !l.dashNeedsGap || len(rest) == 2 || isSpace(rest[2])
	}
	return false
}

func (l *lexer) comment(rest string) (kind Kind, size int, open bool) {
	switch {
	case strings.HasPrefix(rest, "*/"):
		l.conditional = false
		return Comment, 2, false
	case !strings.HasPrefix(rest, "/*"):
		return Comment, through(rest, 0, "\n"), false
	case l.opensConditional(rest):
		l.conditional = true
		start := strings.IndexByte(rest, '!') + 1
		return Comment, start + min(6, spanOf(rest[start:], isDigit)), false
	case l.nestedComment:
		return nestedComment(rest)
	}
	size = through(rest, 2, "*/")
	return Comment, size, size < 4 || !strings.HasSuffix(rest[:size], "*/")
}

// opensConditional reports whether a comment is code for the server (MySQL /*!80000 …*/, MariaDB /*M!100100 …*/).
func (l *lexer) opensConditional(rest string) bool {
	return l.syntax.conditional && !l.conditional && (strings.HasPrefix(rest, "/*!") || strings.HasPrefix(rest, "/*M!"))
}

func nestedComment(rest string) (kind Kind, size int, open bool) {
	depth := 0
	for i := 0; i+1 < len(rest); i++ {
		switch rest[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return Comment, i + 1, false
			}
		}
	}
	return Comment, len(rest), true
}

// through is the length of text up to and with the first end at or after from; all of it when there is none.
func through(text string, from int, end string) int {
	i := strings.Index(text[from:], end)
	if i < 0 {
		return len(text)
	}
	return from + i + len(end)
}

// startsQuote reports whether a string or a quoted name begins, its prefix included.
func (l *lexer) startsQuote(rest string) bool {
	switch rest[0] {
	case '\'', '"':
		return true
	case '`':
		return l.backquote
	case '[':
		return l.bracket
	case '$':
		return l.dollarQuote && dollarTag(rest) != ""
	}
	return l.prefixOf(rest) != ""
}

// prefixOf returns what stands in front of a string's quote and belongs to it, such as N, E or U&.
func (l *lexer) prefixOf(rest string) string {
	if !isLetter(rest[0]) {
		return ""
	}
	size := spanOf(rest, isLetter)
	if rest[0] == '_' {
		size = spanOf(rest, l.isWordByte)
	}
	if strings.HasPrefix(rest[size:], "&") {
		size++
	}
	if size == len(rest) || rest[size] != '\'' && (rest[size] != '"' || !l.doubleText && !strings.EqualFold(rest[:size], "U&")) {
		return ""
	}
	prefix := rest[:size]
	switch strings.ToUpper(prefix) {
	case "N", "X":
		return prefix
	case "B":
		return prefix
	case "E", "U&":
		if l.engine == PostgreSQL || l.engine == Unknown {
			return prefix
		}
	case "Q", "NQ":
		if l.alternative {
			return prefix
		}
	}
	if prefix[0] == '_' && l.engine == MySQL {
		return prefix
	}
	return ""
}

// quoted reads a string or a quoted name.
func (l *lexer) quoted(rest string) (kind Kind, size int, open bool) {
	switch rest[0] {
	case '$':
		tag := dollarTag(rest)
		size = through(rest, len(tag), tag)
		return Text, size, size < 2*len(tag) || !strings.HasSuffix(rest[:size], tag)
	case '`':
		return l.closed(Name, rest, 0, '`', false)
	case '[':
		return l.closed(Name, rest, 0, ']', false)
	}
	prefix := l.prefixOf(rest)
	quote := rest[len(prefix)]
	switch {
	case strings.HasSuffix(strings.ToUpper(prefix), "Q"):
		return alternativeText(rest, len(prefix))
	case quote == '"' && !l.doubleText:
		return l.closed(Name, rest, len(prefix), '"', false)
	}
	return l.closed(Text, rest, len(prefix), quote, l.backslash || strings.EqualFold(prefix, "E"))
}

// closed reads a quotation whose quote stands at start and that ends in end; a doubled end stands for itself.
func (l *lexer) closed(kind Kind, rest string, start int, end byte, backslash bool) (Kind, int, bool) {
	for i := start + 1; i < len(rest); i++ {
		switch {
		case backslash && rest[i] == '\\':
			i++
		case rest[i] != end:
		case i+1 < len(rest) && rest[i+1] == end:
			i++
		default:
			return kind, i + 1, false
		}
	}
	return kind, len(rest), true
}

// alternativeText reads Oracle's q'[…]', whose delimiter stands behind the quote.
func alternativeText(rest string, quote int) (kind Kind, size int, open bool) {
	if quote+1 >= len(rest) {
		return Text, len(rest), true
	}
	opening, width := utf8.DecodeRuneInString(rest[quote+1:])
	closing := string(opening)
	if i := strings.IndexRune("[{(<", opening); i >= 0 {
		closing = "]})>"[i : i+1]
	}
	start := quote + 1 + width
	end := strings.Index(rest[start:], closing+"'")
	if end < 0 {
		return Text, len(rest), true
	}
	return Text, start + end + len(closing) + 1, false
}

// dollarTag returns the opening $tag$ of a string (PostgreSQL §4.1.2.4), "" when there is none.
func dollarTag(rest string) string {
	if len(rest) < 2 || isDigit(rest[1]) {
		return ""
	}
	size := 1 + spanOf(rest[1:], func(c byte) bool { return isLetter(c) || isDigit(c) })
	if size == len(rest) || rest[size] != '$' {
		return ""
	}
	return rest[:size+1]
}

// Unquote returns what a string or a quoted name stands for. Tokens of other kinds stand for their text.
func Unquote(engine Engine, t Token) string {
	if t.Kind != Text && t.Kind != Name {
		return t.Text
	}
	if t.Text[0] == '$' {
		tag := dollarTag(t.Text)
		return strings.TrimSuffix(t.Text[len(tag):], tag)
	}
	start := strings.IndexAny(t.Text, "'\"`[")
	prefix, quote := strings.ToUpper(t.Text[:start]), t.Text[start]
	inside := t.Text[start+1:]
	if !t.Open {
		inside = inside[:len(inside)-1]
	}
	if strings.HasSuffix(prefix, "Q") && engine == Oracle {
		return unquoteAlternative(inside, t.Open)
	}
	if quote == '[' {
		quote = ']'
	}
	if t.Kind == Text && (engine.syntax().backslash || prefix == "E") {
		return unescape(inside, quote)
	}
	return strings.ReplaceAll(inside, string([]byte{quote, quote}), string(quote))
}

// unquoteAlternative takes the delimiters off what stands between the quotes of q'[…]'.
func unquoteAlternative(inside string, open bool) string {
	_, width := utf8.DecodeRuneInString(inside)
	inside = inside[width:]
	if open {
		return inside
	}
	_, width = utf8.DecodeLastRuneInString(inside)
	return inside[:len(inside)-width]
}

// unescape replaces backslash escapes and doubled quotes (MySQL manual §11.1.1, "String literals").
func unescape(text string, quote byte) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == quote && i+1 < len(text) && text[i+1] == quote:
			i++
		case c == '\\' && i+1 < len(text):
			i++
			if c = text[i]; c == '%' || c == '_' {
				out.WriteByte('\\') // \% and \_ keep their backslash, which LIKE reads
			}
			c = escaped(c)
		}
		out.WriteByte(c)
	}
	return out.String()
}

func escaped(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case '0':
		return 0
	case 'b':
		return '\b'
	case 'Z':
		return 26
	}
	return c
}
