package apichap

import "testing"

func TestEventBridgeCron(t *testing.T) {
	for text, want := range map[string]string{
		"0 * * * * *":             "cron(* * * * ? *)",
		"0 0 * * * *":             "cron(0 * * * ? *)",
		"0 */15 8-17 * * MON-FRI": "cron(*/15 8-17 ? * MON-FRI *)",
		"0 0 6 * * 1-5":           "cron(0 6 ? * MON-FRI *)",
		"0 0 6 * * 0":             "cron(0 6 ? * SUN *)",
		"0 0 6 * * 7":             "cron(0 6 ? * SUN *)",
		"0 0 6 * * FRI-SUN":       "cron(0 6 ? * FRI,SAT,SUN *)",
		"0 0 6 * * 5-7":           "cron(0 6 ? * FRI,SAT,SUN *)",
		"0 30 9 15W * *":          "cron(30 9 15W * ? *)",
		"0 0 0 L * ?":             "cron(0 0 L * ? *)",
		"0 0 0 ? * 5#2":           "cron(0 0 ? * 6#2 *)",
		"0 0 0 * * 5L":            "cron(0 0 ? * 6L *)",
		"0 0 0 1 JAN,jul *":       "cron(0 0 1 JAN,JUL ? *)",
		"@daily":                  "cron(0 0 * * ? *)",
		"@weekly":                 "cron(0 0 ? * SUN *)",
		"00 0 12 1/5 * ?":         "cron(0 12 1/5 * ? *)",
	} {
		if got, err := eventBridgeCron(text); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "* * * * * *", "*/10 * * * * *", "30 0 0 * * *", "0 0 0 * *", "0 60 * * * *", "0 0 24 * * *", "0 0 0 32 * *", "0 0 0 * 13 *",
		"0 0 0 * FOO *", "0 0 0 * * 8", "0 0 0 * * FOO", "0 0 0 1 * MON", "0 0 0 LW * *", "0 0 0 L-3 * *", "0 0 0 * * MON#6", "0 0 0 * * */2",
		"0 1- * * * *", "0 */0 * * * *", "0 */x * * * *", "0 , * * * *", "0 0 0 W * *",
	} {
		if got, err := eventBridgeCron(text); err == nil {
			t.Errorf("%q gives %q, want an error", text, got)
		}
	}
}
