package sql

import (
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
)

// prepared is a statement ready for an engine.
type prepared struct {
	text      string
	verb      string // SELECT, INSERT, UPDATE, … in upper case; "" when there is none
	returning bool   // it has a RETURNING or OUTPUT clause of its own
	arguments []any
	// name and index come back with the result; discard tells that nobody asks for its rows.
	name    string
	index   any
	discard bool
}

// yieldsRows reports whether the statement gives rows by itself.
func (p prepared) yieldsRows() bool {
	switch p.verb {
	case "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE":
		return p.returning
	case "SELECT", "VALUES", "TABLE", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "PRAGMA", "CALL", "EXEC", "EXECUTE", "FETCH":
		return true
	}
	return false
}

// generatesKeys reports whether rows of the result are to be the generated keys.
func (p prepared) generatesKeys() bool {
	return !p.returning && !p.discard && slices.Contains([]string{"INSERT", "UPDATE", "REPLACE"}, p.verb)
}

// prepare reads one statement and checks it against its parameters.
func prepare(statement Statement, d dialect) (prepared, error) {
	tokens := trim(sqltext.Lex(d.engine, statement.SQL))
	if len(tokens) == 0 {
		return prepared{}, failure(task.SqlSyntax, "the statement is empty", "")
	}
	if !d.batches && len(sqltext.Split(d.engine, statement.SQL)) > 1 {
		return prepared{}, failure(task.SqlSyntax, "one statement holds several: give them one by one", "")
	}
	if len(d.homes) > 0 {
		tokens = sqltext.Unqualify(d.engine, tokens, d.homes)
	}
	if d.rewrite != nil {
		tokens = d.rewrite(tokens)
	}
	text, count := rewrite(tokens, d.placeholder)
	if count != len(statement.Parameters) {
		message := "the statement has " + plural(count, "placeholder") + ", " + plural(len(statement.Parameters), "parameter") + " given"
		return prepared{}, failure(task.SqlSyntax, message, "")
	}
	arguments, err := argumentsOf(statement.Parameters)
	if err != nil {
		return prepared{}, err
	}
	p := prepared{text: text, arguments: arguments, name: statement.Name, index: statement.Index, discard: statement.Discard}
	p.verb, p.returning = sqltext.Verb(tokens)
	return p, nil
}

func isSemicolon(t sqltext.Token) bool { return t.Kind == sqltext.Symbol && t.Text == ";" }

// trim takes white space and comments off both ends and semicolons off the end.
func trim(tokens []sqltext.Token) []sqltext.Token {
	tokens = sqltext.Trim(tokens)
	for len(tokens) > 0 && isSemicolon(tokens[len(tokens)-1]) {
		tokens = sqltext.Trim(tokens[:len(tokens)-1])
	}
	return tokens
}

// rewrite returns the statement with its placeholders as the engine writes them, and how many there are. ?? becomes ?.
func rewrite(tokens []sqltext.Token, placeholder func(number int) string) (statement string, count int) {
	var out strings.Builder
	for _, t := range tokens {
		switch t.Kind {
		case sqltext.Mark:
			count++
			out.WriteString(placeholder(count))
		case sqltext.Escaped:
			out.WriteByte('?')
		default:
			out.WriteString(t.Text)
		}
	}
	return out.String(), count
}

func questionMark(int) string        { return "?" }
func dollarNumber(number int) string { return "$" + strconv.Itoa(number) }
func atNumber(number int) string     { return "@p" + strconv.Itoa(number) }
