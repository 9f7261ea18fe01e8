package sqlscript

import (
	"slices"

	"github.com/steploom/steploom/shared/sqltext"
)

// This file reads what is SQL Server's alone: statements of T-SQL without semicolons, and its IF, BEGIN … END and EXEC.

// newLineStarts begin a statement of T-SQL at the beginning of a line, also without a semicolon in front.
var newLineStarts = [][]string{
	{"insert"}, {"create"}, {"alter", "table"}, {"drop", "table"}, {"drop", "view"}, {"drop", "schema"}, {"drop", "database"}, {"drop", "procedure"},
	{"update"}, {"delete"}, {"truncate"}, {"set", "identity_insert"}, {"set", "nocount"}, {"use"}, {"print"}, {"exec"}, {"execute"}, {"if"}, {"begin"},
	{"declare"}, {"grant"}, {"commit"}, {"rollback"},
}

// statementWords end the condition of an IF.
var statementWords = []string{
	"begin", "insert", "update", "delete", "truncate", "create", "alter", "drop", "use", "print", "exec", "execute", "set", "select", "if", "declare",
	"raiserror", "throw", "return", "grant", "merge",
}

// batches reads a script, whose pieces semicolons and GO have cut, into statements. What a condition decides that only the running script can tell
// stands between statements of a token of the kind control: if, else, end.
func batches(pieces []statement) []statement {
	r := batchReader{}
	for _, piece := range pieces {
		r.tokens = append(append(r.tokens, piece...), token{kind: control, text: ";"})
	}
	for r.at < len(r.tokens) {
		r.block("end")
		r.at++ // an END without a BEGIN
	}
	return r.out
}

type batchReader struct {
	tokens statement
	at     int
	depth  int // of nested blocks
	out    []statement
}

// deepest bounds how deep blocks are nested; what is deeper goes to SQLite as it stands.
const deepest = 100

func (r *batchReader) rest() statement { return r.tokens[r.at:] }

// block reads statements up to one of the words that ends it.
func (r *batchReader) block(end ...string) {
	for r.at < len(r.tokens) && !r.rest().starts(end...) {
		r.one()
	}
}

// one reads a statement, or what separates two.
func (r *batchReader) one() {
	rest := r.rest()
	r.depth++
	defer func() { r.depth-- }()
	switch {
	case rest[0].kind == control:
		r.at++
	case r.depth > deepest:
		r.plain()
	case rest.starts("if"):
		r.branch()
	case rest.starts("begin", "try"):
		r.at += 2
		r.block("end", "try")
		r.at = min(r.at+2, len(r.tokens))
	case rest.starts("begin", "catch"): // nothing is caught: the first error ends the script
		r.passed(func() { r.at += 2; r.block("end", "catch"); r.at = min(r.at+2, len(r.tokens)) })
	case rest.starts("begin") && !isTransaction(rest):
		r.at++
		r.block("end")
		r.at = min(r.at+1, len(r.tokens))
	case rest.starts("exec"), rest.starts("execute"):
		r.exec()
	default:
		r.plain()
	}
}

func isTransaction(s statement) bool {
	return s.starts("begin", "tran") || s.starts("begin", "transaction") || s.starts("begin", "distributed")
}

// passed reads without keeping anything.
func (r *batchReader) passed(read func()) {
	kept := len(r.out)
	read()
	r.out = r.out[:kept]
}

// plain takes the tokens of one statement. The body of a routine and a MERGE go as far as their batch.
func (r *batchReader) plain() {
	start, rest := r.at, r.rest()
	whole := rest.starts("merge") || rest.starts("create") && rest[:min(len(rest), 4)].hasAny("trigger", "procedure", "proc", "function")
	depth, cases := 0, 0
	for r.at++; r.at < len(r.tokens) && r.tokens[r.at].kind != control; r.at++ {
		t := r.tokens[r.at]
		switch {
		case whole:
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth != 0:
		case t.is("case"):
			cases++
		case t.is("end") && cases > 0:
			cases--
		case t.is("end"), t.is("else") && cases == 0, t.line > r.tokens[r.at-1].line && startsLine(r.rest()):
			r.out = append(r.out, r.tokens[start:r.at])
			return
		}
	}
	r.out = append(r.out, r.tokens[start:r.at])
}

func startsLine(s statement) bool {
	return slices.ContainsFunc(newLineStarts, func(words []string) bool { return s.starts(words...) })
}

// exec reads EXEC ('statements') as the statements. A procedure is left out where the script is translated.
func (r *batchReader) exec() {
	r.plain()
	last := len(r.out) - 1
	called := r.out[last][1:]
	if called.starts("sp_executesql") {
		called = called[1:]
	}
	if called.starts("(") {
		called = called[1:]
	}
	if len(called) == 0 || called[0].kind != text || len(called) > 1 && !called[1].is(")") {
		return
	}
	inner := split(called[0].text, sqltext.SQLServer)
	for _, s := range inner {
		for i := range s {
			s[i].line += called[0].line - 1
		}
	}
	r.out = append(r.out[:last], inner...)
}

