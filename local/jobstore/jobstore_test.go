package jobstore_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/local/jobstore"
	"github.com/steploom/steploom/shared/job"
)

func open(t *testing.T, path string) *jobstore.Store {
	t.Helper()
	store, err := jobstore.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

// two gives two stores of one file, as two processes have them.
func two(t *testing.T) []*jobstore.Store {
	path := filepath.Join(t.TempDir(), "a folder %20", "jobs.db")
	first, err := jobstore.Open(t.Context(), path)
	if err == nil {
		first.Close()
		t.Fatal("it opened a file in a folder that does not exist")
	}
	path = filepath.Join(t.TempDir(), "jobs #1 100%.db")
	return []*jobstore.Store{open(t, path), open(t, path)}
}

func record(key string) job.Record {
	text := "a"
	return job.Record{Key: key, State: job.Running, Job: job.Job{ID: key, Topics: []string{"t"}, DataMap: map[string]string{"x": "$.msg.x"}, Constant: job.Constants{{Name: "b"}, {Name: "a", Text: &text}}}}
}

// TestOneWriterWins: of those who write a job at the same time one succeeds, and the others are told.
func TestOneWriterWins(t *testing.T) {
	stores := two(t)
	for round := range int64(20) {
		var mutex sync.Mutex
		var won, lost int
		var writers sync.WaitGroup
		for i := range 8 {
			writers.Go(func() {
				mine := record("a")
				mine.Owner, mine.Version = fmt.Sprint(i), round
				written, err := stores[i%2].Put(t.Context(), mine)
				mutex.Lock()
				defer mutex.Unlock()
				switch {
				case err == nil && written.Version == round+1 && written.Owner == fmt.Sprint(i):
					won++
				case errors.Is(err, job.ErrConflict):
					lost++
				default:
					t.Errorf("%+v, %v", written, err)
				}
			})
		}
		writers.Wait()
		if won != 1 || lost != 7 {
			t.Fatalf("%d have won, %d lost", won, lost)
		}
	}
}

// TestPace: any two requests are an interval apart, whoever asks; one that comes late does not make up for it.
func TestPace(t *testing.T) {
	stores := two(t)
	now := time.Unix(1000, 0)
	times := make([]time.Time, 40)
	var askers sync.WaitGroup
	for i := range times {
		askers.Go(func() {
			var err error
			if times[i], err = stores[i%2].Reserve(t.Context(), "a", 250*time.Millisecond, now); err != nil {
				t.Error(err)
			}
		})
	}
	askers.Wait()
	slices.SortFunc(times, time.Time.Compare)
	for i, at := range times {
		if want := now.Add(time.Duration(i) * 250 * time.Millisecond); !at.Equal(want) {
			t.Fatalf("%d at %s, want %s", i, at, want)
		}
	}
	if at, err := stores[0].Reserve(t.Context(), "a", time.Second, now.Add(time.Hour)); err != nil || !at.Equal(now.Add(time.Hour)) {
		t.Errorf("late: %s, %v", at, err)
	}
}

// TestFailure: a job that runs fails once, in the version that failed.
func TestFailure(t *testing.T) {
	store := two(t)[0]
	written, err := store.Put(t.Context(), record("a"))
	if err != nil {
		t.Fatal(err)
	}
	for _, try := range []struct {
		version int64
		reason  string
		want    job.State
	}{{written.Version + 1, "of another version", job.Running}, {written.Version, "first", job.Failed}, {written.Version, "second", job.Failed}} {
		if err := store.Fail(t.Context(), "a", try.version, try.reason); err != nil {
			t.Fatal(err)
		}
		if found, err := store.Get(t.Context(), "a"); err != nil || found.State != try.want || (found.State == job.Failed && found.Reason != "first") {
			t.Errorf("%s: %s %q, %v", try.reason, found.State, found.Reason, err)
		}
	}
	if err := store.Fail(t.Context(), "nobody", 1, "x"); err != nil {
		t.Errorf("a job that is gone: %v", err)
	}
}

// TestLogs: the last entries stay, oldest first, and a job that comes again begins with none.
func TestLogs(t *testing.T) {
	store := two(t)[0]
	if _, err := store.Put(t.Context(), record("a")); err != nil {
		t.Fatal(err)
	}
	for i := range 1100 {
		if err := store.Log(t.Context(), "a", job.Entry{Message: fmt.Sprint(i), Offset: int64(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if last, err := store.Logs(t.Context(), "a", 2); err != nil || len(last) != 2 || last[0].Message != "1098" || last[1].Offset != 1099 {
		t.Errorf("%v, %v", last, err)
	}
	if all, err := store.Logs(t.Context(), "a", 5000); err != nil || len(all) != 1000 {
		t.Errorf("%d entries, %v", len(all), err)
	}
	if err := store.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if all, err := store.Logs(t.Context(), "a", 10); err != nil || len(all) != 0 {
		t.Errorf("after it was deleted: %v, %v", all, err)
	}
	if err := store.Delete(t.Context(), "a"); !errors.Is(err, job.ErrUnknown) {
		t.Errorf("deleted again: %v", err)
	}
}

// TestCounts are sums, and the last error stays until there is another.
func TestCounts(t *testing.T) {
	stores := two(t)
	at := time.Unix(5, 7).UTC()
	for i, more := range []job.Counts{{Delivered: 2}, {Failed: 1, LastError: "late", LastFailed: at}, {Filtered: 3, Delivered: 1}} {
		if err := stores[i%2].Count(t.Context(), "a", more); err != nil {
			t.Fatal(err)
		}
	}
	want := job.Counts{Delivered: 3, Filtered: 3, Failed: 1, LastError: "late", LastFailed: at}
	if got, err := stores[1].Counts(t.Context(), "a"); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := stores[1].Counts(t.Context(), "b"); err != nil || got != (job.Counts{}) {
		t.Errorf("nothing known: %+v, %v", got, err)
	}
}

// TestTenants see their own jobs, in order.
func TestTenants(t *testing.T) {
	store := two(t)[0]
	for _, key := range []string{"c", "a", "b"} {
		one := record(key)
		if key == "b" {
			one.Tenant = "other"
		}
		if _, err := store.Put(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	for tenant, want := range map[string]string{"": "a c ", "other": "b ", "nobody": ""} {
		list, err := store.List(t.Context(), tenant)
		got := ""
		for _, one := range list {
			got += one.Key + " "
		}
		if err != nil || got != want {
			t.Errorf("%q: %s, %v", tenant, got, err)
		}
	}
	found, err := store.Get(t.Context(), "a")
	if err != nil || found.Topics[0] != "t" || *found.Constant.Get("a") != "a" || found.Constant[0].Name != "b" || found.Constant[0].Text != nil || found.Version != 1 {
		t.Errorf("%+v, %v", found, err)
	}
	if _, err := store.Get(t.Context(), "z"); !errors.Is(err, job.ErrUnknown) {
		t.Errorf("%v", err)
	}
}
