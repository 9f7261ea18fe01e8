package jobstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/steploom/steploom/shared/job"
)

// Conformance tests that a store is one. Each test is given a store of its own by open, which may be one that holds other tenants' jobs.
func Conformance(t *testing.T, open func(t *testing.T) job.Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, job.Store)
	}{
		{"records come back as they were put", recordsComeBack}, {"versions", versions}, {"lists", lists}, {"deleting", deleting}, {"failing", failing},
		{"counting", counting}, {"logging", logging}, {"reserving", reserving}, {"one of many wins", oneWins}, {"nothing is counted twice", countsAdd},
		{"no two slots are alike", slots}, {"hostile texts", hostile}, {"ended contexts", ended},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

var noon = time.Date(2026, 11, 26, 12, 0, 0, 123456789, time.UTC)

// some is a record with something in every field.
func some(tenant, id string) job.Record {
	value := "x"
	return job.Record{
		Job: job.Job{
			ID: id, Owner: "owner of " + id, Type: "POST", Topics: []string{"a", "b"}, DataMap: map[string]string{"id": "$.msg.id"},
			URL: "http://example.com/{id}", Constant: job.Constants{{Name: "x", Text: &value}, {Name: "none"}}, QueryParams: []string{"id"}, JSONBody: []string{},
			RateLimit: 0.25, Retry: []byte(`{"total": 3}`), OnFailure: job.Topic, ErrorTopic: "errors", IdempotencyKey: true, Format: "json", TimeoutSeconds: 2.5,
		},
		Key: job.Key(tenant, id), Tenant: tenant, Modified: noon, Hash: "h", Declared: true, State: job.Running,
		Secrets: job.Secrets{Basic: "sealed:1:abc", Token: "stack#token"},
	}
}

func put(t *testing.T, store job.Store, record job.Record) job.Record {
	t.Helper()
	stored, err := store.Put(t.Context(), record)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// same compares records; an empty list and none are the same only where the type says so.
func same(t *testing.T, got, want job.Record) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }), jsonText()); diff != "" {
		t.Error(diff)
	}
}

func jsonText() cmp.Option {
	return cmp.Transformer("compact", func(text []byte) string { return strings.ReplaceAll(string(text), " ", "") })
}

func recordsComeBack(t *testing.T, store job.Store) {
	want := some("", "one")
	stored := put(t, store, want)
	want.Version = 1
	want.JSONBody = nil // its text is the same: see job.Job
	stored.JSONBody = nil
	same(t, stored, want)
	got, err := store.Get(t.Context(), want.Key)
	if err != nil {
		t.Fatal(err)
	}
	got.JSONBody = nil
	same(t, got, want)
	if _, err := store.Get(t.Context(), "another"); !errors.Is(err, job.ErrUnknown) {
		t.Errorf("a job that is not there: %v", err)
	}
}

func versions(t *testing.T, store job.Store) {
	first := put(t, store, some("", "one"))
	if first.Version != 1 {
		t.Errorf("the first version is %d", first.Version)
	}
	for _, version := range []int64{0, 2, -1} {
		wrong := first
		wrong.Version, wrong.URL = version, "http://wrong"
		if _, err := store.Put(t.Context(), wrong); !errors.Is(err, job.ErrConflict) {
			t.Errorf("version %d over 1: %v", version, err)
		}
	}
	first.URL = "http://second"
	second := put(t, store, first)
	got, err := store.Get(t.Context(), first.Key)
	if err != nil || got.Version != 2 || second.Version != 2 || got.URL != "http://second" {
		t.Errorf("%v, %v", got, err)
	}
	missing := some("", "missing")
	missing.Version = 3
	if _, err := store.Put(t.Context(), missing); !errors.Is(err, job.ErrConflict) {
		t.Errorf("a version of none: %v", err)
	}
}

