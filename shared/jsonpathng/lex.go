package jsonpathng

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a token is. Single characters are their own kind.
type kind rune

const (
	end kind = -iota - 1
	nameToken
	numberToken
	floatToken
	boolToken
	nullToken
	operatorToken // `…`
	descendToken  // ..
	whereToken
	whereNotToken
	compareToken
	sortToken // / or \, behind a comma or not
	andToken
	orToken
)

type token struct {
	kind  kind
	at    int    // byte offset
	text  string // of a name without its quotation marks
	value any    // of a number
}

const singles = "*.[]()$,:|&~?@+-!"

// mostDigits is how many digits a number may have, as in Python.
const mostDigits = 4300

// tokens takes a path apart. It ends with an end token.
func tokens(path string) ([]token, error) {
	l := &lexer{path: path}
	var read []token
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		if read = append(read, t); t.kind == end {
			return read, nil
		}
	}
}

type lexer struct {
	path     string
	at       int
	spaceEnd int // where the white space ends that was looked at last
}

func (l *lexer) fail(at int, message string) *Error { return &Error{at, message} }

func (l *lexer) next() (token, error) {
	size := l.sortSize()
	for size == 0 && l.at < len(l.path) && strings.IndexByte(" \t\n", l.path[l.at]) >= 0 {
		l.at++
		size = l.sortSize()
	}
	rest := l.path[l.at:]
	switch {
	case rest == "":
		return token{kind: end, at: l.at}, nil
	case size > 0:
		t := l.take(sortToken, size)
		t.at, t.text = t.at+size-1, t.text[size-1:]
		return t, nil
	}
	switch c := rest[0]; {
	case c == '\'' || c == '"':
		return l.quoted(c, nameToken)
	case c == '`':
		return l.quoted(c, operatorToken)
	case letter(c) || c == '@' && len(rest) > 1 && letter(rest[1]):
		return l.name(), nil
	}
	if digits := l.digits(); digits > 0 {
		return l.number(digits)
	}
	for _, s := range symbols {
		if strings.HasPrefix(rest, s.text) {
			return l.take(s.kind, len(s.text)), nil
		}
	}
	if strings.IndexByte(singles, rest[0]) >= 0 {
		return l.take(kind(rest[0]), 1), nil
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return token{}, l.fail(l.at, "the character "+strconv.QuoteRune(r)+" cannot stand here; names with other letters than a-z need quotation marks")
}

// symbols are the tokens of fixed text, longer ones first.
var symbols = []struct {
	text string
	kind kind
}{
	{"=~", compareToken}, {"==", compareToken}, {"<=", compareToken}, {">=", compareToken}, {"!=", compareToken},
	{"=", compareToken}, {"<", compareToken}, {">", compareToken}, {"..", descendToken}, {"||", orToken}, {"&&", andToken},
}

func (l *lexer) take(k kind, size int) token {
	t := token{kind: k, at: l.at, text: l.path[l.at : l.at+size]}
	l.at += size
	return t
}

func letter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

func inName(c byte) bool { return letter(c) || c >= '0' && c <= '9' || c == '-' || c == '@' }

// name reads a name without quotation marks, and the words that are none.
func (l *lexer) name() token {
	size := 1
	for l.at+size < len(l.path) && inName(l.path[l.at+size]) {
		size++
	}
	t := l.take(nameToken, size)
	switch t.text {
	case "where":
		t.kind = whereToken
	case "wherenot":
		t.kind = whereNotToken
	case "null":
		t.kind = nullToken
	case "true", "false":
		t.kind, t.value = boolToken, t.text == "true"
	}
	return t
}

// digits is the size of a whole number at the place, 0 where there is none. Digits are those of every script, as in Python.
func (l *lexer) digits() int {
	size := 0
	if l.path[l.at] == '-' {
		size = 1
	}
	if n := digitsOf(l.path[l.at+size:]); n > 0 {
		return size + n
	}
	return 0
}

func digitsOf(text string) int {
	for i, r := range text {
		if !unicode.Is(unicode.Nd, r) {
			return i
		}
	}
	return len(text)
}

// number reads a number whose whole part has a size.
func (l *lexer) number(size int) (token, error) {
	if fraction := digitsOf(strings.TrimPrefix(l.path[l.at+size:], ".")); fraction > 0 && l.path[l.at+size] == '.' {
		t := l.take(floatToken, size+1+fraction)
		t.value, _ = strconv.ParseFloat(latinDigits(t.text), 64)
		return t, nil
	}
	if size > mostDigits {
		return token{}, l.fail(l.at, "the number has more than "+strconv.Itoa(mostDigits)+" digits")
	}
	t := l.take(numberToken, size)
	t.value = wholeNumber(latinDigits(t.text))
	return t, nil
}

// wholeNumber is the int that a text of digits is.
func wholeNumber(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	n, _ := new(big.Int).SetString(text, 10)
	return n
}

// latinDigits writes the digits of every script as 0 to 9.
func latinDigits(text string) string {
	return strings.Map(func(r rune) rune {
		for _, row := range unicode.Nd.R16 {
			if r >= rune(row.Lo) && r <= rune(row.Hi) {
				return '0' + (r-rune(row.Lo))%10
			}
		}
		for _, row := range unicode.Nd.R32 {
			if r >= rune(row.Lo) && r <= rune(row.Hi) {
				return '0' + (r-rune(row.Lo))%10
			}
		}
		return r
	}, text)
}

// sortSize is the size of a direction of sorting at the place: / or \, behind a comma and white space or not; 0 where there is none.
func (l *lexer) sortSize() int {
	from := l.at
	if from < len(l.path) && l.path[from] == ',' {
		from++
	}
	if l.spaceEnd <= from {
		l.spaceEnd = len(l.path) - len(strings.TrimLeftFunc(l.path[from:], isSpace))
	}
	if l.spaceEnd < len(l.path) && (l.path[l.spaceEnd] == '/' || l.path[l.spaceEnd] == '\\') {
		return l.spaceEnd + 1 - l.at
	}
	return 0
}

// isSpace tells whether Python takes a character for white space.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1C && r <= 0x1F }

// quoted reads what stands in quotation marks; a reverse solidus takes the next character as it is.
func (l *lexer) quoted(mark byte, k kind) (token, error) {
	start := l.at
	var b strings.Builder
	for i := start + 1; i < len(l.path); i++ {
		switch c := l.path[i]; {
		case c == mark:
			l.at = i + 1
			return token{kind: k, at: start, text: b.String()}, nil
		case c != '\\':
			b.WriteByte(c)
		case i+1 == len(l.path) || l.path[i+1] == '\n':
			return token{}, l.fail(i, "a reverse solidus needs a character behind it")
		default:
			i++
			b.WriteByte(l.path[i]) // the other bytes of a character follow as they are
		}
	}
	return token{}, l.fail(start, "the quotation mark "+string(mark)+" is never closed")
}
