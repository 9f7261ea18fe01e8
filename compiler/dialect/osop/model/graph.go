// Package model holds a document by numbers: its nodes and the edges of the flow between them, and what follows from their shape. A Graph does not
// change once it is made.
package model

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/edges"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/inputs"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// Graph is one document. Nodes of the flow are numbered as in the document, behind them those that only wait.
type Graph struct {
	Document *ast.Document
	// Flow has the nodes and edges of the flow, without routes and bounds.
	Flow  flow.Graph
	Shape flow.Shape
	// Edges are what the edges of Flow stand for.
	Edges []Edge
	Waits []Wait

	byID      map[string]flow.NodeID
	producers map[string][]flow.NodeID      // nodes by the names they put out
	undoing   map[flow.NodeID][]flow.NodeID // nodes by those that they undo
}

// Edge is an edge of the flow: an edge of the document, or one case of a switch.
type Edge struct {
	*ast.Edge
	Mode edges.Mode
	// Case is what a switch must have, nil for other edges. Default marks the case that is taken when none fits.
	Case    *ast.Case
	Default bool
}

// Wait stands for waiting on an edge: for a time, or for an event from outside.
type Wait struct {
	Edge *ast.Edge
	// To is the node that the edge leads to.
	To flow.NodeID
	// Event tells that an event is waited for.
	Event bool
}

// New numbers the nodes and edges of a document. Edges to nodes that do not exist are reported and left out.
func New(document *ast.Document, reader *source.Reader) *Graph {
	g := &Graph{
		Document: document, Flow: flow.Graph{Nodes: make([]flow.Node, len(document.Nodes))},
		byID: map[string]flow.NodeID{}, producers: map[string][]flow.NodeID{}, undoing: map[flow.NodeID][]flow.NodeID{},
	}
	for n, node := range g.Nodes() {
		g.byID[node.ID] = n
		for _, port := range node.Outputs {
			if !slices.Contains(g.producers[port.Name], n) {
				g.producers[port.Name] = append(g.producers[port.Name], n)
			}
		}
	}
	for n, node := range g.Nodes() { // ids may be written with _ for -
		spelling := strings.ReplaceAll(node.ID, "-", "_")
		if _, taken := g.byID[spelling]; !taken {
			g.byID[spelling] = n
		}
	}
	for _, e := range document.Edges {
		g.lay(e, reader)
	}
	g.Shape = flow.Classify(g.Flow)
	return g
}

// known gives the node that a reference names; one that does not exist is reported.
func (g *Graph) known(ref ast.Ref, reader *source.Reader) (flow.NodeID, bool) {
	n, known := g.Find(ref.Name)
	if !known {
		near := source.DidYouMean(ref.Name, slices.Sorted(maps.Keys(g.byID)))
		reader.Report(codes.Dangling.Error(ref.Range, "there is no node %q", ref.Name).Fix("%s", cmp.Or(near, "add a node with this id, or delete the edge")))
	}
	return n, known
}

// lay adds the edges of the flow that an edge of the document stands for.
func (g *Graph) lay(e *ast.Edge, reader *source.Reader) {
	mode, _ := edges.Find(e.Mode)
	from, known := g.known(e.From, reader)
	to, knownToo := g.known(e.To, reader)
	switch {
	case !known || !knownToo:
	case mode.Undoes:
		if e.Compensates.Name != "" {
			from, _ = g.known(e.Compensates, reader)
		}
		g.undoing[from] = append(g.undoing[from], to)
		g.Flow.Nodes[to].Absent, g.Flow.Nodes[from].Undone = true, true
	case mode.Cases:
		g.Flow.Nodes[to].Target = true
		for i := range e.Cases {
			if target, known := g.known(e.Cases[i].To, reader); known {
				g.connect(from, target, Edge{Edge: e, Mode: mode, Case: &e.Cases[i]})
			}
		}
		if e.DefaultTo.Name == "" {
			return
		}
		if target, known := g.known(e.DefaultTo, reader); known {
			g.connect(from, target, Edge{Edge: e, Mode: mode, Default: true})
		}
	default:
		g.connect(from, to, Edge{Edge: e, Mode: mode})
	}
}

// connect leads an edge to its target, by way of a wait where the edge waits.
func (g *Graph) connect(from, to flow.NodeID, e Edge) {
	event := e.Mode.Awaits && !g.startsByEvent(from)
	if event || e.DelaySeconds > 0 {
		g.Waits = append(g.Waits, Wait{Edge: e.Edge, To: to, Event: event})
		g.Flow.Nodes = append(g.Flow.Nodes, flow.Node{})
		middle := flow.NodeID(len(g.Flow.Nodes) - 1)
		g.add(from, middle, e)
		from = middle
		plain := &ast.Edge{From: e.From, To: e.To, Mode: edges.Default, Range: e.Range, SpawnCount: 1, Max: e.Max}
		regular, _ := edges.Find(edges.Default)
		e = Edge{Edge: plain, Mode: regular}
	}
	g.add(from, to, e)
}

func (g *Graph) add(from, to flow.NodeID, e Edge) {
	aside := e.Mode.Aside && (e.ForEach == nil || e.Mode.Handles != nil)
	g.Edges = append(g.Edges, e)
	g.Flow.Edges = append(g.Flow.Edges, flow.Edge{From: from, To: to, Aside: aside})
}

