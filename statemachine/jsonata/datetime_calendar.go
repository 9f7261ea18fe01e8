package jsonata

import "math"

const (
	millisPerDay    = 86_400_000
	millisPerHour   = 3_600_000
	millisPerMinute = 60_000
	millisPerSecond = 1000
)

// makeUTC is Date.UTC: months count from 0, any part may overflow, the years 0 to 99 mean 1900 to 1999. NaN when a part is
// no number or the time is out of range.
func makeUTC(year, month, day, hour, minute, second, milli float64) float64 {
	all := year + month + day + hour + minute + second + milli
	if math.IsNaN(all) || math.IsInf(all, 0) || math.Abs(year) > 400_000 || math.Abs(month) > 1e7 {
		return math.NaN()
	}
	if y := math.Trunc(year); y >= 0 && y <= 99 {
		year = 1900 + y
	}
	days := daysBefore(math.Trunc(year), math.Trunc(month)) + math.Trunc(day) - 1
	millis := days*millisPerDay + math.Trunc(hour)*millisPerHour + math.Trunc(minute)*millisPerMinute + math.Trunc(second)*millisPerSecond + math.Trunc(milli)
	return timeClip(millis)
}

func timeClip(millis float64) float64 {
	if math.IsNaN(millis) || math.Abs(millis) > 8.64e15 {
		return math.NaN()
	}
	return math.Trunc(millis)
}

// daysBefore counts the days from 1970-01-01 to the first of a month, which may lie outside the year.
func daysBefore(year, month float64) float64 {
	year += math.Floor(month / 12)
	month = math.Mod(month, 12)
	if month < 0 {
		month += 12
	}
	// count years from March, so that the leap day is the last
	m := int(month) + 1
	if m <= 2 {
		year--
	}
	era := math.Floor(year / 400)
	yearOfEra := year - era*400
	dayOfYear := float64((153*((m+9)%12) + 2) / 5)
	dayOfEra := yearOfEra*365 + math.Floor(yearOfEra/4) - math.Floor(yearOfEra/100) + dayOfYear
	return era*146_097 + dayOfEra - 719_468
}

// civil is a time in UTC, taken apart.
type civil struct {
	year, month, day     float64 // month from 0
	hour, minute, second float64
	milli                float64
	weekday              float64 // Sunday is 0
	millis               float64
}

// civilOf takes a time apart; all parts are NaN when it is none.
func civilOf(millis float64) civil {
	millis = timeClip(millis)
	if math.IsNaN(millis) {
		n := math.NaN()
		return civil{n, n, n, n, n, n, n, n, n}
	}
	all := int64(millis)
	days := floorDivide(all, millisPerDay)
	rest := all - days*millisPerDay
	c := civil{millis: millis, hour: float64(rest / millisPerHour), minute: float64(rest / millisPerMinute % 60),
		second: float64(rest / millisPerSecond % 60), milli: float64(rest % millisPerSecond)}
	c.weekday = float64(((days+4)%7 + 7) % 7)
	z := days + 719_468 // from 0000-03-01, so that the leap day is the last of a year
	era := floorDivide(z, 146_097)
	dayOfEra := z - era*146_097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36_524 - dayOfEra/146_096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*dayOfYear + 2) / 153
	c.day = float64(dayOfYear - (153*shifted+2)/5 + 1)
	c.month = float64((shifted + 2) % 12)
	c.year = float64(yearOfEra + era*400)
	if c.month < 2 {
		c.year++
	}
	return c
}

func floorDivide(a, b int64) int64 {
	if q := a / b; a%b >= 0 {
		return q
	}
	return a/b - 1
}

// midnight is the start of a day.
func midnight(year, month, day float64) float64 { return makeUTC(year, month, day, 0, 0, 0, 0) }

// firstWeek is the start of the week that holds the first Thursday of a year or month; weeks start on Monday.
func firstWeek(year, month float64) float64 {
	first := midnight(year, month, 1)
	weekday := civilOf(first).weekday
	if weekday == 0 {
		weekday = 7
	}
	if weekday > 4 {
		return first + (8-weekday)*millisPerDay
	}
	return first - (weekday-1)*millisPerDay
}

func nextMonth(year, month float64) (float64, float64) {
	if month == 11 {
		return year + 1, 0
	}
	return year, month + 1
}

func previousMonth(year, month float64) (float64, float64) {
	if month == 0 {
		return year - 1, 11
	}
	return year, month - 1
}

func weeksBetween(start, end float64) float64 { return (end-start)/(millisPerDay*7) + 1 }

// part is a component of a time as a date picture names it (XPath F&O 3.1, 9.8.4.1); text for P, C and E.
func (c civil) part(component byte) (value float64, text string) {
	switch component {
	case 'Y':
		return c.year, ""
	case 'M':
		return c.month + 1, ""
	case 'D':
		return c.day, ""
	case 'd':
		return (midnight(c.year, c.month, c.day)-midnight(c.year, 0, 1))/millisPerDay + 1, ""
	case 'F':
		if c.weekday == 0 {
			return 7, ""
		}
		return c.weekday, ""
	case 'W':
		return c.weekOfYear(), ""
	case 'w':
		return c.weekOfMonth(), ""
	case 'X':
		return c.weekYear(), ""
	case 'x':
		return c.weekMonth(), ""
	case 'H':
		return c.hour, ""
	case 'h':
		if h := math.Mod(c.hour, 12); h != 0 {
			return h, ""
		}
		return 12, ""
	case 'm':
		return c.minute, ""
	case 's':
		return c.second, ""
	case 'f':
		return c.milli, ""
	case 'P':
		if c.hour >= 12 {
			return 0, "pm"
		}
		return 0, "am"
	case 'C', 'E':
		return 0, "ISO"
	}
	return math.NaN(), "undefined"
}

func (c civil) weekOfYear() float64 {
	today := midnight(c.year, c.month, c.day)
	week := weeksBetween(firstWeek(c.year, 0), today)
	if week > 52 && today >= firstWeek(c.year+1, 0) {
		week = 1
	} else if week < 1 {
		week = weeksBetween(firstWeek(c.year-1, 0), today)
	}
	return math.Floor(week)
}

func (c civil) weekOfMonth() float64 {
	today := midnight(c.year, c.month, c.day)
	week := weeksBetween(firstWeek(c.year, c.month), today)
	if week > 4 && today >= firstWeek(nextMonth(c.year, c.month)) {
		week = 1
	} else if week < 1 {
		week = weeksBetween(firstWeek(previousMonth(c.year, c.month)), today)
	}
	return math.Floor(week)
}

func (c civil) weekYear() float64 {
	switch {
	case c.millis < firstWeek(c.year, 0):
		return c.year - 1
	case c.millis >= firstWeek(c.year+1, 0):
		return c.year + 1
	}
	return c.year
}

func (c civil) weekMonth() float64 {
	month := c.month
	switch {
	case c.millis < firstWeek(c.year, c.month):
		_, month = previousMonth(c.year, c.month)
	case c.millis >= firstWeek(nextMonth(c.year, c.month)):
		_, month = nextMonth(c.year, c.month)
	}
	return month + 1
}
