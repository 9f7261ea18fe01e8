package sqlscript

import "slices"

// This file translates statements about indexes, views and what is dropped or emptied.

// createIndex moves a schema from the table's name to the index's: SQLite wants CREATE INDEX schema.name ON table. The method of the index, lengths of
// columns and the place of NULLs go.
func createIndex(s statement) statement {
	s = withoutWords(s, "concurrently")
	on := s.find("on")
	if on < 1 || on+1 >= len(s) {
		return s
	}
	s = indexed(s, on)
	if on+3 >= len(s) || !s[on+2].is(".") {
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

// indexed translates what stands behind the ON of an index.
func indexed(s statement, on int) statement {
	out := slices.Clone(s[:on])
	for i := on; i < len(s); i++ {
		switch {
		case s[i].is("only"):
		case s[i].is("using"), s[i].is("nulls"):
			i++
		case s[i].is("include") && i+1 < len(s) && s[i+1].is("("):
			i = s.closing(i + 1)
		default:
			out = append(out, s[i])
		}
	}
	open := out.find("(")
	if open < 0 {
		return out
	}
	return append(slices.Clone(out[:open]), withoutPrefixes(out[open:])...)
}

func withoutWords(s statement, words ...string) statement {
	return slices.DeleteFunc(slices.Clone(s), func(t token) bool { return slices.ContainsFunc(words, t.is) })
}

// dropEach gives each thing that a DROP names a statement of its own, without CASCADE; MariaDB names an index's table, which SQLite does not.
func dropEach(s statement) []statement {
	s = withoutBehavior(withoutWords(s, "concurrently", "temporary", "materialized"))
	if on := s.find("on"); s.starts("drop", "index") && on > 0 {
		s = s[:on]
	}
	head := 2
	if s[head:].starts("if", "exists") {
		head = 4
	}
	var out []statement
	for _, name := range s[min(head, len(s)):].commas() {
		out = append(out, append(slices.Clone(s[:head]), spacedFirst(name)...))
	}
	return out
}

// truncate empties each table.
func truncate(s statement) []statement {
	names := withoutWords(s[1:], "table", "only", "cascade", "restrict", "restart", "continue", "identity")
	var out []statement
	for _, name := range names.commas() {
		if len(name) > 0 {
			one := append(words("DELETE FROM"), spacedFirst(name)...)
			one[0].spaced = false
			out = append(out, one)
		}
	}
	return out
}

// createView gives SQLite's statements for a view that replaces another one or keeps its rows. The tables of its own schema are named without
// it: they lie in the same file, which may be opened by another name.
func createView(s statement, view int) []statement {
	name := nameOf(s, view+1)
	body := s[view+1:]
	if len(name) == 3 {
		own := translator{homes: []string{name[0].text}}
		at := s.find("as")
		body = append(slices.Clone(s[view+1:max(at, view+1)]), own.unqualify(slices.Clone(s[max(at, view+1):]))...)
	}
	create := append(words("CREATE VIEW"), body...)
	create[0].spaced = false
	if s[:view].find("replace") < 0 {
		return []statement{create}
	}
	drop := append(words("DROP VIEW IF EXISTS"), name...)
	drop[0].spaced = false
	return []statement{drop, create}
}
