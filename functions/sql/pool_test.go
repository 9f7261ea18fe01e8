package sql

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// TestBrokenConnections ends the connections of a pool one after the other, as a server that restarts does, while hundreds of requests wait:
// those on a connection that ends may fail, by name; all the others go on, and every write that was acknowledged is there, once.
func TestBrokenConnections(t *testing.T) {
	for _, engine := range []struct{ name, others, end string }{
		{"postgresql", "SELECT pid AS id FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", "SELECT pg_terminate_backend(%s)"},
		{"mariadb", "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()", "KILL CONNECTION %s"},
	} {
		t.Run(engine.name, func(t *testing.T) {
			url := databaseOf(t, engine.name)
			f, admin := newFunction(url), newFunction(url)
			call(t, admin, "CREATE TABLE entry (id INTEGER PRIMARY KEY)")
			var written sync.Map
			var failed, next atomic.Int64
			var wait sync.WaitGroup
			for range 200 {
				wait.Go(func() {
					for range 10 {
						id := next.Add(1)
						_, err := invoke(t, f, Request{Datasource: "db", Statements: []Statement{{SQL: "INSERT INTO entry (id) VALUES (?)", Parameters: []any{id}}}})
						if err == nil {
							written.Store(id, true)
							continue
						}
						failed.Add(1)
						if !errors.Is(err, &task.Error{Name: task.SqlConnect}) {
							t.Errorf("entry %d: %v", id, err)
						}
					}
				})
			}
			ended := 0
			for range 5 {
				time.Sleep(20 * time.Millisecond)
				for _, id := range numbersOf(t, call(t, admin, engine.others)) {
					if _, err := invoke(t, admin, Request{Datasource: "db", Statements: []Statement{{SQL: fmt.Sprintf(engine.end, id)}}}); err == nil {
						ended++
						break
					}
				}
			}
			wait.Wait()
			if int(failed.Load()) > 2*ended {
				t.Errorf("%d requests failed for %d connections that ended", failed.Load(), ended)
			}
			stored := map[string]bool{}
			for _, id := range numbersOf(t, call(t, admin, "SELECT id FROM entry")) {
				stored[id] = true
			}
			written.Range(func(id, _ any) bool {
				if !stored[fmt.Sprint(id)] {
					t.Errorf("entry %v was acknowledged and is not there", id)
				}
				return true
			})
		})
	}
}

// TestCloseEndsConnections: a closed function has no connection to the server any more, also when it is closed while a request runs, which
// still gets its answer.
func TestCloseEndsConnections(t *testing.T) {
	url := databaseOf(t, "postgresql")
	f, admin := newFunction(url), newFunction(url)
	begun := make(chan struct{})
	answered := make(chan error, 1)
	call(t, f, "SELECT 1")
	go func() {
		close(begun)
		_, err := invoke(t, f, Request{Datasource: "db", Statements: []Statement{{SQL: "SELECT pg_sleep(0.5)"}}})
		answered <- err
	}()
	<-begun
	for len(numbersOf(t, call(t, admin, "SELECT pid AS id FROM pg_stat_activity WHERE query LIKE '%pg_sleep(0.5)%' AND state = 'active' AND pid <> pg_backend_pid()"))) == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("the request that ran: %v", err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left := numbersOf(t, call(t, admin, "SELECT pid AS id FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"))
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are left", len(left))
		}
	}
}

func databaseOf(t *testing.T, engine string) string {
	t.Helper()
	if engine == "mariadb" {
		return servers.MariaDB(t)
	}
	return servers.Postgres(t)
}

// numbersOf are the values of the column id.
func numbersOf(t *testing.T, result string) []string {
	t.Helper()
	var response struct{ Rows []struct{ ID json.Number } }
	if err := json.Unmarshal([]byte(result), &response); err != nil {
		t.Fatal(err)
	}
	var numbers []string
	for _, row := range response.Rows {
		numbers = append(numbers, row.ID.String())
	}
	return numbers
}
