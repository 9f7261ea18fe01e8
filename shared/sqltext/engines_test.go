package sqltext

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	_ "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	_ "modernc.org/sqlite"
	"pgregory.net/rapid"

	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// deliberate are the reasons for refusing what an engine would take: a constant where the author means a column, a text
// as a condition, and what is well placed but would fail for its type.
var deliberate = []string{reasonSelect, reasonConstant, reasonCondition, reasonType}

// acceptance asks an engine whether a statement, in which ? is a parameter, can be prepared.
type acceptance func(statement string) error

// TestPlacesAgreeWithEngines replaces every operand of valid statements by a value, one after another. Where the model lets
// a value stand, the engine must take a parameter; where the model does not, the engine must refuse it, or the refusal is
// deliberate.
func TestPlacesAgreeWithEngines(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine Engine, accept acceptance) {
		var places, bound int
		for _, statement := range corpus(engine) {
			if err := accept(statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
			for _, parts := range variants(engine, statement) {
				places++
				if binds(t, engine, parts, accept) {
					bound++
				}
			}
		}
		t.Logf("%d of %d places take a value", bound, places)
	})
}

// TestRandomStatements does the same with random statements.
func TestRandomStatements(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine Engine, accept acceptance) {
		tried, valid := 0, 0
		property.Check(t, func(t *rapid.T) {
			g := generator{t}
			statement := g.statement()
			tried++
			if accept(statement) != nil {
				return // such as a sum of a column that is not grouped by
			}
			valid++
			for _, parts := range variants(engine, statement) {
				binds(t, engine, parts, accept)
			}
		})
		if valid < tried/2 {
			t.Errorf("only %d of %d statements are valid", valid, tried)
		}
	})
}

func everyEngine(t *testing.T, test func(t *testing.T, engine Engine, accept acceptance)) {
	t.Run("postgresql", func(t *testing.T) { test(t, PostgreSQL, postgresAccepts(t)) })
	t.Run("mariadb", func(t *testing.T) { test(t, MySQL, mariadbAccepts(t)) })
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite, sqliteAccepts(t)) })
}

// binds reports whether the model binds the value of three parts, and fails where the engine sees it otherwise.
func binds(t interface{ Errorf(string, ...any) }, engine Engine, parts []Part, accept acceptance) bool {
	_, refused := Bind(engine, parts)
	text := parts[0].Text + "?" + parts[2].Text
	err := accept(text)
	switch {
	case len(refused) == 0 && err != nil:
		t.Errorf("the model binds %s: %v", text, err)
	case len(refused) > 0 && err == nil && !slices.Contains(deliberate, refused[0].Reason):
		t.Errorf("the model refuses %s: %s", text, refused[0].Reason)
	}
	return len(refused) == 0
}

// generator writes random statements over the tables of the corpus.
type generator struct{ t *rapid.T }

func (g generator) choose(n int) int { return rapid.IntRange(0, n-1).Draw(g.t, "choice") }

func (g generator) statement() string {
	switch g.choose(6) {
	case 0:
		return "INSERT INTO t (a, b) VALUES (" + g.number(2) + ", " + g.text(2) + "), (3, 'z')"
	case 1:
		return "UPDATE t SET a = " + g.number(2) + ", b = " + g.text(2) + " WHERE " + g.condition(2)
	case 2:
		return "DELETE FROM t WHERE " + g.condition(3)
	case 3:
		return "WITH x (a, b) AS (" + g.query(1) + ") SELECT a FROM x WHERE " + g.condition(1)
	}
	return g.query(3)
}

func (g generator) query(depth int) string {
	text := "SELECT " + g.number(depth) + " AS n, " + g.text(depth) + " FROM t WHERE " + g.condition(depth)
	switch g.choose(4) {
	case 0:
		return text + " ORDER BY " + g.number(1) + " DESC, " + g.text(1) + " LIMIT 5"
	case 1:
		return text + " ORDER BY a, CASE WHEN " + g.condition(1) + " THEN 1 ELSE 2 END LIMIT 5 OFFSET 2"
	case 2:
		return "SELECT " + g.number(1) + ", count(*) FROM t GROUP BY " + g.number(0) + " HAVING count(*) > 2"
	}
	return text
}

