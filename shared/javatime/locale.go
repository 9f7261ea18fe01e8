package javatime

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

// Locale is a language with the names and the weeks of its dates. Its zero value is not a locale: see [ParseLocale].
type Locale struct {
	week  weekRule
	facts *localeFacts
}

// English is the locale "en", which programs have where nothing else is set.
func English() Locale { return Locale{localeTable[0].week, localeTable[0].facts} }

// Locales lists the tags of the locales, as BCP 47 writes them; "und" is the root locale.
func Locales() []string {
	tags := make([]string, len(localeTable))
	for i, row := range localeTable {
		tags[i] = row.tag
	}
	return tags
}

// ParseLocale finds a locale by its tag. Others than those of [Locales] are errors.
func ParseLocale(tag string) (Locale, error) {
	for _, row := range localeTable {
		if row.tag == tag {
			return Locale{row.week, row.facts}, nil
		}
	}
	return Locale{}, fmt.Errorf("there are no names of dates for the locale %q; there are for %s", tag, strings.Join(Locales(), ", "))
}

// textStyle is how long a name is, and whether it stands alone or in a date.
type textStyle int

const (
	short textStyle = iota
	full
	narrow
	shortAlone
	fullAlone
	narrowAlone
)

// localeFacts are the names of a locale. They are read only.
type localeFacts struct {
	// months, quarters and days by style, eras by short, full and narrow.
	months, quarters, days [6][]string
	eras                   [3][]string
	halves                 []string
	periods                [3][]dayPeriod
	zones                  int // the column of names of zones
}

// dayPeriod is a part of the day: it begins at a minute of the day and ends where the next one begins.
type dayPeriod struct {
	from int
	name string
}

// texts gives the names of a field's values, the first for the value least; ok is false when the field has none.
func (l Locale) texts(f field, style textStyle) (names []string, least int64, ok bool) {
	switch f {
	case monthOfYear:
		return l.facts.months[style], 1, true
	case quarterOfYear:
		return l.facts.quarters[style], 1, true
	case dayOfWeek:
		return l.facts.days[style], 1, true
	case era:
		return l.facts.eras[style], 0, true
	case amPm:
		return l.facts.halves, 0, true
	}
	return nil, 0, false
}

// Columns of names of zones.
const (
	zonesEnglish = iota
	zonesBritish
	zonesGerman
	zonesRoot
)

//go:embed zonenames.txt
var zoneNameText string

// zoneNames gives the columns of names by a zone's name. In a column stand the long and the short names of standard time, of daylight time, and of
// the zone in general.
var zoneNames = sync.OnceValue(func() map[string][]string {
	names := map[string][]string{}
	for line := range strings.Lines(zoneNameText) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(columns) != 5 {
			continue
		}
		for id := range strings.FieldsSeq(columns[0]) {
			names[id] = columns[1:]
		}
	}
	return names
})

// zoneName names a zone in general, or its standard or daylight time; a zone without names is called by its own.
func (l Locale) zoneName(id string, kind zoneTextKind, style textStyle) string {
	columns, ok := zoneNames()[id]
	if !ok {
		return id
	}
	column := columns[l.facts.zones]
	if column == "=" {
		column = columns[zonesEnglish]
	}
	place := 2 * int(kind)
	if style == short {
		place++
	}
	return strings.Split(column, "|")[place]
}
