package schedule

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
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

// TestSpringCron compares with what Spring accepts and when it fires, and tries what is refused on AWS in the form that is said to come nearest.
func TestSpringCron(t *testing.T) {
	folder := os.Getenv("STEPLOOM_CONFORMANCE")
	if folder == "" {
		folder = "../../../shared/conformance"
	}
	file, err := os.Open(filepath.Join(folder, "oracles", "spring-cron.jsonl"))
	if err != nil {
		t.Skipf("the table of Spring's answers is missing: %v", err)
	}
	defer file.Close()
	followed, rows := 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); rows++ {
		var c springCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		schedule, err := ParseSpring(c.Expression)
		if (err == nil) != c.Valid {
			t.Errorf("%s: %q is valid: %v, got %v", c.ID, c.Expression, c.Valid, err)
			continue
		}
		nearestWorks(t, c.Expression)
		if !c.Valid {
			followed++
		} else if want, got := c.want(), c.got(t, schedule); got == want {
			followed++
		} else if c.isFaulty() {
			t.Logf("%s: a fault of Spring's: %q in %s: Spring has %s, got %s", c.ID, c.Expression, c.Zone, want, got)
		} else {
			t.Errorf("%s: %q from %s in %s:\n got %s\nwant %s", c.ID, c.Expression, c.Start, c.Zone, got, want)
		}
	}
	t.Logf("TestSpringCron: %d of %d", followed, rows)
}

// nearestWorks: what is offered in place of an expression is one that AWS can say.
func nearestWorks(t *testing.T, text string) {
	t.Helper()
	schedule, err := ParseSpring(text)
	if err != nil {
		return
	}
	var refused *Error
	if _, err = schedule.EventBridge(); !errors.As(err, &refused) {
		return
	}
	if happens := !strings.Contains(refused.Reason, "names no day"); happens && len(refused.Nearest) == 0 {
		t.Errorf("%q: nothing is offered instead: %s", text, refused.Fix)
	}
	for _, one := range refused.Nearest {
		if !strings.Contains(refused.Fix, strconv.Quote(one)) {
			t.Errorf("%q: %q is not said: %s", text, one, refused.Fix)
		}
		if schedule, err := ParseSpring(one); err != nil {
			t.Errorf("%q: %q is offered: %v", text, one, err)
		} else if _, err := schedule.EventBridge(); err != nil {
			t.Errorf("%q: %q is offered: %v", text, one, err)
		}
	}
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

// TestLongLists: a refusal stays short however many pieces a list has.
func TestLongLists(t *testing.T) {
	schedule, err := ParseSpring("0 0 6 L" + strings.Repeat(",15W,L", 600) + " * *")
	if err != nil {
		t.Fatal(err)
	}
	var refused *Error
	if _, err := schedule.EventBridge(); !errors.As(err, &refused) || len(refused.Nearest) > 0 || refused.Fix != "write one schedule for each of them" {
		t.Errorf("got %v", err)
	}
}
