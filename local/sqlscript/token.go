package sqlscript

import (
	"strings"
)

// kind is what a token is.
type kind int

const (
	word   kind = iota // name, keyword or number
	quoted             // quoted name; text is the name itself
	text               // string literal; text is the string itself
	symbol             // any other character
)

// token is one lexical unit of SQL. Comments and white space are not kept.
type token struct {
	kind kind
	text string
	line int
	// spaced tells that white space or a comment stands before it.
	spaced bool
}

// is tells whether the token is the given keyword or symbol.
func (t token) is(s string) bool {
	return (t.kind == word || t.kind == symbol) && strings.EqualFold(t.text, s)
}

// isName tells whether the token can name something.
func (t token) isName() bool { return t.kind == word || t.kind == quoted }

// lexer splits SQL text. Backslash tells whether a backslash escapes inside strings, as on MariaDB and MySQL.
type lexer struct {
	src       string
	at, line  int
	backslash bool
}

// next gives the next token, ok false at the end.
func (l *lexer) next() (t token, ok bool) {
	before := l.at
	l.skip()
	if l.at >= len(l.src) {
		return token{}, false
	}
	line, spaced := l.line, l.at > before
	t = l.scan()
	t.line, t.spaced = line, spaced
	return t, true
}

func (l *lexer) scan() token {
	c := l.src[l.at]
	switch {
	case c == '\'':
		return token{kind: text, text: l.quoted('\'', l.backslash)}
	case c == '"':
		return token{kind: quoted, text: l.quoted('"', false)}
	case c == '`':
		return token{kind: quoted, text: l.quoted('`', false)}
	case c == '[' && l.bracketName():
		return token{kind: quoted, text: l.quoted(']', false)}
	case c == '$' && l.dollarTag() != "":
		return token{kind: text, text: l.dollarQuoted(l.dollarTag())}
	case isWordByte(c):
		return token{kind: word, text: l.word()}
	}
	l.at++
	return token{kind: symbol, text: string(c)}
}

// skip passes white space and comments.
func (l *lexer) skip() {
	for l.at < len(l.src) {
		rest := l.src[l.at:]
		switch {
		case rest[0] == '\n':
			l.line++
			l.at++
		case rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r' || rest[0] == '\f':
			l.at++
		case strings.HasPrefix(rest, "--"), l.backslash && rest[0] == '#':
			l.comment(1, "\n")
		case strings.HasPrefix(rest, "/*"):
			l.comment(2, "*/")
		default:
			return
		}
	}
}

// comment passes a comment that ends after the mark, or with the text.
func (l *lexer) comment(open int, mark string) {
	end := strings.Index(l.src[l.at+open:], mark)
	if end < 0 {
		end = len(l.src)
	} else {
		end += l.at + open + len(mark)
	}
	l.line += strings.Count(l.src[l.at:end], "\n")
	l.at = end
}

// quoted reads up to the closing quote; a doubled quote stands for itself.
func (l *lexer) quoted(end byte, backslash bool) string {
	var value strings.Builder
	for l.at++; l.at < len(l.src); l.at++ {
		c := l.src[l.at]
		switch {
		case c == end && l.at+1 < len(l.src) && l.src[l.at+1] == end:
			l.at++
		case c == end:
			l.at++
			return value.String()
		case c == '\\' && backslash && l.at+1 < len(l.src):
			l.at++
			c = unescaped(l.src[l.at])
		case c == '\n':
			l.line++
		}
		value.WriteByte(c)
	}
	return value.String()
}

// unescaped is the byte that a backslash and c stand for (MariaDB, String Literals, Escape Sequences).
func unescaped(c byte) byte {
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
	default:
		return c
	}
}

// bracketName tells whether a [name] of SQL Server stands here and not an array.
func (l *lexer) bracketName() bool {
	end := strings.IndexByte(l.src[l.at:], ']')
	if end < 2 {
		return false
	}
	first := l.src[l.at+1]
	return isWordByte(first) && (first < '0' || first > '9')
}

// dollarTag gives the opening tag of a dollar-quoted string (PostgreSQL §4.1.2.4), "" when there is none.
func (l *lexer) dollarTag() string {
	end := strings.IndexByte(l.src[l.at+1:], '$')
	if end < 0 {
		return ""
	}
	tag := l.src[l.at : l.at+end+2]
	for _, c := range []byte(tag[1 : len(tag)-1]) {
		if !isWordByte(c) {
			return ""
		}
	}
	return tag
}

func (l *lexer) dollarQuoted(tag string) string {
	start := l.at + len(tag)
	length := strings.Index(l.src[start:], tag)
	if length < 0 {
		length = len(l.src) - start
	}
	value := l.src[start : start+length]
	l.line += strings.Count(value, "\n")
	l.at = min(start+length+len(tag), len(l.src))
	return value
}

func (l *lexer) word() string {
	start := l.at
	for l.at < len(l.src) && (isWordByte(l.src[l.at]) || l.numberDot(start)) {
		l.at++
	}
	return l.src[start:l.at]
}

// numberDot tells whether the next byte is the point of a decimal number.
func (l *lexer) numberDot(start int) bool {
	first := l.src[start]
	return l.src[l.at] == '.' && l.at > start && first >= '0' && first <= '9'
}

func isWordByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}
