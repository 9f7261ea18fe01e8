package names

import (
	"errors"
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
)

// split takes a text apart that stands in a scalar at an offset. What is never closed is reported.
func (s Scope) split(node *source.Node, text string, offset int, placeholders expr.Placeholders) (pieces []expr.Piece, ok bool) {
	pieces, err := placeholders.Split(expr.Verbatim(text, offset))
	if wrong := (*expr.Error)(nil); errors.As(err, &wrong) {
		opening := text[wrong.Start-offset : wrong.End-offset]
		s.Report(codes.UnknownName.Error(node.At(wrong.Start, wrong.End), "%s is never closed", opening).
			Fix("close it, or write $ and { apart if it is text"))
	}
	return pieces, err == nil
}

// Split takes the text of a scalar apart; ok is false when a reference is never closed, which is reported.
func (s Scope) Split(node *source.Node) (pieces []expr.Piece, ok bool) {
	return s.split(node, node.Value(), 0, condition.InTexts())
}

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
		value, err = condition.LowerValue(tree, s)
	}
	if err == nil {
		s.early(tree, func(start, end int) diag.Range { return node.At(offset+start, offset+end) })
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
	} else {
		s.early(tree, node.At)
	}
	return tree, when, err == nil
}

func (s Scope) knows(name string) bool {
	_, isNode := s.Find(name)
	return isNode || len(s.Producers(name)) > 0 || s.IsInput(name)
}

// Resolves tells whether the inside of a reference is a name that means something.
func (s Scope) Resolves(text string) bool {
	if !condition.IsName(text) {
		return false
	}
	_, err := s.Resolve(strings.Split(text, "."))
	return err == nil
}

// Port is the value of one input of the node.
func (s Scope) Port(port ast.Port) jsonata.Node {
	path := strings.Split(strings.TrimSuffix(strings.TrimPrefix(port.Name, "${"), "}"), ".")
	value, err := s.Resolve(path)
	if err == nil {
		s.tooEarly(path, port.Range)
	}
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
		if slices.ContainsFunc(condition.Split(scalar.Value()), func(p expr.Piece) bool { return p.Form != nil && !s.Resolves(p.Text.Value) }) {
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
	pieces, ok := s.split(node, text, offset, condition.InTexts())
	if !ok {
		return nil
	}
	return s.Join(node, pieces)
}

// Join gives a text of which the pieces are known.
func (s Scope) Join(node *source.Node, pieces []expr.Piece) ir.Value {
	if _, isReference := condition.Only(pieces); !isReference {
		return s.Concat(node, pieces)
	}
	value, ok := s.Inside(node, pieces[0])
	if !ok {
		return nil
	}
	return value.Defined()
}

// Inside gives the value of a reference that stands in a scalar.
func (s Scope) Inside(node *source.Node, reference expr.Piece) (condition.Value, bool) {
	return s.Expression(node, reference.Text.Value, reference.Text.At(0))
}

// Concat puts a text together. A text without references stays a plain one.
func (s Scope) Concat(node *source.Node, pieces []expr.Piece) ir.Value {
	joined, _ := expr.Join(pieces, func(p expr.Piece) (jsonata.Node, bool) {
		value, ok := s.Inside(node, p)
		return condition.Readable(value), ok
	})
	return joined
}

// Address adds the text of a scalar to an address, which has {name} for references too. base gives what begins the address, if it is a reference; ok
// is false when a reference cannot be understood, which is reported.
func (s Scope) Address(to *expr.Address, node *source.Node, text string, base func()) (ok bool) {
	pieces, ok := s.split(node, text, 0, condition.InPaths())
	value := func(p expr.Piece) (jsonata.Node, bool) {
		inside, known := s.Inside(node, p)
		return inside.Node, known
	}
	return to.Add(pieces, value, base) && ok
}

// PathIn reads a path from a value, see [expr.Find]; one that is none is reported.
func (n *Names) PathIn(value jsonata.Node, path string, at diag.Range) jsonata.Node {
	found, err := expr.Find(value, path)
	if err != nil {
		n.Report(codes.Runtime.Error(at, "%q is not a path", path).Why("%s.", err).Fix("write $.field.other, $.list[0].field or $.list[*].field"))
		return build.Null()
	}
	return found
}
