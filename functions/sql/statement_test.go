package sql

import (
	"bytes"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/sqltext"
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
		if got, count := rewrite(sqltext.Lex(d.engine, test.statement), d.placeholder); got != test.want || count != test.count {
			t.Errorf("%s: %s\n got %s with %d\nwant %s with %d", test.engine, test.statement, got, count, test.want, test.count)
		}
	}
}

func FuzzPrepare(f *testing.F) {
	for _, seed := range []string{"SELECT ? -- ?\n", `'a''b' "c" $x$ ? $x$ E'\'' /* /* */ */ [a] ` + "`b` # x", "??", "$1$", "'", "/*! ? */;", ";;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, statement string) {
		for name, d := range dialects {
			marks := 0
			for _, token := range sqltext.Lex(d.engine, statement) {
				if token.Kind == sqltext.Mark {
					marks++
				}
			}
			p, err := prepare(Statement{SQL: statement, Parameters: make([]any, marks)}, d)
			if err == nil && !strings.Contains(statement, "?") && !strings.Contains(statement, p.text) {
				t.Fatalf("%s: %q became %q", name, statement, p.text)
			}
		}
	})
}

// TestNumbersKeepTheirDigits writes numbers as databases send them: what a state machine could not hold is text.
func TestNumbersKeepTheirDigits(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "12.340": "12.340", "0.1": "0.1", "-0.30000000000000004": "-0.30000000000000004", "1e+300": "1e+300", "5e-324": "5e-324",
		"1234567890123456789": "1234567890123456789", "-9223372036854775808": "-9223372036854775808", "9223372036854775807": "9223372036854775807",
		"9223372036854775808": `"9223372036854775808"`, "18446744073709551615": `"18446744073709551615"`, "12345678901234567890.12": `"12345678901234567890.12"`,
		"0.1000000000000000000001": `"0.1000000000000000000001"`, "100000000000000000000": "100000000000000000000", "1234567890123456789.0": `"1234567890123456789.0"`,
		"0.000": "0.000", "1e-999999999": `"1e-999999999"`, "NaN": `"NaN"`, "Infinity": `"Infinity"`, "1e999": `"1e999"`,
	} {
		var out bytes.Buffer
		if err := writeNumber(&out, text); err != nil || out.String() != want {
			t.Errorf("%s is written as %s, %v; want %s", text, out.String(), err, want)
		}
	}
}
