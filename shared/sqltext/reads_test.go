package sqltext

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestVerb(t *testing.T) {
	for statement, want := range map[string]string{
		"select 1":                    "SELECT",
		"-- x\n/* y */ Insert":        "INSERT",
		"(SELECT 1) UNION (SELECT 2)": "SELECT",
		"WITH a AS (INSERT INTO t VALUES (1) RETURNING id) SELECT * FROM a":           "SELECT",
		"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a":                          "INSERT",
		"WITH a AS (SELECT 1) UPDATE t SET x = 1 RETURNING x":                         "UPDATE RETURNING",
		"INSERT INTO t VALUES ('RETURNING')":                                          "INSERT",
		"INSERT INTO t OUTPUT inserted.id VALUES (1)":                                 "INSERT RETURNING",
		"WITH moved AS (DELETE FROM q RETURNING *) INSERT INTO a SELECT * FROM moved": "INSERT",
		"": "",
	} {
		verb, returning := Verb(Lex(PostgreSQL, statement))
		if returning {
			verb += " RETURNING"
		}
		if verb != want {
			t.Errorf("%s: got %s, want %s", statement, verb, want)
		}
	}
}

func TestReads(t *testing.T) {
	for _, test := range []struct {
		engine Engine
		reads  []string
		writes []string
	}{
		{
			PostgreSQL,
			[]string{
				"SELECT a FROM t WHERE b = $0", "-- don't\nselect lower(a), count(*) FROM t", "(SELECT 1) UNION (SELECT 2)", "VALUES (1)", "TABLE t", "SHOW x",
				"WITH x (a, b) AS (SELECT 1, 2), y (c) AS MATERIALIZED (SELECT 3) SELECT * FROM x, y", "WITH RECURSIVE x (a) AS (VALUES (1) UNION SELECT a + 1 FROM x) SELECT a FROM x",
				"EXPLAIN DELETE FROM t", "EXPLAIN ANALYZE SELECT 1", "EXPLAIN (ANALYZE) WITH x AS (SELECT 1) SELECT * FROM x", "SELECT t.update, 'DELETE', \"insert\" FROM t /* INTO */",
				"SELECT a::decimal(5, 2), CAST(b AS varchar(3)), pg_catalog.lower(c) FROM generate_series(1, 2) AS s (g)", "SELECT replace(a, 'x', 'y') FROM t; SELECT 2;",
				"SELECT sum(a) OVER (PARTITION BY b), count(*) FILTER (WHERE a = 1) FROM t WHERE a = ANY(ARRAY[1]) AND b IN (1)", "SELECT share FROM t", "SELECT $$ nextval('s') $$",
			},
			[]string{
				"", "INSERT INTO t VALUES (1)", "WITH moved AS (DELETE FROM q RETURNING *) INSERT INTO a SELECT * FROM moved", "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
				"WITH x AS (SELECT 1) UPDATE t SET a = 1", "SELECT a FROM t FOR UPDATE", "SELECT a FROM t FOR NO KEY UPDATE", "SELECT a FROM t FOR SHARE", "SELECT a FROM t FOR KEY SHARE",
				"SELECT a INTO u FROM t", "EXPLAIN ANALYZE DELETE FROM t", "EXPLAIN (ANALYZE, BUFFERS) INSERT INTO t VALUES (1)", "EXPLAIN ANALYZE EXECUTE p", "CALL p()", "DO $$ BEGIN END $$",
				"MERGE INTO t USING u ON a = b WHEN MATCHED THEN DELETE", "COPY t FROM stdin", "TRUNCATE t", "CREATE TABLE t (a int)", "DROP TABLE t", "SET x = 1", "BEGIN", "NOTIFY x", "EXECUTE p",
				"SELECT nextval('s')", "SELECT setval('s', 1)", "SELECT pg_advisory_lock(1)", "SELECT pg_notify('a', 'b')", "SELECT set_config('a', 'b', false)", "SELECT place_order(1)",
				"SELECT shop.lower(1)", "SELECT \"nextval\"('s')", "SELECT query_to_xml('DELETE FROM t', true, true, '')", "SELECT dblink('x', 'y')", "SELECT a FROM t WHERE lo_unlink(a) = 1",
				"SELECT 1; DELETE FROM t", "DELETE FROM t; SELECT 1", "SELECT * FROM f(1) AS (a int)", "LISTEN x", "REFRESH MATERIALIZED VIEW v", "VACUUM", "PRAGMA table_info(t)", "1", "SELEC 1",
				"SELECT a FROM t WHERE EXISTS (SELECT nextval('s'))", "SELECT pg_terminate_backend(1)", "PREPARE p AS SELECT 1", "FETCH 1 FROM c",
			},
		},
		{
			MySQL,
			[]string{"SELECT insert('a', 1, 1, 'b'), `update` FROM t # INTO x", "SELECT a FROM t LIMIT 1, 2", "DESC t", "DESCRIBE t", "SHOW TABLES LIKE 'x'", "SELECT if(a, 1, 2) FROM t", "SELECT \"DELETE\""},
			[]string{
				"REPLACE INTO t VALUES (1)", "SELECT a INTO OUTFILE 'x' FROM t", "SELECT a INTO @x FROM t", "SELECT @x := 1", "SELECT get_lock('a', 1)", "SELECT last_insert_id(5)", "SELECT nextval(s)",
				"SELECT a FROM t LOCK IN SHARE MODE", "ANALYZE DELETE FROM t", "SELECT 1 /*! INTO OUTFILE 'x' */", "/*!50000 DELETE FROM t */", "DO sleep(1)", "SELECT NEXT VALUE FOR s", "LOAD DATA INFILE 'x' INTO TABLE t",
				"HANDLER t OPEN", "SELECT my_function(1)", "OPTIMIZE TABLE t",
			},
		},
		{
			SQLite,
			[]string{"SELECT anything(1) FROM t", "PRAGMA table_info(t)", "PRAGMA main.index_list('t')", "SELECT [delete] FROM t", "EXPLAIN QUERY PLAN DELETE FROM t"},
			[]string{"SELECT load_extension('x')", "PRAGMA user_version = 1", "PRAGMA wal_checkpoint", "PRAGMA optimize", "INSERT OR IGNORE INTO t VALUES (1)", "ATTACH 'x' AS y", "REINDEX"},
		},
		{
			SQLServer,
			[]string{"SELECT dbo.tax(a) FROM t", "SELECT TOP (5) a FROM t WITH (NOLOCK)", "WITH x AS (SELECT 1 AS a) SELECT a FROM x"},
			[]string{"SELECT 1 DROP TABLE t", "SELECT 1\nEXEC p", "SELECT NEXT VALUE FOR s", "SELECT a INTO u FROM t", "SELECT * FROM OPENQUERY(x, 'DELETE FROM t')", "IF 1 = 1 SELECT 1", "EXEC p"},
		},
		{Oracle, []string{"SELECT nvl(a, 1) FROM dual", "SELECT q'[DELETE]' FROM dual"}, []string{"EXPLAIN PLAN FOR SELECT 1", "BEGIN NULL; END;", "SELECT shop.place(1) FROM dual"}},
		{Unknown, []string{"SELECT a FROM t WHERE lower(b) = ifnull($0, 1)"}, []string{"SELECT get_lock('a', 1)", "SELECT nextval('s')", "SELECT @0"}},
	} {
		for _, text := range test.reads {
			if !Reads(test.engine, parse(text)) {
				t.Errorf("taken for a write: %s", text)
			}
		}
		for _, text := range test.writes {
			if Reads(test.engine, parse(text)) {
				t.Errorf("taken for a read: %s", text)
			}
		}
	}
}

