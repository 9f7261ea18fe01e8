package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file is a model of EventBridge Scheduler's cron(…) and of crontab(5), written from their manuals and sharing nothing
// with the package: each field becomes the list of its values, each day is looked at.

// failer is a test, or a case of a property.
type failer interface {
	Helper()
	Errorf(format string, arguments ...any)
	Fatalf(format string, arguments ...any)
}

// expand lists what a field of numbers, ranges and steps stands for.
func expand(t failer, text string, low, high int, names string) []int {
	t.Helper()
	number := func(text string) int {
		if i := strings.Index(names, text); len(text) == 3 && i >= 0 {
			return i/4 + low
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < low || n > high {
			t.Fatalf("%q is not a number from %d to %d", text, low, high)
		}
		return n
	}
	var list []int
	for _, item := range strings.Split(text, ",") {
		value, step := item, 1
		if i := strings.IndexByte(item, '/'); i >= 0 {
			value, step = item[:i], number(item[i+1:])
		}
		first, last := low, high
		if i := strings.IndexByte(value, '-'); i >= 0 {
			first, last = number(value[:i]), number(value[i+1:])
		} else if value != "*" {
			first = number(value)
			if value == item {
				last = first
			}
		}
		if first > last || step < 1 {
			t.Fatalf("%q cannot be", item)
		}
		for ; first <= last; first += step {
			list = append(list, first)
		}
	}
	return list
}

const (
	monthNamesModel = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
	weekNamesModel  = "SUN MON TUE WED THU FRI SAT"
)

// clockTimes lists minutes of a day in their order.
func clockTimes(minutes, hours []int) []time.Duration {
	var list []time.Duration
	for hour := range 24 {
		for minute := range 60 {
			if slices.Contains(hours, hour) && slices.Contains(minutes, minute) {
				list = append(list, time.Duration(hour)*time.Hour+time.Duration(minute)*time.Minute)
			}
		}
	}
	return list
}

// modelTimes lists the times of some years at which cron(…) fires, in UTC. It fails where AWS would refuse the expression.
func modelTimes(t failer, expression string, first, last int) []time.Time {
	t.Helper()
	inner, ok := strings.CutPrefix(expression, "cron(")
	f := strings.Fields(strings.TrimSuffix(inner, ")"))
	if !ok || len(f) != 6 || (f[2] == "?") == (f[4] == "?") || f[5] != "*" {
		t.Fatalf("AWS refuses %s", expression)
	}
	clock := clockTimes(expand(t, f[0], 0, 59, ""), expand(t, f[1], 0, 23, ""))
	months := expand(t, f[3], 1, 12, monthNamesModel)
	var times []time.Time
	for day := time.Date(first, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() <= last; day = day.AddDate(0, 0, 1) {
		if !slices.Contains(months, int(day.Month())) || !modelDay(t, f[2], day) || !modelWeekday(t, f[4], day) {
			continue
		}
		for _, c := range clock {
			times = append(times, day.Add(c))
		}
	}
	return times
}

func modelDay(t failer, text string, day time.Time) bool {
	t.Helper()
	last := day.AddDate(0, 1, -day.Day()).Day()
	switch {
	case text == "?":
		return true
	case text == "L":
		return day.Day() == last
	case strings.HasSuffix(text, "W"):
		n := expand(t, strings.TrimSuffix(text, "W"), 1, 31, "")[0]
		nearest := day.AddDate(0, 0, n-day.Day())
		switch nearest.Weekday() {
		case time.Saturday:
			nearest = nearest.AddDate(0, 0, map[bool]int{true: 2, false: -1}[n == 1])
		case time.Sunday:
			nearest = nearest.AddDate(0, 0, 1)
		}
		return nearest.Equal(day)
	}
	return slices.Contains(expand(t, text, 1, 31, ""), day.Day())
}

func modelWeekday(t failer, text string, day time.Time) bool {
	t.Helper()
	number := int(day.Weekday()) + 1
	switch {
	case text == "?":
		return true
	case strings.HasSuffix(text, "L"):
		return expand(t, strings.TrimSuffix(text, "L"), 1, 7, weekNamesModel)[0] == number && day.AddDate(0, 0, 7).Month() != day.Month()
	case strings.Contains(text, "#"):
		weekday, nth, _ := strings.Cut(text, "#")
		return expand(t, weekday, 1, 7, weekNamesModel)[0] == number && expand(t, nth, 1, 5, "")[0] == (day.Day()-1)/7+1
	}
	return slices.Contains(expand(t, text, 1, 7, weekNamesModel), number)
}

// crontabTimes lists the times of some years at which a crontab line fires, in UTC.
func crontabTimes(t failer, expression string, first, last int) []time.Time {
	t.Helper()
	f := strings.Fields(strings.ToUpper(expression))
	clock := clockTimes(expand(t, f[0], 0, 59, ""), expand(t, f[1], 0, 23, ""))
	days, months := expand(t, f[2], 1, 31, ""), expand(t, f[3], 1, 12, monthNamesModel)
	weekdays := expand(t, f[4], 0, 7, weekNamesModel+" SUN")
	var times []time.Time
	for day := time.Date(first, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() <= last; day = day.AddDate(0, 0, 1) {
		weekday := int(day.Weekday())
		onDay := slices.Contains(days, day.Day())
		onWeekday := slices.Contains(weekdays, weekday) || weekday == 0 && slices.Contains(weekdays, 7)
		fires := onDay && onWeekday
		if f[2][0] != '*' && f[4][0] != '*' {
			fires = onDay || onWeekday
		}
		for _, c := range clock {
			if fires && slices.Contains(months, int(day.Month())) {
				times = append(times, day.Add(c))
			}
		}
	}
	return times
}

// sameTimes compares a schedule's times with a model's.
func sameTimes(t failer, name string, schedule Schedule, want []time.Time, first int) {
	t.Helper()
	at := time.Date(first, 1, 1, 0, 0, 0, -1, time.UTC)
	for i, next := range want[:min(len(want), 3000)] {
		if at = schedule.Next(at); !at.Equal(next) {
			t.Errorf("%s: time %d is %v, want %v", name, i+1, at, next)
			return
		}
	}
	if len(want) == 0 {
		if at = schedule.Next(at); !at.IsZero() && at.Year() < first+2 {
			t.Errorf("%s: fires at %v, want never", name, at)
		}
	}
}

// agrees compares a schedule with what it emits: as the model reads it, and as this package reads it.
func agrees(t failer, name string, schedule Schedule) (emitted bool) {
	t.Helper()
	const first, last = 2024, 2025 // with and without a 29 February
	expression, err := schedule.EventBridge()
	if err != nil {
		return false
	}
	want := modelTimes(t, expression, first, last)
	sameTimes(t, name+" as "+expression, schedule, want, first)
	again, err := ParseEventBridge(expression)
	if err != nil {
		t.Errorf("%s: %s: %v", name, expression, err)
		return true
	}
	sameTimes(t, expression, again, want, first)
	if same, err := again.EventBridge(); err != nil || same != expression {
		t.Errorf("%s is read as %s, %v", expression, same, err)
	}
	return true
}

func describeError(err error) string {
	if err == nil {
		return "no error"
	}
	e := err.(*Error)
	return fmt.Sprintf("%d-%d: %s; %s", e.Start, e.End, e.Reason, e.Fix)
}
