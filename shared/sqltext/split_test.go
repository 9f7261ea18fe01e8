package sqltext

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		engine Engine
		script string
		want   []string
	}{
		{PostgreSQL, " -- a; b\nSELECT ';' /* ; */ ; ; SELECT 2 -- end", []string{"SELECT ';'", "SELECT 2"}},
		{PostgreSQL, "DO $$ BEGIN; END $$; SELECT 1", []string{"DO $$ BEGIN; END $$", "SELECT 1"}},
		{PostgreSQL, "BEGIN; SELECT 1; COMMIT", []string{"BEGIN", "SELECT 1", "COMMIT"}},
		{PostgreSQL, "CREATE RULE r AS ON INSERT TO a DO ALSO (INSERT INTO b VALUES (1); DELETE FROM c); SELECT 1", []string{"CREATE RULE r AS ON INSERT TO a DO ALSO (INSERT INTO b VALUES (1); DELETE FROM c)", "SELECT 1"}},
		{PostgreSQL, "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END; SELECT 1", []string{"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END", "SELECT 1"}},
		{SQLite, "CREATE TABLE trigger (begin int); SELECT 1", []string{"CREATE TABLE trigger (begin int)", "SELECT 1"}},
		{SQLite, "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; END; SELECT 2", []string{"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; END", "SELECT 2"}},
		{MySQL, "CREATE PROCEDURE p() BEGIN IF 1 THEN SELECT 1; END IF; WHILE 0 DO SELECT 2; END WHILE; CASE 1 WHEN 1 THEN SELECT 3; END CASE; END; SELECT 4",
			[]string{"CREATE PROCEDURE p() BEGIN IF 1 THEN SELECT 1; END IF; WHILE 0 DO SELECT 2; END WHILE; CASE 1 WHEN 1 THEN SELECT 3; END CASE; END", "SELECT 4"}},
		{MySQL, "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1; SELECT 1", []string{"CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1", "SELECT 1"}},
		{MySQL, "SELECT 0; delimiter //\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW IF 1 THEN SET @a = '//'; END IF//\nDELIMITER ;\nSELECT 1;", []string{
			"SELECT 0", "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW IF 1 THEN SET @a = '//'; END IF", "SELECT 1",
		}},
		{MySQL, "DELIMITER $$\nSELECT 1; SELECT 2 $$ SELECT a$$\nDELIMITER ;\nSELECT 3", []string{"SELECT 1; SELECT 2", "SELECT a", "SELECT 3"}},
		{MySQL, "/*!40101 SET NAMES utf8; */; SELECT `;`, \"a\\\";\", 1--1; # x;\nSELECT 2", []string{"/*!40101 SET NAMES utf8; */", "SELECT `;`, \"a\\\";\", 1--1", "SELECT 2"}},
		{SQLServer, "SELECT 1\nGO\nCREATE PROC p AS SELECT 1; SELECT 2;\n  go 3 -- thrice\nSELECT [;] AS go; SELECT 2", []string{"SELECT 1", "CREATE PROC p AS SELECT 1; SELECT 2;", "SELECT [;] AS go", "SELECT 2"}},
		{Oracle, "BEGIN a; b; END;\n/\nSELECT q'[it's;]' FROM dual; SELECT 4 / 2 FROM dual", []string{"BEGIN a; b; END;", "SELECT q'[it's;]' FROM dual", "SELECT 4 / 2 FROM dual"}},
	} {
		var got []string
		for _, statement := range Split(test.engine, test.script) {
			got = append(got, joined(statement))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s:\n%s", test.script, diff)
		}
	}
}

func joined(tokens []Token) string {
	var out strings.Builder
	for _, t := range tokens {
		out.WriteString(t.Text)
	}
	return out.String()
}
