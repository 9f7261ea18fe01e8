package jsonata

import (
	"cmp"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// A number is a float64, or an int64 where it is a whole number that float64 cannot hold: beyond ±2^53. What callers hand in as int64,
// uint64 or json.Number is brought into this form when it is read.

// exactFloat is the size up to which float64 holds every whole number.
const exactFloat = 1 << 53

// Integer returns the whole number that v is, exactly. It takes every Go number and json.Number; ok is false for what is no number,
// has a fraction or does not fit 64 bits.
func Integer(v any) (n int64, ok bool) {
	switch v := plain(v).(type) {
	case int64:
		return v, true
	case float64:
		if v == math.Trunc(v) && v >= -1<<63 && v < 1<<63 {
			return int64(v), true
		}
	}
	return 0, false
}

// Float returns the float64 nearest to the number that v is. It takes every Go number and json.Number; ok is false for what is no number.
func Float(v any) (f float64, ok bool) {
	if f, ok = v.(float64); ok {
		return f, true
	}
	switch v := plain(v).(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	}
	return 0, false
}

// exact is n as the evaluator holds it.
func exact(n int64) any {
	if n >= -exactFloat && n <= exactFloat {
		return float64(n)
	}
	return n
}

// exactUnsigned is n as the evaluator holds it.
func exactUnsigned(n uint64) any {
	if n > math.MaxInt64 {
		return float64(n)
	}
	return exact(int64(n))
}

// exactNumber reads a JSON number's text. A text without fraction and exponent that fits 64 bits gives that whole number; all else is float64.
func exactNumber(text json.Number) (any, bool) {
	if !strings.ContainsAny(string(text), ".eE") {
		if n, err := strconv.ParseInt(string(text), 10, 64); err == nil && n != 0 {
			return exact(n), true
		}
	}
	f, err := strconv.ParseFloat(string(text), 64)
	return f, err == nil
}

// isNumber tells whether v, which plain has seen, is a number.
func isNumber(v any) bool {
	switch v.(type) {
	case float64, int64:
		return true
	}
	return false
}

// plain is v with Go's numbers as this evaluation holds them: outside the dialect of Step Functions, where numbers are JavaScript's, as float64.
func (st *state) plain(v any) any {
	v = plain(v)
	if n, ok := v.(int64); ok && !st.program.aws {
		return float64(n)
	}
	return v
}

// whole is the exact whole number that v, float64 or int64, is known to be: a float64 beyond 2^53 may have been rounded.
func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case float64:
		if v == math.Trunc(v) && math.Abs(v) <= exactFloat {
			return int64(v), true
		}
	}
	return 0, false
}

// calculateWhole calculates with whole numbers. It answers no when the result has a fraction or does not fit.
func calculateWhole(op byte, a, b int64) (int64, bool) {
	switch op {
	case '+':
		sum := a + b
		return sum, (sum > a) == (b > 0)
	case '-':
		difference := a - b
		return difference, (difference < a) == (b > 0)
	case '*':
		return multiplyWhole(a, b)
	case '/':
		if b == 0 || b == -1 || a%b != 0 {
			return -a, b == -1 && a != math.MinInt64
		}
		return a / b, true
	}
	if b == 0 {
		return 0, false
	}
	return a % b, true
}

func multiplyWhole(a, b int64) (int64, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	product := a * b
	return product, product/b == a && !(b == -1 && a == math.MinInt64)
}

// compareNumbers orders two numbers, float64 or int64, by their exact values. What is neither equal nor less is greater, as in the reference.
func compareNumbers(x, y any) int {
	a, aFloat := x.(float64)
	b, bFloat := y.(float64)
	switch {
	case aFloat && bFloat:
		return compareFloats(a, b)
	case aFloat:
		return -compareWhole(y.(int64), a)
	case bFloat:
		return compareWhole(x.(int64), b)
	}
	return cmp.Compare(x.(int64), y.(int64))
}

func compareFloats(a, b float64) int {
	switch {
	case a == b:
		return 0
	case a < b:
		return -1
	}
	return 1
}

// compareWhole orders a whole number and a float64.
func compareWhole(n int64, f float64) int {
	switch {
	case f >= 1<<63:
		return -1
	case f < -1<<63 || f != f:
		return 1
	}
	truncated := math.Trunc(f)
	if order := cmp.Compare(n, int64(truncated)); order != 0 {
		return order
	}
	return cmp.Compare(0, f-truncated)
}

// sameNumber tells whether two numbers have the same value.
func sameNumber(x, y any) bool {
	a, aFloat := x.(float64)
	b, bFloat := y.(float64)
	if aFloat && bFloat {
		return a == b
	}
	return compareNumbers(x, y) == 0 && a == a && b == b
}

// appendWhole writes all digits of n.
func appendWhole(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }
