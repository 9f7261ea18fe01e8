package apichap

import (
	"slices"
	"strings"
)

// This file follows the text of an SQL statement far enough to know where a value may stand.

type sqlState int

const (
	sqlCode         sqlState = iota
	sqlQuote                 // '…'
	sqlIdentifier            // "…" or `…`
	sqlLineComment           // --…
	sqlBlockComment          // /*…*/
	sqlDollar                // $tag$…$tag$
)

// sqlLexer reads a statement piece by piece.
type sqlLexer struct {
	state  sqlState
	closer string // what ends an identifier or a dollar-quoted text
	marks  int    // "?" in code since the reader took them
	// quoted is the text since the opening quote; before it stood prefix, as in N'…'.
	quoted, prefix string
	// last is the last token: an upper-case word, or one operator character. "" at the start, "x" for a value.
	last string
	// between tells that the next AND belongs to BETWEEN.
	between bool
	groups  []sqlGroup
}

// sqlGroup is a statement or what stands in one pair of parentheses.
type sqlGroup struct {
	kind   sqlGroupKind
	clause string // SELECT, WHERE, VALUES, …
}

type sqlGroupKind int

const (
	groupStatement  sqlGroupKind = iota
	groupValues                  // VALUES (…)
	groupIn                      // IN (…)
	groupCall                    // function(…)
	groupColumns                 // INSERT INTO t (…)
	groupExpression              // (…) around an expression or a subquery
)

func newSQLLexer() *sqlLexer { return &sqlLexer{groups: []sqlGroup{{}}} }

func (l *sqlLexer) group() *sqlGroup { return &l.groups[len(l.groups)-1] }

// value notes that a value stands here.
func (l *sqlLexer) value() { l.last = "x" }

// unknown notes that text stands here that is known only at run time.
func (l *sqlLexer) unknown() {
	if l.state == sqlCode {
		l.last = "…"
	}
	if l.state == sqlQuote {
		l.prefix = "…"
	}
}

func (l *sqlLexer) read(text string) {
	for at := 0; at < len(text); {
		switch l.state {
		case sqlCode:
			at += l.code(text[at:])
		case sqlQuote:
			at += l.quote(text[at:])
		case sqlIdentifier, sqlDollar:
			at += l.until(text[at:], l.closer)
		case sqlLineComment:
			at += l.until(text[at:], "\n")
		case sqlBlockComment:
			at += l.until(text[at:], "*/")
		}
	}
}

// until moves behind a closing text.
func (l *sqlLexer) until(text, closer string) int {
	end := strings.Index(text, closer)
	if end < 0 {
		return len(text)
	}
	l.state = sqlCode
	return end + len(closer)
}

func (l *sqlLexer) quote(text string) int {
	inside, rest, closed := cutQuoted(text)
	l.quoted += inside
	if closed {
		l.state, l.last = sqlCode, "x"
	}
	return len(text) - len(rest)
}

// cutQuoted splits a text behind the quote that closes a quoted text; two quotes do not close it.
func cutQuoted(text string) (inside, rest string, closed bool) {
	for at := 0; at < len(text); at++ {
		if text[at] != '\'' {
			continue
		}
		if at+1 < len(text) && text[at+1] == '\'' {
			at++
			continue
		}
		return text[:at], text[at+1:], true
	}
	return text, "", false
}

func unquoteSQL(text string) string { return strings.ReplaceAll(text, "''", "'") }

// takeQuoted gives what has been read of the quoted text, and why it cannot become a parameter, if so.
func (l *sqlLexer) takeQuoted() (text, prefix string) {
	if strings.Contains(l.quoted, `\`) {
		return l.quoted, `\`
	}
	return l.quoted, l.prefix
}

// code reads one token and gives its length.
func (l *sqlLexer) code(text string) int {
	switch b := text[0]; {
	case strings.HasPrefix(text, "--"):
		l.state = sqlLineComment
		return 2
	case strings.HasPrefix(text, "/*"):
		l.state = sqlBlockComment
		return 2
	case b == '\'':
		l.state, l.quoted, l.prefix = sqlQuote, "", ""
		if len(l.last) <= 2 && slices.Contains([]string{"N", "E", "B", "X", "U&"}, l.last) {
			l.prefix = l.last
		}
		return 1
	case b == '"' || b == '`':
		l.state, l.closer, l.last = sqlIdentifier, string(b), "IDENTIFIER"
		return 1
	case b == '$' && dollarTag(text) != "":
		l.state, l.closer, l.last = sqlDollar, dollarTag(text), "x"
		return len(l.closer)
	case isWordByte(b):
		return l.word(text)
	default:
		l.symbol(b)
		return 1
	}
}

// dollarTag gives the $tag$ that a text starts with (PostgreSQL, section 4.1.2.4).
func dollarTag(text string) string {
	end := strings.IndexByte(text[1:], '$')
	if end < 0 || strings.IndexFunc(text[1:1+end], func(c rune) bool { return c > 0x7F || !isWordByte(byte(c)) }) >= 0 {
		return ""
	}
	return text[:end+2]
}

func isWordByte(b byte) bool {
	return isLetter(b) || b >= '0' && b <= '9' || b == '_' || b == '#' || b == '@' || b >= 0x80
}

func (l *sqlLexer) word(text string) int {
	end := 1
	for end < len(text) && isWordByte(text[end]) {
		end++
	}
	word := strings.ToUpper(text[:end])
	switch word {
	case "SELECT", "FROM", "WHERE", "HAVING", "ON", "SET", "VALUES", "LIMIT", "OFFSET", "ORDER", "GROUP", "INTO", "JOIN", "UPDATE", "DELETE", "RETURNING", "TABLE", "USING", "FETCH":
		l.group().clause = word
	case "BETWEEN":
		l.between = true
	case "AND":
		if l.between {
			l.between, word = false, "BETWEEN"
		}
	}
	l.last = word
	return end
}

func (l *sqlLexer) symbol(b byte) {
	switch b {
	case ' ', '\t', '\r', '\n':
		return
	case '?':
		l.marks++
		l.last = "x"
		return
	case '(':
		l.groups = append(l.groups, sqlGroup{l.opens(), l.inherited()})
	case ')':
		if len(l.groups) > 1 {
			l.groups = l.groups[:len(l.groups)-1]
		}
	}
	l.last = string(b)
}

// inherited is the clause that an expression in parentheses belongs to.
func (l *sqlLexer) inherited() string { return l.group().clause }

// opens tells what a "(" opens.
func (l *sqlLexer) opens() sqlGroupKind {
	clause := l.group().clause
	switch {
	case l.last == "VALUES" || l.last == "," && clause == "VALUES" && l.group().kind == groupStatement:
		return groupValues
	case l.last == "IN":
		return groupIn
	case clause == "INTO" || clause == "TABLE":
		return groupColumns
	case isNameToken(l.last) && !slices.Contains(connectives(), l.last):
		return groupCall
	default:
		return groupExpression
	}
}

func isNameToken(token string) bool {
	return token != "" && token != "x" && token != "…" && isWordByte(token[0])
}

// connectives are words behind which an expression begins.
func connectives() []string {
	return []string{"AND", "OR", "NOT", "WHERE", "ON", "HAVING", "WHEN", "CASE", "SELECT", "BY", "THEN", "ELSE", "BETWEEN", "LIKE", "ILIKE", "LIMIT", "OFFSET", "EXISTS", "AS", "SET", "FROM", "IS", "ANY", "ALL"}
}
