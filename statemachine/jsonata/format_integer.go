package jsonata

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// integerStyle is how an integer is written.
type integerStyle uint8

const (
	styleDecimal integerStyle = iota
	styleLetters
	styleRoman
	styleWords
	styleSequence
)

type letterCase uint8

const (
	caseNone letterCase = iota
	caseLower
	caseUpper
	caseTitle
)

// integerFormat is an analysed integer picture (XPath F&O 3.1, 4.6.1).
type integerFormat struct {
	style      integerStyle
	letters    letterCase
	ordinal    bool
	zero       rune
	mandatory  float64
	optional   int
	regular    int // distance of separators, 0 when irregular
	separators []groupSeparator
	token      string
}

type groupSeparator struct {
	position  int
	character string
}

// decimalGroups are the code points of the zeros of Unicode's decimal digits.
var decimalGroups = []rune{0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
	0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0,
	0xA9F0, 0xAA50, 0xABF0, 0xFF10}

func formatInteger(st *state, args []any) (any, error) {
	value, given, err := amount(args, 0)
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
	whole, ok := st.plain(args[0]).(int64)
	var formatted string
	if ok && format.style == styleDecimal {
		formatted, err = format.whole(whole)
	} else {
		formatted, err = format.format(math.Floor(value))
	}
	if err != nil {
		return nil, err
	}
	return formatted, st.allocate(len(formatted))
}

func analyseInteger(picture string) (*integerFormat, error) {
	f := &integerFormat{letters: caseLower}
	primary := picture
	if at := strings.LastIndexByte(picture, ';'); at >= 0 {
		primary = picture[:at]
		f.ordinal = strings.HasPrefix(picture[at+1:], "o")
	}
	switch primary {
	case "A", "a":
		f.style = styleLetters
	case "I", "i":
		f.style = styleRoman
	case "W", "w", "Ww":
		f.style = styleWords
	default:
		return f, f.digits(primary)
	}
	switch primary {
	case "A", "I", "W":
		f.letters = caseUpper
	case "Ww":
		f.letters = caseTitle
	}
	return f, nil
}

// digits analyses a decimal digit pattern.
func (f *integerFormat) digits(primary string) error {
	position := 0
	runes := []rune(primary)
	for _, r := range slices.Backward(runes) {
		if group, ok := decimalGroup(r); ok {
			if f.zero != 0 && group != f.zero {
				return &Error{Code: "D3131"}
			}
			f.zero = group
			f.mandatory++
			position++
			continue
		}
		if r == '#' {
			f.optional++
			position++
			continue
		}
		f.separators = append(f.separators, groupSeparator{position, string(r)})
	}
	if f.mandatory == 0 {
		f.style, f.token = styleSequence, primary
		return nil
	}
	f.regular = f.regularity()
	return nil
}

func decimalGroup(r rune) (rune, bool) {
	for _, zero := range decimalGroups {
		if r >= zero && r <= zero+9 {
			return zero, true
		}
	}
	return 0, false
}

func (f *integerFormat) regularity() int {
	var positions []int
	for _, s := range f.separators {
		if s.character != f.separators[0].character {
			return 0
		}
		positions = append(positions, s.position)
	}
	return regularGroups(positions)
}

func (f *integerFormat) format(value float64) (string, error) {
	sign := ""
	if value < 0 {
		sign, value = "-", -value
	}
	if f.style != styleDecimal && (math.IsNaN(value) || math.IsInf(value, 0)) {
		return "", &Error{Code: "D1001", Value: value}
	}
	var text string
	switch f.style {
	case styleLetters:
		text = toLetters(value)
	case styleRoman:
		if value > 1e9 {
			return "", limit("number is too large for roman numerals")
		}
		text = toRoman(value)
	case styleWords:
		text = toWords(value, f.ordinal)
	case styleSequence:
		return "", &Error{Code: "D3130", Value: f.token}
	default:
		decimal, err := f.decimal(numberText(value))
		return sign + decimal, err
	}
	if f.letters == caseUpper {
		text = strings.ToUpper(text)
	} else if f.letters == caseLower {
		text = strings.ToLower(text)
	}
	return sign + text, nil
}

// append is format at the end of b. What pictures mostly ask for, a whole number with leading zeros, is written at once.
func (f *integerFormat) append(b []byte, value float64) ([]byte, error) {
	if !f.simple() || !(value >= 0 && value < exactFloat) || value != math.Trunc(value) {
		text, err := f.format(value)
		return append(b, text...), err
	}
	var buffer [20]byte
	digits := strconv.AppendInt(buffer[:0], int64(value), 10)
	for n := len(digits); float64(n) < f.mandatory; n++ {
		b = append(b, '0')
	}
	return append(b, digits...), nil
}

// simple tells whether the format is at most 20 digits of ASCII without separators.
func (f *integerFormat) simple() bool {
	return f.style == styleDecimal && !f.ordinal && f.zero == '0' && len(f.separators) == 0 && f.mandatory <= 20
}

