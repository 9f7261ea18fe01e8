package osop

import (
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// defaultEvents is how many events an edge with a condition waits for when the source does not say.
const defaultEvents = 100

// wait stands for waiting on an edge: for a time, or for an event from outside.
type wait struct {
	edge *Edge
	// to is the node that the edge leads to.
	to int
	// event tells that an event is waited for; when is the condition that it must meet, nil when any will do.
	event bool
	when  jsonata.Node
}

// waitOf is the wait that an edge of the flow leads into; nil for other edges.
func (g *graph) waitOf(edge int) *wait {
	if i := g.flow.Edges[edge].To - len(g.document.Nodes); i >= 0 {
		return &g.waits[i]
	}
	return nil
}

// waitLabel names a wait after its edge; of several between the same nodes the later ones are numbered.
func (g *graph) waitLabel(i int) string {
	from, to := scalarText(g.waits[i].edge.From), scalarText(g.waits[i].edge.To)
	twins := 1
	for _, earlier := range g.waits[:i] {
		if scalarText(earlier.edge.From) == from && scalarText(earlier.edge.To) == to {
			twins++
		}
	}
	if twins > 1 {
		to += " " + strconv.Itoa(twins)
	}
	return from + " to " + to + ": wait"
}

// eventVariable holds the event that let the flow go on to a node.
func (g *graph) eventVariable(to int) string {
	return g.names.of("event "+strconv.Itoa(to), g.document.Nodes[to].ID+"_event")
}

// awaiting is the node that waits for the event that can be read here: the edge's own, or one that led to the node; -1 without any.
func (s scope) awaiting() int {
	if s.edge >= 0 {
		if w := s.waitOf(s.edge); w != nil && w.event {
			return w.to
		}
	}
	if slices.ContainsFunc(s.waits, func(w wait) bool { return w.event && w.to == s.node }) {
		return s.node
	}
	return -1
}

// eventOrInput reads what a run was given. Behind a wait for an event, what only the awaiting node declares is the field of the event, if
// the event has it.
func (s scope) eventOrInput(path []string) (condition.Value, error) {
	given, err := s.input(path)
	to := s.awaiting()
	declared := slices.ContainsFunc(s.document.Inputs, func(i Input) bool { return i.Name == path[0] })
	if to < 0 || declared || !slices.ContainsFunc(s.document.Nodes[to].Inputs, func(p Port) bool { return p.Name == path[0] }) {
		return given, err
	}
	event := build.Var(s.eventVariable(to))
	given.Node = build.If(build.Exists(build.Path(event, path[0])), build.Path(event, path...), given.Node)
	return given, err
}

// waitOn gives the steps of waiting on an edge.
func (g *graph) waitOn(n int) []ir.Step {
	w := g.waits[n-len(g.document.Nodes)]
	var steps []ir.Step
	if w.event {
		steps = append(steps, g.awaitEvent(n, w)...)
	}
	if w.edge.DelaySeconds > 0 {
		label := g.Label(n)
		if len(steps) > 0 {
			label += ": delay"
		}
		steps = append(steps, &ir.Wait{Header: g.Header(n, label), Seconds: build.Number(float64(w.edge.DelaySeconds))})
	}
	return steps
}

// awaitEvent asks for an event, again and again until one meets the condition.
func (g *graph) awaitEvent(n int, w wait) []ir.Step {
	label := g.Label(n)
	question := object("kind", "event", "workflow", g.document.ID, "node", scalarText(w.edge.To), "event", orNil(scalarText(w.edge.Condition)),
		"inputs", jsonata.NewObject(), "fields", []any{}, "token", ir.TaskToken())
	ask := &ir.Call{Header: g.Header(n, label), Function: "api", WaitForToken: true, Arguments: object("question", question),
		Bind: g.eventVariable(w.to), Result: ir.Result()}
	if w.when == nil {
		return []ir.Step{ask}
	}
	ask.Head().Label = label + ": event"
	most := w.edge.Max
	if most == 0 {
		most = defaultEvents
	}
	cause := strconv.Itoa(most) + " events arrived on the edge " + scalarText(w.edge.From) + " → " + scalarText(w.edge.To) + " and none met its condition"
	tooMany := &ir.Fail{Header: g.Header(n, label+": too many"), Error: "Workflow.TooManyRounds", Cause: cause}
	return []ir.Step{
		&ir.Loop{Header: g.Header(n, label), Until: w.when, Max: most, Body: []ir.Step{ask}},
		&ir.Branch{Header: g.Header(n, label+": met?"), Cases: []ir.Case{{When: w.when}}, Else: []ir.Step{tooMany}},
	}
}
