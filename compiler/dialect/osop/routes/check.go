package routes

import (
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
)

// Check reports what the shape of a graph says about mistakes, and the nodes that do not run at once although the graph would let them.
func (p *Plan) Check(g *names.Names, warnings []flow.Warning) {
	if g.Shape.Guessed {
		first := g.Document.Nodes[0]
		g.Report(codes.Entry.Note(first.Range, "the run starts at %s, the first node", first.ID).Why("Every node has a predecessor."))
	}
	for _, n := range g.Shape.Unreachable {
		if g.Wait(n) == nil {
			g.Report(codes.Unreachable.Warning(g.Range(n), "node %s is never reached", g.Label(n)).
				Why("No path from a start leads to it, so it never runs.").Fix("add an edge that leads to it, or delete it"))
		}
	}
	for _, name := range g.Outputs() {
		p.writers(g, name)
	}
	for _, w := range warnings {
		if len(w.Nodes) == 0 {
			continue
		}
		var labels []string
		for _, n := range w.Nodes {
			labels = append(labels, g.Label(n))
		}
		why := "The graph cannot be written as nested parallel branches. The order that the edges demand is kept."
		if w.Back != flow.NoEdge {
			e := g.Flow.Edges[w.Back]
			why = "The edge " + g.Label(e.From) + " → " + g.Label(e.To) + " leads back into one of several concurrent paths, which only works when they run one after another."
		}
		g.Report(codes.Concurrency.Warning(g.Range(w.Nodes[0]), "these nodes do not run at once: %s", strings.Join(labels, ", ")).Why("%s", why))
	}
}

// writers warns when nodes that may run at once put out the same name.
func (p *Plan) writers(g *names.Names, name string) {
	nodes := g.Producers(name)
	for i, a := range nodes {
		for _, b := range nodes[i+1:] {
			if g.Shape.Together(p.Flow, a, b) {
				g.Report(codes.Writers.Warning(g.Range(b), "nodes %s and %s both put out %s", g.Label(a), g.Label(b), name).
					Why("They may run at once; then the value of the one that stands later in the document stays.").Fix("give the outputs different names"))
			}
		}
	}
}
