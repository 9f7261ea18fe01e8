package convert

import (
	"fmt"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// State is what became of one state in JSONPath mode.
type State struct {
	Name    string
	Pointer string   // JSON pointer (RFC 6901) of the state in the definition
	Reason  string   // why it stays in JSONPath mode; empty when it was converted
	Notes   []string // what differs, where that can be seen
}

// Machine converts the states of a machine that are in JSONPath mode, and tells of each what became of it, in the order of [asl.Walk]. When all are
// converted, the new machine is in JSONata mode, otherwise its converted states say it one by one. The machine itself stays as it is; what the new one
// has in common with it is shared.
func Machine(machine *asl.Machine) (*asl.Machine, []State) {
	c := &converter{}
	converted := c.machine(machine, "")
	if c.kept == 0 {
		converted.QueryLanguage = asl.JSONata
		return without(converted), c.states
	}
	return converted, c.states
}

type converter struct {
	root   *asl.Machine
	states []State
	kept   int // states that stay in JSONPath mode
}

func (c *converter) machine(machine *asl.Machine, pointer string) *asl.Machine {
	if c.root == nil {
		c.root = machine
	}
	converted := *machine
	converted.States = asl.NewStates()
	for name, state := range machine.States.All() {
		converted.States.Set(name, c.state(name, state, asl.PointerTo(pointer, "States", name)))
	}
	return &converted
}

// state converts a state and those inside of it.
func (c *converter) state(name string, state asl.State, pointer string) asl.State {
	if asl.Language(state, c.root) == asl.JSONata {
		return c.inside(state, pointer)
	}
	at := len(c.states)
	c.states = append(c.states, State{Name: name, Pointer: pointer})
	s := &lowering{}
	converted := s.state(state)
	s.depth(converted)
	if s.reason != "" {
		c.states[at].Reason = s.reason
		c.kept++
		return c.inside(state, pointer)
	}
	c.states[at].Notes = s.notes
	return c.inside(converted, pointer)
}

// deepest is how deep an expression may nest. AWS stops at 100 levels; what calls itself needs some of them.
const deepest = 80

// depth refuses a state with an expression that Step Functions would not evaluate.
func (s *lowering) depth(state asl.State) {
	at := asl.Located{State: state, QueryLanguage: asl.JSONata}
	for formula := range at.Expressions() {
		if formula.Err != nil || jsonata.Depth(formula.Node) > deepest {
			s.refuse("the expression at %s would nest too deeply", formula.Pointer)
		}
	}
}

// inside is a copy of a state whose branches or item processor are converted.
func (c *converter) inside(state asl.State, pointer string) asl.State {
	switch s := state.(type) {
	case *asl.Parallel:
		converted := *s
		converted.Branches = nil
		for i, branch := range s.Branches {
			converted.Branches = append(converted.Branches, c.machine(branch, asl.PointerTo(pointer, "Branches", fmt.Sprint(i))))
		}
		return &converted
	case *asl.Map:
		converted := *s
		field := "ItemProcessor"
		if s.Iterator {
			field = "Iterator"
		}
		if s.ItemProcessor != nil {
			converted.ItemProcessor = c.machine(s.ItemProcessor, asl.PointerTo(pointer, field))
		}
		converted.Iterator = s.Iterator && asl.QueryLanguage(s) != asl.JSONata
		return &converted
	}
	return state
}

// without takes the query language off all states of a machine that belongs to the converter.
func without(machine *asl.Machine) *asl.Machine {
	for name, state := range machine.States.All() {
		machine.States.Set(name, asl.WithQueryLanguage(state, ""))
		for _, inner := range asl.Inside(state) {
			without(inner.Machine)
		}
	}
	return machine
}
