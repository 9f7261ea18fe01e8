package schedule

import (
	"slices"
	"time"
)

// days is when a schedule fires in a month: by the day of the month, by the weekday, or by both.
type days struct {
	ofMonth, ofWeek daySet
	// either reports that one of the two is enough; otherwise both must hold.
	either bool
}

// daySet is a field of days, in which some may be given by a rule.
type daySet struct {
	field // of the days that are given by number
	rules []dayRule
}

// add adds a rule once. One that no month can fulfil adds nothing.
func (s *daySet) add(rule dayRule) {
	never := rule.kind == lastDay && rule.number > 30 || rule.kind == nthOfMonth && rule.number > 5
	known := slices.ContainsFunc(s.rules, func(r dayRule) bool {
		return r.kind == rule.kind && r.number == rule.number && r.weekday == rule.weekday
	})
	if !never && !known {
		s.rules = append(s.rules, rule)
	}
}

// dayRule is a day that moves with the month.
type dayRule struct {
	kind    ruleKind
	number  int // W: the day; L-n: n; #: which one
	weekday int // 0 for Sunday
	part    part
}

type ruleKind int

const (
	lastDay       ruleKind = iota // L, L-3
	lastWorkday                   // LW
	nearestTo                     // 15W
	nearestWithin                 // 15W of EventBridge, which gives way to an earlier day at the end of a month, too
	nthOfMonth                    // MON#2
	lastOfMonth                   // 5L
)

func (d days) has(day time.Time) bool {
	if d.either {
		return d.ofMonth.hasDayOfMonth(day) || d.ofWeek.hasWeekday(day)
	}
	return d.ofMonth.hasDayOfMonth(day) && d.ofWeek.hasWeekday(day)
}

func (s daySet) hasDayOfMonth(day time.Time) bool { return s.has(day.Day()) || s.hasRule(day) }

func (s daySet) hasWeekday(day time.Time) bool { return s.hasDay(int(day.Weekday())) || s.hasRule(day) }

// hasDay looks for a weekday, of which Sunday is both 0 and 7.
func (s daySet) hasDay(weekday int) bool { return s.has(weekday) || weekday == 0 && s.has(7) }

func (s daySet) hasRule(day time.Time) bool {
	for _, rule := range s.rules {
		if rule.has(day) {
			return true
		}
	}
	return false
}

func (r dayRule) has(day time.Time) bool {
	last := lastOf(day)
	switch r.kind {
	case lastDay:
		return day.Day() == last-r.number
	case lastWorkday:
		return isWorkday(day) && (day.Day() == last || day.Weekday() == time.Friday && day.Day() >= last-2)
	case nearestWithin:
		return r.isNearest(day) || r.number == last && day.Day() == last-2 && day.Weekday() == time.Friday
	case nearestTo:
		return r.isNearest(day)
	case nthOfMonth:
		return int(day.Weekday()) == r.weekday && (day.Day()+6)/7 == r.number
	default:
		return int(day.Weekday()) == r.weekday && day.Day() > last-7
	}
}

// isNearest: a Saturday gives way to the Friday before, a Sunday to the Monday after, as long as that is in the month;
// Saturday the first gives way to Monday the third.
func (r dayRule) isNearest(day time.Time) bool {
	switch day.Day() - r.number {
	case 0:
		return isWorkday(day)
	case -1:
		return day.Weekday() == time.Friday && r.number <= lastOf(day)
	case 1:
		return day.Weekday() == time.Monday
	case 2:
		return day.Weekday() == time.Monday && r.number == 1
	}
	return false
}

func isWorkday(day time.Time) bool {
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// lastOf is the number of days in the month of a day.
func lastOf(day time.Time) int { return daysIn(day.Year(), day.Month()) }

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
