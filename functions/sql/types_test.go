package sql

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/task"
)

const typesPage = "../../docs/types.md"

var update = flag.Bool("update", false, "write the tables of docs/types.md")

// typedEngine is an engine with its types.
type typedEngine struct {
	name  string
	kinds []kindOf
	url   func(t *testing.T) string
	setup []string
	// same is an expression that is alike for values that are alike.
	same string
}

var typedEngines = []typedEngine{
	{
		name: "postgresql", kinds: postgresTypes, same: "CAST(v AS text)",
		url:   func(t *testing.T) string { return servers.Postgres(t) },
		setup: []string{"CREATE TYPE mood AS ENUM ('sad', 'ok')", "CREATE DOMAIN positive AS int CHECK (value > 0)"},
	},
	{
		name: "mariadb", kinds: mariadbTypes, same: "HEX(v)",
		url: func(t *testing.T) string { return servers.MariaDB(t) },
	},
	{
		name: "sqlite", kinds: sqliteTypes, same: "typeof(v) || quote(v)",
		url: func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") },
	},
}

// TestTypes: each row of docs/types.md is read as the page says, with and without parameters in the query, alone and among NULLs, and
// the parameter that the page gives stores what stands there.
func TestTypes(t *testing.T) {
	for _, engine := range typedEngines {
		t.Run(engine.name, func(t *testing.T) {
			f := newFunction(engine.url(t))
			for _, statement := range engine.setup {
				call(t, f, statement)
			}
			table := 0
			for _, kind := range engine.kinds {
				for _, one := range kind.types {
					table++
					t.Run(one.name+" "+one.stored, func(t *testing.T) {
						checkType(t, f, engine, one, fmt.Sprintf("v%d", table))
					})
				}
			}
		})
	}
}

func checkType(t *testing.T, f task.Function, engine typedEngine, one columnType, table string) {
	ask := func(sql string, parameters ...any) string {
		t.Helper()
		return rowsOf(t, invokeLax(t, f, engine.name, sql, parameters...))
	}
	ask("CREATE TABLE " + table + " (n int PRIMARY KEY, v " + one.name + " NULL)")
	ask("INSERT INTO " + table + " (n, v) VALUES (1, " + one.stored + ")")
	ask("INSERT INTO "+table+" (n, v) VALUES (2, "+one.parameter()+")", json.RawMessage(one.parameterValue()))
	ask("INSERT INTO "+table+" (n, v) VALUES (3, ?)", nil)
	want := `[{"v":` + one.read + `},{"v":` + one.read + `},{"v":null}]`
	if got := ask("SELECT v FROM " + table + " ORDER BY n"); got != want {
		t.Errorf("without parameters:\n got %s\nwant %s", got, want)
	}
	if got := ask("SELECT v FROM "+table+" WHERE n < ? ORDER BY n", 9); got != want {
		t.Errorf("with a parameter:\n got %s\nwant %s", got, want)
	}
	if got := ask("SELECT COUNT(DISTINCT " + engine.same + ") AS n FROM " + table + " WHERE v IS NOT NULL"); got != `[{"n":1}]` {
		t.Errorf("what is stored and what is bound differ: %s", ask("SELECT "+engine.same+" AS stored FROM "+table))
	}
	if got := ask("SELECT COUNT(*) AS n FROM " + table + " WHERE v IS NULL"); got != `[{"n":1}]` {
		t.Errorf("%s NULLs", got)
	}
}

func (c columnType) parameter() string {
	if c.place == "" {
		return "?"
	}
	return c.place
}

func (c columnType) parameterValue() string {
	if c.bound == "" {
		return c.read
	}
	return c.bound
}

// invokeLax runs a statement on a session that takes zero dates, where the engine has such.
func invokeLax(t *testing.T, f task.Function, engine, statement string, parameters ...any) string {
	t.Helper()
	request := Request{Datasource: "db", Statements: []Statement{{SQL: statement, Parameters: parameters}}}
	if engine == "mariadb" {
		request.Statements = append([]Statement{{SQL: "SET sql_mode = 'STRICT_TRANS_TABLES'"}}, request.Statements...)
	}
	result, err := invoke(t, f, request)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return result
}

// TestTypesPage keeps the tables of docs/types.md equal to what TestTypes tries.
func TestTypesPage(t *testing.T) {
	text, err := os.ReadFile(typesPage)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	for _, engine := range typedEngines {
		section := regexp.MustCompile(`(?s)(<!-- ` + engine.name + `: [^\n]*-->\n).*?(<!-- end -->)`)
		if !section.MatchString(want) {
			t.Fatalf("%s has no place for %s", typesPage, engine.name)
		}
		want = section.ReplaceAllString(want, "${1}"+strings.ReplaceAll(typesTable(engine.kinds), "$", "$$")+"${2}")
	}
	if *update {
		if err := os.WriteFile(typesPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("%s is stale; go test ./functions/sql -run TypesPage -update writes it:\n%s", typesPage, diff)
	}
}

func typesTable(kinds []kindOf) string {
	var out strings.Builder
	out.WriteString("| | column | holds | is read as | is stored by |\n|---|---|---|---|---|\n")
	for _, kind := range kinds {
		label := kind.kind
		for _, one := range kind.types {
			by := "the same"
			if one.bound != "" {
				by = code(one.bound)
			}
			if one.place != "" {
				by += " in " + code(one.place)
			}
			fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", label, code(one.name), code(one.stored), code(one.read), by)
			label = ""
		}
	}
	return out.String()
}

// code is a text of a cell.
func code(text string) string { return "`" + strings.ReplaceAll(text, "|", `\|`) + "`" }
