package jsonata

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
)

func sum(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	approximate := total(items)
	if st.program.aws && !(math.Abs(approximate) < exactFloat) {
		if n, ok := wholeTotal(items); ok {
			return exact(n), nil
		}
	}
	return approximate, nil
}

func total(items []any) float64 {
	sum := 0.0
	for _, item := range items {
		n, _ := Float(item)
		sum += n
	}
	return sum
}

// wholeTotal adds whole numbers as long as all are some and the sum fits.
func wholeTotal(items []any) (int64, bool) {
	sum := int64(0)
	for _, item := range items {
		n, ok := whole(plain(item))
		if ok {
			sum, ok = calculateWhole('+', sum, n)
		}
		if !ok {
			return 0, false
		}
	}
	return sum, true
}

// magnitude is $abs of a whole number.
func magnitude(n int64) any {
	if n == math.MinInt64 {
		return -float64(n)
	}
	return exact(max(n, -n))
}

func average(_ *state, args []any) (any, error) {
	items, _, err := array(args, 0)
	if err != nil || len(items) == 0 {
		return Undefined, err
	}
	return total(items) / float64(len(items)), nil
}

func maximum(st *state, args []any) (any, error) { return extreme(st, args, math.Max) }

func minimum(st *state, args []any) (any, error) { return extreme(st, args, math.Min) }

// extreme is the number that choose prefers to all others.
func extreme(st *state, args []any, choose func(a, b float64) float64) (any, error) {
	items, _, err := array(args, 0)
	if err != nil || len(items) == 0 {
		return Undefined, err
	}
	best := st.plain(items[0])
	for _, item := range items[1:] {
		best = prefer(best, st.plain(item), choose)
	}
	return best, nil
}

// prefer chooses between two numbers. Whole numbers that float64 cannot tell apart are compared exactly.
func prefer(a, b any, choose func(a, b float64) float64) any {
	x, _ := Float(a)
	y, _ := Float(b)
	chosen := choose(x, y)
	switch {
	case x == y:
		order := float64(compareNumbers(a, b))
		if choose(order, 0) == order {
			return a
		}
		return b
	case chosen == x:
		return a
	case chosen == y:
		return b
	}
	return chosen
}

// toNumber is $number: it takes JSON's decimal numbers and, in strings, 0x, 0o and 0b.
func toNumber(st *state, args []any) (any, error) {
	v := st.plain(at(args, 0))
	switch v := v.(type) {
	case *undefined, float64, int64:
		return v, nil
	case bool:
		if v {
			return 1.0, nil
		}
		return 0.0, nil
	case string:
		if f, ok := parseDecimal(v); ok {
			return st.decimal(v, f), nil
		}
		if hasRadix(v) {
			return javascriptNumber(v), nil
		}
	}
	return nil, &Error{Code: "D3030", Value: v, index: 1}
}

// parseDecimal reads ^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$ when the number is finite.
func parseDecimal(s string) (float64, bool) {
	l := lexer{src: strings.TrimPrefix(s, "-")}
	end := l.skipDigits(0)
	if end == 0 {
		return 0, false
	}
	if end < len(l.src) && l.src[end] == '.' {
		fraction := l.skipDigits(end + 1)
		if fraction == end+1 {
			return 0, false
		}
		end = fraction
	}
	if l.exponent(end) != len(l.src) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// decimal is the number that a decimal text stands for; f is the nearest float64.
func (st *state) decimal(text string, f float64) any {
	if math.Abs(f) < exactFloat || !st.program.aws {
		return f
	}
	if n, ok := exactNumber(json.Number(text)); ok {
		return n
	}
	return f
}

// hasRadix is ^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$, whose anchors hold for the first and the last form only.
func hasRadix(s string) bool {
	if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' && digitValue(s[2]) < 16 {
		return true
	}
	for i := 0; i+2 < len(s); i++ {
		if s[i] == '0' && s[i+1]|0x20 == 'o' && s[i+2] >= '0' && s[i+2] <= '7' {
			return true
		}
		if s[i] == '0' && s[i+1]|0x20 == 'b' && strings.Trim(s[i+2:], "01") == "" {
			return true
		}
	}
	return false
}

func digitValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return int(c|0x20-'a') + 10
	}
	return 99
}

// javascriptNumber is Number(s) for a string in one of the radix forms; NaN for what is none.
func javascriptNumber(s string) float64 {
	s = strings.TrimSpace(s)
	base := 0.0
	if len(s) > 2 && s[0] == '0' {
		base = map[byte]float64{'x': 16, 'o': 8, 'b': 2}[s[1]|0x20]
	}
	if base == 0 {
		return math.NaN()
	}
	value := 0.0
	for i := 2; i < len(s); i++ {
		d := float64(digitValue(s[i]))
		if d >= base {
			return math.NaN()
		}
		value = value*base + d
	}
	return value
}

