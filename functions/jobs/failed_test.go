package jobs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/steploom/steploom/functions/jobs"
	"github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/shared/job"
)

// failing is a store that knows which jobs are failed.
type failing struct {
	*jobstore.Memory
	keys    []string
	failure error
}

func (f failing) Failed(context.Context) ([]string, error) { return f.keys, f.failure }

// TestFailedJobsAreCounted: while jobs are failed, each count writes a line with their number and the first of their names; where none is, there is none.
func TestFailedJobsAreCounted(t *testing.T) {
	var many []string
	for i := range 40 {
		many = append(many, fmt.Sprintf("job%02d", 39-i))
	}
	for _, test := range []struct {
		store       job.Store
		number      int
		first, last string
		fails       bool
	}{
		{store: failing{}},
		{store: failing{keys: []string{"two", "one"}}, number: 2, first: "one", last: "two"},
		{store: failing{keys: many}, number: 40, first: "job00", last: "job19"},
		{store: failing{failure: errors.New("throttled")}, fails: true},
		{store: &jobstore.Memory{}, fails: true},
	} {
		var log bytes.Buffer
		function := jobs.New(jobs.Config{Store: test.store, Log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelError}))})
		result, err := function.Invoke(t.Context(), []byte(job.CountFailed))
		if (err != nil) != test.fails || err == nil && string(result) != fmt.Sprintf(`{"failed":%d}`, test.number) {
			t.Errorf("%+v: %s, %v", test, result, err)
		}
		if test.number == 0 {
			if log.Len() > 0 {
				t.Errorf("%+v: %s", test, log.String())
			}
			continue
		}
		var line struct {
			Msg    string
			Failed int
			Jobs   []string
		}
		if err := json.Unmarshal(log.Bytes(), &line); err != nil || line.Msg != job.LineStanding || line.Failed != test.number {
			t.Fatalf("%v: %s", err, log.String())
		}
		if line.Jobs[0] != test.first || line.Jobs[len(line.Jobs)-1] != test.last {
			t.Errorf("names: %v", line.Jobs)
		}
	}
}
