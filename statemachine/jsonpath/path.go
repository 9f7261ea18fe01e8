package jsonpath

// Span is a stretch of a path's text, in bytes.
type Span struct{ Start, End int }

// At gives the place of what the span belongs to.
func (s Span) At() Span { return s }

func (s *Span) extend(end int) { s.End = end }

// Path is a parsed path.
type Path struct {
	Span
	Root  Root
	Steps []Step

	text    string
	flavour Flavour
}

// String gives the path as it was written.
func (p *Path) String() string { return p.text }

// Root is where a path begins. Its span is empty when the text leaves it out.
type Root struct {
	Span
	Kind RootKind
	// Name is that of a variable.
	Name string
}

// RootKind tells the beginnings of paths apart.
type RootKind int

const (
	// Document is $, the value that the path is applied to.
	Document RootKind = iota
	// Element is @, the value that a filter looks at.
	Element
	// Context is $$, the context object of an execution.
	Context
	// Variable is $name.
	Variable
)

// Step is one step of a path: *Child, *Index, *Slice, *Wildcard, *Descend, *Filter or *Function.
type Step interface {
	At() Span
	extend(end int)
	step()
}

type (
	// Child is .name, ['name'] or ['name','other']: fields of an object.
	Child struct {
		Span
		Names []string
	}
	// Index is [n] or [n,m]: elements of a list, negative ones counted from its end.
	Index struct {
		Span
		Indexes []int
	}
	// Slice is [from:to:by]; nil is what was left out.
	Slice struct {
		Span
		From, To, By *int
	}
	// Wildcard is [*], or .* when it was written with a dot: all elements of a list or values of an object.
	Wildcard struct {
		Span
		Dotted bool
	}
	// Descend is ..name, ..* or ..[…]: a step taken from the value and from everything below it.
	Descend struct {
		Span
		Step Step
	}
	// Filter is [?(…)]: the elements for which a condition holds.
	Filter struct {
		Span
		Condition Condition
	}
	// Function is .name(…), applied to everything the path has found so far.
	Function struct {
		Span
		Name string
		// Arguments are literals and paths.
		Arguments []Operand
	}
)

func (*Child) step()    {}
func (*Index) step()    {}
func (*Slice) step()    {}
func (*Wildcard) step() {}
func (*Descend) step()  {}
func (*Filter) step()   {}
func (*Function) step() {}

// Definite tells that a path names at most one place, as Jayway sees it: several names at the end make one object, a function at the end of a path with
// .. is applied to one list.
func (p *Path) Definite() bool {
	if p.Aggregates() {
		return true
	}
	for i, step := range p.Steps {
		if !definite(step, i == len(p.Steps)-1) {
			return false
		}
	}
	return true
}

// Aggregates tells that the path begins with .. and ends in a function, which Jayway then applies once to the list of all that the path before finds.
func (p *Path) Aggregates() bool {
	if len(p.Steps) < 2 {
		return false
	}
	_, descends := p.Steps[0].(*Descend)
	_, function := p.Steps[len(p.Steps)-1].(*Function)
	return descends && function
}

func definite(step Step, last bool) bool {
	switch step := step.(type) {
	case *Child:
		return len(step.Names) == 1 || last
	case *Index:
		return len(step.Indexes) == 1
	case *Function:
		return true
	default:
		return false
	}
}

// Reference tells that a path is a reference path of the States Language: single names and single indexes lead to one place.
func (p *Path) Reference() bool {
	for _, step := range p.Steps {
		switch step := step.(type) {
		case *Child:
			if len(step.Names) > 1 {
				return false
			}
		case *Index:
			if len(step.Indexes) > 1 {
				return false
			}
		default:
			return false
		}
	}
	return true
}
