package sqltext

import "testing"

func TestEngineNamed(t *testing.T) {
	for _, test := range []struct {
		word   string
		engine Engine
		ok     bool
	}{
		{"", Unknown, true}, {"SQL", Unknown, true}, {"pg", PostgreSQL, true}, {"CockroachDB", PostgreSQL, true}, {"aurora", MySQL, true}, {"MariaDB", MySQL, true},
		{"azure-sql", SQLServer, true}, {"sqlite3", SQLite, true}, {"oracle", Oracle, false}, {"mongodb", Unknown, false}, {"postgresql://h/d", PostgreSQL, false},
	} {
		if engine, ok := EngineNamed(test.word); engine != test.engine || ok != test.ok {
			t.Errorf("%s: %v %v", test.word, engine, ok)
		}
	}
}

func TestWrittenStatements(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{PostgreSQL.Select("a.b"), `SELECT * FROM "a"."b"`},
		{MySQL.Insert("t", "`a`", "b"), "INSERT INTO `t` (`a`, b) VALUES (?, ?)"},
		{SQLServer.CreateAudit("it's"), "IF OBJECT_ID(N'it''s', N'U') IS NULL CREATE TABLE [it's] (id VARCHAR(36) PRIMARY KEY, recorded_at VARCHAR(30) NOT NULL, workflow VARCHAR(200) NOT NULL, node VARCHAR(200) NOT NULL, execution VARCHAR(400) NOT NULL, record NVARCHAR(MAX) NOT NULL)"},
		{SQLite.CreateAudit("t"), `CREATE TABLE IF NOT EXISTS "t" (id VARCHAR(36) PRIMARY KEY, recorded_at VARCHAR(30) NOT NULL, workflow VARCHAR(200) NOT NULL, node VARCHAR(200) NOT NULL, execution VARCHAR(400) NOT NULL, record JSON NOT NULL)`},
	} {
		if test.got != test.want {
			t.Errorf("got  %s\nwant %s", test.got, test.want)
		}
	}
	for name, want := range map[string]bool{"t": true, "s.t": true, "a.b.c": false, "t-x": false, "1t": false, "": false, `t"`: false} {
		if IsTable(name) != want {
			t.Errorf("IsTable(%q) is %v", name, !want)
		}
	}
}

// TestQualify puts a schema where none stands, and refuses a second one.
func TestQualify(t *testing.T) {
	for _, c := range []struct {
		schema, table, want string
		ok                  bool
	}{
		{"shop", "pets", "shop.pets", true}, {"shop", "shop.pets", "shop.pets", true}, {"shop", "zoo.pets", "", false}, {"", "pets", "", false},
		{"a.b", "pets", "", false}, {"a b", "pets", "", false}, {"a;drop", "pets", "", false},
	} {
		if name, ok := Qualify(c.schema, c.table); ok != c.ok || ok && name != c.want {
			t.Errorf("%s %s is %s, %v", c.schema, c.table, name, ok)
		}
	}
}
