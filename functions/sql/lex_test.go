package sql

import (
	"strings"
	"testing"
)

var dialects = map[string]dialect{
	"postgresql": postgres{}.dialect(), "mysql": mysqlEngine{}.dialect(), "sqlserver": sqlServer{}.dialect(), "sqlite": sqlite{}.dialect(),
}

func TestRewrite(t *testing.T) {
	for _, test := range []struct {
		engine, statement, want string
		count                   int
	}{
		{"postgresql", "SELECT ? + ?", "SELECT $1 + $2", 2},
		{"sqlserver", "SELECT ?, ?", "SELECT @p1, @p2", 2},
		{"mysql", "SELECT ?", "SELECT ?", 1},
		{"postgresql", "SELECT '?', \"?\", ?", "SELECT '?', \"?\", $1", 1},
		{"postgresql", "SELECT 'it''s ?' || ?", "SELECT 'it''s ?' || $1", 1},
		{"postgresql", `SELECT 'a\' || ?`, `SELECT 'a\' || $1`, 1},
		{"postgresql", `SELECT E'a\'?' || ?`, `SELECT E'a\'?' || $1`, 1},
		{"mysql", `SELECT 'a\'?', ?`, `SELECT 'a\'?', ?`, 1},
		{"postgresql", "SELECT ? -- ?\n, ?", "SELECT $1 -- ?\n, $2", 2},
		{"mysql", "SELECT 1--?", "SELECT 1--?", 1},
		{"mysql", "SELECT 1 # ?\n, ?", "SELECT 1 # ?\n, ?", 1},
		{"postgresql", "SELECT 1 # ?", "SELECT 1 # $1", 1},
		{"postgresql", "/* ? /* ? */ ? */ ?", "/* ? /* ? */ ? */ $1", 1},
		{"mysql", "/* ? /* ? */ ?", "/* ? /* ? */ ?", 1},
		{"postgresql", "SELECT $$ ? $$, $tag$ ? $$ ? $tag$, ?", "SELECT $$ ? $$, $tag$ ? $$ ? $tag$, $1", 1},
		{"postgresql", "SELECT a$b$ ?", "SELECT a$b$ $1", 1},
		{"postgresql", "SELECT j ?? 'a' AND j ??| ?", "SELECT j ? 'a' AND j ?| $1", 1},
		{"sqlserver", "SELECT [a?b]]c?], ?", "SELECT [a?b]]c?], @p1", 1},
		{"postgresql", "SELECT a[?]", "SELECT a[$1]", 1},
		{"sqlite", "SELECT `?`, [?], ?", "SELECT `?`, [?], ?", 1},
		{"postgresql", "SELECT 'open ?", "SELECT 'open ?", 0},
	} {
		d := dialects[test.engine]
		if got, count := rewrite(lex(test.statement, d.syntax), d.placeholder); got != test.want || count != test.count {
			t.Errorf("%s: %s\n got %s with %d\nwant %s with %d", test.engine, test.statement, got, count, test.want, test.count)
		}
	}
}

func TestVerb(t *testing.T) {
	for statement, want := range map[string]string{
		"select 1":                    "SELECT",
		"-- x\n/* y */ Insert":        "INSERT",
		"(SELECT 1) UNION (SELECT 2)": "SELECT",
		"WITH a AS (INSERT INTO t VALUES (1) RETURNING id) SELECT * FROM a": "SELECT",
		"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a":                "INSERT",
		"WITH a AS (SELECT 1) UPDATE t SET x = 1 RETURNING x":               "UPDATE RETURNING",
		"INSERT INTO t VALUES ('RETURNING')":                                "INSERT",
		"INSERT INTO t OUTPUT inserted.id VALUES (1)":                       "INSERT RETURNING",
		"": "",
	} {
		verb, returning := verbOf(trim(lex(statement, dialects["postgresql"].syntax)))
		if returning {
			verb += " RETURNING"
		}
		if verb != want {
			t.Errorf("%s: got %s, want %s", statement, verb, want)
		}
	}
}

func FuzzLex(f *testing.F) {
	for _, seed := range []string{"SELECT ? -- ?\n", `'a''b' "c" $x$ ? $x$ E'\'' /* /* */ */ [a] ` + "`b` # x", "??", "$1$", "'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, statement string) {
		for name, d := range dialects {
			tokens := lex(statement, d.syntax)
			var joined strings.Builder
			placeholders := 0
			for _, token := range tokens {
				if token.text == "" {
					t.Fatalf("%s: an empty token in %q", name, statement)
				}
				joined.WriteString(token.text)
				if token.kind == tokenPlaceholder {
					placeholders++
				}
			}
			if joined.String() != statement {
				t.Fatalf("%s: %q was read as %q", name, statement, joined.String())
			}
			rewritten, count := rewrite(tokens, d.placeholder)
			if count != placeholders || placeholders > strings.Count(statement, "?") {
				t.Fatalf("%s: %d placeholders in %q", name, count, statement)
			}
			if !strings.Contains(statement, "?") && rewritten != statement {
				t.Fatalf("%s: %q became %q", name, statement, rewritten)
			}
			verbOf(trim(tokens))
		}
	})
}
