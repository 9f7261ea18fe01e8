package python

import (
	"math"
	"math/big"

	"github.com/steploom/steploom/shared/jinja/syntax"
)

// whole gives an int or a bool as a number; ok is false for anything else.
func whole(v Value) (n *big.Int, ok bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return big.NewInt(1), true
		}
		return new(big.Int), true
	case int64:
		return big.NewInt(v), true
	case *big.Int:
		return v, true
	}
	return nil, false
}

// small gives an int or a bool that fits 64 bits.
func small(v Value) (int64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return v, true
	}
	return 0, false
}

// Int makes a value of an integer.
func Int(n *big.Int) Value { return syntax.Integer(n) }

// toFloat converts an int or a float. Too large an int fails.
func toFloat(v Value) (float64, bool) {
	if f, ok := v.(float64); ok {
		return f, true
	}
	if n, ok := small(v); ok {
		return float64(n), true
	}
	n, ok := whole(v)
	if !ok {
		return 0, false
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	if math.IsInf(f, 0) {
		Raise(OverflowError, "int too large to convert to float")
	}
	return f, true
}

// isNumber tells whether a value is an int, a bool or a float.
func isNumber(v Value) bool {
	switch v.(type) {
	case bool, int64, *big.Int, float64:
		return true
	}
	return false
}

// Arithmetic is left op right, op being one of + - * / // % **.
func Arithmetic(m *Meter, op string, left, right Value) Value {
	m.Spend(1)
	if text, ok := Text(left); ok && op == "%" {
		return sameText(left, Percent(m, text, right, isMarkup(left)))
	}
	if _, ok := left.(Bytes); ok && op == "%" {
		Raise(Unsupported, "formatting bytes is not supported")
	}
	if op == "-" && (isSetLike(left) || isSetLike(right)) {
		Raise(Unsupported, "the difference of keys or items is a set, which is not supported")
	}
	failIfUndefined(m, left, right)
	if isNumber(left) && isNumber(right) {
		return numeric(m, op, left, right)
	}
	switch op {
	case "+":
		return concatenate(m, left, right)
	case "*":
		if done, ok := repeated(m, left, right); ok {
			return done
		}
	}
	if op == "**" {
		op = "** or pow()"
	}
	Raise(TypeError, "unsupported operand type(s) for %s: '%s' and '%s'", op, TypeName(left), TypeName(right))
	return nil
}

// isSetLike tells whether a value is what keys() or items() give.
func isSetLike(v Value) bool {
	view, ok := v.(*View)
	return ok && view.Kind != "dict_values"
}

func failIfUndefined(m *Meter, values ...Value) {
	for _, v := range values {
		if undefined, ok := v.(*Undefined); ok {
			undefined.Fail(m)
		}
	}
}

func numeric(m *Meter, op string, left, right Value) Value {
	_, leftFloat := left.(float64)
	_, rightFloat := right.(float64)
	if leftFloat || rightFloat || op == "/" {
		return floating(op, left, right)
	}
	a, aSmall := small(left)
	b, bSmall := small(right)
	if aSmall && bSmall {
		if done, ok := quick(op, a, b); ok {
			return done
		}
	}
	x, _ := whole(left)
	y, _ := whole(right)
	m.Spend(x.BitLen()/8 + y.BitLen()/8)
	return wide(m, op, x, y)
}

// quick calculates with 64 bits; ok is false where they might not do.
func quick(op string, a, b int64) (Value, bool) {
	const half = 1 << 31
	fits := a > -half && a < half && b > -half && b < half
	switch {
	case op == "+" && fits:
		return a + b, true
	case op == "-" && fits:
		return a - b, true
	case op == "*" && fits:
		return a * b, true
	}
	return nil, false
}

// wide calculates with integers of any size.
func wide(m *Meter, op string, x, y *big.Int) Value {
	switch op {
	case "+":
		return Int(new(big.Int).Add(x, y))
	case "-":
		return Int(new(big.Int).Sub(x, y))
	case "*":
		m.Repeat(x.BitLen()/64+1, y.BitLen()/64+1)
		return Int(new(big.Int).Mul(x, y))
	case "**":
		return power(m, x, y)
	}
	if y.Sign() == 0 {
		if op == "%" {
			Raise(ZeroDivisionError, "integer modulo by zero")
		}
		Raise(ZeroDivisionError, "integer division or modulo by zero")
	}
	m.Repeat(x.BitLen()/64+1, y.BitLen()/64+1)
	quotient, rest := new(big.Int).QuoRem(x, y, new(big.Int))
	if rest.Sign() != 0 && rest.Sign() != y.Sign() {
		quotient.Sub(quotient, big.NewInt(1))
		rest.Add(rest, y)
	}
	if op == "%" {
		return Int(rest)
	}
	return Int(quotient)
}

func power(m *Meter, x, y *big.Int) Value {
	if y.Sign() < 0 {
		if x.Sign() == 0 {
			Raise(ZeroDivisionError, "0.0 cannot be raised to a negative power")
		}
		return floating("**", Int(x), Int(y))
	}
	const mostBits = 1 << 20
	if bits := x.BitLen(); bits > 1 && (!y.IsInt64() || y.Int64() > mostBits/int64(bits)) {
		Raise(Limit, "a power with more than %d bits", mostBits)
	}
	if x.BitLen() > 1 {
		n := x.BitLen() * int(y.Int64()) / 64
		m.Repeat(n+1, n/16+1)
	}
	if x.BitLen() <= 1 { // 0, 1 and -1
		y = new(big.Int).Add(new(big.Int).And(y, big.NewInt(1)), sign(y))
	}
	return Int(new(big.Int).Exp(x, y, nil))
}

// sign is 2 for a positive number: an exponent that is not zero, and no larger than it need be.
func sign(y *big.Int) *big.Int {
	if y.Sign() > 0 {
		return big.NewInt(2)
	}
	return new(big.Int)
}

func floating(op string, left, right Value) Value {
	if op == "/" {
		if done, ok := trueDivision(left, right); ok {
			return done
		}
	}
	a, _ := toFloat(left)
	b, _ := toFloat(right)
	switch op {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "**":
		return floatPower(a, b)
	}
	if b == 0 {
		switch op {
		case "/":
			Raise(ZeroDivisionError, "float division by zero")
		case "//":
			Raise(ZeroDivisionError, "float floor division by zero")
		}
		Raise(ZeroDivisionError, "float modulo")
	}
	if op == "/" {
		return a / b
	}
	quotient, rest := floorDivide(a, b)
	if op == "%" {
		return rest
	}
	return quotient
}

// trueDivision divides integers: the result is the float next to the exact one.
func trueDivision(left, right Value) (Value, bool) {
	x, ok := whole(left)
	y, both := whole(right)
	if !ok || !both {
		return nil, false
	}
	if y.Sign() == 0 {
		Raise(ZeroDivisionError, "division by zero")
	}
	if x.Sign() == 0 && y.Sign() < 0 {
		return math.Copysign(0, -1), true
	}
	quotient, _ := new(big.Rat).SetFrac(x, y).Float64()
	if math.IsInf(quotient, 0) {
		Raise(OverflowError, "integer division result too large for a float")
	}
	return quotient, true
}

// floorDivide is Python's divmod of floats.
func floorDivide(a, b float64) (quotient, rest float64) {
	rest = math.Mod(a, b)
	div := (a - rest) / b
	if rest != 0 {
		if (b < 0) != (rest < 0) {
			rest += b
			div--
		}
	} else {
		rest = math.Copysign(0, b)
	}
	if div == 0 {
		return math.Copysign(0, a/b), rest
	}
	quotient = math.Floor(div)
	if div-quotient > 0.5 {
		quotient++
	}
	return quotient, rest
}

// Negative is -v.
func Negative(m *Meter, v Value) Value {
	failIfUndefined(m, v)
	if f, ok := v.(float64); ok {
		return -f
	}
	if n, ok := whole(v); ok {
		return Int(new(big.Int).Neg(n))
	}
	Raise(TypeError, "bad operand type for unary -: '%s'", TypeName(v))
	return nil
}

// Positive is +v.
func Positive(m *Meter, v Value) Value {
	failIfUndefined(m, v)
	if n, ok := whole(v); ok {
		return Int(n)
	}
	if _, ok := v.(float64); !ok {
		Raise(TypeError, "bad operand type for unary +: '%s'", TypeName(v))
	}
	return v
}

// Abs is abs(v).
func Abs(m *Meter, v Value) Value {
	if f, ok := v.(float64); ok {
		return math.Abs(f)
	}
	if n, ok := whole(v); ok {
		return Int(new(big.Int).Abs(n))
	}
	Raise(TypeError, "bad operand type for abs(): '%s'", TypeName(v))
	return nil
}
