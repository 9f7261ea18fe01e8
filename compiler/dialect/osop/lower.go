package osop

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// lower makes one workflow of all documents, an operation of each.
func (p *project) lower() (*ir.Workflow, diag.List) {
	first := p.documents[0]
	workflow := &ir.Workflow{Name: first.ID, Doc: strings.TrimSpace(first.Name), Range: first.Range}
	if p.collection != nil {
		workflow.Name, workflow.Doc, workflow.Range = p.collection.id, p.collection.name, p.collection.at
	}
	var found diag.List
	for _, document := range p.documents {
		if len(document.Nodes) == 0 {
			continue
		}
		g := newGraph(document, p, &found)
		workflow.Operations = append(workflow.Operations, g.operations()...)
	}
	workflow.Connections = p.connections
	return workflow, found
}

// operations gives the operation of a document, and one more for each further route.
func (g *graph) operations() []*ir.Operation {
	g.checkShape()
	g.repeating()
	g.tasks = make([]*task, len(g.document.Nodes))
	g.triggers()
	for n := range g.document.Nodes {
		g.tasks[n] = g.task(n)
	}
	g.route()
	steps, warnings := flow.Lower(g.flow, g.shape, g)
	g.warn(warnings)
	g.writers()
	steps = append(g.start(), steps...)
	if missing := unset(steps); len(missing) > 0 {
		steps = append([]ir.Step{&ir.Assign{Header: ir.Header{Common: ir.Head{Range: g.document.Range}}, Bindings: missing}}, steps...)
	}
	operation := &ir.Operation{
		Name: g.document.ID, Doc: g.document.Name, TimeoutSeconds: g.document.TimeoutSeconds, Steps: steps, Range: g.document.Range,
	}
	if operation.Doc == "" {
		operation.Doc = g.document.Doc
	}
	return g.triggered(operation)
}

// checkShape reports what the shape of the graph says about mistakes.
func (g *graph) checkShape() {
	if g.shape.Guessed && len(g.document.Nodes) > 0 {
		first := g.document.Nodes[0]
		g.report(diag.Note, codeEntry, first.Range, "the run starts at "+first.ID+", the first node", "Every node has a predecessor.", "")
	}
	for _, n := range g.shape.Unreachable {
		if n < len(g.document.Nodes) && !g.compensates(n) {
			node := g.document.Nodes[n]
			g.report(diag.Warning, codeUnreachable, node.Range, "node "+node.ID+" is never reached", "No path from a start leads to it, so it never runs.", "add an edge that leads to it, or delete it")
		}
	}
}

// warn names the nodes that lose concurrency.
func (g *graph) warn(warnings []flow.Warning) {
	for _, w := range warnings {
		if len(w.Nodes) == 0 {
			continue
		}
		var names []string
		for _, n := range w.Nodes {
			names = append(names, g.Label(n))
		}
		detail := "The graph cannot be written as nested parallel branches. The order that the edges demand is kept."
		if w.Back >= 0 {
			e := g.flow.Edges[w.Back]
			detail = "The edge " + g.Label(e.From) + " → " + g.Label(e.To) + " leads back into one of several concurrent paths, which only works when they run one after another."
		}
		g.report(diag.Warning, codeConcurrency, g.Header(w.Nodes[0], "").Common.Range, "these nodes do not run at once: "+strings.Join(names, ", "), detail, "")
	}
}

// writers warns when nodes that may run at once put out the same name.
func (g *graph) writers() {
	var names []string
	for name := range g.producers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		nodes := g.producers[name]
		for i, a := range nodes {
			for _, b := range nodes[i+1:] {
				if !g.shape.Reaches(a, b) && !g.shape.Reaches(b, a) && g.together(a, b) {
					g.report(diag.Warning, codeWriters, g.document.Nodes[b].Range, "nodes "+g.document.Nodes[a].ID+" and "+g.document.Nodes[b].ID+" both put out "+name,
						"They may run at once; then the value of the one that stands later in the document stays.", "give the outputs different names")
				}
			}
		}
	}
}

// together tells whether some node leads to two others at once.
func (g *graph) together(a, b int) bool {
	for n := range g.flow.Nodes {
		for _, arm := range g.flow.Nodes[n].Success {
			toA, toB := false, false
			for _, out := range arm.Out {
				to := g.flow.Edges[out.Edge].To
				reachesA, reachesB := to == a || g.shape.Reaches(to, a), to == b || g.shape.Reaches(to, b)
				toA, toB = toA || reachesA && !reachesB, toB || reachesB && !reachesA
			}
			if toA && toB {
				return true
			}
		}
	}
	return slices.Contains(g.shape.Entries, a) && slices.Contains(g.shape.Entries, b)
}

// object makes an ordered object of alternating keys and values; a nil value is left out.
func object(pairs ...any) *jsonata.Object {
	o := jsonata.NewObject()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != nil {
			o.Set(pairs[i].(string), pairs[i+1])
		}
	}
	return o
}
