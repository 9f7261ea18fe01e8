package python

import (
	"math"
	"math/big"
	"strings"
	"unicode/utf8"
)

// spec is a format specification.
type spec struct {
	fill      string
	align     byte // < > = ^, or 0
	sign      byte
	noMinus   bool // z: a zero is never negative
	alternate bool
	width     int
	group     byte // , or _, or 0
	precision int  // -1 where there is none
	kind      byte // or 0
}

const mostSize = math.MaxInt32

func parseSpec(text, typeName string) spec {
	whole := text
	s := spec{fill: " ", precision: -1}
	_, size := utf8.DecodeRuneInString(text)
	isAlign := func(rest string) bool { return rest != "" && strings.IndexByte("<>=^", rest[0]) >= 0 }
	filled := isAlign(text[size:])
	if filled {
		s.fill, s.align = text[:size], text[size]
		text = text[size+1:]
	} else if isAlign(text) {
		s.align, text = text[0], text[1:]
	}
	if text != "" && strings.IndexByte("+- ", text[0]) >= 0 {
		s.sign, text = text[0], text[1:]
	}
	text, s.noMinus = cut(text, "z")
	text, s.alternate = cut(text, "#")
	if rest, zero := cut(text, "0"); zero && !filled {
		if text, s.fill = rest, "0"; s.align == 0 && typeName != "str" {
			s.align = '='
		}
	}
	text, s.width = number(text)
	s.width = max(s.width, 0)
	if text != "" && (text[0] == ',' || text[0] == '_') {
		s.group, text = text[0], text[1:]
		if text != "" && (text[0] == ',' || text[0] == '_') {
			if text[0] == s.group {
				Raise(ValueError, "Cannot specify '%c' with '%c'.", text[0], s.group)
			}
			Raise(ValueError, "Cannot specify both ',' and '_'.")
		}
	}
	if text != "" && text[0] == '.' {
		if text, s.precision = number(text[1:]); s.precision < 0 {
			Raise(ValueError, "Format specifier missing precision")
		}
	}
	if len(text) > 1 {
		RaiseValue(ValueError, "Invalid format specifier", "Invalid format specifier %s for object of type '%s'", Quoted(whole), typeName)
	}
	if text != "" {
		s.kind = text[0]
	}
	kind := s.kind
	if kind == 0 && typeName == "str" {
		kind = 's'
	}
	if s.group != 0 && kind != 0 && strings.IndexByte("defgEGF%", kind) < 0 && !(s.group == '_' && strings.IndexByte("boxX", kind) >= 0) {
		Raise(ValueError, "Cannot specify '%c' with '%c'.", s.group, kind)
	}
	return s
}

func cut(text, prefix string) (string, bool) {
	rest, ok := strings.CutPrefix(text, prefix)
	return rest, ok
}

// number reads digits; -1 says that there are none.
func number(text string) (rest string, n int) {
	i := 0
	for i < len(text) && text[i] >= '0' && text[i] <= '9' {
		if n = n*10 + int(text[i]-'0'); n > mostSize {
			Raise(ValueError, "Too many decimal digits in format string")
		}
		i++
	}
	if i == 0 {
		return text, -1
	}
	return text[i:], n
}

// FormatValue is format(v, spec).
func FormatValue(m *Meter, v Value, text string) string {
	if text == "" {
		return Str(m, v)
	}
	name := TypeName(v)
	switch v.(type) {
	case bool, int64, *big.Int:
		return formatInteger(m, bigOf(v), parseSpec(text, name), name)
	case float64:
		return formatFloat(m, v.(float64), parseSpec(text, name), name)
	case string, Markup:
		own, _ := Text(v)
		return formatText(m, own, parseSpec(text, "str"), name)
	}
	Raise(TypeError, "unsupported format string passed to %s.__format__", name)
	return ""
}

func unknownCode(s spec, name string) {
	Raise(ValueError, "Unknown format code '%c' for object of type '%s'", s.kind, name)
}

func formatText(m *Meter, text string, s spec, name string) string {
	switch {
	case s.kind != 0 && s.kind != 's':
		unknownCode(s, name)
	case s.sign == ' ':
		Raise(ValueError, "Space not allowed in string format specifier")
	case s.sign != 0:
		Raise(ValueError, "Sign not allowed in string format specifier")
	case s.noMinus:
		Raise(ValueError, "Negative zero coercion (z) not allowed in string format specifier")
	case s.alternate:
		Raise(ValueError, "Alternate form (#) not allowed in string format specifier")
	case s.align == '=':
		Raise(ValueError, "'=' alignment not allowed in string format specifier")
	}
	if s.precision >= 0 && s.precision < utf8.RuneCountInString(text) {
		text = slice(text, 0, s.precision)
	}
	if s.align == 0 {
		s.align = '<'
	}
	return s.pad(m, "", text)
}

