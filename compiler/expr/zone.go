package expr

import (
	"fmt"
	"time"

	"github.com/steploom/steploom/shared/javatime"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// ZoneRule is when the clock of a time zone changes, as $fromMillis can be told it: an offset from UTC that holds but for a part of each year.
type ZoneRule struct {
	offset string
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

// RuleOf finds the rule of a zone of the time zone database in the years from firstYear to lastYear; ok is false where there is none that can be
// computed. It serves for the present, not for moments of which nobody knows when they were.
func RuleOf(zone javatime.Zone) (rule ZoneRule, ok bool) {
	if seconds, fixed := zone.Fixed(); fixed {
		offset, ok := FixedOffset(seconds)
		return ZoneRule{offset: offset}, ok
	}
	location, err := time.LoadLocation(zone.ID())
	if err != nil {
		return ZoneRule{}, false
	}
	return zoneOf(location)
}

// FixedOffset writes an offset in seconds as $fromMillis wants it: "+0100". It knows no parts of a minute.
func FixedOffset(seconds int) (offset string, ok bool) {
	sign, size := "+", seconds
	if seconds < 0 {
		sign, size = "-", -seconds
	}
	return fmt.Sprintf("%s%02d%02d", sign, size/3600, size/60%60), size%60 == 0
}

// zoneOf finds the rule of a location by looking at its changes year by year.
func zoneOf(location *time.Location) (ZoneRule, bool) {
	var zone ZoneRule
	for year := firstYear; year <= lastYear; year++ {
		this, ok := zoneIn(location, year)
		if !ok {
			return ZoneRule{}, false
		}
		if year == firstYear {
			zone = this
			continue
		}
		if !zone.merge(this) {
			return ZoneRule{}, false
		}
	}
	return zone, true
}

// merge tells whether another year follows the same rule; "the fourth" becomes "the last" when a year says so.
func (z *ZoneRule) merge(other ZoneRule) bool {
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
func zoneIn(location *time.Location, year int) (ZoneRule, bool) {
	var changes []time.Time
	at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).In(location)
	end := time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	zone := ZoneRule{offset: offsetOf(at)}
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
		return ZoneRule{}, false
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
func (z ZoneRule) Offset(millis jsonata.Node) jsonata.Node {
	if z.period == nil {
		return build.Text(z.offset)
	}
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
