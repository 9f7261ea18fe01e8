package jinja

import (
	"slices"

	"github.com/steploom/steploom/shared/jinja/syntax"
)

// Template is a template that has been read.
type Template struct{ parsed *syntax.Template }

// Parse reads a template. The error is a *syntax.Error.
func Parse(text string) (*Template, error) {
	parsed, err := syntax.Parse(text)
	if err != nil {
		return nil, err
	}
	return &Template{parsed}, nil
}

// Text is the template as it was written.
func (t *Template) Text() string { return t.parsed.Text }

// IsExpression tells whether the template is one expression and nothing else.
func (t *Template) IsExpression() bool { return t.parsed.Expression() != nil }

// Literal gives the text of a template without any tag.
func (t *Template) Literal() (text string, ok bool) {
	for _, stmt := range t.parsed.Body {
		output, isOutput := stmt.(*syntax.Output)
		if !isOutput {
			return "", false
		}
		for _, node := range output.Nodes {
			data, isData := node.(*syntax.Data)
			if !isData {
				return "", false
			}
			text += data.Text
		}
	}
	return text, true
}

// Variable is a variable that a template reads, or a member of it: the path of a.b and of a["b"].c begins with b.
type Variable struct {
	Name string
	Path []string // of members, as far as they are written out
	Pos  syntax.Pos

	ended bool // a method follows
}

// with adds a member. isMethod says that the name is one of the methods of a dict, which hides a member of the name.
func (v Variable) with(name string, isMethod bool) Variable {
	if v.ended = v.ended || isMethod; !v.ended {
		v.Path = append(v.Path, name)
	}
	return v
}

// globals are names that Jinja itself defines; a variable of the name hides them.
var globals = []string{"range", "dict", "lipsum", "cycler", "joiner", "namespace"}

// IsGlobal tells whether Jinja itself defines a name.
func IsGlobal(name string) bool { return slices.Contains(globals, name) }

// Variables are the variables that a template reads and does not assign itself, in the order of the template. Each place is one, so that a name may come
// several times.
func (t *Template) Variables() []Variable {
	v := &reader{}
	v.body(t.parsed.Body, &names{})
	return v.found
}

// names are those that a part of a template has assigned.
type names struct {
	parent *names
	here   map[string]bool
}

func (n *names) add(target syntax.Expr) {
	switch t := target.(type) {
	case *syntax.Name:
		if n.here == nil {
			n.here = map[string]bool{}
		}
		n.here[t.Name] = true
	case *syntax.Tuple:
		for _, item := range t.Items {
			n.add(item)
		}
	}
}

func (n *names) has(name string) bool {
	for ; n != nil; n = n.parent {
		if n.here[name] {
			return true
		}
	}
	return false
}

type reader struct{ found []Variable }

func (v *reader) body(body []syntax.Stmt, known *names) {
	for _, stmt := range body {
		v.statement(stmt, known)
	}
}

func (v *reader) statement(stmt syntax.Stmt, known *names) {
	inner := &names{parent: known}
	switch n := stmt.(type) {
	case *syntax.If:
		v.branches(n, known)
	case *syntax.For:
		v.expression(n.Iter, known)
		inner.add(n.Target)
		v.expression(n.Test, inner)
		inner.add(&syntax.Name{Name: "loop"})
		v.body(n.Body, inner)
		v.body(n.Else, &names{parent: known})
	case *syntax.Set:
		v.expression(n.Value, known)
		v.target(n.Target, known)
	case *syntax.SetBlock:
		v.body(n.Body, inner)
		v.expression(n.Filter, inner)
		v.target(n.Target, known)
	case *syntax.With:
		for i, target := range n.Targets {
			v.expression(n.Values[i], known)
			inner.add(target)
		}
		v.body(n.Body, inner)
	case *syntax.Macro:
		known.add(&syntax.Name{Name: n.Name})
		v.macro(n, inner)
	case *syntax.CallBlock:
		v.macro(n.Macro, inner)
		v.expression(n.Call, known)
	case *syntax.FilterBlock:
		v.body(n.Body, inner)
		v.expression(n.Filter, inner)
	case *syntax.Autoescape:
		v.expression(n.On, known)
		v.body(n.Body, inner)
	case *syntax.Block:
		v.body(n.Body, inner)
	default:
		for _, child := range syntax.Children(stmt) {
			v.expression(child, known)
		}
	}
}

// branches reads a condition. What any branch assigns is taken for assigned: where it is not, the name is undefined.
func (v *reader) branches(n *syntax.If, known *names) {
	v.expression(n.Test, known)
	v.body(n.Body, known)
	for _, branch := range n.Elif {
		v.expression(branch.Test, known)
		v.body(branch.Body, known)
	}
	v.body(n.Else, known)
}

// target takes names for assigned; of a member of a namespace the namespace is read.
func (v *reader) target(target syntax.Expr, known *names) {
	if member, ok := target.(*syntax.Member); ok {
		v.expression(&syntax.Name{Pos: member.Pos, Name: member.Of}, known)
	}
	known.add(target)
}

func (v *reader) macro(n *syntax.Macro, inner *names) {
	for _, special := range []string{"caller", "varargs", "kwargs"} {
		inner.add(&syntax.Name{Name: special})
	}
	for _, param := range n.Params {
		inner.add(param)
	}
	for _, value := range n.Defaults {
		v.expression(value, inner)
	}
	v.body(n.Body, inner)
}

func (v *reader) expression(node syntax.Expr, known *names) {
	if node == nil {
		return
	}
	if variable, ok := path(node); ok {
		if !known.has(variable.Name) {
			v.found = append(v.found, variable)
		}
		return
	}
	for _, child := range syntax.Children(node) {
		v.expression(child, known)
	}
}

// path gives a variable with the members that are written after it.
func path(node syntax.Expr) (Variable, bool) {
	switch n := node.(type) {
	case *syntax.Name:
		return Variable{Name: n.Name, Pos: n.Pos}, true
	case *syntax.Attribute:
		of, ok := path(n.Of)
		return of.with(n.Name, isObjectMethod(n.Name)), ok
	case *syntax.Item:
		of, ok := path(n.Of)
		index, isConst := n.Index.(*syntax.Const)
		if !isConst {
			return Variable{}, false
		}
		name, isText := index.Value.(string)
		if !isText {
			return Variable{}, false
		}
		return of.with(name, false), ok
	}
	return Variable{}, false
}
