package sql

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/task"
)

const typesPage = "../../docs/types.md"

var update = flag.Bool("update", false, "write the tables of docs/types.md")

// columnType is a row of docs/types.md: a column of a type, what stands in it, how it is read and how it is written.
type columnType struct {
	Column string          // its type, as CREATE TABLE has it
	Holds  string          // an SQL expression for a value in it
	Read   json.RawMessage // that value as the function reads it
	Bound  json.RawMessage // the parameter that stores it; nil when it is what is read
	Place  string          // where the parameter stands, "" for ?
}

// kindOfTypes are the types of one kind.
type kindOfTypes struct {
	Kind  string
	Types []columnType
}

// typesOf reads testdata/types.json, which the tests of workflows read as well.
func typesOf(t *testing.T) map[string][]kindOfTypes {
	t.Helper()
	content, err := os.ReadFile("testdata/types.json")
	if err != nil {
		t.Fatal(err)
	}
	var types map[string][]kindOfTypes
	if err := json.Unmarshal(content, &types); err != nil {
		t.Fatal(err)
	}
	return types
}

// typedEngine is an engine whose types are tried.
type typedEngine struct {
	name  string
	url   func(t *testing.T) string
	setup []string
	// same is an expression that is alike for values that are alike.
	same string
}

func typedEngines() []typedEngine {
	return []typedEngine{
		{
			name: "postgresql", same: "CAST(v AS text)",
			url:   func(t *testing.T) string { return servers.Postgres(t) },
			setup: []string{"CREATE TYPE mood AS ENUM ('sad', 'ok')", "CREATE DOMAIN positive AS int CHECK (value > 0)"},
		},
		{name: "mariadb", same: "HEX(v)", url: func(t *testing.T) string { return servers.MariaDB(t) }},
		{
			name: "sqlite", same: "typeof(v) || quote(v)",
			url: func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") },
		},
	}
}

// TestTypes: each row of docs/types.md is read as the page says, with and without parameters in the query, alone and among NULLs, and
// the parameter that the page gives stores what stands there.
func TestTypes(t *testing.T) {
	types := typesOf(t)
	for _, engine := range typedEngines() {
		t.Run(engine.name, func(t *testing.T) {
			f := newFunction(engine.url(t))
			for _, statement := range engine.setup {
				call(t, f, statement)
			}
			table := 0
			for _, kind := range types[engine.name] {
				for _, one := range kind.Types {
					table++
					t.Run(one.Column+" "+one.Holds, func(t *testing.T) {
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
	ask("CREATE TABLE " + table + " (n int PRIMARY KEY, v " + one.Column + " NULL)")
	ask("INSERT INTO " + table + " (n, v) VALUES (1, " + one.Holds + ")")
	ask("INSERT INTO "+table+" (n, v) VALUES (2, "+one.parameter()+")", one.parameterValue())
	ask("INSERT INTO "+table+" (n, v) VALUES (3, ?)", nil)
	want := fmt.Sprintf(`[{"v":%[1]s},{"v":%[1]s},{"v":null}]`, compact(t, one.Read))
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

func compact(t *testing.T, text json.RawMessage) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, text); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func (c columnType) parameter() string { return cmp.Or(c.Place, "?") }

func (c columnType) parameterValue() json.RawMessage {
	if c.Bound == nil {
		return c.Read
	}
	return c.Bound
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
	types := typesOf(t)
	for _, engine := range typedEngines() {
		section := regexp.MustCompile(`(?s)(<!-- ` + engine.name + `: [^\n]*-->\n).*?(<!-- end -->)`)
		if !section.MatchString(want) {
			t.Fatalf("%s has no place for %s", typesPage, engine.name)
		}
		want = section.ReplaceAllString(want, "${1}"+strings.ReplaceAll(typesTable(types[engine.name]), "$", "$$")+"${2}")
	}
	if *update {
		if err := os.WriteFile(typesPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := gocmp.Diff(want, string(text)); diff != "" {
		t.Errorf("%s is stale; go test ./functions/sql -run TypesPage -update writes it:\n%s", typesPage, diff)
	}
}

func typesTable(kinds []kindOfTypes) string {
	var out strings.Builder
	out.WriteString("| | column | holds | is read as | is stored by |\n|---|---|---|---|---|\n")
	for _, kind := range kinds {
		label := kind.Kind
		for _, one := range kind.Types {
			by := "the same"
			if one.Bound != nil {
				by = code(string(one.Bound))
			}
			if one.Place != "" {
				by += " in " + code(one.Place)
			}
			fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", label, code(one.Column), code(one.Holds), code(string(one.Read)), by)
			label = ""
		}
	}
	return out.String()
}

// code is a text of a cell.
func code(text string) string { return "`" + strings.ReplaceAll(text, "|", `\|`) + "`" }
