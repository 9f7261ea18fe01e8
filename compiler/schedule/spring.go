package schedule

import (
	"math"
	"strconv"
	"strings"
)

// This file reads the expressions of org.springframework.scheduling.support.CronExpression (Spring 6.2), exactly: what
// that class takes is taken, and means the same.

const springFix = `write six fields: second minute hour day month weekday, such as "0 0 6 * * MON-FRI"`

// ParseSpring reads six fields: second, minute, hour, day of the month, month, weekday. An error is an *Error.
func ParseSpring(text string) (Schedule, error) {
	if len(text) > longestText {
		return nil, part{text: text}.fail(springFix, "a cron expression has at most %d characters", longestText)
	}
	parts := springFields(springMacro(text))
	if len(parts) != 6 {
		return nil, part{text: text}.fail(springFix, "a cron expression has six fields (second minute hour day month weekday), this one has %d", len(parts))
	}
	c := &cron{whole: part{text: text}, parse: ParseSpring, repeats: true}
	var err *Error
	if c.second, err = springField(seconds(), parts[0]); err != nil {
		return nil, err
	}
	if c.minute, err = springField(minutes(), parts[1]); err != nil {
		return nil, err
	}
	if c.hour, err = springField(hours(), parts[2]); err != nil {
		return nil, err
	}
	if c.days.ofMonth, err = springDays(parts[3]); err != nil {
		return nil, err
	}
	if c.month, err = springField(months(), parts[4]); err != nil {
		return nil, err
	}
	if c.days.ofWeek, err = springWeekdays(parts[5]); err != nil {
		return nil, err
	}
	return c, nil
}

// springMacro expands names such as @daily.
func springMacro(text string) string {
	switch strings.ToLower(trimJava(text)) {
	case "@yearly", "@annually":
		return "0 0 0 1 1 *"
	case "@monthly":
		return "0 0 0 1 * *"
	case "@weekly":
		return "0 0 0 * * 0"
	case "@daily", "@midnight":
		return "0 0 0 * * *"
	case "@hourly":
		return "0 0 * * * *"
	}
	return text
}

// trimJava trims as String.trim does: everything up to the blank.
func trimJava(text string) string {
	return strings.TrimFunc(text, func(c rune) bool { return c <= ' ' })
}

// springFields splits at blanks only; other white space around a field is trimmed.
func springFields(text string) []part {
	var parts []part
	for start := 0; start <= len(text); {
		end := start + strings.IndexByte(text[start:]+" ", ' ')
		trimmed := trimJava(text[start:end])
		if trimmed != "" {
			offset := strings.Index(text[start:end], trimmed)
			parts = append(parts, part{trimmed, start + offset})
		}
		start = end + 1
	}
	return parts
}

// springField reads a list of numbers, ranges and steps.
func springField(u unit, p part) (field, *Error) {
	var spans []span
	for _, item := range p.items() {
		s, err := springSpan(u, item)
		if err != nil {
			return field{}, err
		}
		spans = append(spans, s)
	}
	return newField(u, p, spans), nil
}

// springSpan reads one item of a list.
func springSpan(u unit, p part) (span, *Error) {
	written := springNumbers(u, p.text)
	value, step, stepped := strings.Cut(written, "/")
	s, err := springRange(u, value, p)
	if err != nil {
		return span{}, err
	}
	s.named = u.names != nil && strings.ContainsFunc(p.text, func(c rune) bool { return c >= 'A' })
	if !stepped {
		return s, nil
	}
	number, ok := javaInt(step)
	if !ok || number < 1 {
		return span{}, p.fail("write a step of 1 or more, such as */5", "%q is not a step of the %s", step, u.name)
	}
	if s.form == single {
		s.form, s.last = from, springHigh(u)
	}
	s.step = number
	return s, nil
}

// springNumbers replaces names by numbers wherever they stand, as Spring does.
func springNumbers(u unit, text string) string {
	names := u.names
	if u.name == weekdays().name {
		names = append(append([]string{}, weekNames()[1:]...), "SUN")
	}
	if names == nil {
		return text
	}
	text = strings.ToUpper(text)
	for i, name := range names {
		text = strings.ReplaceAll(text, name, strconv.Itoa(i+1))
	}
	return text
}

// springRange reads *, a number or two numbers with a hyphen.
func springRange(u unit, text string, p part) (span, *Error) {
	if text == "*" {
		return span{first: springLow(u), last: springHigh(u), step: 1, form: all}, nil
	}
	low, high, ranged := strings.Cut(text, "-")
	first, err := springValue(u, low, p)
	if err != nil || !ranged {
		return span{first: first, last: first, step: 1}, err
	}
	last, err := springValue(u, high, p)
	if err != nil {
		return span{}, err
	}
	if u.name == weekdays().name && first == 7 {
		first = 0 // a range may begin on Sunday
	}
	if first > last {
		return span{}, p.fail(backwardsFix(u, first, last), "the range %q runs backwards", p.text)
	}
	return span{first: first, last: last, step: 1, form: between}, nil
}

