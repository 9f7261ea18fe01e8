package intrinsic

import (
	"math"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// mathAdd adds two numbers, each rounded to the nearest whole one, halves up. Both and their sum fit 32 bits.
func mathAdd(a *applied) (any, bool) {
	x, ok1 := rounded(a.values[0])
	y, ok2 := rounded(a.values[1])
	return x + y, ok1 && ok2 && fits32(x+y)
}

// rounded is a number as Math.round of Java gives it.
func rounded(value any) (float64, bool) {
	f, ok := jsonata.Float(value)
	whole := math.Floor(f)
	if f-whole >= 0.5 {
		whole++
	}
	return whole + 0, ok && fits32(whole) // + 0 makes a negative zero a zero
}

func fits32(f float64) bool { return f >= math.MinInt32 && f <= math.MaxInt32 }

// mathRandom gives a whole number from a first one up to, not including, a last one. With a seed it is always the same; which one, AWS does not say.
func mathRandom(a *applied) (any, bool) {
	first, ok1 := a.whole(0)
	last, ok2 := a.whole(1)
	if !ok1 || !ok2 || first >= last {
		return nil, false
	}
	drawn := 0.0
	if len(a.values) > 2 {
		seed, ok := jsonata.Float(a.values[2])
		if !ok || math.Abs(seed) >= 1<<63 {
			return nil, false
		}
		drawn = jsonata.SeededRandom(int64(seed))
	} else {
		drawn = a.random()
	}
	return float64(first + int64(drawn*float64(last-first))), true
}
