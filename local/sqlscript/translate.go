package sqlscript

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/sqltext"
)

// Step is what a statement of a script comes to on SQLite. At most one of SQL, Skipped, Creates, Drops, ForeignKeys and If is set.
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
	// ForeignKeys says from here on whether they are checked: "off" or "on".
	ForeignKeys string
	// If is a condition, asked in the schema: Then runs where it holds, Else where not.
	If         string
	Then, Else []Step
}

// Translate turns a script for an engine into steps for SQLite. homes are the schemas in which the bare names of the datasource lie: the
// first is where the script begins.
func Translate(script string, engine sqltext.Engine, homes ...string) []Step {
	translator := translator{engine: engine, homes: homes, domains: map[string]statement{}}
	statements, foreign := translator.merge(split(withoutClient(script, engine), engine))
	var steps []Step
	if foreign || engine == sqltext.MySQL && uncheckedDump.MatchString(script) {
		steps = append(steps, Step{Line: 1, ForeignKeys: "off"})
	}
	for len(statements) > 0 {
		var some []Step
		some, statements = translator.steps(statements)
		steps, statements = append(steps, some...), statements[min(1, len(statements)):]
	}
	return steps
}

// steps translates statements up to the end of what a condition decides, and gives those that are left.
func (t *translator) steps(statements []statement) (steps []Step, rest []statement) {
	for len(statements) > 0 {
		s := statements[0]
		statements = statements[1:]
		switch {
		case s[0].kind != control:
			steps = append(steps, t.statement(s)...)
		case s[0].text == "if":
			step := Step{Line: s[0].line, Schema: t.schema, If: t.expressions(t.unqualify(s[1:])).String()}
			step.Then, statements = t.steps(statements)
			if len(statements) > 0 && statements[0][0].text == "else" {
				step.Else, statements = t.steps(statements[1:])
			}
			steps = append(steps, step)
			statements = statements[min(1, len(statements)):]
		default:
			return steps, append([]statement{s}, statements...)
		}
	}
	return steps, nil
}

// uncheckedDump is what a dump of MariaDB begins with.
var uncheckedDump = regexp.MustCompile(`(?i)/\*M?![0-9]* *SET [^*]*FOREIGN_KEY_CHECKS *= *0`)

// translator remembers which schema a script has selected, and its types.
type translator struct {
	engine  sqltext.Engine
	homes   []string
	schema  string
	domains map[string]statement // what stands for a type of the script's own, by its name in lower case
}

