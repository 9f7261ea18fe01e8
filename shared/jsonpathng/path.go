package jsonpathng

import (
	"slices"

	"github.com/steploom/steploom/shared/pytext"
)

// Path is a parsed path. It may be used by many goroutines.
type Path struct {
	text  string
	root  node
	names []string // of a path of names alone
	fails *Error
}

// String gives the text of which the path was read.
func (p *Path) String() string { return p.text }

// Fails tells of a part of the path that fails on every document on which it is evaluated, nil where there is none: the path parses, as in the library, and
// nobody can mean it.
func (p *Path) Fails() *Error { return p.fails }

// Names are those of a path that goes from the document by one name after another, $.constant.host or $['a']['b c']; plain is false of every other path.
func (p *Path) Names() (names []string, plain bool) { return slices.Clone(p.names), len(p.names) > 0 }

// namesOf are the names of a path of names alone.
func namesOf(path node) []string {
	var names []string
	for {
		step, isChild := path.(*child)
		if !isChild {
			break
		}
		field, isField := step.right.(*fields)
		if !isField || len(field.names) != 1 {
			return nil
		}
		names, path = append(names, field.names[0]), step.left
	}
	if _, begins := path.(*root); !begins {
		return nil
	}
	slices.Reverse(names)
	return names
}

// node is a part of a path.
type node interface {
	// find hands on what the part matches, seen from at. It ends with the first error of found.
	find(e *evaluation, at *match, found func(*match) error) error
}

// The parts of a path. An operand of an operation is a node, or a value where it is a literal.
type (
	root      struct{}
	this      struct{}
	parent    struct{}
	wildcard  struct{}
	length    struct{}
	keys      struct{}
	lastPath  struct{} // `path`
	str       struct{}
	fields    struct{ names []string }
	index     struct{ places []int }
	slice     struct{ start, stop, step *int }
	child     struct{ pair }
	descend   struct{ pair }
	where     struct{ pair }
	whereNot  struct{ pair }
	union     struct{ pair }
	intersect struct{ pair }
	operation struct {
		left     any
		operator byte
		right    any
	}
	filter struct {
		condition condition
		linked    bool // it looks at the whole document, so that it must know where it is
	}
	sorted struct {
		by []sortKey // none: by the elements themselves
	}
	sortKey struct {
		path      node
		backwards bool
	}
)

// pair are the two sides of an operator between paths.
type pair struct{ left, right node }

func (p pair) sides() (left, right any) { return p.left, p.right }

func (o *operation) sides() (left, right any) { return o.left, o.right }

// match is a value and where it was found.
type match struct {
	value  any    // of pytext
	parent *match // nil at a root, and of what was made
	place  place
}

// place is the last part of the way to a value.
type place struct {
	kind placeKind
	name string // of a field
	at   int    // of an element
}

type placeKind byte

const (
	atThis placeKind = iota
	atRoot
	atField
	atElement
	atLength
	atKeys
	atPath
)

// made is a match of a value that was made and lies nowhere.
func made(value any) *match { return &match{value: value} }

// element is the match of an element of a list.
func (m *match) element(i int, value any) *match {
	return &match{value: pytext.Value(value), parent: m, place: place{kind: atElement, at: i}}
}

// field is the match of a field of a dict.
func (m *match) field(name any, value any) *match {
	return &match{value: pytext.Value(value), parent: m, place: place{kind: atField, name: pytext.Str(name)}}
}