func round(st *state, args []any) (any, error) {
	n, given, err := amount(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	precision, _, err := amount(args, 1)
	if whole, ok := st.plain(args[0]).(int64); ok && precision == math.Trunc(precision) {
		return roundWhole(whole, precision), err
	}
	return roundTo(n, precision), err
}

// roundWhole rounds half to even at a decimal before the point.
func roundWhole(n int64, precision float64) any {
	if precision >= 0 {
		return exact(n)
	}
	unit := int64(1)
	for ; precision < 0; precision++ {
		if unit > math.MaxInt64/10 {
			return 0.0
		}
		unit *= 10
	}
	quotient, rest := n/unit, max(n%unit, -(n%unit))
	if half := unit / 2; rest > half || rest == half && quotient%2 != 0 {
		if n < 0 {
			quotient--
		} else {
			quotient++
		}
	}
	if rounded, ok := multiplyWhole(quotient, unit); ok {
		return exact(rounded)
	}
	return float64(quotient) * float64(unit)
}

// roundTo rounds half to even at the given number of decimals, which is shifted in the number's text as the reference does.
func roundTo(n, precision float64) float64 {
	if precision != 0 {
		n = shiftDecimal(n, precision)
	}
	result := math.Floor(n)
	if n-result >= 0.5 {
		result++
	}
	if math.Abs(result-n) == 0.5 && math.Abs(math.Mod(result, 2)) == 1 {
		result--
	}
	if precision != 0 {
		result = shiftDecimal(result, -precision)
	}
	if result == 0 {
		return 0
	}
	return result
}

// shiftDecimal moves the decimal point of a number's text.
func shiftDecimal(n, places float64) float64 {
	if places != math.Trunc(places) || math.IsNaN(n) || math.IsInf(n, 0) {
		return math.NaN()
	}
	var buffer [32]byte
	text := strconv.AppendFloat(buffer[:0], n, 'e', -1, 64)
	at := bytes.IndexByte(text, 'e')
	exponent, _ := strconv.Atoi(string(text[at+1:]))
	exponent += int(math.Max(-1e6, math.Min(places, 1e6)))
	shifted, _ := strconv.ParseFloat(string(strconv.AppendInt(text[:at+1], int64(exponent), 10)), 64)
	return shifted
}

func squareRoot(_ *state, args []any) (any, error) {
	n, given, err := amount(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	if n < 0 {
		return nil, &Error{Code: "D3060", Value: n, index: 1}
	}
	return math.Sqrt(n), nil
}

func power(_ *state, args []any) (any, error) {
	base, given, err := amount(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	exponent, given, err := amount(args, 1)
	if err != nil {
		return nil, err
	}
	result := math.NaN()
	if given {
		result = raiseTo(base, exponent)
	}
	if math.IsInf(result, 0) || math.IsNaN(result) {
		return nil, &Error{Code: "D3061", Value: base, value2: at(args, 1), index: 1}
	}
	return result, nil
}

func formatBase(st *state, args []any) (any, error) {
	n, given, err := amount(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	radix, given, err := amount(args, 1)
	if err != nil {
		return nil, err
	}
	if !given {
		radix = 10
	}
	radix = roundTo(radix, 0)
	if !(radix >= 2 && radix <= 36) {
		return nil, &Error{Code: "D3100", Value: radix}
	}
	if whole, ok := st.plain(args[0]).(int64); ok {
		return strconv.FormatInt(whole, int(radix)), nil
	}
	return radixText(roundTo(n, 0), int(radix)), nil
}

// radixText is a whole number in another base. Digits that a float cannot know are zeros, as in V8's DoubleToRadixCString.
func radixText(n float64, radix int) string {
	if radix == 10 || math.IsNaN(n) || math.IsInf(n, 0) {
		return numberText(n)
	}
	if math.Abs(n) < 1<<53 {
		return strconv.FormatInt(int64(n), radix)
	}
	var digits []byte
	base, rest := float64(radix), math.Abs(n)
	for ; rest/base >= 1<<53; rest /= base {
		digits = append(digits, '0')
	}
	for rest > 0 {
		digit := math.Mod(rest, base)
		digits = append(digits, radixDigits[int(digit)])
		rest = (rest - digit) / base
	}
	if n < 0 {
		digits = append(digits, '-')
	}
	slices.Reverse(digits)
	return string(digits)
}

const radixDigits = "0123456789abcdefghijklmnopqrstuvwxyz"
