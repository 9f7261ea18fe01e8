package syntax

// Node is a part of a template.
type Node interface{ Position() Pos }

// Expr is an expression.
type Expr = Node

// Stmt is a statement, text and printed expressions included.
type Stmt = Node

// Template is a whole template.
type Template struct {
	Text string // as it was given
	Body []Stmt
}

// Expression is the expression that the template is, nil where it is anything else.
func (t *Template) Expression() Expr {
	if len(t.Body) != 1 {
		return nil
	}
	output, ok := t.Body[0].(*Output)
	if !ok || len(output.Nodes) != 1 {
		return nil
	}
	if _, isData := output.Nodes[0].(*Data); isData {
		return nil
	}
	return output.Nodes[0]
}

// Expressions.
type (
	// Const is a literal: nil, a bool, an int64, a *big.Int beyond it, a float64 or a string.
	Const struct {
		Pos
		Value any
	}
	// Data is text between tags; it stands in an Output only.
	Data struct {
		Pos
		Text string
	}
	// Name is a variable, read or (Store) assigned.
	Name struct {
		Pos
		Name  string
		Store bool
	}
	// Member is an attribute of a namespace that is assigned.
	Member struct {
		Pos
		Of, Name string
	}
	// List is [a, b].
	List struct {
		Pos
		Items []Expr
	}
	// Tuple is (a, b), or a, b.
	Tuple struct {
		Pos
		Items []Expr
	}
	// Dict is {k: v}.
	Dict struct {
		Pos
		Keys, Values []Expr
	}
	// Cond is a if t else b; Else is nil where there is none.
	Cond struct {
		Pos
		Test, Then, Else Expr
	}
	// Binary is an arithmetic operation: + - * / // % **.
	Binary struct {
		Pos
		Op          string
		Left, Right Expr
	}
	// Logic is "and" or "or".
	Logic struct {
		Pos
		Op          string
		Left, Right Expr
	}
	// Unary is "-", "+" or "not".
	Unary struct {
		Pos
		Op string
		Of Expr
	}
	// Compare is a chain of comparisons.
	Compare struct {
		Pos
		First Expr
		Rest  []Comparison
	}
	// Concat is a ~ b ~ c.
	Concat struct {
		Pos
		Items []Expr
	}
	// Attribute is a.name.
	Attribute struct {
		Pos
		Of   Expr
		Name string
	}
	// Item is a[b], and a.0.
	Item struct {
		Pos
		Of, Index Expr
	}
	// Slice is the a:b:c of an item; parts left out are nil.
	Slice struct {
		Pos
		Start, Stop, Step Expr
	}
	// Call is f(…).
	Call struct {
		Pos
		Func Expr
		Args Args
	}
	// Filter is a|name(…). Of is nil in a filter block and in a block that is set: the text of the block stands in its place.
	Filter struct {
		Pos
		Of   Expr
		Name string
		Args Args
	}
	// Test is a is name(…).
	Test struct {
		Pos
		Of   Expr
		Name string
		Args Args
	}
)

// Comparison is one link of a chain: == != < <= > >= in, "not in".
type Comparison struct {
	Op    string
	Right Expr
}

// Args are the arguments of a call.
type Args struct {
	Positional []Expr
	Keywords   []Keyword
	Star       Expr // *a, or nil
	StarStar   Expr // **a, or nil
}

// Keyword is name=value.
type Keyword struct {
	Name  string
	Value Expr
}

// Statements.
type (
	// Output writes text and expressions.
	Output struct {
		Pos
		Nodes []Expr
	}
	// If has a first branch, further ones (elif, each with a body of its own) and perhaps an else.
	If struct {
		Pos
		Test Expr
		Body []Stmt
		Elif []*If
		Else []Stmt
	}
	// For is a loop. Test and Else may be nil.
	For struct {
		Pos
		Target    Expr
		Iter      Expr
		Test      Expr
		Recursive bool
		Body      []Stmt
		Else      []Stmt
	}
	// Set assigns a value.
	Set struct {
		Pos
		Target, Value Expr
	}
	// SetBlock assigns the text of a block, filtered perhaps.
	SetBlock struct {
		Pos
		Target Expr
		Filter Expr // or nil
		Body   []Stmt
	}
	// With is a scope with variables of its own.
	With struct {
		Pos
		Targets, Values []Expr
		Body            []Stmt
	}
	// Macro defines a macro. Defaults belong to the last of the parameters.
	Macro struct {
		Pos
		Name     string
		Params   []*Name
		Defaults []Expr
		Body     []Stmt
	}
	// CallBlock calls a macro with a body.
	CallBlock struct {
		Pos
		Call  *Call
		Macro *Macro // the body as a macro without a name
	}
	// FilterBlock writes its body filtered.
	FilterBlock struct {
		Pos
		Filter Expr
		Body   []Stmt
	}
	// Autoescape says whether what the body writes is escaped for HTML.
	Autoescape struct {
		Pos
		On   Expr
		Body []Stmt
	}
	// Block is a block of a template that nothing extends.
	Block struct {
		Pos
		Name     string
		Scoped   bool
		Required bool
		Body     []Stmt
	}
)
