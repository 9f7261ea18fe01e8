package osop

import (
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// undoing are the nodes that undo a node, by its compensation edges.
func (g *graph) undoing(n int) []int {
	var found []int
	for _, e := range g.document.Edges {
		if e.Mode == Compensation && g.undone(e) == n {
			found = append(found, e.toNode)
		}
	}
	return found
}

// undone is the node that a compensation edge undoes.
func (g *graph) undone(e *Edge) int {
	if e.Compensates == nil {
		return e.fromIndex
	}
	if n, known := g.byID[scalarText(e.Compensates)]; known {
		return n
	}
	g.report(diag.Error, codeDangling, e.Compensates.Range, "there is no node "+quoted(scalarText(e.Compensates)), "", "")
	return e.fromIndex
}

// compensates tells whether a node only runs to undo another.
func (g *graph) compensates(n int) bool {
	return slices.ContainsFunc(g.document.Edges, func(e *Edge) bool { return e.Mode == Compensation && e.toNode == n })
}

// undoneBy are the nodes that must be undone when a node fails, the last one first.
func (g *graph) undoneBy(n int) []int {
	var found []int
	for _, m := range slices.Backward(g.shape.Order) {
		if m < len(g.document.Nodes) && len(g.undoing(m)) > 0 && g.shape.Reaches(m, n) {
			found = append(found, m)
		}
	}
	return found
}

func (g *graph) doneVariable(n int) string {
	return g.names.of("done "+strconv.Itoa(n), g.document.Nodes[n].ID+"_done")
}

// compensations undoes, in reverse order, what has been done before a node failed.
func (g *graph) compensations(n int) []ir.Step {
	var steps []ir.Step
	for _, m := range g.undoneBy(n) {
		var body []ir.Step
		for _, undo := range g.undoing(m) {
			if t := g.tasks[undo]; !t.idle {
				body = append(body, g.run(undo, t, g.Label(undo)+" (after "+g.Label(n)+")", nil)...)
			}
		}
		steps = append(steps, &ir.Branch{Header: g.Header(n, g.Label(n)+": undo "+g.Label(m)), Cases: []ir.Case{{When: build.Binary(build.Var(g.doneVariable(m)), "=", build.Bool(true)), Body: body}}})
	}
	return steps
}
