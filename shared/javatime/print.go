//lint:file-ignore ST1005 the texts are those of java.time

package javatime

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Format writes a date or a time by the pattern. What the pattern asks for and t does not have is an error, outside of optional sections.
func (p *Pattern) Format(t Temporal) (string, error) {
	out := &printer{t: t, locale: p.locale}
	for _, one := range p.elements {
		if _, err := one.print(out); err != nil {
			return "", err
		}
	}
	return string(out.text), nil
}

// printer is the text being written, and what of.
type printer struct {
	text     []byte
	t        Temporal
	locale   Locale
	optional int // how many optional sections are around
}

// writeText appends a text.
func (p *printer) writeText(text string) { p.text = append(p.text, text...) }

// writeByte appends a byte.
func (p *printer) writeByte(char byte) { p.text = append(p.text, char) }

// value gives a field; false without an error is one that is not there, inside an optional section.
func (p *printer) value(f field) (int64, bool, error) {
	value, ok := p.t.get(f, p.locale.week)
	if !ok && p.optional == 0 {
		return 0, false, fmt.Errorf("Unsupported field: %s", f.fact().name)
	}
	return value, ok, nil
}

// zone gives the zone in the same way.
func (p *printer) zone() (Zone, bool, error) {
	ok := p.t.Has&HasZone != 0
	if !ok && p.optional == 0 {
		return Zone{}, false, fmt.Errorf("Unable to extract ZoneId from temporal %s", p.t)
	}
	return p.t.Zone, ok, nil
}

// literal is text that stands for itself.
type literal string

func (l literal) print(p *printer) (bool, error) {
	p.writeText(string(l))
	return true, nil
}

func (l literal) parse(p *parser, at int) (int, bool) {
	return at + len(l), strings.HasPrefix(p.text[at:], string(l))
}

// optional is a section that is left out where one of its values is missing.
type optional []element

func (o optional) print(p *printer) (bool, error) {
	length := len(p.text)
	p.optional++
	defer func() { p.optional-- }()
	for _, one := range o {
		ok, err := one.print(p)
		if err != nil {
			return false, err
		}
		if !ok {
			p.text = p.text[:length]
			break
		}
	}
	return true, nil
}

func (o optional) parse(p *parser, at int) (int, bool) {
	before, start := p.parsed, at
	for _, one := range o {
		next, ok := one.parse(p, at)
		if !ok {
			p.parsed = before
			return start, p.err == nil
		}
		at = next
	}
	return at, true
}

// padded is an element with blanks in front of it, up to a width.
type padded struct {
	width int
	of    element
}

func (d padded) print(p *printer) (bool, error) {
	start := len(p.text)
	if ok, err := d.of.print(p); !ok || err != nil {
		return ok, err
	}
	written := string(p.text[start:])
	missing := d.width - utf8.RuneCountInString(written)
	if missing < 0 {
		return false, fmt.Errorf("Cannot print as output of %d characters exceeds pad width of %d", d.width-missing, d.width)
	}
	p.text = append(append(p.text[:start], strings.Repeat(" ", missing)...), written...)
	return true, nil
}

func (d padded) parse(p *parser, at int) (int, bool) {
	end, ok := afterRunes(p.text, at, d.width)
	if !ok {
		return 0, false
	}
	for at < end && p.text[at] == ' ' {
		at++
	}
	inner := *p
	inner.text = p.text[:end]
	next, ok := d.of.parse(&inner, at)
	p.parsed, p.err = inner.parsed, inner.err
	return next, ok && next == end
}

// afterRunes gives the byte behind so many characters; ok is false when there are fewer.
func afterRunes(text string, at, count int) (end int, ok bool) {
	for range count {
		if at == len(text) {
			return 0, false
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at, true
}

// text is a field by its name.
type text struct {
	field field
	style textStyle
}

func (e text) print(p *printer) (bool, error) {
	value, ok, err := p.value(e.field)
	if !ok || err != nil {
		return false, err
	}
	names, least, _ := p.locale.texts(e.field, e.style)
	p.writeText(names[value-least])
	return true, nil
}

func (e text) parse(p *parser, at int) (int, bool) {
	names, least, _ := p.locale.texts(e.field, e.style)
	found := longestPrefix(p.text[at:], names)
	if found < 0 {
		return 0, false
	}
	return p.set(e.field, int64(found)+least, at+len(names[found]))
}

// longestPrefix finds the longest of some names with which a text begins, the last of equal ones; -1 for none.
func longestPrefix(text string, names []string) int {
	found := -1
	for i, name := range names {
		if strings.HasPrefix(text, name) && (found < 0 || len(name) >= len(names[found])) {
			found = i
		}
	}
	return found
}

// period is the name of a part of the day.
type period struct{ style textStyle }

func (e period) print(p *printer) (bool, error) {
	_, ok, err := p.value(hourOfDay)
	if !ok || err != nil {
		return false, err
	}
	p.writeText(nameAt(p.locale.facts.periods[e.style], int(p.t.Nano/(60*nanosOfSecond))))
	return true, nil
}

func (e period) parse(p *parser, at int) (int, bool) {
	parts := p.locale.facts.periods[e.style]
	names := make([]string, len(parts))
	for i, part := range parts {
		names[i] = part.name
	}
	found := longestPrefix(p.text[at:], names)
	if found < 0 {
		return 0, false
	}
	p.parsed.period = &partOfDay{parts, names[found]}
	return at + len(names[found]), true
}

// nameAt names the part of the day in which a minute of the day lies.
func nameAt(parts []dayPeriod, minute int) string {
	name := ""
	for _, part := range parts {
		if part.from <= minute {
			name = part.name
		}
	}
	return name
}

// partOfDay is a part of the day that a text names.
type partOfDay struct {
	parts []dayPeriod
	name  string
}

func (d *partOfDay) includes(minute int64) bool { return nameAt(d.parts, int(minute)) == d.name }

// middle is the minute in the middle of the part; one that goes on past midnight begins with its last interval.
func (d *partOfDay) middle() int64 {
	const day = 24 * 60
	from, to := 0, -1
	for i, part := range d.parts {
		if part.name != d.name {
			continue
		}
		from = part.from
		if to < 0 {
			if to = day; i+1 < len(d.parts) {
				to = d.parts[i+1].from
			}
		}
	}
	length := floorMod(int64(to-from), day)
	return floorMod(int64(from)+length/2, day)
}
