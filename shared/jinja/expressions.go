package jinja

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// eval gives the value of an expression.
func (r *run) eval(node syntax.Expr, s *scope) Value {
	r.meter.Spend(1)
	r.at = node.Position()
	if folded, ok := r.fold(node, s); ok && hasSafeText(folded) {
		nameOf(folded)
		return folded
	}
	switch n := node.(type) {
	case *syntax.Const:
		return n.Value
	case *syntax.Name:
		return r.name(n.Name, s)
	case *syntax.List:
		return &python.List{Items: r.all(n.Items, s)}
	case *syntax.Tuple:
		return &python.Tuple{Items: r.all(n.Items, s)}
	case *syntax.Dict:
		return r.dict(n, s)
	case *syntax.Cond:
		return r.cond(n, s)
	case *syntax.Logic:
		left := r.eval(n.Left, s)
		if python.Truth(left) == (n.Op == "or") {
			return left
		}
		return r.eval(n.Right, s)
	case *syntax.Unary:
		return r.unary(n, s)
	case *syntax.Binary:
		left, right := r.eval(n.Left, s), r.eval(n.Right, s)
		r.at = n.Pos
		return python.Arithmetic(r.meter, n.Op, left, right)
	case *syntax.Compare:
		return r.compare(n, s)
	case *syntax.Concat:
		return r.tilde(n, s)
	case *syntax.Attribute:
		of := r.eval(n.Of, s)
		r.at = n.Pos
		return r.attribute(of, n.Name)
	case *syntax.Item:
		return r.item(n, s)
	case *syntax.Call:
		called := r.args(n.Args, s, func() Value { return r.eval(n.Func, s) })
		r.at = n.Pos
		return r.call(called.of, called.args)
	case *syntax.Filter:
		called := r.args(n.Args, s, func() Value { return r.eval(n.Of, s) })
		r.at = n.Pos
		return r.filter(n.Name, called.of, called.args)
	case *syntax.Test:
		called := r.args(n.Args, s, func() Value { return r.eval(n.Of, s) })
		r.at = n.Pos
		return r.test(n.Name, called.of, called.args)
	}
	return nil
}

func (r *run) name(name string, s *scope) Value {
	if v, ok := r.lookup(name, s); ok {
		return v
	}
	return &python.Undefined{Key: name}
}

func (r *run) all(nodes []syntax.Expr, s *scope) []Value {
	r.meter.Items(len(nodes))
	values := make([]Value, len(nodes))
	for i, node := range nodes {
		values[i] = r.eval(node, s)
	}
	return values
}

func (r *run) dict(n *syntax.Dict, s *scope) Value {
	r.meter.Items(3 * len(n.Keys))
	dict := &python.Dict{}
	for i, node := range n.Keys {
		key := r.eval(node, s)
		value := r.eval(n.Values[i], s)
		r.at = node.Position()
		dict.Set(key, value)
	}
	return dict
}

func (r *run) cond(n *syntax.Cond, s *scope) Value {
	switch {
	case python.Truth(r.eval(n.Test, s)):
		return r.eval(n.Then, s)
	case n.Else != nil:
		return r.eval(n.Else, s)
	}
	return &python.Undefined{Hint: "the inline if-expression on line " + itoa(n.Pos.Line) + " evaluated to false and no else section was defined."}
}

func (r *run) unary(n *syntax.Unary, s *scope) Value {
	of := r.eval(n.Of, s)
	r.at = n.Pos
	switch n.Op {
	case "-":
		return python.Negative(r.meter, of)
	case "+":
		return python.Positive(r.meter, of)
	}
	return !python.Truth(of)
}

func (r *run) compare(n *syntax.Compare, s *scope) Value {
	left := r.eval(n.First, s)
	for _, link := range n.Rest {
		right := r.eval(link.Right, s)
		r.at = n.Pos
		if !python.Compare(r.meter, link.Op, left, right) {
			return false
		}
		left = right
	}
	return true
}

// tilde concatenates texts: where it is certain that texts are escaped, one that is Markup makes the result Markup, unless Jinja's compiler does it.
func (r *run) tilde(n *syntax.Concat, s *scope) Value {
	var texts []Value
	values := r.all(n.Items, s)
	r.at = n.Pos
	isMarkup := r.autoescape && !r.volatile && !r.folding && slices.ContainsFunc(values, func(v Value) bool {
		_, ok := v.(python.Markup)
		return ok
	})
	for _, v := range values {
		if isMarkup {
			texts = append(texts, string(python.EscapeValue(r.meter, v)))
		} else {
			texts = append(texts, python.Str(r.meter, v))
		}
	}
	joined := python.Join(r.meter, "", python.NewList(texts...))
	if isMarkup {
		return python.Markup(joined.(string))
	}
	return joined
}

