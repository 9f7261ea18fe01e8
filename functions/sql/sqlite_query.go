package sql

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/sqltext"
)

// This file lets SQLite run what queries for PostgreSQL say often: = ANY(list) and casts with ::.

// fromPostgres rewrites a statement for PostgreSQL.
func fromPostgres(statement []sqltext.Token) []sqltext.Token {
	return withoutCasts(membership(statement))
}

func raw(text string) sqltext.Token { return sqltext.Token{Kind: sqltext.Symbol, Text: text} }

// membership writes x = ANY(list) as x IN (the elements of the list), x <> ALL(list) as x NOT IN.
func membership(statement []sqltext.Token) []sqltext.Token {
	out := slices.Clone(statement)
	for i, t := range out {
		if t.Kind != sqltext.Operator {
			continue
		}
		any := next(out, i)
		open := next(out, max(any, i))
		if any < 0 || open < 0 || !out[open].Is("(") {
			continue
		}
		in := ""
		switch {
		case t.Is("=") && (out[any].Is("any") || out[any].Is("some")):
			in = "IN"
		case (t.Is("<>") || t.Is("!=")) && out[any].Is("all"):
			in = "NOT IN"
		}
		list, closing := next(out, open), closingOf(out, open)
		if in == "" || closing < 0 || list == closing {
			continue
		}
		out[i], out[any] = raw(in), raw("")
		if !out[list].Is("select") {
			out[open], out[closing] = raw("(SELECT value FROM json_each("), raw("))")
		}
	}
	return out
}

// next is the index of the next token that is not blank, -1 when there is none.
func next(tokens []sqltext.Token, i int) int {
	for i++; i < len(tokens); i++ {
		if !tokens[i].Blank() {
			return i
		}
	}
	return -1
}

func closingOf(tokens []sqltext.Token, open int) int {
	depth := 0
	for i := open; i < len(tokens); i++ {
		switch {
		case tokens[i].Is("("):
			depth++
		case tokens[i].Is(")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// What a cast to a type becomes: to a number or a text the cast of SQLite; to a type that is a text here nothing, where the value is a
// parameter or a literal, which is written as that type has it.
var (
	castTypes = map[string]string{
		"INT": "INTEGER", "INT4": "INTEGER", "INT8": "INTEGER", "INTEGER": "INTEGER", "BIGINT": "INTEGER", "SMALLINT": "INTEGER",
		"TEXT": "TEXT", "VARCHAR": "TEXT", "NUMERIC": "NUMERIC", "DECIMAL": "NUMERIC", "REAL": "REAL", "FLOAT8": "REAL", "DOUBLE": "REAL",
	}
	plainTypes = []string{"JSON", "JSONB", "UUID", "DATE", "TIMESTAMP", "TIMESTAMPTZ"}
)

// withoutCasts writes x::type in SQLite's words where x is a single token and they mean the same. Any other cast stays, and SQLite refuses it.
func withoutCasts(statement []sqltext.Token) []sqltext.Token {
	var out []sqltext.Token
	for i := 0; i < len(statement); i++ {
		name, operand := next(statement, i), len(out)-1
		if !statement[i].Is("::") || name < 0 || operand < 0 || !isOperand(out, operand) {
			out = append(out, statement[i])
			continue
		}
		end, isArray := typeEnd(statement, name)
		before, after, ok := castTo(out[operand], strings.ToUpper(statement[name].Text), isArray)
		if !ok || hasLength(statement[name:end+1]) {
			out = append(out, statement[i])
			continue
		}
		out = append(out[:operand], raw(before), out[operand], raw(after))
		i = end
	}
	return out
}

// castTo is what stands before and behind a value for a cast. A fraction is rounded to a whole number, as PostgreSQL does.
func castTo(operand sqltext.Token, name string, isArray bool) (before, after string, ok bool) {
	isValue := operand.Kind == sqltext.Mark || operand.Kind == sqltext.Text
	to := castTypes[name]
	switch {
	case isArray:
		return "", "", operand.Kind == sqltext.Mark
	case to == "INTEGER":
		return "(SELECT CAST(CASE typeof(v) WHEN 'real' THEN round(v) ELSE v END AS INTEGER) FROM (SELECT ", " AS v))", operand.Kind != sqltext.Word && operand.Kind != sqltext.Name
	case to != "":
		return "CAST(", " AS " + to + ")", true
	}
	return "", "", isValue && slices.Contains(plainTypes, name)
}

func hasLength(typeName []sqltext.Token) bool {
	return slices.ContainsFunc(typeName, func(t sqltext.Token) bool { return t.Is("(") })
}

// isOperand reports whether the token at the end is all that a cast behind it takes.
func isOperand(tokens []sqltext.Token, last int) bool {
	switch tokens[last].Kind {
	case sqltext.Mark, sqltext.Number, sqltext.Text:
		return true
	case sqltext.Word, sqltext.Name:
		return last == 0 || !tokens[last-1].Is(".")
	}
	return false
}

// typeEnd is the last token of the type that begins at an index: double precision, numeric(5, 2), timestamp with time zone, int[].
func typeEnd(tokens []sqltext.Token, at int) (end int, isArray bool) {
	end = at
	for {
		i := next(tokens, end)
		switch {
		case i < 0:
			return end, isArray
		case i == end+1 && tokens[i].Is("("):
			closing := closingOf(tokens, i)
			if closing < 0 {
				return end, isArray
			}
			end = closing
		case tokens[i].Kind == sqltext.Name && strings.HasPrefix(tokens[i].Text, "["): // SQLite takes [] for a quoted name
			end, isArray = i, true
		case tokens[i].Is("precision"), tokens[i].Is("varying"), tokens[i].Is("without"), tokens[i].Is("time"), tokens[i].Is("zone"), tokens[i].Is("with") && tokenIs(tokens, next(tokens, i), "time"):
			end = i
		default:
			return end, isArray
		}
	}
}

func tokenIs(tokens []sqltext.Token, i int, word string) bool { return i >= 0 && tokens[i].Is(word) }
