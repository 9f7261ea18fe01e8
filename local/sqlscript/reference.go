package sqlscript

import "strings"

// references takes the schema off the tables that a part of a table's definition refers to, and leaves out the references to tables of
// other schemas: those lie in other files, which SQLite does not look into.
func references(part statement, schema string) statement {
	at := part.find("references")
	if at < 0 || at+1 >= len(part) {
		return part
	}
	other, end := "", at+2
	if at+3 < len(part) && part[at+2].is(".") {
		other, end = part[at+1].text, at+4
	}
	if strings.EqualFold(other, schema) {
		return append(append(statement{}, part[:at+1]...), spacedFirst(part[end-1:])...)
	}
	if isConstraint(part) {
		return nil
	}
	if end < len(part) && part[end].is("(") {
		end = part.closing(end) + 1
	}
	return append(append(statement{}, part[:at]...), part[afterActions(part, end):]...)
}

func spacedFirst(s statement) statement {
	s = append(statement{}, s...)
	if len(s) > 0 {
		s[0].spaced = true
	}
	return s
}

// afterActions is the position behind ON DELETE …, ON UPDATE …, MATCH … and DEFERRABLE ….
func afterActions(s statement, at int) int {
	for at < len(s) {
		switch {
		case s[at].is("on") && at+3 < len(s) && (s[at+2].is("set") || s[at+2].is("no")):
			at += 4
		case s[at].is("on"):
			at += 3
		case s[at].is("match"), s[at].is("initially"), s[at].is("not") && at+1 < len(s) && s[at+1].is("deferrable"):
			at += 2
		case s[at].is("deferrable"):
			at++
		default:
			return at
		}
	}
	return len(s)
}
