// Package edges holds the edge modes: a file and a row of the table for each. A row says what edges of the mode become, how they lie in the
// graph, and where they stand among the ways out of their source. Nothing else in the dialect knows a mode by its name.
package edges

import "github.com/steploom/steploom/compiler/dialect/osop/ast"

// Mode is one edge mode. Becomes says what edges of the mode become, for the documentation; each of the others is absent in most modes.
type Mode struct {
	Name, Becomes string
	Aside         bool      // edges leave the regular course, unless they go through a list: they do not make their target less of an entry
	Awaits        bool      // the target waits for an event from outside
	Cases         bool      // the edge stands for one edge per case, and one more for the default
	Weighs        bool      // a random number decides, by the weights of the edges
	Conditioned   bool      // an edge is expected to have a condition
	Undoes        bool      // the target only runs to undo the source: there is no way from one to the other
	Handles       *Handling // failures of the source
	// Follow says when an edge is followed, nil that it belongs to the regular course.
	Follow func(Edge) Place
}

// Handling is how an edge handles failures. Where it handles all errors, a condition on the HTTP status matches the error by its name, so that it
// is not retried.
type Handling struct {
	Turn   int      // of the edges that handle a failure of one node, the lowest first, below Turns
	Errors []string // names of the errors that are handled, none for all
	Strict bool     // the run fails when the edge closes a cycle and its bound is reached
}

// Turns is how many turns there are.
const Turns = 3

// Edge is what is known of an edge when it is placed.
type Edge struct {
	*ast.Edge
	Conditional bool // a condition was understood
	Otherwise   bool // it is the word for all else
	Default     bool // a switch's default_to
	Back        bool // the edge closes a cycle
	Idle        bool // the source only routes, so that it cannot fail
}

// Place says when an edge is followed: the way after success, and whether it handles failures.
type Place struct {
	Success Way
	Failure bool
}

// Way says when an edge is followed after its source succeeded. The ways are looked at in their order.
type Way int

// The ways.
const (
	Never  Way = iota
	Again      // alone, while its condition holds
	Chosen     // when its condition holds; all that hold, at once
	Result     // when its condition, which is one on errors, holds over the result
	Always     // beside those that are chosen
	Rest       // when none of those that are chosen was taken
)

// Default is the mode of an edge that does not say its mode.
const Default = "sequential"

// Table lists the edge modes in the order of the documentation.
func Table() []Mode {
	return []Mode{
		sequential(), conditional(), parallel(), loop(), event(), fallback(), failure(), timeout(), spawn(), choice(), compensation(), message(),
		dataflow(), signal(), weighted(),
	}
}

// Find gives the mode of a name.
func Find(name string) (mode Mode, known bool) {
	for _, row := range Table() {
		if row.Name == name {
			return row, true
		}
	}
	return Mode{}, false
}

// Place says when an edge is followed. One of the regular course is followed under its condition, for all else, or always.
func (m Mode) Place(e Edge) Place {
	switch {
	case m.Follow != nil:
		return m.Follow(e)
	case e.Otherwise:
		return Place{Success: Rest}
	case e.Conditional:
		return Place{Success: Chosen}
	default:
		return Place{Success: Always}
	}
}
