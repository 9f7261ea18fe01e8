package sql

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// TestSessionZone: whatever the server's time zone is, a TIMESTAMP is read as the instant it is and a DATETIME as it was written.
func TestSessionZone(t *testing.T) {
	url := servers.MariaDB(t)
	f := newFunction(url)
	call(t, f, "CREATE TABLE z (ts timestamp NULL, dt datetime)")
	call(t, f, "SET GLOBAL time_zone = '+02:00'")
	defer call(t, f, "SET GLOBAL time_zone = 'SYSTEM'")
	abroad := newFunction(url)
	call(t, abroad, "INSERT INTO z VALUES (?, ?)", "2024-05-06 07:08:09", "2024-05-06 07:08:09")
	got := rowsOf(t, call(t, abroad, "SELECT ts, dt, UNIX_TIMESTAMP(ts) AS u, @@global.time_zone AS server FROM z"))
	if want := `[{"ts":"2024-05-06 07:08:09","dt":"2024-05-06 07:08:09","u":1714979289,"server":"+02:00"}]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestStatementEndsWithItsTime: a statement whose time is up does not go on on the server, and what its transaction wrote is undone.
func TestStatementEndsWithItsTime(t *testing.T) {
	url := servers.MariaDB(t)
	f, watcher := newFunction(url), newFunction(url)
	call(t, f, "CREATE TABLE item (id INT)")
	running := "SELECT COUNT(*) AS id FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE '%SLEEP(30)%' AND id <> CONNECTION_ID()"
	for name, request := range map[string]Request{
		"a query":         {Statements: []Statement{{SQL: "SELECT SLEEP(30)"}}},
		"with parameters": {Statements: []Statement{{SQL: "SELECT SLEEP(30) AS s WHERE 1 = ?", Parameters: []any{1}}}},
		"a write":         {Statements: []Statement{{SQL: "INSERT INTO item SELECT SLEEP(30)"}}},
		"a transaction":   {Transaction: true, Statements: []Statement{{SQL: "INSERT INTO item VALUES (1)"}, {SQL: "UPDATE item SET id = SLEEP(30)"}}},
	} {
		request.Datasource, request.TimeoutSeconds = "db", 0.2
		_, err := invoke(t, f, request)
		wantError(t, err, task.SqlTimeout, "200ms")
		eventually(t, name+" still runs", func() bool { return idsOf(t, call(t, watcher, running)) == "[0]" })
	}
	eventually(t, "a row is left", func() bool { return idsOf(t, call(t, watcher, "SELECT COUNT(*) AS id FROM item")) == "[0]" })
	call(t, f, "INSERT INTO item VALUES (2)")
}

// TestCallerLeaves: the end of the caller ends the statement as well.
func TestCallerLeaves(t *testing.T) {
	url := servers.MariaDB(t)
	f, watcher := newFunction(url), newFunction(url)
	ctx, cancel := context.WithCancel(t.Context())
	payload, _ := json.Marshal(Request{Datasource: "db", Statements: []Statement{{SQL: "SELECT SLEEP(31)"}}})
	running := "SELECT COUNT(*) AS id FROM information_schema.processlist WHERE db = DATABASE() AND info = 'SELECT SLEEP(31)'"
	ended := make(chan error)
	go func() {
		_, err := f.Invoke(ctx, payload)
		ended <- err
	}()
	eventually(t, "it does not begin", func() bool { return idsOf(t, call(t, watcher, running)) == "[1]" })
	cancel()
	if err := <-ended; err == nil || strings.Contains(err.Error(), "SLEEP") {
		t.Errorf("the caller left: %v", err)
	}
	eventually(t, "it still runs", func() bool { return idsOf(t, call(t, watcher, running)) == "[0]" })
}

// eventually waits for what the server does on its own.
func eventually(t *testing.T, otherwise string, done func() bool) {
	t.Helper()
	for range 500 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error(otherwise)
}
