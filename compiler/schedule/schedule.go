package schedule

import (
	"fmt"
	"time"
)

// Schedule is a sequence of times.
type Schedule interface {
	// Next returns the first time after another, in the same location; the zero time when there is none. The zone of the
	// argument is the zone of the schedule.
	Next(after time.Time) time.Time
	// EventBridge returns the expression for EventBridge Scheduler, cron(…) or rate(…), or an *Error.
	EventBridge() (string, error)
}

// Error is what is wrong with an expression.
type Error struct {
	Start, End int    // the place in the text, in bytes
	Reason     string // "60 is not a minute from 0 to 59"
	Fix        string // what to write instead
	// Nearest are the expressions, in the same language, that come nearest among those that AWS can say; empty when there is no telling.
	Nearest []string
}

func (e *Error) Error() string { return e.Reason }

// part is a piece of the expression's text.
type part struct {
	text  string
	start int
}

func (p part) fail(fix, reason string, arguments ...any) *Error {
	return &Error{Start: p.start, End: p.start + len(p.text), Reason: fmt.Sprintf(reason, arguments...), Fix: fix}
}

// cut returns the piece from one offset to another.
func (p part) cut(from, to int) part { return part{p.text[from:to], p.start + from} }

// cron is a parsed cron expression.
type cron struct {
	second, minute, hour, month field
	days                        days
	years                       *field // nil: every year
	whole                       part
	parse                       func(string) (Schedule, error) // of its language
	// repeats reports whether a local time that a clock shows twice counts twice.
	repeats bool
}

// searchYears bounds the search: a weekday on 29 February returns after 40 years at most.
const searchYears = 60

// Next implements Schedule. Between two changes of the clock local times are as regular as UTC, so it searches the
// stretches between them one by one.
func (c *cron) Next(after time.Time) time.Time {
	at := after.Truncate(time.Second).Add(time.Second)
	limit := at.AddDate(searchYears, 0, 0)
	for at.Before(limit) {
		start, end := stretch(at)
		if end.IsZero() || end.After(limit) {
			end = limit
		}
		_, offset := at.Zone()
		shift := time.Duration(offset) * time.Second
		found, ok := c.nextLocal(at.UTC().Add(shift), end.UTC().Add(shift))
		instant := found.Add(-shift).In(at.Location())
		switch {
		case !ok:
			at = end.In(at.Location())
		case !c.repeats && isRepeated(instant, start, offset):
			at = instant.Add(time.Second)
		default:
			return instant
		}
	}
	return time.Time{}
}

// stretch returns the bounds between which clocks are not changed. On the last day of leap years beyond its tables
// time.ZoneBounds returns bounds of which the later is not after the time.
func stretch(at time.Time) (start, end time.Time) {
	start, end = at.ZoneBounds()
	if !end.IsZero() && !end.After(at) {
		end = at.AddDate(0, 0, 2)
	}
	return start, end
}

// isRepeated reports whether clocks have shown the local time of an instant before: they were put back at start, when
// the present offset began.
func isRepeated(instant, start time.Time, offset int) bool {
	if start.IsZero() {
		return false
	}
	_, before := start.Add(-time.Second).Zone()
	return instant.Sub(start) < time.Duration(before-offset)*time.Second
}

// nextLocal returns the first matching local time at or after one and before another. All are written as UTC.
func (c *cron) nextLocal(at, limit time.Time) (time.Time, bool) {
	for at.Before(limit) {
		year, month, day := at.Date()
		midnight := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
		switch {
		case c.years != nil && !c.years.has(year):
			at = time.Date(year+1, time.January, 1, 0, 0, 0, 0, time.UTC)
		case !c.month.has(int(month)):
			at = time.Date(year, month+1, 1, 0, 0, 0, 0, time.UTC)
		case !c.days.has(midnight):
			at = midnight.AddDate(0, 0, 1)
		default:
			if clock, ok := c.nextClock(at.Clock()); ok {
				found := midnight.Add(clock)
				return found, found.Before(limit)
			}
			at = midnight.AddDate(0, 0, 1)
		}
	}
	return time.Time{}, false
}

// nextClock returns the first matching time of a day at or after another.
func (c *cron) nextClock(hour, minute, second int) (time.Duration, bool) {
	clock := func(h, m, s int) (time.Duration, bool) {
		return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second, true
	}
	if c.hour.has(hour) {
		if c.minute.has(minute) {
			if s, ok := c.second.next(second); ok {
				return clock(hour, minute, s)
			}
		}
		if m, ok := c.minute.next(minute + 1); ok {
			return clock(hour, m, c.second.first())
		}
	}
	if h, ok := c.hour.next(hour + 1); ok {
		return clock(h, c.minute.first(), c.second.first())
	}
	return 0, false
}
