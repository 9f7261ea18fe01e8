package sqlscript

import "strings"

// Dialect is the kind of server a script was written for.
type Dialect int

// The dialects. Portable is SQL that names no server.
const (
	Portable Dialect = iota
	PostgreSQL
	MariaDB
	SQLServer
)

// statement is one statement of a script without its final semicolon.
type statement []token

// split cuts a script at its semicolons and, as SQL Server's tools do, at lines that hold GO alone.
func split(script string, dialect Dialect) []statement {
	lexer := lexer{src: script, line: 1, backslash: dialect == MariaDB}
	var statements []statement
	var current statement
	flush := func() {
		if len(current) > 0 {
			statements = append(statements, current)
		}
		current = nil
	}
	for {
		t, ok := lexer.next()
		switch {
		case !ok:
			flush()
			return statements
		case t.is(";") && !current.insideBody(), dialect == SQLServer && t.is("GO"):
			flush()
		default:
			current = append(current, t)
		}
	}
}

// insideBody tells whether a trigger's or routine's BEGIN waits for its END.
func (s statement) insideBody() bool {
	if !s.starts("create") || s.find("trigger") < 0 && s.find("procedure") < 0 && s.find("function") < 0 {
		return false
	}
	depth := 0
	for _, t := range s {
		switch {
		case t.is("begin"), t.is("case"):
			depth++
		case t.is("end"):
			depth--
		}
	}
	return depth > 0
}

// starts tells whether the statement begins with the given keywords.
func (s statement) starts(keywords ...string) bool {
	if len(s) < len(keywords) {
		return false
	}
	for i, keyword := range keywords {
		if !s[i].is(keyword) {
			return false
		}
	}
	return true
}

// find gives the position of the first token that is s, -1 when there is none.
func (s statement) find(text string) int {
	for i, t := range s {
		if t.is(text) {
			return i
		}
	}
	return -1
}

// closing gives the position of the parenthesis that closes the one at open, or the last token.
func (s statement) closing(open int) int {
	depth := 0
	for i := open; i < len(s); i++ {
		switch {
		case s[i].is("("):
			depth++
		case s[i].is(")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s) - 1
}

// commas cuts the tokens at the commas outside parentheses.
func (s statement) commas() []statement {
	var parts []statement
	start, depth := 0, 0
	for i, t := range s {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.is(",") && depth == 0:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

// String writes the statement as SQLite reads it.
func (s statement) String() string {
	var out strings.Builder
	for i, t := range s {
		if t.spaced && i > 0 {
			out.WriteByte(' ')
		}
		switch t.kind {
		case text:
			out.WriteString("'" + strings.ReplaceAll(t.text, "'", "''") + "'")
		case quoted:
			out.WriteString(`"` + strings.ReplaceAll(t.text, `"`, `""`) + `"`)
		default:
			out.WriteString(t.text)
		}
	}
	return out.String()
}

// words makes tokens of plain text, separated by blanks.
func words(text string) statement {
	var tokens statement
	for field := range strings.FieldsSeq(text) {
		tokens = append(tokens, token{kind: word, text: field, spaced: true})
	}
	return tokens
}
