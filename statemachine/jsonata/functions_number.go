package jsonata

import (
	"math"
	"strconv"
	"strings"
)

func sum(_ *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	return total(items), nil
}

func total(items []any) float64 {
	sum := 0.0
	for _, item := range items {
		n, ok := item.(float64)
		if !ok {
			n, _ = plain(item).(float64)
		}
		sum += n
	}
	return sum
}

func average(_ *state, args []any) (any, error) {
	items, _, err := array(args, 0)
	if err != nil || len(items) == 0 {
		return Undefined, err
	}
	return total(items) / float64(len(items)), nil
}

func maximum(_ *state, args []any) (any, error) { return extreme(args, math.Max) }

func minimum(_ *state, args []any) (any, error) { return extreme(args, math.Min) }

func extreme(args []any, choose func(a, b float64) float64) (any, error) {
	items, _, err := array(args, 0)
	if err != nil || len(items) == 0 {
		return Undefined, err
	}
	best, _ := plain(items[0]).(float64)
	for _, item := range items[1:] {
		n, _ := plain(item).(float64)
		best = choose(best, n)
	}
	return best, nil
}

// toNumber is $number: it takes JSON's decimal numbers and, in strings, 0x, 0o and 0b.
func toNumber(_ *state, args []any) (any, error) {
	v := plain(at(args, 0))
	switch v := v.(type) {
	case *undefined, float64:
		return v, nil
	case bool:
		if v {
			return 1.0, nil
		}
		return 0.0, nil
	case string:
		if f, ok := parseDecimal(v); ok {
			return f, nil
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

func round(_ *state, args []any) (any, error) {
	n, given, err := amount(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	precision, _, err := amount(args, 1)
	return roundTo(n, precision), err
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

func shiftDecimal(n, places float64) float64 {
	if places != math.Trunc(places) {
		return math.NaN()
	}
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return math.NaN()
	}
	mantissa, exponent, _ := strings.Cut(numberText(n), "e")
	e, _ := strconv.ParseFloat(exponent, 64)
	f, _ := strconv.ParseFloat(mantissa+"e"+numberText(e+places), 64)
	return f
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

func formatBase(_ *state, args []any) (any, error) {
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
	return radixText(roundTo(n, 0), int(radix)), nil
}

// radixText is a whole number in another base. Beyond 2^53 the digits that a float cannot know are zeros, as in V8.
func radixText(n float64, radix int) string {
	if radix == 10 || math.IsNaN(n) || math.IsInf(n, 0) {
		return numberText(n)
	}
	if math.Abs(n) < 1<<53 {
		return strconv.FormatInt(int64(n), radix)
	}
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	var digits []byte
	for n >= 1<<53 {
		n /= float64(radix)
		digits = append(digits, '0')
	}
	zeros := string(digits)
	return sign + strconv.FormatInt(int64(n), radix) + zeros
}
