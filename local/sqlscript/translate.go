package sqlscript

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/sqltext"
)

// Step is what a statement of a script comes to on SQLite. At most one of SQL, Skipped, Creates and Drops is set.
type Step struct {
	Line int
	// Schema is the schema in which SQL runs; "" is the datasource's own.
	Schema string
	// SQL is the statement to run.
	SQL string
	// Skipped names a statement that only a server needs.
	Skipped string
	// Creates and Drops are schemas: what is not the datasource's own schema has a file of its own.
	Creates, Drops string
}

// Translate turns a script for an engine into steps for SQLite. homes are the schemas in which the bare names of the datasource lie: the
// first is where the script begins.
func Translate(script string, engine sqltext.Engine, homes ...string) []Step {
	translator := translator{engine: engine, homes: homes}
	var steps []Step
	for _, statement := range split(script, engine) {
		steps = append(steps, translator.statement(statement)...)
	}
	return steps
}

// translator remembers which schema a script has selected.
type translator struct {
	engine sqltext.Engine
	homes  []string
	schema string
}

func (t *translator) statement(s statement) []Step {
	step := Step{Line: s[0].line}
	schema, creates := createdSchema(s)
	switch {
	case s.starts("use") && len(s) > 1, s.starts("set", "search_path") && len(s) > 3:
		t.selectSchema(s)
	case schema != "" && t.engine == sqltext.PostgreSQL && s[1].is("database"), isForServer(s):
		step.Skipped = headline(s)
	case schema != "" && t.isHome(schema):
	case schema != "" && creates:
		step.Creates = schema
	case schema != "":
		step.Drops = schema
	default:
		return t.translate(s)
	}
	return []Step{step}
}

// translate gives the steps of a statement that SQLite runs.
func (t *translator) translate(s statement) []Step {
	var steps []Step
	if schema := t.schemaOf(s); schema != "" {
		steps = append(steps, Step{Line: s[0].line, Creates: schema})
	}
	for _, one := range t.body(t.unqualify(s)) {
		steps = append(steps, Step{Line: s[0].line, Schema: t.schema, SQL: one.String()})
	}
	return steps
}

// createdSchema is the schema that a statement creates or drops, on MariaDB called a database; "" when it does neither.
func createdSchema(s statement) (name string, creates bool) {
	creates = s.starts("create")
	if !creates && !s.starts("drop") || len(s) < 3 || !s[1].is("schema") && !s[1].is("database") {
		return "", false
	}
	for _, t := range s[2:] {
		if t.isName() && !t.is("if") && !t.is("not") && !t.is("exists") && !t.is("authorization") {
			return t.text, creates
		}
	}
	return "", false
}

// schemaOf is the other schema that a table is created in.
func (t *translator) schemaOf(s statement) string {
	table := s.find("table")
	if !s.starts("create") || table < 0 || table > 2 {
		return ""
	}
	for i := table + 1; i+1 < len(s) && s[i].isName(); i++ {
		if s[i+1].is(".") && !t.isCurrent(s[i].text) {
			return s[i].text
		}
	}
	return ""
}

// selectSchema follows USE name and SET search_path TO name.
func (t *translator) selectSchema(s statement) {
	t.schema = s[1].text
	if s[0].is("set") {
		t.schema = s[3].text
	}
	if t.isHome(t.schema) {
		t.schema = ""
	}
}

func (t *translator) isHome(schema string) bool {
	return slices.ContainsFunc(t.homes, func(home string) bool { return strings.EqualFold(home, schema) })
}

// isForServer tells whether a statement means nothing to an embedded database.
func isForServer(s statement) bool {
	for _, start := range [][]string{
		{"create", "user"}, {"create", "role"}, {"create", "extension"}, {"create", "login"}, {"drop", "user"}, {"drop", "role"},
		{"drop", "extension"}, {"alter", "user"}, {"alter", "database"}, {"alter", "role"}, {"alter", "schema"}, {"set"}, {"grant"}, {"revoke"},
		{"lock"}, {"unlock"}, {"flush"}, {"comment", "on"}, {"begin"}, {"start", "transaction"}, {"commit"}, {"analyze"}, {"vacuum"},
	} {
		if s.starts(start...) {
			return true
		}
	}
	return false
}