func (g generator) number(depth int) string {
	if depth == 0 {
		return []string{"a", "1", "2"}[g.choose(3)]
	}
	switch g.choose(6) {
	case 0:
		return g.number(depth-1) + []string{" + ", " * ", " % "}[g.choose(3)] + g.number(depth-1)
	case 1:
		return "(" + g.number(depth-1) + ")"
	case 2:
		return "coalesce(" + g.number(depth-1) + ", " + g.number(0) + ")"
	case 3:
		return "CASE WHEN " + g.condition(depth-1) + " THEN " + g.number(0) + " ELSE 3 END"
	case 4:
		return "(SELECT max(u.a) FROM u WHERE " + g.condition(0) + ")"
	}
	return g.number(0)
}

func (g generator) text(depth int) string {
	if depth == 0 {
		return []string{"b", "'x'"}[g.choose(2)]
	}
	switch g.choose(4) {
	case 0:
		return []string{"lower", "upper", "trim"}[g.choose(3)] + "(" + g.text(depth-1) + ")"
	case 1:
		return "replace(" + g.text(depth-1) + ", 'y', " + g.text(0) + ")"
	case 2:
		return "CASE " + g.number(0) + " WHEN " + g.number(0) + " THEN " + g.text(0) + " ELSE b END"
	}
	return g.text(0)
}

func (g generator) condition(depth int) string {
	if depth == 0 {
		return g.number(0) + []string{" = ", " <> ", " >= "}[g.choose(3)] + g.number(0)
	}
	switch g.choose(8) {
	case 0:
		return g.condition(depth-1) + []string{" AND ", " OR "}[g.choose(2)] + g.condition(depth-1)
	case 1:
		return "NOT (" + g.condition(depth-1) + ")"
	case 2:
		return g.number(depth-1) + " BETWEEN " + g.number(0) + " AND " + g.number(depth-1)
	case 3:
		return g.number(depth-1) + " IN (" + g.number(0) + ", " + g.number(0) + ")"
	case 4:
		return g.text(depth-1) + " LIKE " + g.text(0)
	case 5:
		return "EXISTS (SELECT 1 FROM u WHERE u.b = " + g.text(depth-1) + ")"
	case 6:
		return "(" + g.text(0) + " IS NULL OR " + g.condition(depth-1) + ")"
	}
	return g.condition(0)
}

// variants replaces each name, number and string by a value. Names of the corpus are in lower case, keywords are not.
func variants(engine Engine, statement string) [][]Part {
	var list [][]Part
	for _, token := range Lex(engine, statement) {
		rest := statement[token.End():]
		name := token.Kind == Word && token.Text == strings.ToLower(token.Text) && !strings.HasPrefix(rest, ".")
		if name || token.Kind == Number || token.Kind == Text {
			list = append(list, []Part{{Text: statement[:token.Offset]}, {Kind: Value}, {Text: rest}})
		}
	}
	return list
}

