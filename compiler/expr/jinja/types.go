package jinja

import "github.com/steploom/steploom/statemachine/jsonata"

// Kinds is a set of kinds of values.
type Kinds uint16

// The kinds of values that a template sees.
const (
	Undefined Kinds = 1 << iota // there is none
	None                        // null
	Boolean
	Integer // a whole number
	Float   // a number with a fraction
	String
	List
	Object

	// JSON is any value that there is, Any one that there may be.
	JSON = None | Boolean | Integer | Float | String | List | Object
	Any  = JSON | Undefined
)

// Type is what is known of a value.
type Type struct {
	Kinds   Kinds
	Members map[string]Type // of an object: members that are known. Others may be there, or not, and be anything
	Items   *Type           // of a list; nil where nothing is known
}

func (t Type) may(kinds Kinds) bool { return t.Kinds&kinds != 0 }

// only tells whether a value is certainly of some kinds.
func (t Type) only(kinds Kinds) bool { return t.Kinds&^kinds == 0 }

// member is the type of a member of an object.
func (t Type) member(name string) Type {
	if known, ok := t.Members[name]; ok {
		return known
	}
	return Type{Kinds: Any}
}

// item is the type of an item of a list.
func (t Type) item() Type {
	if t.Items != nil {
		return *t.Items
	}
	return Type{Kinds: JSON}
}

// union is the type of a value that is one of two.
func union(a, b Type) Type { return Type{Kinds: a.Kinds | b.Kinds} }

// Root is a variable: its expression, which is short, and its type.
type Root struct {
	Node jsonata.Node
	Type Type
}

// Resolve gives a variable by its name; ok is false for one that there is not, which is undefined.
type Resolve func(name string) (root Root, ok bool)

// Mode says what a template gives.
type Mode string

// The modes, as the result of function filter names them. Literal is for that alone: a template is not lowered by it.
const (
	Text    Mode = "text"
	Native  Mode = "native"
	Literal Mode = "literal"
	Whole   Mode = "value"
)
