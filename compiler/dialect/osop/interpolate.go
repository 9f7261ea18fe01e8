package osop

import (
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// part is a stretch of a text: literal characters, or a reference.
type part struct {
	text      string
	reference bool
	start     int // of the reference's inside, in the text
}

// parts splits a text at ${…}, {{…}} and, with placeholders, {name}.
func parts(text string, placeholders bool) []part {
	var found []part
	plain := 0
	for at := 0; at < len(text); {
		inside, length := reference(text[at:], placeholders)
		if length == 0 {
			at++
			continue
		}
		if at > plain {
			found = append(found, part{text: text[plain:at]})
		}
		found = append(found, part{text: text[at+inside.start : at+inside.start+len(inside.text)], reference: true, start: at + inside.start})
		at += length
		plain = at
	}
	if plain < len(text) {
		found = append(found, part{text: text[plain:]})
	}
	return found
}

// reference reads a reference at the start of a text; length is 0 when there is none.
func reference(text string, placeholders bool) (inside part, length int) {
	for _, brackets := range [][2]string{{"${{", "}}"}, {"${", "}"}, {"{{", "}}"}, {"{", "}"}} {
		opening, closing := brackets[0], brackets[1]
		if !strings.HasPrefix(text, opening) {
			continue
		}
		end := strings.Index(text[len(opening):], closing)
		if end <= 0 {
			return part{}, 0
		}
		body := text[len(opening) : len(opening)+end]
		if opening == "{" && (!placeholders || !isName(body)) {
			return part{}, 0
		}
		return part{text: body, start: len(opening)}, len(opening) + end + len(closing)
	}
	return part{}, 0
}

func isName(text string) bool {
	for _, letter := range text {
		if letter != '_' && letter != '.' && letter != '-' && (letter < '0' || letter > '9' && letter < 'A' || letter > 'Z' && letter < 'a' || letter > 'z') {
			return false
		}
	}
	return text != ""
}

// expression reads the inside of a reference, or a whole expression, that stands in a scalar at an offset.
func (s scope) expression(node *source.Node, text string, offset int) (condition.Value, bool) {
	tree, err := condition.Parse(text, s.knownName)
	var value condition.Value
	if err == nil {
		if path, isReference := tree.(*condition.Reference); isReference {
			value, err = s.Resolve(path.Path)
		} else {
			var lowered jsonata.Node
			lowered, err = condition.LowerValue(tree, s)
			value = condition.Value{Node: lowered}
		}
	}
	if err == nil {
		return value, true
	}
	at, fix := node.At(offset, offset+len(text)), ""
	if known, ok := err.(*condition.Error); ok {
		fix = known.Fix
		if known.End > known.Start {
			at = node.At(offset+known.Start, offset+known.End)
		}
	}
	s.report(diag.Error, codeUnknownName, at, err.Error(), "", fix)
	return condition.Value{Node: build.Null()}, false
}

// knownName tells whether a name with hyphens is one of the workflow's.
func (s scope) knownName(name string) bool {
	if _, node := s.byID[name]; node {
		return true
	}
	return len(s.producers[name]) > 0 || s.isInput(name)
}

// value gives what a YAML value means: references become expressions, everything else stays as it is.
func (s scope) value(node *source.Node) ir.Value { return tree(node, s.scalar) }

func (s scope) scalar(node *source.Node) ir.Value {
	if !node.Quoted() {
		if simple, isText := plain(node).(string); !isText {
			return plain(node)
		} else if !strings.Contains(simple, "{") {
			return simple
		}
	}
	return s.text(node, node.Value(), 0, false)
}

// tree gives the JSON value of a YAML value whose scalars mean what a function says.
func tree(node *source.Node, scalar func(*source.Node) ir.Value) ir.Value {
	switch node.Kind {
	case source.Scalar:
		return scalar(node)
	case source.Mapping:
		o := jsonata.NewObject()
		for _, entry := range node.Entries() {
			o.Set(entry.Name, tree(entry.Value, scalar))
		}
		return o
	case source.Sequence:
		list := make([]any, 0, len(node.Items()))
		for _, item := range node.Items() {
			list = append(list, tree(item, scalar))
		}
		return list
	default:
		return nil
	}
}

// text gives a text with references: the value itself when the whole text is one reference, otherwise a text put together.
func (s scope) text(node *source.Node, text string, offset int, placeholders bool) ir.Value {
	pieces := parts(text, placeholders)
	if len(pieces) == 1 && pieces[0].reference {
		value, ok := s.expression(node, pieces[0].text, offset+pieces[0].start)
		if !ok {
			return nil
		}
		if value.Missing {
			return build.OrNull(value.Node)
		}
		return value.Node
	}
	return s.concatenation(node, pieces, offset, readable)
}

// readable is how a value looks inside a text: null is nothing.
func readable(value condition.Value, _ int) jsonata.Node {
	if value.Type != condition.Any && !value.Missing {
		return value.Node
	}
	return build.If(build.Binary(build.OrNull(value.Node), "!=", build.Null()), build.Call("string", value.Node), build.Text(""))
}

// concatenation puts a text together; show says how each reference looks in it, given how many pieces stand before.
func (s scope) concatenation(node *source.Node, pieces []part, offset int, show func(condition.Value, int) jsonata.Node) ir.Value {
	var all []jsonata.Node
	literalOnly := true
	for i, p := range pieces {
		piece := jsonata.Node(build.Text(p.text))
		if p.reference {
			literalOnly = false
			value, ok := s.expression(node, p.text, offset+p.start)
			if !ok {
				return nil
			}
			piece = show(value, i)
		}
		all = append(all, piece)
	}
	if literalOnly {
		if len(pieces) == 0 {
			return ""
		}
		return pieces[0].text
	}
	return build.Concat(all...)
}

// plain gives a YAML value as a JSON value, references and all.
func plain(node *source.Node) any {
	if node == nil {
		return nil
	}
	value, _ := node.Literal()
	return value
}