// corpus lists statements over tables t (a int, b text, c date, d decimal) and u of the same columns.
func corpus(engine Engine) []string {
	common := []string{
		"SELECT a, b AS x, count(*) FROM t WHERE a = 1 AND b LIKE 'x%' OR NOT (c IS NULL) GROUP BY a, b HAVING count(*) > 1 ORDER BY a DESC, b",
		"SELECT t.a, u.b FROM t LEFT JOIN u ON t.a = u.a AND u.d > 1.5 WHERE t.a IN (1, 2) AND t.b NOT IN (SELECT b FROM u WHERE a > 3)",
		"SELECT DISTINCT a + 1, lower(b), coalesce(b, 'x', b) FROM t WHERE a BETWEEN 1 AND 2 + 1 AND (a, b) IN ((1, 'x'), (2, 'y'))",
		"SELECT CASE WHEN a > 1 THEN 'x' WHEN b = 'y' THEN b ELSE 'z' END, CASE a WHEN 1 THEN 2 ELSE 3 END FROM t",
		"SELECT a FROM t WHERE b LIKE 'x' ESCAPE '!' AND EXISTS (SELECT 1 FROM u WHERE u.a = t.a)",
		"SELECT a FROM t UNION ALL SELECT a FROM u ORDER BY a LIMIT 5 OFFSET 2",
		"WITH x (a, b) AS (SELECT a, b FROM t WHERE a > 1), y AS (SELECT 1 AS n) SELECT x.a, y.n FROM x, y WHERE x.b <> 'q'",
		"SELECT a, sum(d) OVER (PARTITION BY b ORDER BY a) FROM t",
		"SELECT a FROM t ORDER BY CASE WHEN b = 'x' THEN 0 ELSE 1 END, lower(b), a + 1",
		"SELECT cast(b AS decimal(8, 2)), nullif(a, 0) FROM (SELECT a, b FROM t) AS s WHERE s.a >= -1 AND s.a % 2 = 0",
		"INSERT INTO t (a, b) VALUES (1, 'x'), (2 + 3, lower('Y'))",
		"INSERT INTO t (a, b) SELECT a, 'x' FROM u WHERE a = 1",
		"UPDATE t SET a = a + 1, b = 'x' WHERE a IN (1) AND b IS NOT NULL",
		"DELETE FROM t WHERE a = 1 AND d * 2 > 3",
		"SELECT count(DISTINCT a), min(d), max(d) FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.a = t.a AND u.b = 'x')",
		"SELECT a, row_number() OVER (ORDER BY d DESC) AS n, lag(a, 1) OVER (PARTITION BY b ORDER BY d) FROM t",
		"SELECT sum(CASE WHEN b = 'x' THEN 1 ELSE 0 END) AS n FROM t WHERE d > 0 AND d <= 10 GROUP BY a HAVING sum(d) > 5 AND count(*) < 9",
		"SELECT x.a, (SELECT max(d) FROM u WHERE u.a = x.a AND u.d < 7) AS m FROM (SELECT a, d + 1 AS e FROM t WHERE d <> 3) x WHERE x.e > 2",
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n WHERE i > 2 ORDER BY i",
		"SELECT a FROM t WHERE a = 1 INTERSECT SELECT a FROM u WHERE a = 2",
		"SELECT b FROM t WHERE upper(b) LIKE 'x%' AND replace(b, 'a', 'b') <> 'c' AND substr(b, 1, 2) = 'd' ORDER BY length(b), abs(a - 3)",
		"UPDATE t SET b = CASE WHEN a > 1 THEN 'x' ELSE b END, d = coalesce(d, 0) + 1 WHERE a BETWEEN 1 AND 9",
		"SELECT 1 + 2 AS x, 'y' AS z",
		"INSERT INTO t VALUES (1, 'x', NULL, 2)",
		"DELETE FROM t WHERE a IN (SELECT a FROM u WHERE b = 'x') AND (b = 'y' OR b IS NULL)",
	}
	switch engine {
	case PostgreSQL:
		return append(common,
			"INSERT INTO t AS n (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 'x' WHERE n.a > 1 RETURNING a, b",
			"SELECT a::text, c + INTERVAL '1 day', DATE '2024-01-01' FROM t WHERE c AT TIME ZONE 'UTC' > now() AND a = ANY(ARRAY[1, 2])",
			"SELECT DISTINCT ON (a) a, b FROM t WHERE b IS DISTINCT FROM 'x' AND b SIMILAR TO 'y' AND b ILIKE 'z' ORDER BY a FETCH FIRST 3 ROWS ONLY",
			"SELECT (ARRAY[1, 2, 3])[2], (ARRAY[1, 2, 3])[1:2], substring(b FROM 1 FOR 2), position('x' IN b), trim(BOTH 'x' FROM b) FROM t",
			"SELECT '{}'::jsonb -> 'a' ->> 'b', '{}'::jsonb @> '{}'::jsonb, b ~* 'x', a # 3, - a FROM t",
			"SELECT g, string_agg(b, ',' ORDER BY a) FILTER (WHERE a > 1) FROM t, generate_series(1, 3) AS s (g) GROUP BY g, ROLLUP (b)",
			"MERGE INTO t USING u ON t.a = u.a WHEN MATCHED AND u.d > 1 THEN UPDATE SET b = 'x' WHEN NOT MATCHED THEN INSERT (a, b) VALUES (1, 'y')",
			"UPDATE t SET (a, b) = (1, 'x') FROM u WHERE t.a = u.a",
			"SELECT t.a, l.b FROM t LEFT JOIN LATERAL (SELECT b FROM u WHERE u.a = t.a AND u.d > 1 LIMIT 1) l ON true WHERE l.b = 'x'",
			"SELECT jsonb_build_object('a', a, 'b', lower(b)), array_agg(a ORDER BY d), unnest(ARRAY['x', 'y']) FROM t GROUP BY a, b",
			"SELECT a FROM t WHERE (a, d) > (1, 2) AND b = ANY ('{x,y}') AND b NOT ILIKE 'z' AND a::text ~ '^1' ORDER BY b COLLATE \"C\" NULLS LAST",
			"SELECT date_trunc('day', c), count(*) FROM t WHERE c >= '2024-01-01'::date AND c < now() - make_interval(days => 2) GROUP BY 1",
			"INSERT INTO t (a, b) VALUES (1, 'x') ON CONFLICT (a) WHERE a > 0 DO UPDATE SET b = EXCLUDED.b || 'y', d = t.d + 1 WHERE t.a <> 5 RETURNING a * 2 AS twice",
			"DELETE FROM t USING u WHERE t.a = u.a AND u.b = 'x' RETURNING t.a",
			"SELECT avg(d) OVER (ORDER BY a ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t WINDOW w AS (PARTITION BY a + 1)",
			"SELECT '{\"a\": 1}'::jsonb #>> '{a}', '{}'::jsonb || '{}'::jsonb, NOT (a = 1), b IS NOT NULL, a IS DISTINCT FROM 2 FROM t",
			"SELECT * FROM jsonb_to_recordset('[]'::jsonb) AS r (a int, b text) WHERE r.a = 1 AND r.b LIKE 'x'",
			"EXPLAIN SELECT a FROM t WHERE a = 1",
			"SELECT greatest(a, 1), width_bucket(d, 0, 10, 5), to_char(c, 'YYYY'), b SIMILAR TO 'x' ESCAPE '!' FROM t TABLESAMPLE BERNOULLI (50)",
			"VALUES (1, 'x'), (2, 'y')",
			"SELECT make_interval(days => 3), extract(year FROM c), overlay(b PLACING 'x' FROM 1 FOR 2) FROM t FOR UPDATE",
			"WITH gone AS (DELETE FROM t WHERE a = 1 RETURNING *) INSERT INTO u SELECT * FROM gone",
			"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a), lag(a, 1) OVER w FROM t GROUP BY a WINDOW w AS (PARTITION BY b ORDER BY a)",
		)
	case MySQL:
		return append(common,
			"INSERT INTO t SET a = 1, b = 'x' ON DUPLICATE KEY UPDATE a = VALUES(a) + 1, b = concat(b, 'y')",
			"SELECT a DIV 2, c + INTERVAL 1 DAY, date_add(c, INTERVAL 2 MONTH), b RLIKE 'x', b REGEXP BINARY 'y' FROM t LIMIT 1, 2",
			"SELECT group_concat(b ORDER BY a SEPARATOR ','), substring(b FROM 1 FOR 2), trim(BOTH 'x' FROM b), extract(year FROM c) FROM t WHERE a <=> 1 XOR a = 2",
			"UPDATE t SET a = 1 WHERE b = 'x' ORDER BY a LIMIT 1",
			"REPLACE INTO t (a, b) VALUES (1, 'x')",
			"SELECT if(a > 1, 'x', 'y'), convert(a, char), timestampdiff(DAY, c, now()), mod(a, 2), a FROM t FETCH FIRST 3 ROWS ONLY",
			"INSERT INTO t (a) VALUES (1) RETURNING a",
			"SELECT date_format(c, '%Y'), concat_ws(',', b, 'x'), ifnull(a, 0), json_extract(b, '$.a'), a MOD 2, NOT a, a & 1 FROM t WHERE b LIKE 'x' ESCAPE '!'",
			"SELECT a FROM t WHERE c BETWEEN date_sub(now(), INTERVAL 7 DAY) AND now() AND d IN (1, 2) ORDER BY field(b, 'x', 'y'), a LIMIT 3 OFFSET 4",
			"DELETE FROM t WHERE a > 1 ORDER BY a LIMIT 2",
			"SELECT avg(d) OVER (ORDER BY a ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING), sum(d) OVER (ORDER BY a ROWS 3 PRECEDING) FROM t",
			"INSERT IGNORE INTO t (a, b) VALUES (1, 'x') ON DUPLICATE KEY UPDATE b = VALUES(b), d = 5",
			"UPDATE t JOIN u ON t.a = u.a AND u.b = 'x' SET t.b = 'y', t.d = u.d + 1 WHERE t.a > 2",
			"SELECT a FROM t WHERE b REGEXP 'x' AND b NOT LIKE 'y' AND cast(b AS char) = 'z' GROUP BY a WITH ROLLUP HAVING a > 1",
			"SELECT json_object('a', a), least(a, 2), truncate(d, 1), a IN (SELECT a FROM u WHERE b = 'x') FROM t FOR UPDATE",
		)
	case SQLite:
		return append(common,
			"INSERT INTO t (a, b) VALUES (1, 'x') ON CONFLICT (a) DO UPDATE SET b = 'x' WHERE a > 1 RETURNING a, b",
			"INSERT OR REPLACE INTO t (a) VALUES (1)",
			"SELECT json_extract(b, '$.a'), strftime('%Y', c), ifnull(a, 0), a IN (1, 2), b MATCH 'x', likely(a = 1) FROM t WHERE b NOT LIKE 'y' ESCAPE '!' COLLATE nocase",
			"SELECT sum(d) OVER w FROM t WINDOW w AS (PARTITION BY a % 3 ORDER BY b ROWS 2 PRECEDING)",
			"UPDATE t SET b = u.b || 'x' FROM u WHERE t.a = u.a AND u.d > 1 RETURNING t.a",
			"VALUES (1, 'x'), (2 + 3, upper('y'))",
			"SELECT a FROM t WHERE a == 1 AND b IS NOT 'x' AND d << 1 > 2 AND (a, b) = (3, 'y')",
			"SELECT b GLOB 'x', a IS 1, b -> 'a', b || 'x', a IS NOT DISTINCT FROM 2 FROM t LIMIT 1, 2",
			"SELECT group_concat(b, ',') FILTER (WHERE a > 1), iif(a > 1, 'x', 'y') FROM t, json_each('[1]') AS j",
			"WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n",
		)
	}
	return common
}

