package plan

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Loop says how a loop goes: a Map, Rounds or Until.
type Loop interface {
	// Why says why the loop goes in this way.
	Why() string
	// sets gives the names that the loop sets in the scope it stands in, and inScope the steps of its body that belong to that scope.
	sets(loop *ir.Loop) []string
	inScope() []ir.Step
}

// Map is a loop whose iterations stand for themselves.
type Map struct {
	Items jsonata.Node
	// Selector is the input of an iteration; nil for the item.
	Selector ir.Value
	Body     []ir.Step
	// Output is what an iteration hands out, nil for nothing; Set is what the loop sets from the outputs of all.
	Output ir.Value
	Set    []ir.Binding
}

// Rounds is a loop over items or numbers that goes round by a Choice.
type Rounds struct {
	// Start is set before the first round; Started tells that the state before the loop does it.
	Start   []ir.Binding
	Started bool
	// More tells whether there is another round, Each is set at its beginning.
	More jsonata.Node
	Each []ir.Binding
	Body []ir.Step
	why  string
}

// Until is a loop that ends when a condition holds, or after its last round.
type Until struct {
	// Start is set before the first round, Again before every other.
	Start, Again []ir.Binding
	// Last tells whether a round is the last that may be.
	Last jsonata.Node
	Body []ir.Step
	why  string
}

// Why implements Loop.
func (Map) Why() string { return "nothing leaves the loop, so it is a Map" }

// Why implements Loop.
func (r Rounds) Why() string { return "counted loop: " + r.why }

// Why implements Loop.
func (u Until) Why() string { return "counted loop: " + u.why }

func (Map) sets(loop *ir.Loop) []string { return ir.Assigned(&ir.Loop{Collect: loop.Collect}) }

func (r Rounds) sets(loop *ir.Loop) []string {
	return append(ir.Assigned(loop), ir.Assigned(&ir.Assign{Bindings: r.Each})...)
}

func (Until) sets(loop *ir.Loop) []string { return ir.Assigned(loop) }

func (Map) inScope() []ir.Step      { return nil }
func (r Rounds) inScope() []ir.Step { return r.Body }
func (u Until) inScope() []ir.Step  { return u.Body }
