package cli_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/cli"
	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/shared/task"
)

// columnType is a row of docs/types.md; see the tests of the sql function.
type columnType struct {
	Column, Holds, Place string
	Read, Bound          json.RawMessage
}

// name is that of the column at a position in the table of all types.
func name(position int) string { return fmt.Sprint("c", position) }

// TestTypesThroughWorkflows: in a workflow of either language a column of each type of docs/types.md is read as the page says, and what was read, or
// what the page says is to be given, stores the same.
func TestTypesThroughWorkflows(t *testing.T) {
	content, err := os.ReadFile("../functions/sql/testdata/types.json")
	if err != nil {
		t.Fatal(err)
	}
	var engines map[string][]struct{ Types []columnType }
	if err := json.Unmarshal(content, &engines); err != nil {
		t.Fatal(err)
	}
	for engine, kinds := range engines {
		t.Run(engine, func(t *testing.T) {
			var types []columnType
			for _, kind := range kinds {
				types = append(types, kind.Types...)
			}
			p := typedProject{types: types, setup: tableOf(engine, types), arguments: func(string) []string { return nil }, again: func() {}}
			switch engine {
			case "postgresql":
				p.onServer(t, servers.Postgres(t))
			case "mariadb":
				p.onServer(t, servers.MariaDB(t))
			}
			p.check(t)
		})
	}
}

// tableOf are the statements that make the table of all types, with a row of what they hold.
func tableOf(engine string, types []columnType) []string {
	create, insert := "CREATE TABLE kinds (n int PRIMARY KEY", "INSERT INTO kinds VALUES (1"
	for i, one := range types {
		create += ", " + name(i) + " " + one.Column + " NULL"
		insert += ", " + one.Holds
	}
	statements := []string{create + ")", insert + ")"}
	if engine == "postgresql" {
		statements = append([]string{"CREATE TYPE mood AS ENUM ('sad', 'ok')", "CREATE DOMAIN positive AS int CHECK (value > 0)"}, statements...)
	}
	return statements
}

// typedProject are a workflow of each language over the table.
type typedProject struct {
	types     []columnType
	setup     []string
	arguments func(datasource string) []string
	again     func() // takes the second row away
}

func (p *typedProject) onServer(t *testing.T, address string) {
	f := sql.New(sql.Config{Environment: task.Variables(map[string]string{sql.Variable("db"): address})})
	run := func(statements ...string) {
		request := sql.Request{Datasource: "db"}
		for _, statement := range statements {
			request.Statements = append(request.Statements, sql.Statement{SQL: statement})
		}
		payload, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Invoke(t.Context(), payload); err != nil {
			t.Fatal(err)
		}
	}
	run(p.setup...)
	p.again = func() { run("DELETE FROM kinds WHERE n = 2") }
	p.arguments = func(datasource string) []string { return []string{"--datasource", datasource + "=" + address} }
}

func (p *typedProject) check(t *testing.T) {
	body, err := json.Marshal(p.given())
	if err != nil {
		t.Fatal(err)
	}
	apichap := p.folder(t, "specs/kinds.yaml", p.apichap())
	d := startDev(t, append([]string{apichap}, p.arguments("db")...)...)
	p.compare(t, "APICHAP", d.call(t, "POST", "/kinds", string(body)).want(t, 200).text)

	p.again()
	var out, errs bytes.Buffer
	std := cli.Std{In: bytes.NewReader(body), Out: &out, Err: &errs, Lookup: noVariables, Context: t.Context()}
	osop := p.folder(t, "kinds.osop.yaml", p.osop())
	if code := cli.Main(append([]string{"run", osop, "kinds", "--body", "-"}, p.arguments("read")...), std); code != cli.ExitOK {
		t.Fatalf("OSOP: exit code %d\n%s%s", code, &errs, &out)
	}
	p.compare(t, "OSOP", out.String())
}

// given is the body of a request: what the page says is to be bound, where it is not what is read.
func (p *typedProject) given() map[string]json.RawMessage {
	given := map[string]json.RawMessage{}
	for i, one := range p.types {
		if p.isGiven(i) {
			given[name(i)] = one.Bound
		}
	}
	return given
}

// isGiven reports whether a value comes with the request. A number that only a text can hold in a workflow does not.
func (p *typedProject) isGiven(i int) bool {
	one := p.types[i]
	return one.Bound != nil && !(one.Read[0] == '"' && strings.IndexByte("-0123456789", one.Bound[0]) >= 0)
}

