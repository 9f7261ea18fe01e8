package javatime

import (
	"fmt"
	"strings"
	"time"
)

// Has says which parts a [Temporal] has.
type Has int

// The parts of a Temporal.
const (
	HasDate Has = 1 << iota
	HasTime
	HasOffset
	HasZone
	// HasInstant is a point in time without date and clock, of which only the fraction of its second can be asked.
	HasInstant
)

// Temporal is a date in the ISO calendar, a time of day, or both, with what is known of its offset from UTC and its zone: what patterns format and
// what parsing gives.
type Temporal struct {
	Year       int64 // proleptic: 0 is 1 BC
	Month, Day int
	Nano       int64 // of the day
	Offset     int   // in seconds
	Zone       Zone
	Has        Has
}

// In gives a moment as clocks in a zone show it: a java.time.ZonedDateTime.
func In(moment time.Time, zone Zone) Temporal {
	offset, _ := zone.at(moment.Unix())
	t := local(moment.Unix()+int64(offset), moment.Nanosecond())
	t.Offset, t.Zone, t.Has = offset, zone, HasDate|HasTime|HasOffset|HasZone
	return t
}

// local reads seconds since 1970 on a clock in UTC.
func local(seconds int64, nano int) Temporal {
	const day = 24 * 60 * 60
	days := floorDiv(seconds, day)
	t := ofEpochDay(days)
	t.Nano = (seconds-days*day)*nanosOfSecond + int64(nano)
	t.Has |= HasTime
	return t
}

// ofEpochDay gives the date so many days after 1 January 1970, by counting in cycles of 400 years from 1 March of year 0.
func ofEpochDay(days int64) Temporal {
	days += 719_468
	cycle := floorDiv(days, 146_097)
	of := days - cycle*146_097
	years := (of - of/1460 + of/36_524 - of/146_096) / 365
	of -= 365*years + years/4 - years/100
	month := (5*of + 2) / 153
	t := Temporal{Year: cycle*400 + years, Month: int(month) + 3, Day: int(of-(153*month+2)/5) + 1, Has: HasDate}
	if t.Month > 12 {
		t.Year, t.Month = t.Year+1, t.Month-12
	}
	return t
}

// epochDay is the inverse of ofEpochDay.
func (t Temporal) epochDay() int64 {
	year, month := t.Year, int64(t.Month)-3
	if month < 0 {
		year, month = year-1, month+12
	}
	cycle := floorDiv(year, 400)
	of := year - cycle*400
	return cycle*146_097 + of*365 + of/4 - of/100 + (153*month+2)/5 + int64(t.Day) - 1 - 719_468
}

func (t Temporal) weekday() int { return int(floorMod(t.epochDay()+3, 7)) + 1 }

func (t Temporal) dayOfYear() int {
	first := Temporal{Year: t.Year, Month: 1, Day: 1}
	return int(t.epochDay()-first.epochDay()) + 1
}

// plusDays moves the date and leaves the rest.
func (t Temporal) plusDays(days int64) Temporal {
	date := ofEpochDay(t.epochDay() + days)
	t.Year, t.Month, t.Day = date.Year, date.Month, date.Day
	return t
}

// localSeconds counts the seconds since 1970 that a clock in UTC showing this date and time has run.
func (t Temporal) localSeconds() int64 { return t.epochDay()*24*60*60 + t.Nano/nanosOfSecond }

// Moment is the point in time that t is; ok is false when it has no date, no time, or neither offset nor zone.
func (t Temporal) Moment() (moment time.Time, ok bool) {
	if t.Has&HasDate == 0 || t.Has&HasTime == 0 || t.Has&HasOffset == 0 {
		return time.Time{}, false
	}
	return time.Unix(t.localSeconds()-int64(t.Offset), t.Nano%nanosOfSecond).UTC(), true
}

func isLeap(year int64) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func lengthOfYear(year int64) int {
	if isLeap(year) {
		return 366
	}
	return 365
}

func lengthOfMonth(year int64, month int) int {
	switch month {
	case 2:
		return lengthOfYear(year) - 337
	case 4, 6, 9, 11:
		return 30
	default:
		return 31
	}
}

// String writes t as toString of Java's classes does: ISO 8601, seconds and their fraction only where they are not zero, the zone in brackets.
func (t Temporal) String() string {
	var text strings.Builder
	if t.Has&HasDate != 0 {
		text.WriteString(yearText(t.Year) + fmt.Sprintf("-%02d-%02d", t.Month, t.Day))
	}
	if t.Has&(HasDate|HasTime) == HasDate|HasTime {
		text.WriteByte('T')
	}
	if t.Has&HasTime != 0 {
		text.WriteString(t.clock())
	}
	if t.Has&HasOffset != 0 {
		text.WriteString(offsetID(t.Offset))
	}
	if t.Has&HasZone != 0 && !t.Zone.isOffset {
		text.WriteString("[" + t.Zone.id + "]")
	}
	return text.String()
}

func yearText(year int64) string {
	switch {
	case year > 9999:
		return fmt.Sprintf("+%d", year)
	case year < 0:
		return fmt.Sprintf("-%04d", -year)
	default:
		return fmt.Sprintf("%04d", year)
	}
}

func (t Temporal) clock() string {
	text := fmt.Sprintf("%02d:%02d", t.time(hourOfDay), t.time(minuteOfHour))
	second, nano := t.time(secondOfMinute), t.time(nanoOfSecond)
	if second == 0 && nano == 0 {
		return text
	}
	text += fmt.Sprintf(":%02d", second)
	switch {
	case nano == 0:
		return text
	case nano%1_000_000 == 0:
		return text + fmt.Sprintf(".%03d", nano/1_000_000)
	case nano%1000 == 0:
		return text + fmt.Sprintf(".%06d", nano/1000)
	default:
		return text + fmt.Sprintf(".%09d", nano)
	}
}

func floorDiv(a, b int64) int64 {
	quotient := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		quotient--
	}
	return quotient
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }
