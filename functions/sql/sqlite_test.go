package sql

import (
	"context"
	databasesql "database/sql"
	"encoding/json"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/steploom/steploom/shared/task"
)

func openSQLite(name string) (*databasesql.DB, error) { return databasesql.Open("sqlite", name) }

// runner is the function over one datasource called "db".
func newFunction(url string) task.Function {
	environment := task.Variables(map[string]string{Variable("db"): url})
	return New(Config{Environment: environment, SQLite: openSQLite})
}

// call invokes the function with one statement and gives its response as JSON text.
func call(t *testing.T, f task.Function, statement string, parameters ...any) string {
	t.Helper()
	result, err := invoke(t, f, Request{Datasource: "db", Statements: []Statement{{SQL: statement, Parameters: parameters}}})
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return result
}

func invoke(t *testing.T, f task.Function, request Request) (string, error) {
	t.Helper()
	payload, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	result, err := f.Invoke(context.Background(), payload)
	return string(result), err
}

func rowsOf(t *testing.T, result string) string {
	t.Helper()
	var response Result
	if err := json.Unmarshal([]byte(result), &response); err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(response.Rows)
	return string(text)
}

func TestSQLite(t *testing.T) {
	f := newFunction("jdbc:sqlite:" + filepath.Join(t.TempDir(), "test.db"))
	call(t, f, `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, price DECIMAL(5,2), active BOOLEAN,
		born DATE, made TIMESTAMP DEFAULT '2024-05-06 07:08:09', extra JSON, raw BLOB)`)
	got := rowsOf(t, call(t, f, "INSERT INTO item (name, price, active, born, extra, raw) VALUES (?, ?, ?, ?, ?, x'0102')", "pen", 1.5, true, "2024-01-02", map[string]any{"a": 1}))
	want := `[{"id":1,"name":"pen","price":1.5,"active":true,"born":"2024-01-02","made":"2024-05-06 07:08:09","extra":{"a":1},"raw":"AQI=","insert_id":1}]`
	if got != want {
		t.Errorf("insert:\n got %s\nwant %s", got, want)
	}
	if got := rowsOf(t, call(t, f, "SELECT * FROM item WHERE id = ? LIMIT ?", "1", "1")); got != want[:len(want)-len(`,"insert_id":1}]`)]+"}]" {
		t.Errorf("select: %s", got)
	}
}
