package expr

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the compiler must know the zones on machines that do not

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Zone is a time zone as $fromMillis can be told it: an offset from UTC, which may change twice a year.
type Zone struct {
	offset string // the only offset, or the one outside of the period
	// period is when summer's offset holds; nil when the offset never changes.
	period *period
}

// period is the part of the year between two changes of the clock.
type period struct {
	offset     string
	start, end change
}

// change is a moment that comes each year: a certain week's weekday of a month, at a time in UTC.
type change struct {
	month   time.Month
	weekday time.Weekday
	week    int // 1 to 4, or 5 for the last one
	clock   time.Duration
}

// firstYear and lastYear bound the years for which a zone's rule is checked against the time zone database.
const (
	firstYear = 2024
	lastYear  = 2036
)

// IsUTC tells that the zone is UTC.
func (z Zone) IsUTC() bool { return z.period == nil && z.offset == "+0000" }

// Fixed gives the zone's offset when it never changes, as $fromMillis wants it: "+0100".
func (z Zone) Fixed() (string, bool) { return z.offset, z.period == nil }

// ParseZone reads "UTC", "GMT", "Z", an offset such as "+01:00" or "GMT+1", or a name of the time zone database. Zones whose clock
// changes by no rule that can be computed are errors.
func ParseZone(name string) (Zone, error) {
	if offset, ok := fixedOffset(name); ok {
		return Zone{offset: offset}, nil
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return Zone{}, problem(0, len(name), "%q is not a time zone", name)
	}
	zone, ok := zoneOf(location)
	if !ok {
		return Zone{}, problem(0, len(name), "the clock changes of time zone %q follow no simple rule", name)
	}
	return zone, nil
}

func fixedOffset(name string) (string, bool) {
	switch strings.ToUpper(name) {
	case "UTC", "GMT", "Z", "ETC/UTC":
		return "+0000", true
	}
	match := regexp.MustCompile(`^(?:UTC|GMT)?([+-])([01]?[0-9]):?([0-5][0-9])?$`).FindStringSubmatch(name)
	if match == nil {
		return "", false
	}
	hours, _ := strconv.Atoi(match[2])
	minutes, _ := strconv.Atoi(match[3])
	return fmt.Sprintf("%s%02d%02d", match[1], hours, minutes), true
}

// zoneOf finds the rule of a location by looking at its changes year by year.
func zoneOf(location *time.Location) (Zone, bool) {
	var zone Zone
	for year := firstYear; year <= lastYear; year++ {
		this, ok := zoneIn(location, year)
		if !ok {
			return Zone{}, false
		}
		if year == firstYear {
			zone = this
			continue
		}
		if !zone.merge(this) {
			return Zone{}, false
		}
	}
	return zone, true
}

// merge tells whether another year follows the same rule; "the fourth" becomes "the last" when a year says so.
func (z *Zone) merge(other Zone) bool {
	if z.period == nil || other.period == nil {
		return z.period == other.period && z.offset == other.offset
	}
	return z.offset == other.offset && z.period.offset == other.period.offset &&
		z.period.start.merge(other.period.start) && z.period.end.merge(other.period.end)
}

func (c *change) merge(other change) bool {
	week := c.week
	if week != other.week && week >= 4 && other.week >= 4 {
		week = 5
	}
	other.week, c.week = week, week
	return *c == other
}

// zoneIn describes one year of a location.
func zoneIn(location *time.Location, year int) (Zone, bool) {
	var changes []time.Time
	at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).In(location)
	end := time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	zone := Zone{offset: offsetOf(at)}
	for {
		_, next := at.ZoneBounds()
		if next.IsZero() || !next.Before(end) {
			break
		}
		changes = append(changes, next)
		at = next
	}
	switch len(changes) {
	case 0:
		return zone, true
	case 2:
		zone.period = &period{offset: offsetOf(changes[0]), start: changeAt(changes[0]), end: changeAt(changes[1])}
		return zone, true
	default:
		return Zone{}, false
	}
}

func offsetOf(at time.Time) string { return at.Format("-0700") }

// changeAt describes a change of the clock by its date in UTC.
func changeAt(at time.Time) change {
	utc := at.UTC()
	c := change{month: utc.Month(), weekday: utc.Weekday(), week: (utc.Day() + 6) / 7}
	c.clock = utc.Sub(time.Date(utc.Year(), utc.Month(), utc.Day(), 0, 0, 0, 0, time.UTC))
	return c
}

// Offset gives the zone's offset at a moment, which must be a variable: milliseconds since 1970.
func (z Zone) Offset(millis jsonata.Node) jsonata.Node {
	year := build.Call("fromMillis", millis, build.Text("[Y0001]"))
	inPeriod := build.All(
		build.Binary(millis, ">=", z.period.start.moment()),
		build.Binary(millis, "<", z.period.end.moment()))
	return build.Let("year", year, build.If(inPeriod, build.Text(z.period.offset), build.Text(z.offset)))
}

// moment computes when a change comes in $year: from the earliest day it can be, on to its weekday.
func (c change) moment() jsonata.Node {
	const day = 24 * 60 * 60 * 1000
	first := 7*(c.week-1) + 1
	if c.week == 5 {
		first = time.Date(2025, c.month+1, 0, 0, 0, 0, 0, time.UTC).Day() - 6
	}
	text := fmt.Sprintf("-%02d-%02dT%s.000Z", c.month, first, time.Time{}.Add(c.clock).Format("15:04:05"))
	earliest := build.Call("toMillis", build.Binary(build.Var("year"), "&", build.Text(text)))
	weekday := build.Call("number", build.Call("fromMillis", build.Var("earliest"), build.Text("[F1]")))
	wanted := int(c.weekday)
	if wanted == 0 {
		wanted = 7
	}
	wait := build.Binary(build.Block(build.Binary(build.Number(float64(wanted+7)), "-", weekday)), "%", build.Number(7))
	return build.Let("earliest", earliest, build.Binary(build.Var("earliest"), "+", build.Binary(wait, "*", build.Number(day))))
}
