package jsonata

import "errors"

// Range is a stretch of an expression's text in byte offsets, End exclusive. Nodes that were built rather than parsed have the zero Range.
type Range struct{ Start, End int }

// Span is embedded in every node and answers where it stands in the text.
type Span struct {
	At Range
	// mark is the byte offset that errors about the node point at: the end of the token that makes it (an operator, a bracket, a literal).
	mark int
}

// Range tells where the node stands in the expression's text.
func (s Span) Range() Range { return s.At }

func (s Span) position() int { return s.mark }

// MarshalJSON refuses: a syntax tree that stands where a value is expected is a mistake.
func (Span) MarshalJSON() ([]byte, error) { return nil, errors.New("a syntax tree is no value") }

// Node is a syntax tree node of a JSONata expression. The set is closed; the tree has the shape of the text.
type Node interface {
	Range() Range
	position() int
	node()
}

type (
	// String is a string literal.
	String struct {
		Span
		Value string
	}
	// Number is a number literal. Integer is the value of a whole number beyond ±2^53, which Value, the nearest float64, cannot hold; it is
	// zero for all others. IntegerLiteral builds either form.
	Number struct {
		Span
		Value   float64
		Integer int64
	}
	// Boolean is true or false.
	Boolean struct {
		Span
		Value bool
	}
	// Null is the literal null.
	Null struct{ Span }
	// Regex is a regular expression literal, such as /a+/i.
	Regex struct {
		Span
		Pattern, Flags string
	}
	// Name is a field reference. The printer back-quotes it where it must.
	Name struct {
		Span
		Value string
	}
	// Variable is a variable reference. The empty name is $, the name "$" is $$.
	Variable struct {
		Span
		Name string
	}
	// Wildcard is *, all fields of an object.
	Wildcard struct{ Span }
	// Descendants is **, all values below.
	Descendants struct{ Span }
	// Parent is %, the object that holds the current value.
	Parent struct{ Span }
	// Path is Left.Right.
	Path struct {
		Span
		Left, Right Node
	}
	// Filter is Expr[Predicate], a filter or an array index.
	Filter struct {
		Span
		Expr, Predicate Node
	}
	// KeepArray is Expr[], which keeps a single result an array.
	KeepArray struct {
		Span
		Expr Node
	}
	// Group is Expr{key: value, …}, which groups and aggregates.
	Group struct {
		Span
		Expr  Node
		Pairs []Pair
	}
	// Sort is Expr^(term, …).
	Sort struct {
		Span
		Expr  Node
		Terms []SortTerm
	}
	// Index is Expr#$Variable, which binds the position of each item.
	Index struct {
		Span
		Expr     Node
		Variable string
	}
	// Focus is Expr@$Variable, which binds each item and keeps the context.
	Focus struct {
		Span
		Expr     Node
		Variable string
	}
	// ArrayConstructor is [item, …]. Items may be RangeExpr.
	ArrayConstructor struct {
		Span
		Items []Node
	}
	// RangeExpr is From..To; it stands only in an ArrayConstructor.
	RangeExpr struct {
		Span
		From, To Node
	}
	// ObjectConstructor is {key: value, …}.
	ObjectConstructor struct {
		Span
		Pairs []Pair
	}
	// Block is (expr; …), with a scope of its own.
	Block struct {
		Span
		Expressions []Node
	}
	// Conditional is Condition ? Then : Else.
	Conditional struct {
		Span
		Condition, Then, ElseOrNil Node
	}
	// Bind is $Name := Value.
	Bind struct {
		Span
		Name  string
		Value Node
	}
	// Lambda is function($a, $b)<signature>{Body}. Signature is without the angle brackets, empty when there is none.
	Lambda struct {
		Span
		Parameters []string
		Signature  string
		Body       Node
	}
	// Call is Function(Arguments…). A Placeholder among the arguments makes it a partial application.
	Call struct {
		Span
		Function  Node
		Arguments []Node
	}
	// Placeholder is ? in the arguments of a partial application.
	Placeholder struct{ Span }
	// Transform is |Pattern|Update, Delete|.
	Transform struct {
		Span
		Pattern, Update, DeleteOrNil Node
	}
	// Negate is -Operand.
	Negate struct {
		Span
		Operand Node
	}
	// Binary is an infix operator: + - * / % & = != < <= > >= in and or ~>.
	Binary struct {
		Span
		Operator    string
		Left, Right Node
	}
)

// IntegerLiteral is the literal of a whole number.
func IntegerLiteral(n int64) *Number {
	literal := &Number{Value: float64(n)}
	if _, ok := exact(n).(int64); ok {
		literal.Integer = n
	}
	return literal
}

// Exact is the literal's value: float64, or int64 beyond ±2^53.
func (n *Number) Exact() any {
	if n.Integer != 0 {
		return exact(n.Integer)
	}
	return n.Value
}

// Pair is one key: value of an object constructor or a grouping.
type Pair struct{ Key, Value Node }

// SortTerm is one order-by term.
type SortTerm struct {
	Expr       Node
	Descending bool
}

// missing stands where the text ended too early; Parse never returns it.
type missing struct{ Span }

func (*missing) node()           {}
func (*String) node()            {}
func (*Number) node()            {}
func (*Boolean) node()           {}
func (*Null) node()              {}
func (*Regex) node()             {}
func (*Name) node()              {}
func (*Variable) node()          {}
func (*Wildcard) node()          {}
func (*Descendants) node()       {}
func (*Parent) node()            {}
func (*Path) node()              {}
func (*Filter) node()            {}
func (*KeepArray) node()         {}
func (*Group) node()             {}
func (*Sort) node()              {}
func (*Index) node()             {}
func (*Focus) node()             {}
func (*ArrayConstructor) node()  {}
func (*RangeExpr) node()         {}
func (*ObjectConstructor) node() {}
func (*Block) node()             {}
func (*Conditional) node()       {}
func (*Bind) node()              {}
func (*Lambda) node()            {}
func (*Call) node()              {}
func (*Placeholder) node()       {}
func (*Transform) node()         {}
func (*Negate) node()            {}
func (*Binary) node()            {}
