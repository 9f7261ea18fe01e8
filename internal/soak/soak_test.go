package soak

import (
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// DurationVariable says how long the soak goes on, as 10m; a minute on a continuous integration machine, else ten seconds.
const DurationVariable = "STEPLOOM_SOAK"

func duration(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv(DurationVariable)
	if text == "" && os.Getenv("CI") != "" {
		return time.Minute
	}
	if text == "" {
		return 10 * time.Second
	}
	length, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("%s: %v", DurationVariable, err)
	}
	return length
}

// connections is how many clients send requests at once.
const connections = 200

// TestSoak serves a workflow to 200 clients that write, read and write in loops, on PostgreSQL and then on the embedded database. Meanwhile
// files of the workflow are saved, connections of the database are ended, and the server is killed and started again. Afterwards every row
// that was acknowledged is in the database once, none is anywhere else, and the server holds no more than it held before.
func TestSoak(t *testing.T) {
	testserver.Slow(t, "it loads the machine for a while")
	binary := buildSteploom(t)
	length := duration(t) / 2
	t.Run("postgresql", func(t *testing.T) { soak(t, binary, newPostgres(t), length) })
	t.Run("embedded", func(t *testing.T) { soak(t, binary, newEmbedded(t), length) })
}

// database is what lies behind the workflow.
type database interface {
	// prepare makes the project's folder ready.
	prepare(t *testing.T, folder string)
	// disturb ends some connections; nothing where there are none to end.
	disturb(t *testing.T)
	// keys counts the rows by key, in the database itself.
	keys(t *testing.T, folder string) map[string]int
	// elsewhere names a place where rows must not be, and is empty.
	elsewhere(folder string) string
}

func soak(t *testing.T, binary string, behind database, length time.Duration) {
	folder := t.TempDir()
	behind.prepare(t, folder)
	writeWorkflow(t, folder, 0)
	s := newServer(t, binary, folder)
	warmUp(t, s)
	before := s.holdings(t)
	ledger := newLedger()
	var clients, faults sync.WaitGroup
	over := make(chan struct{})
	for range connections {
		clients.Go(func() { (&client{ledger: ledger, server: s}).run(over) })
	}
	faults.Go(func() { disturb(t, s, behind, folder, over) })
	time.Sleep(length)
	close(over)
	clients.Wait()
	faults.Wait()
	s.mustServe(t)
	after := s.settled(t, before)
	report(t, ledger, s, before, after)
	if ledger.count("written") < connections {
		t.Errorf("only %d writes were acknowledged", ledger.count("written"))
	}
	check(t, ledger, behind.keys(t, folder))
	if place := behind.elsewhere(folder); place != "" {
		if _, err := os.Stat(place); err == nil {
			t.Errorf("there is %s: rows went elsewhere", place)
		}
	}
	s.stop(t)
}

// check compares what was acknowledged with what is stored.
func check(t *testing.T, ledger *ledger, stored map[string]int) {
	t.Helper()
	lost, twice := 0, 0
	for _, key := range ledger.acknowledged() {
		if stored[key] == 0 {
			lost++
		}
	}
	for key, count := range stored {
		if count > 1 {
			twice++
		}
		if !ledger.sent(key) {
			t.Errorf("a row %q that nobody sent", key)
		}
	}
	if lost > 0 || twice > 0 {
		t.Errorf("of %d acknowledged rows %d are lost; %d rows are there twice", len(ledger.acknowledged()), lost, twice)
	}
	if wrong := ledger.wrongReads(); len(wrong) > 0 {
		t.Errorf("%d reads did not find an acknowledged row, such as %q", len(wrong), wrong[0])
	}
}

// report says what happened, and how long answers took.
func report(t *testing.T, ledger *ledger, s *server, before, after holdings) {
	t.Helper()
	t.Logf("%d writes, %d batches and %d reads answered; %d failed with a named status, %d without an answer",
		ledger.count("written"), ledger.count("batch"), ledger.count("read"), ledger.count("failed"), ledger.count("broken"))
	t.Logf("%d saves, %d kills, %d restarts", s.saves.Load(), s.kills.Load(), s.starts.Load()-1)
	took := ledger.latencies()
	slices.Sort(took)
	if len(took) > 0 {
		t.Logf("latency of answers: median %v, 95 %% %v, 99 %% %v, longest %v", at(took, 0.5), at(took, 0.95), at(took, 0.99), took[len(took)-1])
	}
	t.Logf("before %v", before)
	t.Logf("after  %v", after)
}

func at(sorted []time.Duration, part float64) time.Duration {
	return sorted[int(float64(len(sorted)-1)*part)].Round(100 * time.Microsecond)
}
