package condition

// Node is a syntax tree node of a condition: *Literal, *Reference, *List, *Member, *Unary, *Binary, *Ternary, *Call.
type Node interface {
	// Span is the node's place in the text in byte offsets, end exclusive.
	Span() (start, end int)
	node()
}

type place struct{ start, end int }

func (p place) Span() (start, end int) { return p.start, p.end }

type (
	// Literal is a number (float64, or int64 beyond ±2^53), text, truth value or null. Otherwise marks the words that mean "in every other case",
	// Fraction a number that was written with a fraction, so that it is no integer.
	Literal struct {
		place
		Value               any
		Otherwise, Fraction bool
	}
	// Reference is a dotted name.
	Reference struct {
		place
		Path []string
	}
	// Member is a field or element of any other expression. Exactly one of Name and Index is set.
	Member struct {
		place
		Of    Node
		Name  string
		Index Node
	}
	// List is [a, b].
	List struct {
		place
		Items []Node
	}
	// Unary is "!" or "-".
	Unary struct {
		place
		Operator string
		Operand  Node
	}
	// Binary is one of || && == != < <= > >= in contains + - * / %.
	Binary struct {
		place
		Operator    string
		Left, Right Node
	}
	// Ternary is a ? b : c.
	Ternary struct {
		place
		Condition, Then, Else Node
	}
	// Call is f(x), or x.f(y) with Of set.
	Call struct {
		place
		Of        Node
		Name      string
		Arguments []Node
	}
)

func (*Literal) node()   {}
func (*Reference) node() {}
func (*Member) node()    {}
func (*List) node()      {}
func (*Unary) node()     {}
func (*Binary) node()    {}
func (*Ternary) node()   {}
func (*Call) node()      {}

// Error says what is wrong with a condition and where, in byte offsets.
type Error struct {
	Start, End int
	Message    string
	// Fix says what to write instead; may be empty.
	Fix string
}

func (e *Error) Error() string { return e.Message }
