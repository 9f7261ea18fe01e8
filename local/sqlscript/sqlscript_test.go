package sqlscript_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/local/sqlscript"
	"github.com/steploom/steploom/shared/sqltext"
)

func TestTranslate(t *testing.T) {
	tests := []struct {
		name, script, homes string
		engine              sqltext.Engine
		want                []sqlscript.Step
	}{
		{"strings and comments keep their semicolons", "-- a; b\nINSERT INTO a VALUES ('x;''y', /* ; */ 2);\nSELECT 1", "", sqltext.SQLite, []sqlscript.Step{
			{Line: 2, SQL: "INSERT INTO a VALUES ('x;''y', 2)"}, {Line: 3, SQL: "SELECT 1"},
		}},
		{"MariaDB escapes", `INSERT INTO a VALUES ('it\'s', "n"); # done`, "", sqltext.MySQL, []sqlscript.Step{
			{Line: 1, SQL: `INSERT INTO a VALUES ('it''s', "n")`},
		}},
		{"PostgreSQL keeps backslashes and knows dollar quotes", `INSERT INTO a VALUES ('c:\', $x$it's; so$x$)`, "", sqltext.PostgreSQL, []sqlscript.Step{
			{Line: 1, SQL: `INSERT INTO a VALUES ('c:\', 'it''s; so')`},
		}},
		{"auto_increment and table options", "CREATE TABLE `t` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT, n varchar(9) CHARACTER SET utf8 COMMENT 'x, y', e enum('a','b') NOT NULL,\n PRIMARY KEY (`id`), KEY k (n), UNIQUE KEY u (n, e)) ENGINE=InnoDB", "", sqltext.MySQL, []sqlscript.Step{
			{Line: 1, SQL: `CREATE TABLE "t" ("id" INTEGER PRIMARY KEY, n varchar(9), e text NOT NULL, UNIQUE (n, e))`},
		}},
		{"clock defaults", "create table t (a timestamp default current_timestamp() not null on update current_timestamp(), b datetime default now())", "", sqltext.MySQL, []sqlscript.Step{
			{Line: 1, SQL: "create table t (a timestamp default current_timestamp not null, b datetime default CURRENT_TIMESTAMP)"},
		}},
		{"serial and casts", "CREATE TABLE t (id SERIAL PRIMARY KEY, a numeric(5, 2) DEFAULT '1'::numeric(5,2))", "", sqltext.PostgreSQL, []sqlscript.Step{
			{Line: 1, SQL: `CREATE TABLE t ("id" INTEGER PRIMARY KEY, a numeric(5, 2) DEFAULT '1')`},
		}},
		{"SQL Server", "CREATE TABLE dbo.t ([id] int IDENTITY(1,1) NOT NULL, n nvarchar(max) NULL, CONSTRAINT pk PRIMARY KEY (id))\nGO\nINSERT INTO [t] (n) VALUES (N'x')", "dbo", sqltext.SQLServer, []sqlscript.Step{
			{Line: 1, SQL: `CREATE TABLE t ("id" INTEGER PRIMARY KEY, n nvarchar NULL)`}, {Line: 3, SQL: `INSERT INTO "t" (n) VALUES ('x')`},
		}},
		{"home database", "CREATE DATABASE IF NOT EXISTS `my-db` DEFAULT CHARACTER SET utf8; USE `my-db`; INSERT INTO `my-db`.t VALUES (1)", "my-db", sqltext.MySQL, []sqlscript.Step{
			{Line: 1}, {Line: 1}, {Line: 1, SQL: "INSERT INTO t VALUES (1)"},
		}},
		{"another schema", "SET SEARCH_PATH TO pets; CREATE INDEX i ON pets.t (n); CREATE INDEX j ON other.t (n)", "db", sqltext.PostgreSQL, []sqlscript.Step{
			{Line: 1}, {Line: 1, Schema: "pets", SQL: "CREATE INDEX i ON t (n)"}, {Line: 1, Schema: "pets", SQL: "CREATE INDEX other.j ON t (n)"},
		}},
		{"MariaDB's executed comments and client lines", "/*!40101 SET NAMES utf8 */;\nDELIMITER $$\nCREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END$$\nDELIMITER ;\nINSERT INTO b VALUES (X'00ff', _utf8'x') /* it's */;", "", sqltext.MySQL, []sqlscript.Step{
			{Line: 3, SQL: "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END"}, {Line: 5, SQL: "INSERT INTO b VALUES (X'00ff', 'x')"},
		}},
		{"arrays and escape strings", "INSERT INTO a VALUES ('{1}'::int[], '1'::double precision, c::timestamp(3) with time zone, E'it\\'s', U&'x');", "", sqltext.PostgreSQL, []sqlscript.Step{
			{Line: 1, SQL: "INSERT INTO a VALUES ('{1}', '1', c, 'it''s', 'x')"},
		}},
		{"GO stands alone", "CREATE TABLE go (a int)\n  go 2 -- twice\nSELECT 1 AS [go]", "", sqltext.SQLServer, []sqlscript.Step{
			{Line: 1, SQL: "CREATE TABLE go (a int)"}, {Line: 3, SQL: `SELECT 1 AS "go"`},
		}},
		{"names behind a database and a schema", "INSERT INTO [shop].dbo.item VALUES (1)\nINSERT shop..item VALUES (2)\nUPDATE shop.stock.food SET item = dbo.item.id", "dbo shop", sqltext.SQLServer, []sqlscript.Step{
			{Line: 1, SQL: "INSERT INTO item VALUES (1)"}, {Line: 2, SQL: "INSERT INTO item VALUES (2)"}, {Line: 3, SQL: "UPDATE stock.food SET item = item.id"},
		}},
		{"T-SQL asks whether something is there", `IF NOT EXISTS (SELECT * FROM sys.schemas WHERE name = N'zoo')
    EXEC('CREATE SCHEMA zoo');
IF OBJECT_ID(N'zoo.cage', N'U') IS NOT NULL DROP TABLE zoo.cage
IF NOT EXISTS (SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = 'cage' AND TABLE_SCHEMA = 'zoo')
BEGIN
    PRINT 'making it'
    CREATE TABLE zoo.cage
    (
        nr int IDENTITY
            CONSTRAINT cage_pk
                PRIMARY KEY,
        size varchar(9)
    )
    CREATE TABLE zoo.animal (cage int REFERENCES zoo.cage, size AS (CASE WHEN cage > 1 THEN 'big' ELSE 'small' END))
    INSERT INTO zoo.cage (size) VALUES (N'big');
    INSERT zoo.cage (size) SELECT CASE WHEN 1 = 1 THEN 'a' ELSE 'b' END
END ELSE
    PRINT 'it is there'
go`, "dbo", sqltext.SQLServer, []sqlscript.Step{
			{Line: 2, Creates: "zoo"}, {Line: 6, Skipped: "PRINT 'making it'"}, {Line: 7, Creates: "zoo"},
			{Line: 7, SQL: `CREATE TABLE zoo.cage ( "nr" INTEGER PRIMARY KEY, size varchar(9))`}, {Line: 14, Creates: "zoo"},
			{Line: 14, SQL: "CREATE TABLE zoo.animal (cage int REFERENCES cage, size AS (CASE WHEN cage > 1 THEN 'big' ELSE 'small' END))"},
			{Line: 15, SQL: "INSERT INTO zoo.cage (size) VALUES ('big')"},
			{Line: 16, SQL: "INSERT INTO zoo.cage (size) SELECT CASE WHEN 1 = 1 THEN 'a' ELSE 'b' END"},
		}},
		{"T-SQL asks its own tables", `IF NOT EXISTS (SELECT 1 FROM dbo.t) AND GETDATE() > '2020' BEGIN INSERT t VALUES (1); IF (SELECT COUNT(*) FROM t) > 1 DELETE FROM t END
ELSE IF 1 = 2 INSERT t VALUES (2) ELSE INSERT t VALUES (3)
UPDATE t SET a = 4`, "dbo", sqltext.SQLServer, []sqlscript.Step{
			{Line: 1, If: "NOT EXISTS (SELECT 1 FROM t) AND CURRENT_TIMESTAMP > '2020'", Then: []sqlscript.Step{
				{Line: 1, SQL: "INSERT INTO t VALUES (1)"},
				{Line: 1, If: "(SELECT COUNT(*) FROM t) > 1", Then: []sqlscript.Step{{Line: 1, SQL: "DELETE FROM t"}}},
			}, Else: []sqlscript.Step{
				{Line: 2, If: "1 = 2", Then: []sqlscript.Step{{Line: 2, SQL: "INSERT INTO t VALUES (2)"}}, Else: []sqlscript.Step{{Line: 2, SQL: "INSERT INTO t VALUES (3)"}}},
			}},
			{Line: 3, SQL: "UPDATE t SET a = 4"},
		}},
		{"T-SQL catches nothing", `SET NOCOUNT ON
BEGIN TRY
  BEGIN TRANSACTION
  INSERT t VALUES ('END; ELSE')
  COMMIT
END TRY
BEGIN CATCH
  ROLLBACK; THROW
END CATCH
EXEC sp_executesql N'INSERT t VALUES (''x'')'
EXEC sp_rename 'a', 'b'`, "dbo", sqltext.SQLServer, []sqlscript.Step{
			{Line: 1, Skipped: "SET NOCOUNT ON"}, {Line: 3, Skipped: "BEGIN TRANSACTION"}, {Line: 4, SQL: "INSERT INTO t VALUES ('END; ELSE')"},
			{Line: 5, Skipped: "COMMIT"}, {Line: 10, SQL: "INSERT INTO t VALUES ('x')"}, {Line: 11, SQL: "EXEC sp_rename 'a', 'b'"},
		}},
		{"triggers", "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT CASE WHEN 1 THEN 2 END; END; SELECT 2", "", sqltext.SQLite, []sqlscript.Step{
			{Line: 1, SQL: "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT CASE WHEN 1 THEN 2 END; END"}, {Line: 1, SQL: "SELECT 2"},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, sqlscript.Translate(test.script, test.engine, strings.Fields(test.homes)...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzTranslate(f *testing.F) {
	f.Add("CREATE TABLE t (id serial, n enum('a'), KEY k (n));\nGO\n/* x", 1)
	f.Add("SET search_path TO a; INSERT INTO $x$ ' $x$ VALUES (N'x'::text(", 3)
	for _, seed := range []string{
		"DROP TABLE a, ", "TRUNCATE a,", "CREATE VIEW a.b AS ", "CREATE OR REPLACE VIEW a", "COPY t (a) FROM stdin;\n1\\t\\N\n\\.\n", "ARRAY[[1", "x ]",
		"CREATE TABLE a.t (a int REFERENCES x.y ON DELETE, b int); ALTER TABLE a.t ADD CHECK (a), MODIFY a int AUTO_INCREMENT", "CREATE INDEX ON t USING",
		"CREATE TYPE a AS ENUM ('x'); CREATE DOMAIN b AS; CREATE TABLE t (c a, d b)", "ALTER TABLE", "ALTER TABLE IF EXISTS ONLY", "DROP INDEX ON", "CREATE SCHEMA",
	} {
		f.Add(seed, 1)
		f.Add(seed, 2)
	}
	for _, seed := range []string{
		"IF EXISTS (SELECT 1 FROM sys.tables) BEGIN DROP TABLE a END ELSE", "IF NOT EXISTS (SELECT 1 FROM t) BEGIN INSERT t VALUES (1); ELSE END; END",
		"BEGIN BEGIN IF IF 1 = 1 ELSE ELSE END END TRY BEGIN CATCH", "EXEC ('EXEC (''IF 1 = 1 GO'')') EXEC(", "IF OBJECT_ID(N'a') IS NULL; ELSE EXEC sp_executesql N'IF'",
	} {
		f.Add(seed, int(sqltext.SQLServer))
	}
	f.Fuzz(func(t *testing.T, script string, engine int) {
		pace.Linear(t, script, func(script string) { sqlscript.Translate(script, sqltext.Engine(uint(engine)%6), "home") })
		for _, step := range sqlscript.Translate(script, sqltext.Engine(uint(engine)%6), "home") {
			if step.Line < 1 || step.SQL != "" && step.Skipped != "" {
				t.Errorf("step %+v", step)
			}
		}
		for _, step := range sqlscript.Verbatim(script) {
			if step.Line < 1 || step.SQL == "" || !strings.Contains(script, step.SQL) {
				t.Errorf("step %+v", step)
			}
		}
		if long := strings.Repeat(script, 1<<14/(len(script)+1)); true {
			begun := time.Now()
			sqlscript.Translate(long, sqltext.Engine(uint(engine)%6), "home")
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("%d bytes of %q took %v", len(long), script, took)
			}
		}
	})
}