func (p *typedProject) columns() string {
	var names []string
	for i := range p.types {
		names = append(names, name(i))
	}
	return strings.Join(names, ", ")
}

func (p *typedProject) folder(t *testing.T, file, content string) string {
	folder := numbersProject(t, file, content)
	script := strings.Join(p.setup, ";\n") + ";\n"
	if err := os.MkdirAll(filepath.Join(folder, "db"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "db", "1.sqlite.sql"), []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

func (p *typedProject) apichap() string {
	var places, parameters string
	for i, one := range p.types {
		places += ", " + cmp.Or(one.Place, "?")
		value := "VALUE(read, $[0]." + name(i) + ")"
		if p.isGiven(i) {
			value = "BODY($." + name(i) + ")"
		}
		parameters += "\n              - param: " + value
	}
	return `
datasources:
  db: {type: db, url: 'jdbc:postgresql://127.0.0.1:1/x'}
operations:
  'POST /kinds':
    fulfillments:
      - name: read
        type: read
        datasource: db
        instructions: [{sql: {query: "SELECT ` + p.columns() + ` FROM kinds WHERE n = 1"}}]
      - name: write
        type: update
        datasource: db
        instructions:
          - sql:
              query: "INSERT INTO kinds (n, ` + p.columns() + `) VALUES (2` + places + `)"
              parameters:` + parameters + `
      - name: again
        type: read
        datasource: db
        instructions: [{sql: {query: "SELECT ` + p.columns() + ` FROM kinds WHERE n = 2"}}]
    responses:
      - {name: ok, statuscode: 200, default: true, schema: {first: 'VALUE(read, $[0])', second: 'VALUE(again, $[0])'}}
`
}

func (p *typedProject) osop() string {
	var places, inputs string
	for i, one := range p.types {
		value := "${first[0]." + name(i) + "}"
		if p.isGiven(i) {
			value = "${inputs." + name(i) + "}"
			inputs += "\n  " + name(i) + ": {type: any, required: false}"
		}
		places += ", " + strings.Replace(cmp.Or(one.Place, "?"), "?", value, 1)
	}
	db := `runtime: {engine: postgres, connection: "jdbc:postgresql://127.0.0.1:1/x", query: "`
	return `
osop_version: "2.0"
id: kinds
name: Types of a database
inputs:` + inputs + `
nodes:
  - {id: read, type: db, ` + db + `SELECT ` + p.columns() + ` FROM kinds WHERE n = 1"}, outputs: [first]}
  - {id: write, type: db, ` + db + `INSERT INTO kinds (n, ` + p.columns() + `) VALUES (2` + places + `)"}, inputs: [first], outputs: [written]}
  - {id: again, type: db, ` + db + `SELECT ` + p.columns() + ` FROM kinds WHERE n = 2"}, outputs: [rows]}
  - {id: end, type: cli, runtime: {command: "jq '{first: .first[0], second: .rows[0]}'"}, inputs: [first, rows], outputs: [answer]}
edges:
  - {from: read, to: write}
  - {from: write, to: again}
  - {from: again, to: end}
`
}

// compare expects both rows of an answer to be what the page says is read.
func (p *typedProject) compare(t *testing.T, language, answer string) {
	t.Helper()
	var rows struct {
		First, Second map[string]json.RawMessage
		Answer        *struct{ First, Second map[string]json.RawMessage }
	}
	if err := json.Unmarshal([]byte(answer), &rows); err != nil {
		t.Fatalf("%s: %v: %s", language, err, answer)
	}
	if rows.Answer != nil {
		rows.First, rows.Second = rows.Answer.First, rows.Answer.Second
	}
	for i, one := range p.types {
		for which, row := range map[string]map[string]json.RawMessage{"read": rows.First, "stored and read": rows.Second} {
			if got := row[name(i)]; !sameJSON(t, got, one.Read) {
				t.Errorf("%s: %s %s, %s: got %s, want %s", language, one.Column, one.Holds, which, got, one.Read)
			}
		}
	}
}

// sameJSON compares values, numbers by what they are.
func sameJSON(t *testing.T, a, b json.RawMessage) bool {
	t.Helper()
	if len(a) == 0 {
		return false
	}
	x, y := new(big.Rat), new(big.Rat)
	_, isNumber := x.SetString(string(a))
	if _, ok := y.SetString(string(b)); ok && isNumber {
		return x.Cmp(y) == 0
	}
	var p, q bytes.Buffer
	if json.Compact(&p, a) != nil || json.Compact(&q, b) != nil {
		t.Fatalf("%s or %s is not JSON", a, b)
	}
	return p.String() == q.String()
}
