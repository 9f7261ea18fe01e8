package apichap

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// This file reads time triggers. Their cron expressions are those of the Spring framework (second minute hour day month weekday);
// EventBridge Scheduler has no seconds, but a year, and wants a "?" for one of the two days.

func (r *reader) triggers(node *source.Node) []ir.Trigger {
	var list []ir.Trigger
	for _, item := range node.List("triggers") {
		fields := item.Map("a trigger")
		name, cron := fields.Need("name"), fields.Need("cron")
		fields.Done()
		if name == nil || cron == nil {
			continue
		}
		label, _ := name.Str()
		text, ok := cron.Str()
		if !ok {
			continue
		}
		expression, err := eventBridgeCron(text)
		if err != nil {
			cron.Report(diag.Diagnostic{Code: codeCron, Summary: err.Error()})
			continue
		}
		list = append(list, &ir.Schedule{Name: label, Expression: expression, Range: item.Range})
	}
	return list
}

// macros are Spring's names for common schedules.
func macros() map[string]string {
	return map[string]string{
		"@yearly": "0 0 0 1 1 *", "@annually": "0 0 0 1 1 *", "@monthly": "0 0 0 1 * *", "@weekly": "0 0 0 * * 0",
		"@daily": "0 0 0 * * *", "@midnight": "0 0 0 * * *", "@hourly": "0 0 * * * *",
	}
}

// eventBridgeCron translates a cron expression of Spring.
func eventBridgeCron(text string) (string, error) {
	if expanded, ok := macros()[strings.ToLower(strings.TrimSpace(text))]; ok {
		text = expanded
	}
	fields := strings.Fields(strings.ToUpper(text))
	if len(fields) != 6 {
		return "", fmt.Errorf("a cron expression has six fields (second minute hour day month weekday), this one has %d", len(fields))
	}
	second, minute, hour, day, month, weekday := fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]
	if second != "0" && second != "00" {
		return "", fmt.Errorf("the second must be 0, not %s: schedules on AWS start on the minute", strconv.Quote(second))
	}
	checks := []struct {
		text, what string
		low, high  int
		names      []string
	}{{minute, "minute", 0, 59, nil}, {hour, "hour", 0, 23, nil}, {month, "month", 1, 12, monthNames()}}
	for _, check := range checks {
		if err := checkField(check.text, check.what, check.low, check.high, check.names); err != nil {
			return "", err
		}
	}
	day, weekday, err := cronDays(day, weekday)
	if err != nil {
		return "", err
	}
	return "cron(" + strings.Join([]string{minute, hour, day, month, weekday, "*"}, " ") + ")", nil
}

func monthNames() []string {
	return []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
}

func dayNames() []string { return []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"} }

// checkField checks lists, ranges and steps of numbers or names.
func checkField(text, what string, low, high int, names []string) error {
	for _, item := range strings.Split(text, ",") {
		span, step, stepped := strings.Cut(item, "/")
		if stepped {
			if n, err := strconv.Atoi(step); err != nil || n < 1 {
				return fmt.Errorf("%q is not a step of the %s", step, what)
			}
		}
		if span == "*" {
			continue
		}
		for _, value := range strings.SplitN(span, "-", 2) {
			if slices.Contains(names, value) {
				continue
			}
			if n, err := strconv.Atoi(value); err != nil || n < low || n > high {
				return fmt.Errorf("%q is not a %s from %d to %d", value, what, low, high)
			}
		}
	}
	return nil
}

// cronDays translates day of month and weekday, of which EventBridge wants one to be "?". Spring demands both when both are given.
func cronDays(day, weekday string) (string, string, error) {
	anyDay, anyWeekday := day == "*" || day == "?", weekday == "*" || weekday == "?"
	switch {
	case !anyDay && !anyWeekday:
		return "", "", errors.New("a day of the month and a weekday together are not supported: AWS schedules take only one of them")
	case !anyDay:
		if err := checkDay(day); err != nil {
			return "", "", err
		}
		return day, "?", nil
	case anyWeekday:
		return "*", "?", nil
	default:
		names, err := weekdays(weekday)
		return "?", names, err
	}
}

// checkDay checks a day of the month: numbers, L (the last), or nW (the weekday nearest to n).
func checkDay(day string) error {
	if day == "L" {
		return nil
	}
	if near, ok := strings.CutSuffix(day, "W"); ok {
		if near == "" || strings.HasPrefix(near, "L") {
			return fmt.Errorf("%q is not supported by AWS schedules", day)
		}
		return checkField(near, "day", 1, 31, nil)
	}
	if strings.HasPrefix(day, "L-") {
		return fmt.Errorf("%q is not supported by AWS schedules", day)
	}
	return checkField(day, "day", 1, 31, nil)
}

// weekdays writes weekdays by name, because Spring counts them from 0 and EventBridge from 1.
func weekdays(text string) (string, error) {
	var items []string
	for _, item := range strings.Split(text, ",") {
		if base, nth, found := strings.Cut(item, "#"); found {
			if n, err := strconv.Atoi(nth); err != nil || n < 1 || n > 5 {
				return "", fmt.Errorf("%q is not a week of the month", nth)
			}
			number, err := weekdayNumber(base)
			if err != nil {
				return "", err
			}
			items = append(items, fmt.Sprintf("%d#%s", number+1, nth))
			continue
		}
		if base, found := strings.CutSuffix(item, "L"); found && base != "" {
			number, err := weekdayNumber(base)
			if err != nil {
				return "", err
			}
			items = append(items, fmt.Sprintf("%dL", number+1))
			continue
		}
		named, err := weekdaySpan(item)
		if err != nil {
			return "", err
		}
		items = append(items, named)
	}
	return strings.Join(items, ","), nil
}

// weekdaySpan writes a day or a span of days; a span over the turn of EventBridge's week, which starts on Sunday, becomes a list.
func weekdaySpan(item string) (string, error) {
	if strings.Contains(item, "/") {
		return "", fmt.Errorf("steps of weekdays (%q) are not supported, list the days", item)
	}
	first, last, isSpan := strings.Cut(item, "-")
	from, err := weekdayNumber(first)
	if err != nil || !isSpan {
		return dayNames()[from], err
	}
	to, err := weekdayNumber(last)
	if err != nil {
		return "", err
	}
	if from <= to {
		return dayNames()[from] + "-" + dayNames()[to], nil
	}
	var days []string
	for day := from; day <= to+7; day++ {
		days = append(days, dayNames()[day%7])
	}
	return strings.Join(days, ","), nil
}

// weekdayNumber gives 0 for Sunday to 6 for Saturday; Spring takes 7 for Sunday too.
func weekdayNumber(text string) (int, error) {
	if i := slices.Index(dayNames(), text); i >= 0 {
		return i, nil
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 0 || number > 7 {
		return 0, fmt.Errorf("%q is not a weekday", text)
	}
	return number % 7, nil
}
