package condition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Type is what is known of a value.
type Type string

// The types that matter for what must be checked when a condition runs.
const (
	Any      Type = ""
	Boolean  Type = "boolean"
	Number   Type = "number"
	Text     Type = "string"
	Sequence Type = "array"
)

// Value is an expression and what is known of it.
type Value struct {
	Node jsonata.Node
	Type Type
	// Missing tells that the expression may yield nothing at all, which counts as null.
	Missing bool
	// Fraction tells that a number is no integer for CEL, whatever its value: it divides with a fraction.
	Fraction bool
}

// Defined gives the expression, null where it would yield nothing at all.
func (v Value) Defined() jsonata.Node {
	if !v.Missing {
		return v.Node
	}
	return build.OrNull(v.Node)
}

// Scope knows the names of a workflow.
type Scope interface {
	Resolve(path []string) (Value, error)
	// Function gives the value of a function that depends on the run: attempt, status, error_of, …
	Function(name string, arguments []string) (Value, error)
	// Word tells that a name which does not resolve was taken as text.
	Word(name string, start, end int)
}

// Lower writes a condition as JSONata. The result is always true or false.
func Lower(node Node, scope Scope) (jsonata.Node, error) {
	l := &lowerer{scope: scope}
	value := l.truth(node)
	if l.failed != nil {
		return nil, l.failed
	}
	return value, nil
}

// LowerValue writes an expression as JSONata that yields a value.
func LowerValue(node Node, scope Scope) (Value, error) {
	l := &lowerer{scope: scope}
	value := l.value(node)
	if l.failed != nil {
		return Value{}, l.failed
	}
	return value, nil
}

type lowerer struct {
	scope  Scope
	bound  []string // variables of macros
	failed *Error
}

func (l *lowerer) fail(node Node, format string, arguments ...any) Value {
	if l.failed == nil {
		start, end := node.Span()
		l.failed = &Error{Start: start, End: end, Message: fmt.Sprintf(format, arguments...)}
	}
	return Value{Node: build.Null()}
}

// refuse is fail with what to write instead.
func (l *lowerer) refuse(node Node, fix, format string, arguments ...any) Value {
	if l.failed == nil {
		l.fail(node, format, arguments...)
		l.failed.Fix = fix
	}
	return Value{Node: build.Null()}
}

// pass keeps an error of the scope, placed at the node.
func (l *lowerer) pass(node Node, value Value, err error) Value {
	if err == nil {
		return value
	}
	failed := l.fail(node, "%s", err.Error())
	if known, ok := err.(*Error); ok && l.failed.Fix == "" {
		l.failed.Fix = known.Fix
	}
	return failed
}

// truth gives an expression that is true or false.
func (l *lowerer) truth(node Node) jsonata.Node {
	value := l.value(node)
	switch {
	case value.Type == Boolean && !value.Missing:
		return value.Node
	case value.Missing:
		return once([]Value{value}, func(v []Value) jsonata.Node {
			return build.If(build.Exists(v[0].Node), build.Call("boolean", v[0].Node), build.Bool(false))
		})
	default:
		return build.Call("boolean", value.Node)
	}
}

func (l *lowerer) value(node Node) Value {
	if l.failed != nil {
		return Value{Node: build.Null()}
	}
	switch n := node.(type) {
	case *Literal:
		constant := Constant(n.Value)
		constant.Fraction = n.Fraction
		return constant
	case *Reference:
		return l.reference(n)
	case *Member:
		return l.member(n)
	case *List:
		items := make([]jsonata.Node, len(n.Items))
		for i, item := range n.Items {
			items[i] = l.value(item).Defined()
		}
		return Value{Node: build.List(items...), Type: Sequence}
	case *Unary:
		return l.unary(n)
	case *Binary:
		return l.binary(n)
	case *Ternary:
		then, otherwise := l.value(n.Then), l.value(n.Else)
		kind := then.Type
		if otherwise.Type != kind {
			kind = Any
		}
		chosen := build.If(l.truth(n.Condition), then.Node, otherwise.Node)
		return Value{Node: chosen, Type: kind, Missing: then.Missing || otherwise.Missing}
	case *Call:
		return l.call(n)
	default:
		return l.fail(node, "this cannot stand in a condition")
	}
}

