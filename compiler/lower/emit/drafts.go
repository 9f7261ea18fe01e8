package emit

import (
	"strconv"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
)

// drafts identify states until all of them are there and can be named.
type drafts struct {
	steps  map[ir.Step]string
	labels map[string]label
}

// label says what a state is to be called, and where it comes from.
type label struct {
	text string
	// what tells a state from the owner, beside whose name it stands; "" for a state that has a name of its own.
	what  string
	owner string // id, or "" where text is the owner's name
	at    diag.Range
}

func newDrafts() *drafts { return &drafts{steps: map[ir.Step]string{}, labels: map[string]label{}} }

// add identifies a state.
func (d *drafts) add(made label) string {
	id := "#" + strconv.Itoa(len(d.labels))
	d.labels[id] = made
	return id
}

// own identifies the state of a step.
func (d *drafts) own(step ir.Step) string {
	id, known := d.steps[step]
	if !known {
		id = d.add(label{text: simplify.Label(step), at: step.Head().Range})
		d.steps[step] = id
	}
	return id
}

// beside identifies a state that a step needs besides its own.
func (d *drafts) beside(step ir.Step, what string) string {
	return d.add(label{text: simplify.Label(step), what: what, owner: d.own(step), at: step.Head().Range})
}

// named gives each state of a machine its name, by its id: those with a name of their own first, in the order of the source. It also tells
// where each name comes from.
func (d *drafts) named(machine *asl.Machine) (names map[string]string, ranges map[string]diag.Range) {
	names, ranges = map[string]string{}, map[string]diag.Range{}
	given := simplify.Names{}
	give := func(id, text string) {
		names[id] = given.State(text)
		ranges[names[id]] = d.labels[id].at
	}
	for state := range asl.Walk(machine) {
		if made := d.labels[state.Name]; made.what == "" {
			give(state.Name, made.text)
		}
	}
	for state := range asl.Walk(machine) {
		if made := d.labels[state.Name]; made.what != "" {
			owner, named := names[made.owner]
			if !named {
				owner = made.text
			}
			give(state.Name, besideLabel(owner, made.what))
		}
	}
	return names, ranges
}

// besideLabel is the label of a state beside another.
func besideLabel(owner, what string) string {
	if owner == "" {
		return "End"
	}
	return simplify.Cut(simplify.Legal(owner), asl.MaxName-len(what)-2) + ": " + what
}
