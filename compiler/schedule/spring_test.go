package schedule

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// springCase is a row of the table made with Spring's CronExpression.
type springCase struct {
	ID, Expression, Start, Zone string
	Valid                       bool
	Result                      []*string `json:"result_utc"`
}

// TestSpring compares with what Spring accepts and when it fires.
func TestSpring(t *testing.T) {
	folder := os.Getenv("STEPLOOM_CONFORMANCE")
	if folder == "" {
		folder = "../../../shared/conformance"
	}
	file, err := os.Open(filepath.Join(folder, "oracles", "spring-cron.jsonl"))
	if err != nil {
		t.Skipf("the table of Spring's answers is missing: %v", err)
	}
	defer file.Close()
	accepted, times, rows := 0, 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var c springCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		rows++
		schedule, err := ParseSpring(c.Expression)
		if (err == nil) != c.Valid {
			t.Errorf("%s: %q is valid: %v, got %v", c.ID, c.Expression, c.Valid, err)
			continue
		}
		accepted++
		if !c.Valid {
			times++
		} else if want, got := c.want(), c.got(t, schedule); got == want {
			times++
		} else if c.isFaulty() {
			t.Logf("%s: %q in %s: Spring has %s, got %s", c.ID, c.Expression, c.Zone, want, got)
		} else {
			t.Errorf("%s: %q from %s in %s:\n got %s\nwant %s", c.ID, c.Expression, c.Start, c.Zone, got, want)
		}
	}
	t.Logf("spring-cron: %d of %d accepted or refused alike, %d of %d with the same times", accepted, rows, times, rows)
}

// isFaulty: Spring leaves the month for days before its first, and does not get past a change of half an hour.
func (c springCase) isFaulty() bool {
	return c.Zone == "Australia/Lord_Howe" || strings.Contains(c.Expression, "L-30") || strings.Contains(c.Expression, "L-31")
}

func (c springCase) want() string {
	var times []string
	for _, at := range c.Result {
		if at == nil {
			times = append(times, "none")
			break
		}
		times = append(times, *at)
	}
	return strings.Join(times, " ")
}

func (c springCase) got(t *testing.T, schedule Schedule) string {
	location, err := time.LoadLocation(c.Zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339Nano, c.Start)
	if err != nil {
		t.Fatal(err)
	}
	var times []string
	for at = at.In(location); len(times) < len(c.Result); {
		if at = schedule.Next(at); at.IsZero() {
			times = append(times, "none")
			break
		}
		times = append(times, at.UTC().Format(time.RFC3339))
	}
	return strings.Join(times, " ")
}
