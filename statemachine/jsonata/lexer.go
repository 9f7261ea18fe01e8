package jsonata

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// tokenKind says what a token is; operators carry their symbol.
type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenVariable
	tokenString
	tokenNumber
	tokenValue // true, false, null
	tokenRegex
	tokenOperator
)

// token is one lexical unit. end is the byte offset after it, which is what the reference reports as its position.
type token struct {
	kind       tokenKind
	symbol     symbol
	text       string // name, variable name, string value, regex pattern, literal word
	flags      string // of a regex
	number     float64
	integer    int64 // the number, when float64 cannot hold it
	start, end int
}

// lexer turns text into tokens on demand: an error late in the text must not hide a syntax error before it.
type lexer struct {
	src string
	pos int
}

const spaces = " \t\n\r\v"

func isSpace(c byte) bool { return strings.IndexByte(spaces, c) >= 0 }

// next returns the next token. After an operand (infix) a slash divides; elsewhere it starts a regular expression.
func (l *lexer) next(infix bool) (token, error) {
	if err := l.skipBlank(); err != nil {
		return token{}, err
	}
	start := l.pos
	if start >= len(l.src) {
		return token{kind: tokenEnd, start: len(l.src), end: len(l.src)}, nil
	}
	t, err := l.scan(l.src[start], infix)
	t.start, t.end = start, l.pos
	return t, err
}

func (l *lexer) scan(c byte, infix bool) (token, error) {
	if c == '/' && !infix {
		l.pos++
		return l.regex()
	}
	if s, width := l.operator(c); width > 0 {
		l.pos += width
		return token{kind: tokenOperator, symbol: s}, nil
	}
	switch {
	case c == '"' || c == '\'':
		return l.quoted(c)
	case c >= '0' && c <= '9':
		return l.digits()
	case c == '`':
		return l.backquoted()
	}
	return l.word(), nil
}

// skipBlank moves over white space and comments.
func (l *lexer) skipBlank() error {
	for l.pos < len(l.src) {
		switch {
		case isSpace(l.src[l.pos]):
			l.pos++
		case strings.HasPrefix(l.src[l.pos:], "/*"):
			end := strings.Index(l.src[l.pos+2:], "*/")
			if end < 0 {
				return &Error{Code: "S0106", at: l.pos}
			}
			l.pos += end + 4
		default:
			return nil
		}
	}
	return nil
}

// operator recognises the longest operator at the current position.
func (l *lexer) operator(c byte) (symbol, int) {
	if l.pos+1 < len(l.src) {
		if s := doubleSymbol(c, l.src[l.pos+1]); s != symNone {
			return s, 2
		}
	}
	if s := singleSymbol(c); s != symNone {
		return s, 1
	}
	return symNone, 0
}

