package ir

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Replacement gives the node that stands in for a variable, or nil to leave it.
type Replacement func(variable string) jsonata.Node

// Replace gives a copy of an expression in which free variables are replaced. Variables that the expression itself binds (parameters of a
// lambda, := in a block, @$v and #$v) are left alone. The result of replace is used as it is.
func Replace(node jsonata.Node, replace Replacement) jsonata.Node {
	return rewriter{replace: replace, bound: map[string]bool{}}.node(node)
}

// ReplaceValue does what Replace does to every expression in a value.
func ReplaceValue(value Value, replace Replacement) Value {
	return MapValue(value, func(node jsonata.Node) jsonata.Node { return Replace(node, replace) })
}

// MapValue gives a copy of a value with every expression in it replaced by what f makes of it.
func MapValue(value Value, f func(jsonata.Node) jsonata.Node) Value {
	switch value := value.(type) {
	case jsonata.Node:
		return f(value)
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = MapValue(item, f)
		}
		return items
	case *jsonata.Object:
		object := jsonata.NewObject()
		for key, member := range value.All() {
			object.Set(key, MapValue(member, f))
		}
		return object
	default:
		return value
	}
}

// FreeVariables gives the names of the variables that values read, sorted. Functions and $states are not variables.
func FreeVariables(values ...Value) []string {
	found := map[string]bool{}
	for _, value := range values {
		ReplaceValue(value, func(name string) jsonata.Node {
			if !IsReserved(name) {
				found[name] = true
			}
			return nil
		})
	}
	return slices.Sorted(maps.Keys(found))
}

// BoundVariables gives the names that expressions bind themselves: parameters of lambdas, :=, @$v and #$v.
func BoundVariables(values ...Value) map[string]bool {
	bound := map[string]bool{}
	note := func(node jsonata.Node) bool {
		switch node := node.(type) {
		case *jsonata.Lambda:
			for _, name := range node.Parameters {
				bound[name] = true
			}
		case *jsonata.Bind:
			bound[node.Name] = true
		case *jsonata.Focus:
			bound[node.Variable] = true
		case *jsonata.Index:
			bound[node.Variable] = true
		}
		return true
	}
	for _, value := range values {
		MapValue(value, func(node jsonata.Node) jsonata.Node {
			jsonata.Walk(node, note)
			return node
		})
	}
	return bound
}

// Variable is a reference to a variable.
func Variable(name string) jsonata.Node { return &jsonata.Variable{Name: name} }

// rewriter carries the variables bound so far in the innermost block or lambda.
type rewriter struct {
	replace Replacement
	bound   map[string]bool
}

func (r rewriter) scope(names ...string) rewriter {
	inner := maps.Clone(r.bound)
	for _, name := range names {
		inner[name] = true
	}
	return rewriter{replace: r.replace, bound: inner}
}

func (r rewriter) node(node jsonata.Node) jsonata.Node {
	switch node := node.(type) {
	case *jsonata.Variable:
		return r.variable(node)
	case *jsonata.Lambda:
		inner := r.scope(node.Parameters...)
		return &jsonata.Lambda{Span: node.Span, Parameters: node.Parameters, Signature: node.Signature, Body: inner.node(node.Body)}
	case *jsonata.Block:
		inner := r.scope()
		return &jsonata.Block{Span: node.Span, Expressions: inner.nodes(node.Expressions)}
	case *jsonata.Bind:
		return r.bind(node)
	case *jsonata.Focus:
		expr := r.node(node.Expr)
		r.bound[node.Variable] = true
		return &jsonata.Focus{Span: node.Span, Expr: expr, Variable: node.Variable}
	case *jsonata.Index:
		expr := r.node(node.Expr)
		r.bound[node.Variable] = true
		return &jsonata.Index{Span: node.Span, Expr: expr, Variable: node.Variable}
	default:
		return mapChildren(node, r.node)
	}
}

func (r rewriter) variable(node *jsonata.Variable) jsonata.Node {
	if node.Name == "" || node.Name == "$" || r.bound[node.Name] {
		return node
	}
	if replacement := r.replace(node.Name); replacement != nil {
		return replacement
	}
	return node
}

// bind makes the name known to what follows; a function may call itself, so there the name is known in the value too.
func (r rewriter) bind(node *jsonata.Bind) jsonata.Node {
	if _, recursive := node.Value.(*jsonata.Lambda); recursive {
		r.bound[node.Name] = true
	}
	value := r.node(node.Value)
	r.bound[node.Name] = true
	return &jsonata.Bind{Span: node.Span, Name: node.Name, Value: value}
}

func (r rewriter) nodes(nodes []jsonata.Node) []jsonata.Node { return mapNodes(nodes, r.node) }

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

// RewriteNode gives a copy of an expression, changed from the leaves up: change gets each node with its children already changed.
func RewriteNode(node jsonata.Node, change func(jsonata.Node) jsonata.Node) jsonata.Node {
	return change(mapChildren(node, func(child jsonata.Node) jsonata.Node { return RewriteNode(child, change) }))
}

// mapChildren copies a node with f applied to its children, in the order of the text. One flat switch over all node types.
func mapChildren(node jsonata.Node, f func(jsonata.Node) jsonata.Node) jsonata.Node {
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
