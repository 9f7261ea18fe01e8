package names

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// Part is a stretch of a text: literal characters, or the inside of a reference, which starts at Start in the text.
type Part struct {
	Text      string
	Reference bool
	Start     int
}

// references are ${{…}}, ${…} and {{…}}; in addresses {name}, too. Empty ones are text.
var (
	references = []expr.Form{{Open: "${{", Close: "}}", Begins: notClosing}, {Open: "${", Close: "}", Begins: notClosing}, {Open: "{{", Close: "}}", Begins: notClosing}}
	inTexts    = expr.Placeholders{Forms: references}
	inPaths    = expr.Placeholders{Forms: append(slices.Clip(references), expr.Form{Open: "{", Close: "}", Begins: startsWithName})}
)

func notClosing(rest string) bool { return !strings.HasPrefix(rest, "}") }

func startsWithName(rest string) bool {
	name := strings.TrimLeft(rest, nameLetters)
	return len(name) < len(rest) && strings.HasPrefix(name, "}")
}

// Split takes a text apart at ${…} and {{…}}.
func Split(text string) []Part { return split(text, inTexts) }

// SplitAddress takes a text apart at {name} too, as paths of addresses have it.
func SplitAddress(text string) []Part { return split(text, inPaths) }

// split takes what is never closed as text.
func split(text string, placeholders expr.Placeholders) []Part {
	pieces, _ := placeholders.Split(expr.Verbatim(text, 0))
	end, parts := 0, make([]Part, len(pieces))
	for i, piece := range pieces {
		end, parts[i] = piece.End, Part{Text: piece.Text.Value, Reference: piece.Form != nil, Start: piece.Text.At(0)}
	}
	if end < len(text) {
		parts = append(parts, Part{Text: text[end:]})
	}
	return parts
}

// IsReference tells whether a text is one reference and nothing else; Whole gives its inside, or else the text itself.
func IsReference(parts []Part) bool { return len(parts) == 1 && parts[0].Reference }

// Whole gives the inside of a text that is one reference, or else the text itself.
func Whole(text string) string {
	if parts := Split(text); IsReference(parts) {
		return parts[0].Text
	}
	return text
}

// StartsWithReference tells whether a text begins with a reference.
func StartsWithReference(text string) bool {
	return strings.HasPrefix(text, "${") || strings.HasPrefix(text, "{{")
}

// IsName tells whether a text is a dotted name, without anything to be evaluated.
func IsName(text string) bool {
	return text != "" && strings.Trim(text, nameLetters) == ""
}

const nameLetters = "_.-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func (s Scope) refuse(err error, code report.Code, at func(start, end int) diag.Range) {
	known, ok := err.(*condition.Error)
	if !ok {
		known = &condition.Error{Message: err.Error()}
	}
	s.Report(code.Error(at(known.Start, known.End), "%s", known.Message).Fix("%s", known.Fix))
}

// Expression reads the inside of a reference, or a whole expression, that stands in a scalar at an offset.
func (s Scope) Expression(node *source.Node, text string, offset int) (condition.Value, bool) {
	tree, err := condition.Parse(text, s.knows)
	var value condition.Value
	if err == nil {
		if path, isReference := tree.(*condition.Reference); isReference {
			value, err = s.Resolve(path.Path)
		} else {
			value.Node, err = condition.LowerValue(tree, s)
		}
	}
	if err == nil {
		return value, true
	}
	s.refuse(err, codes.UnknownName, func(start, end int) diag.Range {
		if end <= start {
			start, end = 0, len(text)
		}
		return node.At(offset+start, offset+end)
	})
	return condition.Value{Node: build.Null()}, false
}

// Condition reads the condition of the scope's edge; ok is false when it cannot be understood, which is reported.
func (s Scope) Condition(node *source.Node) (tree condition.Node, when jsonata.Node, ok bool) {
	s.word = func(name string, start, end int) {
		s.Report(codes.Word.Note(node.At(start, end), "%s is read as text", name).Why("Nothing in the workflow has this name.").Fix("write '%s'", name))
	}
	tree, err := condition.Parse(node.Value(), s.knows)
	if err == nil {
		when, err = condition.Lower(tree, s)
	}
	if err != nil {
		s.refuse(err, codes.Condition, func(start, end int) diag.Range { return node.At(start, max(end, start+1)) })
	}
	return tree, when, err == nil
}

