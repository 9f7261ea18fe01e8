package sqltext

import (
	"slices"
	"strings"
)

// Unqualify takes the schemas off the names of a statement that lie in one of them: with the schema public, public.item becomes item. A
// name in front of a dot may be a table's as well. Where the statement has a table of a schema's name, the schema is taken off only where
// it must be one: behind FROM, JOIN, INTO, UPDATE and TABLE, and in front of two more names.
func Unqualify(engine Engine, statement []Token, schemas []string) []Token {
	var code []int // indexes of what is not blank
	for i, t := range statement {
		if !t.Blank() {
			code = append(code, i)
		}
	}
	q := qualified{engine: engine, statement: statement, code: code}
	out := make([]Token, 0, len(statement))
	from, behind := 0, -1 // behind what was taken off
	for k := range code {
		if schema := q.name(k); schema != "" && contains(schemas, schema) && (k == behind && q.isPrefix(k) || q.isSchema(k, schema)) {
			out = append(out, statement[from:code[k]]...)
			from, behind = code[k+2], k+2
		}
	}
	return append(out, statement[from:]...)
}

func contains(names []string, name string) bool {
	return slices.ContainsFunc(names, func(one string) bool { return strings.EqualFold(one, name) })
}

// qualified is a statement read for its qualified names; positions count what is not blank.
type qualified struct {
	engine    Engine
	statement []Token
	code      []int
}

func (q qualified) at(k int) Token {
	if k < 0 || k >= len(q.code) {
		return Token{Kind: noToken}
	}
	return q.statement[q.code[k]]
}

// name is the name at a position, "" when there is none.
func (q qualified) name(k int) string {
	if t := q.at(k); (t.Kind == Word || t.Kind == Name) && !t.Open {
		return Unquote(q.engine, t)
	}
	return ""
}

// isPrefix reports whether the name at a position stands in front of another one.
func (q qualified) isPrefix(k int) bool { return q.at(k+1).Is(".") && q.name(k+2) != "" }

// isSchema reports whether the name at a position is that of a schema in front of another name.
func (q qualified) isSchema(k int, schema string) bool {
	if q.at(k-1).Is(".") || !q.isPrefix(k) {
		return false
	}
	if q.at(k+3).Is(".") && q.name(k+4) != "" {
		return true
	}
	for _, keyword := range []string{"FROM", "JOIN", "INTO", "UPDATE", "TABLE"} {
		if q.at(k - 1).Is(keyword) {
			return true
		}
	}
	return !q.names(schema)
}

// names reports whether the statement has something else of a schema's name.
func (q qualified) names(schema string) bool {
	for k := range q.code {
		if strings.EqualFold(q.name(k), schema) && !q.at(k+1).Is(".") {
			return true
		}
	}
	return false
}
