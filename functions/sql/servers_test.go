package sql

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// everyEngine runs a test against each engine that has a server or none to need.
func everyEngine(t *testing.T, test func(t *testing.T, f task.Function, engine string)) {
	t.Run("postgresql", func(t *testing.T) { test(t, newFunction(servers.Postgres(t)), "postgresql") })
	t.Run("mariadb", func(t *testing.T) { test(t, newFunction(servers.MariaDB(t)), "mariadb") })
	t.Run("sqlite", func(t *testing.T) {
		test(t, newFunction("sqlite:"+filepath.Join(t.TempDir(), "test.db")), "sqlite")
	})
}

func TestParametersFitTheirPlaces(t *testing.T) {
	everyEngine(t, func(t *testing.T, f task.Function, engine string) {
		call(t, f, "CREATE TABLE item (id INTEGER PRIMARY KEY, name VARCHAR(50), price DECIMAL(8,2), made TIMESTAMP NULL, born DATE)")
		call(t, f, "INSERT INTO item (id, name, price, made, born) VALUES (?, ?, ?, ?, ?)", "1", "pen", "1.50", "2024-05-06 07:08:09", "2024-01-02")
		call(t, f, "INSERT INTO item (id, name, price, made, born) VALUES (?, ?, ?, ?, ?)", 2, "ink", 2.25, "2024-05-06 07:08:09.5", nil)
		for _, test := range []struct {
			where      string
			parameters []any
			ids        string
		}{
			{"id = ?", []any{1}, "[1]"},
			{"id = ?", []any{"1"}, "[1]"},
			{"id > ?", []any{1.5}, "[2]"},
			{"price < ?", []any{2}, "[1]"},
			{"price < ?", []any{"2.1"}, "[1]"},
			{"name LIKE ?", []any{"p%"}, "[1]"},
			{"name = ? OR ? IS NULL", []any{"x", nil}, "[1,2]"},
			{"name = ? OR ? IS NULL", []any{"x", "y"}, "[]"},
			{"made >= ? AND made < ?", []any{"2024-05-06", "2024-05-07"}, "[1,2]"},
			{"born = ?", []any{"2024-01-02"}, "[1]"},
			{"born = ?", []any{nil}, "[]"},
			{"id IN (?, ?)", []any{"1", 2}, "[1,2]"},
		} {
			t.Run(test.where, func(t *testing.T) {
				got := idsOf(t, call(t, f, "SELECT id FROM item WHERE "+test.where+" ORDER BY id", test.parameters...))
				if got != test.ids {
					t.Errorf("%v: got %s, want %s", test.parameters, got, test.ids)
				}
			})
		}
		for _, limit := range []any{1, "1"} {
			if got := idsOf(t, call(t, f, "SELECT id FROM item ORDER BY id LIMIT ? OFFSET ?", limit, limit)); got != "[2]" {
				t.Errorf("LIMIT %v: %s", limit, got)
			}
		}
	})
}

func idsOf(t *testing.T, result string) string {
	t.Helper()
	return "[" + strings.Join(numbersOf(t, result), ",") + "]"
}

