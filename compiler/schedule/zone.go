package schedule

import (
	"strings"
	"time"
	_ "time/tzdata" // the database of the zones, wherever the compiler runs
)

// IsZone tells whether a name is that of a time zone of the IANA database, as EventBridge Scheduler takes it.
func IsZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}

// Read reads the schedule of a trigger: an EventBridge expression, or a crontab line. An error is an *Error.
func Read(text string) (expression string, err error) {
	read := ParseCrontab
	if text := strings.TrimSpace(text); strings.HasPrefix(text, "rate(") || strings.HasPrefix(text, "cron(") {
		read = ParseEventBridge
	}
	times, err := read(text)
	if err != nil {
		return "", err
	}
	return times.EventBridge()
}

// DifferAtClockChange finds out whether two schedules that are the same otherwise fire at different times around the changes of a zone's clock in 2026
// and 2027, and gives the first time at which only one of them does; the zero time where there is none.
func DifferAtClockChange(one, other Schedule, zone *time.Location) time.Time {
	const around = 3 * time.Hour
	end := time.Date(2028, time.January, 1, 0, 0, 0, 0, zone)
	for at := time.Date(2026, time.January, 1, 0, 0, 0, 0, zone); ; {
		_, change := at.ZoneBounds()
		if change.IsZero() || change.After(end) {
			return time.Time{}
		}
		if found := differ(one, other, change.Add(-around), change.Add(around)); !found.IsZero() {
			return found
		}
		at = change
	}
}

// differ gives the first time between two others at which only one of two schedules fires.
func differ(one, other Schedule, from, to time.Time) time.Time {
	a, b := one.Next(from), other.Next(from)
	for a.Equal(b) && !a.IsZero() && a.Before(to) {
		a, b = one.Next(a), other.Next(b)
	}
	if first := earlier(a, b); !a.Equal(b) && first.Before(to) {
		return first
	}
	return time.Time{}
}

// earlier is the first of two times, of which one may be zero.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