// attribute is v.name: an attribute, or else an item.
func (r *run) attribute(v Value, name string) Value {
	if found, ok := python.Attr(r.meter, v, name); ok {
		return found
	}
	if found, ok := python.Lookup(r.meter, v, name); ok {
		return found
	}
	return python.Missing(v, name, false)
}

// getItem is v[k]: an item, or else an attribute.
func (r *run) getItem(v, k Value, dynamic bool) Value {
	if found, ok := python.Lookup(r.meter, v, k); ok {
		return found
	}
	if name, ok := python.Text(k); ok {
		if found, ok := python.Attr(r.meter, v, name); ok {
			return found
		}
	}
	return python.Missing(v, k, dynamic)
}

func (r *run) item(n *syntax.Item, s *scope) Value {
	of := r.eval(n.Of, s)
	refuseClass(of)
	slice, isSlice := n.Index.(*syntax.Slice)
	if !isSlice {
		index := r.eval(n.Index, s)
		r.at = n.Pos
		_, static := n.Index.(*syntax.Const)
		return r.getItem(of, index, !static)
	}
	part := func(node syntax.Expr) Value {
		if node == nil {
			return nil
		}
		return r.eval(node, s)
	}
	start, stop, step := part(slice.Start), part(slice.Stop), part(slice.Step)
	r.at = n.Pos
	if !r.folding {
		return python.Slice(r.meter, of, start, stop, step)
	}
	var sliced Value
	if failure := python.Try(func() { sliced = python.Slice(r.meter, of, start, stop, step) }); failure != nil {
		among(failure, python.TypeError)
		return python.Missing(of, "slice", false)
	}
	return sliced
}

// called is a value and the arguments that it, or a filter of it, is called with.
type called struct {
	of   Value
	args python.Args
}

// args evaluates what is called, and then the arguments.
func (r *run) args(args syntax.Args, s *scope, of func() Value) called {
	c := called{of: of()}
	for _, node := range args.Positional {
		c.args.Pos = append(c.args.Pos, r.eval(node, s))
	}
	for _, keyword := range args.Keywords {
		c.args.Names = append(c.args.Names, keyword.Name)
		c.args.Named = append(c.args.Named, r.eval(keyword.Value, s))
	}
	if args.Star != nil {
		more := r.eval(args.Star, s)
		if !python.IsIterable(more) {
			python.Raise(python.TypeError, "argument after * must be an iterable, not %s", python.TypeName(more))
		}
		c.args.Pos = append(c.args.Pos, python.Items(r.meter, more)...)
	}
	if args.StarStar != nil {
		r.spread(&c.args, r.eval(args.StarStar, s))
	}
	return c
}

// spread adds the members of a dict as keywords.
func (r *run) spread(args *python.Args, more Value) {
	if undefined, ok := more.(*python.Undefined); ok {
		undefined.Fail(r.meter)
	}
	dict, ok := more.(*python.Dict)
	if !ok {
		python.Raise(python.TypeError, "argument after ** must be a mapping, not %s", python.TypeName(more))
	}
	for _, pair := range dict.Pairs() {
		name, ok := python.Text(pair.Key)
		if !ok {
			python.Raise(python.TypeError, "keywords must be strings")
		}
		if slices.Contains(args.Names, name) {
			python.RaiseValue(python.TypeError, "got multiple values for a keyword argument", "got multiple values for keyword argument %s", python.Quoted(name))
		}
		r.meter.Items(2)
		args.Names = append(args.Names, name)
		args.Named = append(args.Named, pair.Value)
	}
}

func (r *run) call(of Value, args python.Args) Value {
	if undefined, ok := of.(*python.Undefined); ok {
		undefined.Fail(r.meter)
	}
	callable, ok := of.(python.Callable)
	if !ok {
		python.Raise(python.TypeError, "'%s' object is not callable", strings.TrimPrefix(python.TypeName(of), "jinja2."))
	}
	defer r.meter.Down()()
	return callable.Call(r.meter, args)
}