func TestColumnTypes(t *testing.T) {
	for _, test := range []struct{ engine, url, table, insert, want string }{
		{
			"postgresql", servers.Postgres(t),
			`id serial, i8 bigint, num numeric(12,3), real8 double precision, yes boolean, ts timestamp, tz timestamptz,
			 d date, ti time, j jsonb, b bytea, tags text[], ns int[], u uuid, t text, n text`,
			`INSERT INTO v (i8, num, real8, yes, ts, tz, d, ti, j, b, tags, ns, u, t) VALUES (9007199254740993, 12.340, 0.1, true,
			 '2024-05-06 07:08:09.25', '2024-05-06 07:08:09+02', '2024-05-06', '07:08:09', '{"b": [1, 2], "a": null}', '\x00ff',
			 '{a,"b \"c",NULL}', '{{1,2},{3,4}}', '123e4567-e89b-12d3-a456-426614174000', 'é')`,
			`[{"id":1,"i8":9007199254740993,"num":12.340,"real8":0.1,"yes":true,"ts":"2024-05-06 07:08:09.25","tz":"2024-05-06 05:08:09",` +
				`"d":"2024-05-06","ti":"07:08:09","j":{"a":null,"b":[1,2]},"b":"AP8=","tags":["a","b \"c",null],"ns":[[1,2],[3,4]],` +
				`"u":"123e4567-e89b-12d3-a456-426614174000","t":"é","n":null}]`,
		},
		{
			"mariadb", servers.MariaDB(t),
			`id int auto_increment primary key, i8 bigint unsigned, num decimal(12,3), real8 double, yes tinyint(1), ts datetime(3), tz timestamp NULL,
			 d date, ti time, j json, b blob, bi bit(10), y year, t varchar(20), n text`,
			`INSERT INTO v (i8, num, real8, yes, ts, tz, d, ti, j, b, bi, y, t) VALUES (18446744073709551615, 12.340, 0.1, true,
			 '2024-05-06 07:08:09.25', '2024-05-06 07:08:09', '2024-05-06', '07:08:09', '{"b": 1}', x'00ff', b'1000000001', 2024, 'é')`,
			`[{"id":1,"i8":"18446744073709551615","num":12.340,"real8":0.1,"yes":1,"ts":"2024-05-06 07:08:09.25","tz":"2024-05-06 07:08:09",` +
				`"d":"2024-05-06","ti":"07:08:09","j":"{\"b\": 1}","b":"AP8=","bi":513,"y":2024,"t":"é","n":null}]`,
		},
	} {
		t.Run(test.engine, func(t *testing.T) {
			f := newFunction(test.url)
			call(t, f, "CREATE TABLE v ("+test.table+")")
			call(t, f, test.insert)
			for _, statement := range []struct {
				sql        string
				parameters []any
			}{{"SELECT * FROM v", nil}, {"SELECT * FROM v WHERE id = ?", []any{1}}} {
				if got := rowsOf(t, call(t, f, statement.sql, statement.parameters...)); got != test.want {
					t.Errorf("%s:\n got %s\nwant %s", statement.sql, got, test.want)
				}
			}
		})
	}
}

func TestGeneratedKeys(t *testing.T) {
	for engine, want := range map[string][2]string{
		"postgresql": {`[{"id":1,"name":"a","size":3}]`, `[{"id":1,"name":"b","size":3}]`},
		"mariadb":    {`[{"insert_id":1}]`, `[]`},
		"sqlite":     {`[{"id":1,"name":"a","size":3,"insert_id":1}]`, `[{"id":1,"name":"b","size":3,"insert_id":1}]`},
	} {
		everyEngine(t, func(t *testing.T, f task.Function, running string) {
			if running != engine {
				return
			}
			id := map[string]string{"postgresql": "SERIAL", "mariadb": "INT AUTO_INCREMENT", "sqlite": "INTEGER"}[engine]
			call(t, f, "CREATE TABLE item (id "+id+" PRIMARY KEY, name VARCHAR(10), size INT DEFAULT 3)")
			if got := rowsOf(t, call(t, f, "INSERT INTO item (name) VALUES (?); -- new", "a")); got != want[0] {
				t.Errorf("insert: got %s, want %s", got, want[0])
			}
			if got := rowsOf(t, call(t, f, "UPDATE item SET name = ? WHERE id = ?", "b", 1)); got != want[1] {
				t.Errorf("update: got %s, want %s", got, want[1])
			}
			if got := call(t, f, "DELETE FROM item"); got != `{"rows":[],"affected":1,"results":[{"rows":[],"affected":1}]}` {
				t.Errorf("delete: got %s", got)
			}
		})
	}
}

func TestTransactionRollsBack(t *testing.T) {
	everyEngine(t, func(t *testing.T, f task.Function, _ string) {
		call(t, f, "CREATE TABLE item (id INT PRIMARY KEY)")
		request := Request{Datasource: "db", Transaction: true, Statements: []Statement{
			{SQL: "INSERT INTO item VALUES (?)", Parameters: []any{1}},
			{SQL: "SELECT id FROM item WHERE ? IS NULL OR id = ?", Parameters: []any{nil, 1}},
			{SQL: "INSERT INTO item VALUES (?)", Parameters: []any{"2"}},
		}}
		if _, err := invoke(t, f, request); err != nil {
			t.Fatal(err)
		}
		request.Statements[0].Parameters[0] = 3
		request.Statements[2].Parameters[0] = 1
		_, err := invoke(t, f, request)
		wantError(t, err, task.SqlConstraint, "statement 3: ")
		if got := idsOf(t, call(t, f, "SELECT id FROM item ORDER BY id")); got != "[1,2]" {
			t.Errorf("after the rollback: %s", got)
		}
		request.Transaction = false
		if _, err := invoke(t, f, request); err == nil {
			t.Error("the doubled key is accepted")
		}
		if got := idsOf(t, call(t, f, "SELECT id FROM item ORDER BY id")); got != "[1,2,3]" {
			t.Errorf("without a transaction: %s", got)
		}
	})
}

