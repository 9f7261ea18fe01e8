package compiler_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"pgregory.net/rapid"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

var servers testserver.Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// TestTransactionsMeanWhatTheModelSays runs random operations with transactions in loops and branches, compiled and on a database, and step by step
// by the small interpreter in this file: each commit does all or nothing. What the database holds, in its order, how the operation ends, and
// what statements gave must be the same.
func TestTransactionsMeanWhatTheModelSays(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		modelled(t, "jdbc:postgresql://h/d", "sqlite:"+filepath.Join(t.TempDir(), "model.sqlite"), "sqlite")
	})
	t.Run("postgresql", func(t *testing.T) {
		address := servers.Postgres(t)
		modelled(t, "jdbc:postgresql://h/d", address, "pgx")
	})
	t.Run("mariadb", func(t *testing.T) { modelled(t, "jdbc:mariadb://h/d", servers.MariaDB(t), "mysql") })
}

func modelled(t *testing.T, declared, address, driver string) {
	data := openModelled(t, address, driver)
	all := functions.All(task.Variables(map[string]string{task.VariableName(task.DatasourceVariable, "db"): address}), functions.Services{
		SQLite: func(name string) (*sql.DB, error) { return sql.Open("sqlite", name) },
	})
	property.Check(t, func(t *rapid.T) {
		program := &txProgram{t: t}
		body := program.list(3, nil, "      ")
		text := program.file(declared, body)
		if _, err := data.Exec("DELETE FROM entry"); err != nil {
			t.Fatal(err)
		}
		want := &txModel{batches: map[string][]txRow{}}
		want.list(body, map[string]int{})
		status, answer := runModelled(t, text, `{"trigger": "http"}`, all)
		if got := storedRows(t, data); !slices.Equal(got, want.rows) {
			t.Fatalf("stored %v\nwant   %v\n%s", got, want.rows, text)
		}
		if status != want.status() {
			t.Fatalf("it ends with %q, want %q\n%s", status, want.status(), text)
		}
		if seen := fmt.Sprint(answer); driver != "mysql" && want.failed == "" && !want.sees(seen) {
			t.Fatalf("its statements gave %s, want %q\n%s", seen, want.seen, text)
		}
	})
}

func openModelled(t *testing.T, address, driver string) *sql.DB {
	t.Helper()
	key := "INTEGER PRIMARY KEY"
	switch driver {
	case "pgx":
		key = "SERIAL PRIMARY KEY"
	case "mysql":
		key = "INT AUTO_INCREMENT PRIMARY KEY"
		parsed, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		address = parsed.User.String() + "@tcp(" + parsed.Host + ")" + parsed.Path
	case "sqlite":
		address = "file:" + strings.TrimPrefix(address, "sqlite:") + "?_pragma=busy_timeout(10000)"
	}
	data, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { data.Close() })
	if _, err := data.Exec("CREATE TABLE entry (id " + key + ", tag VARCHAR(20) NOT NULL, v INT NOT NULL CHECK (v <> 3))"); err != nil {
		t.Fatal(err)
	}
	return data
}

