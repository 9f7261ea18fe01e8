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
	call(t, f, "CREATE TABLE picture (pet INTEGER, url TEXT, PRIMARY KEY (pet, url))")
	call(t, f, "CREATE TABLE code (id int PRIMARY KEY, name TEXT)")
	for statement, want := range map[string]string{
		"INSERT INTO dbo.pet (id, name) VALUES (41, 'a'), (42, 'b')":   `[{"GENERATED_KEYS":42}]`,
		"UPDATE shop.dbo.pet SET name = 'c' WHERE dbo.pet.id = 0":      `[]`,
		"INSERT INTO pet (name) SELECT 'x' WHERE 1 = 0":                `[]`,
		"INSERT INTO [pet] (id, name) VALUES (43, 'd') RETURNING name": `[{"name":"d"}]`,
		"INSERT INTO [picture] (pet, url) VALUES (41, 'a')":            `[]`,
		"INSERT INTO shop.dbo.[code] VALUES (5, 'a')":                  `[]`,
	} {
		if got := rowsOf(t, call(t, f, statement)); got != want {
			t.Errorf("%s: got %s, want %s", statement, got, want)
		}
	}
}

// TestTSQLOnSQLite: what queries for SQL Server say often means the same there, with parameters in their order.
func TestTSQLOnSQLite(t *testing.T) {
	f := newFunction(StandIn(filepath.Join(t.TempDir(), "test.sqlite"), "jdbc:sqlserver://h;databaseName=shop"))
	call(t, f, "CREATE TABLE dbo.boat (id INTEGER PRIMARY KEY, name TEXT, length INT, made TEXT DEFAULT CURRENT_TIMESTAMP)")
	call(t, f, "INSERT dbo.boat (name, length) VALUES (N'Elk', 7), (N'N', 9), ('ž', NULL)")
	for _, test := range []struct {
		query      string
		parameters []any
		want       string
	}{
		{"SELECT TOP (?) id FROM boat WHERE id > ? ORDER BY id", []any{1, 1}, `[{"id":2}]`},
		{"SELECT DISTINCT TOP 2 id FROM shop.dbo.boat WITH (NOLOCK, READPAST) ORDER BY id DESC", nil, `[{"id":3},{"id":2}]`},
		{"SELECT id FROM boat WHERE length = (SELECT TOP 1 length FROM boat ORDER BY length DESC) OR name IN (SELECT TOP (?) name FROM boat ORDER BY id)", []any{1}, `[{"id":1},{"id":2}]`},
		{"SELECT id FROM boat ORDER BY id OFFSET ? ROWS FETCH NEXT ? ROWS ONLY", []any{1, 1}, `[{"id":2}]`},
		{"SELECT id FROM boat ORDER BY id OFFSET (1 + 1) ROWS", nil, `[{"id":3}]`},
		{"SELECT id FROM boat ORDER BY id OFFSET 0 ROW FETCH FIRST 1 ROW ONLY", nil, `[{"id":1}]`},
		{"SELECT ISNULL(length, 0) AS l, LEN(name) AS n, [top].name FROM boat AS [top] WHERE id = 3 AND GETDATE() > '2020' AND LEN(NEWID()) = 36", nil, `[{"l":0,"n":1,"name":"ž"}]`},
		{"SELECT 'TOP 1; OUTPUT' AS [output], N'x''y' AS n", nil, `[{"output":"TOP 1; OUTPUT","n":"x'y"}]`},
		{"INSERT INTO boat (name) OUTPUT inserted.id, INSERTED.name AS n VALUES (?)", []any{"Fox"}, `[{"id":4,"n":"Fox"}]`},
		{"UPDATE boat SET length = ? OUTPUT inserted.length WHERE id = ?", []any{5, 4}, `[{"length":5}]`},
		{"DELETE FROM boat OUTPUT deleted.* WHERE id = ?; SELECT 1 AS no", []any{5}, `[]`},
		{"DELETE FROM boat OUTPUT deleted.name WHERE id = ?", []any{4}, `[{"name":"Fox"}]`},
		{"INSERT INTO boat (name) VALUES (?); SELECT SCOPE_IDENTITY() AS id, ? AS given; UPDATE boat SET name = ? WHERE id = 1", []any{"Gnu", 7, "Elk2"}, `[{"id":4,"given":7}]`},
		{"SELECT name FROM boat WHERE id = 1", nil, `[{"name":"Elk2"}]`},
	} {
		if got := rowsOf(t, call(t, f, test.query, test.parameters...)); got != test.want {
			t.Errorf("%s: got %s, want %s", test.query, got, test.want)
		}
	}
	for _, query := range []string{"SELECT TOP 1 PERCENT id FROM boat", "SELECT TOP 1 WITH TIES id FROM boat ORDER BY length", "UPDATE boat SET length = 1 OUTPUT deleted.length",
		"SELECT TOP 1 id FROM boat UNION SELECT 9", "SELECT id FROM boat ORDER BY id OFFSET 1", "SELECT TOP"} {
		_, err := invoke(t, f, Request{Datasource: "db", Statements: []Statement{{SQL: query}}})
		wantError(t, err, task.SqlSyntax, "")
	}
}

// TestBatchesThatAsk: a batch for SQL Server gives the rows that it asks for, and the key that it does not ask for.
func TestBatchesThatAsk(t *testing.T) {
	for text, want := range map[string]bool{
		"INSERT INTO t (a) VALUES (?); SELECT SCOPE_IDENTITY() AS id":        true,
		"INSERT INTO t (a) VALUES (?)\nSELECT CAST(SCOPE_IDENTITY() AS int)": true,
		"SET NOCOUNT ON; INSERT INTO t (a) VALUES (1); SELECT @@IDENTITY":    true,
		"DELETE FROM t; DELETE FROM u OUTPUT deleted.id":                     true,
		"INSERT INTO t (a) VALUES (SCOPE_IDENTITY())":                        false,
		"INSERT INTO t (a) VALUES (?); UPDATE u SET a = 1":                   false,
		"INSERT INTO t (a) SELECT a FROM u":                                  false,
		"INSERT INTO t (a) VALUES (';SELECT SCOPE_IDENTITY()')":              false,
	} {
		p, err := prepare(Statement{SQL: strings.ReplaceAll(text, "?", "1")}, sqlServer{}.dialect())
		if err != nil || givesRows(p) != want {
			t.Errorf("%s: %v %v", text, givesRows(p), err)
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