// startsByEvent tells whether a node is an event node that starts the workflow, so that an event edge from it has nothing to wait for.
func (g *Graph) startsByEvent(n flow.NodeID) bool {
	leadsHere := func(e *ast.Edge) bool {
		target, known := g.Find(e.To.Name)
		return known && target == n
	}
	return g.Node(n).Type == "event" && !slices.ContainsFunc(g.Document.Edges, leadsHere)
}

// Nodes are the document's nodes with their numbers.
func (g *Graph) Nodes() iter.Seq2[flow.NodeID, *ast.Node] {
	return func(yield func(flow.NodeID, *ast.Node) bool) {
		for n, node := range g.Document.Nodes {
			if !yield(flow.NodeID(n), node) {
				return
			}
		}
	}
}

// Node is a node of the document. It may not be asked for a wait.
func (g *Graph) Node(n flow.NodeID) *ast.Node { return g.Document.Nodes[n] }

// Wait is what a node of the flow waits for, nil for a node of the document.
func (g *Graph) Wait(n flow.NodeID) *Wait {
	if i := int(n) - len(g.Document.Nodes); i >= 0 {
		return &g.Waits[i]
	}
	return nil
}

// Find gives the node of an id.
func (g *Graph) Find(id string) (flow.NodeID, bool) {
	n, known := g.byID[id]
	return n, known
}

// Producers are the nodes that put out a name, in the order of the document.
func (g *Graph) Producers(name string) []flow.NodeID { return g.producers[name] }

// Outputs are the names that nodes put out, sorted.
func (g *Graph) Outputs() []string { return slices.Sorted(maps.Keys(g.producers)) }

// Names are all names that mean something in the document: outputs, nodes and inputs, sorted.
func (g *Graph) Names() []string {
	names := append(g.Outputs(), slices.Collect(maps.Keys(g.byID))...)
	for _, input := range g.Document.Inputs {
		names = append(names, input.Name)
	}
	slices.Sort(names)
	return names
}

// IsFirst tells whether the run starts at a node.
func (g *Graph) IsFirst(n flow.NodeID) bool { return slices.Contains(g.Shape.Entries, n) }

// Declares tells whether the workflow declares an input.
func (g *Graph) Declares(input string) bool {
	return slices.ContainsFunc(g.Document.Inputs, func(i inputs.Input) bool { return i.Name == input })
}

// IsInput tells whether a run is given the name: declared by the workflow, or by a node that takes it before any node, or only it itself, puts it out.
func (g *Graph) IsInput(name string) bool {
	if g.Declares(name) {
		return true
	}
	for n, node := range g.Nodes() {
		if node.Takes(name) && !g.Given(name, n) && (len(g.producers[name]) == 0 || node.Gives(name)) {
			return true
		}
	}
	return false
}

// Given tells whether another node may have put out a name when the run comes to a node.
func (g *Graph) Given(name string, n flow.NodeID) bool {
	return slices.ContainsFunc(g.producers[name], func(m flow.NodeID) bool { return m != n && g.Flow.Leads(m, n) })
}

// Label is the name of a node. A wait is named after its edge; of several between the same nodes the later ones are numbered.
func (g *Graph) Label(n flow.NodeID) string {
	wait := g.Wait(n)
	if wait == nil {
		return g.Node(n).ID
	}
	twins, to := 1, wait.Edge.To.Name
	for _, other := range g.Waits[:int(n)-len(g.Document.Nodes)] {
		if other.Edge.String() == wait.Edge.String() {
			twins++
		}
	}
	if twins > 1 {
		to += " " + strconv.Itoa(twins)
	}
	return wait.Edge.From.Name + " to " + to + ": wait"
}

// Range is the place of a node.
func (g *Graph) Range(n flow.NodeID) diag.Range {
	if wait := g.Wait(n); wait != nil {
		return wait.Edge.Range
	}
	return g.Node(n).Range
}

// Repeating is the edge that makes a node run once per item or several times at once, nil when it runs as others do.
func (g *Graph) Repeating(n flow.NodeID) *ast.Edge {
	for i, e := range g.Flow.EdgeIDs() {
		if e.To == n && (g.Edges[i].ForEach != nil || g.Edges[i].SpawnCount > 1) {
			return g.Edges[i].Edge
		}
	}
	return nil
}

// Iterator is what the workflow calls the current item of a node that runs once per item, "" for any other.
func (g *Graph) Iterator(n flow.NodeID) string {
	switch e := g.Repeating(n); {
	case e == nil:
		return ""
	case e.ForEach != nil:
		return cmp.Or(e.Iterator, "item")
	default:
		return cmp.Or(e.Iterator, "spawn_index")
	}
}

// AwaitedFor is the node whose event can be read at a node or in the condition of an edge: the edge's own, or one that led to the node;
// NoNode when there is none.
func (g *Graph) AwaitedFor(n flow.NodeID, edge flow.EdgeID) flow.NodeID {
	if edge != flow.NoEdge {
		if wait := g.Wait(g.Flow.Edges[edge].To); wait != nil && wait.Event {
			return wait.To
		}
	}
	if slices.ContainsFunc(g.Waits, func(w Wait) bool { return w.Event && w.To == n }) {
		return n
	}
	return flow.NoNode
}

// Undoing are the nodes that undo a node.
func (g *Graph) Undoing(n flow.NodeID) []flow.NodeID { return g.undoing[n] }
