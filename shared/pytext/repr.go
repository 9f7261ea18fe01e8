package pytext

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Str gives str(v): a text itself, and of everything else its repr.
func Str(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	return Repr(v)
}

// Repr gives repr(v): None, True, 1.0, 'text', {'a': [1]}.
func Repr(v any) string {
	var b strings.Builder
	repr(&b, v)
	return b.String()
}

func repr(b *strings.Builder, v any) {
	switch v := Value(v).(type) {
	case nil:
		b.WriteString("None")
	case bool:
		if v {
			b.WriteString("True")
		} else {
			b.WriteString("False")
		}
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case *big.Int:
		b.WriteString(v.String())
	case float64:
		b.WriteString(Float(v))
	case string:
		reprText(b, v)
	case Bytes:
		reprBytes(b, string(v))
	case []any:
		reprList(b, "[", v, "]")
	case Tuple:
		reprTuple(b, v)
	case Set:
		reprSet(b, v)
	case *Dict:
		reprDict(b, v)
	case Object:
		b.WriteString(v.PythonRepr())
	default:
		fmt.Fprintf(b, "<%T object>", v)
	}
}

func reprList(b *strings.Builder, open string, elements []any, end string) {
	b.WriteString(open)
	for i, element := range elements {
		if i > 0 {
			b.WriteString(", ")
		}
		repr(b, element)
	}
	b.WriteString(end)
}

func reprTuple(b *strings.Builder, v Tuple) {
	if len(v) == 1 {
		reprList(b, "(", v, ",)")
		return
	}
	reprList(b, "(", v, ")")
}

func reprSet(b *strings.Builder, v Set) {
	if len(v) == 0 {
		b.WriteString("set()")
		return
	}
	reprList(b, "{", v, "}")
}

func reprDict(b *strings.Builder, d *Dict) {
	b.WriteByte('{')
	for i, item := range d.Items() {
		if i > 0 {
			b.WriteString(", ")
		}
		repr(b, item.Key)
		b.WriteString(": ")
		repr(b, item.Value)
	}
	b.WriteByte('}')
}

// Float gives repr of a float: the shortest digits that read back, 1e+16 from there on, 1e-05 below 0.0001.
func Float(v float64) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	text := strconv.FormatFloat(v, 'e', -1, 64)
	_, exponent, _ := strings.Cut(text, "e")
	if e, _ := strconv.Atoi(exponent); e < -4 || e >= 16 {
		return text
	}
	text = strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// quote is the quotation mark of a repr.
func quote(text string) byte {
	if strings.Contains(text, "'") && !strings.Contains(text, `"`) {
		return '"'
	}
	return '\''
}

func reprText(b *strings.Builder, text string) {
	mark := quote(text)
	b.WriteByte(mark)
	for text != "" {
		r, size := character(text)
		text = text[size:]
		reprRune(b, r, mark)
	}
	b.WriteByte(mark)
}

func reprRune(b *strings.Builder, r rune, mark byte) {
	switch {
	case r == rune(mark) || r == '\\':
		b.WriteByte('\\')
		b.WriteRune(r)
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t':
		b.WriteString(`\t`)
	case unicode.IsPrint(r):
		b.WriteRune(r)
	case r < 0x100:
		fmt.Fprintf(b, `\x%02x`, r)
	case r < 0x10000:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		fmt.Fprintf(b, `\U%08x`, r)
	}
}

func reprBytes(b *strings.Builder, text string) {
	mark := quote(text)
	b.WriteByte('b')
	b.WriteByte(mark)
	for _, c := range []byte(text) {
		if c < utf8.RuneSelf {
			reprRune(b, rune(c), mark)
		} else {
			fmt.Fprintf(b, `\x%02x`, c)
		}
	}
	b.WriteByte(mark)
}

// character reads the first character of a text, lone surrogates included.
func character(text string) (rune, int) {
	r, size := utf8.DecodeRuneInString(text)
	if r == utf8.RuneError && size == 1 && len(text) >= 3 && text[0] == 0xED && text[1] >= 0xA0 && text[1] < 0xC0 && text[2] >= 0x80 && text[2] < 0xC0 {
		return 0xD000 | rune(text[1]&0x3F)<<6 | rune(text[2]&0x3F), 3
	}
	return r, size
}

// Characters are those of a text as Python counts them, lone surrogates included.
func Characters(text string) []rune {
	runes := make([]rune, 0, len(text))
	for text != "" {
		r, size := character(text)
		runes = append(runes, r)
		text = text[size:]
	}
	return runes
}

// Text is a text of one character.
func Text(r rune) string { return string(appendCharacter(nil, r)) }

// appendCharacter writes a character, lone surrogates included.
func appendCharacter(text []byte, r rune) []byte {
	if r >= 0xD800 && r < 0xE000 {
		return append(text, 0xED, 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return utf8.AppendRune(text, r)
}
