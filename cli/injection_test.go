package cli_test

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// forms are the ways in which data of a request or a response can be written into a query, each with the operation that
// uses it. Every one looks up items by the parameter "name".
var forms = map[string]string{
	"question":  "WHERE name = ?\n              parameters:\n                - param: PARAM(name)",
	"bare":      "WHERE name = ${PARAM(name)}",
	"quoted":    "WHERE name = '${PARAM(name)}'",
	"like":      "WHERE name LIKE '%${PARAM(name)}%'",
	"in":        "WHERE name IN (${PARAM(name)}, 'nothing')",
	"attribute": "WHERE name = ${ATTRIBUTE(wanted)}",
	"value":     "WHERE name = ${VALUE(same, $[0].name)}",
	"valueText": "WHERE name = '${VALUE(same, $[0].name)}'",
	"constant":  "${ATTRIBUTE(clause)} name = ?\n              parameters:\n                - param: PARAM(name)",
}

// attacks are names that would change a query if they were ever part of its text.
var attacks = []string{
	`x' OR '1'='1`, `x'; DROP TABLE item; --`, `x" OR ""="`, `\' OR 1=1 -- `, `x\`, `x' UNION SELECT note FROM hidden -- `,
	`?`, `$1`, `${PARAM(name)}`, `{% $states.input %}`, `/* x */ --`, "line\nbreak'", `x';`, `%`, `ü' OR TRUE #`,
}

func injectionProject(t *testing.T) string {
	t.Helper()
	var yaml strings.Builder
	yaml.WriteString("datasources:\n  shop:\n    type: db\n    url: jdbc:postgresql://127.0.0.1:1/shop\noperations:\n")
	for name, clause := range forms {
		yaml.WriteString(strings.ReplaceAll(strings.ReplaceAll(formOperation, "FORM", strings.ToLower(name)), "CLAUSE", clause))
	}
	yaml.WriteString(insertOperation)
	folder := t.TempDir()
	writeBlock(t, folder, block{file: "specs/shop.yaml", text: yaml.String()})
	writeBlock(t, folder, block{file: "db/a.sql", text: injectionTables})
	return folder
}

const injectionTables = "CREATE TABLE item (name varchar(200) NOT NULL); CREATE TABLE hidden (note varchar(200) NOT NULL); INSERT INTO hidden (note) VALUES ('secret')"

const formOperation = `
  'get /FORM':
    fulfillments:
      - name: same
        type: read
        datasource: shop
        attributes:
          - wanted: PARAM(name)
          - clause: TEXT(WHERE)
        instructions:
          - sql:
              query: SELECT name FROM item WHERE name = ?
              parameters:
                - param: PARAM(name)
      - name: items
        type: read
        datasource: shop
        instructions:
          - sql:
              query: SELECT name FROM item CLAUSE
    responses:
      - name: ok
        statuscode: 200
        default: true
        schema:
          list: VALUE(items, $)
          item: VALUE(@, $.name)
`

const insertOperation = `
  'post /items':
    fulfillments:
      - name: insert
        type: update
        datasource: shop
        instructions:
          - sql:
              query: INSERT INTO item (name) VALUES (${BODY($.name)})
    responses:
      - name: ok
        statuscode: 201
        default: true
`

// TestInjection stores each attack and looks it up again through each form: nothing but data may arrive at the server.
func TestInjection(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { inject(t, startDev(t, injectionProject(t))) })
	t.Run("PostgreSQL", func(t *testing.T) {
		address := servers.Postgres(t)
		createTables(t, address)
		inject(t, startDev(t, injectionProject(t), "--datasource", "shop="+address))
	})
	t.Run("MariaDB", func(t *testing.T) {
		address := servers.MariaDB(t)
		createTables(t, address)
		inject(t, startDev(t, injectionProject(t), "--datasource", "shop="+address))
	})
}

func createTables(t *testing.T, address string) {
	t.Helper()
	script := filepath.Join(t.TempDir(), "tables.sql")
	if err := os.WriteFile(script, []byte(injectionTables), 0o644); err != nil {
		t.Fatal(err)
	}
	loadScripts(t, openDatabase(t, address), script)
}

func inject(t *testing.T, d *development) {
	for _, attack := range attacks {
		body, err := json.Marshal(map[string]string{"name": attack})
		if err != nil {
			t.Fatal(err)
		}
		d.call(t, "POST", "/items", string(body)).want(t, 201)
	}
	for form := range forms {
		for _, attack := range attacks {
			got := decode[[]string](t, d.call(t, "GET", "/"+strings.ToLower(form)+"?name="+url.QueryEscape(attack), "").want(t, 200))
			if slices.Contains(got, "secret") {
				t.Errorf("form %s, name %q: rows of another table", form, attack)
			}
			if form == "like" {
				got = onlyEqual(got, attack)
				if strings.Contains(attack, `\`) && len(got) == 0 { // the pattern's own escape character
					continue
				}
			}
			if diff := cmp.Diff([]string{attack}, got); diff != "" {
				t.Errorf("form %s, name %q: %s", form, attack, diff)
			}
		}
	}
}

// onlyEqual drops what a pattern finds besides the name itself.
func onlyEqual(names []string, name string) []string {
	var equal []string
	for _, n := range names {
		if n == name {
			equal = append(equal, n)
		}
	}
	return equal
}
