package sql

import (
	"cmp"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	mssql "github.com/microsoft/go-mssqldb"

	"github.com/steploom/steploom/shared/task"
)

// TestDeadlocksAreBegunAnew lets transactions take the same rows in opposite orders. The databases end some of them, and all succeed.
func TestDeadlocksAreBegunAnew(t *testing.T) {
	everyEngine(t, func(t *testing.T, f task.Function, _ string) {
		call(t, f, "CREATE TABLE account (id INT PRIMARY KEY, held INT)")
		call(t, f, "INSERT INTO account VALUES (1, 0), (2, 0)")
		var group sync.WaitGroup
		for client := range 2 {
			group.Go(func() {
				for range 10 {
					request := Request{Datasource: "db", Transaction: true}
					for _, id := range [][]int{{1, 2}, {2, 1}}[client] {
						request.Statements = append(request.Statements, Statement{SQL: "UPDATE account SET held = held + 1 WHERE id = ?", Parameters: []any{id}})
					}
					if _, err := invoke(t, f, request); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if got := idsOf(t, call(t, f, "SELECT held AS id FROM account")); got != "[20,20]" {
			t.Errorf("they hold %s", got)
		}
	})
}

// TestAnswerOfATransaction: names and indexes come back, discarded rows do not, and an answer that nobody can carry is found before the COMMIT.
func TestAnswerOfATransaction(t *testing.T) {
	everyEngine(t, func(t *testing.T, f task.Function, engine string) {
		long := map[string]string{"mariadb": "LONGTEXT"}[engine]
		call(t, f, "CREATE TABLE item (id INT PRIMARY KEY, note "+cmp.Or(long, "TEXT")+")")
		insert := func(id int, note string) Statement {
			return Statement{SQL: "INSERT INTO item (id, note) VALUES (?, ?)", Parameters: []any{id, note}, Discard: true}
		}
		read := Statement{SQL: "SELECT id FROM item", Name: "read", Index: "7"}
		got, err := invoke(t, f, Request{Datasource: "db", Transaction: true, Collected: 100, Statements: []Statement{insert(1, "x"), read}})
		if want := `"results":[{"rows":[],"affected":1},{"rows":[{"id":1}],"affected":1,"name":"read","index":"7"}]}`; err != nil || !strings.HasSuffix(got, want) {
			t.Errorf("%v %s", err, got)
		}
		half := strings.Repeat("y", 140_000)
		large := []Statement{insert(2, half), {SQL: "SELECT note FROM item WHERE id = 2"}}
		_, err = invoke(t, f, Request{Datasource: "db", Transaction: true, Statements: large}) // the rows stand in the answer twice
		wantError(t, err, task.PayloadTooLarge, "transaction")
		_, err = invoke(t, f, Request{Datasource: "db", Transaction: true, Collected: task.CollectedLimit + 1})
		wantError(t, err, task.PayloadTooLarge, "245761 bytes, the limit is 245760")
		_, err = invoke(t, f, Request{Datasource: "db", Transaction: true, Collected: 5})
		wantError(t, err, task.RequestInvalid, "statements")
		for _, control := range []string{"COMMIT", "ROLLBACK", "BEGIN", "SAVEPOINT a"} {
			_, err = invoke(t, f, Request{Datasource: "db", Transaction: true, Statements: []Statement{insert(3, "x"), {SQL: control}}})
			wantError(t, err, task.SqlSyntax, "statement 2: the statement cannot stand in a transaction")
		}
		if engine == "mariadb" {
			_, err = invoke(t, f, Request{Datasource: "db", Transaction: true, Statements: []Statement{insert(3, "x"), {SQL: "CREATE TABLE other (id INT)"}}})
			wantError(t, err, task.SqlSyntax, "commits before")
		}
		if got, err := invoke(t, f, Request{Datasource: "db", Transaction: true}); err != nil || got != `{"rows":[],"affected":0,"results":[]}` {
			t.Errorf("of nothing: %v %s", err, got)
		}
		if got := idsOf(t, call(t, f, "SELECT id FROM item")); got != "[1]" {
			t.Errorf("there is %s", got)
		}
	})
}

// TestFailuresOfCommit: what the database says is rolled back, what was never sent as well; of a connection that breaks nobody knows.
func TestFailuresOfCommit(t *testing.T) {
	broken := &net.OpError{Op: "read", Err: io.ErrUnexpectedEOF}
	for _, c := range []struct {
		engine engine
		err    error
		want   string
	}{
		{postgres{}, &pgconn.PgError{Code: "40001"}, task.SqlConflict},
		{postgres{}, &pgconn.PgError{Code: "23503"}, task.SqlConstraint}, // a constraint that was deferred
		{postgres{}, &pgconn.PgError{Code: "57P01"}, task.SqlOutcomeUnknown},
		{postgres{}, broken, task.SqlOutcomeUnknown},
		{postgres{}, driver.ErrBadConn, task.SqlConnect},
		{mysqlEngine{}, &mysql.MySQLError{Number: 1213}, task.SqlConflict},
		{mysqlEngine{}, &mysql.MySQLError{Number: 1927}, task.SqlOutcomeUnknown},
		{mysqlEngine{}, mysql.ErrInvalidConn, task.SqlOutcomeUnknown},
		{mysqlEngine{}, driver.ErrBadConn, task.SqlConnect},
		{sqlServer{}, mssql.Error{Number: 1205}, task.SqlConflict},
		{sqlServer{}, mssql.Error{Number: 10054}, task.SqlOutcomeUnknown},
		{sqlServer{}, broken, task.SqlOutcomeUnknown},
		{sqlServer{}, fmt.Errorf("mssql: %w", driver.ErrBadConn), task.SqlConnect},
		{sqlServer{}, sql.ErrConnDone, task.SqlConnect},
	} {
		err := (&pool{engine: c.engine}).uncommitted(c.err)
		if !errors.Is(err, &task.Error{Name: c.want}) {
			t.Errorf("%T %v: %v, want %s", c.engine, c.err, err, c.want)
		}
	}
}
