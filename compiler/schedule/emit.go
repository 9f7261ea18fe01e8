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
		return "", c.second.part.fail("write 0", "the second must be 0, not %s: schedules on AWS start on the minute", strconv.Quote(c.second.part.text))
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
		weekday, err = c.days.ofWeek.eventBridgeWeekdays()
		return "?", weekday, err
	case everyWeekday:
		day, err = c.days.ofMonth.eventBridgeDaysOfMonth()
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

// eitherDay refuses a crontab line that fires on days of the month and on weekdays besides.
func (c *cron) eitherDay() *Error {
	ofMonth, ofWeek := c.days.ofMonth.part.text, c.days.ofWeek.part.text
	return c.whole.fail(`write two schedules, one with the weekday "*" and one with the day "*"`,
		"the day of the month %s or the weekday %s starts it, and AWS schedules take only one of the two", ofMonth, ofWeek)
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
	return "", "", c.whole.fail(`write the n-th weekday of the month as MON#2, or leave one of the two out and let the operation look at the date`,
		"the day of the month %s and the weekday %s must both hold, and AWS schedules take only one of the two", ofMonth.part.text, ofWeek.part.text)
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
func (s daySet) eventBridgeDaysOfMonth() (string, *Error) {
	if len(s.rules) == 0 {
		return s.field.eventBridge(), nil
	}
	if len(s.rules)+len(s.spans) > 1 {
		return "", s.mixed()
	}
	rule := s.rules[0]
	switch {
	case rule.kind == lastDay && rule.number == 0:
		return "L", nil
	case rule.kind == nearestTo && rule.number < 28:
		return strconv.Itoa(rule.number) + "W", nil
	case rule.kind == nearestTo:
		return "", rule.part.fail("write a day up to 27W, or L", "%q means different days to AWS at the end of a month", rule.part.text)
	}
	return "", rule.part.fail("write L for the last day of the month, or 1W for its first working day", "AWS schedules have no %q", rule.part.text)
}

// eventBridgeWeekdays writes weekdays, or one rule.
func (s daySet) eventBridgeWeekdays() (string, *Error) {
	if len(s.rules) == 0 {
		return s.weekdayNames(), nil
	}
	if len(s.rules)+len(s.spans) > 1 {
		return "", s.mixed()
	}
	rule := s.rules[0]
	if rule.kind == lastOfMonth {
		return strconv.Itoa(rule.weekday+1) + "L", nil
	}
	return nth(rule.weekday, rule.number), nil
}

func (s daySet) mixed() *Error {
	return s.part.fail("write one schedule for each of them", "AWS schedules take %q only piece by piece: L, W and # stand alone there", s.part.text)
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
