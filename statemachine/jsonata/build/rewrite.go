package build

import (
	"maps"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Rewrite gives a copy of an expression, changed from the leaves up: change gets each node with its children already changed.
func Rewrite(node jsonata.Node, change func(jsonata.Node) jsonata.Node) jsonata.Node {
	return change(MapChildren(node, func(child jsonata.Node) jsonata.Node { return Rewrite(child, change) }))
}

// Replacement gives the node that stands in for a variable, or nil to leave it.
type Replacement func(variable string) jsonata.Node

// Replace gives a copy of an expression in which free variables are replaced. Variables that the expression itself binds (parameters of a
// lambda, := in a block, @$v and #$v) are left alone, as are $ and $$. The result of replace is used as it is.
func Replace(node jsonata.Node, replace Replacement) jsonata.Node {
	return scoped{free: func(variable *jsonata.Variable, _ map[string]bool) jsonata.Node {
		if replacement := replace(variable.Name); replacement != nil {
			return replacement
		}
		return variable
	}, bound: map[string]bool{}}.node(node)
}

// visitFree visits the variables that an expression reads from outside, each with the names that are bound where it stands.
func visitFree(node jsonata.Node, visit func(variable *jsonata.Variable, inside map[string]bool)) {
	scoped{free: func(variable *jsonata.Variable, inside map[string]bool) jsonata.Node {
		visit(variable, inside)
		return variable
	}, bound: map[string]bool{}}.node(node)
}

// scoped copies an expression and knows the variables bound so far in the innermost block or lambda.
type scoped struct {
	free  func(variable *jsonata.Variable, inside map[string]bool) jsonata.Node
	bound map[string]bool
}

func (s scoped) inner(names ...string) scoped {
	bound := maps.Clone(s.bound)
	for _, name := range names {
		bound[name] = true
	}
	return scoped{free: s.free, bound: bound}
}

func (s scoped) node(node jsonata.Node) jsonata.Node {
	switch node := node.(type) {
	case *jsonata.Variable:
		if node.Name == "" || node.Name == "$" || s.bound[node.Name] {
			return node
		}
		return s.free(node, s.bound)
	case *jsonata.Lambda:
		return MapChildren(node, s.inner(node.Parameters...).node)
	case *jsonata.Block:
		return MapChildren(node, s.inner().node)
	case *jsonata.Bind:
		return s.bind(node)
	case *jsonata.Focus:
		return s.step(node, node.Variable)
	case *jsonata.Index:
		return s.step(node, node.Variable)
	default:
		return MapChildren(node, s.node)
	}
}

// bind makes the name known to what follows; a function may call itself, so there the name is known in the value too.
func (s scoped) bind(node *jsonata.Bind) jsonata.Node {
	if _, recursive := node.Value.(*jsonata.Lambda); recursive {
		s.bound[node.Name] = true
	}
	return s.step(node, node.Name)
}

// step copies a node whose variable is known to what follows.
func (s scoped) step(node jsonata.Node, variable string) jsonata.Node {
	copied := MapChildren(node, s.node)
	s.bound[variable] = true
	return copied
}

// MapChildren copies a node with f applied to its children, in the order of the text. One flat switch over all node types.
func MapChildren(node jsonata.Node, f func(jsonata.Node) jsonata.Node) jsonata.Node {
	switch n := node.(type) {
	case *jsonata.Path:
		return &jsonata.Path{Span: n.Span, Left: f(n.Left), Right: f(n.Right)}
	case *jsonata.Filter:
		return &jsonata.Filter{Span: n.Span, Expr: f(n.Expr), Predicate: f(n.Predicate)}
	case *jsonata.KeepArray:
		return &jsonata.KeepArray{Span: n.Span, Expr: f(n.Expr)}
	case *jsonata.Group:
		return &jsonata.Group{Span: n.Span, Expr: f(n.Expr), Pairs: mapPairs(n.Pairs, f)}
	case *jsonata.Sort:
		sorted := &jsonata.Sort{Span: n.Span, Expr: f(n.Expr)}
		for _, term := range n.Terms {
			sorted.Terms = append(sorted.Terms, jsonata.SortTerm{Expr: f(term.Expr), Descending: term.Descending})
		}
		return sorted
	case *jsonata.Index:
		return &jsonata.Index{Span: n.Span, Expr: f(n.Expr), Variable: n.Variable}
	case *jsonata.Focus:
		return &jsonata.Focus{Span: n.Span, Expr: f(n.Expr), Variable: n.Variable}
	case *jsonata.ArrayConstructor:
		return &jsonata.ArrayConstructor{Span: n.Span, Items: mapNodes(n.Items, f)}
	case *jsonata.RangeExpr:
		return &jsonata.RangeExpr{Span: n.Span, From: f(n.From), To: f(n.To)}
	case *jsonata.ObjectConstructor:
		return &jsonata.ObjectConstructor{Span: n.Span, Pairs: mapPairs(n.Pairs, f)}
	case *jsonata.Block:
		return &jsonata.Block{Span: n.Span, Expressions: mapNodes(n.Expressions, f)}
	case *jsonata.Conditional:
		return &jsonata.Conditional{Span: n.Span, Condition: f(n.Condition), Then: f(n.Then), ElseOrNil: mapOrNil(n.ElseOrNil, f)}
	case *jsonata.Bind:
		return &jsonata.Bind{Span: n.Span, Name: n.Name, Value: f(n.Value)}
	case *jsonata.Lambda:
		return &jsonata.Lambda{Span: n.Span, Parameters: n.Parameters, Signature: n.Signature, Body: f(n.Body)}
	case *jsonata.Call:
		return &jsonata.Call{Span: n.Span, Function: f(n.Function), Arguments: mapNodes(n.Arguments, f)}
	case *jsonata.Transform:
		return &jsonata.Transform{Span: n.Span, Pattern: f(n.Pattern), Update: f(n.Update), DeleteOrNil: mapOrNil(n.DeleteOrNil, f)}
	case *jsonata.Negate:
		return &jsonata.Negate{Span: n.Span, Operand: f(n.Operand)}
	case *jsonata.Binary:
		return &jsonata.Binary{Span: n.Span, Operator: n.Operator, Left: f(n.Left), Right: f(n.Right)}
	default: // leaves: literals, names, variables, *, **, %, ?
		return node
	}
}

func mapNodes(nodes []jsonata.Node, f func(jsonata.Node) jsonata.Node) []jsonata.Node {
	mapped := make([]jsonata.Node, len(nodes))
	for i, node := range nodes {
		mapped[i] = f(node)
	}
	return mapped
}

func mapOrNil(node jsonata.Node, f func(jsonata.Node) jsonata.Node) jsonata.Node {
	if node == nil {
		return nil
	}
	return f(node)
}

func mapPairs(pairs []jsonata.Pair, f func(jsonata.Node) jsonata.Node) []jsonata.Pair {
	mapped := make([]jsonata.Pair, len(pairs))
	for i, pair := range pairs {
		mapped[i] = jsonata.Pair{Key: f(pair.Key), Value: f(pair.Value)}
	}
	return mapped
}