// pad aligns a text; prefix is its sign.
func (s spec) pad(m *Meter, prefix, text string) string {
	missing := s.width - utf8.RuneCountInString(prefix) - utf8.RuneCountInString(text)
	if missing <= 0 {
		return prefix + text
	}
	m.Repeat(len(s.fill), missing)
	filler := strings.Repeat(s.fill, missing)
	switch s.align {
	case '<':
		return prefix + text + filler
	case '^':
		left := missing / 2
		return strings.Repeat(s.fill, left) + prefix + text + strings.Repeat(s.fill, missing-left)
	case '=':
		return prefix + filler + text
	}
	return filler + prefix + text
}

func formatInteger(m *Meter, n *big.Int, s spec, name string) string {
	switch s.kind {
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		f, _ := toFloat(Int(n))
		return formatFloat(m, f, s, name)
	case 0, 'b', 'c', 'd', 'n', 'o', 'x', 'X':
	default:
		unknownCode(s, name)
	}
	switch {
	case s.precision >= 0:
		Raise(ValueError, "Precision not allowed in integer format specifier")
	case s.noMinus:
		Raise(ValueError, "Negative zero coercion (z) not allowed in integer format specifier")
	}
	if s.kind == 'c' {
		return s.letter(m, n)
	}
	prefix := signOf(n.Sign() < 0, s.sign)
	if s.alternate && s.kind != 0 && strings.IndexByte("boxX", s.kind) >= 0 {
		prefix += "0" + string(s.kind)
	}
	every := 3
	if s.kind != 0 && strings.IndexByte("boxX", s.kind) >= 0 {
		every = 4
	}
	return s.grouped(m, prefix, inBase(m, new(big.Int).Abs(n), s.kind), "", every)
}

// letter writes the character of a number.
func (s spec) letter(m *Meter, n *big.Int) string {
	switch {
	case s.sign != 0:
		Raise(ValueError, "Sign not allowed with integer format specifier 'c'")
	case s.alternate:
		Raise(ValueError, "Alternate form (#) not allowed with integer format specifier 'c'")
	case !n.IsInt64():
		Raise(OverflowError, "Python int too large to convert to C long")
	}
	if s.align == 0 {
		s.align = '>'
	}
	return s.pad(m, "", character(Int(n)))
}

func formatFloat(m *Meter, f float64, s spec, name string) string {
	kind, precision := s.kind, s.precision
	percent := ""
	switch kind {
	case 'e', 'E', 'f', 'F', 'g', 'G', 'n':
	case '%':
		f, kind, percent = f*100, 'f', "%"
	case 0:
		kind = 'g'
		if precision < 0 {
			kind = 'r'
		}
	default:
		unknownCode(s, name)
	}
	if kind == 'n' {
		kind = 'g'
	}
	if precision < 0 {
		precision = 6
	}
	negative := math.Signbit(f) && !math.IsNaN(f)
	text := digitsOf(m, math.Abs(f), kind, precision, s.alternate)
	if s.kind == 0 && kind == 'g' {
		text = withPoint(m, math.Abs(f), max(precision, 1), s.alternate)
	}
	if s.noMinus && strings.Trim(text, "0.eE+-") == "" {
		negative = false
	}
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(text)
	}
	return s.grouped(m, signOf(negative, s.sign), text[:end], text[end:]+percent, 3)
}

// withPoint is how a float is written by a precision alone: as by g, but never without a point or an exponent.
func withPoint(m *Meter, f float64, precision int, alternate bool) string {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return digitsOf(m, f, 'g', precision, false)
	}
	text := general(m, f, precision, precision-1, alternate)
	if strings.ContainsAny(text, ".e") {
		return text
	}
	return text + ".0"
}

// grouped puts separators between the digits of a number and pads it. every is the number of digits of a group.
func (s spec) grouped(m *Meter, prefix, digits, rest string, every int) string {
	if s.align == 0 {
		s.align = '>'
	}
	if s.group == 0 {
		return s.pad(m, prefix, digits+rest)
	}
	if s.align == '=' && s.fill == "0" {
		for wide := s.width - len(prefix) - len(rest); len(separated(digits, s.group, every)) < wide; {
			m.Spend(1)
			if len(separated("0"+digits, s.group, every)) > wide && (len(digits)%every != 0) {
				break
			}
			digits = "0" + digits
		}
	}
	return s.pad(m, prefix, separated(digits, s.group, every)+rest)
}

func separated(digits string, separator byte, every int) string {
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%every == 0 {
			b.WriteByte(separator)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}
