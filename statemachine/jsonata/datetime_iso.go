package jsonata

import (
	"math"
	"strconv"
	"strings"
)

// isoPattern is what the reference takes for a timestamp when no picture is given.
var isoPattern = mustCompile(`^\d{4}(-[01]\d)*(-[0-3]\d)*(T[0-2]\d:[0-5]\d:[0-5]\d)*(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$`)

func mustCompile(pattern string) *regexp {
	r, err := compileRegex(pattern, "")
	if err != nil {
		panic(err)
	}
	return r
}

// parseISO is V8's Date.parse for a text of that form: first the date-time string format of ECMAScript, then, when a date without
// time does not end the text, V8's older and laxer grammar. A time without offset is taken as UTC. NaN when a part is out of range.
func parseISO(s string) float64 {
	d := isoReader{rest: s}
	d.date()
	switch {
	case strings.HasPrefix(d.rest, "T"):
		if !d.clock() {
			return math.NaN()
		}
	case d.rest != "":
		if !d.legacy() {
			return math.NaN()
		}
		d.monthFirst()
	}
	return d.millis()
}

// isoReader takes a timestamp apart from left to right.
type isoReader struct {
	rest   string
	days   []float64 // year, month, day as far as they are given
	clocks [4]float64
	timed  int     // how many of clocks are given
	offset float64 // minutes
}

// date reads the year and, as long as they are two digits in range, month and day. Hyphens are read even where they are not.
func (d *isoReader) date() {
	year, _ := d.number()
	d.days = []float64{year}
	for _, most := range []float64{12, 31} {
		if !d.skip('-') {
			return
		}
		if n, width := leadingDigits(d.rest); width != 2 || n < 1 || n > most {
			return
		}
		n, _ := d.number()
		d.days = append(d.days, n)
	}
}

func (d *isoReader) skip(c byte) bool {
	if d.rest == "" || d.rest[0] != c {
		return false
	}
	d.rest = d.rest[1:]
	return true
}

// number reads digits and tells how many there were.
func (d *isoReader) number() (value float64, width int) {
	value, width = leadingDigits(d.rest)
	d.rest = d.rest[width:]
	return value, width
}

func leadingDigits(s string) (value float64, width int) {
	for width < len(s) && isDigit(s[width]) {
		width++
	}
	value, _ = strconv.ParseFloat(s[:width], 64)
	return value, width
}

// clock reads THH:mm:ss, a fraction and an offset, which must end the text. Hour 24 is the end of the day.
func (d *isoReader) clock() bool {
	for i := range 3 {
		d.rest = d.rest[1:]
		d.clocks[i], _ = d.number()
	}
	digits := ""
	if d.skip('.') {
		digits = d.rest[:len(d.rest)-len(strings.TrimLeft(d.rest, "0123456789"))]
		d.rest = d.rest[len(digits):]
		d.clocks[3] = milliseconds(digits)
	}
	past := d.clocks[1]+d.clocks[2] > 0 || strings.Trim(digits, "0") != ""
	return (d.clocks[0] < 24 || d.clocks[0] == 24 && !past) && d.zone() && d.rest == ""
}

// milliseconds are the first three digits of a fraction. V8 reads nine digits after the leading zeros.
func milliseconds(digits string) float64 {
	significant := strings.TrimLeft(digits, "0")
	n, _ := strconv.ParseFloat("0"+significant[:min(len(significant), 9)], 64)
	return math.Trunc(n * math.Pow10(3-min(len(digits), 9)))
}

// zone reads Z or an offset of less than a day.
func (d *isoReader) zone() bool {
	if d.rest == "" || d.skip('Z') {
		return true
	}
	sign := 1.0
	if d.rest[0] == '-' {
		sign = -1
	}
	d.rest = strings.Replace(d.rest[1:], ":", "", 1)
	n, _ := d.number()
	d.offset = sign * (math.Floor(n/100)*60 + math.Mod(n, 100))
	return n < 2400
}

// legacy reads what follows a date: numbers complete the date, one before a colon begins a time, a sign ends in failure, points
// and colons count for nothing.
func (d *isoReader) legacy() bool {
	for d.rest != "" {
		switch c := d.rest[0]; {
		case isDigit(c):
			if !d.legacyNumber() {
				return false
			}
			continue
		case c == 'T' || c == '+' || c == '-':
			return false
		}
		d.rest = d.rest[1:]
	}
	return true
}

func (d *isoReader) legacyNumber() bool {
	n, _ := d.number()
	switch {
	case d.timed == 0 && d.skip(':'):
		d.clocks[0], d.timed = n, 1
		return true
	case d.timed > 0:
		d.clocks[1] = n
		return true
	case len(d.days) == 3:
		return false
	}
	d.days = append(d.days, n)
	d.skip('.')
	d.skip('-')
	return true
}

// monthFirst gives a date of the older grammar its meaning: one that begins with what may be a day is month, day, year. Years below
// 100 are those from 1950 to 2049.
func (d *isoReader) monthFirst() {
	d.complete()
	if d.days[0] >= 1 && d.days[0] <= 31 {
		d.days[0], d.days[1], d.days[2] = d.days[2], d.days[0], d.days[1]
	}
	switch year := d.days[0]; {
	case year < 50:
		d.days[0] += 2000
	case year < 100:
		d.days[0] += 1900
	}
}

// complete makes missing months and days the first.
func (d *isoReader) complete() {
	for len(d.days) < 3 {
		d.days = append(d.days, 1)
	}
}

func (d *isoReader) millis() float64 {
	d.complete()
	year, month, day := d.days[0], d.days[1], d.days[2]
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return math.NaN()
	}
	days := daysBefore(year, month-1) + day - 1
	return timeClip(days*millisPerDay + d.clocks[0]*millisPerHour + (d.clocks[1]-d.offset)*millisPerMinute + d.clocks[2]*millisPerSecond + d.clocks[3])
}
