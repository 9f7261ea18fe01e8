package sqltext

import (
	"slices"
	"strings"
)

// Verb returns what a statement does: its first word in upper case or, behind WITH, the first verb outside of
// parentheses; "" when it has none. returning reports whether a RETURNING clause (T-SQL: OUTPUT) stands outside of
// parentheses.
func Verb(statement []Token) (verb string, returning bool) {
	depth := 0
	for _, t := range statement {
		word := strings.ToUpper(t.Text)
		switch {
		case t.Kind == Symbol && t.Text == "(":
			depth++
		case t.Kind == Symbol && t.Text == ")":
			depth--
		case t.Kind != Word:
		case verb == "" || verb == "WITH" && depth == 0 && followsWith(word):
			verb = word
		case depth == 0 && (word == "RETURNING" || word == "OUTPUT"):
			returning = true
		}
	}
	return verb, returning
}

func followsWith(word string) bool {
	return slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "TABLE"}, word)
}