func (t *translator) statement(s statement) []Step {
	step := Step{Line: s[0].line}
	schema, creates := createdSchema(s)
	switch {
	case t.engine == sqltext.SQLServer && (s.starts("use") && len(s) > 1 || schema != "" && s[1].is("database")):
		t.homes = append(t.homes, cmp.Or(schema, s[1].text)) // a database is no schema there
	case isUse(s):
		t.selectSchema(s)
	case s.starts("set", "foreign_key_checks") && len(s) > 3:
		step.ForeignKeys = map[bool]string{true: "off", false: "on"}[s[3].is("0") || s[3].is("off")]
	case s.starts("create", "type"), s.starts("create", "domain"):
		t.learnType(s)
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

func isUse(s statement) bool {
	return s.starts("use") && len(s) > 1 || s.starts("set", "search_path") && len(s) > 3
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

// forServer are the beginnings of statements that mean nothing to an embedded database.
var forServer = [][]string{
	{"create", "user"}, {"create", "role"}, {"create", "extension"}, {"create", "login"}, {"drop", "user"}, {"drop", "role"},
	{"drop", "extension"}, {"alter", "user"}, {"alter", "database"}, {"alter", "role"}, {"alter", "schema"}, {"set"}, {"grant"}, {"revoke"},
	{"lock"}, {"unlock"}, {"flush"}, {"comment", "on"}, {"begin"}, {"start", "transaction"}, {"commit"}, {"analyze"}, {"vacuum"},
	{"create", "sequence"}, {"alter", "sequence"}, {"drop", "sequence"}, {"alter", "type"}, {"drop", "type"}, {"drop", "domain"}, {"alter", "domain"},
	{"alter", "default"}, {"select", "setval"}, {"select", "pg_catalog", ".", "setval"}, {"select", "pg_catalog", ".", "set_config"},
	{"alter", "view"}, {"alter", "function"}, {"create", "function"}, {"create", "or", "replace", "function"}, {"drop", "function"},
	{"print"}, {"reconfigure"}, {"dbcc"}, {"checkpoint"}, {"raiserror"}, {"deny"}, {"create", "procedure"}, {"create", "proc"}, {"create", "or", "alter", "procedure"}, {"create", "or", "replace", "procedure"}, {"drop", "procedure"}, {"alter", "procedure"},
}

func isForServer(s statement) bool {
	for _, start := range forServer {
		if s.starts(start...) {
			return true
		}
	}
	if s.starts("exec") || s.starts("execute") {
		return s.hasAny(serverProcedures...)
	}
	// a trigger of PostgreSQL calls a function
	return s.starts("create") && s.find("trigger") >= 0 && s.find("execute") > 0
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
		for i+2 < len(s) && s[i].isName() && s[i+1].is(".") && t.isCurrent(s[i].text) {
			name := i + 2
			if s[name].is(".") && name+1 < len(s) { // SQL Server's shop..item
				name++
			}
			if !s[name].isName() {
				break
			}
			s[name].spaced = s[i].spaced
			i = name
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
	s = t.expressions(s)
	if t.engine == sqltext.SQLServer {
		s = ofServer(s)
	}
	view := s.find("view")
	switch {
	case s.starts("create") && s.find("table") > 0 && s.find("table") < 3:
		return []statement{t.createTable(s)}
	case s.starts("create") && view > 1 && !s[:view].hasAny("trigger", "index"), s.starts("create", "view"):
		return createView(s, view)
	case s.starts("create", "index"), s.starts("create", "unique", "index"):
		return []statement{createIndex(s)}
	case s.starts("alter", "table"):
		return t.alterTable(s)
	case s.starts("drop", "table"), s.starts("drop", "index"), s.starts("drop", "view"), s.starts("drop", "temporary", "table"), s.starts("drop", "materialized", "view"):
		return dropEach(s)
	case s.starts("truncate"):
		return truncate(s)
	case t.engine == sqltext.SQLServer && s.starts("insert"):
		return []statement{withInto(s)}
	case s.starts("insert", "ignore"):
		return []statement{append(statement{s[0], word2("or"), s[1]}, s[2:]...)}
	}
	return []statement{s}
}

func word2(text string) token { return token{kind: word, text: text, spaced: true} }

// uuid makes a random one.
const uuid = "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || " +
	"substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))"

// expressions rewrites what may stand in any statement: the clock, random identifiers, arrays, binary strings and casts with ::.
func (t *translator) expressions(s statement) statement {
	var out statement
	for i := 0; i < len(s); i++ {
		switch {
		case isCall(s, i, "now", "getdate", "getutcdate", "sysdatetime", "sysutcdatetime", "sysdatetimeoffset", "clock_timestamp", "localtimestamp", "utc_timestamp"):
			out = append(out, word2("CURRENT_TIMESTAMP"))
			i += 2
		case isCall(s, i, "gen_random_uuid", "uuid_generate_v4", "newid", "uuid"):
			out = append(out, token{kind: symbol, text: uuid, spaced: true})
			i += 2
		case s[i].is("current_timestamp") && i+1 < len(s) && s[i+1].is("("):
			out = append(out, s[i])
			i = s.closing(i + 1)
		case s[i].is("overriding") && i+2 < len(s) && s[i+2].is("value"):
			i += 2
		case t.isBareName(s, i):
			one := s[i]
			one.kind = quoted
			out = append(out, one)
		case s[i].is("b") && i+1 < len(s) && s[i+1].kind == text && !s[i+1].spaced:
			out = append(out, t.bits(s[i], s[i+1].text))
			i++
		case t.isBinary(s[i]):
			digits := s[i].text[2:]
			out = append(out, token{kind: symbol, text: "x'" + strings.Repeat("0", len(digits)%2) + digits + "'", spaced: s[i].spaced})
		case s[i].is("::") && i+1 < len(s):
			i = castEnd(s, i+1)
		default:
			out = append(out, s[i])
		}
	}
	return arrays(out)
}

// arrays writes ARRAY[a, b] as the list in JSON that it is.
func arrays(s statement) statement {
	var opened []bool // for each bracket around, whether it is an array's
	for i := range s {
		switch {
		case s[i].is("["):
			isArray := i > 0 && s[i-1].is("array") || len(opened) > 0 && opened[len(opened)-1] && !s[i-1].isName()
			opened = append(opened, isArray)
			if isArray && s[i-1].is("array") {
				s[i-1].text, s[i].text = "json_array", "("
			} else if isArray {
				s[i].text = "json_array("
			}
		case s[i].is("]") && len(opened) > 0:
			if opened[len(opened)-1] {
				s[i].text = ")"
			}
			opened = opened[:len(opened)-1]
		}
	}
	return s
}

// isBareName tells whether a word that SQLite reserves is a name: PostgreSQL has columns called index and transaction.
func (t *translator) isBareName(s statement, i int) bool {
	if t.engine != sqltext.PostgreSQL || i == 0 {
		return false
	}
	return s[i].is("index") && !slices.ContainsFunc([]string{"create", "unique", "drop", "alter"}, s[i-1].is) ||
		s[i].is("transaction") && !slices.ContainsFunc([]string{"begin", "start", "set"}, s[i-1].is)
}

// bits is b'101': on MariaDB a number, on PostgreSQL a text of digits.
func (t *translator) bits(prefix token, digits string) token {
	number, err := strconv.ParseUint(digits, 2, 63)
	if t.engine == sqltext.PostgreSQL || err != nil {
		return token{kind: text, text: digits, line: prefix.line, spaced: prefix.spaced}
	}
	return token{kind: word, text: strconv.FormatUint(number, 10), line: prefix.line, spaced: prefix.spaced}
}

// isCall tells whether a call of one of the functions, without arguments, stands at i.
func isCall(s statement, i int, names ...string) bool {
	return i+2 < len(s) && slices.ContainsFunc(names, s[i].is) && s[i+1].is("(") && s[i+2].is(")")
}

// isBinary tells whether a token is a binary string in hex: of PostgreSQL the text '\x00ff', elsewhere 0x00ff.
func (t *translator) isBinary(one token) bool {
	prefix, kind := "0x", word
	if t.engine == sqltext.PostgreSQL {
		prefix, kind = `\x`, text
	}
	digits, ok := strings.CutPrefix(one.text, prefix)
	return ok && one.kind == kind && (kind == word || len(digits)%2 == 0) && strings.Trim(digits, "0123456789abcdefABCDEF") == ""
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
