package sqltext

import (
	"strings"
	"unicode/utf8"
)

// Kind is what a token is.
type Kind int

// The kinds of tokens.
const (
	Space     Kind = iota // white space
	Comment               // a comment; also the beginning and the end of a conditional one (/*!40101 … */)
	Word                  // keyword, bare name or variable
	Number                // 1, 1.5, 0x1F
	Text                  // string literal with its prefix and quotes: 'a', N'a', $$a$$
	Name                  // quoted name: "a", `a`, [a]
	Mark                  // ?, a bind parameter
	Escaped               // ??, PostgreSQL's operator ? written so that it is no bind parameter
	Operator              // =, <>, ||, ->>, ::
	Symbol                // ( ) [ ] , ; . and any other single character
	Delimiter             // what ends a statement after a DELIMITER line; only [Split] meets it
	Hole                  // where a value is to be put; only [Bind] makes it
	Splice                // where text is to be put; only [Bind] makes it
)

// Token is one lexical unit.
type Token struct {
	Kind   Kind
	Text   string // as it stands in the source
	Offset int    // in bytes
	// Open reports that the closing quote or comment mark is missing.
	Open bool
	// Conditional reports that the token stands in a comment that MySQL executes: /*!40101 SET NAMES utf8 */.
	Conditional bool
}

// End returns the offset behind the token.
func (t Token) End() int { return t.Offset + len(t.Text) }

// Is reports whether the token is the given keyword, in any case, or symbol; never when it is quoted.
func (t Token) Is(text string) bool {
	return (t.Kind == Word || t.Kind == Symbol || t.Kind == Operator) && strings.EqualFold(t.Text, text)
}

// Blank reports whether the token is white space or a comment.
func (t Token) Blank() bool { return t.Kind == Space || t.Kind == Comment }

// Holes and splices stand in a text as bytes that UTF-8 never uses.
const (
	holeByte   = 0xFF
	spliceByte = 0xFE
)

// Lex splits a text into tokens. Their texts joined are the text.
func Lex(engine Engine, text string) []Token {
	l := newLexer(engine, text)
	tokens := make([]Token, 0, len(text)/4+1)
	for {
		t, ok := l.next()
		if !ok {
			return tokens
		}
		tokens = append(tokens, t)
	}
}

// lexer reads tokens one by one.
type lexer struct {
	syntax
	engine      Engine
	text        string
	at          int
	conditional bool   // inside /*! … */
	delimiter   string // of MySQL's client, "" for ;
}

func newLexer(engine Engine, text string) *lexer {
	return &lexer{syntax: engine.syntax(), engine: engine, text: text}
}

func (l *lexer) next() (t Token, ok bool) {
	if l.at >= len(l.text) {
		return Token{}, false
	}
	conditional := l.conditional
	kind, size, open := l.scan(l.text[l.at:])
	t = Token{Kind: kind, Text: l.text[l.at : l.at+size], Offset: l.at, Open: open, Conditional: conditional || l.conditional}
	l.at += size
	return t, true
}

// scan returns the kind and the length of the first token.
func (l *lexer) scan(rest string) (kind Kind, size int, open bool) {
	switch c := rest[0]; {
	case l.delimiter != "" && strings.HasPrefix(rest, l.delimiter):
		return Delimiter, len(l.delimiter), false
	case isSpace(c):
		return Space, spanOf(rest, isSpace), false
	case c == holeByte:
		return Hole, 1, false
	case c == spliceByte:
		return Splice, 1, false
	case l.startsComment(rest):
		return l.comment(rest)
	case l.startsQuote(rest):
		return l.quoted(rest)
	case c == '?':
		if strings.HasPrefix(rest, "??") {
			return Escaped, 2, false
		}
		return Mark, 1, false
	case isDigit(c) || c == '.' && len(rest) > 1 && isDigit(rest[1]):
		return l.number(rest)
	case l.isWordStart(c):
		return Word, l.word(rest), false
	}
	return l.operator(rest)
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf && c < spliceByte
}

func (s syntax) isWordStart(c byte) bool {
	return isLetter(c) || strings.IndexByte(s.startsWord, c) >= 0
}

func (s syntax) isWordByte(c byte) bool {
	return isLetter(c) || isDigit(c) || strings.IndexByte(s.insideWord, c) >= 0
}

func spanOf(text string, in func(byte) bool) int {
	for i := range len(text) {
		if !in(text[i]) {
			return i
		}
	}
	return len(text)
}

// word returns the length of a bare name, which ends before the client's delimiter.
func (l *lexer) word(rest string) int {
	size := 1 + spanOf(rest[1:], l.isWordByte)
	if l.delimiter != "" {
		if end := strings.Index(rest[:size], l.delimiter); end > 0 {
			return end
		}
	}
	return size
}

// number reads digits, or, where a bare name may start with a digit (MySQL's 1st_column), that name.
func (l *lexer) number(rest string) (kind Kind, size int, open bool) {
	size = spanOf(rest, func(c byte) bool { return isDigit(c) || c == '.' })
	word := l.word(rest)
	if word <= size {
		return Number, size, false
	}
	if c := rest[size]; (c == 'e' || c == 'E') && size+1 < len(rest) && (rest[size+1] == '-' || rest[size+1] == '+') {
		return Number, size + 2 + spanOf(rest[size+2:], isDigit), false
	}
	if l.engine == MySQL && strings.Trim(rest[:word], "0123456789abcdefABCDEFxX") != "" {
		return Word, word, false
	}
	return Number, word, false
}

// operators lists those of several characters, longest first within what they share.
const operators = "<=> ->> #>> :: := => -> #> <= >= <> != == || && << >> !< !> += -= *= /= %= &= |= ^= ~* ** "

// operator reads an operator or a single character.
func (l *lexer) operator(rest string) (kind Kind, size int, open bool) {
	if !isOperatorByte(rest[0]) && rest[0] != ':' {
		_, size = utf8.DecodeRuneInString(rest)
		return Symbol, size, false
	}
	if l.operatorRuns && rest[0] != ':' {
		return Operator, operatorRun(rest), false
	}
	for candidate, list, _ := strings.Cut(operators, " "); candidate != ""; candidate, list, _ = strings.Cut(list, " ") {
		if strings.HasPrefix(rest, candidate) {
			return Operator, len(candidate), false
		}
	}
	return Operator, 1, false
}

func isOperatorByte(c byte) bool { return strings.IndexByte("+-*/<>=~!@#%^&|`", c) >= 0 }

// operatorRun is the length of PostgreSQL's operator at the start of a text (§4.1.3): the longest run of operator
// characters that holds no comment and, unless it has one of ~!@#%^&|`, does not end in + or -.
func operatorRun(rest string) int {
	const longest = 63 // NAMEDATALEN - 1
	size := spanOf(rest[:min(longest, len(rest))], isOperatorByte)
	for _, mark := range []string{"--", "/*"} {
		if i := strings.Index(rest[:size], mark); i > 0 {
			size = i
		}
	}
	if strings.ContainsAny(rest[:size], "~!@#%^&|`") {
		return size
	}
	for size > 1 && (rest[size-1] == '+' || rest[size-1] == '-') {
		size--
	}
	return size
}
