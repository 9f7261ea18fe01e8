package sql

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/sqltext"
)

func TestParseURL(t *testing.T) {
	for text, want := range map[string]target{
		"jdbc:mariadb://mariadb-contacts:3306/sample-contacts": {engine: sqltext.MySQL, host: "mariadb-contacts", port: "3306", database: "sample-contacts"},
		"jdbc:postgresql://postgres-pets:5432/postgres":        {engine: sqltext.PostgreSQL, host: "postgres-pets", port: "5432", database: "postgres"},
		"jdbc:sqlserver://mssql;encrypt=false":                 {engine: sqltext.SQLServer, host: "mssql", port: "1433", options: map[string]string{"encrypt": "false"}},
		`jdbc:sqlserver://h\i:1444;databaseName=x;user=u;password={p;}}=w}`: {
			engine: sqltext.SQLServer, host: "h", instance: "i", port: "1444", database: "x", user: "u", password: "p;}=w"},
		"sqlserver://u:p@h/i?database=x":                 {engine: sqltext.SQLServer, host: "h", instance: "i", port: "1433", database: "x", user: "u", password: "p"},
		"jdbc:mysql://h/d?user=u&password=p%26q":         {engine: sqltext.MySQL, host: "h", port: "3306", database: "d", user: "u", password: "p&q"},
		"jdbc:postgresql:d":                              {engine: sqltext.PostgreSQL, host: "localhost", port: "5432", database: "d"},
		"jdbc:postgresql:///d":                           {engine: sqltext.PostgreSQL, host: "localhost", port: "5432", database: "d"},
		"jdbc:postgresql://[::1]:5433/d?ssl=true":        {engine: sqltext.PostgreSQL, host: "::1", port: "5433", database: "d", options: map[string]string{"ssl": "true"}},
		"postgres://u%40x:p%3Aq@h/d":                     {engine: sqltext.PostgreSQL, host: "h", port: "5432", database: "d", user: "u@x", password: "p:q"},
		"jdbc:sqlite:/tmp/a.db":                          {engine: sqltext.SQLite, database: "/tmp/a.db"},
		"JDBC:PostgreSQL://h/d":                          {engine: sqltext.PostgreSQL, host: "h", port: "5432", database: "d"},
		"sqlite:/a?_stands_for=sqlserver&_home=dbo&_x=1": {engine: sqltext.SQLite, database: "/a?_x=1", standsFor: "sqlserver", homes: []string{"dbo"}},
		"sqlite::memory:":                                {engine: sqltext.SQLite, database: ":memory:"},
	} {
		got, err := parseURL(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if diff := cmp.Diff(want, got, cmp.AllowUnexported(target{})); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
	}
}

func TestURLsAreRefused(t *testing.T) {
	for text, message := range map[string]string{
		"":                                              "does not start with",
		"jdbc:oracle:thin:@h":                           `engine "oracle"`,
		"jdbc:mariadb://a:1,b:2/d":                      "several hosts",
		"jdbc:mariadb://h:x/d":                          "port",
		"jdbc:sqlserver:h":                              "// is missing",
		"jdbc:sqlserver://h;a":                          "no value",
		"jdbc:sqlserver://h;password={x":                "not closed",
		"jdbc:postgresql://h/d?x=1":                     `option "x"`,
		"jdbc:mariadb://h/d?allowMultiQueries=true":     `option "allowmultiqueries"`,
		"jdbc:mariadb://h/d?sslMode=maybe":              "sslMode",
		"jdbc:sqlserver://h;integratedSecurity=true":    `option "integratedsecurity"`,
		"jdbc:postgresql://h/d?user=s3cret&nothing=new": "nothing",
	} {
		err := openURL(text)
		if err == nil || !strings.Contains(err.Error(), message) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: got %v, want %q", text, err, message)
		}
	}
}

// openURL makes the pool of a URL, which connects to nothing yet.
func openURL(text string) error {
	t, err := parseURL(text)
	if err != nil {
		return err
	}
	engines := newPools(Config{SQLite: openSQLite}).engines
	db, err := engines[t.engine].open(t)
	if err != nil {
		return err
	}
	return db.Close()
}

func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{
		"jdbc:mariadb://h:1/d?user=u", "jdbc:sqlserver://h\\i;a={b}};c}", "postgres://u:p@[::1]:5/d", "jdbc:postgresql:d", "sqlite::memory:",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { _, _ = parseURL(text) })
		parsed, err := parseURL(text)
		if err != nil {
			return
		}
		if parsed.engine == sqltext.Unknown || parsed.engine != sqltext.SQLite && !isPort(parsed.port) {
			t.Fatalf("%q was read as %+v", text, parsed)
		}
		openURL(text)
	})
}
