package sqlscript

import (
	"slices"
	"strings"
)

// Dumps create a table and give it its keys later, which SQLite cannot. So what a script alters in a table that it has created goes into
// the definition.

// merge moves the keys, constraints and numbered columns of ALTER TABLE into the definitions of their tables. What is left of an ALTER TABLE
// are its other actions; one of which nothing is left goes. foreign tells that a foreign key was moved to before the data.
func (t translator) merge(statements []statement) (merged []statement, foreign bool) {
	tables := map[string]int{}
	definitions := make([]table, len(statements))
	for i, s := range statements {
		s = t.unqualify(s)
		switch {
		case isUse(s):
			t.selectSchema(s)
		case s.starts("alter", "table"):
			a := alterationOf(s)
			at, known := tables[t.key(a.table)]
			var rest []statement
			for _, action := range a.actions {
				switch {
				case isIdle(action):
				case known && definitions[at].take(action):
					foreign = foreign || action.find("foreign") >= 0
				default:
					rest = append(rest, action)
				}
			}
			statements[i] = a.with(rest)
		default:
			if definition, ok := tableOf(s); ok {
				definitions[i] = definition
				tables[t.key(nameOf(s, s.find("table")+1))] = i
			}
		}
	}
	for _, i := range tables {
		statements[i] = definitions[i].statement()
	}
	return slices.DeleteFunc(statements, func(s statement) bool { return len(s) == 0 }), foreign
}

// key is what a table's name is in the script's current schema.
func (t translator) key(name statement) string {
	schema := t.schema
	if len(name) == 3 {
		schema = name[0].text
	}
	if len(name) == 0 {
		return ""
	}
	return strings.ToLower(schema + "." + name[len(name)-1].text)
}

// nameOf is the name, perhaps behind its schema, that stands at a position behind IF EXISTS, IF NOT EXISTS and ONLY.
func nameOf(s statement, at int) statement {
	for at < len(s) && (s[at].is("if") || s[at].is("not") || s[at].is("exists") || s[at].is("only")) {
		at++
	}
	if at >= len(s) {
		return nil
	}
	end := at + 1
	if end+1 < len(s) && s[end].is(".") {
		end += 2
	}
	return s[at:end]
}

// alteration is ALTER TABLE name action, action, …
type alteration struct {
	table   statement
	actions []statement
}

func alterationOf(s statement) alteration {
	name := nameOf(s, 2)
	if len(name) == 0 {
		return alteration{}
	}
	at := 2
	for &s[at] != &name[0] {
		at++
	}
	rest := s[at+len(name):]
	if rest.starts("with", "check") || rest.starts("with", "nocheck") { // T-SQL
		rest = rest[2:]
	}
	return alteration{table: name, actions: rest.commas()}
}

// with is an ALTER TABLE of some of the actions, nil when there are none.
func (a alteration) with(actions []statement) statement {
	if len(actions) == 0 {
		return nil
	}
	s := words("ALTER TABLE")
	s[0].line, s[0].spaced = a.table[0].line, false
	s = append(s, spacedFirst(a.table)...)
	for i, action := range actions {
		if i > 0 {
			s = append(s, token{kind: symbol, text: ","})
		}
		s = append(s, action...)
	}
	return s
}

// isIdle tells whether an action means nothing to an embedded database, or is an index.
func isIdle(action statement) bool {
	for _, start := range [][]string{{"owner"}, {"auto_increment"}, {"engine"}, {"disable"}, {"enable"}, {"cluster"}, {"replica"}, {"set", "("}, {"default"},
		{"convert"}, {"order"}, {"comment"}, {"force"}, {"validate"}, {"check", "constraint"}, {"nocheck", "constraint"}} {
		if action.starts(start...) {
			return true
		}
	}
	return len(action) == 0 || action.starts("add") && isIndex(action[1:])
}

// take applies an action to the definition and tells whether it could.
func (t *table) take(action statement) bool {
	switch {
	case action.starts("add") && action.find("default") > 0 && action.find("for") > 0:
		return t.defaults(action)
	case action.starts("add") && isConstraint(action[1:]):
		t.parts = append(t.parts, spacedFirst(withoutNotValid(action[1:])))
		return true
	case (action.starts("modify") || action.starts("change")) && action.find("auto_increment") > 0:
		return t.number(action[1:])
	case action.starts("alter") && (action.find("nextval") > 0 || action.find("identity") > 0):
		return t.number(action[1:])
	}
	return false
}

func withoutNotValid(constraint statement) statement {
	if n := len(constraint); n > 2 && constraint[n-2].is("not") && constraint[n-1].is("valid") {
		return constraint[:n-2]
	}
	return constraint
}

// number makes the database number the column that an action begins with.
func (t *table) number(action statement) bool {
	if action.starts("column") {
		action = action[1:]
	}
	if len(action) == 0 {
		return false
	}
	at := t.column(action[0].text)
	if at >= 0 {
		t.parts[at] = append(slices.Clone(t.parts[at][:1]), words("serial")...)
	}
	return at >= 0
}

// alterTable gives each action a statement of its own, without the place of a new column.
func (t *translator) alterTable(s statement) []statement {
	a := alterationOf(s)
	var out []statement
	for _, action := range a.actions {
		switch {
		case action.starts("add", "column") && len(action) > 2:
			action = append(slices.Clone(action[:2]), t.column(withoutPlace(action[2:]))...)
		case action.starts("add") && len(action) > 2 && !isConstraint(action[1:]):
			action = append(slices.Clone(action[:1]), t.column(withoutPlace(action[1:]))...)
		case action.starts("drop", "column"):
			action = withoutBehavior(action)
		}
		one := a.with([]statement{action})
		out = append(out, one)
	}
	return out
}

// withoutPlace takes FIRST and AFTER column off the end, and IF NOT EXISTS off the beginning.
func withoutPlace(column statement) statement {
	if column.starts("if", "not", "exists") {
		column = column[3:]
	}
	n := len(column)
	switch {
	case n > 1 && column[n-1].is("first"):
		return column[:n-1]
	case n > 2 && column[n-2].is("after"):
		return column[:n-2]
	}
	return column
}

// withoutBehavior takes CASCADE and RESTRICT off the end.
func withoutBehavior(s statement) statement {
	if n := len(s); n > 0 && (s[n-1].is("cascade") || s[n-1].is("restrict")) {
		return s[:n-1]
	}
	return s
}
