package mason

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// template is a text with Jinja in it, where it stands.
type template struct {
	node   *source.Node
	text   string // of the node, with json() of a response as json, and names of headers in lower case
	parsed *syntax.Template
	headersKnown
}

// template reads a text; ok is false when it is not Jinja, which is reported.
func (l *lowerer) template(node *source.Node, around surroundings) (t template, ok bool) {
	parsed, err := syntax.Parse(node.Value())
	if wrong := (*syntax.Error)(nil); errors.As(err, &wrong) {
		at := node.At(wrong.Pos.Offset, wrong.Pos.Offset+1)
		l.Report(codeTemplate.Error(at, "%s", strings.TrimSuffix(wrong.Message, ".")).Why("A template is read by the rules of Jinja: %s.", wrong.Pos).Fix("%s", wayOut(wrong)))
		return template{}, false
	}
	t = template{node: node, text: node.Value(), parsed: parsed, headersKnown: headersKnown{paths: l.headersOf(around)}}
	t = t.with(withoutCalls)
	t.local = t.assigned()
	return t.with(t.headersKnown.lowered), true
}

// with is a template with another text, in which every character has kept its place.
func (t template) with(changed func(text string, parsed *syntax.Template) string) template {
	if text := changed(t.text, t.parsed); text != t.text {
		if parsed, err := syntax.Parse(text); err == nil {
			t.text, t.parsed = text, parsed
		}
	}
	return t
}

// withoutCalls writes CURRENT_STEP.response.json(), which is the method of the HTTP library that Mason's steps run on, as the member of that name.
// Every character keeps its place.
func withoutCalls(text string, parsed *syntax.Template) string {
	out := []byte(text)
	for _, statement := range parsed.Body {
		each(statement, func(node syntax.Node) bool {
			if call, isCall := node.(*syntax.Call); isCall && isJSONOfResponse(call.Func) {
				at := call.Position().Offset
				brackets := regexp.MustCompile(`^\(\s*\)`).FindString(text[at:])
				copy(out[at:], strings.Repeat(" ", len(brackets)))
			}
			return true
		})
	}
	return string(out)
}

func isJSONOfResponse(node syntax.Expr) bool {
	root, names, ok := dotted(node)
	return ok && root.Name == currentStep && slices.Equal(names, []string{"response", "json"})
}

// wayOut says what to do about a template that cannot be read.
func wayOut(wrong *syntax.Error) string {
	switch wrong.Class {
	case syntax.Unsupported:
		return "write the template without it; what is supported stands in docs/jinja.md"
	case syntax.AssertionError:
		return "use one of the filters and tests that docs/jinja.md lists"
	}
	return "write {{ expression }} or {% statement %}; {% raw %}…{% endraw %} keeps braces as they are"
}

// at is the place of a part of a template.
func (t template) at(part syntax.Node) diag.Range {
	start := part.Position().Offset
	end := start + 1
	for text := t.text; end < len(text) && !strings.ContainsAny(text[end:end+1], " \t\r\n|}),%"); end++ {
	}
	return t.node.At(start, end)
}

// pieces are the parts of a template that is made of text and expressions alone; ok is false for one with statements.
func (t template) pieces() (pieces []syntax.Expr, ok bool) {
	for _, statement := range t.parsed.Body {
		output, plain := statement.(*syntax.Output)
		if !plain {
			return nil, false
		}
		pieces = append(pieces, output.Nodes...)
	}
	return pieces, true
}

// changesValues tells whether a template calls a method that changes a list or a mapping, which what stands behind it in the template sees.
func (t template) changesValues() (changes bool) {
	methods := strings.Fields("append clear extend insert pop popitem remove reverse setdefault sort update")
	for _, statement := range t.parsed.Body {
		each(statement, func(node syntax.Node) bool {
			if call, isCall := node.(*syntax.Call); isCall {
				method, isMember := call.Func.(*syntax.Attribute)
				changes = changes || isMember && slices.Contains(methods, method.Name)
			}
			return !changes
		})
	}
	return changes
}

// single is the expression of a template that is nothing else, nil for any other.
func (t template) single() syntax.Expr {
	pieces, ok := t.pieces()
	if !ok || len(pieces) != 1 {
		return nil
	}
	if _, isText := pieces[0].(*syntax.Data); isText {
		return nil
	}
	return pieces[0]
}

// dotted takes a.b["c"].d apart: the name that it begins with and the fixed names behind it; ok is false for anything else.
func dotted(node syntax.Node) (root *syntax.Name, names []string, ok bool) {
	switch n := node.(type) {
	case *syntax.Name:
		return n, nil, true
	case *syntax.Attribute:
		root, names, ok = dotted(n.Of)
		return root, append(names, n.Name), ok
	case *syntax.Item:
		key, isText := n.Index.(*syntax.Const)
		text, _ := "", false
		if isText {
			text, isText = key.Value.(string)
		}
		root, names, ok = dotted(n.Of)
		return root, append(names, text), ok && isText
	}
	return nil, nil, false
}

// isToken tells whether an expression is the caller's token.
func isToken(node syntax.Node) bool {
	root, names, ok := dotted(node)
	return ok && root.Name == caller && slices.Equal(names, []string{"token"})
}

// readsToken finds the caller's token in an expression or a statement, nil when it is not there.
func readsToken(node syntax.Node) (found syntax.Node) {
	syntax.Walk(node, func(part syntax.Node) bool {
		if found == nil && (isToken(part) || asksForToken(part)) {
			found = part
		}
		return found == nil
	})
	return found
}

// asksForToken tells whether a node reads the caller's token by get() or attr of USER.
func asksForToken(node syntax.Node) bool {
	var of syntax.Expr
	var args []syntax.Expr
	switch n := node.(type) {
	case *syntax.Call:
		method, isMember := n.Func.(*syntax.Attribute)
		if !isMember || method.Name != "get" && method.Name != "pop" {
			return false
		}
		of, args = method.Of, n.Args.Positional
	case *syntax.Filter:
		if n.Name != "attr" {
			return false
		}
		of, args = n.Of, n.Args.Positional
	}
	root, isName := of.(*syntax.Name)
	return isName && root.Name == caller && len(args) > 0 && isText(args[0], "token")
}

// isText tells whether an expression is a fixed text.
func isText(node syntax.Expr, text string) bool {
	fixed, isFixed := node.(*syntax.Const)
	return isFixed && fixed.Value == text
}

// readsTokenByName finds a member token of something that a template names itself, where it also reads USER as a whole: the one may be the other's.
func (t template) readsTokenByName() (found syntax.Node) {
	local, whole := t.assigned(), false
	visit := func(node syntax.Node) bool {
		root, names, isPath := dotted(node)
		switch {
		case !isPath:
			return true
		case root.Name == caller && len(names) == 0:
			whole = true
		case found == nil && slices.Contains(local, root.Name) && slices.Contains(names, "token"):
			found = node
		}
		return false
	}
	for _, statement := range t.parsed.Body {
		each(statement, visit)
	}
	if !whole {
		return nil
	}
	return found
}