func lists(t *testing.T, store job.Store) {
	for _, tenant := range []string{"", "one", "two"} {
		for _, id := range []string{"b", "a", "c"} {
			put(t, store, some(tenant, id))
		}
	}
	for _, tenant := range []string{"", "one", "two", "none"} {
		list, err := store.List(t.Context(), tenant)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, record := range list {
			keys = append(keys, record.Key)
			if record.Tenant != tenant || record.Version != 1 || record.URL == "" {
				t.Errorf("tenant %q has %+v", tenant, record)
			}
		}
		if want := map[string]int{"none": 0}; len(keys) != 3 && want[tenant] != len(keys) || !slices.IsSorted(keys) {
			t.Errorf("tenant %q has %v", tenant, keys)
		}
	}
}

func deleting(t *testing.T, store job.Store) {
	record := put(t, store, some("", "one"))
	must(t, store.Count(t.Context(), record.Key, job.Counts{Delivered: 5, LastError: "e", LastFailed: noon}))
	if _, err := store.Reserve(t.Context(), record.Key, time.Hour, noon); err != nil {
		t.Fatal(err)
	}
	must(t, store.Delete(t.Context(), record.Key))
	if err := store.Delete(t.Context(), record.Key); !errors.Is(err, job.ErrUnknown) {
		t.Errorf("deleted twice: %v", err)
	}
	if _, err := store.Get(t.Context(), record.Key); !errors.Is(err, job.ErrUnknown) {
		t.Errorf("it is still there: %v", err)
	}
	if list, err := store.List(t.Context(), ""); err != nil || len(list) != 0 {
		t.Errorf("it is still listed: %v, %v", list, err)
	}
	again := put(t, store, some("", "one"))
	if counts, err := store.Counts(t.Context(), record.Key); err != nil || counts != (job.Counts{}) || again.Version != 1 {
		t.Errorf("a new job of the same name has %+v, %v", counts, err)
	}
	if slot, err := store.Reserve(t.Context(), record.Key, time.Hour, noon); err != nil || !slot.Equal(noon) {
		t.Errorf("a new job waits until %v, %v", slot, err)
	}
}

func failing(t *testing.T, store job.Store) {
	record := put(t, store, some("", "one"))
	must(t, store.Fail(t.Context(), record.Key, 7, "of another version"))
	must(t, store.Fail(t.Context(), "another", 1, "of another job"))
	if got, _ := store.Get(t.Context(), record.Key); got.State != job.Running || got.Version != 1 {
		t.Errorf("another version failed it: %+v", got)
	}
	must(t, store.Fail(t.Context(), record.Key, 1, "because"))
	got, err := store.Get(t.Context(), record.Key)
	if err != nil || got.State != job.Failed || got.Reason != "because" || got.Version != 2 || got.URL != record.URL {
		t.Errorf("%+v, %v", got, err)
	}
	if list, err := store.List(t.Context(), ""); err != nil || len(list) != 1 || list[0].State != job.Failed || list[0].Reason != "because" {
		t.Errorf("the list does not know: %+v, %v", list, err)
	}
	must(t, store.Fail(t.Context(), record.Key, 2, "again"))
	if got, _ := store.Get(t.Context(), record.Key); got.Reason != "because" || got.Version != 2 {
		t.Errorf("a failed job fails again: %+v", got)
	}
	if _, err := store.Get(t.Context(), "another"); !errors.Is(err, job.ErrUnknown) {
		t.Errorf("failing makes jobs: %v", err)
	}
	got.State, got.Reason = job.Stopped, ""
	stopped := put(t, store, got)
	must(t, store.Fail(t.Context(), record.Key, stopped.Version, "late"))
	if got, _ := store.Get(t.Context(), record.Key); got.State != job.Stopped || got.Reason != "" {
		t.Errorf("a stopped job fails: %+v", got)
	}
}

