package javatime

import "strings"

// zoneID is the zone by its name in the time zone database, or its offset.
type zoneID struct{}

func (zoneID) print(p *printer) (bool, error) {
	zone, ok, err := p.zone()
	if ok {
		p.writeText(zone.id)
	}
	return ok, err
}

func (zoneID) parse(p *parser, at int) (int, bool) {
	rest := p.text[at:]
	if rest == "" {
		return 0, false
	}
	if rest[0] == '+' || rest[0] == '-' {
		return p.setOffsetZone(at, at, "Z")
	}
	if strings.HasPrefix(rest, "GMT0") {
		return p.setZone("GMT0", at+4)
	}
	for _, prefix := range []string{"UTC", "UT", "GMT"} {
		if strings.HasPrefix(rest, prefix) {
			return p.setOffsetZone(at, at+len(prefix), "0")
		}
	}
	longest := ""
	for id := range zoneNames() {
		if len(id) > len(longest) && strings.HasPrefix(rest, id) {
			longest = id
		}
	}
	switch {
	case longest != "":
		return p.setZone(longest, at+len(longest))
	case rest[0] == 'Z':
		return p.setZone("Z", at+1)
	}
	return 0, false
}

// setOffsetZone reads a zone that is an offset behind a prefix from start to at, which stands alone where no offset follows.
func (p *parser) setOffsetZone(start, at int, zero string) (int, bool) {
	prefix := p.text[start:at]
	inner := *p
	inner.parsed = parsed{}
	next, ok := zoneIDOffset(zero).parse(&inner, at)
	if inner.err != nil {
		p.err = inner.err
		return 0, false
	}
	switch {
	case !ok && prefix == "":
		return 0, false
	case !ok, next > at && p.text[at] == '0', at < len(p.text) && p.text[at] == 'Z':
		return p.setZone(prefix, at)
	}
	return p.setZone(prefix+p.text[at:next], next)
}

// zoneTextKind is which of its names a zone is called by.
type zoneTextKind int

const (
	standard zoneTextKind = iota // daylight in summer
	daylight
	inGeneral
)

// zoneText is the zone by its name in the language of the locale.
type zoneText struct {
	kind  zoneTextKind
	style textStyle
}

func (e zoneText) print(p *printer) (bool, error) {
	zone, ok, err := p.zone()
	if !ok || err != nil {
		return false, err
	}
	name := zone.id
	if !zone.isOffset {
		name = p.locale.zoneName(zone.id, e.kindAt(p.t), e.style)
	}
	p.writeText(name)
	return true, nil
}

func (e zoneText) kindAt(t Temporal) zoneTextKind {
	moment, ok := t.Moment()
	if e.kind == inGeneral || !ok {
		return inGeneral
	}
	if _, saving := t.Zone.at(moment.Unix()); saving {
		return daylight
	}
	return standard
}

// parse takes names of the time zone database and offsets. A name in a language stands for many zones, and is not taken.
func (e zoneText) parse(p *parser, at int) (int, bool) { return zoneID{}.parse(p, at) }
