package schedule

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file reads the expressions of EventBridge Scheduler (User Guide, "Schedule types").

const awsFix = `write cron(minute hour day month weekday year) with ? for one of the two days, or rate(5 minutes)`

// ParseEventBridge reads cron(…) and rate(…). An error is an *Error.
func ParseEventBridge(text string) (Schedule, error) {
	trimmed := strings.TrimSpace(text)
	whole := part{trimmed, strings.Index(text, trimmed)}
	open := strings.IndexByte(trimmed, '(')
	if open < 0 || !strings.HasSuffix(trimmed, ")") {
		return nil, whole.fail(awsFix, "%q is neither cron(…) nor rate(…)", text)
	}
	fields := blankFields(trimmed[open+1 : len(trimmed)-1])
	for i := range fields {
		fields[i].start += whole.start + open + 1
	}
	switch trimmed[:open] {
	case "cron":
		return awsSchedule(awsCron(whole, fields))
	case "rate":
		return awsSchedule(awsRate(whole, fields))
	}
	return nil, whole.fail(awsFix, "%q is neither cron(…) nor rate(…)", text)
}

// awsSchedule keeps a nil *Error from becoming an error.
func awsSchedule(s Schedule, err *Error) (Schedule, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// rate fires at regular intervals from the time on at which the schedule is made.
type rate struct {
	every time.Duration
	text  string
}

// Next implements Schedule for a schedule that has fired, or was made, at the time given.
func (r rate) Next(after time.Time) time.Time { return after.Add(r.every) }

// EventBridge implements Schedule.
func (r rate) EventBridge() (string, error) { return r.text, nil }

func awsRate(whole part, fields []part) (Schedule, *Error) {
	const fix = "write a positive number and minutes, hours or days, such as rate(5 minutes)"
	if len(fields) != 2 {
		return nil, whole.fail(fix, "a rate has a number and a unit")
	}
	number, err := strconv.Atoi(fields[0].text)
	if err != nil || number < 1 || number > 1_000_000 || fields[0].text[0] == '+' {
		return nil, fields[0].fail(fix, "%q is not a positive number", fields[0].text)
	}
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	unit, known := units[strings.TrimSuffix(fields[1].text, "s")]
	if !known {
		return nil, fields[1].fail(fix, "%q is not minutes, hours or days", fields[1].text)
	}
	return rate{time.Duration(number) * unit, whole.text}, nil
}

func awsCron(whole part, fields []part) (Schedule, *Error) {
	if len(fields) != 6 {
		return nil, whole.fail(awsFix, "a cron(…) has six fields (minute hour day month weekday year), this one has %d", len(fields))
	}
	if (fields[2].text == "?") == (fields[4].text == "?") {
		return nil, whole.fail(awsFix, "exactly one of day and weekday must be ?")
	}
	c := &cron{whole: whole, second: only(seconds(), 0), years: &field{}}
	var err *Error
	if c.minute, err = crontabField(minutes(), fields[0]); err != nil {
		return nil, err
	}
	if c.hour, err = crontabField(hours(), fields[1]); err != nil {
		return nil, err
	}
	if c.days.ofMonth, err = awsDays(daysOfMonth(), fields[2], awsDayRule); err != nil {
		return nil, err
	}
	if c.month, err = crontabField(months(), fields[3]); err != nil {
		return nil, err
	}
	if c.days.ofWeek, err = awsDays(awsWeekdays(), fields[4], awsWeekdayRule); err != nil {
		return nil, err
	}
	c.days.ofWeek = fromSunday(c.days.ofWeek)
	*c.years, err = crontabField(unit{name: "year", low: 1970, high: 2199}, fields[5])
	return c, err
}

// awsWeekdays counts Sunday as 1.
func awsWeekdays() unit { return unit{name: "day of the week", low: 1, high: 7, names: weekNames()} }

// fromSunday counts weekdays from 0 instead of 1.
func fromSunday(s daySet) daySet {
	spans := slices.Clone(s.spans)
	for i := range spans {
		spans[i].first--
		spans[i].last--
	}
	s.field = newField(weekdays(), s.part, spans)
	return s
}

// awsDays reads a field of days: numbers, or one rule.
func awsDays(u unit, p part, rule func(part) (dayRule, bool)) (daySet, *Error) {
	if r, ok := rule(p); ok {
		return daySet{field: newField(u, p, nil), rules: []dayRule{r}}, nil
	}
	if p.text == "?" {
		return daySet{field: newField(u, p, []span{{first: u.low, last: u.high, step: 1, form: all}})}, nil
	}
	if strings.Contains(p.text, "?") {
		return daySet{}, p.fail(awsFix, "? stands alone")
	}
	f, err := crontabField(u, p)
	return daySet{field: f}, err
}

func awsDayRule(p part) (dayRule, bool) {
	if p.text == "L" {
		return dayRule{kind: lastDay, part: p}, true
	}
	day, isNearest := strings.CutSuffix(p.text, "W")
	number, err := strconv.Atoi(day)
	return dayRule{kind: nearestWithin, number: number, part: p}, isNearest && err == nil && number >= 1 && number <= 31
}

func awsWeekdayRule(p part) (dayRule, bool) {
	day, isLast := strings.CutSuffix(p.text, "L")
	kind, number := lastOfMonth, 1
	if !isLast {
		before, after, isNth := strings.Cut(p.text, "#")
		n, err := strconv.Atoi(after)
		if !isNth || err != nil || n < 1 || n > 5 {
			return dayRule{}, false
		}
		kind, day, number = nthOfMonth, before, n
	}
	weekday, _, err := crontabValue(awsWeekdays(), part{text: day})
	return dayRule{kind: kind, number: number, weekday: weekday - 1, part: p}, err == nil
}
