package sqlscript

import "slices"

// This file reads what is SQL Server's alone.

// newLineStarts begin a statement of T-SQL at the beginning of a line, also without a semicolon in front.
var newLineStarts = [][]string{{"insert"}, {"create"}, {"alter", "table"}, {"drop", "table"}, {"set", "identity_insert"}, {"use"}, {"print"}, {"exec"}}

// batchStatements cuts a batch of T-SQL, whose statements need no semicolons, at the lines that begin one. The body of a routine or a trigger, and a
// MERGE, are not cut.
func batchStatements(s statement) []statement {
	if s.starts("merge") || s.starts("create") && s[:min(len(s), 4)].hasAny("trigger", "procedure", "proc", "function") || s.starts("if") {
		return []statement{s}
	}
	var out []statement
	start, depth := 0, 0
	for i, t := range s {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case i > start && depth == 0 && t.line > s[i-1].line && slices.ContainsFunc(newLineStarts, func(words []string) bool { return s[i:].starts(words...) }):
			out = append(out, s[start:i])
			start = i
		}
	}
	return append(out, s[start:])
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