// branch reads IF condition statement [ELSE statement]. What asks whether something is there finds nothing: a script fills an empty database.
func (r *batchReader) branch() {
	begin := r.rest()[0]
	r.at++
	condition := r.condition()
	holds, known := ofCatalogue(condition)
	mark := func(word string, more ...token) {
		if !known {
			r.out = append(r.out, append(statement{{kind: control, text: word, line: begin.line}}, more...))
		}
	}
	mark("if", condition...)
	r.arm(!known || holds)
	at := r.at
	for r.at < len(r.tokens) && r.tokens[r.at].kind == control { // a semicolon may stand in front of ELSE
		r.at++
	}
	if r.rest().starts("else") {
		r.at++
		mark("else")
		r.arm(!known || !holds)
	} else {
		r.at = at
	}
	mark("end")
}

// condition takes the tokens up to the statement that an IF decides.
func (r *batchReader) condition() statement {
	start, depth := r.at, 0
	for ; r.at < len(r.tokens) && r.tokens[r.at].kind != control; r.at++ {
		t := r.tokens[r.at]
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth == 0 && t.kind == word && slices.ContainsFunc(statementWords, t.is):
			return r.tokens[start:r.at]
		}
	}
	return r.tokens[start:r.at]
}

// arm reads what follows an IF or an ELSE.
func (r *batchReader) arm(isKept bool) {
	if r.at >= len(r.tokens) {
		return
	}
	if isKept {
		r.one()
		return
	}
	r.passed(r.one)
}

// catalogueWords ask a server what there is.
var catalogueWords = []string{
	"sys", "information_schema", "sysobjects", "syscolumns", "sysindexes", "object_id", "schema_id", "db_id", "type_id", "col_length", "user_id", "suser_id",
	"database_principal_id", "objectproperty", "columnproperty", "indexproperty",
}

// serverWords ask what a server has and may; here that is nothing.
var serverWords = []string{"fulltextserviceproperty", "serverproperty", "databasepropertyex", "is_srvrolemember", "is_member", "has_perms_by_name"}

// ofCatalogue tells whether a condition that asks for something in the catalogue holds where there is nothing; known is false for other conditions.
func ofCatalogue(condition statement) (holds, known bool) {
	n := len(condition)
	if condition.hasAny(serverWords...) {
		return false, true
	}
	if !condition.hasAny(catalogueWords...) || condition.hasAny("and", "or") && !condition.starts("exists", "(") && !condition.starts("not", "exists") {
		return false, false
	}
	switch {
	case condition.starts("not", "exists", "(") && condition.closing(2) == n-1:
		return true, true
	case condition.starts("exists", "(") && condition.closing(1) == n-1:
		return false, true
	case n > 3 && condition[n-3:].starts("is", "not", "null"):
		return false, true
	case n > 2 && condition[n-2:].starts("is", "null"):
		return true, true
	case n > 3 && condition[0].is("(") && condition.closing(0) == n-3: // (SELECT COUNT(*) FROM …) = 0
		return condition[n-2].is("=") && condition[n-1].is("0"), condition[n-1].is("0")
	}
	return false, false
}

// serverProcedures matter to a server alone.
var serverProcedures = []string{
	"sp_addextendedproperty", "sp_updateextendedproperty", "sp_dropextendedproperty", "sp_fulltext_database", "sp_configure", "sp_dbcmptlevel", "sp_dboption",
	"sp_addlogin", "sp_adduser", "sp_grantdbaccess", "sp_addrolemember", "sp_addsrvrolemember", "sp_changedbowner", "sp_settriggerorder", "sp_updatestats",
}

// ofServer takes what only storage knows off an index, and TOP (100) PERCENT off a view.
func ofServer(s statement) statement {
	view, index := s.find("view"), s.find("index")
	switch {
	case s.starts("create") && index > 0 && index < 5:
		s = withoutWords(s, "clustered", "nonclustered")
		for i := range s {
			if s[i:].starts("with", "(") {
				s = s[:i]
				break
			}
		}
		if n := len(s); n > 2 && s[n-2].is("on") && s.find("on") < n-2 {
			s = s[:n-2]
		}
	case s.starts("create") && view > 0 && view < 4:
		for i := view; i+4 < len(s); i++ {
			if s[i:].starts("top", "(", "100", ")", "percent") {
				s = slices.Delete(slices.Clone(s), i, i+5)
			}
		}
		if s.starts("create", "or", "alter") {
			s[2].text = "replace"
		}
	}
	return s
}

// defaults gives a column the value of ADD CONSTRAINT name DEFAULT value FOR column, and tells whether it could.
func (t *table) defaults(action statement) bool {
	value, to := action.find("default"), action.find("for")
	if value > to || to+1 >= len(action) {
		return false
	}
	at := t.column(action[to+1].text)
	if at >= 0 {
		t.parts[at] = slices.Concat(t.parts[at], spacedFirst(action[value:to]))
	}
	return at >= 0
}

// withInto writes INSERT item as INSERT INTO item.
func withInto(s statement) statement {
	if !s.starts("insert") || len(s) < 2 || s[1].kind == word && s[1].hasKeyword() {
		return s
	}
	return slices.Concat(s[:1], words("INTO"), spacedFirst(s[1:]))
}

// hasKeyword tells whether a word behind INSERT or REPLACE is no name.
func (t token) hasKeyword() bool {
	return slices.ContainsFunc([]string{"into", "or", "ignore", "low_priority", "delayed", "high_priority", "overwrite"}, t.is)
}
