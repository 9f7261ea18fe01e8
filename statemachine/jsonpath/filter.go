package jsonpath

// Condition is what a filter asks of an element: *Or, *And, *Not, *Exists or *Comparison.
type Condition interface {
	At() Span
	condition()
}

type (
	// Or is left || right.
	Or struct {
		Span
		Left, Right Condition
	}
	// And is left && right.
	And struct {
		Span
		Left, Right Condition
	}
	// Not is !operand.
	Not struct {
		Span
		Operand Condition
	}
	// Exists is a path by itself: whether it leads to a value.
	Exists struct {
		Span
		Path *Path
	}
	// Comparison is left operator right. The operator is one of Operators.
	Comparison struct {
		Span
		Left     Operand
		Operator string
		Right    Operand
	}
)

func (*Or) condition()         {}
func (*And) condition()        {}
func (*Not) condition()        {}
func (*Exists) condition()     {}
func (*Comparison) condition() {}

// Operand is one side of a comparison, or an argument of a function: *Path, *Literal, *Regex, *Hole or *Template.
type Operand interface {
	At() Span
	operand()
}

type (
	// Literal is a JSON value: nil, bool, json.Number, string, []any or map[string]any.
	Literal struct {
		Span
		Value any
	}
	// Regex is /pattern/flags, as it was written.
	Regex struct {
		Span
		Pattern, Flags string
	}
	// Hole is a value that is not known yet: the stretch of the text with this number among those that were given to Parse.
	Hole struct {
		Span
		Number int
	}
	// Template is a quoted text with holes: *Literal texts and *Holes.
	Template struct {
		Span
		Parts []Operand
	}
)

func (*Path) operand()     {}
func (*Literal) operand()  {}
func (*Regex) operand()    {}
func (*Hole) operand()     {}
func (*Template) operand() {}

// symbols are the comparison operators that need no blanks around them, longer ones first.
var symbols = []string{"===", "!==", "==", "!=", "<=", ">=", "=~", "<", ">"}

// words are the operators that are words, whatever their case.
var words = []string{"in", "nin", "contains", "size", "empty", "subsetof", "anyof", "noneof", "all", "type", "matches", "exists"}

// Operators are all operators of comparisons, as a Comparison spells them.
func Operators() []string { return append(append([]string{}, symbols...), words...) }
