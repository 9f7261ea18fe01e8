package sql

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// prepared is a statement ready for an engine.
type prepared struct {
	text      string
	verb      string // SELECT, INSERT, UPDATE, … in upper case; "" when there is none
	returning bool   // it has a RETURNING or OUTPUT clause of its own
	arguments []any
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
	return !p.returning && slices.Contains([]string{"INSERT", "UPDATE", "REPLACE"}, p.verb)
}

// prepare reads one statement and checks it against its parameters.
func prepare(statement Statement, d dialect) (prepared, error) {
	tokens := trim(lex(statement.SQL, d.syntax))
	if len(tokens) == 0 {
		return prepared{}, failure(task.SqlSyntax, "the statement is empty", "")
	}
	if !d.batches && slices.ContainsFunc(tokens, isSemicolon) {
		return prepared{}, failure(task.SqlSyntax, "one statement holds several: give them one by one", "")
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
	p := prepared{text: text, arguments: arguments}
	p.verb, p.returning = verbOf(tokens)
	return p, nil
}

func isSemicolon(t token) bool { return t.kind == tokenSymbol && t.text == ";" }

// trim takes white space, comments and semicolons off the end and white space off the start.
func trim(tokens []token) []token {
	for len(tokens) > 0 && (tokens[len(tokens)-1].kind == tokenSpace || isSemicolon(tokens[len(tokens)-1])) {
		tokens = tokens[:len(tokens)-1]
	}
	for len(tokens) > 0 && tokens[0].kind == tokenSpace {
		tokens = tokens[1:]
	}
	return tokens
}

// verbOf finds what a statement does: its first word, or, after WITH, the first verb outside parentheses; and whether
// RETURNING (OUTPUT in T-SQL) stands outside parentheses.
func verbOf(tokens []token) (verb string, returning bool) {
	depth := 0
	for _, t := range tokens {
		word := strings.ToUpper(t.text)
		switch {
		case t.text == "(":
			depth++
		case t.text == ")":
			depth--
		case t.kind != tokenWord:
		case verb == "" || verb == "WITH" && depth == 0 && isVerb(word):
			verb = word
		case depth == 0 && (word == "RETURNING" || word == "OUTPUT"):
			returning = true
		}
	}
	return verb, returning
}

func isVerb(word string) bool {
	return slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "TABLE"}, word)
}
