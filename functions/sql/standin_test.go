package sql

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStandInForSQLServer: an INSERT gives what SQL Server gives, so that what needs the key has it.
func TestStandInForSQLServer(t *testing.T) {
	f := newFunction(StandIn(filepath.Join(t.TempDir(), "test.sqlite"), "jdbc:sqlserver://h;databaseName=shop"))
	call(t, f, "CREATE TABLE dbo.pet (id INTEGER PRIMARY KEY, name TEXT)")
	for statement, want := range map[string]string{
		"INSERT INTO dbo.pet (id, name) VALUES (41, 'a'), (42, 'b')":   `[{"GENERATED_KEYS":42}]`,
		"UPDATE shop.dbo.pet SET name = 'c' WHERE dbo.pet.id = 0":      `[]`,
		"INSERT INTO pet (name) SELECT 'x' WHERE 1 = 0":                `[]`,
		"INSERT INTO [pet] (id, name) VALUES (43, 'd') RETURNING name": `[{"name":"d"}]`,
	} {
		if got := rowsOf(t, call(t, f, statement)); got != want {
			t.Errorf("%s: got %s, want %s", statement, got, want)
		}
	}
}

func TestHomes(t *testing.T) {
	for url, want := range map[string][]string{
		"jdbc:postgresql://h/shop":                          {"public"},
		"jdbc:postgresql://h/shop?currentSchema=pets,other": {"pets"},
		"postgres://h/shop?search_path=%22Pets%22":          {"Pets"},
		"jdbc:mariadb://h/sample-products":                  {"sample-products"},
		"mysql://h":                                         {},
		"jdbc:sqlserver://h;databaseName=shop":              {"dbo", "shop"},
		"jdbc:sqlserver://h":                                {"dbo"},
		"jdbc:oracle:thin:@h":                               nil,
		"sqlite:a.db":                                       nil,
	} {
		if diff := cmp.Diff(want, Homes(url)); diff != "" {
			t.Errorf("%s:\n%s", url, diff)
		}
	}
}
