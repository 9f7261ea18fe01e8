package jsonata

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fromWords reads a number in English.
func fromWords(text string) float64 {
	text = strings.NewReplacer(", ", " ", " and ", " ", "-", " ", "\\", " ").Replace(text)
	segments := []float64{0}
	for _, word := range strings.Split(text, " ") {
		value, known := wordValues[word]
		if !known {
			value = math.NaN()
		}
		last := len(segments) - 1
		switch {
		case !(value < 100):
			segments[last] *= value
		case segments[last] >= 1000:
			segments = append(segments, value)
		default:
			segments[last] += value
		}
	}
	return total(convert(segments))
}

func fromRoman(roman string) float64 {
	decimal, most := 0.0, 1.0
	for i := len(roman) - 1; i >= 0; i-- {
		value, ok := map[byte]float64{'M': 1000, 'D': 500, 'C': 100, 'L': 50, 'X': 10, 'V': 5, 'I': 1}[roman[i]]
		switch {
		case !ok:
			return math.NaN()
		case value < most:
			decimal -= value
		default:
			most = value
			decimal += value
		}
	}
	return decimal
}

func fromLetters(letters string, first byte) float64 {
	decimal := 0.0
	units := toUnits(letters)
	for i := range units {
		decimal += float64(int(units[len(units)-i-1])-int(first)+1) * raiseTo(26, float64(i))
	}
	return decimal
}

func parseInteger(st *state, args []any) (any, error) {
	value, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	picture, _, err := text(args, 1)
	if err != nil {
		return nil, err
	}
	format, err := st.pictures.integers.get(picture, analyseInteger)
	if err != nil {
		return nil, err
	}
	if format.style == styleSequence {
		return nil, &Error{Code: "D3130", Value: format.token}
	}
	n := format.parse(value)
	if math.Abs(n) >= exactFloat && format.style == styleDecimal {
		return st.decimal(strings.TrimSpace(format.unpicture(value)), n), nil
	}
	return n, nil
}

// parse reads a number in this format; NaN when it is none.
func (f *integerFormat) parse(value string) float64 {
	switch f.style {
	case styleLetters:
		if f.letters == caseUpper {
			return fromLetters(value, 'A')
		}
		return fromLetters(value, 'a')
	case styleRoman:
		if f.letters == caseUpper {
			return fromRoman(value)
		}
		return fromRoman(strings.ToUpper(value))
	case styleWords:
		return fromWords(strings.ToLower(value))
	}
	return parseInt(f.unpicture(value))
}

// unpicture is a number in decimal digits without what the picture puts between and after them.
func (f *integerFormat) unpicture(value string) string {
	if f.ordinal {
		value = value[:max(0, len(value)-2)]
	}
	if f.regular > 0 {
		value = strings.ReplaceAll(value, ",", "")
	} else {
		for _, s := range f.separators {
			value = strings.ReplaceAll(value, s.character, "")
		}
	}
	if f.zero != '0' {
		value = strings.Map(func(r rune) rune { return max(0, r-f.zero+'0') }, value)
	}
	return value
}

// parseInt is JavaScript's, in base 10 or, after 0x, 16.
func parseInt(s string) float64 {
	s = strings.TrimSpace(s)
	sign := 1.0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	base := 10
	if len(s) > 1 && s[0] == '0' && s[1]|0x20 == 'x' {
		base, s = 16, s[2:]
	}
	end := 0
	for end < len(s) && s[end] < utf8.RuneSelf && digitValue(s[end]) < base {
		end++
	}
	if end == 0 {
		return math.NaN()
	}
	if base == 10 {
		f, _ := strconv.ParseFloat(s[:end], 64)
		return sign * f
	}
	return sign * javascriptNumber("0x"+s[:end])
}
