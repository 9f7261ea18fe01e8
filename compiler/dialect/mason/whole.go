package mason

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// whole sets a member of the request that is one template: a single expression gives its value; text that reads as JSON, or as a literal of Python, gives what
// it says, with the values of the expressions in their places; other text is the body or the query as it is.
func (r *requestBuilder) whole(name string, node *source.Node) {
	t, ok := r.template(node, r.around)
	if !ok || !r.checkNames(t, r.around) || !r.checkToken(t) {
		return
	}
	pieces, plain := t.pieces()
	single := t.single()
	switch {
	case single != nil && name != "data" && writesJSON(single):
		r.request.Set(name, decoded(name, build.Literal(r.keep(r.given(t, r.around, textual)))))
	case (name == "data" || !plain) && !r.checkTexts(t, secret.IsName):
	case single != nil, name == "data":
		as := native
		if name == "data" && t.single() == nil {
			as = textual
		}
		r.request.Set(name, r.keep(r.given(t, r.around, as)))
	case !plain:
		r.request.Set(name, r.understood(name, build.Literal(r.keep(r.lowerer.whole(t, literal, r.around))), notUnderstood))
	case r.skeleton(name, t, pieces):
	case name == "params" && !r.checkTexts(t, secret.IsQueryName):
	case name == "params":
		r.request.Set(name, r.query(t, pieces))
	default:
		node.Report(codeRequest.Error(node.Range, "the text of %s is neither JSON nor a literal of Python", fieldOf(name)).
			Fix(`write a mapping, a template that gives one, or JSON: {"id": {{ auth.id }}, "name": "{{ auth.name }}"}`))
	}
}

// decoded is what the JSON says that an expression gives; any other text of params is the query.
func decoded(name string, rendered jsonata.Node) jsonata.Node {
	return build.Once(rendered, func(value jsonata.Node) jsonata.Node {
		return build.If(meantAsData(name, value), build.Call("parse", value), value)
	})
}

// meantAsData tells of a value whether it is a text that is meant as JSON.
func meantAsData(name string, value jsonata.Node) jsonata.Node {
	text := build.HasType(value, "string")
	if name == "params" {
		return build.All(text, build.Call("contains", value, build.Regex(`^\s*\{`, "")))
	}
	return text
}

// notUnderstood is what to do about a template that gives neither JSON nor a literal of Python.
const notUnderstood = "put the texts in it into quotes, or write |tojson behind what gives them"

// understood is a value that function filter has made of a rendered text: where that is still a text, it is neither JSON nor a literal of Python, which fails the
// step with the way out. Any text of params but one in braces is the query.
func (r *requestBuilder) understood(name string, rendered jsonata.Node, wayOut string) jsonata.Node {
	message := fmt.Sprintf("step %s: the text that %s gives is neither JSON nor a literal of Python: %s", r.around.step.name, fieldOf(name), wayOut)
	return build.Once(rendered, func(value jsonata.Node) jsonata.Node {
		return build.If(meantAsData(name, value), build.Call("error", build.Text(message)), value)
	})
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
		to.Data(t.textOf(piece), inAddress(r.keep(r.expression(t, unescaped(piece), r.around, native))))
	}
	if text, isText := literalOr(to.URL()).(string); isText {
		return strings.TrimPrefix(text, before)
	}
	return build.Call("substring", to.URL(), build.Number(float64(len(before))))
}

// skeleton sets a member from text that is JSON, or a literal of Python, around expressions; ok is false when it is neither.
func (r *requestBuilder) skeleton(name string, t template, pieces []syntax.Expr) (ok bool) {
	for _, n := range notations() {
		text, quoted := n.marked(pieces)
		value, err := n.read(text)
		if _, isObject := value.(*jsonata.Object); err == nil && (isObject || name == "json") {
			if splices(pieces, quoted) {
				if !r.checkTexts(t, secret.IsName) {
					return true
				}
				r.warnOfTexts(t, pieces, quoted)
				text := n.spliced(t, pieces, quoted)
				why := "Jinja: an expression writes a part of the JSON around it"
				r.request.Set(name, r.understood(name, build.Literal(r.keep(r.rendered(t, text, literal, r.around, why))), wayOutOf(t, pieces, quoted)))
				return true
			}
			r.request.Set(name, filler{r, t, pieces, quoted}.value(value))
			return true
		}
	}
	return false
}

// splices tells whether an expression outside of quotes makes a text that is more, or less, than one value of JSON.
func splices(pieces []syntax.Expr, quoted []bool) bool {
	for i, piece := range pieces {
		if !quoted[i] && writesNotation(piece) && !writesJSON(piece) {
			return true
		}
	}
	return false
}

// filler puts the values of expressions in the places of marks. quoted tells which stand inside the quotes of a text.
type filler struct {
	*requestBuilder
	t      template
	pieces []syntax.Expr
	quoted []bool
}

func (f filler) value(value any) ir.Value {
	switch v := value.(type) {
	case *jsonata.Object:
		object := jsonata.NewObject()
		for name, member := range v.All() {
			if strings.Contains(name, markStart) {
				f.keyOf(f.t.node, f.t.node.Range)
			}
			object.Set(name, f.value(member))
		}
		return object
	case []any:
		list := []any{}
		for _, item := range v {
			list = append(list, f.value(item))
		}
		return list
	case string:
		return f.text(v)
	}
	return value
}

func (f filler) text(text string) ir.Value {
	var parts []jsonata.Node
	for text != "" {
		before, rest, found := strings.Cut(text, markStart)
		number, after, closed := strings.Cut(rest, markEnd)
		at, err := strconv.Atoi(number)
		if !found || !closed || err != nil || at >= len(f.pieces) {
			parts = append(parts, build.Text(text))
			break
		}
		if before == "" && after == "" && len(parts) == 0 && !f.quoted[at] && writesJSON(f.pieces[at]) {
			return build.Call("parse", build.Literal(f.keep(f.expression(f.t, f.pieces[at], f.around, textual))))
		}
		if before == "" && after == "" && len(parts) == 0 && !f.quoted[at] {
			return f.keep(f.expression(f.t, f.pieces[at], f.around, native))
		}
		if before != "" {
			parts = append(parts, build.Text(before))
		}
		parts = append(parts, build.Literal(f.keep(f.expression(f.t, f.pieces[at], f.around, textual))))
		text = after
	}
	if len(parts) == 0 {
		return ""
	}
	return literalOr(build.Concat(parts...))
}
