package python

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// digitsOf writes a float that is not negative by one of e E f F g G, or by r, the way of repr. alternate keeps a point and zeros.
func digitsOf(m *Meter, f float64, kind byte, precision int, alternate bool) string {
	upper := kind >= 'A' && kind <= 'Z'
	text := ""
	switch lower := kind | 0x20; {
	case math.IsNaN(f):
		text = "nan"
	case math.IsInf(f, 0):
		text = "inf"
	case lower == 'r':
		text = FloatText(f)
		if alternate {
			text = pointed(text)
		}
	case lower == 'g':
		precision = max(precision, 1)
		text = general(m, f, precision, precision, alternate)
	default:
		m.Spend(precision + 310)
		text = strconv.FormatFloat(f, lower, precision, 64)
		if alternate {
			text = pointed(text)
		}
	}
	if upper {
		return strings.ToUpper(text)
	}
	return text
}

// FixedText writes a float with a number of digits behind the point, as "%.1f" does.
func FixedText(f float64, digits int) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		return strings.TrimPrefix(FloatText(f), "+")
	}
	return strconv.FormatFloat(f, 'f', digits, 64)
}

// pointed is the text of a number with a point.
func pointed(text string) string {
	mantissa, exponent, hasExponent := strings.Cut(text, "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += "."
	}
	if !hasExponent {
		return mantissa
	}
	return mantissa + "e" + exponent
}

// general is C's %g, with an exponent from ten to the power of limit on.
func general(m *Meter, f float64, precision, limit int, alternate bool) string {
	m.Spend(precision + 310)
	text := strconv.FormatFloat(f, 'e', precision-1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	n, _ := strconv.Atoi(exponent)
	if n >= -4 && n < limit {
		mantissa, exponent = strconv.FormatFloat(f, 'f', precision-1-n, 64), ""
	}
	if !alternate && strings.Contains(mantissa, ".") {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	if exponent != "" {
		mantissa += "e" + exponent
	}
	if alternate {
		return pointed(mantissa)
	}
	return mantissa
}

// inBase writes an integer that is not negative.
func inBase(m *Meter, n *big.Int, kind byte) string {
	m.Spend(n.BitLen())
	switch kind {
	case 'b':
		return n.Text(2)
	case 'o':
		return n.Text(8)
	case 'x':
		return n.Text(16)
	case 'X':
		return strings.ToUpper(n.Text(16))
	}
	return integerText(m, n)
}

// signOf is what is written before a number: "-", or what the sign option asks for.
func signOf(negative bool, option byte) string {
	switch {
	case negative:
		return "-"
	case option == '+' || option == ' ':
		return string(option)
	}
	return ""
}

// Round is round(v, digits).
func Round(m *Meter, v Value, digits int) Value {
	if n, ok := whole(v); ok {
		return roundInteger(m, n, digits)
	}
	f, ok := v.(float64)
	if !ok {
		Raise(TypeError, "type %s doesn't define __round__ method", TypeName(v))
	}
	const most = 330
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0) || digits > most:
		return f
	case digits < -most:
		return math.Copysign(0, f)
	case digits >= 0:
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', digits, 64), 64)
		if math.IsInf(rounded, 0) {
			Raise(OverflowError, "rounded value too large to represent")
		}
		return rounded
	}
	exact := new(big.Rat).SetFloat64(f)
	unit := new(big.Rat).SetInt(tenTo(-digits))
	rounded, _ := new(big.Rat).Mul(halfEven(exact.Quo(exact, unit)), unit).Float64()
	if rounded == 0 {
		return math.Copysign(0, f)
	}
	return rounded
}

