package schedule

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/internal/property"
)

func TestCrontab(t *testing.T) {
	for text, want := range map[string]string{
		"* * * * *":           "cron(* * * * ? *)",
		"0 6 * * *":           "cron(0 6 * * ? *)",
		"0 6 * * 1-3/2,6":     "cron(0 6 ? * MON,WED,SAT *)",
		"0 6 * * 0-7":         "cron(0 6 * * ? *)",
		"0 6 * * 5-7":         "cron(0 6 ? * FRI,SAT,SUN *)",
		"0 6 * * 0-6":         "cron(0 6 * * ? *)",
		"0 6 * * 1-7":         "cron(0 6 * * ? *)",
		"0 6 * * 1-5":         "cron(0 6 ? * MON-FRI *)",
		"0 6 * * 0-3":         "cron(0 6 ? * SUN-WED *)",
		"0 6 * * 7":           "cron(0 6 ? * SUN *)",
		"0 6 * * 0,7":         "cron(0 6 ? * SUN *)",
		"0 6 * * sat-sun":     "cron(0 6 ? * SAT,SUN *)",
		"0 6 * * MON-wed,Fri": "cron(0 6 ? * MON-WED,FRI *)",
		"0 6 * * */2":         "cron(0 6 ? * SUN,TUE,THU,SAT *)",
		"0 6 * * 2/3":         "cron(0 6 ? * TUE,FRI *)",
		"0 6 * * 0-7/7":       "cron(0 6 ? * SUN *)",
		"*/15 8-17 * * 1-5":   "cron(*/15 8-17 ? * MON-FRI *)",
		"5/20 8-17/3 * * ?":   "cron(5/20 8,11,14,17 * * ? *)",
		"*/90 0 * * *":        "cron(0 0 * * ? *)",
		"0,30,*/15 0 * * *":   "cron(0,15,30,45 0 * * ? *)",
		"05 00 01 JAN,jul *":  "cron(5 0 1 JAN,JUL ? *)",
		"0 0 1-15 6-8 *":      "cron(0 0 1-15 6-8 ? *)",
		"0 0 */2 * *":         "cron(0 0 */2 * ? *)",
		"0 0 1-31/7 1-12/3 *": "cron(0 0 1,8,15,22,29 1,4,7,10 ? *)",
		"0 0 1-7 * */7":       "cron(0 0 ? * 1#1 *)",
		"0 0 13 * 0-7":        "cron(0 0 * * ? *)",
		"0 0 1-31 * 5":        "cron(0 0 * * ? *)",
		"0 0 ? * 5":           "cron(0 0 ? * FRI *)",
		"0 0 13 * ?":          "cron(0 0 13 * ? *)",
		"@daily":              "cron(0 0 * * ? *)",
		" @Weekly\n":          "cron(0 0 ? * SUN *)",
		"@annually":           "cron(0 0 1 1 ? *)",
		"0\t6  * * *\n":       "cron(0 6 * * ? *)",
		"0 0 29 2 *":          "cron(0 0 29 2 ? *)",
	} {
		schedule, err := ParseCrontab(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got, err := schedule.EventBridge(); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
		agrees(t, text, schedule)
	}
}

func TestSpringToEventBridge(t *testing.T) {
	for text, want := range map[string]string{
		"0 * * * * *":             "cron(* * * * ? *)",
		"0 0 * * * *":             "cron(0 * * * ? *)",
		"0 */15 8-17 * * MON-FRI": "cron(*/15 8-17 ? * MON-FRI *)",
		"0 0 6 * * 1-5":           "cron(0 6 ? * MON-FRI *)",
		"0 0 6 * * 0":             "cron(0 6 ? * SUN *)",
		"0 0 6 * * 7":             "cron(0 6 ? * SUN *)",
		"0 0 6 * * FRI-SUN":       "cron(0 6 ? * FRI,SAT,SUN *)",
		"0 0 6 * * 5-7":           "cron(0 6 ? * FRI,SAT,SUN *)",
		"0 0 6 * * SUN-TUE":       "cron(0 6 ? * SUN-TUE *)",
		"0 0 6 * * 0-7":           "cron(0 6 * * ? *)",
		"0 0 6 * * */2":           "cron(0 6 ? * MON,WED,FRI,SUN *)",
		"0 0 6 * * 1-3/2,6":       "cron(0 6 ? * MON,WED,SAT *)",
		"0 30 9 15W * *":          "cron(30 9 15W * ? *)",
		"0 0 0 L * ?":             "cron(0 0 L * ? *)",
		"0 0 0 ? * 5#2":           "cron(0 0 ? * 6#2 *)",
		"0 0 0 * * 5L":            "cron(0 0 ? * 6L *)",
		"0 0 0 * * SUN#1":         "cron(0 0 ? * 1#1 *)",
		"0 0 0 1-7 * MON":         "cron(0 0 ? * 2#1 *)",
		"0 0 0 22-28 * SUN":       "cron(0 0 ? * 1#4 *)",
		"0 0 0 29-31 * 6":         "cron(0 0 ? * 7#5 *)",
		"0 0 0 1-31 * MON":        "cron(0 0 ? * MON *)",
		"0 0 0 1 JAN,jul *":       "cron(0 0 1 JAN,JUL ? *)",
		"0,0 0 0 1 1/3 *":         "cron(0 0 1 1/3 ? *)",
		"*/60 0 0 1 * *":          "cron(0 0 1 * ? *)",
		"@daily":                  "cron(0 0 * * ? *)",
		"@weekly":                 "cron(0 0 ? * SUN *)",
		"00 0 12 1/5 * ?":         "cron(0 12 1/5 * ? *)",
		"0 0 0 L-3 JAN,MAR *":     "cron(0 0 28 JAN,MAR ? *)",
		"0 0 0 L-1 4/7 ?":         "cron(0 0 29 4/7 ? *)",
	} {
		schedule, err := ParseSpring(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got, err := schedule.EventBridge(); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
		agrees(t, text, schedule)
	}
}

// TestRefusals: the place, the reason and the way out.
func TestRefusals(t *testing.T) {
	parsers := map[string]func(string) (Schedule, error){"crontab": ParseCrontab, "spring": ParseSpring, "aws": ParseEventBridge}
	for _, test := range []struct{ language, text, want string }{
		{"crontab", "0 6 * *", "0-7: a cron schedule has five fields (minute hour day month weekday), this one has 4; " + crontabFix},
		{"crontab", "@reboot", "0-7: a cron schedule has five fields (minute hour day month weekday), this one has 1; " + crontabFix},
		{"crontab", "0 6 31-1 * *", `4-8: the range "31-1" runs backwards; write 31,1`},
		{"crontab", "0 22-2 * * *", `2-6: the range "22-2" runs backwards; write 22-23,0-2`},
		{"crontab", "0 6 * NOV-feb *", `6-13: the range "NOV-feb" runs backwards; write 11-12,1-2`},
		{"crontab", "0 6 * * 5-1", `8-11: the range "5-1" runs backwards; write FRI,SAT,SUN,MON`},
		{"crontab", "0 6 * * 1,60,FRI", `10-12: "60" is not a weekday from 0 to 7; write a number from 0 to 7, or SUN to SAT`},
		{"crontab", "60 6 * * *", `0-2: "60" is not a minute from 0 to 59; write a number from 0 to 59`},
		{"crontab", "0 6 0 * *", `4-5: "0" is not a day from 1 to 31; write a number from 1 to 31`},
		{"crontab", "0 6 * MON *", `6-9: "MON" is not a month from 1 to 12; write a number from 1 to 12, or JAN to DEC`},
		{"crontab", "0 */0 * * *", `2-5: "0" is not a step of the hour; write a step of 1 or more, such as */5`},
		{"crontab", "0 6, * * *", `4-4: "" is not an hour from 0 to 23; write a number from 0 to 23`},
		{"crontab", "-1 6 * * *", `0-0: "" is not a minute from 0 to 59; write a number from 0 to 59`},
		{"crontab", "0 6 L * *", `4-5: "L" is not a day from 1 to 31; write a number from 1 to 31`},
		{"crontab", "0 6 13 * 5", `0-10: the day of the month 13 or the weekday 5 starts it, and AWS schedules take only one of the two; the nearest that work are 2 schedules, "0 6 13 * *" and "0 6 * * 5"`},
		{"crontab", "0 6 31 2,4 *", `0-12: "0 6 31 2,4 *" names no day of any year; write days that the months have`},
		{"crontab", "0 6 */2 * 1", `0-11: the day of the month */2 and the weekday 1 must both hold, and AWS schedules take only one of the two; write the n-th weekday of the month as MON#2, or "0 6 */2 * *" or "0 6 * * 1" and let the operation look at the date`},
		{"spring", "0 0 6 * *", "0-9: a cron expression has six fields (second minute hour day month weekday), this one has 5; " + springFix},
		{"spring", "*/10 * * * * *", `0-4: the second must be 0, not "*/10": schedules on AWS start on the minute; the nearest that works is "0 * * * * *"`},
		{"spring", "0 0 6 * * FRI-MON", `10-17: the range "FRI-MON" runs backwards; write FRI,SAT,SUN,MON`},
		{"spring", "0 0 6 1 * MON", `0-13: the day of the month 1 and the weekday MON must both hold, and AWS schedules take only one of the two; write the n-th weekday of the month as MON#2, or "0 0 6 1 * *" or "0 0 6 * * MON" and let the operation look at the date`},
		{"spring", "0 0 6 LW * *", `6-8: AWS schedules have no "LW", the last working day of a month; the nearest that works is "0 0 6 L * *"`},
		{"spring", "0 0 6 L-3 * *", `6-9: AWS schedules have no "L-3", a day counted from the end of a month; the nearest that work are 3 schedules, "0 0 6 28 1,3,5,7,8,10,12 *", "0 0 6 27 4,6,9,11 *" and "0 0 6 25 2 *"`},
		{"spring", "0 0 6 1,L * *", `6-9: AWS schedules take "1,L" only piece by piece: L, W and # stand alone there; the nearest that work are 2 schedules, "0 0 6 1 * *" and "0 0 6 L * *"`},
		{"spring", "0 0 6 31W * *", `6-9: "31W" means different days to AWS at the end of a month; the nearest that works is "0 0 6 L * *"`},
		{"spring", "0 0 6 * * MON#1,MON#3", `10-21: AWS schedules take "MON#1,MON#3" only piece by piece: L, W and # stand alone there; the nearest that work are 2 schedules, "0 0 6 * * MON#1" and "0 0 6 * * MON#3"`},
		{"spring", "0 0 6 * * MON#6", `0-15: "0 0 6 * * MON#6" names no day of any year; write days that the months have`},
		{"spring", "0 0 6 31 FEB *", `0-14: "0 0 6 31 FEB *" names no day of any year; write days that the months have`},
		{"aws", "every day", `0-9: "every day" is neither cron(…) nor rate(…); ` + awsFix},
		{"aws", "cron(0 6 * * *)", "0-15: a cron(…) has six fields (minute hour day month weekday year), this one has 5; " + awsFix},
		{"aws", "cron(0 6 * * * *)", "0-17: exactly one of day and weekday must be ?; " + awsFix},
		{"aws", "cron(0 6 ? * 0 *)", `13-14: "0" is not a day of the week from 1 to 7; write a number from 1 to 7`},
		{"aws", "cron(0 6 ? * FRI-MON *)", `13-20: the range "FRI-MON" runs backwards; write 6-7,1-2`},
		{"aws", "cron(0 6 31 APR ? *)", `0-20: "cron(0 6 31 APR ? *)" names no day of any year; write days that the months have`},
		{"aws", "rate(0 minutes)", `5-6: "0" is not a positive number; write a positive number and minutes, hours or days, such as rate(5 minutes)`},
		{"aws", "rate(5 weeks)", `7-12: "weeks" is not minutes, hours or days; write a positive number and minutes, hours or days, such as rate(5 minutes)`},
	} {
		schedule, err := parsers[test.language](test.text)
		if err == nil {
			_, err = schedule.EventBridge()
		}
		if got := describeError(err); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

func TestEventBridge(t *testing.T) {
	start := time.Date(2024, 2, 28, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"cron(0 6 * * ? *)":              "2024-02-29T06:00 2024-03-01T06:00",
		"cron(15 10 ? * 6L 2025-2026)":   "2025-01-31T10:15 2025-02-28T10:15",
		"cron(0 6 31W * ? *)":            "2024-03-29T06:00 2024-05-31T06:00",
		"cron(0/30 6 ? FEB MON#4,TUE *)": "",
		"cron(0 6 ? * THU#5 *)":          "2024-02-29T06:00 2024-05-30T06:00",
		" cron(0 6 L * ? *) ":            "2024-02-29T06:00 2024-03-31T06:00",
		"rate(5 minutes)":                "2024-02-28T12:05 2024-02-28T12:10",
		"rate(1 day)":                    "2024-02-29T12:00 2024-03-01T12:00",
		"cron(0 6 1 1 ? 2199)":           "never never",
	} {
		schedule, err := ParseEventBridge(text)
		if err != nil {
			if want != "" {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		var got []string
		for at := start; len(got) < 2; {
			if at = schedule.Next(at); at.IsZero() {
				got = append(got, "never")
				at = start
				continue
			}
			got = append(got, at.Format("2006-01-02T15:04"))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %v, want %s", text, got, want)
		}
	}
}

// TestClockChanges: EventBridge skips the gap and fires once where a local time comes twice.
func TestClockChanges(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	schedule, err := ParseCrontab("30 2 * * *")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		from time.Time
		want []string
	}{
		{time.Date(2024, 3, 30, 12, 0, 0, 0, berlin), []string{"2024-04-01T02:30:00+02:00", "2024-04-02T02:30:00+02:00"}},
		{time.Date(2024, 10, 26, 12, 0, 0, 0, berlin), []string{"2024-10-27T02:30:00+02:00", "2024-10-28T02:30:00+01:00"}},
	} {
		at := test.from
		for _, want := range test.want {
			if at = schedule.Next(at); at.Format(time.RFC3339) != want {
				t.Errorf("got %v, want %s", at, want)
			}
		}
	}
}

// TestRandomCrontabs compares random lines with the model of crontab and, where EventBridge can say them, of EventBridge.
func TestRandomCrontabs(t *testing.T) {
	tried, emitted := 0, 0
	property.Check(t, func(t *rapid.T) {
		text := randomCrontab(t)
		schedule, err := ParseCrontab(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		sameTimes(t, text, schedule, crontabTimes(t, text, 2024, 2025), 2024)
		tried++
		if agrees(t, text, schedule) {
			emitted++
		}
	})
	if emitted < tried/4 {
		t.Errorf("only %d of %d could be written", emitted, tried)
	}
}

func randomCrontab(t *rapid.T) string {
	item := func(low, high int) string {
		first := rapid.IntRange(low, high).Draw(t, "first")
		last := rapid.IntRange(first, high).Draw(t, "last")
		step := rapid.IntRange(1, high).Draw(t, "step")
		switch rapid.IntRange(0, 5).Draw(t, "form") {
		case 0:
			return fmt.Sprintf("%d-%d", first, last)
		case 1:
			return fmt.Sprintf("%d-%d/%d", first, last, step)
		case 2:
			return fmt.Sprintf("*/%d", step)
		case 3:
			return fmt.Sprintf("%d/%d", first, step)
		}
		return fmt.Sprint(first)
	}
	list := func(low, high int) string {
		if rapid.Bool().Draw(t, "all") {
			return "*"
		}
		text := item(low, high)
		for rapid.IntRange(0, 2).Draw(t, "more") == 2 {
			text += "," + item(low, high)
		}
		return text
	}
	return strings.Join([]string{item(0, 59), item(0, 23), list(1, 31), list(1, 12), list(0, 7)}, " ")
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"0 6 * * 1-3/2,6", "0 0 6 L-3 * MON#2", "cron(0 6 ? * FRI *)", "rate(5 minutes)", "@daily", "*/0 1- * * *", "0 0 0 15W,L ? ?", "1,1,1,1 1 1 1 1", "\xff * * * *", "JAN1 ſun ı"} {
		f.Add(text)
	}
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { _, _ = ParseCrontab(text) })
		pace.Linear(t, text, func(text string) { _, _ = ParseSpring(text) })
		for _, parse := range []func(string) (Schedule, error){ParseCrontab, ParseSpring, ParseEventBridge} {
			schedule, err := parse(text)
			if err == nil {
				if next := schedule.Next(at); !next.IsZero() && !next.After(at) {
					t.Errorf("%q: after %v comes %v", text, at, next)
				}
				var expression string
				if expression, err = schedule.EventBridge(); err == nil {
					if _, err := ParseEventBridge(expression); err != nil {
						t.Errorf("%q is written as %s: %v", text, expression, err)
					}
					continue
				}
			}
			var e *Error
			if !errors.As(err, &e) || e.Start < 0 || e.End < e.Start || e.End > len(text) || e.Reason == "" || e.Fix == "" {
				t.Errorf("%q: %#v", text, err)
			}
		}
		isLinear(t, text)
	})
}

// isLinear parses the text's fields with each repeated as a list, and fails when that takes longer than it should.
func isLinear(t *testing.T, text string) {
	fields := strings.Fields(text)
	if testing.Short() {
		return
	}
	for i := range fields {
		fields[i] = strings.Repeat(fields[i]+",", 1<<13/(len(fields[i])+1)) + fields[i]
	}
	long := strings.Join(fields, " ")
	begun := time.Now()
	for _, parse := range []func(string) (Schedule, error){ParseCrontab, ParseSpring, ParseEventBridge} {
		if schedule, err := parse(long); err == nil {
			schedule.EventBridge()
		}
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("%d bytes of %q took %v", len(long), text, took)
	}
}
