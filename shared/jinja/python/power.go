package python

import (
	"math"
	"math/big"
)

// floatPower is a ** b, rounded correctly.
func floatPower(a, b float64) Value {
	special := a == 0 || b == 0 || math.Abs(a) == 1 || math.IsInf(a, 0) || math.IsInf(b, 0) || math.IsNaN(a) || math.IsNaN(b)
	switch {
	case a == 0 && b < 0 && !math.IsInf(b, 0):
		Raise(ZeroDivisionError, "0.0 cannot be raised to a negative power")
	case a < 0 && b != math.Trunc(b) && !math.IsInf(a, 0) && !math.IsInf(b, 0):
		Raise(Unsupported, "a root of a negative number is complex, and complex numbers are not supported")
	case special:
		return math.Pow(a, b)
	}
	const largest = 1100 // binary exponents beyond it are infinite or zero
	if size := math.Log2(math.Abs(a)) * b; size > largest {
		Raise(OverflowError, "(34, 'Numerical result out of range')")
	} else if size < -largest {
		return math.Copysign(0, math.Pow(a, b))
	}
	result, _ := bigPower(math.Abs(a), math.Abs(b), b < 0).Float64()
	if math.IsInf(result, 0) {
		Raise(OverflowError, "(34, 'Numerical result out of range')")
	}
	if a < 0 && math.Mod(b, 2) != 0 {
		return -result
	}
	return result
}

// bigPower is a ** b of positive numbers: the whole part of b by squaring, each bit of its fraction by a square root.
func bigPower(a, b float64, inverse bool) *big.Float {
	const precision, bits = 320, 128
	exact := func() *big.Float { return new(big.Float).SetPrec(precision) }
	whole, fraction := math.Modf(b)
	result, square := exact().SetInt64(1), exact().SetFloat64(a)
	if inverse {
		square.Quo(result, square)
	}
	root := exact().Set(square)
	for n, _ := big.NewFloat(whole).Int(nil); n.Sign() > 0; n.Rsh(n, 1) {
		if n.Bit(0) == 1 {
			result.Mul(result, square)
		}
		square.Mul(square, square)
	}
	for i := 0; i < bits && fraction > 0; i++ {
		root.Sqrt(root)
		if fraction *= 2; fraction >= 1 {
			result.Mul(result, root)
			fraction--
		}
	}
	return result
}