func tenTo(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// halfEven rounds to an integer, halves to the even one.
func halfEven(r *big.Rat) *big.Rat {
	double := new(big.Int).Mul(r.Num(), big.NewInt(2))
	double.Add(double, r.Denom())
	quotient, rest := new(big.Int).DivMod(double, new(big.Int).Mul(r.Denom(), big.NewInt(2)), new(big.Int))
	if rest.Sign() == 0 && quotient.Bit(0) == 1 {
		quotient.Sub(quotient, big.NewInt(1))
	}
	return new(big.Rat).SetInt(quotient)
}

func roundInteger(m *Meter, n *big.Int, digits int) Value {
	if digits >= 0 {
		return Int(n)
	}
	if -digits > n.BitLen() {
		return int64(0)
	}
	m.Repeat(-digits, 4)
	unit := tenTo(-digits)
	rounded := halfEven(new(big.Rat).SetFrac(n, unit)).Num()
	return Int(new(big.Int).Mul(rounded, unit))
}

// ToFloat is float(v). The failure has the class TypeError or ValueError where v is no number.
func ToFloat(m *Meter, v Value) float64 {
	failIfUndefined(m, v)
	if f, ok := toFloat(v); ok {
		return f
	}
	text, ok := Text(v)
	if !ok {
		Raise(TypeError, "float() argument must be a string or a real number, not '%s'", TypeName(v))
	}
	trimmed := strings.ToLower(strings.TrimFunc(plainDigits(text), isSpace))
	m.Spend(len(text))
	switch strings.TrimLeft(trimmed, "+-") {
	case "inf", "infinity", "nan":
		if !strings.HasPrefix(trimmed, "+-") && !strings.HasPrefix(trimmed, "-+") && !strings.HasPrefix(trimmed, "--") && !strings.HasPrefix(trimmed, "++") {
			f, _ := strconv.ParseFloat(trimmed, 64)
			return f
		}
	}
	clean, fits := noUnderscores(trimmed)
	f, err := strconv.ParseFloat(clean, 64)
	if !fits || err != nil && !math.IsInf(f, 0) || strings.ContainsAny(clean, "xpn") {
		RaiseValue(ValueError, "could not convert string to float", "could not convert string to float: %s", Repr(m, v))
	}
	return f
}

// plainDigits writes the decimal digits of every script as those of ASCII. Other characters beyond ASCII but spaces are part of no number: İ is no letter i.
func plainDigits(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < utf8.RuneSelf || isSpace(r):
			return r
		case !IsDecimal(r):
			return '?'
		}
		return '0' + rune(decimalOf(r))
	}, text)
}

// decimalOf is the value of a decimal digit: the digits of a script stand in a row of ten, which a row of another script may touch.
func decimalOf(r rune) int {
	for _, rows := range unicode.Nd.R16 {
		if r >= rune(rows.Lo) && r <= rune(rows.Hi) {
			return int(r-rune(rows.Lo)) % 10
		}
	}
	for _, rows := range unicode.Nd.R32 {
		if r >= rune(rows.Lo) && r <= rune(rows.Hi) {
			return int(r-rune(rows.Lo)) % 10
		}
	}
	return 0
}

// noUnderscores takes single underscores between digits out.
func noUnderscores(text string) (string, bool) {
	for i := range len(text) {
		isOne := func(at int) bool {
			return at >= 0 && at < len(text) && (text[at] >= '0' && text[at] <= '9' || text[at] >= 'a' && text[at] <= 'z')
		}
		if text[i] == '_' && (!isOne(i-1) || !isOne(i+1)) {
			return text, false
		}
	}
	return strings.ReplaceAll(text, "_", ""), true
}

// ToInt is int(v), or int(v, base) of a text.
func ToInt(m *Meter, v Value, base int) Value {
	failIfUndefined(m, v)
	if n, ok := whole(v); ok {
		return Int(n)
	}
	if f, ok := v.(float64); ok {
		switch {
		case math.IsNaN(f):
			Raise(ValueError, "cannot convert float NaN to integer")
		case math.IsInf(f, 0):
			Raise(OverflowError, "cannot convert float infinity to integer")
		}
		n, _ := big.NewFloat(f).Int(nil)
		return Int(n)
	}
	text, ok := Text(v)
	if !ok {
		Raise(TypeError, "int() argument must be a string, a bytes-like object or a real number, not '%s'", TypeName(v))
	}
	return textToInt(m, text, base)
}

func textToInt(m *Meter, text string, base int) Value {
	if base != 0 && (base < 2 || base > 36) {
		Raise(ValueError, "int() base must be >= 2 and <= 36, or 0")
	}
	m.Repeat(len(text), 2)
	trimmed := strings.ToLower(strings.TrimFunc(plainDigits(text), isSpace))
	negative := strings.HasPrefix(trimmed, "-")
	digits := trimmed
	if negative || strings.HasPrefix(trimmed, "+") {
		digits = trimmed[1:]
	}
	wanted, prefixed := base, false
	for prefix, of := range map[string]int{"0b": 2, "0o": 8, "0x": 16} {
		if strings.HasPrefix(digits, prefix) && (base == 0 || base == of) {
			digits, wanted, prefixed = strings.TrimPrefix(digits[2:], "_"), of, true
			break
		}
	}
	if wanted == 0 {
		wanted = 10
	}
	clean, fits := noUnderscores(digits)
	if len(clean) > mostDigits && wanted&(wanted-1) != 0 {
		Raise(ValueError, "Exceeds the limit (%d digits) for integer string conversion: value has %d digits; use sys.set_int_max_str_digits() to increase the limit", mostDigits, len(clean))
	}
	n, ok := new(big.Int).SetString(clean, wanted)
	octal := base == 0 && !prefixed && len(clean) > 1 && clean[0] == '0' && strings.Trim(clean, "0") != ""
	if !fits || !ok || octal || strings.HasPrefix(clean, "-") || strings.HasPrefix(clean, "+") {
		RaiseValue(ValueError, "invalid literal for int()", "invalid literal for int() with base %d: %s", base, Quoted(text))
	}
	if negative {
		n.Neg(n)
	}
	return Int(n)
}