// springLow and springHigh bound *: a week runs from Monday, 1, to Sunday, 7.
func springLow(u unit) int {
	if u.name == weekdays().name {
		return 1
	}
	return u.low
}

func springHigh(u unit) int { return u.high }

func springValue(u unit, text string, p part) (int, *Error) {
	number, ok := javaInt(text)
	if !ok || number < u.low || number > u.high {
		return 0, p.fail(valueFix(u), "%q is not %s%s", p.text, u.article(), rangeOf(u))
	}
	return number, nil
}

// javaInt reads a number as Integer.parseInt does.
func javaInt(text string) (int, bool) {
	digits := strings.TrimPrefix(strings.TrimPrefix(text, "-"), "+")
	if digits == "" || len(text)-len(digits) > 1 || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	number, err := strconv.Atoi(text)
	return number, err == nil && number >= math.MinInt32 && number <= math.MaxInt32
}

// springDays reads the days of a month: also L, L-3, LW and 15W.
func springDays(p part) (daySet, *Error) {
	isRule := func(text string) bool { return strings.ContainsAny(text, "LW") }
	return springDaySet(daysOfMonth(), p, isRule, springDayRule)
}

// springWeekdays reads weekdays: also 5L and MON#2.
func springWeekdays(p part) (daySet, *Error) {
	isRule := func(text string) bool { return strings.ContainsAny(springNumbers(weekdays(), text), "L#") }
	return springDaySet(weekdays(), p, isRule, springWeekdayRule)
}

// springDaySet reads a list of days. "?" alone, and beside rules as an item, means every day.
func springDaySet(u unit, p part, isRule func(string) bool, rule func(part) (dayRule, *Error)) (daySet, *Error) {
	var set daySet
	var spans []span
	hasRules := isRule(p.text)
	for _, item := range p.items() {
		if isRule(item.text) {
			r, err := rule(item)
			if err != nil {
				return daySet{}, err
			}
			set.add(r)
			continue
		}
		if item.text == "?" && (hasRules || len(p.text) == 1) {
			item.text = "*"
		}
		s, err := springSpan(u, item)
		if err != nil {
			return daySet{}, err
		}
		spans = append(spans, s)
	}
	set.field = newField(u, p, spans)
	return set, nil
}

func springDayRule(p part) (dayRule, *Error) {
	refuse := func() (dayRule, *Error) {
		return dayRule{}, p.fail("write L for the last day, LW for the last working day, L-3 for the third before the last, 15W for the working day nearest to the 15th", "%q is not a day of the month", p.text)
	}
	if i := strings.LastIndexByte(p.text, 'L'); i > 0 {
		return refuse()
	} else if i == 0 {
		switch p.text {
		case "L":
			return dayRule{kind: lastDay, part: p}, nil
		case "LW":
			return dayRule{kind: lastWorkday, part: p}, nil
		}
		offset, ok := javaInt(p.text[1:])
		if !ok || offset >= 0 {
			return refuse()
		}
		return dayRule{kind: lastDay, number: -offset, part: p}, nil
	}
	number, ok := javaInt(strings.TrimSuffix(p.text, "W"))
	if !ok || number < 1 || number > 31 {
		return refuse()
	}
	return dayRule{kind: nearestTo, number: number, part: p}, nil
}

func springWeekdayRule(p part) (dayRule, *Error) {
	text := springNumbers(weekdays(), p.text)
	refuse := func() (dayRule, *Error) {
		return dayRule{}, p.fail("write 5L for the last Friday, MON#2 for the second Monday", "%q is not a weekday", p.text)
	}
	day, nth, isNth := strings.Cut(text, "#")
	if strings.Contains(text, "L") {
		day, isNth = strings.TrimSuffix(text, "L"), false
	} else if i := strings.LastIndexByte(text, '#'); i >= 0 {
		day, nth = text[:i], text[i+1:]
	}
	weekday, ok := javaInt(day)
	if !ok || weekday < 0 || weekday > 7 {
		return refuse()
	}
	if !isNth {
		return dayRule{kind: lastOfMonth, weekday: weekday % 7, part: p}, nil
	}
	number, ok := javaInt(nth)
	if !ok || number < 1 {
		return refuse()
	}
	return dayRule{kind: nthOfMonth, number: number, weekday: weekday % 7, part: p}, nil
}