func storedRows(t *rapid.T, data *sql.DB) []txRow {
	t.Helper()
	rows, err := data.Query("SELECT tag, v FROM entry ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var found []txRow
	for rows.Next() {
		var one txRow
		if err := rows.Scan(&one.tag, &one.v); err != nil {
			t.Fatal(err)
		}
		found = append(found, one)
	}
	return found
}

// runModelled compiles and runs an operation, and gives how it ends and its answer.
func runModelled(t rapid.TB, text, input string, all []task.Function) (status string, answer any) {
	t.Helper()
	output, found := compiler.Compile(source.Files{{Path: "program.yaml", Bytes: []byte(text)}}, compiler.Options{Dialect: "apichap"})
	if found.HasErrors() {
		t.Fatalf("%s\n%s", diagnostics(found), text)
	}
	machine := output.Machines[0]
	definition, err := asl.Unmarshal(output.Files[machine.Path()])
	if err != nil {
		t.Fatal(err)
	}
	program, err := engine.Prepare(definition)
	if err != nil {
		t.Fatal(err)
	}
	clock := engine.NewVirtual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	host := engine.Host{Clock: clock, Invoker: invoker{all}, Random: func() float64 { return 0.5 }}
	given, err := jsonata.Decode([]byte(input))
	if err != nil {
		t.Fatal(err)
	}
	result := engine.Run(context.Background(), program, given, host, engine.Options{Name: "program", Machine: "program", Express: machine.Mode == ir.Express})
	if result.Status != engine.Succeeded {
		return result.Error, nil
	}
	body, _ := result.Output.(*jsonata.Object).Get("body")
	return "", body
}

// invoker runs the functions themselves.
type invoker struct{ all []task.Function }

func (i invoker) Invoke(ctx context.Context, called engine.Task) (any, error) {
	name := task.FunctionOf(called.FunctionName)
	for _, function := range i.all {
		if function.Name != name {
			continue
		}
		payload, err := jsonata.Encode(called.Payload)
		if err != nil {
			return nil, err
		}
		answer, err := function.Invoke(ctx, payload)
		if err != nil {
			failure := task.AsError(err)
			return nil, &engine.TaskError{Name: failure.Name, Cause: failure.Cause()}
		}
		return jsonata.Decode(answer)
	}
	return nil, fmt.Errorf("there is no function %q", called.FunctionName)
}

// txRow is a row of the table. A row whose v is 3 is refused.
type txRow struct {
	tag string
	v   int
}

// txStep is one fulfillment of a random operation.
type txStep struct {
	kind     string // collect, insert, commit, loop, if
	name     string
	tx       string
	tag      string
	value    string // the name of a loop, or "" for number
	number   int
	when     *txCondition
	leave    *txCondition // loopbreak
	allow    bool
	body     []*txStep
	els      []*txStep
	reads    []string // names whose values are noted after a commit
	topLevel bool
}

// txCondition compares the element of a loop with a number.
type txCondition struct {
	loop   string
	number int
}

func (c *txCondition) holds(loops map[string]int) bool { return loops[c.loop] == c.number }

func (c *txCondition) String() string {
	return fmt.Sprintf("VALUE(%s, $) == INTEGER(%d)", c.loop, c.number)
}

// txProgram draws an operation.
type txProgram struct {
	t     *rapid.T
	count int
	used  map[string][]string // the names of the statements of a transaction
}

func (p *txProgram) number(least, most int) int { return rapid.IntRange(least, most).Draw(p.t, "n") }

func (p *txProgram) list(depth int, loops []string, indent string) []*txStep {
	var list []*txStep
	for range p.number(1, 4) {
		list = append(list, p.step(depth, loops))
	}
	if depth == 3 { // what is collected is committed in the end
		for _, tx := range []string{"a", "b"} {
			list = append(list, &txStep{kind: "commit", tx: tx, name: "last " + tx, allow: p.number(0, 1) == 1, topLevel: true})
		}
		for _, tx := range []string{"a", "b"} { // each has a statement
			list = slices.Insert(list, 0, &txStep{kind: "collect", tx: tx, name: p.name(), tag: "first " + tx, number: p.number(0, 9)})
		}
	}
	return list
}

func (p *txProgram) name() string {
	p.count++
	return fmt.Sprintf("s%d", p.count)
}

func (p *txProgram) step(depth int, loops []string) *txStep {
	one := &txStep{name: p.name(), tx: rapid.SampledFrom([]string{"a", "b"}).Draw(p.t, "tx"), topLevel: depth == 3}
	kinds := []string{"collect", "collect", "collect", "commit", "insert"}
	if depth > 0 {
		kinds = append(kinds, "loop", "loop", "if")
	}
	one.kind = rapid.SampledFrom(kinds).Draw(p.t, "kind")
	one.tag, one.number, one.allow = one.name, p.number(0, 9), p.number(0, 2) > 0
	if len(loops) > 0 {
		one.value = rapid.SampledFrom(append(loops[:len(loops):len(loops)], "")).Draw(p.t, "value")
		one.when = p.condition(loops)
		if one.kind != "if" {
			one.leave = p.condition(loops)
		}
	}
	switch one.kind {
	case "loop":
		one.number, one.leave = p.number(0, 5), nil
		one.body = p.list(depth-1, append(loops[:len(loops):len(loops)], one.name), "")
	case "if":
		if one.when == nil {
			one.kind = "collect"
			break
		}
		one.body, one.els = p.list(depth-1, loops, ""), p.list(depth-1, loops, "")
	}
	return one
}

// condition is nothing in half of all cases.
func (p *txProgram) condition(loops []string) *txCondition {
	if p.number(0, 1) == 0 {
		return nil
	}
	return &txCondition{rapid.SampledFrom(loops).Draw(p.t, "loop"), p.number(0, 4)}
}

func (p *txProgram) file(url string, body []*txStep) string {
	var out strings.Builder
	fmt.Fprintf(&out, "datasources:\n  db: {type: db, url: '%s'}\noperations:\n  'get /program':\n    fulfillments:\n", url)
	p.used = map[string][]string{}
	p.collectNames(body)
	for _, one := range body {
		p.write(&out, one, "      ")
	}
	out.WriteString("    responses:\n      - {name: ok, default: true, statuscode: 200, schema: 'ATTRIBUTE(seen)'}\n")
	return out.String()
}

func (p *txProgram) collectNames(list []*txStep) {
	for _, one := range list {
		if one.kind == "collect" {
			p.used[one.tx] = append(p.used[one.tx], one.name)
		}
		p.collectNames(one.body)
		p.collectNames(one.els)
	}
}

func (p *txProgram) write(out *strings.Builder, one *txStep, indent string) {
	line := func(format string, arguments ...any) { fmt.Fprintf(out, indent+"  "+format+"\n", arguments...) }
	fmt.Fprintf(out, "%s- name: %s\n", indent, one.name)
	if one.when != nil {
		line("if: %s", one.when)
	}
	switch one.kind {
	case "loop":
		line("type: loop\n%s  loop: LIST(%d)\n%s  fulfillments:", indent, one.number, indent)
		for _, inner := range one.body {
			p.write(out, inner, indent+"    ")
		}
	case "if":
		line("type: if\n%s  then:", indent)
		for _, inner := range one.body {
			p.write(out, inner, indent+"    ")
		}
		line("else:")
		for _, inner := range one.els {
			p.write(out, inner, indent+"    ")
		}
	case "commit":
		line("type: update\n%s  datasource: db\n%s  instructions: [{sql: {commit: %s, allowFailure: %v}}]", indent, indent, one.tx, one.allow)
		if one.topLevel {
			one.reads = p.used[one.tx]
			line("attributes:")
			for _, name := range one.reads {
				line("  - seen: ATTRIBUTE(seen) . TEXT(%s=) . VALUE(%s, $[0].v) . TEXT(;)", name, name)
			}
		}
	default:
		value := fmt.Sprintf("INTEGER(%d)", one.number)
		if one.value != "" {
			value = fmt.Sprintf("VALUE(%s, $)", one.value)
		}
		transaction := ""
		if one.kind == "collect" {
			transaction = "transaction: " + one.tx + ", "
		}
		line("type: update\n%s  datasource: db\n%s  instructions: [{sql: {%squery: 'INSERT INTO entry (tag, v) VALUES (?, ?)', parameters: [{param: TEXT(%s)}, {param: '%s'}]}}]",
			indent, indent, transaction, one.tag, value)
	}
	if one.leave != nil {
		line("loopbreak: ['%s']", one.leave)
	}
}

// txModel interprets an operation.
type txModel struct {
	batches map[string][]txRow
	rows    []txRow
	failed  string
	seen    []string // what was read after commits, in order; "*" at the end of one says that any value will do
}

func (m *txModel) status() string { return m.failed }

// list runs steps and tells whether the innermost loop is left.
func (m *txModel) list(list []*txStep, loops map[string]int) (left bool) {
	for _, one := range list {
		if m.step(one, loops) {
			return true
		}
		if m.failed != "" {
			return false
		}
	}
	return false
}

func (m *txModel) step(one *txStep, loops map[string]int) (left bool) {
	switch {
	case one.kind == "if" && one.when.holds(loops):
		return m.list(one.body, loops)
	case one.kind == "if":
		return m.list(one.els, loops)
	case one.when != nil && !one.when.holds(loops):
		return false
	}
	value := one.number
	if one.value != "" {
		value = loops[one.value]
	}
	switch one.kind {
	case "loop":
		for i := range one.number {
			loops[one.name] = i
			if m.list(one.body, loops) || m.failed != "" {
				break
			}
		}
		delete(loops, one.name)
	case "collect":
		m.batches[one.tx] = append(m.batches[one.tx], txRow{one.tag, value})
	case "insert":
		m.commit([]txRow{{one.tag, value}}, false)
	case "commit":
		batch := m.batches[one.tx]
		m.batches[one.tx] = nil
		done := m.commit(batch, one.allow)
		m.note(one, batch, done)
	}
	return m.failed == "" && one.leave != nil && one.leave.holds(loops)
}

// commit does all or nothing.
func (m *txModel) commit(batch []txRow, allow bool) bool {
	if slices.ContainsFunc(batch, func(row txRow) bool { return row.v == 3 }) {
		if !allow {
			m.failed = task.SqlConstraint
		}
		return false
	}
	m.rows = append(m.rows, batch...)
	return true
}

// note tells what a commit's statements have given: the last row of each that was in it.
func (m *txModel) note(one *txStep, batch []txRow, done bool) {
	for _, name := range one.reads {
		text := name + "=*"
		for _, row := range batch {
			switch {
			case row.tag != name:
			case done:
				text = fmt.Sprintf("%s=%d", name, row.v)
			default:
				text = name + "="
			}
		}
		m.seen = append(m.seen, text)
	}
}

// sees compares what an operation noted with what it must.
func (m *txModel) sees(text string) bool {
	parts := strings.Split(strings.TrimSuffix(text, ";"), ";")
	if len(m.seen) == 0 {
		return text == "<nil>" || text == ""
	}
	return slices.EqualFunc(parts, m.seen, func(got, want string) bool {
		prefix, any := strings.CutSuffix(want, "*")
		return got == want || any && strings.HasPrefix(got, prefix)
	})
}
