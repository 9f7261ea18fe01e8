package sqltext

import "testing"

func TestEndsTransaction(t *testing.T) {
	engines := map[string]Engine{"pg": PostgreSQL, "maria": MySQL, "lite": SQLite, "ms": SQLServer, "any": Unknown}
	for _, c := range []struct {
		text   string
		refuse string // the engines that refuse it, each with a blank in front
	}{
		{"INSERT INTO t (a) VALUES (?)", ""},
		{"UPDATE t SET commit_id = 1, \"rollback\" = 'COMMIT' /* ROLLBACK */", ""},
		{"SELECT 1", ""},
		{"WITH a AS (SELECT 1) DELETE FROM t", ""},
		{"CALL p(1)", ""},
		{"PREPARE s AS SELECT 1", ""},
		{"begin", " pg maria lite any"},
		{"BEGIN TRAN INSERT INTO t VALUES (1) COMMIT", " pg maria lite ms any"},
		{"INSERT INTO t VALUES (1) COMMIT TRANSACTION", " ms"},
		{"INSERT INTO t VALUES (1) SAVE TRAN s", " ms"},
		{"BEGIN DISTRIBUTED TRANSACTION", " pg maria lite ms any"},
		{"IF @x = 1 BEGIN INSERT INTO t VALUES (1) END", ""},
		{"/* x */ Commit", " pg maria lite ms any"},
		{"ROLLBACK TO SAVEPOINT a", " pg maria lite ms any"},
		{"SAVEPOINT a", " pg maria lite any"},
		{"RELEASE SAVEPOINT a", " pg maria lite any"},
		{"START TRANSACTION", " pg maria lite any"},
		{"START SLAVE", " maria"},
		{"PREPARE TRANSACTION 'x'", " pg maria lite any"},
		{"INSERT INTO t VALUES (1); COMMIT", " pg maria lite ms any"},
		{"CREATE TABLE t (a INT)", " maria"},
		{"CREATE OR REPLACE TEMPORARY TABLE t (a INT)", ""},
		{"CREATE TEMPORARY TABLE t (a INT)", ""},
		{"DROP TEMPORARY TABLE t", ""},
		{"DROP TABLE temporary", " maria"},
		{"TRUNCATE t", " maria"},
		{"TRUNCATE TABLE t", " maria"},
		{"alter table t add b int", " maria"},
		{"SET autocommit = 1", " maria"},
		{"SET @x = 1", ""},
		{"LOAD DATA INFILE 'x' INTO TABLE t", ""},
		{"", ""},
	} {
		got := ""
		for _, name := range []string{"pg", "maria", "lite", "ms", "any"} {
			if EndsTransaction(engines[name], c.text) != "" {
				got += " " + name
			}
		}
		if got != c.refuse {
			t.Errorf("%q is refused by%s, want%s", c.text, got, c.refuse)
		}
	}
}
