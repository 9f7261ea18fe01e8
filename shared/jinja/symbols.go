package jinja

import "github.com/steploom/steploom/shared/jinja/syntax"

// symbols are the names that a part of a template with variables of its own knows. Jinja finds out about them before it renders: a name that a part assigns
// before it reads it, and that nothing around it knows, is undefined there until it is assigned, whatever the values say.
type symbols struct {
	parent    *symbols
	known     map[string]bool
	stored    map[string]bool
	undefined map[string]bool
}

// hidden holds the names that are undefined at first, by the part that hides them: a template, a statement or, of a loop, the else.
type hidden map[any][]string

// elseOf is the else of a loop.
type elseOf struct{ *syntax.For }

func findHidden(template *syntax.Template) hidden {
	h := hidden{}
	root := newSymbols(nil)
	root.all(template.Body)
	h.keep(template, root)
	h.inside(template.Body, root)
	return h
}

func newSymbols(parent *symbols) *symbols {
	return &symbols{parent: parent, known: map[string]bool{}, stored: map[string]bool{}, undefined: map[string]bool{}}
}

func (h hidden) keep(part any, s *symbols) {
	for name := range s.undefined {
		h[part] = append(h[part], name)
	}
}

func (s *symbols) knows(name string) bool {
	for ; s != nil; s = s.parent {
		if s.known[name] {
			return true
		}
	}
	return false
}

// param makes a name known that has a value from the beginning.
func (s *symbols) param(target syntax.Expr) {
	switch t := target.(type) {
	case *syntax.Name:
		s.known[t.Name], s.stored[t.Name] = true, true
	case *syntax.Tuple:
		for _, item := range t.Items {
			s.param(item)
		}
	}
}

func (s *symbols) store(name string) {
	s.stored[name] = true
	if !s.known[name] {
		s.undefined[name] = !s.parent.knows(name)
		s.known[name] = true
	}
	if !s.undefined[name] {
		delete(s.undefined, name)
	}
}

func (s *symbols) load(name string) {
	if !s.knows(name) {
		s.known[name] = true
	}
}

func (s *symbols) all(nodes []syntax.Node) {
	for _, node := range nodes {
		s.visit(node)
	}
}

// visit looks at a node, but not into the parts with variables of their own.
func (s *symbols) visit(node syntax.Node) {
	switch n := node.(type) {
	case nil:
	case *syntax.Name:
		if n.Store {
			s.store(n.Name)
		} else {
			s.load(n.Name)
		}
	case *syntax.Member:
		s.load(n.Of)
	case *syntax.If:
		s.branches(n)
	case *syntax.Set:
		s.visit(n.Value)
		s.visit(n.Target)
	case *syntax.SetBlock:
		s.visit(n.Target)
	case *syntax.For:
		s.visit(n.Iter)
	case *syntax.Macro:
		s.store(n.Name)
	case *syntax.CallBlock:
		s.visit(n.Call)
	case *syntax.FilterBlock:
		s.visit(n.Filter)
	case *syntax.With:
		s.all(n.Values)
	case *syntax.Autoescape, *syntax.Block:
	default:
		s.all(syntax.Children(node))
	}
}

// branches looks at a condition. What only branches assign may have come from around them.
func (s *symbols) branches(n *syntax.If) {
	s.visit(n.Test)
	var branches []*symbols
	inner := func(nodes []syntax.Node) {
		copied := newSymbols(s.parent)
		for name := range s.known {
			copied.known[name] = true
		}
		copied.all(nodes)
		branches = append(branches, copied)
	}
	inner(n.Body)
	for _, branch := range n.Elif {
		inner([]syntax.Node{branch})
	}
	inner(n.Else)
	for _, branch := range branches {
		for name := range branch.known {
			s.known[name] = true
		}
		for name := range branch.stored {
			s.stored[name] = true
		}
	}
}

// inside looks into the parts with variables of their own.
func (h hidden) inside(nodes []syntax.Node, s *symbols) {
	for _, node := range nodes {
		h.part(node, s)
	}
}

func (h hidden) part(node syntax.Node, s *symbols) {
	switch n := node.(type) {
	case *syntax.For:
		h.loop(n, s)
	case *syntax.If:
		h.inside(syntax.Children(n), s)
	case *syntax.With:
		h.scope(n, s, n.Targets, nil, n.Body)
	case *syntax.SetBlock:
		h.scope(n, s, nil, nil, n.Body)
	case *syntax.FilterBlock:
		h.scope(n, s, nil, []syntax.Node{n.Filter}, n.Body)
	case *syntax.Autoescape:
		h.scope(n, s, nil, nil, n.Body)
	case *syntax.CallBlock:
		h.part(n.Macro, s)
	case *syntax.Macro:
		params := []syntax.Node{&syntax.Name{Name: "caller"}, &syntax.Name{Name: "kwargs"}, &syntax.Name{Name: "varargs"}}
		for _, param := range n.Params {
			params = append(params, param)
		}
		h.scope(n, s, params, n.Defaults, n.Body)
	case *syntax.Block:
		h.scope(n, nil, nil, nil, n.Body)
	}
}

func (h hidden) loop(n *syntax.For, s *symbols) {
	h.scope(n, s, []syntax.Node{n.Target, &syntax.Name{Name: "loop"}}, nil, n.Body)
	h.scope(elseOf{n}, s, nil, nil, n.Else)
}

// scope looks into one part: its parameters, expressions that are evaluated in it, and its body.
func (h hidden) scope(part any, parent *symbols, params, before, body []syntax.Node) {
	s := newSymbols(parent)
	for _, param := range params {
		s.param(param)
	}
	s.all(before)
	s.all(body)
	h.keep(part, s)
	h.inside(body, s)
}
