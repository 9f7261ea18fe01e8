package sql

import (
	"encoding/json"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

// TestListsFitArrays: a list, a list as JSON text, one value and PostgreSQL's own form fit wherever the server expects an array, in a
// transaction as well, and of types that were made after the connection.
func TestListsFitArrays(t *testing.T) {
	f := newFunction(servers.Postgres(t))
	call(t, f, "CREATE TYPE mood AS ENUM ('sad', 'ok', 'so, \"so\"')")
	call(t, f, "CREATE DOMAIN labels AS text[]")
	call(t, f, "CREATE TABLE item (id bigint, tags labels, mood mood, box box[], extra jsonb)")
	call(t, f, "INSERT INTO item VALUES (?, ?, ?, ?, ?)", 1, []any{"a", "b"}, "ok", []any{"(1,1),(0,0)", "(2,2),(1,1)"}, map[string]any{"k": 1})
	call(t, f, "INSERT INTO item VALUES (?, ?, ?, ?, ?)", json.Number("9007199254740993"), []any{}, `so, "so"`, nil, []any{"k", "z"})
	for _, test := range []struct {
		where      string
		parameters []any
		ids        string
	}{
		{"id = ANY(?)", []any{[]any{1, 2}}, "[1]"},
		{"id = ANY(?)", []any{[]any{json.Number("9007199254740993")}}, "[9007199254740993]"},
		{"id = ANY(?)", []any{"[1, 9007199254740993]"}, "[1,9007199254740993]"},
		{"id = ANY(?)", []any{1}, "[1]"},
		{"id = ANY(?)", []any{"{1,2}"}, "[1]"},
		{"id = ANY(?)", []any{nil}, "[]"},
		{"id = ANY(?)", []any{[]any{}}, "[]"},
		{"id <> ALL(?::bigint[])", []any{[]any{1}}, "[9007199254740993]"},
		{"mood = ANY(?)", []any{[]any{"sad", `so, "so"`}}, "[9007199254740993]"},
		{"mood = ANY(?)", []any{"ok"}, "[1]"},
		{"tags && ?", []any{[]any{"b", `c"\`, nil}}, "[1]"},
		{"tags = ?", []any{[]any{}}, "[9007199254740993]"},
		{"'x' = ANY(?)", []any{`["x", "y"]`}, "[1,9007199254740993]"},
		{"extra ??| ?", []any{[]any{"k"}}, "[1,9007199254740993]"},
		{"extra ??& ?", []any{[]any{"k", "z"}}, "[9007199254740993]"},
		{"extra ?? ?", []any{"z"}, "[9007199254740993]"},
		{"extra = ?", []any{[]any{"k", "z"}}, "[9007199254740993]"},
		{"extra @> ?", []any{map[string]any{"k": 1}}, "[1]"},
	} {
		query := Statement{SQL: "SELECT id FROM item WHERE " + test.where + " ORDER BY id", Parameters: test.parameters}
		for _, transaction := range []bool{false, true} {
			got, err := invoke(t, f, Request{Datasource: "db", Transaction: transaction, Statements: []Statement{query}})
			if err != nil {
				t.Errorf("%s %v: %v", test.where, test.parameters, err)
			} else if ids := idsOf(t, got); ids != test.ids {
				t.Errorf("%s %v: got %s, want %s", test.where, test.parameters, ids, test.ids)
			}
		}
	}
	got := rowsOf(t, call(t, f, "SELECT tags, mood, box, ARRAY[mood] AS moods FROM item WHERE id = 1"))
	if want := `[{"tags":["a","b"],"mood":"ok","box":["(1,1),(0,0)","(2,2),(1,1)"],"moods":["ok"]}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, err := invoke(t, f, Request{Datasource: "db", Statements: []Statement{{SQL: "SELECT 1 WHERE 1 = ANY(?)", Parameters: []any{map[string]any{}}}}})
	wantError(t, err, task.SqlData, "parameter 1: it is an object")
}

// TestParametersOfNoType: where the server can only say text, or cannot say at all, a parameter has the type of its value.
func TestParametersOfNoType(t *testing.T) {
	f := newFunction(servers.Postgres(t))
	call(t, f, "CREATE TABLE item (name text)")
	for _, test := range []struct {
		query      string
		parameters []any
		want       string
	}{
		{"SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e", []any{1, json.Number("1.50"), true, nil, "x"}, `[{"a":1,"b":1.50,"c":true,"d":null,"e":"x"}]`},
		{"SELECT ? AS a", []any{json.Number("9223372036854775807")}, `[{"a":9223372036854775807}]`},
		{"SELECT ? AS a", []any{json.Number("9223372036854775808")}, `[{"a":"9223372036854775808"}]`},
		{"SELECT ? AS a", []any{[]any{"x"}}, `[{"a":"[\"x\"]"}]`},
		{"SELECT ? + ? AS a, ? || 'x' AS b", []any{1, 2.5, 3}, `[{"a":3.5,"b":"3x"}]`},
		{"SELECT jsonb_build_object('n', ?, 'b', ?, 't', ?) AS o", []any{7, true, "x"}, `[{"o":{"b":true,"n":7,"t":"x"}}]`},
		{"SELECT '[10, 20]'::json ->> ? AS a", []any{1}, `[{"a":"20"}]`},
		{"INSERT INTO item VALUES (?), (?)", []any{7, true}, `[{"name":"7"},{"name":"true"}]`},
		{"SELECT name FROM item WHERE name = ?", []any{7}, `[{"name":"7"}]`},
		{"SELECT name FROM item WHERE name LIKE ? AND length(?) = 2", []any{7, 12}, `[{"name":"7"}]`},
	} {
		for _, transaction := range []bool{false, true} {
			call(t, f, "DELETE FROM item")
			call(t, f, "INSERT INTO item VALUES ('7')")
			got, err := invoke(t, f, Request{Datasource: "db", Transaction: transaction, Statements: []Statement{{SQL: test.query, Parameters: test.parameters}}})
			if err != nil {
				t.Errorf("%s: %v", test.query, err)
			} else if rows := rowsOf(t, got); rows != test.want {
				t.Errorf("%s: got %s, want %s", test.query, rows, test.want)
			}
		}
	}
}

// TestSettingsOfTheServer: how a server, a database or a role is set up does not change what is read.
func TestSettingsOfTheServer(t *testing.T) {
	url := servers.Postgres(t)
	f := newFunction(url)
	call(t, f, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET intervalstyle = iso_8601', current_database()); END $$")
	call(t, f, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET bytea_output = escape', current_database()); END $$")
	call(t, f, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Europe/Berlin''', current_database()); END $$")
	call(t, f, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET datestyle = ''German''', current_database()); END $$")
	got := rowsOf(t, call(t, newFunction(url), `SELECT '1 day 2 hours'::interval AS i, '\x5c00ff41'::bytea AS b, '2024-05-06 07:08:09+02'::timestamptz AS t, '2024-05-06'::date AS d`))
	if want := `[{"i":"1 day 02:00:00","b":"XAD/QQ==","t":"2024-05-06 05:08:09","d":"2024-05-06"}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
