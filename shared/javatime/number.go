//lint:file-ignore ST1005 the texts are those of java.time

package javatime

import (
	"fmt"
	"strconv"
	"strings"
)

// signStyle says when a number has a sign.
type signStyle int

const (
	normal signStyle = iota
	notNegative
	exceedsPad // + where there are more digits than the least
)

// number is a field in digits.
type number struct {
	field       field
	least, most int // digits
	sign        signStyle
	// fixed tells that it takes its digits from the number in front of it when nothing stands between them.
	fixed bool
	// reduced tells of a year of two digits.
	reduced bool
	// fraction tells that the digits are those behind a decimal point.
	fraction bool
	// behind counts the digits of the numbers that stand directly behind it.
	behind int
}

// widestYear is the number of letters up to which Java can tell whether a year needs a +.
const widestYear = 10

func plain(f field) *number { return &number{field: f, least: 1, most: 19} }

func fixedWidth(f field, width int) *number {
	return &number{field: f, least: width, most: width, sign: notNegative, fixed: true}
}

func (n *number) print(p *printer) (bool, error) {
	value, ok, err := p.value(n.field)
	if !ok || err != nil {
		return false, err
	}
	switch {
	case n.fraction:
		value /= powerOfTen(9 - n.least)
	case n.reduced:
		value = max(value, -value) % 100
	}
	digits := strings.TrimPrefix(strconv.FormatInt(value, 10), "-")
	name := n.field.fact().name
	switch {
	case len(digits) > n.most:
		return false, fmt.Errorf("Field %s cannot be printed as the value %d exceeds the maximum print width of %d", name, value, n.most)
	case value >= 0 && n.sign == exceedsPad && n.least > widestYear && n.least < n.most:
		return false, fmt.Errorf("Field %s cannot be printed with a width of %d: Java has no room for more than %d", name, n.least, widestYear)
	case value < 0 && n.sign == notNegative:
		return false, fmt.Errorf("Field %s cannot be printed as the value %d cannot be negative according to the SignStyle", name, value)
	case value < 0:
		p.writeByte('-')
	case n.sign == exceedsPad && len(digits) > n.least:
		p.writeByte('+')
	}
	p.writeText(strings.Repeat("0", max(0, n.least-len(digits))) + digits)
	return true, nil
}

func (n *number) parse(p *parser, at int) (int, bool) {
	if n.fraction {
		return n.parseFraction(p, at)
	}
	sign := byte(0)
	if at < len(p.text) && (p.text[at] == '+' || p.text[at] == '-') {
		sign = p.text[at]
		if !n.takes(sign) {
			return 0, false
		}
		at++
	}
	count := 0
	for count < n.most+n.behind && at+count < len(p.text) && isDigit(p.text[at+count]) {
		count++
	}
	if count < n.least {
		return 0, false
	}
	if n.behind > 0 {
		count = max(n.least, count-n.behind)
	}
	value, err := strconv.ParseInt(p.text[at:at+count], 10, 64)
	if err != nil { // too large for 64 bits: one digit less is not
		count--
		value, err = strconv.ParseInt(p.text[at:at+count], 10, 64)
	}
	if err != nil || !n.signFits(sign, value, count) {
		return 0, false
	}
	if sign == '-' {
		value = -value
	}
	return p.set(n.field, n.expanded(p, value, count), at+count)
}

func (n *number) takes(sign byte) bool {
	return n.sign == exceedsPad || n.sign == normal && sign == '-'
}

// signFits: there is no minus zero, and where + stands for more digits than the least, it must stand with more, and only with more.
func (n *number) signFits(sign byte, value int64, count int) bool {
	switch {
	case sign == '-':
		return value != 0
	case n.sign != exceedsPad:
		return true
	default:
		return (sign == '+') == (count > n.least)
	}
}

// expanded gives the year in a hundred years that two digits stand for.
func (n *number) expanded(p *parser, value int64, length int) int64 {
	if !n.reduced || length != 2 {
		return value
	}
	base := int64(2000)
	if n.field == weekBasedYear {
		base = p.locale.week.year(Temporal{Year: 2000, Month: 1, Day: 1})
	}
	value += base - base%100
	if value < base {
		value += 100
	}
	return value
}

// fraction is the fraction of a second in so many digits.
func fraction(digits int) (element, error) {
	if digits > 9 {
		return nil, fmt.Errorf("Minimum width must be from 0 to 9 inclusive but was %d", digits)
	}
	return &number{field: nanoOfSecond, least: digits, most: digits, sign: notNegative, fixed: true, fraction: true}, nil
}

// parseFraction reads the digits behind a decimal point.
func (n *number) parseFraction(p *parser, at int) (int, bool) {
	end := at + n.least
	if end > len(p.text) {
		return 0, false
	}
	value, err := strconv.ParseUint(p.text[at:end], 10, 64)
	if err != nil {
		return 0, false
	}
	return p.set(n.field, int64(value)*powerOfTen(9-n.least), end)
}

func powerOfTen(exponent int) int64 {
	power := int64(1)
	for range exponent {
		power *= 10
	}
	return power
}
