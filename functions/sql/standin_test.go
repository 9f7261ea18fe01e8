package sql

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/task"
)

// TestStandInForSQLServer: an INSERT gives what SQL Server gives, so that what needs the key has it.
func TestStandInForSQLServer(t *testing.T) {
	f := newFunction(StandIn(filepath.Join(t.TempDir(), "test.sqlite"), "jdbc:sqlserver://h;databaseName=shop"))
	call(t, f, "CREATE TABLE dbo.pet (id INTEGER PRIMARY KEY, name TEXT)")
	for statement, want := range map[string]string{
		"INSERT INTO dbo.pet (id, name) VALUES (41, 'a'), (42, 'b')":   `[{"GENERATED_KEYS":42}]`,
		"UPDATE shop.dbo.pet SET name = 'c' WHERE dbo.pet.id = 0":      `[]`,
		"INSERT INTO pet (name) SELECT 'x' WHERE 1 = 0":                `[]`,
		"INSERT INTO [pet] (id, name) VALUES (43, 'd') RETURNING name": `[{"name":"d"}]`,
	} {
		if got := rowsOf(t, call(t, f, statement)); got != want {
			t.Errorf("%s: got %s, want %s", statement, got, want)
		}
	}
}

// TestStandInForPostgreSQL: what queries for PostgreSQL say often means the same.
func TestStandInForPostgreSQL(t *testing.T) {
	standIn, server := newFunction(StandIn(filepath.Join(t.TempDir(), "test.sqlite"), "jdbc:postgresql://h/shop")), newFunction(servers.Postgres(t))
	for _, f := range []task.Function{standIn, server} {
		call(t, f, "CREATE TABLE public.item (id int PRIMARY KEY, name text, code char(5), price numeric(8, 2))")
		call(t, f, "INSERT INTO public.item VALUES (1, 'a::b', 'x', 1.5), (2, '= ANY(c)', 'yz', 2)")
	}
	for _, test := range []struct {
		query      string
		parameters []any
	}{
		{"SELECT id FROM item WHERE id = ANY(?) ORDER BY id", []any{[]any{1, 5}}},
		{"SELECT id FROM item WHERE id = ANY (?::int[]) ORDER BY id", []any{[]any{2}}},
		{"SELECT id FROM item WHERE name = SOME(?) ORDER BY id", []any{[]any{"a::b", "= ANY(c)"}}},
		{"SELECT id FROM public.item WHERE id <> ALL(?) ORDER BY id", []any{[]any{1}}},
		{"SELECT id FROM item WHERE id = ANY(?)", []any{nil}},
		{"SELECT id FROM item WHERE id = ANY(?)", []any{[]any{}}},
		{"SELECT id FROM item WHERE id = ANY(?)", []any{2}},
		{"SELECT id FROM item WHERE id = ANY(SELECT id FROM item) ORDER BY id", nil},
		{"SELECT ?::int / 2 AS a, '7'::numeric AS b, id::text AS c, 5::double precision / 2 AS e, 9007199254740993::bigint AS f FROM item WHERE id = 1", []any{"7"}},
		{"SELECT ?::int AS a, 2.5::int AS b, ?::text AS c, ?::jsonb AS d FROM item WHERE name = 'a::b' LIMIT ?::int", []any{1.5, "x", []any{1}, 1}},
		{"SELECT code, name AS n FROM item WHERE name = ?::text", []any{"a::b"}},
	} {
		want, got := rowsOf(t, call(t, server, test.query, test.parameters...)), rowsOf(t, call(t, standIn, test.query, test.parameters...))
		if got != want && strings.ReplaceAll(got, `"[1]"`, "[1]") != want {
			t.Errorf("%s: got %s, want %s", test.query, got, want)
		}
	}
}

// TestCastsThatDiffer: a cast that SQLite would make otherwise is refused, not made.
func TestCastsThatDiffer(t *testing.T) {
	f := newFunction(StandIn(filepath.Join(t.TempDir(), "test.sqlite"), "jdbc:postgresql://h/shop"))
	call(t, f, "CREATE TABLE item (price numeric(8, 2), made timestamp)")
	for _, expression := range []string{"price::int", "(price * 2)::int", "made::date", "'abcdef'::varchar(3)", "'7.556'::numeric(5, 2)", "'t'::boolean", "item.price::text", "sum(price)::int"} {
		_, err := invoke(t, f, Request{Datasource: "db", Statements: []Statement{{SQL: "SELECT " + expression + " AS v FROM item"}}})
		wantError(t, err, task.SqlSyntax, "")
	}
}

func TestHomes(t *testing.T) {
	for url, want := range map[string][]string{
		"jdbc:postgresql://h/shop":                          {"public"},
		"jdbc:postgresql://h/shop?currentSchema=pets,other": {"pets"},
		"postgres://h/shop?search_path=%22Pets%22":          {"Pets"},
		"jdbc:mariadb://h/sample-products":                  {"sample-products"},
		"mysql://h":                                         {},
		"jdbc:sqlserver://h;databaseName=shop":              {"dbo", "shop"},
		"jdbc:sqlserver://h":                                {"dbo"},
		"jdbc:oracle:thin:@h":                               nil,
		"sqlite:a.db":                                       nil,
	} {
		if diff := cmp.Diff(want, Homes(url)); diff != "" {
			t.Errorf("%s:\n%s", url, diff)
		}
	}
}
