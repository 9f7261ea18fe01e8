package sqlscript

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/sqltext"
)

// column drops what SQLite does not know of a column's definition.
func (t *translator) column(part statement) statement {
	out := slices.Clone(part[:1])
	part = t.typed(part)
	for i := 1; i < len(part); i++ {
		switch {
		case part[i].is("unsigned"), part[i].is("zerofill"), part[i].is("clustered"), part[i].is("nonclustered"):
		case part[i].is("comment"), part[i].is("charset"), part[i].is("collate"):
			i++
			if part[i-1].is("collate") && i+2 < len(part) && part[i+1].is(".") {
				i += 2
			}
		case part[i].is("character") && i+2 < len(part) && part[i+1].is("set"):
			i += 2
		case part[i].is("on") && i+2 < len(part) && part[i+1].is("update") && part[i+2].is("current_timestamp"):
			i += 2
		case part[i].is("(") && i+2 < len(part) && part[i+1].is("max"):
			i += 2
		case part[i].is("(") && i+3 < len(part) && (part[i+3].is("with") || part[i+3].is("without")): // timestamp(3) with time zone
			i += 2
		default:
			out = append(out, part[i])
		}
	}
	return out
}

// textTypes are types without numbers that SQLite would take for numeric, so that '007' would become 7.
var textTypes = []string{"uuid", "citext", "inet", "cidr", "macaddr", "xml", "interval", "money", "tsvector", "name", "uniqueidentifier", "inet4", "inet6"}

// typed replaces the type of a column: of an enum, a set and others of textTypes by text, of a domain by what it is based on, bytea by blob.
func (t *translator) typed(part statement) statement {
	if len(part) < 2 {
		return part
	}
	at := 1
	if len(part) > 3 && part[2].is(".") { // the type's schema
		at = 3
	}
	if t.engine == sqltext.SQLServer && part[at].kind == quoted { // [int]
		part = slices.Clone(part)
		part[at].kind = word
	}
	name := part[at]
	array := at+1 < len(part) && part[at+1].is("[")
	switch {
	case (name.is("enum") || name.is("set")) && at+1 < len(part) && part[at+1].is("("):
		return slices.Concat(part[:1], words("text"), part[part.closing(at+1)+1:])
	case name.is("bit") && t.engine == sqltext.SQLServer:
		return slices.Concat(part[:1], words("boolean"), part[at+1:])
	case t.engine == sqltext.MySQL && (name.is("boolean") || name.is("bool")): // a whole number there
		return slices.Concat(part[:1], words("tinyint"), part[at+1:])
	case name.is("bytea") && !array:
		return slices.Concat(part[:1], words("blob"), part[at+1:])
	case t.domains[strings.ToLower(name.text)] != nil:
		return slices.Concat(part[:1], t.domains[strings.ToLower(name.text)], part[at+1:])
	case !array && slices.ContainsFunc(textTypes, name.is):
		return slices.Concat(part[:1], words("text"), part[at+1:])
	}
	return part
}

// learnType remembers a type of the script's own: an enum is a text, a domain is what it is based on.
func (t *translator) learnType(s statement) {
	as := s.find("as")
	if as < 3 || as+1 >= len(s) {
		return
	}
	base := words("text")
	if s.starts("create", "domain") {
		base = spacedFirst(s[as+1 : castEnd(s, as+1)+1])
	}
	t.domains[strings.ToLower(s[as-1].text)] = base
}
