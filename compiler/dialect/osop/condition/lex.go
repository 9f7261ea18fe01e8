package condition

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/steploom/steploom/statemachine/jsonata"
)

type kind int

const (
	end kind = iota
	word
	number
	text
	symbol
)

type token struct {
	kind       kind
	text       string // of a text: its value
	value      any    // of a number: float64 or int64
	start, end int
}

// lexer splits a condition into tokens. Names may hold hyphens where known says that there is such a name.
type lexer struct {
	source string
	at     int
	known  func(string) bool
}

var symbols = []string{"===", "!==", "&&", "||", "==", "!=", "<=", ">=", "${", "{{", "}}", "}", "<", ">", "=", "!", "(", ")", "[", "]", ",", ".", "?", ":", "+", "-", "*", "/", "%"}

func lex(source string, known func(string) bool) ([]token, error) {
	l := lexer{source: source, known: known}
	var tokens []token
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		if t.kind == end {
			return tokens, nil
		}
	}
}

func (l *lexer) next() (token, error) {
	for l.at < len(l.source) && strings.IndexByte(" \t\r\n", l.source[l.at]) >= 0 {
		l.at++
	}
	start := l.at
	if start == len(l.source) {
		return token{kind: end, start: start, end: start}, nil
	}
	letter, size := utf8.DecodeRuneInString(l.source[start:])
	switch {
	case letter == '"' || letter == '\'':
		return l.text(byte(letter))
	case unicode.IsDigit(letter):
		return l.number()
	case letter == '_' || letter == '$' && !strings.HasPrefix(l.source[start:], "${") || unicode.IsLetter(letter):
		return l.word(), nil
	}
	for _, s := range symbols {
		if strings.HasPrefix(l.source[start:], s) {
			l.at += len(s)
			return token{kind: symbol, text: s, start: start, end: l.at}, nil
		}
	}
	return token{}, &Error{Start: start, End: start + size, Message: fmt.Sprintf("%q has no meaning in a condition", letter)}
}

func (l *lexer) number() (token, error) {
	start := l.at
	for l.at < len(l.source) && (isDigit(l.source[l.at]) || l.source[l.at] == '.' && l.at+1 < len(l.source) && isDigit(l.source[l.at+1])) {
		l.at++
	}
	value, err := strconv.ParseFloat(l.source[start:l.at], 64)
	if err != nil {
		return token{}, &Error{Start: start, End: l.at, Message: "this is not a number"}
	}
	exact := any(value)
	if whole, err := strconv.ParseInt(l.source[start:l.at], 10, 64); err == nil {
		exact = jsonata.IntegerLiteral(whole).Exact()
	}
	if l.at < len(l.source) && (l.source[l.at] == 'u' || l.source[l.at] == 'U') { // CEL's unsigned numbers
		l.at++
	}
	return token{kind: number, value: exact, text: l.source[start:l.at], start: start, end: l.at}, nil
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// word reads a name. A hyphen belongs to it when the longer name is known.
func (l *lexer) word() token {
	start := l.at
	l.letters()
	here := l.at
	for l.at < len(l.source) && l.source[l.at] == '-' {
		l.at++
		l.letters()
		if l.known(l.source[start:l.at]) {
			here = l.at
		}
	}
	l.at = here
	return token{kind: word, text: l.source[start:l.at], start: start, end: l.at}
}

func (l *lexer) letters() {
	for l.at < len(l.source) {
		letter, size := utf8.DecodeRuneInString(l.source[l.at:])
		if letter != '_' && letter != '$' && !unicode.IsLetter(letter) && !unicode.IsDigit(letter) {
			return
		}
		l.at += size
	}
}

func (l *lexer) text(quote byte) (token, error) {
	start := l.at
	var value strings.Builder
	for l.at++; l.at < len(l.source); l.at++ {
		switch b := l.source[l.at]; {
		case b == quote:
			l.at++
			return token{kind: text, text: value.String(), start: start, end: l.at}, nil
		case b == '\\' && l.at+1 < len(l.source):
			l.at++
			value.WriteByte(unescaped(l.source[l.at]))
		default:
			value.WriteByte(b)
		}
	}
	return token{}, &Error{Start: start, End: len(l.source), Message: "the text is not closed", Fix: "add " + string(quote)}
}

func unescaped(b byte) byte {
	switch b {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	default:
		return b
	}
}

// is tells whether a token is one of the given words or symbols, words in any case.
func (t token) is(texts ...string) bool {
	return (t.kind == symbol || t.kind == word) && slices.ContainsFunc(texts, func(s string) bool {
		return t.text == s || t.kind == word && strings.EqualFold(t.text, s)
	})
}