// Constant gives a JSON scalar (bool, float64, int64, string, or else null) as an expression of its type.
func Constant(value any) Value {
	constant := Value{Node: build.Literal(value)}
	switch value.(type) {
	case bool:
		constant.Type = Boolean
	case float64, int64:
		constant.Type = Number
	case string:
		constant.Type = Text
	}
	return constant
}

// reference resolves a name; ".length" and ".size" at its end are what they are elsewhere, unless the value is an object with such a field.
func (l *lowerer) reference(n *Reference) Value {
	for _, name := range l.bound {
		if name == n.Path[0] {
			return Value{Node: build.Path(build.Var(parameter(name)), n.Path[1:]...), Missing: true}
		}
	}
	last := n.Path[len(n.Path)-1]
	value, err := l.scope.Resolve(n.Path)
	if len(n.Path) > 1 && (last == "length" || last == "size") {
		if of, innerErr := l.scope.Resolve(n.Path[:len(n.Path)-1]); innerErr == nil {
			return size(of, last)
		}
	}
	return l.pass(n, value, err)
}

// parameter is the variable of a macro. It cannot be the name of a function.
func parameter(name string) string { return name + "_" }

// size is how many elements, characters or fields a value has; null has none. own names a field that an object may have itself, "" none.
func size(of Value, own string) Value {
	node := once([]Value{of}, func(v []Value) jsonata.Node {
		counted := build.Call("count", build.Call("keys", v[0].Node))
		if own != "" {
			counted = build.Field(v[0].Node, own)
		}
		counted = build.If(build.HasType(v[0].Node, "object"), counted, build.Number(0))
		counted = build.If(build.HasType(v[0].Node, "string"), build.Call("length", v[0].Node), counted)
		return build.If(build.HasType(v[0].Node, "array"), build.Call("count", v[0].Node), counted)
	})
	if own == "" {
		return Value{Node: node, Type: Number}
	}
	return Value{Node: node, Missing: true}
}

func (l *lowerer) member(n *Member) Value {
	of := l.value(n.Of)
	if n.Name == "length" || n.Name == "size" {
		return size(of, n.Name)
	}
	if n.Name != "" {
		return Value{Node: build.Field(of.Node, n.Name), Missing: true}
	}
	if key, isText := n.Index.(*Literal); isText {
		if name, ok := key.Value.(string); ok {
			return Value{Node: build.Field(of.Node, name), Missing: true}
		}
	}
	index := l.value(n.Index)
	if index.Type == Number {
		return Value{Node: build.Filter(of.Node, index.Node), Missing: true}
	}
	byType := once([]Value{of, index}, func(v []Value) jsonata.Node {
		element := build.Filter(v[0].Node, v[1].Node)
		return build.If(build.HasType(v[1].Node, "number"), element, build.Call("lookup", v[0].Node, build.Call("string", v[1].Node)))
	})
	return Value{Node: byType, Missing: true}
}

func (l *lowerer) unary(n *Unary) Value {
	if n.Operator == "!" {
		return Value{Node: build.Not(l.truth(n.Operand)), Type: Boolean}
	}
	operand := l.value(n.Operand)
	if operand.Type == Number && !operand.Missing {
		return Value{Node: build.Negate(operand.Node), Type: Number, Fraction: operand.Fraction}
	}
	if operand.Type != Any && operand.Type != Number {
		return l.refuse(n, "use - with numbers", "- has no meaning for %s", named(operand.Type))
	}
	return Value{Fraction: operand.Fraction, Node: once([]Value{operand}, func(v []Value) jsonata.Node {
		return build.If(build.HasType(v[0].Node, "number"), build.Negate(v[0].Node), build.Null())
	})}
}