// TestReadsOfChoices: an inline text is known by what it can be.
func TestReadsOfChoices(t *testing.T) {
	for _, test := range []struct {
		before, after string
		choices       []string
		reads         bool
	}{
		{"SELECT a FROM t WHERE 1 = 1 ", " LIMIT 5", []string{"", "AND b >= ?"}, true},
		{"SELECT a FROM t ", "", []string{"ORDER BY a", "ORDER BY lower(b) DESC"}, true},
		{"SELECT a FROM t LIMIT ", "", []string{}, true},
		{"SELECT a FROM t WHERE b = 'x ", "'", []string{"y"}, true},
		{"SELECT a FROM t ", "", nil, false},
		{"SELECT a FROM t ", "", []string{"", "FOR UPDATE"}, false},
		{"SELECT a FROM t ", "", []string{"; DELETE FROM t"}, false},
		{"SELECT a FROM t ", "", []string{"WHERE nextval('s') = 1"}, false},
		{"SELECT a FROM t ", "", []string{"'"}, false},
		{"SELECT a FROM t ", "", []string{"/*"}, false},
		{"SELECT nextv", "('s')", []string{"al"}, false},
		{"SELECT ", "('s')", []string{"nextval"}, false},
		{"SELECT a FROM t WHERE b = 'x ", "'", []string{"' OR 1 = 1; DELETE FROM t; SELECT '"}, false},
		{"SELECT a /* ", " */ FROM t", []string{"*/ INTO u /*"}, false},
		{"", " FROM t", []string{"SELECT a"}, false},
	} {
		parts := []Part{{Text: test.before}, {Kind: Inline, Choices: test.choices}, {Text: test.after}}
		if got := Reads(PostgreSQL, parts); got != test.reads {
			t.Errorf("%s@%s with %q: %v", test.before, test.after, test.choices, got)
		}
	}
}

// TestFunctionsAgreeWithPostgreSQL: what PostgreSQL calls volatile may write. The exceptions read a clock, a random number,
// a sequence's last value or a size, or sleep.
func TestFunctionsAgreeWithPostgreSQL(t *testing.T) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, servers.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "SELECT DISTINCT proname::text, provolatile = 'v' OR prokind = 'p' FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace")
	if err != nil {
		t.Fatal(err)
	}
	harmless := " clock_timestamp current_query currval gen_random_uuid lastval pg_database_size pg_indexes_size pg_is_in_recovery pg_relation_size pg_sleep" +
		" pg_sleep_for pg_sleep_until pg_table_size pg_total_relation_size random timeofday "
	known, volatile := 0, 0
	for rows.Next() {
		var name string
		var mayWrite bool
		if err := rows.Scan(&name, &mayWrite); err != nil {
			t.Fatal(err)
		}
		switch {
		case !functionReads(PostgreSQL, name):
		case mayWrite && !strings.Contains(harmless, " "+name+" "):
			t.Errorf("%s is volatile and taken for a read", name)
		case mayWrite:
			volatile++
		default:
			known++
		}
	}
	if rows.Err() != nil || known < 300 {
		t.Errorf("%d functions known: %v", known, rows.Err())
	}
	t.Logf("%d functions that only read, %d volatile ones that are harmless", known, volatile)
}
