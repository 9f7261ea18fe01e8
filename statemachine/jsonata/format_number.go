package jsonata

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"
)

// numberSymbols are the characters that a number picture is made of (XPath F&O 3.1, 4.7.1).
type numberSymbols struct {
	decimal, grouping, exponent, infinity, minus, nan, percent, perMille, zero, digit, separator string
	digits                                                                                       []rune
}

func defaultSymbols() *numberSymbols {
	return &numberSymbols{decimal: ".", grouping: ",", exponent: "e", infinity: "Infinity", minus: "-", nan: "NaN", percent: "%",
		perMille: "‰", zero: "0", digit: "#", separator: ";"}
}

// option sets the symbol of the given name.
func (s *numberSymbols) option(name, value string) {
	fields := map[string]*string{"decimal-separator": &s.decimal, "grouping-separator": &s.grouping, "exponent-separator": &s.exponent,
		"infinity": &s.infinity, "minus-sign": &s.minus, "NaN": &s.nan, "percent": &s.percent, "per-mille": &s.perMille,
		"zero-digit": &s.zero, "digit": &s.digit, "pattern-separator": &s.separator}
	if f, ok := fields[name]; ok {
		*f = value
	}
}

func (s *numberSymbols) isDigit(r rune) bool { return slices.Contains(s.digits, r) }

func (s *numberSymbols) isDigitOrOptional(r rune) bool { return s.isDigit(r) || string(r) == s.digit }

// isActive tells whether a character has a meaning in a picture.
func (s *numberSymbols) isActive(r rune) bool {
	c := string(r)
	return s.isDigit(r) || c == s.decimal || c == s.exponent || c == s.grouping || c == s.digit || c == s.separator
}

func countRunes(text string, is func(rune) bool) int {
	n := 0
	for _, r := range text {
		if is(r) {
			n++
		}
	}
	return n
}

