// Package edges holds the edge modes: a file and a row of the table for each. A row says what edges of the mode become, how they lie in the
// graph, and where they stand among the ways out of their source. Nothing else in the dialect knows a mode by its name.
package edges

import "github.com/steploom/steploom/compiler/dialect/osop/ast"

// Mode is one edge mode.
type Mode struct {
	Name string
	// Becomes says what edges of the mode become, for the documentation.
	Becomes string
	// Aside edges leave the regular course, unless they go through a list: they do not make their target less of an entry.
	Aside bool
	// Awaits tells that the target waits for an event from outside.
	Awaits bool
	// Cases tells that the edge stands for one edge per case, and one more for the default.
	Cases bool
	// Weighs tells that a random number decides, by the weights of the edges.
	Weighs bool
	// Conditioned tells that an edge of the mode is expected to have a condition.
	Conditioned bool
	// Undoes tells that the target only runs to undo the source: there is no way from one to the other.
	Undoes bool
	// Handles says which failures of the source the edge handles, nil when none.
	Handles *Handling
	// Follow says when an edge of the mode is followed, nil that it belongs to the regular course.
	Follow func(Edge) Place
}

// Handling is how an edge handles failures.
type Handling struct {
	// Turn orders the edges that handle a failure of one node, the lowest first, below Turns.
	Turn int
	// Errors are the names of the errors that are handled, none for all. Where it is all, a condition on the HTTP status matches the error by its
	// name, so that it is not retried.
	Errors []string
	// Strict tells that the run fails when the edge closes a cycle and its bound is reached.
	Strict bool
}

// Turns is how many turns there are.
const Turns = 3

// Edge is what is known of an edge when it is placed.
type Edge struct {
	*ast.Edge
	// Conditional tells that a condition was understood, Otherwise that it is the word for all else. Default marks a switch's default_to.
	Conditional, Otherwise, Default bool
	// Back edges close a cycle.
	Back bool
	// Idle tells that the source only routes, so that it cannot fail.
	Idle bool
}

// Place says when an edge is followed.
type Place struct {
	Success Way
	// Failure tells that the edge handles failures.
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
func Find(name string) (Mode, bool) {
	for _, mode := range Table() {
		if mode.Name == name {
			return mode, true
		}
	}
	return Mode{}, false
}

// Of gives the mode of an edge.
func Of(edge *ast.Edge) Mode {
	mode, _ := Find(edge.Mode)
	return mode
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
