package jinja

import (
	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

func (r *run) body(body []syntax.Stmt, s *scope) {
	for _, stmt := range body {
		r.meter.Spend(1)
		r.statement(stmt, s)
	}
}

func (r *run) statement(stmt syntax.Stmt, s *scope) {
	r.at = stmt.Position()
	switch n := stmt.(type) {
	case *syntax.Output:
		r.output(n, s)
	case *syntax.If:
		r.ifElse(n, s)
	case *syntax.For:
		r.forLoop(n, s)
	case *syntax.Set:
		r.checkNamespaces(n.Target, s)
		r.assign(n.Target, r.eval(n.Value, s), s)
	case *syntax.SetBlock:
		r.setBlock(n, s)
	case *syntax.With:
		inner := r.scope(n, s)
		for i, target := range n.Targets {
			r.assign(target, r.eval(n.Values[i], s), inner)
		}
		r.body(n.Body, inner)
	case *syntax.Macro:
		s.set(n.Name, r.newMacro(n, s))
	case *syntax.CallBlock:
		caller := r.newMacro(n.Macro, s)
		args := r.args(n.Call.Args, s, func() Value { return r.eval(n.Call.Func, s) })
		args.args.Names, args.args.Named = append(args.args.Names, "caller"), append(args.args.Named, caller)
		r.at = n.Call.Pos
		r.write(r.call(args.of, args.args))
	case *syntax.FilterBlock:
		inner := r.scope(n, s)
		written := r.capture(func() { r.body(n.Body, inner) })
		r.write(r.blockFilter(n.Filter, r.marked(r.concat(written)), inner))
	case *syntax.Autoescape:
		outer, volatile := r.autoescape, r.volatile
		r.autoescape = python.Truth(r.eval(n.On, s))
		r.volatile = volatile || !isConstant(n.On)
		r.body(n.Body, r.scope(n, s))
		r.autoescape, r.volatile = outer, volatile
	case *syntax.Block:
		r.block(n, s)
	}
}

func (r *run) block(n *syntax.Block, s *scope) {
	if n.Required {
		python.Raise(python.TemplateError, "Required block %s not found", python.Quoted(n.Name))
	}
	if !n.Scoped {
		s = r.root
	}
	r.body(n.Body, r.scope(n, s))
}

// output writes text and expressions.
func (r *run) output(n *syntax.Output, s *scope) {
	for _, node := range n.Nodes {
		if data, ok := node.(*syntax.Data); ok {
			r.write(r.data(data.Text))
			continue
		}
		v, folded := r.fold(node, s)
		if !folded || r.native && !hasSafeText(v) {
			v = r.eval(node, s)
		}
		r.at = node.Position()
		switch {
		case !r.native && r.autoescape:
			v = string(python.EscapeValue(r.meter, v))
		case !r.native || r.isConstant(node, s) && hasSafeText(v):
			v = python.Str(r.meter, v)
		}
		r.write(v)
	}
}

// data is what a text between tags is written as.
func (r *run) data(text string) Value {
	if r.native && r.volatile {
		return r.marked(text)
	}
	return text
}

func (r *run) ifElse(n *syntax.If, s *scope) {
	if python.Truth(r.eval(n.Test, s)) {
		r.body(n.Body, s)
		return
	}
	for _, branch := range n.Elif {
		if python.Truth(r.eval(branch.Test, s)) {
			r.body(branch.Body, s)
			return
		}
	}
	r.body(n.Else, s)
}

// marked makes a text Markup where texts are escaped.
func (r *run) marked(v Value) Value {
	if !r.autoescape {
		return v
	}
	return python.Markup(python.Str(r.meter, v))
}

func (r *run) setBlock(n *syntax.SetBlock, s *scope) {
	r.checkNamespaces(n.Target, s)
	inner := r.scope(n, s)
	written := r.capture(func() { r.body(n.Body, inner) })
	value := r.concat(written)
	if n.Filter != nil {
		value = r.blockFilter(n.Filter, r.marked(value), inner)
	}
	r.assign(n.Target, r.marked(value), s)
}

// checkNamespaces fails where an attribute of something else than a namespace is assigned.
func (r *run) checkNamespaces(target syntax.Expr, s *scope) {
	switch t := target.(type) {
	case *syntax.Member:
		of, _ := r.lookup(t.Of, s)
		if _, ok := of.(*namespace); !ok {
			r.at = t.Pos
			python.Raise(python.TemplateError, "cannot assign attribute on non-namespace object")
		}
	case *syntax.Tuple:
		for _, item := range t.Items {
			r.checkNamespaces(item, s)
		}
	}
}

// assign puts a value into a variable, an attribute of a namespace, or its items into several.
func (r *run) assign(target syntax.Expr, v Value, s *scope) {
	switch t := target.(type) {
	case *syntax.Name:
		s.set(t.Name, v)
	case *syntax.Member:
		of, _ := r.lookup(t.Of, s)
		of.(*namespace).attrs.Set(t.Name, v)
	case *syntax.Tuple:
		r.at = t.Pos
		for i, item := range r.unpack(v, len(t.Items)) {
			r.assign(t.Items[i], item, s)
		}
	}
}

func (r *run) unpack(v Value, n int) []Value {
	if !python.IsIterable(v) {
		python.Raise(python.TypeError, "cannot unpack non-iterable %s object", python.TypeName(v))
	}
	next := python.Iterate(r.meter, v)
	items := make([]Value, 0, n)
	for item, ok := next(); ok; item, ok = next() {
		if len(items) == n {
			python.Raise(python.ValueError, "too many values to unpack (expected %d)", n)
		}
		items = append(items, item)
	}
	if len(items) < n {
		python.Raise(python.ValueError, "not enough values to unpack (expected %d, got %d)", n, len(items))
	}
	return items
}

// forLoop runs a loop, or begins a recursive one.
func (r *run) forLoop(n *syntax.For, s *scope) {
	iterable := r.eval(n.Iter, s)
	r.at = n.Iter.Position()
	if n.Recursive {
		r.write(r.recursion(n, s, iterable, 0))
		return
	}
	r.loop(n, s, &loopContext{r: r, of: r.selected(n, s, iterable)})
}

// recursion gives what a recursive loop writes.
func (r *run) recursion(n *syntax.For, s *scope, iterable Value, depth int) Value {
	defer r.meter.Down()()
	loop := &loopContext{r: r, of: r.selected(n, s, iterable), depth: depth}
	loop.recurse = func(inner Value) Value { return r.recursion(n, s, inner, depth+1) }
	return r.marked(r.concat(r.capture(func() { r.loop(n, s, loop) })))
}

// selected leaves out the items that the condition of a loop is not true for.
func (r *run) selected(n *syntax.For, s *scope, iterable Value) Value {
	if n.Test == nil {
		return iterable
	}
	var next func() (Value, bool)
	return &python.Iterator{Kind: "generator", Next: func() (Value, bool) {
		if next == nil {
			next = python.Iterate(r.meter, iterable)
		}
		for item, ok := next(); ok; item, ok = next() {
			inner := &scope{parent: s}
			r.assign(n.Target, item, inner)
			if python.Truth(r.eval(n.Test, inner)) {
				return kept(n.Target, item, inner), true
			}
		}
		return nil, false
	}}
}

// kept is the item of a loop with a condition: where several variables share it, Jinja makes a new one of them.
func kept(target syntax.Expr, item Value, inner *scope) Value {
	switch t := target.(type) {
	case *syntax.Tuple:
		parts := python.NewTuple()
		for _, part := range t.Items {
			parts.Items = append(parts.Items, kept(part, nil, inner))
		}
		return parts
	case *syntax.Name:
		return inner.vars[t.Name]
	}
	return item
}

func (r *run) loop(n *syntax.For, s *scope, loop *loopContext) {
	defer r.meter.Down()()
	loop.next = python.Iterate(r.meter, loop.of)
	isEmpty := true
	for item, ok := loop.advance(); ok; item, ok = loop.advance() {
		isEmpty = false
		inner := r.scope(n, s)
		inner.set("loop", loop)
		r.assign(n.Target, item, inner)
		r.body(n.Body, inner)
	}
	if isEmpty {
		r.body(n.Else, r.scope(elseOf{n}, s))
	}
}
