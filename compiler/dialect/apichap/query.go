package apichap

import (
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file reads the text of queries. It is made of fixedText only; data becomes bind parameters.

// statement is a query: its text, and the values bound to its "?" in their order.
type statement struct {
	text []jsonata.Node
	// plain is the text as far as the query itself holds it, with no value in it.
	plain string
	// marks counts the "?" that the author wrote; dynamic tells that a spliced text may add some at run time.
	marks   int
	dynamic bool
	// bound are the values of placeholders that became parameters, each with the number of the author's "?" in front of it.
	bound []boundValue
}

type boundValue struct {
	before int
	value  typed
	at     span
}

// queryPart is a part of a query's text: what package sqltext reads, and what it stands for.
type queryPart struct {
	sqltext.Part
	part    part
	spliced fixedText
}

// engine is the kind of database that a fulfillment's queries are for.
func (ff *fulfillment) engine() sqltext.Engine {
	if ff.datasource == nil {
		return sqltext.Unknown
	}
	return sqltext.EngineOf(ff.datasource.connection.URL)
}

// queryParts splits a query into text, data, and texts that the workflow itself holds. Of these the constant ones are text, too.
func (s *scope) queryParts(t *template) []queryPart {
	var parts []queryPart
	for _, piece := range t.parts {
		one := queryPart{Part: sqltext.Part{Kind: sqltext.Value}, part: piece}
		if piece.value == nil {
			one.Part = sqltext.Part{Text: piece.text}
		} else if spliced, ok := s.splice(piece.value); ok {
			one.spliced = spliced
			one.Part = sqltext.Part{Kind: sqltext.Inline, Choices: s.names.choices(piece.value)}
			if constant, isText := spliced.node.(*jsonata.String); isText {
				one.Part = sqltext.Part{Text: constant.Value}
			}
		}
		parts = append(parts, one)
	}
	return parts
}

func sqlParts(parts []queryPart) []sqltext.Part {
	list := make([]sqltext.Part, len(parts))
	for i, part := range parts {
		list[i] = part.Part
	}
	return list
}

// query makes a statement of a query's text and decides of each placeholder what becomes of it.
func (s *scope) query(ff *fulfillment, t *template) *statement {
	parts := s.queryParts(t)
	pieces, refusals := sqltext.Bind(ff.engine(), sqlParts(parts))
	for _, refusal := range refusals {
		refuseData(parts[refusal.Part].part.span, refusal.Reason)
	}
	result := &statement{plain: plainText(pieces)}
	oneStatement(ff, t, result.plain)
	for _, piece := range pieces {
		switch piece.Kind {
		case sqltext.Chosen:
			spliced := parts[piece.Part].spliced
			result.text = append(result.text, spliced.node)
			result.dynamic = result.dynamic || spliced.marks
			continue
		case sqltext.Question:
			result.marks++
		case sqltext.Parameter:
			value := boundValue{before: result.marks, value: s.boundTo(piece, parts), at: parts[piece.Part].part.span}
			result.bound = append(result.bound, value)
		case sqltext.Literal:
		}
		result.text = append(result.text, build.Text(piece.Text))
	}
	return result
}

// oneStatement refuses several statements in a query, which only SQL Server takes.
func oneStatement(ff *fulfillment, t *template, text string) {
	engine := ff.engine()
	if engine == sqltext.Unknown || engine == sqltext.SQLServer {
		return
	}
	if count := len(sqltext.Split(engine, text)); count > 1 {
		t.report(report.Error(codeUnsupported, t.place(), "the query holds %d statements, and the database takes one at a time", count).
			Fix("write one fulfillment for each"))
	}
}

func plainText(pieces []sqltext.Piece) string {
	var text strings.Builder
	for _, piece := range pieces {
		text.WriteString(piece.Text)
	}
	return text.String()
}

// boundTo is the value of a parameter: data as it is, or, for a quoted text, everything in it as one text.
func (s *scope) boundTo(piece sqltext.Piece, parts []queryPart) typed {
	if !piece.Quoted {
		return s.lower(parts[piece.Part].part.value)
	}
	var texts []typed
	for _, fragment := range piece.Value {
		if fragment.Part < 0 {
			texts = append(texts, textOf(fragment.Text))
		} else {
			texts = append(texts, s.lower(parts[fragment.Part].part.value))
		}
	}
	return joined(texts...)
}

func refuseData(at span, reason string) {
	at.report(report.Error(codeUnsafeSQL, at.place(), "data cannot be put into the SQL text here: %s", reason).
		Why("Text from a request or a response could change what the statement does. Only texts that the workflow itself holds can stand anywhere in a query.").
		Fix("write ? where a value may stand and give the value under parameters; for anything else set an attribute to one of several TEXT(…) by conditions"))
}

// choices lists every text that a fixed expression can have, numbers as one of them; nil when they cannot be listed.
func (n *names) choices(e expression) []string { return n.choicesIn(e, map[string]bool{}) }

func (n *names) choicesIn(e expression, seen map[string]bool) []string {
	c, isCall := e.(*call)
	if !isCall {
		return nil
	}
	switch c.method.name {
	case "TEXT":
		if text, isTemplate := c.arguments[0].value.(*template); isTemplate {
			if constant, ok := text.fixedText(); ok {
				return []string{constant}
			}
		}
	case "INTEGER", "LONG", "DOUBLE":
		return []string{"0"}
	case "BOOLEAN":
		return []string{"true"}
	case "NULL":
		return []string{""}
	case "ATTRIBUTE":
		return n.choicesOfAttribute(c.arguments[0].text, seen)
	}
	return nil
}

// choicesOfAttribute: an attribute that is never set is the empty text.
func (n *names) choicesOfAttribute(name string, seen map[string]bool) []string {
	texts := []string{""}
	info := n.attributes[name]
	if info == nil || seen[name] {
		return texts
	}
	seen[name] = true
	for _, value := range info.values {
		more := n.choicesIn(value, seen)
		if more == nil {
			return nil
		}
		texts = append(texts, more...)
	}
	return texts
}