func wantError(t *testing.T, err error, name, message string) {
	t.Helper()
	e := task.AsError(err)
	if e == nil || e.Name != name || !strings.Contains(e.Message, message) {
		t.Errorf("got %v, want %s with %q", err, name, message)
	}
}

func TestErrorsAreNamed(t *testing.T) {
	everyEngine(t, func(t *testing.T, f task.Function, engine string) {
		call(t, f, "CREATE TABLE item (id INT PRIMARY KEY, size INT NOT NULL CHECK (size > 0))")
		call(t, f, "INSERT INTO item VALUES (1, 1)")
		for _, test := range []struct {
			statement  string
			parameters []any
			name       string
		}{
			{"INSERT INTO item VALUES (1, 2)", nil, task.SqlConstraint},
			{"INSERT INTO item VALUES (2, ?)", []any{nil}, task.SqlConstraint},
			{"INSERT INTO item VALUES (2, ?)", []any{-1}, task.SqlConstraint},
			{"SELEC 1", nil, task.SqlSyntax},
			{"SELECT * FROM nothing", nil, task.SqlSyntax},
			{"SELECT nothing FROM item", nil, task.SqlSyntax},
			{"SELECT 1 WHERE 1 = ?", nil, task.SqlSyntax},
			{"SELECT 1", []any{1}, task.SqlSyntax},
			{"SELECT 1; DROP TABLE item", nil, task.SqlSyntax},
			{" -- nothing", nil, task.SqlSyntax},
		} {
			_, err := invoke(t, f, Request{Datasource: "db", Statements: []Statement{{SQL: test.statement, Parameters: test.parameters}}})
			wantError(t, err, test.name, "")
		}
		if engine == "sqlite" {
			return // stores any value in any column
		}
		_, err := invoke(t, f, Request{Datasource: "db", Statements: []Statement{{SQL: "INSERT INTO item VALUES (3, ?)", Parameters: []any{"many"}}}})
		wantError(t, err, task.SqlData, "")
	})
}

func TestLimits(t *testing.T) {
	everyEngine(t, func(t *testing.T, f task.Function, engine string) {
		call(t, f, "CREATE TABLE item (id INT PRIMARY KEY, body TEXT)")
		for i := range 10 {
			call(t, f, "INSERT INTO item VALUES (?, ?)", i, strings.Repeat("x", 30_000))
		}
		ask := func(sql string, rows int, seconds float64) error {
			_, err := invoke(t, f, Request{Datasource: "db", MaxRows: rows, TimeoutSeconds: seconds, Statements: []Statement{{SQL: sql}}})
			return err
		}
		wantError(t, ask("SELECT id FROM item", 9, 0), task.SqlTooManyRows, "more than 9 rows")
		if err := ask("SELECT id FROM item", 10, 0); err != nil {
			t.Error(err)
		}
		wantError(t, ask("SELECT * FROM item", 0, 0), task.PayloadTooLarge, "limit")
		slow := map[string]string{
			"postgresql": "SELECT pg_sleep(30)",
			"mariadb":    "SELECT sleep(30)",
			"sqlite":     "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
		}[engine]
		wantError(t, ask(slow, 0, 0.3), task.SqlTimeout, "300ms")
		if err := ask("SELECT id FROM item", 0, 0); err != nil {
			t.Errorf("after the timeout: %v", err)
		}
	})
}

func TestConnectionFailures(t *testing.T) {
	postgres, mariadb := servers.Postgres(t), servers.MariaDB(t)
	for _, url := range []string{
		"jdbc:postgresql://127.0.0.1:1/x", "jdbc:mariadb://127.0.0.1:1/x", "jdbc:sqlserver://127.0.0.1:1;loginTimeout=1",
		strings.Replace(postgres, ":steploom@", ":wrong@", 1), strings.Replace(mariadb, ":steploom@", ":wrong@", 1),
		strings.Replace(postgres, "/test_", "/none_", 1), strings.Replace(mariadb, "/test_", "/none_", 1),
	} {
		f := newFunction(url)
		_, err := invoke(t, f, Request{Datasource: "db", TimeoutSeconds: 5, Statements: []Statement{{SQL: "SELECT 1"}}})
		wantError(t, err, task.SqlConnect, "")
		if err != nil && strings.Contains(fmt.Sprint(err), "wrong") {
			t.Errorf("the password is in the message: %v", err)
		}
	}
	_, err := invoke(t, New(Config{}), Request{Datasource: "db", Statements: []Statement{{SQL: "SELECT 1"}}})
	wantError(t, err, task.SqlConnect, "STEPLOOM_DATASOURCE_DB")
}

