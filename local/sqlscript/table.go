package sqlscript

import "strings"

// createTable rewrites a table's definition: generated keys become INTEGER PRIMARY KEY, indexes inside the definition,
// storage options, character sets and comments go.
func createTable(s statement) statement {
	open := s.find("(")
	if open < 0 || s[:open].find("as") >= 0 { // AS SELECT has no definitions
		return s
	}
	closing := s.closing(open)
	if closing == open { // the definition is cut off; SQLite says so
		return s
	}
	schema := ""
	if open > 2 && s[open-2].is(".") {
		schema = s[open-3].text
	}
	parts := s[open+1 : closing].commas()
	generated := ""
	for _, part := range parts {
		if isGenerated(part) {
			generated = part[0].text
		}
	}
	out := append(statement{}, s[:open+1]...)
	first := true
	for _, part := range parts {
		part = definition(references(part, schema), generated)
		if len(part) == 0 {
			continue
		}
		if !first {
			out = append(out, token{kind: symbol, text: ","})
		}
		out, first = append(out, part...), false
	}
	return append(out, token{kind: symbol, text: ")"})
}

// isGenerated tells whether the database numbers the column.
func isGenerated(column statement) bool {
	if len(column) < 2 || !column[0].isName() {
		return false
	}
	for _, t := range column[1:] {
		if t.is("auto_increment") || t.is("serial") || t.is("bigserial") || t.is("smallserial") || t.is("identity") {
			return true
		}
	}
	return false
}

// definition translates a column or a constraint; nothing is left of an index.
func definition(part statement, generated string) statement {
	switch {
	case len(part) == 0, part.starts("key"), part.starts("index"), part.starts("fulltext"), part.starts("spatial"):
		return nil
	case (part.starts("unique", "key") || part.starts("unique", "index")) && part.find("(") > 0:
		return append(statement{part[0]}, part[part.find("("):]...)
	case isKeyOf(part, generated):
		return nil
	case isConstraint(part):
		return part
	case isGenerated(part):
		name := part[0]
		name.kind = quoted
		return append(statement{name}, words("INTEGER PRIMARY KEY")...)
	}
	return column(part)
}

func isConstraint(part statement) bool {
	for _, start := range []string{"primary", "unique", "foreign", "constraint", "check"} {
		if part.starts(start) && part[0].kind == word {
			return true
		}
	}
	return false
}

// isKeyOf tells whether a constraint is the primary key on the generated column alone, which has it already.
func isKeyOf(part statement, generated string) bool {
	key := part.find("primary")
	open := part.find("(")
	return generated != "" && isConstraint(part) && key >= 0 && open > key && open+2 < len(part) &&
		strings.EqualFold(part[open+1].text, generated) && part[open+2].is(")")
}

// column drops what SQLite does not know of a column's definition.
func column(part statement) statement {
	var out statement
	for i := 0; i < len(part); i++ {
		switch {
		case part[i].is("unsigned"), part[i].is("zerofill"), part[i].is("clustered"), part[i].is("nonclustered"):
		case part[i].is("comment"), part[i].is("charset"):
			i++
		case part[i].is("collate"):
			i++
		case part[i].is("character") && i+2 < len(part) && part[i+1].is("set"):
			i += 2
		case part[i].is("on") && i+2 < len(part) && part[i+1].is("update") && part[i+2].is("current_timestamp"):
			i += 2
		case part[i].is("enum") && i+1 < len(part) && part[i+1].is("("):
			out = append(out, word2("text"))
			i = part.closing(i + 1)
		case part[i].is("(") && i+2 < len(part) && part[i+1].is("max"):
			i += 2
		default:
			out = append(out, part[i])
		}
	}
	return out
}
