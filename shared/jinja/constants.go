package jinja

import (
	"math"
	"slices"

	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// fold works a constant expression out as Jinja's compiler does: there the slice of what has none is undefined, and no failure. ok is false for any other
// expression, and for one that fails.
func (r *run) fold(node syntax.Expr, s *scope) (folded Value, ok bool) {
	if r.folding || !r.isConstant(node, s) {
		return nil, false
	}
	at := r.at
	r.folding = true
	failure := python.Try(func() { folded = r.eval(node, s) })
	r.folding = false
	r.at = at
	if failure != nil {
		r.constant[node] = false
	}
	return folded, failure == nil
}

// isConstant tells whether Jinja's compiler works an expression out before any template is rendered: it reads no variable and calls nothing, but for parts
// that are passed over.
func (r *run) isConstant(node syntax.Expr, s *scope) bool {
	known, ok := r.constant[node]
	if !ok {
		known = r.findConstant(node, s)
		if r.constant == nil {
			r.constant = map[syntax.Expr]bool{}
		}
		r.constant[node] = known
	}
	return known
}

func (r *run) findConstant(node syntax.Expr, s *scope) bool {
	switch n := node.(type) {
	case *syntax.Logic:
		if !r.isConstant(n.Left, s) {
			return false
		}
		truth, ok := r.truthOf(n.Left, s)
		return ok && (truth == (n.Op == "or") || r.isConstant(n.Right, s))
	case *syntax.Cond:
		if !r.isConstant(n.Test, s) {
			return false
		}
		truth, ok := r.truthOf(n.Test, s)
		if truth {
			return ok && r.isConstant(n.Then, s)
		}
		return ok && n.Else != nil && r.isConstant(n.Else, s)
	case *syntax.Compare:
		return r.isConstant(n.First, s) && r.endsConstant(n, s)
	}
	return !isRead(node) && !slices.ContainsFunc(syntax.Children(node), func(child syntax.Expr) bool { return !r.isConstant(child, s) })
}

// endsConstant tells whether a chain of comparisons is constant, or false before anything in it that is not.
func (r *run) endsConstant(n *syntax.Compare, s *scope) bool {
	for i, link := range n.Rest {
		if r.isConstant(link.Right, s) {
			continue
		}
		before := *n
		before.Rest = n.Rest[:i]
		truth, ok := r.truthOf(&before, s)
		return i > 0 && ok && !truth
	}
	return true
}

// truthOf tells whether a constant expression is true; ok is false where it fails.
func (r *run) truthOf(node syntax.Expr, s *scope) (truth, ok bool) {
	if n, isLogic := node.(*syntax.Logic); isLogic {
		truth, ok = r.truthOf(n.Left, s)
		if !ok || truth == (n.Op == "or") {
			return truth, ok
		}
		return r.truthOf(n.Right, s)
	}
	value, ok := r.fold(node, s)
	return ok && python.Truth(value), ok
}

// isConstant tells whether an expression reads no variable and calls nothing in any part.
func isConstant(node syntax.Expr) bool {
	return !isRead(node) && !slices.ContainsFunc(syntax.Children(node), func(child syntax.Expr) bool { return !isConstant(child) })
}

// isRead tells whether an expression itself depends on what a template is rendered with.
func isRead(node syntax.Expr) bool {
	switch n := node.(type) {
	case *syntax.Name, *syntax.Call:
		return true
	case *syntax.Filter:
		return n.Of == nil || slices.Contains([]string{"map", "select", "reject", "selectattr", "rejectattr", "random"}, n.Name)
	}
	return false
}

// nameOf fails where the text of a constant is no literal of Python: Jinja's compiler writes inf and nan, which are names that it does not know.
func nameOf(v Value) {
	switch v := v.(type) {
	case float64:
		if math.IsInf(v, 0) {
			python.Raise(python.NameError, "name 'inf' is not defined")
		}
		if math.IsNaN(v) {
			python.Raise(python.NameError, "name 'nan' is not defined")
		}
	case *python.List:
		for _, item := range v.Items {
			nameOf(item)
		}
	case *python.Tuple:
		for _, item := range v.Items {
			nameOf(item)
		}
	case *python.Dict:
		for _, pair := range v.Pairs() {
			nameOf(pair.Key)
			nameOf(pair.Value)
		}
	}
}

// hasSafeText tells whether Jinja's compiler takes a value for a constant.
func hasSafeText(v Value) bool {
	switch v := v.(type) {
	case nil, bool, int64, float64, string, python.Markup, python.Range:
		return true
	case *python.List:
		return !slices.ContainsFunc(v.Items, func(item Value) bool { return !hasSafeText(item) })
	case *python.Tuple:
		return v.Names == nil && !slices.ContainsFunc(v.Items, func(item Value) bool { return !hasSafeText(item) })
	case *python.Dict:
		return !slices.ContainsFunc(v.Pairs(), func(pair python.Pair) bool { return !hasSafeText(pair.Key) || !hasSafeText(pair.Value) })
	}
	return python.TypeName(v) == "int"
}
