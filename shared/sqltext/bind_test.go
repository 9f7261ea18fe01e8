package sqltext

import (
	"fmt"
	"strings"
	"testing"
)

// parse makes parts of a text in which $0 to $9 are values and @0 to @9 inline texts.
func parse(text string) []Part {
	var parts []Part
	start := 0
	for i := 0; i+1 < len(text); i++ {
		if (text[i] == '$' || text[i] == '@') && isDigit(text[i+1]) {
			kind := Value
			if text[i] == '@' {
				kind = Inline
			}
			parts = append(parts, Part{Kind: Fixed, Text: text[start:i]}, Part{Kind: kind})
			start = i + 2
		}
	}
	return append(parts, Part{Kind: Fixed, Text: text[start:]})
}

// write prints what Bind returns: the statement, the values of its parameters, and the reasons of what is refused.
func write(pieces []Piece, refused []Refusal) string {
	var statement strings.Builder
	var values []string
	for _, p := range pieces {
		switch p.Kind {
		case Chosen:
			statement.WriteString("@")
		case Parameter:
			var value strings.Builder
			for _, f := range p.Value {
				if f.Part < 0 {
					fmt.Fprintf(&value, "<%s>", f.Text)
				} else {
					value.WriteString("$")
				}
			}
			values = append(values, value.String())
		}
		statement.WriteString(p.Text)
	}
	for _, r := range refused {
		values = append(values, "!"+r.Reason)
	}
	return strings.Join(append([]string{statement.String()}, values...), " | ")
}

func TestBind(t *testing.T) {
	for _, test := range []struct {
		engine    Engine
		statement string
		want      string
	}{
		{PostgreSQL, "SELECT a FROM t WHERE b = $0 AND c LIKE '%it''s $1%'", "SELECT a FROM t WHERE b = ? AND c LIKE ? | $ | <%it's >$<%>"},
		{PostgreSQL, "SELECT a FROM t WHERE b = ? AND c = $0 AND d ?? 'x?'", "SELECT a FROM t WHERE b = ? AND c = ? AND d ?? 'x?' | $"},
		{PostgreSQL, "SELECT a FROM t @0 LIMIT $1", "SELECT a FROM t @ LIMIT ? | $"},
		{PostgreSQL, "SELECT '@0' FROM t", "SELECT '@' FROM t"},
		{PostgreSQL, "SELECT a FROM t WHERE b = '@0 $1'", "SELECT a FROM t WHERE b = ? | $< >$"},
		{PostgreSQL, "SELECT a FROM t WHERE @0 $1", "SELECT a FROM t WHERE @  | !" + reasonUnknown},
		{PostgreSQL, `SELECT a FROM t WHERE b = 'c:\$0'`, `SELECT a FROM t WHERE b = ? | <c:\>$`},
		{PostgreSQL, `SELECT a FROM t WHERE b = E'\n$0'`, `SELECT a FROM t WHERE b = E'\n' | !it stands in a quoted text of a special kind`},
		{PostgreSQL, "SELECT a -- don't $0\nFROM t WHERE b = $1", "SELECT a -- don't \nFROM t WHERE b = ? | $ | !it stands in a comment"},
		{PostgreSQL, `SELECT "it's $0" FROM t`, `SELECT "it's " FROM t | !it stands in a quoted name`},
		{PostgreSQL, `SELECT "it's" /* isn't */ FROM t WHERE b = $0`, `SELECT "it's" /* isn't */ FROM t WHERE b = ? | $`},
		{PostgreSQL, "SELECT $$ $0 $$", "SELECT $$  $$ | !it stands in a quoted text of a special kind"},
		{PostgreSQL, "SELECT a FROM t WHERE b = $x$ $0 $x$", "SELECT a FROM t WHERE b = $x$  $x$ | !it stands in a quoted text of a special kind"},
		{PostgreSQL, "SELECT a FROM t WHERE b = 'open $0", "SELECT a FROM t WHERE b = 'open  | !the quoted text around it is never closed"},
		{PostgreSQL, "SELECT a FROM t WHERE b = 5 -$0- 3", "SELECT a FROM t WHERE b = 5 -?- 3 | $"},
		{PostgreSQL, "SELECT a FROM t WHERE b = 'it'$0's'", "SELECT a FROM t WHERE b = 'it''s' | !it is part of a name"},
		{MySQL, `SELECT a FROM t WHERE b LIKE "%\_\"$0\n%" # don't`, `SELECT a FROM t WHERE b LIKE ? # don't | <%\_">$<` + "\n" + `%>`},
		{MySQL, `SELECT a FROM t WHERE b = 'x\$0'`, `SELECT a FROM t WHERE b = 'x\' | !it stands in a quoted text of a special kind`},
		{MySQL, "SELECT `a$0` FROM t", "SELECT `a` FROM t | !it stands in a quoted name"},
		{MySQL, "SELECT a FROM t WHERE b = _utf8'$0'", "SELECT a FROM t WHERE b = _utf8'' | !it stands in a quoted text of a special kind"},
		{SQLServer, "SELECT [it's] FROM t WHERE b = N'$0'", "SELECT [it's] FROM t WHERE b = ? | $"},
		{SQLServer, "SELECT [a$0] FROM t", "SELECT [a] FROM t | !it stands in a quoted name"},
		{Oracle, "SELECT a FROM t WHERE b = q'[it's $0]'", "SELECT a FROM t WHERE b = q'[it's ]' | !it stands in a quoted text of a special kind"},
		{Unknown, `SELECT a FROM t WHERE b = '\n$0'`, `SELECT a FROM t WHERE b = '\n' | !it stands in a quoted text of a special kind`},
		{Unknown, "SELECT a FROM t WHERE b = '\uFFFD$0\uFFFD'", "SELECT a FROM t WHERE b = ? | <\uFFFD>$<\uFFFD>"},
	} {
		if got := write(Bind(test.engine, parse(test.statement))); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.statement, got, test.want)
		}
	}
}

