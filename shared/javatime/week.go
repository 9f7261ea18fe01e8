package javatime

// weekRule says how a locale counts weeks (java.time.temporal.WeekFields): on which day they begin, 1 is Monday, and how many days of a month or year
// its first week has at least.
type weekRule struct{ first, least int }

// get gives a field that counts weeks.
func (w weekRule) get(t Temporal, f field) int64 {
	switch f {
	case weekBasedYear:
		return w.year(t)
	case weekOfWeekBasedYear:
		return int64(w.ofYear(t))
	case weekOfMonth:
		return int64(w.count(w.start(t.Day, w.day(t)), t.Day))
	default:
		return int64(w.day(t))
	}
}

// day is the day's place in its week, from 1.
func (w weekRule) day(t Temporal) int { return int(floorMod(int64(t.weekday()-w.first), 7)) + 1 }

// start is by how many days the first week begins before day 1 of a month or year of which a day and its place in the week are known.
func (w weekRule) start(day, ofWeek int) int {
	begins := int(floorMod(int64(day-ofWeek), 7))
	if begins+1 > w.least {
		return 7 - begins
	}
	return -begins
}

// count gives the week of a day when the first week begins at start; 0 is before it.
func (w weekRule) count(start, day int) int { return (7 + start + day - 1) / 7 }

func (w weekRule) year(t Temporal) int64 {
	day := t.dayOfYear()
	start := w.start(day, w.day(t))
	switch week := w.count(start, day); {
	case week == 0:
		return t.Year - 1
	case week >= w.count(start, lengthOfYear(t.Year)+w.least):
		return t.Year + 1
	default:
		return t.Year
	}
}

func (w weekRule) ofYear(t Temporal) int {
	day := t.dayOfYear()
	start := w.start(day, w.day(t))
	week := w.count(start, day)
	if week == 0 {
		return w.ofYear(t.plusDays(-int64(day)))
	}
	if next := w.count(start, lengthOfYear(t.Year)+w.least); week >= next {
		return week - next + 1
	}
	return week
}
