package syntax

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// digits is the length of the digits that a text begins with, single underscores between them included.
func digits(rest string, isOne func(byte) bool) int {
	n := 0
	for n < len(rest) {
		switch {
		case isOne(rest[n]):
			n++
		case rest[n] == '_' && n > 0 && n+1 < len(rest) && isOne(rest[n+1]):
			n += 2
		default:
			return n
		}
	}
	return n
}

// number reads an integer or a float.
func (l *lexer) number(rest string, at Pos) {
	if n := floatLength(rest); n > 0 && (l.at.Offset == 0 || l.source[l.at.Offset-1] != '.') {
		value, _ := strconv.ParseFloat(strings.ReplaceAll(l.take(n), "_", ""), 64)
		l.emit(float, "", value, at)
		return
	}
	n := integerLength(rest)
	value, ok := new(big.Int).SetString(strings.ReplaceAll(rest[:n], "_", ""), 0)
	if const4300 := 4300; !ok || n > const4300 && isDigit(rest[1]) {
		panic(&Error{Class: Unsupported, Message: "an integer with more than 4300 digits", Pos: at})
	}
	l.take(n)
	l.emit(integer, "", Integer(value), at)
}

// ReadNumber reads the number of Python, in digits or with a point or an exponent, that a text begins with.
func ReadNumber(text string) (value any, length int, ok bool) {
	number, point := text, strings.HasPrefix(text, ".")
	if point {
		number = "0" + text
	}
	if n := floatLength(number); n > 0 || !point {
		value, n, ok = readNumber(number, n)
		if point {
			n--
		}
		return value, n, ok
	}
	return nil, 0, false
}

func readNumber(text string, length int) (any, int, bool) {
	number := text[:length]
	if run := digits(text, isDigit); length == 0 && run > 0 && run < len(text) && text[run] == '.' { // 5. and 5.e3
		length = run + 1
		if exponent := floatLength("0" + text[length:]); length < len(text) && text[length]|0x20 == 'e' && exponent > 0 {
			length += exponent - 1
		}
		number = text[:run] + text[run+1:length]
	}
	if length > 0 {
		f, err := strconv.ParseFloat(strings.ReplaceAll(number, "_", ""), 64)
		return f, length, err == nil || !isSyntax(err)
	}
	n := integerLength(text)
	const most = 4300
	if n == 0 || n > most && isDigit(text[1]) {
		return nil, 0, false
	}
	value, ok := new(big.Int).SetString(strings.ReplaceAll(text[:n], "_", ""), 0)
	if !ok {
		return nil, 0, false
	}
	return Integer(value), n, true
}

// isSyntax tells errors of form from numbers that are too large.
func isSyntax(err error) bool { return errors.Is(err, strconv.ErrSyntax) }

// Integer is an int64 where that is large enough, otherwise the number itself.
func Integer(value *big.Int) any {
	if value.IsInt64() {
		return value.Int64()
	}
	return value
}

// floatLength is the length of a float that a text begins with, 0 if it does not.
func floatLength(rest string) int {
	whole := digits(rest, isDigit)
	if whole == 0 {
		return 0
	}
	n := whole
	if n+1 < len(rest) && rest[n] == '.' {
		if fraction := digits(rest[n+1:], isDigit); fraction > 0 {
			n += 1 + fraction
		}
	}
	if n < len(rest) && rest[n]|0x20 == 'e' {
		sign := n + 1
		if sign < len(rest) && (rest[sign] == '+' || rest[sign] == '-') {
			sign++
		}
		if exponent := digits(rest[sign:], isDigit); exponent > 0 {
			return sign + exponent
		}
	}
	if n == whole {
		return 0
	}
	return n
}

