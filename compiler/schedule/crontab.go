package schedule

import (
	"slices"
	"strconv"
	"strings"
)

// This file reads the time fields of crontab(5).

const crontabFix = `write five fields: minute hour day month weekday, such as "0 6 * * 1-5"`

// longestText is more than any schedule needs that names each of its values.
const longestText = 4096

// ParseCrontab reads five fields: minute, hour, day of the month, month, weekday (0 to 7, of which 0 and 7 are Sunday).
// A number with a step, 5/15, runs to the end of the range, and ? stands for * in the two fields of days: neither is in
// crontab(5), both are widespread. An error is an *Error.
func ParseCrontab(text string) (Schedule, error) {
	if len(text) > longestText {
		return nil, part{text: text}.fail(crontabFix, "a cron schedule has at most %d characters", longestText)
	}
	parts := blankFields(crontabMacro(text))
	if len(parts) != 5 {
		return nil, part{text: text}.fail(crontabFix, "a cron schedule has five fields (minute hour day month weekday), this one has %d", len(parts))
	}
	c := &cron{whole: part{text: text}, parse: ParseCrontab, second: only(seconds(), 0)}
	var err *Error
	if c.minute, err = crontabField(minutes(), parts[0]); err != nil {
		return nil, err
	}
	if c.hour, err = crontabField(hours(), parts[1]); err != nil {
		return nil, err
	}
	if c.days.ofMonth.field, err = crontabField(daysOfMonth(), parts[2]); err != nil {
		return nil, err
	}
	if c.month, err = crontabField(months(), parts[3]); err != nil {
		return nil, err
	}
	if c.days.ofWeek.field, err = crontabField(weekdays(), parts[4]); err != nil {
		return nil, err
	}
	c.days.either = !startsWithStar(parts[2]) && !startsWithStar(parts[4])
	return c, nil
}

// startsWithStar: a field of days that does is no restriction of its own (crontab(5), "the command will be run when
// either field matches").
func startsWithStar(p part) bool { return p.text[0] == '*' || p.text[0] == '?' }

// crontabMacro expands names such as @daily. @reboot names no time.
func crontabMacro(text string) string {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "@yearly", "@annually":
		return "0 0 1 1 *"
	case "@monthly":
		return "0 0 1 * *"
	case "@weekly":
		return "0 0 * * 0"
	case "@daily", "@midnight":
		return "0 0 * * *"
	case "@hourly":
		return "0 * * * *"
	}
	return text
}

// blankFields splits at white space.
func blankFields(text string) []part {
	var parts []part
	start := -1
	for i := 0; i <= len(text); i++ {
		blank := i == len(text) || strings.IndexByte(" \t\r\n", text[i]) >= 0
		switch {
		case blank && start >= 0:
			parts = append(parts, part{text[start:i], start})
			start = -1
		case !blank && start < 0:
			start = i
		}
	}
	return parts
}

func crontabField(u unit, p part) (field, *Error) {
	var spans []span
	for _, item := range p.items() {
		s, err := crontabSpan(u, item)
		if err != nil {
			return field{}, err
		}
		spans = append(spans, s)
	}
	return newField(u, p, spans), nil
}

// crontabSpan reads one item of a list.
func crontabSpan(u unit, p part) (span, *Error) {
	value, step, stepped := strings.Cut(p.text, "/")
	s, err := crontabRange(u, p.cut(0, len(value)))
	if err != nil || !stepped {
		return s, err
	}
	number, numberErr := strconv.Atoi(step)
	if numberErr != nil || number < 1 || step[0] == '+' {
		return span{}, p.fail("write a step of 1 or more, such as */5", "%q is not a step of the %s", step, u.name)
	}
	if s.form == single {
		s.form, s.last = from, u.high
	}
	s.step = number
	return s, nil
}

func crontabRange(u unit, p part) (span, *Error) {
	isDay := u.name == daysOfMonth().name || u.name == weekdays().name
	if p.text == "*" || p.text == "?" && isDay {
		return span{first: u.low, last: u.high, step: 1, form: all}, nil
	}
	low, _, ranged := strings.Cut(p.text, "-")
	first, named, err := crontabValue(u, p.cut(0, len(low)))
	if err != nil || !ranged {
		return span{first: first, last: first, step: 1, named: named}, err
	}
	last, alsoNamed, err := crontabValue(u, p.cut(len(low)+1, len(p.text)))
	if err != nil {
		return span{}, err
	}
	if last == 0 && alsoNamed && u.name == weekdays().name {
		last = 7 // a range may end on Sunday
	}
	if first > last {
		return span{}, p.fail(backwardsFix(u, first, last), "the range %q runs backwards", p.text)
	}
	return span{first: first, last: last, step: 1, form: between, named: named && alsoNamed}, nil
}

// crontabValue reads a number or the first three letters of a month or weekday.
func crontabValue(u unit, p part) (value int, named bool, err *Error) {
	names := u.names
	if u.name == weekdays().name {
		names = weekNames()
	}
	if i := slices.Index(names, strings.ToUpper(p.text)); i >= 0 {
		return i + u.low, true, nil
	}
	number, numberErr := strconv.Atoi(p.text)
	if numberErr != nil || number < u.low || number > u.high || p.text[0] == '+' || p.text[0] == '-' {
		return 0, false, p.fail(valueFix(u), "%q is not %s%s", p.text, u.article(), rangeOf(u))
	}
	return number, false, nil
}

// rangeOf says between which numbers a unit lies.
func rangeOf(u unit) string { return " from " + strconv.Itoa(u.low) + " to " + strconv.Itoa(u.high) }

func valueFix(u unit) string {
	text := "write a number" + rangeOf(u)
	switch u.name {
	case weekdays().name:
		return text + ", or SUN to SAT"
	case months().name:
		return text + ", or JAN to DEC"
	}
	return text
}

// backwardsFix writes the two ranges that a range over the end of a unit means.
func backwardsFix(u unit, first, last int) string {
	f := field{unit: u}
	if u.name == weekdays().name {
		return "write " + strings.Join(namesOf(append(rangeFrom(first, 6), rangeFrom(0, last)...)), ",")
	}
	text := func(first, last int) string {
		item, _ := f.item(span{first: first, last: last, step: 1, form: between})
		return item
	}
	return "write " + text(first, u.high) + "," + text(u.low, last)
}

func rangeFrom(first, last int) []int {
	var list []int
	for ; first <= last; first++ {
		list = append(list, first)
	}
	return list
}

// namesOf writes weekdays, of which 0 and 7 are Sunday.
func namesOf(weekdays []int) []string {
	var names []string
	for _, day := range weekdays {
		names = append(names, weekNames()[day%7])
	}
	return names
}
