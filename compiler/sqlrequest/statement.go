// Package sqlrequest makes requests to function sql (functions/sql): of texts with references in them, which become parameters and never SQL, and of
// tables that are read or written as a whole. It also knows what a step can put out of the answer.
package sqlrequest

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Request is the request that runs statements, one after the other, over one connection.
func Request(datasource string, statements ...any) *jsonata.Object {
	return ir.Object("datasource", datasource, "statements", statements)
}

// Of is one statement of a request: its text, and a list of a value for each of its parameters. Both may be expressions.
func Of(sql, parameters ir.Value) *jsonata.Object {
	return ir.Object("sql", sql, "parameters", parameters)
}

// Statement is a text with references in it, of which each has become a parameter.
type Statement struct {
	engine     sqltext.Engine
	references []expr.Piece
	parts      []sqltext.Part
	pieces     []sqltext.Piece
	// Refused are the references that cannot become parameters where they stand. A Part is an index of the pieces that Bind was given.
	Refused []sqltext.Refusal
}

// Bind makes a statement of the pieces of a text, of which those with a form are references.
func Bind(engine sqltext.Engine, references []expr.Piece) Statement {
	s := Statement{engine: engine, references: references, parts: make([]sqltext.Part, len(references))}
	for i, p := range references {
		s.parts[i] = sqltext.Part{Kind: sqltext.Fixed, Text: p.Text.Value}
		if p.Form != nil {
			s.parts[i] = sqltext.Part{Kind: sqltext.Value}
		}
	}
	s.pieces, s.Refused = sqltext.Bind(engine, s.parts)
	return s
}

// Marks counts the question marks that the author wrote. Each stands for a parameter that is listed apart from the text.
func (s Statement) Marks() int {
	marks := 0
	for _, piece := range s.pieces {
		if piece.Kind == sqltext.Question {
			marks++
		}
	}
	return marks
}

// Value is the statement in a request. listed are the parameters of the question marks, as many as there are of those, or none where the marks are
// operators, which function sql is told by doubling them; value gives that of a reference, or of a text with references in it.
func (s Statement) Value(listed []any, value func([]expr.Piece) ir.Value) *jsonata.Object {
	parameters, operators := []any{}, len(listed) == 0
	for _, piece := range s.pieces {
		switch {
		case piece.Kind == sqltext.Question && !operators:
			parameters, listed = append(parameters, listed[0]), listed[1:]
		case piece.Kind == sqltext.Parameter:
			parameters = append(parameters, value(s.parameter(piece)))
		}
	}
	return Of(strings.TrimSpace(s.text(operators)), parameters)
}

func (s Statement) text(operators bool) string {
	var sql strings.Builder
	for _, piece := range s.pieces {
		sql.WriteString(piece.Text)
		if piece.Kind == sqltext.Question && operators {
			sql.WriteString("?")
		}
	}
	return sql.String()
}

// parameter are the pieces of one parameter: a reference, or the text of a string with references in it.
func (s Statement) parameter(piece sqltext.Piece) []expr.Piece {
	var parts []expr.Piece
	for _, fragment := range piece.Value {
		if fragment.Part < 0 {
			parts = append(parts, expr.Piece{Text: expr.Verbatim(fragment.Text, 0)})
			continue
		}
		parts = append(parts, s.references[fragment.Part])
	}
	return parts
}

// Writes tells whether running the statement twice may do harm.
func (s Statement) Writes() bool { return !sqltext.Reads(s.engine, s.parts) }

// Output is what a step can put out of the answer.
func (s Statement) Output() Output {
	verb, _ := sqltext.Verb(sqltext.Lex(s.engine, s.text(false)))
	if slices.Contains([]string{"SELECT", "SHOW", "VALUES", "TABLE"}, verb) {
		return Row
	}
	return Key(s.engine)
}
