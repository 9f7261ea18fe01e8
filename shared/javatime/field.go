package javatime

// field is a part of a date or a time that a pattern writes or reads: java.time.temporal.ChronoField, JulianFields and WeekFields.
type field int

const (
	era field = iota
	yearOfEra
	year
	quarterOfYear
	monthOfYear
	alignedDayOfWeekInMonth
	dayOfMonth
	dayOfYear
	dayOfWeek
	modifiedJulianDay
	weekBasedYear
	weekOfWeekBasedYear
	weekOfMonth
	localDayOfWeek
	amPm
	hourOfAmPm
	clockHourOfAmPm
	hourOfDay
	clockHourOfDay
	minuteOfHour
	secondOfMinute
	nanoOfSecond
	milliOfDay
	nanoOfDay
	offsetSeconds
	fieldCount
)

// nanosOfDay is the length of a day in nanoseconds.
const nanosOfDay = 24 * 60 * 60 * nanosOfSecond

const nanosOfSecond = 1_000_000_000

// fieldFact is what is fixed about a field: Java's name and the values that parsing takes.
type fieldFact struct {
	name        string
	least, most int64
}

// fact gives what is fixed about a field.
func (f field) fact() fieldFact {
	return [fieldCount]fieldFact{
		era:                     {"Era", 0, 1},
		yearOfEra:               {"YearOfEra", 1, 999_999_999},
		year:                    {"Year", -999_999_999, 999_999_999},
		quarterOfYear:           {"QuarterOfYear", 1, 4},
		monthOfYear:             {"MonthOfYear", 1, 12},
		alignedDayOfWeekInMonth: {"AlignedDayOfWeekInMonth", 1, 7},
		dayOfMonth:              {"DayOfMonth", 1, 31},
		dayOfYear:               {"DayOfYear", 1, 366},
		dayOfWeek:               {"DayOfWeek", 1, 7},
		modifiedJulianDay:       {"ModifiedJulianDay", -365_243_219_162 + 40_587, 365_241_780_471 + 40_587},
		weekBasedYear:           {"WeekBasedYear", -999_999_999, 999_999_999},
		weekOfWeekBasedYear:     {"WeekOfWeekBasedYear", 1, 53},
		weekOfMonth:             {"WeekOfMonth", 0, 6},
		localDayOfWeek:          {"DayOfWeek", 1, 7},
		amPm:                    {"AmPmOfDay", 0, 1},
		hourOfAmPm:              {"HourOfAmPm", 0, 11},
		clockHourOfAmPm:         {"ClockHourOfAmPm", 1, 12},
		hourOfDay:               {"HourOfDay", 0, 23},
		clockHourOfDay:          {"ClockHourOfDay", 1, 24},
		minuteOfHour:            {"MinuteOfHour", 0, 59},
		secondOfMinute:          {"SecondOfMinute", 0, 59},
		nanoOfSecond:            {"NanoOfSecond", 0, nanosOfSecond - 1},
		milliOfDay:              {"MilliOfDay", 0, nanosOfDay/1_000_000 - 1},
		nanoOfDay:               {"NanoOfDay", 0, nanosOfDay - 1},
		offsetSeconds:           {"OffsetSeconds", -18 * 3600, 18 * 3600},
	}[f]
}

// get gives a field of t; ok is false when t has no such part.
func (t Temporal) get(f field, week weekRule) (value int64, ok bool) {
	switch {
	case f == offsetSeconds:
		return int64(t.Offset), t.Has&HasOffset != 0
	case f == nanoOfSecond && t.Has&HasInstant != 0, f >= amPm && t.Has&HasTime != 0:
		return t.time(f), true
	case f < amPm && t.Has&HasDate != 0:
		return t.date(f, week), true
	}
	return 0, false
}

func (t Temporal) date(f field, week weekRule) int64 {
	switch f {
	case era:
		if t.Year < 1 {
			return 0
		}
		return 1
	case yearOfEra:
		if t.Year < 1 {
			return 1 - t.Year
		}
		return t.Year
	case year:
		return t.Year
	case quarterOfYear:
		return int64(t.Month+2) / 3
	case monthOfYear:
		return int64(t.Month)
	case alignedDayOfWeekInMonth:
		return int64(t.Day-1)%7 + 1
	case dayOfMonth:
		return int64(t.Day)
	case dayOfYear:
		return int64(t.dayOfYear())
	case dayOfWeek:
		return int64(t.weekday())
	case modifiedJulianDay:
		return t.epochDay() + 40_587
	default:
		return week.get(t, f)
	}
}

func (t Temporal) time(f field) int64 {
	hour := t.Nano / (3600 * nanosOfSecond)
	switch f {
	case amPm:
		return hour / 12
	case hourOfAmPm:
		return hour % 12
	case clockHourOfAmPm:
		return (hour+11)%12 + 1
	case hourOfDay:
		return hour
	case clockHourOfDay:
		return (hour+23)%24 + 1
	case minuteOfHour:
		return t.Nano / (60 * nanosOfSecond) % 60
	case secondOfMinute:
		return t.Nano / nanosOfSecond % 60
	case nanoOfSecond:
		return t.Nano % nanosOfSecond
	case milliOfDay:
		return t.Nano / 1_000_000
	default:
		return t.Nano
	}
}