// whole writes all digits of a whole number.
func (f *integerFormat) whole(n int64) (string, error) {
	text, negative := strings.CutPrefix(string(appendWhole(nil, n)), "-")
	decimal, err := f.decimal(text)
	if negative {
		decimal = "-" + decimal
	}
	return decimal, err
}

func (f *integerFormat) decimal(text string) (string, error) {
	if missing := f.mandatory - float64(len(text)); missing > 0 {
		if missing > 1e6 {
			return "", limit("number is too long")
		}
		text = strings.Repeat("0", int(missing)) + text
	}
	digits := []rune(text)
	if f.zero != '0' {
		for i, r := range digits {
			digits[i] = r + f.zero - '0'
		}
	}
	digits = f.group(digits)
	if f.ordinal {
		return string(digits) + ordinalSuffix(string(digits)), nil
	}
	return string(digits), nil
}

// group puts in the separators.
func (f *integerFormat) group(digits []rune) []rune {
	if f.regular > 0 {
		for n := (len(digits) - 1) / f.regular; n > 0; n-- {
			digits = slices.Insert(digits, len(digits)-n*f.regular, []rune(f.separators[0].character)...)
		}
		return digits
	}
	for _, s := range slices.Backward(f.separators) {
		at := len(digits) - s.position
		if at < 0 { // substr counts a negative start from the end
			at = max(0, at+len(digits))
			digits = append([]rune(s.character), digits[at:]...)
			continue
		}
		digits = slices.Insert(digits, at, []rune(s.character)...)
	}
	return digits
}

func ordinalSuffix(digits string) string {
	n := len(digits)
	if n == 0 || n > 1 && digits[n-2] == '1' {
		return "th"
	}
	switch digits[n-1] {
	case '1':
		return "st"
	case '2':
		return "nd"
	case '3':
		return "rd"
	}
	return "th"
}

func toLetters(value float64) string {
	var letters []byte
	for value > 0 && len(letters) < 1000 {
		letters = append(letters, 'A'+byte(math.Mod(value-1, 26)))
		value = math.Floor((value - 1) / 26)
	}
	slices.Reverse(letters)
	return string(letters)
}

var romanNumerals = []struct {
	value float64
	text  string
}{{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}}

func toRoman(value float64) string {
	var out strings.Builder
	for _, n := range romanNumerals {
		for value >= n.value {
			out.WriteString(n.text)
			value -= n.value
		}
	}
	return out.String()
}

var (
	fewWords = []string{"Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen",
		"Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen"}
	fewOrdinals = []string{"Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh",
		"Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth"}
	tensWords      = []string{"Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety", "Hundred"}
	magnitudeWords = []string{"Thousand", "Million", "Billion", "Trillion"}
)

func toWords(value float64, ordinal bool) string { return words(value, false, ordinal) }

// words writes a number in English; after tells whether words go before it.
func words(n float64, after, ordinal bool) string {
	joint := func(s string) string {
		if after {
			return s
		}
		return ""
	}
	switch {
	case n <= 19:
		list := fewWords
		if ordinal {
			list = fewOrdinals
		}
		return joint(" and ") + list[int(n)]
	case n < 100:
		tens, rest := math.Floor(n/10), math.Mod(n, 10)
		text := joint(" and ") + tensWords[int(tens)-2]
		if rest > 0 {
			return text + "-" + words(rest, false, ordinal)
		}
		if ordinal {
			return text[:len(text)-1] + "ieth"
		}
		return text
	case n < 1000:
		return joint(", ") + fewWords[int(n/100)] + " Hundred" + remainderWords(math.Mod(n, 100), ordinal)
	}
	magnitude := min(int(math.Floor(math.Log10(n)/3)), len(magnitudeWords))
	factor := math.Pow(10, float64(magnitude*3))
	mantissa := math.Floor(n / factor)
	return joint(", ") + words(mantissa, false, false) + " " + magnitudeWords[magnitude-1] + remainderWords(n-mantissa*factor, ordinal)
}

func remainderWords(rest float64, ordinal bool) string {
	switch {
	case rest > 0:
		return words(rest, true, ordinal)
	case ordinal:
		return "th"
	}
	return ""
}

// wordValues are the numbers that words stand for.
var wordValues = makeWordValues()

func makeWordValues() map[string]float64 {
	values := map[string]float64{"hundredth": 100}
	for i, w := range fewWords {
		values[strings.ToLower(w)] = float64(i)
		values[strings.ToLower(fewOrdinals[i])] = float64(i)
	}
	for i, w := range tensWords {
		w = strings.ToLower(w)
		values[w] = float64(i+2) * 10
		values[w[:len(w)-1]+"ieth"] = values[w]
	}
	for i, w := range magnitudeWords {
		w = strings.ToLower(w)
		values[w] = math.Pow(10, float64(i+1)*3)
		values[w+"th"] = values[w]
	}
	return values
}
