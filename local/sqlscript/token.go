package sqlscript

import (
	"strings"

	"github.com/steploom/steploom/shared/sqltext"
)

// kind is what a token is.
type kind int

const (
	word    kind = iota // name, keyword or number
	quoted              // quoted name; text is the name itself
	text                // string literal; text is the string itself
	symbol              // anything else
	control             // what decides about statements, and is none: a condition of T-SQL, and what separates statements before they are read
)

// token is one lexical unit of SQL. Comments and white space are not kept.
type token struct {
	kind kind
	text string
	line int
	// spaced tells that white space or a comment stands before it.
	spaced bool
}

// is tells whether the token is the given keyword or symbol.
func (t token) is(s string) bool {
	return (t.kind == word || t.kind == symbol) && strings.EqualFold(t.text, s)
}

// isName tells whether the token can name something.
func (t token) isName() bool { return t.kind == word || t.kind == quoted }

// split cuts a script into statements. What MySQL executes of comments (/*!40101 … */) sets up a server and is left out, except for views, which
// dumps write so.
func split(script string, engine sqltext.Engine) []statement {
	lines := lineCounter{script: script, line: 1}
	var statements []statement
	for _, tokens := range sqltext.Split(engine, script) {
		var s statement
		end, isView := tokens[0].Offset, isConditionalView(tokens)
		for _, t := range tokens {
			if t.Blank() || t.Conditional && !isView {
				continue
			}
			s = append(s, convert(engine, t, lines.at(t.Offset), t.Offset > end)...)
			end = t.End()
		}
		if len(s) > 0 {
			statements = append(statements, s)
		}
	}
	if engine == sqltext.SQLServer {
		return batches(statements)
	}
	return statements
}

// isConditionalView tells whether a statement that is nothing but executed comments is about a view.
func isConditionalView(tokens []sqltext.Token) bool {
	first, view := "", false
	for _, t := range tokens {
		if t.Blank() {
			continue
		}
		if !t.Conditional {
			return false
		}
		if first == "" {
			first = strings.ToUpper(t.Text)
		}
		view = view || t.Is("view")
	}
	return view && (first == "CREATE" || first == "DROP")
}

// convert gives the token with what it stands for. Of a prefix only that of binary strings (X'00') stays.
func convert(engine sqltext.Engine, t sqltext.Token, line int, spaced bool) []token {
	one := token{kind: symbol, text: sqltext.Unquote(engine, t), line: line, spaced: spaced}
	switch t.Kind {
	case sqltext.Word, sqltext.Number:
		one.kind = word
	case sqltext.Name:
		one.kind = quoted
	case sqltext.Text:
		one.kind = text
		switch t.Text[0] {
		case '"': // SQLite takes what is no name for a string, too
			one.kind = quoted
		case 'x', 'X', 'b', 'B':
			return []token{{kind: word, text: t.Text[:1], line: line, spaced: spaced}, {kind: text, text: one.text, line: line}}
		}
	}
	return []token{one}
}

// lineCounter turns offsets, which come in their order, into lines.
type lineCounter struct {
	script       string
	offset, line int
}

func (c *lineCounter) at(offset int) int {
	c.line += strings.Count(c.script[c.offset:offset], "\n")
	c.offset = offset
	return c.line
}