// headline is the beginning of a statement, for a report.
func headline(s statement) string {
	const most = 4
	if len(s) > most {
		return s[:most].String() + " …"
	}
	return s.String()
}

// unqualify removes the prefix from names that lie in the current schema anyway.
func (t *translator) unqualify(s statement) statement {
	var out statement
	for i := 0; i < len(s); i++ {
		if i+2 < len(s) && s[i].isName() && s[i+1].is(".") && s[i+2].isName() && t.isCurrent(s[i].text) {
			s[i+2].spaced = s[i].spaced
			i += 2
		}
		out = append(out, s[i])
	}
	return out
}

// isCurrent tells whether a name is that of the schema the script is in.
func (t *translator) isCurrent(name string) bool {
	if t.schema != "" {
		return strings.EqualFold(name, t.schema)
	}
	return t.isHome(name)
}

// body translates what SQLite spells differently, or in several statements.
func (t *translator) body(s statement) []statement {
	s = expressions(s)
	switch {
	case s.starts("create", "table"), s.starts("create", "temporary", "table"):
		return []statement{createTable(s)}
	case s.starts("create", "index"), s.starts("create", "unique", "index"):
		return []statement{createIndex(s)}
	case s.starts("insert", "ignore"):
		return []statement{append(statement{s[0], word2("or"), s[1]}, s[2:]...)}
	}
	return []statement{s}
}

func word2(text string) token { return token{kind: word, text: text, spaced: true} }

// expressions rewrites what may stand in any statement: the clock and casts with ::.
func expressions(s statement) statement {
	var out statement
	for i := 0; i < len(s); i++ {
		switch {
		case isClock(s, i):
			out = append(out, word2("CURRENT_TIMESTAMP"))
			i += 2
		case s[i].is("current_timestamp") && i+1 < len(s) && s[i+1].is("("):
			out = append(out, s[i])
			i = s.closing(i + 1)
		case s[i].is("::") && i+1 < len(s):
			i = castEnd(s, i+1)
		default:
			out = append(out, s[i])
		}
	}
	return out
}

// isClock tells whether NOW() or GETDATE() stands at i.
func isClock(s statement, i int) bool {
	return i+2 < len(s) && (s[i].is("now") || s[i].is("getdate")) && s[i+1].is("(") && s[i+2].is(")")
}

// castEnd gives the last token of the type name that begins at i: numeric(5, 2), double precision, timestamp with time zone, int[].
func castEnd(s statement, i int) int {
	for i+1 < len(s) {
		next := s[i+1]
		switch {
		case next.is("("):
			i = s.closing(i + 1)
		case next.is("[") && i+2 < len(s) && s[i+2].is("]"):
			i += 2
		case next.is("precision"), next.is("varying"), next.is("without"), next.is("time"), next.is("zone"), next.is("with") && i+2 < len(s) && s[i+2].is("time"):
			i++
		default:
			return i
		}
	}
	return i
}

// createIndex moves a schema from the table's name to the index's: SQLite wants CREATE INDEX schema.name ON table.
func createIndex(s statement) statement {
	on := s.find("on")
	if on < 1 || on+3 >= len(s) || !s[on+2].is(".") {
		return s
	}
	schema, name := s[on+1], s[on-1]
	name.spaced = false
	out := slices.Clone(s[:on-1])
	out = append(out, schema, s[on+2], name, s[on])
	table := s[on+3]
	table.spaced = true
	return append(append(out, table), s[on+4:]...)
}

// Verbatim gives the statements of a script that was written for SQLite, as they are.
func Verbatim(script string) []Step {
	lines := lineCounter{script: script, line: 1}
	var steps []Step
	for _, tokens := range sqltext.Split(sqltext.SQLite, script) {
		first, last := tokens[0], tokens[len(tokens)-1]
		steps = append(steps, Step{Line: lines.at(first.Offset), SQL: script[first.Offset:last.End()]})
	}
	return steps
}
