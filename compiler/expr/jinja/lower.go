package jinja

import (
	"fmt"

	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Lowered is a template as JSONata.
type Lowered struct {
	// Node gives the text or the value, never nothing. A text is a string.
	Node jsonata.Node
	// When is nil where Node is always right, or else tells where it is.
	When jsonata.Node
	// Type is what is known of the value.
	Type Type
}

// Reason says which part of a template has no exact JSONata.
type Reason struct {
	What string     // such as "the filter upper of a text"
	Pos  syntax.Pos // in the template
}

func (r *Reason) Error() string { return fmt.Sprintf("%s: %s has no exact JSONata", r.Pos, r.What) }

// deepest is how many levels a lowered template may have; AWS evaluates 100.
const deepest = 60

// Lower writes a template as JSONata. With a reason there is no lowering.
func (t *Template) Lower(mode Mode, resolve Resolve) (result Lowered, reason *Reason) {
	defer func() {
		if failure := recover(); failure != nil {
			known, ok := failure.(*Reason)
			if !ok {
				panic(failure)
			}
			result, reason = Lowered{}, known
		}
	}()
	l := &lowering{resolve: resolve}
	result = l.template(t.parsed, mode)
	if jsonata.Depth(result.Node) > deepest || result.When != nil && jsonata.Depth(result.When) > deepest {
		return Lowered{}, &Reason{"so deep a nesting", syntax.Pos{Line: 1, Column: 1}}
	}
	return result, nil
}

// lowering is the lowering of one template.
type lowering struct {
	resolve    Resolve
	conditions []jsonata.Node // of which all must hold
	required   map[string]bool
	result     syntax.Expr // the list or dict that is the result, or a part of that
}

// no ends the lowering.
func no(node syntax.Node, what string, args ...any) {
	panic(&Reason{fmt.Sprintf(what, args...), node.Position()})
}

func (l *lowering) template(t *syntax.Template, mode Mode) Lowered {
	expression := t.Expression()
	if expression == nil || mode == Text {
		return l.text(t, mode)
	}
	l.result = expression
	v := l.expression(expression)
	if mode == Native && v.typ.may(String) && !(v.isConst && !readsAsLiteral(v.text)) {
		no(expression, "a text, which the native mode would read as a literal of Python,")
	}
	if v.node == nil {
		return Lowered{Node: build.Null(), Type: Type{Kinds: None}}
	}
	node := v.node
	if v.typ.may(Undefined) {
		node, v.typ.Kinds = build.OrNull(node), v.typ.Kinds&^Undefined|None
	}
	return Lowered{Node: node, When: l.when(), Type: v.typ}
}

func (l *lowering) when() jsonata.Node {
	if len(l.conditions) == 0 {
		return nil
	}
	return build.All(l.conditions...)
}

// text lowers a template that gives a text.
func (l *lowering) text(t *syntax.Template, mode Mode) Lowered {
	node := asText(l.body(t.Body))
	if mode == Native {
		if len(t.Body) == 0 {
			return Lowered{Node: build.Null(), Type: Type{Kinds: None}}
		}
		if readsAsLiteral(beginning(t.Body)) {
			no(t.Body[0], "a text that the native mode may read as a literal of Python")
		}
	}
	return Lowered{Node: node, When: l.when(), Type: Type{Kinds: String}}
}

// beginning is the text that a template certainly begins with.
func beginning(body []syntax.Stmt) string {
	output, ok := body[0].(*syntax.Output)
	if !ok || len(output.Nodes) == 0 {
		return ""
	}
	data, ok := output.Nodes[0].(*syntax.Data)
	if !ok {
		return ""
	}
	return data.Text
}

// readsAsLiteral tells whether a text that begins so may be a literal of Python: it certainly is none where it begins with a word that begins no literal,
// or with a character that begins none.
func readsAsLiteral(text string) bool {
	end := 0
	for end < len(text) && (text[end]|0x20 >= 'a' && text[end]|0x20 <= 'z' || end > 0 && text[end] >= '0' && text[end] <= '9' || text[end] == '_') {
		end++
	}
	if end == 0 {
		const never = "/?&=:;,!@$%^*<>|)]}"
		for i := range len(never) {
			if text != "" && text[0] == never[i] {
				return false
			}
		}
		return true
	}
	if end == len(text) || text[end] == '"' || text[end] == '\'' || text[end] >= 0x80 {
		return true
	}
	switch text[:end] {
	case "None", "True", "False", "set":
		return true
	}
	return false
}

// asText makes one text of parts, of which any but literals may be nothing.
func asText(parts []jsonata.Node) jsonata.Node {
	joined := build.Concat(parts...)
	switch node := joined.(type) {
	case *jsonata.String:
		return joined
	case *jsonata.Binary:
		if node.Operator == "&" {
			return joined
		}
	}
	return build.Binary(build.Text(""), "&", joined)
}

// body gives the parts of the text that statements write.
func (l *lowering) body(body []syntax.Stmt) []jsonata.Node {
	var parts []jsonata.Node
	for _, stmt := range body {
		switch n := stmt.(type) {
		case *syntax.Output:
			for _, node := range n.Nodes {
				parts = append(parts, l.piece(node))
			}
		case *syntax.If:
			parts = append(parts, l.branches(n))
		default:
			no(stmt, "%s", statementName(stmt))
		}
	}
	return parts
}

func (l *lowering) piece(node syntax.Expr) jsonata.Node {
	if data, ok := node.(*syntax.Data); ok {
		return build.Text(data.Text)
	}
	return l.written(l.expression(node), node)
}

// branches lowers if, elif and else.
func (l *lowering) branches(n *syntax.If) jsonata.Node {
	chosen := asText(l.body(n.Else))
	for i := len(n.Elif) - 1; i >= 0; i-- {
		chosen = build.If(l.truth(n.Elif[i].Test), asText(l.body(n.Elif[i].Body)), chosen)
	}
	return build.If(l.truth(n.Test), asText(l.body(n.Body)), chosen)
}

func statementName(stmt syntax.Stmt) string {
	switch stmt.(type) {
	case *syntax.For:
		return "a loop"
	case *syntax.Set, *syntax.SetBlock:
		return "an assignment"
	case *syntax.Macro, *syntax.CallBlock:
		return "a macro"
	case *syntax.With:
		return "a with block"
	case *syntax.FilterBlock:
		return "a filter block"
	case *syntax.Autoescape:
		return "autoescape"
	}
	return "a block"
}
