package mason

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// whole sets a member of the request that is one template: a single expression gives its value; text that reads as JSON gives what it says, with
// the values of the expressions in their places; other text is the body or the query as it is.
func (r *requestBuilder) whole(name string, node *source.Node) {
	t, ok := r.template(node)
	if !ok || !r.checkNames(t, r.around) || !r.checkToken(t) {
		return
	}
	pieces, plain := t.pieces()
	switch {
	case t.single() != nil:
		r.request.Set(name, r.keep(r.expression(t, t.single(), r.around, native)))
	case name == "data":
		r.request.Set(name, r.keep(r.render(node, r.around, textual)))
	case !plain:
		r.request.Set(name, build.Call("parse", build.Literal(r.keep(r.render(node, r.around, textual)))))
	case r.skeleton(name, t, pieces):
	case name == "params":
		r.request.Set(name, r.query(t, pieces))
	default:
		node.Report(codeRequest.Error(node.Range, "the text of %s is not JSON", fieldOf(name)).
			Fix(`write a mapping, a template that gives one, or JSON: {"id": {{ auth.id }}, "name": "{{ auth.name }}"}`))
	}
}

// fieldOf is the field of an apispec that becomes a member of the request.
func fieldOf(member string) string {
	if member == "json" {
		return "json_body"
	}
	return member
}

// query is text that becomes the query as it is, with data percent-encoded.
func (r *requestBuilder) query(t template, pieces []syntax.Expr) ir.Value {
	var to expr.Address
	const before = "http://host/?"
	to.Fixed(before)
	for _, piece := range pieces {
		if data, isText := piece.(*syntax.Data); isText {
			to.Fixed(data.Text)
			continue
		}
		to.Data(t.textOf(piece), build.Literal(r.keep(r.expression(t, unescaped(piece), r.around, native))))
	}
	if text, isText := literalOr(to.URL()).(string); isText {
		return strings.TrimPrefix(text, before)
	}
	return build.Call("substring", to.URL(), build.Number(float64(len(before))))
}

// mark stands in JSON text for the n-th expression.
func mark(n int) string { return "\ue000" + strconv.Itoa(n) + "\ue001" }

// skeleton sets a member from text that is JSON around expressions; ok is false when it is none.
func (r *requestBuilder) skeleton(name string, t template, pieces []syntax.Expr) (ok bool) {
	var text strings.Builder
	quoted := false
	for i, piece := range pieces {
		data, isText := piece.(*syntax.Data)
		switch {
		case isText:
			text.WriteString(data.Text)
			quoted = endsQuoted(data.Text, quoted)
		case quoted:
			text.WriteString(mark(i))
		default:
			text.WriteString(`"` + mark(i) + `"`)
		}
	}
	value, err := jsonata.Decode([]byte(text.String()))
	if _, isObject := value.(*jsonata.Object); err != nil || !json.Valid([]byte(text.String())) || name != "json" && !isObject {
		return false
	}
	r.request.Set(name, r.filled(value, t, pieces))
	return true
}

// endsQuoted tells whether a piece of JSON ends inside a text.
func endsQuoted(piece string, quoted bool) bool {
	for i := 0; i < len(piece); i++ {
		switch {
		case quoted && piece[i] == '\\':
			i++
		case piece[i] == '"':
			quoted = !quoted
		}
	}
	return quoted
}

// filled puts values in the places of marks.
func (r *requestBuilder) filled(value any, t template, pieces []syntax.Expr) ir.Value {
	switch v := value.(type) {
	case *jsonata.Object:
		object := jsonata.NewObject()
		for name, member := range v.All() {
			object.Set(name, r.filled(member, t, pieces))
		}
		return object
	case []any:
		list := []any{}
		for _, item := range v {
			list = append(list, r.filled(item, t, pieces))
		}
		return list
	case string:
		return r.filledText(v, t, pieces)
	}
	return value
}

func (r *requestBuilder) filledText(text string, t template, pieces []syntax.Expr) ir.Value {
	var parts []jsonata.Node
	for text != "" {
		before, rest, found := strings.Cut(text, "\ue000")
		number, after, closed := strings.Cut(rest, "\ue001")
		at, err := strconv.Atoi(number)
		if !found || !closed || err != nil || at >= len(pieces) {
			parts = append(parts, build.Text(text))
			break
		}
		if before == "" && after == "" && len(parts) == 0 && !quotedMark(pieces, at) {
			return r.keep(r.expression(t, pieces[at], r.around, native))
		}
		if before != "" {
			parts = append(parts, build.Text(before))
		}
		parts = append(parts, build.Literal(r.keep(r.expression(t, pieces[at], r.around, textual))))
		text = after
	}
	if len(parts) == 0 {
		return ""
	}
	return literalOr(build.Concat(parts...))
}

// quotedMark tells whether the expression stands inside the quotes of a text.
func quotedMark(pieces []syntax.Expr, at int) bool {
	quoted := false
	for _, piece := range pieces[:at] {
		if data, isText := piece.(*syntax.Data); isText {
			quoted = endsQuoted(data.Text, quoted)
		}
	}
	return quoted
}