const tableColumns = " (a int PRIMARY KEY, b varchar(100), c date, d decimal(8, 2))"

func postgresAccepts(t *testing.T) acceptance {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, servers.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(ctx) })
	for _, table := range []string{"t", "u"} {
		if _, err := conn.Exec(ctx, "CREATE TABLE "+table+tableColumns); err != nil {
			t.Fatal(err)
		}
	}
	return func(statement string) error {
		_, err := conn.Prepare(ctx, "", strings.Replace(statement, "?", "$1", 1))
		var refused *pgconn.PgError
		if !errors.As(err, &refused) {
			return err
		}
		// Syntax, no such parameter; for instance a parameter whose type is open is well placed.
		if slices.Contains([]string{"42601", "42P02", "0A000", "42P10", "42703", "42P01"}, refused.Code) {
			return err
		}
		return nil
	}
}

func mariadbAccepts(t *testing.T) acceptance {
	address, err := url.Parse(servers.MariaDB(t))
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("mysql", address.User.String()+"@tcp("+address.Host+")"+address.Path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, table := range []string{"t", "u"} {
		if _, err := db.Exec("CREATE TABLE " + table + tableColumns); err != nil {
			t.Fatal(err)
		}
	}
	return func(statement string) error {
		prepared, err := db.Prepare(statement)
		if err == nil {
			err = prepared.Close()
		}
		return err
	}
}

func sqliteAccepts(t *testing.T) acceptance {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	for _, table := range []string{"t", "u"} {
		if _, err := db.Exec("CREATE TABLE " + table + tableColumns); err != nil {
			t.Fatal(err)
		}
	}
	return func(statement string) error {
		arguments := make([]any, strings.Count(statement, "?"))
		for i := range arguments {
			arguments[i] = 1
		}
		rows, err := db.Query("EXPLAIN "+statement, arguments...)
		if err == nil {
			err = rows.Close()
		}
		return err
	}
}