// TestPlaces tries values at places where they can stand, and at places where they would be something else.
func TestPlaces(t *testing.T) {
	for _, test := range []struct {
		engine Engine
		reason string // why $0 is refused; "" when it is bound
		texts  []string
	}{
		{Unknown, "", []string{
			"SELECT a FROM t WHERE b = $0", "SELECT a FROM t WHERE b<>$0", "SELECT a FROM t WHERE $0 = b", "SELECT a FROM t WHERE ($0 IS NULL OR a = 1)",
			"SELECT a FROM t WHERE b BETWEEN 1 AND $0", "SELECT a FROM t WHERE b BETWEEN CASE WHEN a AND b THEN 1 END AND $0", "SELECT a FROM t WHERE b IN (1, $0)",
			"SELECT a FROM t WHERE (a, b) IN ((1, $0))", "SELECT a FROM t WHERE ($0, 1) = (a, b)", "SELECT a FROM t WHERE a > ($0 * 2)", "SELECT lower($0)", "SELECT coalesce(a, $0) FROM t",
			"SELECT CASE a WHEN $0 THEN 1 END FROM t", "SELECT CASE $0 WHEN 1 THEN a END FROM t", "SELECT CASE WHEN $0 > a THEN 1 ELSE 2 END FROM t",
			"SELECT CASE WHEN a THEN $0 ELSE 2 END FROM t", "INSERT INTO t (a, b) VALUES (1, 2), (3, $0)", "INSERT INTO shop.t VALUES ($0)", "UPDATE t SET a = $0",
			"UPDATE t SET a = 1, b = lower($0)", "DELETE FROM t WHERE a = $0", "SELECT a FROM t LIMIT $0", "SELECT a FROM t LIMIT 1 OFFSET $0", "SELECT a FROM t LIMIT 1, $0",
			"SELECT a FROM t ORDER BY a = $0 DESC", "SELECT a FROM t ORDER BY CASE $0 WHEN 'a' THEN a ELSE b END", "SELECT a FROM t GROUP BY date_trunc($0, a)",
			"SELECT a FROM t ORDER BY CASE WHEN b = $0 THEN 0 ELSE 1 END, a", "WITH x (a) AS (SELECT b FROM t WHERE b = $0) SELECT a FROM x",
			"SELECT a FROM f(1, $0) AS x (b, c)", "SELECT count(*) FILTER (WHERE a = $0) FROM t", "SELECT a FROM t JOIN u ON $0 = u.a", "SELECT a FROM t HAVING count(*) > $0",
			"SELECT a FROM t WHERE a LIKE $0 ESCAPE '!'", "SELECT 1; DELETE FROM t WHERE a = $0", "SELECT a, lower($0) FROM t",
			"MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = $0", "MERGE INTO t USING u ON t.a = u.a WHEN NOT MATCHED THEN INSERT (a, b) VALUES (1, $0)",
			"INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = $0", "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = $0)", "CALL p(1, $0)",
			"SELECT $0 AS a", "SELECT a, $0 AS b FROM t", "SELECT DISTINCT $0 as a FROM t", "INSERT INTO t (a) SELECT $0 AS a FROM u",
			"SELECT a * $0 FROM t", "SELECT a FROM t WHERE NOT $0 = a", "SELECT substring(a FROM $0 FOR 2) FROM t", "SELECT trim($0 FROM a) FROM t",
		}},
		{Unknown, reasonConstant, []string{
			"SELECT a FROM t ORDER BY $0", "SELECT a FROM t ORDER BY b, $0 DESC", "SELECT a FROM t ORDER BY $0 COLLATE nocase ASC NULLS LAST", "SELECT a FROM t ORDER BY ($0)",
			"SELECT a FROM t ORDER BY -$0", "SELECT a FROM t ORDER BY $0 + 0", "SELECT a FROM t ORDER BY lower($0), a", "SELECT a FROM t ORDER BY CASE WHEN 1 = 1 THEN $0 END",
			"SELECT a FROM t ORDER BY coalesce($0, 1) LIMIT 1", "SELECT a FROM t GROUP BY $0", "SELECT a FROM t GROUP BY a, $0 HAVING count(*) > 1", "SELECT sum(a) OVER (PARTITION BY $0) FROM t",
			"SELECT rank() OVER (PARTITION BY a ORDER BY $0) FROM t", "SELECT string_agg(a, ',' ORDER BY $0) FROM t", "SELECT a FROM (SELECT a FROM t ORDER BY $0) x",
			"SELECT a FROM t ORDER BY CAST($0 AS double precision)", "SELECT a FROM t ORDER BY '$0'", "SELECT a FROM t UNION SELECT b FROM u ORDER BY $0",
			"SELECT a FROM t ORDER BY shop.rank($0)", "SELECT a FROM t GROUP BY GROUPING SETS ((a), ($0))", "SELECT a FROM t GROUP BY ROLLUP (a, $0)",
		}},
		{Unknown, reasonSelect, []string{
			"SELECT $0", "SELECT a, $0 FROM t", "SELECT DISTINCT $0 FROM t", "SELECT ($0) FROM t", "INSERT INTO t (a) VALUES (1) RETURNING $0", "SELECT 1; SELECT $0",
			"SELECT a FROM t WHERE b IN (SELECT $0)", "SELECT a FROM t WHERE b IN (SELECT a, $0 FROM u)", "SELECT a FROM t UNION ALL SELECT $0", "SELECT count(DISTINCT $0) FROM t",
		}},
		{Unknown, reasonTable, []string{
			"SELECT a FROM $0", "SELECT a FROM t, $0", "SELECT a FROM t JOIN $0 ON 1 = 1", "INSERT INTO $0 VALUES (1)", "UPDATE $0 SET a = 1", "DELETE FROM $0",
			"SELECT a FROM ($0)", "SELECT a INTO $0 FROM t", "WITH x AS (SELECT a FROM $0) SELECT a FROM x",
		}},
		{Unknown, reasonColumn, []string{"UPDATE t SET $0 = 1", "UPDATE t SET a = 1, $0 = 2"}},
		{Unknown, reasonNames, []string{
			"INSERT INTO t ($0) VALUES (1)", "INSERT INTO shop.t (a, $0) VALUES (1)", "SELECT a FROM t JOIN u USING ($0)", "WITH x ($0) AS (SELECT 1) SELECT 1",
			"WITH x AS (SELECT 1), y (a, $0) AS (SELECT 1) SELECT 1", "SELECT a FROM f(1) AS x (b, $0)", "SELECT CAST(a AS decimal(5, $0)) FROM t", "SELECT DISTINCT ON ($0) a FROM t",
			"INSERT INTO t (a) VALUES (1) ON CONFLICT ($0) DO NOTHING", "UPDATE t SET (a, $0) = (1, 2)",
			"MERGE INTO t USING u ON t.a = u.a WHEN NOT MATCHED THEN INSERT (a, $0) VALUES (1, 2)",
		}},
		{Unknown, reasonName, []string{
			"SELECT a$0 FROM t", "SELECT a FROM t WHERE b = $0c", "SELECT a FROM t WHERE b = t.$0", "SELECT a FROM t WHERE $0.b = 1", "SELECT a FROM t WHERE b = $0(1)", "SELECT a FROM t WHERE b = $0 (1)",
			"SELECT a FROM t WHERE b = 1$0", "SELECT a FROM t WHERE b = 1.$0", "SELECT a FROM t WHERE b = @$0", "SELECT a FROM t WHERE b = :$0", "SELECT a FROM t LIMIT$0",
		}},
		{Unknown, reasonCondition, []string{
			"SELECT a FROM t WHERE $0", "SELECT a FROM t WHERE a = 1 AND $0", "SELECT a FROM t WHERE a = 1 OR ($0)", "SELECT CASE WHEN $0 THEN 1 END FROM t", "SELECT a FROM t JOIN u ON $0",
			"SELECT a FROM t WHERE NOT $0", "SELECT a FROM t WHERE b BETWEEN 1 AND 2 AND $0",
		}},
		{Unknown, reasonPlace, []string{
			"$0", "SELECT a FROM t $0", "SELECT a FROM t ORDER BY a $0", "SELECT a FROM t WHERE a $0 1", "SELECT a FROM t WHERE a = 1 $0", "SELECT a FROM t AS x $0", "SELECT a FROM t LIMIT 1 $0",
			"SELECT a FROM t WHERE a = 1; $0", "SELECT a FROM t WHERE a IN $0", "SELECT a FROM t WHERE a IS $0", "SELECT * $0 FROM t", "INSERT INTO t VALUES $0", "SELECT a FROM t WHERE b COLLATE $0 = 1",
		}},
		{Unknown, "CREATE takes no values", []string{"CREATE TABLE t (a int DEFAULT ($0))", "CREATE VIEW v AS SELECT a FROM t WHERE a = $0"}},
		{PostgreSQL, "ALTER takes no values", []string{"ALTER TABLE t ADD CHECK (a > $0)"}},
		{PostgreSQL, "SET takes no values", []string{"SET x = $0"}},
		{PostgreSQL, reasonLiteral, []string{"SELECT a FROM t WHERE a > now() - INTERVAL $0", "SELECT a FROM t WHERE a > INTERVAL '$0 days'", "SELECT a FROM t WHERE a > DATE '$0'"}},
		{PostgreSQL, "", []string{
			"SELECT $0::text", "SELECT a, $0::int AS b FROM t",
			"SELECT a[$0] FROM t", "SELECT a[1:$0] FROM t", "SELECT a FROM t WHERE b = ANY($0)", "SELECT a FROM t WHERE b = ANY(ARRAY[1, $0])", "SELECT a FROM t WHERE $0::int = a",
			"SELECT a FROM t WHERE b->>$0 = 'x'", "SELECT a FROM t WHERE b @> $0", "SELECT a FROM t WHERE b ?? $0", "SELECT a FROM t WHERE b ??| $0", "SELECT a FROM t OFFSET 1 FETCH FIRST $0 ROWS ONLY",
			"SELECT a AT TIME ZONE $0 FROM t", "SELECT a FROM t WHERE a IS DISTINCT FROM $0", "SELECT a FROM t WHERE a SIMILAR TO $0", "SELECT f(b => $0) FROM t", "CREATE TABLE u AS SELECT a FROM t WHERE a = $0",
			"SELECT a FROM t WHERE b::timestamp with time zone > lower($0)",
		}},
		{PostgreSQL, reasonType, []string{"SELECT a FROM t WHERE b = -$0", "SELECT extract(year FROM $0) FROM t"}},
		{PostgreSQL, "the name of a type stands there, not a value", []string{"SELECT a::$0 FROM t"}},
		{MySQL, "", []string{
			"SELECT a FROM t WHERE a > now() - INTERVAL $0 DAY", "INSERT INTO t SET a = $0", "INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a) + $0", "SET @x = $0",
			"SELECT a FROM t WHERE a RLIKE $0", "SELECT a FROM t WHERE a DIV $0 = 1", "SELECT a FROM t WHERE MATCH (a) AGAINST ($0 IN BOOLEAN MODE)", "SELECT a FROM t WHERE a = $0 # it's",
		}},
		{MySQL, reasonNames, []string{"INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES($0)", "SELECT a FROM t USE INDEX ($0)"}},
		{SQLServer, "", []string{"SELECT TOP ($0) a FROM t", "SELECT a FROM t ORDER BY a OFFSET $0 ROWS FETCH NEXT 5 ROWS ONLY", "IF EXISTS (SELECT 1 FROM t WHERE a = $0) DELETE FROM t"}},
	} {
		for _, text := range test.texts {
			got := ""
			if _, refused := Bind(test.engine, parse(text)); len(refused) > 0 {
				got = refused[0].Reason
			}
			if got != test.reason {
				t.Errorf("%s: got %q, want %q", text, got, test.reason)
			}
		}
	}
}
