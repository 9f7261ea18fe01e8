package apichap

import (
	"slices"
	"strings"
)

// This file decides whether a value may stand at a place of an SQL statement, so that "?" means there what the placeholder meant.

// refuses says why no value may stand at the lexer's place, with this text behind; "" when one may.
func (l *sqlLexer) refuses(rest string) string {
	switch {
	case l.state == sqlLineComment || l.state == sqlBlockComment:
		return "it stands in a comment"
	case l.state == sqlIdentifier:
		return "it stands in a quoted name"
	case l.state == sqlDollar || l.state == sqlQuote:
		return "it stands in a quoted text"
	case rest != "" && (isWordByte(rest[0]) || strings.IndexByte(".'\"`(", rest[0]) >= 0):
		return "it is part of a name"
	case l.last == "…":
		return "what stands in front of it is known only when the operation runs"
	case l.afterOperator() || l.afterWord() || l.inList():
		return ""
	case l.startsComparison() && comparisonFollows(rest):
		return ""
	default:
		return "a value cannot stand here"
	}
}

// afterOperator tells whether an operator stands in front that takes a value on its right.
func (l *sqlLexer) afterOperator() bool {
	if l.last == "*" && l.group().clause == "SELECT" {
		return false
	}
	return len(l.last) == 1 && strings.Contains("=<>!~|+-*/%", l.last)
}

// afterWord tells whether a word stands in front that takes a value on its right.
func (l *sqlLexer) afterWord() bool {
	return slices.Contains([]string{"LIKE", "ILIKE", "RLIKE", "REGEXP", "BETWEEN", "LIMIT", "OFFSET", "THEN", "ELSE", "ESCAPE"}, l.last)
}

// inList tells whether the place is an element of a list of values.
func (l *sqlLexer) inList() bool {
	if l.last != "(" && l.last != "," {
		return false
	}
	switch l.group().kind {
	case groupValues, groupIn, groupCall:
		return true
	default:
		return l.last == "," && l.group().clause == "LIMIT"
	}
}

// startsComparison tells whether a condition may start here.
func (l *sqlLexer) startsComparison() bool {
	if !slices.Contains([]string{"WHERE", "HAVING", "ON"}, l.group().clause) {
		return false
	}
	return slices.Contains([]string{"WHERE", "HAVING", "ON", "AND", "OR", "NOT", "(", "WHEN"}, l.last)
}

// comparisonFollows tells whether the text goes on with a comparison, so that what stands in front of it is a value.
func comparisonFollows(rest string) bool {
	rest = strings.ToUpper(strings.TrimLeft(rest, " \t\r\n"))
	if rest != "" && strings.IndexByte("=<>!", rest[0]) >= 0 {
		return true
	}
	word, _, _ := strings.Cut(rest+" ", " ")
	return slices.Contains([]string{"IS", "IN", "BETWEEN", "LIKE", "ILIKE", "NOT"}, word)
}
