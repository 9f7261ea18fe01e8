package javatime

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// longestISO bounds the texts that ParseISO looks at.
const longestISO = 100

// ParseISO reads a date as ISO 8601 and databases write it: uuuu-MM-dd, then nothing or T or a blank with HH:mm, :ss and a fraction of up to nine
// digits, then nothing or an offset (Z, +02, +0200, +02:00). Years of more than four digits have a sign. A date alone has no time; without an offset
// there is none.
func ParseISO(text string) (Temporal, error) {
	if len(text) > longestISO || !utf8.ValidString(text) {
		return Temporal{}, errors.New("the text is no date")
	}
	p := &parser{text: text, locale: English()}
	at, ok := p.all(0, &number{field: year, least: 4, most: 9, sign: exceedsPad}, literal("-"), fixedWidth(monthOfYear, 2), literal("-"), fixedWidth(dayOfMonth, 2))
	if ok && at < len(text) {
		at, ok = p.isoTime(at)
	}
	if !ok || at < len(text) {
		return Temporal{}, fmt.Errorf("%q is not a date as ISO 8601 writes it, such as 2026-03-01 or 2026-03-01T09:05:07Z", text)
	}
	if p.parsed.values[hourOfDay] > 23 {
		return Temporal{}, fmt.Errorf("%q is not a date: there is no hour %d", text, p.parsed.values[hourOfDay])
	}
	t, err := p.parsed.resolve(p.locale.week)
	if err != nil {
		return Temporal{}, fmt.Errorf("%q is not a date: %w", text, err)
	}
	return t, nil
}

// all reads elements one behind the other.
func (p *parser) all(at int, elements ...element) (next int, ok bool) {
	for _, one := range elements {
		if at, ok = one.parse(p, at); !ok {
			return 0, false
		}
	}
	return at, true
}

// isoTime reads T or a blank, the time, and what says where it holds.
func (p *parser) isoTime(at int) (int, bool) {
	if p.text[at] != 'T' && p.text[at] != ' ' {
		return 0, false
	}
	at, ok := p.all(at+1, fixedWidth(hourOfDay, 2), literal(":"), fixedWidth(minuteOfHour, 2))
	if ok && strings.HasPrefix(p.text[at:], ":") {
		at, ok = p.all(at+1, fixedWidth(secondOfMinute, 2))
		if ok && strings.HasPrefix(p.text[at:], ".") {
			at, ok = p.isoFraction(at + 1)
		}
	}
	if !ok || at == len(p.text) {
		return at, ok
	}
	return p.isoOffset(at)
}

func (p *parser) isoFraction(at int) (int, bool) {
	digits := len(p.text[at:]) - len(strings.TrimLeft(p.text[at:], "0123456789"))
	if digits == 0 || digits > 9 {
		return 0, false
	}
	return (&number{field: nanoOfSecond, least: digits, fraction: true}).parse(p, at)
}

// isoOffset reads an offset in any of the ways in which ISO 8601 writes it.
func (p *parser) isoOffset(at int) (int, bool) {
	end := at + 1
	for end < len(p.text) && (isDigit(p.text[end]) || p.text[end] == ':') {
		end++
	}
	seconds, ok := parseOffsetID(p.text[at:end])
	if length := end - at; !ok || length == 2 || length > 6 {
		return 0, false
	}
	return p.set(offsetSeconds, int64(seconds), end)
}
