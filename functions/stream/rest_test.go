package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/shared/job"
)

// eventOf is an event with records of one partition.
func eventOf(values ...string) []byte {
	var list []map[string]any
	for i, value := range values {
		list = append(list, map[string]any{"topic": "people", "partition": 0, "offset": i, "value": encoded(value)})
	}
	text, _ := json.Marshal(map[string]any{"eventSource": fromMSK, "records": map[string]any{"people-0": list}})
	return text
}

// TestRest: what reads the topics of a job that does not run is told to end, whyever the job does not run, and its records are left.
func TestRest(t *testing.T) {
	steer := func(state job.State) func(*testing.T, *world) {
		return func(t *testing.T, w *world) {
			record := w.state(t)
			record.State = state
			if _, err := w.store.Put(t.Context(), record); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, test := range map[string]struct {
		before func(*testing.T, *world)
		value  string
		left   int
		want   string
	}{
		"runs":       {func(*testing.T, *world) {}, one, 0, ""},
		"stopped":    {steer(job.Stopped), one, 1, "people stopped people,others"},
		"has failed": {steer(job.Failed), one, 1, "people failed people,others"},
		"fails":      {func(*testing.T, *world) {}, broken, 1, "people failed people,others"},
		"taken away": {func(t *testing.T, w *world) { _ = w.store.Delete(t.Context(), "people") }, one, 1, "people  "},
	} {
		w := newWorld(t, `{}`)
		test.before(t, w)
		var told []string
		w.Switch = func(_ context.Context, record job.Record) error {
			told = append(told, fmt.Sprintf("%s %s %s", record.Key, record.State, strings.Join(record.Topics, ",")))
			return nil
		}
		for range 2 {
			told = nil
			answer, err := w.handle(t.Context(), "people", eventOf(test.value))
			if got := strings.Join(told, "; "); err != nil || len(answer.BatchItemFailures) != test.left || got != test.want {
				t.Errorf("%s: %d left, %v, told %q", name, len(answer.BatchItemFailures), err, got)
			}
		}
	}
}

// TestRestIsOver: a job that somebody starts while its reading is ended goes on.
func TestRestIsOver(t *testing.T) {
	w := newWorld(t, `{}`)
	stopped := w.state(t)
	stopped.State = job.Stopped
	stopped, err := w.store.Put(t.Context(), stopped)
	if err != nil {
		t.Fatal(err)
	}
	var told []job.State
	w.Switch = func(ctx context.Context, record job.Record) error {
		if told = append(told, record.State); len(told) == 1 {
			started := record
			started.State = job.Running
			_, err := w.store.Put(ctx, started)
			return err
		}
		return nil
	}
	if _, err := w.handle(t.Context(), "people", eventOf(one)); err != nil || fmt.Sprint(told) != "[stopped running]" {
		t.Error(err, told)
	}
}

// TestRestFails: that the reading cannot be ended changes nothing of the answer, and is logged.
func TestRestFails(t *testing.T) {
	w := newWorld(t, `{}`)
	w.Switch = func(context.Context, job.Record) error { return errors.New("not allowed") }
	if err := w.store.Fail(t.Context(), "people", w.state(t).Version, "no"); err != nil {
		t.Fatal(err)
	}
	answer, err := w.handle(t.Context(), "people", eventOf(one, two))
	if err != nil || len(answer.BatchItemFailures) != 2 || !strings.Contains(w.log.String(), "not allowed") {
		t.Error(answer, err, w.log)
	}
	w.Store = &down{Store: &jobstore.Memory{}, get: true}
	if answer, err := w.handle(t.Context(), "people", eventOf(one)); err != nil || len(answer.BatchItemFailures) != 1 {
		t.Error(answer, err)
	}
}