func (l *lowerer) binary(n *Binary) Value {
	switch n.Operator {
	case "||":
		return Value{Node: build.Any(l.operands(n)...), Type: Boolean}
	case "&&":
		return Value{Node: build.All(l.operands(n)...), Type: Boolean}
	case "==":
		return l.equal("=", n)
	case "!=":
		return l.equal("!=", n)
	case "in":
		return l.in(n)
	case "contains":
		return l.contains(l.value(n.Left), l.value(n.Right))
	case "<", "<=", ">", ">=":
		return l.ordered(n)
	default:
		return l.arithmetic(n)
	}
}

// orWord reads a name on the right of a comparison, which people also write for a text without its quotes.
func (l *lowerer) orWord(node Node) Value {
	reference, ok := node.(*Reference)
	if !ok || len(reference.Path) != 1 || l.failed != nil {
		return l.value(node)
	}
	for _, name := range l.bound {
		if name == reference.Path[0] {
			return l.value(node)
		}
	}
	value, err := l.scope.Resolve(reference.Path)
	if err == nil {
		return value
	}
	start, end := reference.Span()
	l.scope.Word(reference.Path[0], start, end)
	return Value{Node: build.Text(reference.Path[0]), Type: Text}
}

func (l *lowerer) in(n *Binary) Value {
	left, right := l.value(n.Left), l.value(n.Right)
	if right.Type != Any && right.Type != Sequence {
		return l.refuse(n.Right, "write a list such as ['a', 'b'], or use contains for a part of a text", "nothing is in %s", named(right.Type))
	}
	if right.Type == Sequence {
		return Value{Node: build.Binary(left.Defined(), "in", right.Node), Type: Boolean}
	}
	return Value{Type: Boolean, Node: once([]Value{{Node: left.Defined()}, right}, func(v []Value) jsonata.Node {
		keys := build.Binary(v[0].Node, "in", listOf(build.Call("keys", v[1].Node)))
		return build.If(build.HasType(v[1].Node, "object"), keys, build.Binary(v[0].Node, "in", listOf(v[1].Node)))
	})}
}

// operands gives what a chain of one operator joins, each as true or false, so that a long chain need not become a deep one.
func (l *lowerer) operands(n *Binary) []jsonata.Node {
	var operands []jsonata.Node
	if left, ok := n.Left.(*Binary); ok && left.Operator == n.Operator {
		operands = l.operands(left)
	} else {
		operands = []jsonata.Node{l.truth(n.Left)}
	}
	return append(operands, l.truth(n.Right))
}

// contains is membership in a list and a part of a text.
func (l *lowerer) contains(left, right Value) Value {
	return Value{Type: Boolean, Node: once([]Value{left, right}, func(v []Value) jsonata.Node {
		part := build.Call("contains", v[0].Node, build.Call("string", v[1].Node))
		if v[0].Type == Text {
			return part
		}
		member := build.Binary(v[1].Defined(), "in", v[0].Node)
		return build.If(build.HasType(v[0].Node, "array"), member, build.If(build.HasType(v[0].Node, "string"), part, build.Bool(false)))
	})}
}

// names lists what calls may name, for messages.
func names() string {
	return strings.Join([]string{"all", "attempt", "contains", "double", "duration", "endsWith", "error_of", "exists", "exists_one", "filter", "has",
		"int", "map", "matches", "now", "size", "startsWith", "status", "string", "timestamp", "type", "uint"}, ", ")
}

// listOf makes a list of any value: a list stays, nothing becomes empty.
func listOf(node jsonata.Node) jsonata.Node { return build.Call("append", build.List(), node) }

// once lets body use values several times although each is computed only once.
func once(values []Value, body func([]Value) jsonata.Node) jsonata.Node {
	nodes := make([]jsonata.Node, len(values))
	for i, v := range values {
		nodes[i] = v.Node
	}
	return build.OnceEach(nodes, func(nodes []jsonata.Node) jsonata.Node {
		held := slices.Clone(values)
		for i := range held {
			held[i].Node = nodes[i]
		}
		return body(held)
	})
}
