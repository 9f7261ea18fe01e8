package apichap

import (
	"strconv"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers SQL instructions. A query's text is made of fixedText only; data becomes bind parameters.

// statement is a query on its way: its text, and the values bound to its "?" in their order.
type statement struct {
	text []jsonata.Node
	// marks counts the "?" of the text so far; dynamic tells that a spliced text may add some at run time.
	marks   int
	dynamic bool
	// bound are the values of placeholders that became parameters, each with the number of "?" in front of it.
	bound []boundValue
}

type boundValue struct {
	before int
	value  typed
	at     span
}

// sqlArguments gives the request of function sql.
func (s *scope) sqlArguments(ff *fulfillment, one *sqlInstruction) ir.Value {
	query := s.query(one.query)
	parameters := s.sqlParameters(one, query)
	sql := jsonata.NewObject()
	sql.Set("sql", plain(build.Concat(query.text...)))
	sql.Set("parameters", parameters)
	request := jsonata.NewObject()
	request.Set("datasource", ff.datasource.name)
	request.Set("statements", []any{sql})
	return request
}

// plain gives a literal as a value of its own, any other expression as it is.
func plain(node jsonata.Node) ir.Value {
	if value, ok := (typed{node: node}).constant(); ok {
		return value
	}
	if _, null := node.(*jsonata.Null); null {
		return nil
	}
	return node
}

// sqlParameters pairs the "?" of a query with their values.
func (s *scope) sqlParameters(one *sqlInstruction, query *statement) ir.Value {
	conditional := false
	for _, parameter := range one.parameters {
		conditional = conditional || parameter.when != nil
	}
	if len(query.bound) > 0 && (conditional || query.dynamic) {
		at := query.bound[0].at
		at.node.Report(diag.Diagnostic{
			Code: codeUnsafeSQL, Summary: "a placeholder with data cannot stand in a query with optional parameters", Range: at.place(),
			Fix: "write ? here and give the value under parameters",
		})
		return []any{}
	}
	if !conditional && !query.dynamic && query.marks != len(one.parameters) {
		at := one.query.span
		at.node.Report(diag.Diagnostic{
			Code: codeParameterCount, Summary: "the query has " + count(query.marks, "?") + ", but " + count(len(one.parameters), "parameter"), Range: at.place(),
		})
	}
	if conditional {
		return s.optionalParameters(one.parameters)
	}
	return s.fixedParameters(one.parameters, query.bound)
}

func count(n int, what string) string {
	if n == 1 || what == "?" {
		return strconv.Itoa(n) + " " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// fixedParameters puts the values of placeholders between the listed ones, in the order of their places in the text.
func (s *scope) fixedParameters(listed []sqlParameter, bound []boundValue) ir.Value {
	values := []any{}
	for i := 0; i <= len(listed); i++ {
		for ; len(bound) > 0 && bound[0].before <= i; bound = bound[1:] {
			values = append(values, plain(sqlValue(bound[0].value)))
		}
		if i < len(listed) {
			values = append(values, plain(sqlValue(s.lower(listed[i].value))))
		}
	}
	return values
}

// optionalParameters gives one expression for the whole list: a parameter whose condition does not hold is left out.
func (s *scope) optionalParameters(listed []sqlParameter) ir.Value {
	var items []jsonata.Node
	for _, parameter := range listed {
		value := s.lower(parameter.value)
		item := oneItem(value)
		if parameter.when != nil {
			item = build.If(s.condition(parameter.when), item, nil)
		}
		items = append(items, item)
	}
	return build.List(items...)
}

// oneItem makes sure that a value takes exactly one place of a list: JSONata spreads lists that stand in a list, and drops nothing.
func oneItem(value typed) jsonata.Node {
	switch value.kind {
	case listKind, objectKind:
		return sqlValue(value)
	case anyKind:
		return build.Once(value.node, func(v jsonata.Node) jsonata.Node {
			isList := build.Binary(build.Call("type", v), "=", build.Text("array"))
			return build.If(isList, build.Call("string", v), typed{node: v, missing: value.missing}.defined())
		})
	default:
		return value.defined()
	}
}

// sqlValue gives a value to bind: lists and objects as JSON text.
func sqlValue(value typed) jsonata.Node {
	if value.kind != listKind && value.kind != objectKind {
		return value.node
	}
	if !value.nullable() {
		return build.Call("string", value.node)
	}
	return build.Once(value.node, func(v jsonata.Node) jsonata.Node {
		return build.If(build.Binary(v, "=", build.Null()), build.Null(), build.Call("string", v))
	})
}

// query reads a query's text and decides of each placeholder what becomes of it.
func (s *scope) query(t *template) *statement {
	result := &statement{}
	lexer := newSQLLexer()
	for i := 0; i < len(t.parts); i++ {
		piece := t.parts[i]
		if piece.value == nil {
			result.addText(lexer, piece.text)
			continue
		}
		if spliced, ok := s.splice(piece.value); ok {
			result.text = append(result.text, spliced.node)
			result.dynamic = result.dynamic || spliced.marks
			lexer.unknown()
			continue
		}
		if lexer.state == sqlQuote {
			i = s.bindQuoted(result, lexer, t, i)
			continue
		}
		s.bind(result, lexer, piece, following(t, i))
	}
	return result
}

func (q *statement) addText(lexer *sqlLexer, text string) {
	lexer.read(text)
	q.marks, lexer.marks = q.marks+lexer.marks, 0
	q.text = append(q.text, build.Text(text))
}

// following is the text behind a placeholder, up to the next one.
func following(t *template, i int) string {
	if i+1 < len(t.parts) && t.parts[i+1].value == nil {
		return t.parts[i+1].text
	}
	return ""
}

// bind makes a placeholder a bind parameter if a value may stand there.
func (s *scope) bind(q *statement, lexer *sqlLexer, piece part, rest string) {
	if reason := lexer.refuses(rest); reason != "" {
		s.refuse(piece.span, reason)
		return
	}
	q.bound = append(q.bound, boundValue{before: q.marks, value: s.lower(piece.value), at: piece.span})
	q.text = append(q.text, build.Text("?"))
	lexer.value()
}

func (s *scope) refuse(at span, reason string) {
	at.node.Report(diag.Diagnostic{
		Code: codeUnsafeSQL, Summary: "data cannot be put into the SQL text here: " + reason, Range: at.place(),
		Detail: "Text from a request or a response could change what the statement does. Only texts that the workflow itself holds can stand anywhere in a query.",
		Fix:    "write ? where a value may stand and give the value under parameters; for anything else set an attribute to one of several TEXT(…) by conditions",
	})
}

// bindQuoted makes a quoted SQL text that contains placeholders one bind parameter: '%${PARAM(x)}%' becomes ? with the text %…%. It
// gives the index of the part in which the quoted text ends.
func (s *scope) bindQuoted(q *statement, lexer *sqlLexer, t *template, i int) int {
	at := t.parts[i].span
	before, prefix := lexer.takeQuoted()
	if prefix != "" || !q.cut(len(before)+1) {
		s.refuse(at, "it stands in a quoted text of a special kind")
		return i
	}
	parts := []jsonata.Node{build.Text(unquoteSQL(before))}
	for ; i < len(t.parts); i++ {
		piece := t.parts[i]
		if piece.value != nil {
			parts = append(parts, s.side(piece.value))
			continue
		}
		inside, rest, closed := cutQuoted(piece.text)
		parts = append(parts, build.Text(unquoteSQL(inside)))
		if !closed {
			continue
		}
		lexer.state = sqlCode
		s.bindText(q, lexer, boundValue{before: q.marks, value: typed{node: build.Concat(parts...), kind: textKind}, at: at}, rest)
		return i
	}
	s.refuse(at, "the quoted text around it is never closed")
	return i
}

// bindText binds a text that stood in quotes, and goes on with what follows the closing quote.
func (s *scope) bindText(q *statement, lexer *sqlLexer, bound boundValue, rest string) {
	if reason := lexer.refuses(rest); reason != "" {
		s.refuse(bound.at, reason)
	}
	q.bound = append(q.bound, bound)
	q.text = append(q.text, build.Text("?"))
	lexer.value()
	q.addText(lexer, rest)
}

// cut takes so many bytes off the end of the text, if that end is literal.
func (q *statement) cut(length int) bool {
	last := len(q.text) - 1
	if last < 0 {
		return false
	}
	text, ok := q.text[last].(*jsonata.String)
	if !ok || len(text.Value) < length {
		return false
	}
	q.text[last] = build.Text(text.Value[:len(text.Value)-length])
	return true
}
