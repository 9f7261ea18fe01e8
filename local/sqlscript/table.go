package sqlscript

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/sqltext"
)

// table is the definition of a table: CREATE TABLE and its name, the columns and constraints. What follows these matters to a server.
type table struct {
	head  statement
	parts []statement
}

// tableOf reads CREATE TABLE …; false when it has no definition in parentheses, or one that is cut off, which SQLite says.
func tableOf(s statement) (table, bool) {
	at := s.find("table")
	if !s.starts("create") || at < 0 || at > 2 {
		return table{}, false
	}
	open := s.find("(")
	if open < 0 || s[:open].find("as") >= 0 { // AS SELECT has no definitions
		return table{}, false
	}
	closing := s.closing(open)
	if closing == open || !s[closing].is(")") {
		return table{}, false
	}
	return table{head: s[:open], parts: s[open+1 : closing].commas()}, true
}

func (t table) statement() statement {
	out := append(slices.Clone(t.head), token{kind: symbol, text: "(", spaced: true})
	for i, part := range t.parts {
		if i > 0 {
			out = append(out, token{kind: symbol, text: ","})
		}
		out = append(out, part...)
	}
	return append(out, token{kind: symbol, text: ")"})
}

// schema is that of the table's name, "" when it has none.
func (t table) schema() string {
	if n := len(t.head); n > 2 && t.head[n-2].is(".") {
		return t.head[n-3].text
	}
	return ""
}

// column is the position of a column's definition, -1 when there is none of that name.
func (t table) column(name string) int {
	return slices.IndexFunc(t.parts, func(part statement) bool {
		return len(part) > 1 && part[0].isName() && !isConstraint(part) && strings.EqualFold(part[0].text, name)
	})
}

// createTable rewrites a table's definition: generated keys become INTEGER PRIMARY KEY, indexes inside the definition,
// storage options, character sets and comments go.
func (t *translator) createTable(s statement) statement {
	definition, ok := tableOf(s)
	if !ok {
		return s
	}
	generated := ""
	for _, part := range definition.parts {
		if isGenerated(part) {
			generated = part[0].text
		}
	}
	schema := definition.schema()
	var kept []statement
	for _, part := range definition.parts {
		if part = t.definition(references(part, schema), generated); len(part) > 0 {
			kept = append(kept, part)
		}
	}
	slices.SortStableFunc(kept, func(a, b statement) int { return rank(a) - rank(b) })
	definition.parts = kept
	return definition.statement()
}

// rank puts the columns before the constraints, as SQLite wants them.
func rank(part statement) int {
	if isConstraint(part) {
		return 1
	}
	return 0
}

// isGenerated tells whether the database numbers the column.
func isGenerated(column statement) bool {
	if len(column) < 2 || !column[0].isName() || isConstraint(column) {
		return false
	}
	for _, t := range column[1:] {
		for _, word := range []string{"auto_increment", "serial", "bigserial", "smallserial", "serial4", "serial8", "identity", "nextval"} {
			if t.is(word) {
				return true
			}
		}
	}
	return false
}

// definition translates a column or a constraint; nothing is left of an index.
func (t *translator) definition(part statement, generated string) statement {
	switch {
	case len(part) == 0, t.isIndex(part):
		return nil
	case (part.starts("unique", "key") || part.starts("unique", "index")) && part.find("(") > 0:
		return uniqueOf(part[part.find("("):])
	case isKeyOf(part, generated):
		return nil
	case generated != "" && isPrimaryKey(part): // the generated column is the key; of several columns it makes a unique one
		return uniqueOf(part[part.find("("):])
	case isConstraint(part):
		return withoutPrefixes(keyWords(part))
	case isGenerated(part):
		name := part[0]
		name.kind = quoted
		return append(statement{name}, words("INTEGER PRIMARY KEY")...)
	}
	return t.column(part)
}

// isIndex tells whether a part is an index, which PostgreSQL does not have there: key and index are names of columns to it.
func (t *translator) isIndex(part statement) bool {
	return t.engine != sqltext.PostgreSQL && isIndex(part)
}

func isIndex(part statement) bool {
	return part.starts("key") || part.starts("index") || part.starts("fulltext") || part.starts("spatial")
}

func uniqueOf(columns statement) statement {
	return withoutPrefixes(append(statement{word2("UNIQUE")}, spacedFirst(withoutMethod(columns))...))
}

// withoutMethod takes USING BTREE off a key, and what MariaDB says behind it.
func withoutMethod(key statement) statement {
	if using := key.find("using"); using > 0 && !key.hasAny("references") {
		if key[using-1].is(")") {
			return key[:using]
		}
		return slices.Concat(key[:using], key[min(using+2, len(key)):])
	}
	return key
}

// withoutPrefixes takes the lengths off the columns of a key: UNIQUE (name(10)).
func withoutPrefixes(key statement) statement {
	var out statement
	for i := 0; i < len(key); i++ {
		if i > 0 && key[i-1].isName() && i+2 < len(key) && key[i].is("(") && isDigits(key[i+1].text) && key[i+2].is(")") {
			i += 2
			continue
		}
		out = append(out, key[i])
	}
	return out
}

// keyWords takes SQL Server's words about storage off a constraint, and what stands behind it.
func keyWords(constraint statement) statement {
	out := withoutMethod(withoutWords(constraint, "clustered", "nonclustered"))
	if with := out.find("with"); with > 0 && out[with-1].is(")") {
		out = out[:with]
	}
	if n := len(out); n > 2 && out[n-2].is("on") && out[n-3].is(")") && !out.hasAny("references") {
		out = out[:n-2]
	}
	return out
}

func isDigits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

func isConstraint(part statement) bool {
	for _, start := range []string{"primary", "unique", "foreign", "constraint", "check", "exclude"} {
		if part.starts(start) && part[0].kind == word {
			return true
		}
	}
	return false
}

func isPrimaryKey(part statement) bool {
	key := part.find("primary")
	return isConstraint(part) && key >= 0 && part.find("(") > key
}

// isKeyOf tells whether a constraint is the primary key on the generated column alone, which has it already.
func isKeyOf(part statement, generated string) bool {
	part = withoutWords(part, "asc")
	open := part.find("(")
	return generated != "" && isPrimaryKey(part) && open+2 < len(part) && strings.EqualFold(part[open+1].text, generated) && part[open+2].is(")")
}
