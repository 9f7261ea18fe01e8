package jsonata

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JavaScript strings are sequences of UTF-16 code units and may hold lone surrogates. Here a string is UTF-8 in which a
// lone surrogate has the three bytes that its code point would have (WTF-8); a pair is always one four-byte character.

const (
	surrogateFirst = 0xD800
	surrogateLow   = 0xDC00
	surrogateLast  = 0xDFFF
)

// decodeRune reads one code point, lone surrogates included. Bytes that are no UTF-8 give U+FFFD.
func decodeRune(s string) (rune, int) {
	r, width := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && width == 1 && len(s) >= 3 && s[0] == 0xED && s[1]&0xE0 == 0xA0 && s[2]&0xC0 == 0x80 {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return r, width
}

// appendRune writes one code point, lone surrogates included.
func appendRune(b []byte, r rune) []byte {
	if r >= surrogateFirst && r <= surrogateLast {
		return append(b, 0xED, 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return utf8.AppendRune(b, r)
}

// appendUnit writes one UTF-16 code unit and joins it with a high surrogate before it.
func appendUnit(b []byte, unit uint16) []byte {
	if high, ok := trailingHigh(b); ok && unit >= surrogateLow && unit <= surrogateLast {
		return utf8.AppendRune(b[:len(b)-3], utf16.DecodeRune(high, rune(unit)))
	}
	return appendRune(b, rune(unit))
}

// trailingHigh is the lone high surrogate at the end of b.
func trailingHigh[T string | []byte](b T) (rune, bool) {
	n := len(b)
	if n < 3 || b[n-3] != 0xED || b[n-2]&0xF0 != 0xA0 {
		return 0, false
	}
	return 0xD000 | rune(b[n-2]&0x3F)<<6 | rune(b[n-1]&0x3F), true
}

// appendText writes s and joins surrogates that meet at the seam.
func appendText(b []byte, s string) []byte {
	if len(s) >= 3 && s[0] == 0xED && s[1]&0xF0 == 0xB0 {
		if _, ok := trailingHigh(b); ok {
			low, _ := decodeRune(s)
			return append(appendUnit(b, uint16(low)), s[3:]...)
		}
	}
	return append(b, s...)
}

// isASCII tells whether every byte is one character.
func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// codePoints counts the code points of s.
func codePoints(s string) int {
	n := 0
	for i := 0; i < len(s); n++ {
		_, width := decodeRune(s[i:])
		i += width
	}
	return n
}

// toUnits is s in UTF-16.
func toUnits(s string) []uint16 { return appendUnits(make([]uint16, 0, len(s)), s) }

// appendUnits appends s in UTF-16.
func appendUnits(units []uint16, s string) []uint16 {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			units = append(units, uint16(s[i]))
			i++
			continue
		}
		r, width := decodeRune(s[i:])
		i += width
		if r > 0xFFFF {
			high, low := utf16.EncodeRune(r)
			units = append(units, uint16(high), uint16(low))
		} else {
			units = append(units, uint16(r))
		}
	}
	return units
}

// fromUnits is the string of UTF-16 code units.
func fromUnits(units []uint16) string {
	b := make([]byte, 0, len(units))
	for _, u := range units {
		if u < utf8.RuneSelf {
			b = append(b, byte(u))
		} else {
			b = appendUnit(b, u)
		}
	}
	return string(b)
}

// compareText orders strings as JavaScript does, by UTF-16 code units.
func compareText(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	if i < len(a) && i < len(b) && (a[i] >= 0xED || b[i] >= 0xED || a[i]&0xC0 == 0x80 || b[i]&0xC0 == 0x80) {
		return compareUnits(a, b)
	}
	return strings.Compare(a[i:], b[i:])
}

func compareUnits(a, b string) int {
	x, y := toUnits(a), toUnits(b)
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return int(x[i]) - int(y[i])
		}
	}
	return len(x) - len(y)
}

// validText is s with bytes that are no text replaced, lone surrogates kept.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		r, width := decodeRune(s[i:])
		b = appendRune(b, r)
		i += width
	}
	return string(b)
}