// TestClosedConnectionsAreReplaced ends the server's side of an idle connection between two invocations.
func TestClosedConnectionsAreReplaced(t *testing.T) {
	for url, kill := range map[string]string{
		servers.Postgres(t): "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
		servers.MariaDB(t):  "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()",
	} {
		f, other := newFunction(url), newFunction(url)
		call(t, f, "CREATE TABLE item (id INT)")
		killed := call(t, other, kill)
		if strings.HasPrefix(url, "mariadb") {
			call(t, other, "KILL "+strings.Trim(idsOf(t, killed), "[]"))
		}
		time.Sleep(1100 * time.Millisecond) // the PostgreSQL driver trusts a connection for a second
		call(t, f, "SELECT * FROM item")
	}
}

// TestConcurrentTransactions: in a local run invocations overlap.
func TestConcurrentTransactions(t *testing.T) {
	everyEngine(t, func(t *testing.T, f task.Function, engine string) {
		call(t, f, "CREATE TABLE counter (n INT)")
		call(t, f, "INSERT INTO counter VALUES (0)")
		read := "SELECT n FROM counter FOR UPDATE"
		if engine == "sqlite" {
			read = "SELECT n FROM counter"
		}
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				_, err := invoke(t, f, Request{Datasource: "db", Transaction: true, Statements: []Statement{
					{SQL: read}, {SQL: "UPDATE counter SET n = n + ?", Parameters: []any{1}},
				}})
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if got := idsOf(t, call(t, f, "SELECT n AS id FROM counter")); got != "[20]" {
			t.Errorf("counted %s", got)
		}
	})
}

// TestQuotesThatCloseNothing: an apostrophe in a comment or in a quoted name hides no placeholder.
func TestQuotesThatCloseNothing(t *testing.T) {
	everyEngine(t, func(t *testing.T, f task.Function, engine string) {
		call(t, f, "CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))")
		call(t, f, "INSERT INTO item VALUES (1, 'a?b')")
		quote := map[string]string{"mariadb": "`", "postgresql": `"`, "sqlite": `"`}[engine]
		for _, statement := range []string{
			"-- don't\nSELECT id FROM item WHERE name = 'a?b' AND id = ?",
			"SELECT id, name AS " + quote + "it's" + quote + " FROM item WHERE id = ? /* isn't */",
			"/* what's ? */ SELECT id FROM item -- here's ?\nWHERE name <> 'it''s' AND id = ?",
		} {
			if got := idsOf(t, call(t, f, statement, 1)); got != "[1]" {
				t.Errorf("%s: %s", statement, got)
			}
		}
	})
}

// TestEqualLabels: of columns with one label the first counts, whichever tables they come from.
func TestEqualLabels(t *testing.T) {
	everyEngine(t, func(t *testing.T, f task.Function, engine string) {
		call(t, f, "CREATE TABLE owner (id INT PRIMARY KEY, name VARCHAR(9))")
		call(t, f, "CREATE TABLE boat (id INT PRIMARY KEY, owner INT, name VARCHAR(9))")
		call(t, f, "INSERT INTO owner VALUES (1, 'Ada')")
		call(t, f, "INSERT INTO boat VALUES (7, 1, 'Elk')")
		got := rowsOf(t, call(t, f, "SELECT b.*, o.*, 2 AS id FROM boat b JOIN owner o ON b.owner = o.id"))
		if want := `[{"id":7,"owner":1,"name":"Elk"}]`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

// TestWithThatWrites: a WITH query that deletes and inserts does both once and gives what it inserted.
func TestWithThatWrites(t *testing.T) {
	f := newFunction(servers.Postgres(t))
	call(t, f, "CREATE TABLE queue (id INT PRIMARY KEY)")
	call(t, f, "CREATE TABLE archive (id INT)")
	call(t, f, "INSERT INTO queue VALUES (7), (8)")
	moved := call(t, f, "WITH moved AS (DELETE FROM queue WHERE id = ? RETURNING *) INSERT INTO archive SELECT * FROM moved", 7)
	if got := idsOf(t, moved); got != "[7]" {
		t.Errorf("moved %s", got)
	}
	if got := idsOf(t, call(t, f, "SELECT id FROM archive UNION ALL SELECT id FROM queue")); got != "[7,8]" {
		t.Errorf("afterwards: %s", got)
	}
}