func formatNumber(st *state, args []any) (any, error) {
	value, given, err := amount(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	picture, _, err := text(args, 1)
	if err != nil {
		return nil, err
	}
	format, err := st.numberFormat(picture, at(args, 2))
	if err != nil {
		return nil, err
	}
	mark := len(st.buffer)
	st.buffer = format.append(st.buffer, value)
	formatted := string(st.buffer[mark:])
	st.buffer = st.buffer[:mark]
	return formatted, st.allocate(len(formatted))
}

// numberFormat gives the format that a picture and options describe. Those without options are remembered.
func (st *state) numberFormat(picture string, options any) (*numberFormat, error) {
	names, values, _ := entries(options)
	if len(names) == 0 {
		return st.pictures.numbers.get(picture, func(picture string) (*numberFormat, error) { return defaultSymbols().parse(picture) })
	}
	symbols := defaultSymbols()
	for i, name := range names {
		symbols.option(name, toText(values[i]))
	}
	return symbols.parse(picture)
}

// numberFormat is an analysed picture: how to write numbers that are not, and that are, negative.
type numberFormat struct {
	symbols  *numberSymbols
	pictures [2]numberPicture
}

// parse analyses a picture.
func (s *numberSymbols) parse(picture string) (*numberFormat, error) {
	if zero, width := decodeRune(s.zero); width > 0 {
		for i := range 10 {
			s.digits = append(s.digits, zero+rune(i))
		}
	}
	subs := strings.Split(picture, s.separator)
	if len(subs) > 2 {
		return nil, &Error{Code: "D3080"}
	}
	f := &numberFormat{symbols: s}
	for i, sub := range subs {
		parts := s.split(sub)
		if code := s.validate(parts); code != "" {
			return nil, &Error{Code: code}
		}
		f.pictures[i] = s.analyse(parts)
	}
	if len(subs) == 1 {
		f.pictures[1] = f.pictures[0]
		f.pictures[1].prefix = s.minus + f.pictures[0].prefix
	}
	return f, nil
}

// append writes a value.
func (f *numberFormat) append(b []byte, value float64) []byte {
	if value >= 0 {
		return f.symbols.append(b, value, &f.pictures[0])
	}
	return f.symbols.append(b, value, &f.pictures[1])
}

// pictureParts are the parts of a sub-picture (4.7.3).
type pictureParts struct {
	sub, prefix, suffix, active, mantissa, integer, fraction, exponent string
	hasExponent                                                        bool
}

// split takes a sub-picture apart. Positions are mixed as the reference mixes them.
func (s *numberSymbols) split(sub string) pictureParts {
	p := pictureParts{sub: sub}
	first, last := len(sub), 0
	for i, r := range sub {
		if s.isActive(r) && string(r) != s.exponent {
			first = min(first, i)
			last = i + len(string(r))
		}
	}
	if last == 0 { // no active character at all
		first, last = 0, len(sub)
	}
	p.prefix, p.suffix = sub[:first], sub[max(first, last):]
	p.active = sub[first:max(first, last)]
	p.mantissa = p.active
	if at := strings.Index(sub[first:], s.exponent); s.exponent != "" && at >= 0 && first+at <= len(sub)-len(p.suffix) {
		at += first
		p.hasExponent = true
		p.mantissa = p.active[:min(at, len(p.active))]
		p.exponent = p.active[min(at+len(s.exponent), len(p.active)):]
	}
	var found bool
	if p.integer, p.fraction, found = strings.Cut(p.mantissa, s.decimal); !found {
		p.integer, p.fraction = p.mantissa, p.suffix
	}
	return p
}

// validate gives the code of the last rule that a sub-picture breaks (4.7.3).
func (s *numberSymbols) validate(p pictureParts) string {
	broken := ""
	rule := func(code string, breaks bool) {
		if breaks {
			broken = code
		}
	}
	percent, perMille := strings.Count(p.sub, s.percent), strings.Count(p.sub, s.perMille)
	rule("D3081", strings.Count(p.sub, s.decimal) > 1)
	rule("D3082", percent > 1)
	rule("D3083", perMille > 1)
	rule("D3084", percent > 0 && perMille > 0)
	rule("D3085", countRunes(p.mantissa, s.isDigitOrOptional) == 0)
	rule("D3086", countRunes(p.active, s.isActive) < countRunes(p.active, func(rune) bool { return true }))
	if before, after, found := strings.Cut(p.sub, s.decimal); found {
		rule("D3087", strings.HasSuffix(before, s.grouping) || strings.HasPrefix(after, s.grouping))
	} else {
		rule("D3088", strings.HasSuffix(p.integer, s.grouping))
	}
	rule("D3089", strings.Contains(p.sub, s.grouping+s.grouping))
	if before, _, found := strings.Cut(p.integer, s.digit); found {
		rule("D3090", countRunes(before, s.isDigit) > 0)
	}
	if at := strings.LastIndex(p.fraction, s.digit); at >= 0 {
		rule("D3091", countRunes(p.fraction[at:], s.isDigit) > 0)
	}
	rule("D3092", p.exponent != "" && (percent > 0 || perMille > 0))
	notDigit := func(r rune) bool { return !s.isDigit(r) }
	rule("D3093", p.hasExponent && (p.exponent == "" || countRunes(p.exponent, notDigit) > 0))
	return broken
}

// numberPicture is an analysed sub-picture (4.7.4).
type numberPicture struct {
	picture, prefix, suffix  string
	integerGroups            []int
	fractionGroups           []int
	regular                  int
	minInteger, scaling      int
	minFraction, maxFraction int
	minExponent              int
	factor                   float64 // of percent and per-mille
	simple                   bool    // written in ASCII, without separators in irregular places
}

func (s *numberSymbols) analyse(p pictureParts) numberPicture {
	n := numberPicture{picture: p.sub, prefix: p.prefix, suffix: p.suffix, factor: 1}
	switch {
	case strings.Contains(p.sub, s.percent):
		n.factor = 100
	case strings.Contains(p.sub, s.perMille):
		n.factor = 1000
	}
	n.integerGroups = s.groups(p.integer, p.integer, false)
	n.regular = regularGroups(n.integerGroups)
	n.fractionGroups = s.groups(p.fraction, p.integer, true)
	n.minInteger = countRunes(p.integer, s.isDigit)
	n.scaling = n.minInteger
	n.minFraction = countRunes(p.fraction, s.isDigit)
	n.maxFraction = countRunes(p.fraction, s.isDigitOrOptional)
	if n.minInteger == 0 && n.maxFraction == 0 {
		if p.hasExponent {
			n.minFraction, n.maxFraction = 1, 1
		} else {
			n.minInteger = 1
		}
	}
	if p.hasExponent && n.minInteger == 0 && strings.Contains(p.integer, s.digit) {
		n.minInteger = 1
	}
	if n.minInteger == 0 && n.minFraction == 0 {
		n.minFraction = 1
	}
	if p.hasExponent {
		n.minExponent = countRunes(p.exponent, s.isDigit)
	}
	n.simple = s.zero == "0" && len(s.grouping) == 1 && len(s.decimal) == 1 && len(n.fractionGroups) == 0 &&
		(n.regular > 0 || len(n.integerGroups) == 0) && (strings.Contains(n.picture, s.decimal) || n.maxFraction == 0)
	return n
}

// groups finds how many digits stand right, or left, of each grouping separator. After the first it searches the integer
// part, whichever part is asked about, as the reference does.
func (s *numberSymbols) groups(part, integer string, left bool) []int {
	var positions []int
	at := strings.Index(part, s.grouping)
	for at >= 0 {
		side := part[min(at, len(part)):]
		if left {
			side = part[:min(at, len(part))]
		}
		positions = append(positions, countRunes(side, s.isDigitOrOptional))
		next := at + 1
		if at = -1; next <= len(integer) {
			if found := strings.Index(integer[next:], s.grouping); found >= 0 {
				at = next + found
			}
		}
	}
	return positions
}

// regularGroups is the distance between grouping positions when it is always the same, else 0.
func regularGroups(positions []int) int {
	if len(positions) == 0 {
		return 0
	}
	factor := positions[0]
	for _, p := range positions[1:] {
		factor = commonDivisor(factor, p)
	}
	for i := range positions {
		if !slices.Contains(positions, (i+1)*factor) {
			return 0
		}
	}
	return factor
}

func commonDivisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// append formats a value (4.7.5).
func (s *numberSymbols) append(b []byte, value float64, p *numberPicture) []byte {
	value *= p.factor
	exponent := 0
	if p.minExponent > 0 {
		value, exponent = scale(value, p.scaling)
	}
	var buffer [64]byte
	rounded := math.Abs(roundTo(value, float64(p.maxFraction)))
	digits := appendFixed(buffer[:0], rounded, p.maxFraction)
	integer, fraction, _ := bytes.Cut(digits, []byte{'.'})
	integer = bytes.TrimLeft(integer, "0")
	fraction = bytes.TrimRight(fraction, "0")
	b = append(b, p.prefix...)
	if p.simple && rounded < 1e21 {
		b = s.appendSimple(b, integer, fraction, p)
	} else {
		b = append(b, s.group(padLeft(string(integer), p.minInteger), padRight(string(fraction), p.minFraction), p)...)
	}
	if p.minExponent > 0 {
		b = append(b, s.exponent...)
		if exponent < 0 {
			b = append(b, s.minus...)
		}
		b = append(b, s.localDigits(padLeft(strconv.Itoa(max(exponent, -exponent)), p.minExponent))...)
	}
	return append(b, p.suffix...)
}

func padLeft(digits string, size int) string {
	return strings.Repeat("0", max(0, size-len(digits))) + digits
}

func padRight(digits string, size int) string {
	return digits + strings.Repeat("0", max(0, size-len(digits)))
}

// appendSimple is group for pictures that are simple.
func (s *numberSymbols) appendSimple(b, integer, fraction []byte, p *numberPicture) []byte {
	size := max(len(integer), p.minInteger)
	for i := range size {
		if p.regular > 0 && i > 0 && (size-i)%p.regular == 0 {
			b = append(b, s.grouping...)
		}
		if missing := size - len(integer); i < missing {
			b = append(b, '0')
		} else {
			b = append(b, integer[i-missing])
		}
	}
	if len(fraction) == 0 && p.minFraction == 0 {
		return b
	}
	b = append(append(b, s.decimal...), fraction...)
	for range p.minFraction - len(fraction) {
		b = append(b, '0')
	}
	return b
}

// scale finds the mantissa and exponent of a value. Zero, with which the reference never ends, has exponent 0.
func scale(value float64, scaling int) (float64, int) {
	most, least := math.Pow(10, float64(scaling)), math.Pow(10, float64(scaling-1))
	sign := 1.0
	if value < 0 {
		sign, value = -1, -value
	}
	exponent := 0
	for value < least && value != 0 {
		value *= 10
		exponent--
	}
	for value > most && !math.IsInf(value, 0) {
		value /= 10
		exponent++
	}
	return sign * value, exponent
}

// appendFixed is toFixed for a value that has been rounded to as many digits. It lies half way between two texts only where
// neighbouring float64 are as far apart as texts are.
func appendFixed(b []byte, value float64, digits int) []byte {
	switch {
	case value >= 1e21 || math.IsNaN(value):
		return appendNumber(b, value)
	case value*math.Pow10(digits) < 1<<52:
		return strconv.AppendFloat(b, value, 'f', digits, 64)
	}
	return append(b, roundedDigits(value, digits, 'f')...)
}

func (s *numberSymbols) localDigits(digits string) string {
	if s.zero == "0" {
		return digits
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' && len(s.digits) == 10 {
			return s.digits[r-'0']
		}
		return r
	}, digits)
}

// group joins both parts and puts in the grouping separators; positions count as the reference's string operations do.
func (s *numberSymbols) group(integer, fraction string, p *numberPicture) string {
	separator, decimal := []rune(s.grouping), []rune(s.decimal)
	point := len(integer)
	text := slices.Concat([]rune(s.localDigits(integer)), decimal, []rune(s.localDigits(fraction)))
	if p.regular > 0 {
		for n := 1; n <= (point-1)/p.regular; n++ {
			text = slices.Insert(text, point-n*p.regular, separator...)
		}
	} else {
		for _, pos := range p.integerGroups {
			text = slices.Insert(text, sliceIndex(float64(point-pos), float64(len(text))), separator...)
			point++
		}
	}
	point = indexRunes(text, decimal)
	for _, pos := range p.fractionGroups {
		text = slices.Insert(text, min(pos+point+1, len(text)), separator...)
	}
	if !strings.Contains(p.picture, s.decimal) || indexRunes(text, decimal) == len(text)-1 {
		text = text[:len(text)-1]
	}
	return string(text)
}

// indexRunes is where part begins in text; -1 when it does not occur.
func indexRunes(text, part []rune) int {
	for i := range text {
		if len(part) > 0 && i+len(part) <= len(text) && slices.Equal(text[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}
