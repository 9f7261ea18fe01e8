package sql

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
)

// TestKilledServer kills the database's processes while four clients commit transactions of one to twelve statements, starts it again, and looks what is
// there: each transaction wholly or not at all, all that were acknowledged, none that failed, and either of those whose outcome is said to be
// unknown.
func TestKilledServer(t *testing.T) {
	for name, start := range map[string]func(testing.TB) *testserver.Killable{"postgresql": servers.KillablePostgres, "mariadb": servers.KillableMariaDB} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			f := newFunction(server.URL)
			defer f.Close()
			call(t, f, "CREATE TABLE entry (tx INT NOT NULL, n INT NOT NULL, note VARCHAR(200) NOT NULL)")
			ledger := &killLedger{}
			rounds, longest := testserver.Kills(t, 100)
			killed := 0
			for begun := time.Now(); killed < rounds && time.Since(begun) < longest; killed++ {
				over := make(chan struct{})
				var clients sync.WaitGroup
				for range 4 {
					clients.Go(func() { ledger.run(t, f, over) })
				}
				ledger.warm()
				time.Sleep(time.Duration(rand.N(30_000)) * time.Microsecond)
				server.Kill(t)
				close(over)
				clients.Wait()
				server.Start(t)
				ledger.check(t, f)
				if t.Failed() {
					return
				}
			}
			t.Logf("%d kills: %s", killed, ledger)
		})
	}
}

// killLedger keeps what became of the transactions.
type killLedger struct {
	mutex   sync.Mutex
	next    int
	pending []killed // since the last check
	// how many were acknowledged, failed, or are said to be unknown and are there, or are not
	acknowledged, failed, unknownThere, unknownNotThere int
}

// killed is one transaction: how many statements it has, and its error.
type killed struct {
	tx, size int
	err      error
}

func (l *killLedger) String() string {
	return fmt.Sprintf("%d transactions acknowledged, %d failed, %d unknown and there, %d unknown and not there", l.acknowledged, l.failed, l.unknownThere, l.unknownNotThere)
}

// warm waits until transactions are acknowledged, so that the kill does not meet clients that only connect.
func (l *killLedger) warm() {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		l.mutex.Lock()
		acknowledged := 0
		for _, one := range l.pending {
			if one.err == nil {
				acknowledged++
			}
		}
		l.mutex.Unlock()
		if acknowledged >= 8 {
			return
		}
	}
}

// run commits transactions until the server does not answer any more.
func (l *killLedger) run(t *testing.T, f task.Function, over <-chan struct{}) {
	for {
		select {
		case <-over:
			return
		default:
		}
		l.mutex.Lock()
		l.next++
		one := killed{tx: l.next, size: 1 + rand.N(12)}
		l.mutex.Unlock()
		request := Request{Datasource: "db", Transaction: true, TimeoutSeconds: 30}
		for n := range one.size {
			request.Statements = append(request.Statements, Statement{SQL: "INSERT INTO entry (tx, n, note) VALUES (?, ?, ?)", Parameters: []any{one.tx, n, "something that takes room in the log"}})
		}
		payload, _ := json.Marshal(request)
		_, one.err = f.Invoke(t.Context(), payload)
		l.mutex.Lock()
		l.pending = append(l.pending, one)
		l.mutex.Unlock()
		if one.err != nil {
			time.Sleep(time.Millisecond) // the server is gone
		}
	}
}

// check compares what was told with what is there.
func (l *killLedger) check(t *testing.T, f task.Function) {
	t.Helper()
	stored := l.stored(t, f)
	for _, one := range l.pending {
		there := stored[one.tx]
		delete(stored, one.tx)
		unknown := errors.Is(one.err, &task.Error{Name: task.SqlOutcomeUnknown})
		switch {
		case there != 0 && there != one.size:
			t.Errorf("transaction %d: %d of %d statements are there (%v)", one.tx, there, one.size, one.err)
		case one.err == nil:
			l.acknowledged++
			if there == 0 {
				t.Errorf("transaction %d was acknowledged and is not there", one.tx)
			}
		case unknown && there > 0:
			l.unknownThere++
		case unknown:
			l.unknownNotThere++
		default:
			l.failed++
			if there > 0 {
				t.Errorf("transaction %d failed and is there: %v", one.tx, one.err)
			}
			if !errors.Is(one.err, &task.Error{Name: task.SqlConnect}) {
				t.Errorf("transaction %d: %v", one.tx, one.err)
			}
		}
	}
	if len(stored) > 0 {
		t.Errorf("transactions that nobody sent: %v", stored)
	}
	l.pending = nil
}

// stored counts the statements of each transaction, and takes them away.
func (l *killLedger) stored(t *testing.T, f task.Function) map[int]int {
	t.Helper()
	var result string
	for attempt := range 20 { // the first connections of the pool are those of the server that was killed
		request := Request{Datasource: "db", MaxRows: 100_000, Statements: []Statement{{SQL: "SELECT tx, COUNT(*) AS n FROM entry GROUP BY tx"}}}
		text, err := invoke(t, f, request)
		if err == nil {
			result = text
			break
		}
		if attempt == 19 {
			t.Fatal(err)
		}
	}
	var response struct{ Rows []struct{ Tx, N int } }
	if err := json.Unmarshal([]byte(result), &response); err != nil {
		t.Fatal(err)
	}
	counts := map[int]int{}
	for _, row := range response.Rows {
		counts[row.Tx] = row.N
	}
	call(t, f, "DELETE FROM entry")
	return counts
}