// integerLength is the length of an integer that a text begins with.
func integerLength(rest string) int {
	if rest[0] != '0' {
		return digits(rest, isDigit)
	}
	if len(rest) > 2 {
		isOne := map[byte]func(byte) bool{
			'b': func(c byte) bool { return c == '0' || c == '1' },
			'o': func(c byte) bool { return c >= '0' && c <= '7' },
			'x': func(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' },
		}[rest[1]|0x20]
		if isOne != nil {
			if n := digits("0"+strings.TrimPrefix(rest[2:], "_"), func(c byte) bool { return isOne(c) }) - 1; n > 0 {
				return 2 + n + len(rest[2:]) - len(strings.TrimPrefix(rest[2:], "_"))
			}
		}
	}
	return digits(rest, func(c byte) bool { return c == '0' })
}

// unescaped gives the value of a string literal: as Jinja does, characters beyond ASCII become escapes first, and then the escapes are read.
func unescaped(literal string, at Pos) string {
	if !strings.Contains(literal, `\`) {
		return literal
	}
	var ascii strings.Builder
	for _, r := range literal {
		switch {
		case r < utf8.RuneSelf:
			ascii.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&ascii, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&ascii, `\u%04x`, r)
		default:
			fmt.Fprintf(&ascii, `\U%08x`, r)
		}
	}
	value, problem := Unescape(ascii.String())
	if problem != "" {
		panic(&Error{Class: problem.class(), Message: string(problem), Pos: at})
	}
	return value
}

// Problem says why an escape cannot be read; "" says that it can.
type Problem string

const (
	loneSurrogate Problem = "a surrogate in a text is not supported"
	namedEscape   Problem = `\N{…} is not supported, write \u and the number`
)

// IsUnsupported tells whether Python can read the escape.
func (p Problem) IsUnsupported() bool { return p == loneSurrogate || p == namedEscape }

func (p Problem) class() string {
	if p.IsUnsupported() {
		return Unsupported
	}
	return SyntaxError
}

// Unescape reads Python's escapes in the text of a string literal.
func Unescape(literal string) (string, Problem) {
	var b strings.Builder
	for i := 0; i < len(literal); i++ {
		if literal[i] != '\\' {
			b.WriteByte(literal[i])
			continue
		}
		if i++; i == len(literal) {
			return "", `\ at end of string`
		}
		length, problem := escape(&b, literal[i:])
		if problem != "" {
			return "", problem
		}
		i += length - 1
	}
	return b.String(), ""
}

// escape writes what one escape stands for, and gives its length without the backslash.
func escape(b *strings.Builder, rest string) (int, Problem) {
	const plain, stands = `\'"abfnrtv`, "\\'\"\a\b\f\n\r\t\v"
	if i := strings.IndexByte(plain, rest[0]); i >= 0 {
		b.WriteByte(stands[i])
		return 1, ""
	}
	switch c := rest[0]; {
	case c == '\n':
		return 1, ""
	case c >= '0' && c <= '7':
		n := 1
		for n < 3 && n < len(rest) && rest[n] >= '0' && rest[n] <= '7' {
			n++
		}
		value, _ := strconv.ParseUint(rest[:n], 8, 32)
		b.WriteRune(rune(value))
		return n, ""
	case c == 'x':
		return hexEscape(b, rest, 2, `truncated \xXX escape`)
	case c == 'u':
		return hexEscape(b, rest, 4, `truncated \uXXXX escape`)
	case c == 'U':
		return hexEscape(b, rest, 8, `truncated \UXXXXXXXX escape`)
	case c == 'N':
		return 0, namedEscape
	}
	b.WriteByte('\\')
	b.WriteByte(rest[0])
	return 1, ""
}

func hexEscape(b *strings.Builder, rest string, width int, truncated Problem) (int, Problem) {
	if len(rest) <= width {
		return 0, truncated
	}
	value, err := strconv.ParseUint(rest[1:1+width], 16, 64)
	switch {
	case err != nil:
		return 0, truncated
	case value > utf8.MaxRune:
		return 0, "illegal Unicode character"
	case value >= 0xd800 && value < 0xe000:
		return 0, loneSurrogate
	}
	b.WriteRune(rune(value))
	return 1 + width, ""
}
