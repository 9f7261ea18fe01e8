package asl

import (
	"iter"
	"slices"
	"strconv"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Located is a state and where it stands in a machine.
type Located struct {
	Name  string
	State State
	// Machine is the machine, branch or item processor that the state is one of.
	Machine *Machine
	// Path names the states around it, the outermost first; empty for a state of the machine itself.
	Path []string
	// Pointer is the JSON pointer (RFC 6901) of the state in the whole definition: /States/A/Branches/0/States/B.
	Pointer string
	// QueryLanguage is the query language of the state, its own or that of the whole machine.
	QueryLanguage string
}

// Walk visits every state of a machine in order, each one followed by the states inside it. A nil machine has none.
func Walk(machine *Machine) iter.Seq[Located] {
	return func(yield func(Located) bool) { walk(machine, Nested{Machine: machine}, nil, yield) }
}

func walk(root *Machine, level Nested, path []string, yield func(Located) bool) bool {
	if level.Machine == nil {
		return true
	}
	states := join(level.Pointer, "States")
	for name, state := range level.Machine.States.All() {
		at := Located{Name: name, State: state, Machine: level.Machine, Path: path, Pointer: join(states, name), QueryLanguage: Language(state, root)}
		if !yield(at) {
			return false
		}
		inside := append(slices.Clip(path), name)
		for _, inner := range Inside(state) {
			if !walk(root, Nested{inner.Machine, at.Pointer + inner.Pointer}, inside, yield) {
				return false
			}
		}
	}
	return true
}

// Nested is a machine inside a state. Pointer is its JSON pointer, seen from the state.
type Nested struct {
	Machine *Machine
	Pointer string
}

// Inside lists the machines inside a state: the item processor of a Map, the branches of a Parallel.
func Inside(state State) []Nested {
	switch state := state.(type) {
	case *Map:
		if state.ItemProcessor != nil {
			return []Nested{{state.ItemProcessor, "/" + processorField(state)}}
		}
	case *Parallel:
		branches := make([]Nested, len(state.Branches))
		for i, branch := range state.Branches {
			branches[i] = Nested{branch, element("/Branches", i)}
		}
		return branches
	}
	return nil
}

// processorField is the name of the field that holds the item processor.
func processorField(state *Map) string {
	if state.Iterator {
		return "Iterator"
	}
	return "ItemProcessor"
}

// element is the pointer of an element of a list.
func element(list string, i int) string { return join(list, strconv.Itoa(i)) }

// Way is one way out of a state. Pointer is the JSON pointer of the field that names the target, seen from the state: /Next, /Default,
// /Choices/0/Next, /Catch/0/Next.
type Way struct {
	Target  string
	Pointer string
}

// Next lists every way out of a state: Next, then those of its choices, its catchers and its default. A state that ends has none but its
// catchers'.
func Next(state State) []Way {
	var ways []Way
	add := func(target, pointer string) {
		if target != "" {
			ways = append(ways, Way{target, pointer})
		}
	}
	catches := func(catchers []Catcher) {
		for i, catcher := range catchers {
			add(catcher.Next, element("/Catch", i)+"/Next")
		}
	}
	switch state := state.(type) {
	case *Pass:
		add(state.Next, "/Next")
	case *Wait:
		add(state.Next, "/Next")
	case *Task:
		add(state.Next, "/Next")
		catches(state.Catch)
	case *Parallel:
		add(state.Next, "/Next")
		catches(state.Catch)
	case *Map:
		add(state.Next, "/Next")
		catches(state.Catch)
	case *Choice:
		for i, rule := range state.Choices {
			add(rule.Next, element("/Choices", i)+"/Next")
		}
		add(state.Default, "/Default")
	case *Succeed, *Fail: // the end
	}
	return ways
}

// Ends tells whether a machine succeeds with the state: a Succeed, or a state with End.
func Ends(state State) bool {
	switch s := state.(type) {
	case *Pass:
		return s.End
	case *Wait:
		return s.End
	case *Task:
		return s.End
	case *Parallel:
		return s.End
	case *Map:
		return s.End
	case *Succeed:
		return true
	}
	return false
}

// Targets names the states that may follow a state, each once, in the order of [Next].
func Targets(state State) []string {
	var names []string
	for _, way := range Next(state) {
		if !slices.Contains(names, way.Target) {
			names = append(names, way.Target)
		}
	}
	return names
}

// Reached is the set of names that can be reached from start, start included, by following next.
func Reached(start string, next func(name string) []string) map[string]bool {
	reached := map[string]bool{start: true}
	for waiting := []string{start}; len(waiting) > 0; {
		name := waiting[0]
		waiting = waiting[1:]
		for _, target := range next(name) {
			if !reached[target] {
				reached[target] = true
				waiting = append(waiting, target)
			}
		}
	}
	return reached
}

// Outcome is what a state hands on one way: Assign sets variables, Output is the output; either is nil where the state does not say.
type Outcome struct {
	// Pointer is the JSON pointer of the object that holds the two fields, seen from the state: "" for the state's own, /Choices/0, /Catch/0.
	Pointer string
	Assign  *jsonata.Object
	Output  any
}

// Outcomes lists what a state can hand on: its own outcome, then those of its choices and catchers. A Fail has none.
func Outcomes(state State) []Outcome {
	switch s := state.(type) {
	case *Pass:
		return []Outcome{{Assign: s.Assign, Output: s.Output}}
	case *Wait:
		return []Outcome{{Assign: s.Assign, Output: s.Output}}
	case *Succeed:
		return []Outcome{{Output: s.Output}}
	case *Choice:
		outcomes := []Outcome{{Assign: s.Assign, Output: s.Output}}
		for i, rule := range s.Choices {
			outcomes = append(outcomes, Outcome{element("/Choices", i), rule.Assign, rule.Output})
		}
		return outcomes
	case *Task:
		return append([]Outcome{{Assign: s.Assign, Output: s.Output}}, caught(s.Catch)...)
	case *Parallel:
		return append([]Outcome{{Assign: s.Assign, Output: s.Output}}, caught(s.Catch)...)
	case *Map:
		return append([]Outcome{{Assign: s.Assign, Output: s.Output}}, caught(s.Catch)...)
	}
	return nil
}

func caught(catchers []Catcher) []Outcome {
	outcomes := make([]Outcome, len(catchers))
	for i, catcher := range catchers {
		outcomes[i] = Outcome{Pointer: element("/Catch", i), Assign: catcher.Assign, Output: catcher.Output}
	}
	return outcomes
}