var stringEscapes = map[byte]string{'"': `"`, '\\': `\`, '/': "/", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t"}

func (l *lexer) quoted(quote byte) (token, error) {
	l.pos++
	if end := strings.IndexByte(l.src[l.pos:], quote); end >= 0 && strings.IndexByte(l.src[l.pos:l.pos+end], '\\') < 0 {
		text := l.src[l.pos : l.pos+end]
		l.pos += end + 1
		return token{kind: tokenString, text: text}, nil
	}
	return l.escaped(quote)
}

// escaped reads a string literal that holds escape sequences.
func (l *lexer) escaped(quote byte) (token, error) {
	var text []byte
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch c {
		case quote:
			l.pos++
			return token{kind: tokenString, text: string(text)}, nil
		case '\\':
			var err error
			if text, err = l.escape(text); err != nil {
				return token{}, err
			}
		default:
			text = append(text, c)
			l.pos++
		}
	}
	return token{}, &Error{Code: "S0101", at: len(l.src)}
}

func (l *lexer) escape(text []byte) ([]byte, error) {
	l.pos++
	if l.pos >= len(l.src) {
		return nil, &Error{Code: "S0103", at: len(l.src), token: "", hasToken: true}
	}
	c := l.src[l.pos]
	if s, ok := stringEscapes[c]; ok {
		l.pos++
		return append(text, s...), nil
	}
	if c != 'u' {
		r, _ := decodeRune(l.src[l.pos:])
		return nil, &Error{Code: "S0103", at: l.pos, token: string(appendRune(nil, r)), hasToken: true}
	}
	hex := l.src[l.pos+1 : min(l.pos+5, len(l.src))]
	unit, err := strconv.ParseUint(hex, 16, 16)
	if err != nil {
		return nil, &Error{Code: "S0104", at: l.pos}
	}
	l.pos += 1 + len(hex)
	return appendUnit(text, uint16(unit)), nil
}

// digits reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([Ee][-+]?[0-9]+)?; the sign is an operator of its own.
func (l *lexer) digits() (token, error) {
	start := l.pos
	end := start + 1
	if l.src[start] != '0' {
		end = l.skipDigits(end)
	}
	if end+1 < len(l.src) && l.src[end] == '.' && isDigit(l.src[end+1]) {
		end = l.skipDigits(end + 1)
	}
	if e := l.exponent(end); e > end {
		end = e
	}
	number, err := strconv.ParseFloat(l.src[start:end], 64)
	if err != nil || math.IsInf(number, 0) {
		return token{}, &Error{Code: "S0102", at: start, token: l.src[start:end], hasToken: true}
	}
	l.pos = end
	t := token{kind: tokenNumber, number: number}
	if number >= exactFloat {
		exact, _ := exactNumber(json.Number(l.src[start:end]))
		t.integer, _ = exact.(int64)
	}
	return t, nil
}

func (l *lexer) exponent(pos int) int {
	if pos >= len(l.src) || l.src[pos]|0x20 != 'e' {
		return pos
	}
	digits := pos + 1
	if digits < len(l.src) && (l.src[digits] == '+' || l.src[digits] == '-') {
		digits++
	}
	if end := l.skipDigits(digits); end > digits {
		return end
	}
	return pos
}

func (l *lexer) skipDigits(pos int) int {
	for pos < len(l.src) && isDigit(l.src[pos]) {
		pos++
	}
	return pos
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (l *lexer) backquoted() (token, error) {
	l.pos++
	end := strings.IndexByte(l.src[l.pos:], '`')
	if end < 0 {
		return token{}, &Error{Code: "S0105", at: len(l.src)}
	}
	name := l.src[l.pos : l.pos+end]
	l.pos += end + 1
	return token{kind: tokenName, text: name}, nil
}

// word reads a name, a variable or a keyword: everything up to white space or an operator character.
func (l *lexer) word() token {
	start := l.pos
	for l.pos < len(l.src) && !isSpace(l.src[l.pos]) && singleSymbol(l.src[l.pos]) == symNone {
		l.pos++
	}
	text := l.src[start:l.pos]
	if text[0] == '$' {
		return token{kind: tokenVariable, text: text[1:]}
	}
	switch text {
	case "and":
		return token{kind: tokenOperator, symbol: symAnd}
	case "or":
		return token{kind: tokenOperator, symbol: symOr}
	case "in":
		return token{kind: tokenOperator, symbol: symIn}
	case "true", "false", "null":
		return token{kind: tokenValue, text: text}
	}
	return token{kind: tokenName, text: text}
}

// regex reads up to the closing slash: one that is neither escaped nor inside brackets.
func (l *lexer) regex() (token, error) {
	start, depth := l.pos, 0
	for ; l.pos < len(l.src); l.pos++ {
		switch c := l.src[l.pos]; c {
		case '/':
			if depth == 0 && !l.backslashed(start) {
				return l.regexEnd(start)
			}
		case '(', '[', '{':
			if l.src[l.pos-1] != '\\' {
				depth++
			}
		case ')', ']', '}':
			if l.src[l.pos-1] != '\\' {
				depth--
			}
		}
	}
	return token{}, &Error{Code: "S0302", at: len(l.src)}
}

// backslashed tells whether an odd number of backslashes precedes the current position.
func (l *lexer) backslashed(start int) bool {
	count := 0
	for p := l.pos - 1; p >= start && l.src[p] == '\\'; p-- {
		count++
	}
	return count%2 == 1
}

func (l *lexer) regexEnd(start int) (token, error) {
	pattern := l.src[start:l.pos]
	if pattern == "" {
		return token{}, &Error{Code: "S0301", at: l.pos}
	}
	l.pos++
	flags := l.pos
	for l.pos < len(l.src) && (l.src[l.pos] == 'i' || l.src[l.pos] == 'm') {
		l.pos++
	}
	return token{kind: tokenRegex, text: pattern, flags: l.src[flags:l.pos]}, nil
}
