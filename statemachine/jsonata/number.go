package jsonata

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// appendNumber writes f as JavaScript's Number.prototype.toString does.
func appendNumber(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "NaN"...)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	case f == 0:
		return append(b, '0')
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return strconv.AppendInt(b, int64(f), 10)
	}
	if size := math.Abs(f); size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	return appendExponent(b, f)
}

// appendExponent writes f with an exponent that has no leading zero.
func appendExponent(b []byte, f float64) []byte {
	start := len(b)
	b = strconv.AppendFloat(b, f, 'e', -1, 64)
	e := start + bytes.IndexByte(b[start:], 'e') + 2
	if b[e] == '0' {
		b = append(b[:e], b[e+1:]...)
	}
	return b
}

// numberText is appendNumber as a string.
func numberText(f float64) string { return string(appendNumber(nil, f)) }

// significant is Number(f.toPrecision(15)), which $string applies to every number.
func significant(f float64) float64 {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 || math.IsNaN(f) || math.IsInf(f, 0) {
		return f
	}
	var buffer [32]byte
	shortest := strconv.AppendFloat(buffer[:0], f, 'e', -1, 64)
	if mantissaDigits(shortest) <= 15 {
		return f
	}
	rounded, _ := strconv.ParseFloat(roundedDigits(f, 14, 'e'), 64)
	return rounded
}

// appendSignificant writes a finite number as $string does: with 15 digits, and null where rounding to them leaves float64's range.
func appendSignificant(b []byte, f float64) []byte {
	if f = significant(f); math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	return appendNumber(b, f)
}

func mantissaDigits(text []byte) int {
	n := 0
	for _, c := range text {
		if c == 'e' {
			break
		}
		if isDigit(c) {
			n++
		}
	}
	return n
}

// roundedDigits formats f with the given digits after the point; exact ties go away from zero, as in toPrecision and toFixed.
func roundedDigits(f float64, digits int, format byte) string {
	text := strconv.FormatFloat(f, format, digits, 64)
	longer := strconv.FormatFloat(f, format, digits+1, 64)
	exact, err := strconv.ParseFloat(longer, 64)
	if err != nil || exact != f || !endsInFive(longer) || !isExact(f, longer, digits+1, format) {
		return text
	}
	// A tie, which strconv has rounded to an even digit: when it is the one before the five, the next is further from zero.
	last, five := lastDigit(text), lastDigit(longer)
	if strings.TrimRight(longer[:five], ".") != text[:last+1] {
		return text
	}
	return text[:last] + string(text[last]+1) + text[last+1:]
}

// lastDigit is where the last digit before an exponent stands.
func lastDigit(text string) int {
	if at := strings.IndexByte(text, 'e'); at >= 0 {
		return at - 1
	}
	return len(text) - 1
}

func endsInFive(text string) bool { return text[lastDigit(text)] == '5' }

// isExact tells whether text, which has the given digits, is all of f's decimal expansion.
func isExact(f float64, text string, digits int, format byte) bool {
	long := strconv.FormatFloat(f, format, digits+30, 64)
	mantissa, exponent := []byte(long), ""
	if e := bytes.IndexByte(mantissa, 'e'); e >= 0 {
		mantissa, exponent = mantissa[:e], long[e:]
	}
	kept := len(mantissa) - 30
	for _, c := range mantissa[kept:] {
		if c != '0' {
			return false
		}
	}
	return string(mantissa[:kept])+exponent == text
}
