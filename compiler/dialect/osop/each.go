package osop

import (
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// repeating finds the nodes that run once per item (a loop edge with for_each leads to them) or several times at once (a spawn edge with a
// count). An edge that is no loop may not lead to such a node too, because then the node would have no item.
func (g *graph) repeating() {
	for i, e := range g.flow.Edges {
		l := g.edges[i]
		if l.edge.ForEach == nil && l.edge.SpawnCount <= 1 || e.To >= len(g.document.Nodes) {
			continue
		}
		if l.edge.ForEach != nil && l.edge.Condition != nil {
			g.report(diag.Warning, codeIgnored, l.edge.Condition.Range, "the condition of an edge with for_each is not looked at", "OSOP 1.1 says that for_each decides alone; an empty list leaves the node out.", "put the condition on an edge before")
		}
		g.iterators[e.To] = g.names.of("item "+strconv.Itoa(e.To), iteratorOf(l.edge))
		if l.edge.ForEach != nil {
			s := scope{graph: g, node: g.byID[scalarText(l.edge.From)], edge: -1}
			if value, ok := s.expression(l.edge.ForEach, trimReference(l.edge.ForEach.Value()), 0); ok {
				g.items[e.To] = orNullIf(value)
			}
		}
	}
}

func iteratorOf(e *Edge) string {
	switch {
	case e.Iterator != "":
		return e.Iterator
	case e.ForEach != nil:
		return "item"
	default:
		return "spawn_index"
	}
}

// iteratorName is what the workflow calls the current item of a node.
func (g *graph) iteratorName(n int) string {
	if e := g.repeatingEdge(n); e != nil {
		return iteratorOf(e)
	}
	return ""
}

func (g *graph) repeatingEdge(n int) *Edge {
	for i, e := range g.flow.Edges {
		if l := g.edges[i]; e.To == n && (l.edge.ForEach != nil || l.edge.SpawnCount > 1) {
			return l.edge
		}
	}
	return nil
}

// each gives a loop over the items; every output becomes the list of what the single runs put out. A failure of one run is the node's.
func (g *graph) each(n int, t *task, label string, handlers []ir.Handler) []ir.Step {
	edge := g.repeatingEdge(n)
	loop := &ir.Loop{Header: g.Header(n, label), Variable: g.iterators[n], Concurrency: 10}
	if edge.ForEach != nil {
		loop.Items = g.items[n]
	} else {
		loop.Count = build.Number(float64(edge.SpawnCount))
		loop.Concurrency = edge.SpawnCount
	}
	if t.idle {
		return []ir.Step{&ir.Assign{Header: g.Header(n, label), Bindings: g.passedOn(n, t)}}
	}
	body := g.run(n, t, label+": one", nil)
	g.collect(loop, body)
	loop.Body = body
	if len(handlers) == 0 {
		return []ir.Step{loop}
	}
	loop.Head().Label = label + ": all"
	parallel := &ir.Parallel{Header: g.Header(n, label), OnError: handlers,
		Branches: []ir.ParallelBranch{{Label: label + ": all", Body: []ir.Step{loop}}}}
	return []ir.Step{parallel}
}

// collect renames what one run sets and gathers it under the real name.
func (g *graph) collect(loop *ir.Loop, body []ir.Step) {
	rename := func(b *ir.Binding) {
		if b.Name == "" {
			return
		}
		own := g.names.of("one "+b.Name, b.Name+"_one")
		if !slices.ContainsFunc(loop.Collect, func(c ir.Collect) bool { return c.Name == b.Name }) {
			loop.Collect = append(loop.Collect, ir.Collect{Name: b.Name, Value: build.Var(own)})
		}
		b.Name = own
	}
	inner := map[string]string{}
	for _, step := range body {
		switch step := step.(type) {
		case *ir.Call:
			first := ir.Binding{Name: step.Bind}
			rename(&first)
			step.Bind = first.Name
			for i := range step.More {
				rename(&step.More[i])
			}
		case *ir.Invoke:
			first := ir.Binding{Name: step.Bind}
			was := step.Bind
			rename(&first)
			step.Bind = first.Name
			inner[was] = first.Name
		case *ir.Assign:
			for i := range step.Bindings {
				b := &step.Bindings[i]
				b.Value = ir.ReplaceValue(b.Value, func(name string) jsonata.Node {
					if renamed := inner[name]; renamed != "" {
						return build.Var(renamed)
					}
					return nil
				})
				rename(b)
			}
		}
	}
}
