package triggers

import (
	"fmt"
	"strconv"
	"strings"
)

// eventBridgeCron translates a crontab line (minute hour day month weekday) to EventBridge's six fields, in which one of the two days must
// be "?" and Sunday is 1.
func eventBridgeCron(text string) (string, error) {
	if macro, ok := map[string]string{"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}[text]; ok {
		text = macro
	}
	if strings.HasPrefix(text, "rate(") || strings.HasPrefix(text, "cron(") {
		return text, nil
	}
	fields := strings.Fields(strings.ToUpper(text))
	if len(fields) != 5 {
		return "", fmt.Errorf("a cron schedule has five fields, this one has %d", len(fields))
	}
	limits := []struct {
		what      string
		low, high int
	}{{"minute", 0, 59}, {"hour", 0, 23}, {"day", 1, 31}, {"month", 1, 12}, {"weekday", 0, 7}}
	for i, limit := range limits {
		if !cronField(fields[i], limit.low, limit.high) {
			return "", fmt.Errorf("%q is not a %s of a cron schedule", fields[i], limit.what)
		}
	}
	day, weekday := fields[2], fields[4]
	switch {
	case weekday == "*" || weekday == "?":
		weekday = "?"
	case day == "*" || day == "?":
		day, weekday = "?", cronWeekday(weekday)
	default:
		return "", fmt.Errorf("a day of the month and a weekday together are not supported: AWS schedules take only one of them")
	}
	return "cron(" + strings.Join([]string{fields[0], fields[1], day, fields[3], weekday, "*"}, " ") + ")", nil
}

func cronField(text string, low, high int) bool {
	for _, item := range strings.Split(text, ",") {
		span, step, stepped := strings.Cut(item, "/")
		if n, err := strconv.Atoi(step); stepped && (err != nil || n < 1) {
			return false
		}
		if span == "*" || span == "?" {
			continue
		}
		for _, value := range strings.SplitN(span, "-", 2) {
			if n, err := strconv.Atoi(value); err == nil && (n < low || n > high) || err != nil && !isCronName(value) {
				return false
			}
		}
	}
	return text != ""
}

func isCronName(text string) bool {
	return len(text) == 3 && strings.Contains("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC SUN MON TUE WED THU FRI SAT", text)
}

// cronWeekday counts days from Sunday = 1 instead of 0 (and 7).
func cronWeekday(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '/' { // what follows is a step, not a day
			out.WriteString(text[i:])
			break
		}
		if '0' <= c && c <= '7' {
			c = '1' + (c-'0')%7
		}
		out.WriteByte(c)
	}
	return out.String()
}
