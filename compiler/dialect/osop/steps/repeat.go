package steps

import (
	"cmp"
	"strconv"

	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/dialect/osop/nodes"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// atOnce is how many items a node works on at once.
const atOnce = 10

// defaultEvents is how many events an edge with a condition waits for when the source does not say.
const defaultEvents = 100

// each gives a loop over the items; every output becomes the list of what the single runs put out. A failure of one run is the node's.
func (h host) each(n flow.NodeID, t *nodes.Task, label string, handlers []ir.Handler) []ir.Step {
	loop := &ir.Loop{Header: h.Header(n, label), Variable: h.Item(n), Concurrency: atOnce}
	if edge := h.Repeating(n); edge.ForEach != nil {
		loop.Items = h.Plan.Items[n]
	} else {
		loop.Count, loop.Concurrency = build.Number(float64(edge.SpawnCount)), edge.SpawnCount
	}
	loop.Body = h.run(n, t, label+": one", nil)
	loop.Gather(h.One)
	if len(handlers) == 0 {
		return []ir.Step{loop}
	}
	loop.Head().Label = label + ": all"
	branch := ir.ParallelBranch{Label: loop.Head().Label, Body: []ir.Step{loop}}
	return []ir.Step{&ir.Parallel{Header: h.Header(n, label), OnError: handlers, Branches: []ir.ParallelBranch{branch}}}
}

func (h host) wait(n flow.NodeID, wait *model.Wait) []ir.Step {
	var steps []ir.Step
	label := h.Label(n)
	if wait.Event {
		steps = h.awaitEvent(n, wait)
		label += ": delay"
	}
	if wait.Edge.DelaySeconds > 0 {
		steps = append(steps, &ir.Wait{Header: h.Header(n, label), Seconds: build.Number(float64(wait.Edge.DelaySeconds))})
	}
	return steps
}

// awaitEvent asks for an event, again and again until one meets the condition.
func (h host) awaitEvent(n flow.NodeID, wait *model.Wait) []ir.Step {
	label := h.Label(n)
	ask := h.call(n, nodes.AskEvent(h.Document.ID, wait.Edge), label)
	ask.Bind, ask.Result = h.Of(wait.To, names.Event), ir.Result()
	when := h.Plan.Events[n]
	if when == nil {
		return []ir.Step{ask}
	}
	ask.Head().Label = label + ": event"
	most := cmp.Or(wait.Edge.Max, defaultEvents)
	cause := strconv.Itoa(most) + " events arrived on the edge " + wait.Edge.String() + " and none met its condition"
	tooMany := &ir.Fail{Header: h.Header(n, label+": too many"), Error: tooManyRounds, Cause: cause}
	return []ir.Step{
		&ir.Loop{Header: h.Header(n, label), Until: when, Max: most, Body: []ir.Step{ask}},
		&ir.Branch{Header: h.Header(n, label+": met?"), Cases: []ir.Case{{When: when}}, Else: []ir.Step{tooMany}},
	}
}