func (s Scope) knows(name string) bool {
	_, isNode := s.Find(name)
	return isNode || len(s.Producers(name)) > 0 || s.IsInput(name)
}

// Resolves tells whether the inside of a reference is a name that means something.
func (s Scope) Resolves(text string) bool {
	if !IsName(text) {
		return false
	}
	_, err := s.Resolve(strings.Split(text, "."))
	return err == nil
}

// Port is the value of one input of the node.
func (s Scope) Port(port ast.Port) jsonata.Node {
	value, err := s.Resolve(strings.Split(strings.TrimSuffix(strings.TrimPrefix(port.Name, "${"), "}"), "."))
	if err != nil {
		s.refuse(err, codes.UnknownName, func(int, int) diag.Range { return port.Range })
		return build.Null()
	}
	return value.Defined()
}

// Ports are inputs of the node, as an object.
func (s Scope) Ports(ports []ast.Port) jsonata.Node {
	members := make([]build.Member, len(ports))
	for i, port := range ports {
		members[i] = build.Of(port.Name, s.Port(port))
	}
	return build.Object(members...)
}

// Value gives what a YAML value means, nil for nil: references become expressions, everything else stays as it is.
func (s Scope) Value(node *source.Node) ir.Value { return source.JSON(node, s.scalar) }

// Lenient gives a value for somebody else: a text with what only looks like a reference stays as it is, because its meaning is their business.
func (s Scope) Lenient(node *source.Node) ir.Value {
	return source.JSON(node, func(scalar *source.Node) any {
		if slices.ContainsFunc(Split(scalar.Value()), func(p Part) bool { return p.Reference && !s.Resolves(p.Text) }) {
			return scalar.Value()
		}
		return s.scalar(scalar)
	})
}

func (s Scope) scalar(node *source.Node) any {
	literal, _ := node.Literal()
	if text, isText := literal.(string); !node.Quoted() && (!isText || !strings.Contains(text, "{")) {
		return literal
	}
	return s.Text(node, node.Value(), 0)
}

// Text gives a text that stands in a scalar at an offset: the value itself when the whole text is one reference, otherwise a text put together.
func (s Scope) Text(node *source.Node, text string, offset int) ir.Value {
	return s.Join(node, Split(text), offset)
}

// Join gives a text of which the parts are known.
func (s Scope) Join(node *source.Node, parts []Part, offset int) ir.Value {
	if !IsReference(parts) {
		return s.Concat(node, parts, offset, Readable)
	}
	value, ok := s.Expression(node, parts[0].Text, offset+parts[0].Start)
	if !ok {
		return nil
	}
	return value.Defined()
}

// Readable is how a value looks inside a text: null is nothing.
func Readable(value condition.Value, _ int) jsonata.Node {
	if value.Type != condition.Any && !value.Missing {
		return value.Node
	}
	return build.If(build.Binary(build.OrNull(value.Node), "!=", build.Null()), build.Call("string", value.Node), build.Text(""))
}

// Concat puts a text together; show says how each reference looks in it, given how many parts stand before. A text without references stays a
// plain one.
func (s Scope) Concat(node *source.Node, parts []Part, offset int, show func(condition.Value, int) jsonata.Node) ir.Value {
	var pieces []jsonata.Node
	literal, literalOnly := "", true
	for i, p := range parts {
		if !p.Reference {
			literal += p.Text
			pieces = append(pieces, build.Text(p.Text))
			continue
		}
		literalOnly = false
		value, ok := s.Expression(node, p.Text, offset+p.Start)
		if !ok {
			return nil
		}
		pieces = append(pieces, show(value, i))
	}
	if literalOnly {
		return literal
	}
	return build.Concat(pieces...)
}

// PathIn reads a path such as $.data.items[0].id from a value, null where there is nothing.
func (n *Names) PathIn(value jsonata.Node, path string, at diag.Range) jsonata.Node {
	read, err := jsonpath.Parse(path, jsonpath.Plain)
	if err != nil {
		n.Report(codes.Runtime.Error(at, "%q is not a path", path).Why("%s.", err).Fix("write $.field.other or $.list[0].field"))
		return build.Null()
	}
	for _, step := range read.Steps {
		switch step := step.(type) {
		case *jsonpath.Child:
			value = build.Field(value, step.Names[0])
		case *jsonpath.Index:
			value = build.Filter(value, build.Number(float64(step.Indexes[0])))
		}
	}
	return build.OrNull(value)
}
