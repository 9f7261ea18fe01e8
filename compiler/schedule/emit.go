package schedule

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file writes schedules as EventBridge Scheduler does (EventBridge Scheduler User Guide, "Cron-based schedules"):
// cron(minute hour day month weekday year), of which one of the two days is ?.

// EventBridge implements Schedule.
func (c *cron) EventBridge() (string, error) {
	if seconds := c.second.values(); len(seconds) != 1 || seconds[0] != 0 {
		return "", c.onTheMinute()
	}
	if !c.happens() {
		return "", c.whole.fail("write days that the months have", "%q names no day of any year", c.whole.text)
	}
	if c.years != nil { // it was written for EventBridge
		return c.whole.text, nil
	}
	day, weekday, err := c.eventBridgeDays()
	if err != nil {
		return "", err
	}
	return "cron(" + strings.Join([]string{c.minute.eventBridge(), c.hour.eventBridge(), day, c.month.eventBridge(), weekday, "*"}, " ") + ")", nil
}

// happens reports whether a day of some year matches. Every calendar there is occurs in 28 years around a leap year
// that is divisible by 400.
func (c *cron) happens() bool {
	for year := 2000; year < 2028; year++ {
		for day := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
			if c.month.has(int(day.Month())) && c.days.has(day) {
				return true
			}
		}
	}
	return false
}

// eventBridgeDays writes the two days.
func (c *cron) eventBridgeDays() (day, weekday string, err *Error) {
	everyDay, everyWeekday := c.days.ofMonth.isEvery(), c.days.ofWeek.isEveryWeekday()
	switch {
	case everyDay && everyWeekday, c.days.either && (everyDay || everyWeekday):
		return "*", "?", nil
	case c.days.either:
		return "", "", c.eitherDay()
	case everyDay:
		weekday, err = c.eventBridgeWeekdays()
		return "?", weekday, err
	case everyWeekday:
		day, err = c.eventBridgeDaysOfMonth()
		return day, "?", err
	}
	return c.bothDays()
}

func (s daySet) isEveryWeekday() bool {
	for day := range 7 {
		if !s.hasDay(day) {
			return false
		}
	}
	return true
}

// bothDays writes a day of the month and a weekday that must both hold: MON in the days 8 to 14 is the second Monday.
func (c *cron) bothDays() (day, weekday string, err *Error) {
	ofMonth, ofWeek := c.days.ofMonth, c.days.ofWeek
	if weekdays := ofWeek.weekdays(); len(ofMonth.rules) == 0 && len(ofWeek.rules) == 0 && len(weekdays) == 1 {
		days := ofMonth.values()
		first := days[0]
		whole := len(days) == 7 && days[6] == first+6 || first == 29 && len(days) == 3
		if whole && first%7 == 1 {
			return "?", nth(weekdays[0], first/7+1), nil
		}
	}
	return "", "", c.oneOfTheDays()
}

// weekdays lists the weekdays of a set, 0 for Sunday.
func (s daySet) weekdays() []int {
	var list []int
	for day := range 7 {
		if s.hasDay(day) {
			list = append(list, day)
		}
	}
	return list
}

// nth writes the n-th weekday of a month; EventBridge counts Sunday as 1.
func nth(weekday, number int) string { return strconv.Itoa(weekday+1) + "#" + strconv.Itoa(number) }

// eventBridgeDaysOfMonth writes days of the month, or one rule.
func (c *cron) eventBridgeDaysOfMonth() (string, *Error) {
	days := c.days.ofMonth
	if len(days.rules) == 0 {
		return days.field.eventBridge(), nil
	}
	if len(days.rules)+len(days.spans) > 1 {
		return "", c.pieces(days.part)
	}
	rule := days.rules[0]
	switch {
	case rule.kind == lastDay && rule.number == 0:
		return "L", nil
	case rule.kind == nearestTo && rule.number < 28:
		return strconv.Itoa(rule.number) + "W", nil
	case rule.kind == nearestTo:
		return "", c.nearTheEnd(rule)
	case rule.kind == lastDay:
		if groups := c.monthsByLength(); len(groups) == 1 && groups[0].days != february {
			return strconv.Itoa(groups[0].days - rule.number), nil
		}
		return "", c.beforeTheLast(rule)
	}
	return "", c.lastWorkday(rule)
}

// eventBridgeWeekdays writes weekdays, or one rule.
func (c *cron) eventBridgeWeekdays() (string, *Error) {
	weekdays := c.days.ofWeek
	if len(weekdays.rules) == 0 {
		return weekdays.weekdayNames(), nil
	}
	if len(weekdays.rules)+len(weekdays.spans) > 1 {
		return "", c.pieces(weekdays.part)
	}
	rule := weekdays.rules[0]
	if rule.kind == lastOfMonth {
		return strconv.Itoa(rule.weekday+1) + "L", nil
	}
	return nth(rule.weekday, rule.number), nil
}

// weekdayNames writes weekdays by name, because everybody counts them differently. A range over the turn of EventBridge's
// week, which starts on Sunday, and a step become lists.
func (s daySet) weekdayNames() string {
	var items []string
	for _, span := range s.spans {
		days := span.values()
		if span.step == 1 && len(days) >= 7 {
			return "*"
		}
		if span.form == between && span.step == 1 && len(days) > 1 && span.last < 7 {
			days = nil
			items = append(items, weekNames()[span.first]+"-"+weekNames()[span.last])
		}
		for _, name := range namesOf(days) {
			if !slices.Contains(items, name) {
				items = append(items, name)
			}
		}
	}
	return strings.Join(items, ",")
}