func counting(t *testing.T, store job.Store) {
	record := put(t, store, some("", "one"))
	if counts, err := store.Counts(t.Context(), record.Key); err != nil || counts != (job.Counts{}) {
		t.Errorf("a new job has %+v, %v", counts, err)
	}
	must(t, store.Count(t.Context(), record.Key, job.Counts{Delivered: 1, Filtered: 2, Failed: 3, LastError: "first", LastFailed: noon}))
	must(t, store.Count(t.Context(), record.Key, job.Counts{Delivered: 10}))
	must(t, store.Count(t.Context(), record.Key, job.Counts{Failed: 1, LastError: "second", LastFailed: noon.Add(time.Second)}))
	want := job.Counts{Delivered: 11, Filtered: 2, Failed: 4, LastError: "second", LastFailed: noon.Add(time.Second)}
	if counts, err := store.Counts(t.Context(), record.Key); err != nil || !cmp.Equal(counts, want) {
		t.Errorf("%+v, %v", counts, err)
	}
	if got, err := store.Get(t.Context(), record.Key); err != nil || got.Version != 1 {
		t.Errorf("counting is a version: %+v, %v", got, err)
	}
	put(t, store, record)
	if counts, err := store.Counts(t.Context(), record.Key); err != nil || counts.Delivered != 11 {
		t.Errorf("a new version has %+v, %v", counts, err)
	}
	if counts, err := store.Counts(t.Context(), "another"); err != nil || counts != (job.Counts{}) {
		t.Errorf("an unknown job has %+v, %v", counts, err)
	}
}

func logging(t *testing.T, store job.Store) {
	record := put(t, store, some("", "one"))
	now := time.Now().UTC()
	var all []job.Entry
	for i := range 70 { // more than a batch
		all = append(all, job.Entry{
			Time: now.Add(time.Duration(i/3) * time.Millisecond), Level: "ERROR", Message: fmt.Sprint("line ", i),
			Topic: "t", Partition: int32(i), Offset: int64(i) << 33, Index: i, Entity: `{"a": "ü"}`,
		})
	}
	must(t, store.Log(t.Context(), record.Key, all[:60]...))
	must(t, store.Log(t.Context(), record.Key))
	must(t, store.Log(t.Context(), record.Key, all[60:]...))
	must(t, store.Log(t.Context(), record.Key+"x", job.Entry{Time: now.Add(time.Hour), Message: "of another"}))
	for _, most := range []int{1, 5, 70, 1000} {
		got, err := store.Logs(t.Context(), record.Key, most)
		if err != nil {
			t.Fatal(err)
		}
		want := all[max(0, len(all)-most):]
		if diff := cmp.Diff(want, got, cmpopts.EquateApproxTime(time.Microsecond)); diff != "" {
			t.Errorf("the last %d: %s", most, diff)
		}
	}
	if got, err := store.Logs(t.Context(), "nobody", 5); err != nil || len(got) != 0 {
		t.Errorf("an unknown job has %v, %v", got, err)
	}
}

func reserving(t *testing.T, store job.Store) {
	record := put(t, store, some("", "one"))
	now := noon.Truncate(time.Microsecond)
	for i, test := range []struct {
		now      time.Time
		interval time.Duration
		want     time.Time
	}{
		{now, time.Second, now},
		{now, time.Second, now.Add(time.Second)},
		{now.Add(500 * time.Millisecond), 250 * time.Millisecond, now.Add(2 * time.Second)},
		{now, time.Second, now.Add(2250 * time.Millisecond)},
		{now.Add(time.Hour), time.Second, now.Add(time.Hour)},
		{now.Add(time.Hour), 0, now.Add(time.Hour + time.Second)},
	} {
		got, err := store.Reserve(t.Context(), record.Key, test.interval, test.now)
		if err != nil || got.Sub(test.want).Abs() > time.Microsecond {
			t.Errorf("%d: %v, %v, want %v", i, got, err, test.want)
		}
	}
}

const rivals = 8

// all runs something at the same time, as often as there are rivals.
func all(run func(i int)) {
	var group sync.WaitGroup
	for i := range rivals {
		group.Go(func() { run(i) })
	}
	group.Wait()
}

