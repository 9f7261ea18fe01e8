package jsonata

import "math"

// raiseTo is JavaScript's **, to the last digit as V8 calculates it: by fdlibm's e_pow.c but for one division.
func raiseTo(x, y float64) float64 {
	switch {
	case y == 0:
		return 1
	case math.IsNaN(x) || math.IsNaN(y) || math.Abs(x) == 1 && math.IsInf(y, 0):
		return math.NaN()
	case x == 0 || x == 1 || math.IsInf(x, 0) || math.IsInf(y, 0) || math.Abs(y) > 1<<31 || y == 1 || y == 2 || y == -1:
		return math.Pow(x, y)
	case y == 0.5 && x >= 0:
		return math.Sqrt(x)
	case x < 0 && y != math.Trunc(y):
		return math.NaN()
	}
	sign := 1.0
	if x < 0 && math.Mod(y, 2) != 0 {
		sign = -1
	}
	high, low := logarithm2(math.Abs(x))
	// y * log2(x) in two parts
	y1 := clearLow(y)
	low = (y-y1)*high + y*low
	high = y1 * high
	return sign * exponential2(high, low)
}

// clearLow clears the low 32 bits.
func clearLow(x float64) float64 { return math.Float64frombits(math.Float64bits(x) &^ 0xFFFFFFFF) }

func highWord(x float64) int32 { return int32(math.Float64bits(x) >> 32) }

func withHighWord(x float64, high int32) float64 {
	return math.Float64frombits(uint64(uint32(high))<<32 | math.Float64bits(x)&0xFFFFFFFF)
}

// logarithm2 is log2(x) in two parts, x positive and finite (fdlibm e_pow.c).
func logarithm2(x float64) (high, low float64) {
	const (
		l1, l2, l3 = 5.99999999999994648725e-01, 4.28571428578550184252e-01, 3.33333329818377432918e-01
		l4, l5, l6 = 2.72728123808534006489e-01, 2.30660745775561754067e-01, 2.06975017800338417784e-01
		cp         = 9.61796693925975554329e-01
		cpHigh     = 9.61796700954437255859e-01
		cpLow      = -7.02846165095275826516e-09
	)
	n := int32(0)
	ix := highWord(x)
	if ix < 0x00100000 { // subnormal
		x *= 1 << 53
		n -= 53
		ix = highWord(x)
	}
	n += ix>>20 - 0x3ff
	j := ix & 0x000fffff
	ix = j | 0x3ff00000
	k := 0
	switch {
	case j <= 0x3988E: // |x| < sqrt(3/2)
	case j < 0xBB67A: // |x| < sqrt(3)
		k = 1
	default:
		n++
		ix -= 0x00100000
	}
	x = withHighWord(x, ix)
	bp := [2]float64{1, 1.5}[k]
	dpHigh := [2]float64{0, 5.84962487220764160156e-01}[k]
	dpLow := [2]float64{0, 1.35003920212974897128e-08}[k]

	u := x - bp
	v := 1 / (x + bp)
	s := u * v
	sHigh := clearLow(s)
	tHigh := withHighWord(0, ix>>1|0x20000000+0x00080000+int32(k)<<18)
	tLow := x - (tHigh - bp)
	sLow := v * ((u - sHigh*tHigh) - sHigh*tLow)
	s2 := s * s
	r := s2 * s2 * (l1 + s2*(l2+s2*(l3+s2*(l4+s2*(l5+s2*l6)))))
	r += sLow * (sHigh + s)
	s2 = sHigh * sHigh
	tHigh = clearLow(3.0 + s2 + r)
	tLow = r - ((tHigh - 3.0) - s2)
	u = sHigh * tHigh
	v = sLow*tHigh + tLow*s
	pHigh := clearLow(u + v)
	pLow := v - (pHigh - u)
	zHigh := cpHigh * pHigh
	zLow := cpLow*pHigh + pLow*cp + dpLow
	t := float64(n)
	high = clearLow(((zHigh + zLow) + dpHigh) + t)
	low = zLow - (((high - t) - dpHigh) - zHigh)
	return high, low
}

// exponential2 is 2 to the sum of both parts (fdlibm e_pow.c, with V8's grouping of the last division).
func exponential2(high, low float64) float64 {
	const (
		p1, p2, p3 = 1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05
		p4, p5     = -1.65339022054652515390e-06, 4.13813679705723846039e-08
		lg2        = 6.93147180559945286227e-01
		lg2High    = 6.93147182464599609375e-01
		lg2Low     = -1.90465429995776804525e-09
	)
	z := low + high
	switch {
	case z >= 1024:
		return math.Inf(1)
	case z <= -1075:
		return 0
	}
	n := 0.0
	if math.Abs(z) > 0.5 {
		n = math.Floor(z + 0.5)
		high -= n
	}
	t := clearLow(low + high)
	u := t * lg2High
	v := (low-(t-high))*lg2 + t*lg2Low
	z = u + v
	w := v - (z - u)
	t = z * z
	t1 := z - t*(p1+t*(p2+t*(p3+t*(p4+t*p5))))
	r := z * t1 / ((t1 - 2) - (w + z*w))
	return math.Ldexp(1-(r-z), int(n))
}
