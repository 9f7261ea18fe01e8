//lint:file-ignore ST1005 the texts are those of java.time

package javatime

import "fmt"

// parser is a text being read, and what has been read.
type parser struct {
	text   string
	locale Locale
	parsed parsed
	err    error // what no other way of reading can mend
}

// parsed are the values that have been read.
type parsed struct {
	values [fieldCount]int64
	has    [fieldCount]bool
	zone   Zone
	period *partOfDay
}

// set keeps a value; ok is false when another one has been read for the same field.
func (p *parser) set(f field, value int64, next int) (int, bool) {
	if p.parsed.has[f] && p.parsed.values[f] != value {
		return 0, false
	}
	p.parsed.values[f], p.parsed.has[f] = value, true
	return next, true
}

func (p *parser) setZone(id string, next int) (int, bool) {
	zone, err := ParseZone(id)
	if err != nil {
		p.err = err
		return 0, false
	}
	p.parsed.zone = zone
	return next, p.err == nil
}

// Parse reads a text by the pattern: the whole of it, in the pattern's own case. Values that contradict each other and dates that do not exist are
// errors, as is a text that gives neither a date nor a time.
func (p *Pattern) Parse(text string) (Temporal, error) {
	in := &parser{text: text, locale: p.locale}
	at := 0
	for _, one := range p.elements {
		next, ok := one.parse(in, at)
		if in.err != nil {
			return Temporal{}, fmt.Errorf("Text %q could not be parsed: %w", text, in.err)
		}
		if !ok {
			return Temporal{}, fmt.Errorf("Text %q could not be parsed at index %d", text, at)
		}
		at = next
	}
	if at < len(text) {
		return Temporal{}, fmt.Errorf("Text %q could not be parsed, unparsed text found at index %d", text, at)
	}
	t, err := in.parsed.resolve(p.locale.week)
	if err != nil {
		return Temporal{}, fmt.Errorf("Text %q could not be parsed: %w", text, err)
	}
	return t, nil
}
