package pytext

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// mostDigits is how many digits an int may have that is read from text.
const mostDigits = 4300

// Decode gives json.loads(text): NaN and Infinity are numbers, a key that comes twice has its last value, lone surrogates are kept. Its errors are an
// *Error: json.decoder.JSONDecodeError with line, column and character as Python counts them.
func Decode(text string) (any, error) {
	l := &loader{text: Characters(text)}
	if len(l.text) > 0 && l.text[0] == '\ufeff' {
		return nil, l.fail("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0)
	}
	l.space()
	v, err := l.value(0)
	if err != nil {
		return nil, err
	}
	l.space()
	if l.at < len(l.text) {
		return nil, l.fail("Extra data", l.at)
	}
	return v, nil
}

type loader struct {
	text []rune
	at   int
}

func (l *loader) fail(message string, at int) *Error {
	line, column := 1, at+1
	for i, r := range l.text[:min(at, len(l.text))] {
		if r == '\n' {
			line, column = line+1, at-i
		}
	}
	return Errorf("json.decoder.JSONDecodeError", "%s: line %d column %d (char %d)", message, line, column, at)
}

func (l *loader) space() {
	for l.at < len(l.text) && strings.ContainsRune(" \t\n\r", l.text[l.at]) {
		l.at++
	}
}

// is tells whether a character stands at the place.
func (l *loader) is(r rune) bool { return l.at < len(l.text) && l.text[l.at] == r }

// word reads a word that stands at the place.
func (l *loader) word(word string) bool {
	for i, r := range word {
		if l.at+i >= len(l.text) || l.text[l.at+i] != r {
			return false
		}
	}
	l.at += len(word)
	return true
}

var words = []struct {
	word  string
	value any
}{{"null", nil}, {"true", true}, {"false", false}, {"NaN", math.NaN()}, {"Infinity", math.Inf(1)}, {"-Infinity", math.Inf(-1)}}

func (l *loader) value(depth int) (any, error) {
	if depth > deepest {
		return nil, Errorf("RecursionError", "maximum recursion depth exceeded while decoding a JSON value")
	}
	switch {
	case l.is('"'):
		l.at++
		return l.string()
	case l.is('['):
		l.at++
		return l.list(depth)
	case l.is('{'):
		l.at++
		return l.object(depth)
	}
	for _, w := range words {
		if l.word(w.word) {
			return w.value, nil
		}
	}
	return l.number()
}

func (l *loader) list(depth int) (any, error) {
	list := []any{}
	l.space()
	if l.is(']') {
		l.at++
		return list, nil
	}
	for {
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if end, err := l.comma(']'); end || err != nil {
			return list, err
		}
	}
}

// comma reads what stands behind an element: the end of its list or object, or a comma.
func (l *loader) comma(end rune) (bool, error) {
	l.space()
	if l.is(end) {
		l.at++
		return true, nil
	}
	if !l.is(',') {
		return false, l.fail("Expecting ',' delimiter", l.at)
	}
	l.at++
	l.space()
	return false, nil
}

func (l *loader) object(depth int) (any, error) {
	d := &Dict{}
	l.space()
	if l.is('}') {
		l.at++
		return d, nil
	}
	for {
		key, err := l.key()
		if err != nil {
			return nil, err
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		text := any(key)
		d.put(text, text, v)
		if end, err := l.comma('}'); end || err != nil {
			return d, err
		}
	}
}

// key reads a key and the colon behind it.
func (l *loader) key() (string, error) {
	if !l.is('"') {
		return "", l.fail("Expecting property name enclosed in double quotes", l.at)
	}
	l.at++
	key, err := l.string()
	if err != nil {
		return "", err
	}
	l.space()
	if !l.is(':') {
		return "", l.fail("Expecting ':' delimiter", l.at)
	}
	l.at++
	l.space()
	return key, nil
}

// string reads a string behind its quotation mark.
func (l *loader) string() (string, error) {
	if text, ok := l.plain(); ok {
		return text, nil
	}
	begin := l.at - 1
	var text []byte
	for ; l.at < len(l.text); l.at++ {
		switch r := l.text[l.at]; {
		case r == '"':
			l.at++
			return string(text), nil
		case r == '\\':
			escaped, err := l.escape(begin)
			if err != nil {
				return "", err
			}
			text = appendCharacter(text, escaped)
		case r < 0x20:
			return "", l.fail("Invalid control character at", l.at)
		default:
			text = appendCharacter(text, r)
		}
	}
	return "", l.fail("Unterminated string starting at", begin)
}

// plain reads a string behind its quotation mark where it has neither escapes nor surrogates, which most have not.
func (l *loader) plain() (string, bool) {
	for i, r := range l.text[l.at:] {
		switch {
		case r == '"':
			text := string(l.text[l.at : l.at+i])
			l.at += i + 1
			return text, true
		case r == '\\', r < 0x20, r >= 0xD800 && r < 0xE000:
			return "", false
		}
	}
	return "", false
}

// unescapes are the characters that the letters of an escape stand for.
var unescapes = map[rune]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads an escape and leaves the place at its last character.
func (l *loader) escape(begin int) (rune, error) {
	l.at++
	if l.at >= len(l.text) {
		return 0, l.fail("Unterminated string starting at", begin)
	}
	letter := l.text[l.at]
	if letter != 'u' {
		r, ok := unescapes[letter]
		if !ok {
			return 0, l.fail(`Invalid \escape`, l.at-1)
		}
		return r, nil
	}
	high, ok := l.unit(l.at + 1)
	if !ok {
		return 0, l.fail(`Invalid \uXXXX escape`, l.at)
	}
	l.at += 4
	if high&^0x3FF != 0xD800 || l.at+2 >= len(l.text) || l.text[l.at+1] != '\\' || l.text[l.at+2] != 'u' {
		return high, nil
	}
	low, ok := l.unit(l.at + 3)
	if !ok || low&^0x3FF != 0xDC00 {
		return high, nil
	}
	l.at += 6
	return 0x10000 + (high&0x3FF)<<10 + low&0x3FF, nil
}

// unit reads four hexadecimal digits, behind which the text goes on.
func (l *loader) unit(at int) (rune, bool) {
	if at+4 >= len(l.text) {
		return 0, false
	}
	var unit rune
	for _, r := range l.text[at : at+4] {
		digit := strings.IndexRune("0123456789abcdef", r|0x20)
		if digit < 0 || r < '0' || r > 'f' {
			return 0, false
		}
		unit = unit<<4 | rune(digit)
	}
	return unit, true
}

func (l *loader) digits(at int) int {
	for at < len(l.text) && l.text[at] >= '0' && l.text[at] <= '9' {
		at++
	}
	return at
}

// number reads a number, or tells that there is no value.
func (l *loader) number() (any, error) {
	start, at := l.at, l.at
	if l.is('-') {
		at++
	}
	end := l.digits(at)
	if end == at {
		return nil, l.fail("Expecting value", start)
	}
	if l.text[at] == '0' {
		end = at + 1
	}
	whole := end
	if end < len(l.text) && l.text[end] == '.' {
		if last := l.digits(end + 1); last > end+1 {
			end = last
		}
	}
	end = l.exponent(end)
	if end == whole && end-at > mostDigits {
		return nil, Errorf("ValueError", "Exceeds the limit (%d digits) for integer string conversion: value has %d digits; use sys.set_int_max_str_digits() to increase the limit", mostDigits, end-at)
	}
	l.at = end
	return number(string(l.text[start:end])), nil
}

// exponent gives where the exponent ends that may stand at a place.
func (l *loader) exponent(at int) int {
	if at >= len(l.text) || l.text[at]|0x20 != 'e' {
		return at
	}
	digits := at + 1
	if digits < len(l.text) && (l.text[digits] == '-' || l.text[digits] == '+') {
		digits++
	}
	if end := l.digits(digits); end > digits {
		return end
	}
	return at
}

// number is the value of a number's text: an int, or a float where it has a fraction or an exponent.
func number(text string) any {
	if strings.ContainsAny(text, ".eE") {
		v, _ := strconv.ParseFloat(text, 64)
		return v
	}
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		return v
	}
	v, _ := new(big.Int).SetString(text, 10)
	return v
}