func oneWins(t *testing.T, store job.Store) {
	for range 5 {
		record := some("", "one")
		current, err := store.Get(t.Context(), record.Key)
		if err == nil {
			record.Version = current.Version
		}
		outcomes := make([]error, rivals)
		all(func(i int) {
			mine := record
			mine.URL = fmt.Sprint("http://", i)
			_, outcomes[i] = store.Put(t.Context(), mine)
		})
		winners := 0
		for i, err := range outcomes {
			switch {
			case err == nil:
				winners++
				if got, _ := store.Get(t.Context(), record.Key); got.URL != fmt.Sprint("http://", i) || got.Version != record.Version+1 {
					t.Errorf("%d has won, and %+v is stored", i, got)
				}
			case !errors.Is(err, job.ErrConflict):
				t.Error(err)
			}
		}
		if winners != 1 {
			t.Errorf("%d have won", winners)
		}
	}
}

func countsAdd(t *testing.T, store job.Store) {
	record := put(t, store, some("", "one"))
	all(func(int) {
		for range 5 {
			if err := store.Count(t.Context(), record.Key, job.Counts{Delivered: 1, Filtered: 2}); err != nil {
				t.Error(err)
			}
		}
	})
	counts, err := store.Counts(t.Context(), record.Key)
	if err != nil || counts.Delivered != 5*rivals || counts.Filtered != 10*rivals {
		t.Errorf("%+v, %v", counts, err)
	}
}

func slots(t *testing.T, store job.Store) {
	record := put(t, store, some("", "one"))
	var mutex sync.Mutex
	var given []time.Time
	all(func(i int) {
		for range 5 {
			slot, err := store.Reserve(t.Context(), record.Key, time.Second, noon.Add(time.Duration(i)*time.Millisecond))
			if err != nil {
				t.Error(err)
			}
			mutex.Lock()
			given = append(given, slot)
			mutex.Unlock()
		}
	})
	slices.SortFunc(given, time.Time.Compare)
	for i := 1; i < len(given); i++ {
		if gap := given[i].Sub(given[i-1]); gap < time.Second-time.Microsecond {
			t.Errorf("%v and %v are %v apart", given[i-1], given[i], gap)
		}
	}
}

// hostile puts texts that mean something to stores; each stays what it is.
func hostile(t *testing.T, store job.Store) {
	texts := []string{`a'); DROP TABLE jobs; --`, `{"S": "x"}`, "ünïcödé \U0001f600", `"quoted" \ back`, "#job", "log#1", "a b/c?d=e&f", strings.Repeat("x", 2000), ":v", "% _"}
	for _, text := range texts {
		record := some(text, text)
		record.Owner, record.URL, record.Reason = text, text, text
		stored := put(t, store, record)
		got, err := store.Get(t.Context(), record.Key)
		if err != nil || got.ID != text || got.Owner != text || got.Tenant != text || got.Reason != text {
			t.Errorf("%q came back as %+v, %v", text, got, err)
		}
		list, err := store.List(t.Context(), text)
		if err != nil || len(list) != 1 || list[0].ID != text {
			t.Errorf("%q is listed as %+v, %v", text, list, err)
		}
		must(t, store.Count(t.Context(), record.Key, job.Counts{LastError: text, LastFailed: noon}))
		if counts, err := store.Counts(t.Context(), record.Key); err != nil || counts.LastError != text {
			t.Errorf("%q is counted as %+v, %v", text, counts, err)
		}
		must(t, store.Log(t.Context(), record.Key, job.Entry{Time: time.Now(), Message: text, Entity: text}))
		if logs, err := store.Logs(t.Context(), record.Key, 9); err != nil || len(logs) != 1 || logs[0].Message != text || logs[0].Entity != text {
			t.Errorf("%q is logged as %+v, %v", text, logs, err)
		}
		must(t, store.Fail(t.Context(), record.Key, stored.Version, text))
	}
}

// ended asks with a context that is over: nothing is done that is not told.
func ended(t *testing.T, store job.Store) {
	if _, inMemory := store.(*Memory); inMemory {
		return
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	record := some("", "one")
	if _, err := store.Put(ctx, record); err == nil {
		if _, err := store.Get(t.Context(), record.Key); err != nil {
			t.Error("a job is said to be stored and is not")
		}
	}
	if _, err := store.Get(ctx, record.Key); errors.Is(err, job.ErrUnknown) {
		t.Error("a job is said not to be there by who has not looked")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
