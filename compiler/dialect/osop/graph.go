package osop

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// graph is one document on its way to an operation: its nodes and edges by number, and what is known of its names.
type graph struct {
	document *Document
	project  *project
	problems *diag.List

	flow  flow.Graph
	shape flow.Shape
	edges []link // by the numbers of flow.Edges
	waits []wait // nodes that only stand for waiting on an edge, numbered behind the document's

	names     *names
	byID      map[string]int
	producers map[string][]int     // nodes by the names they put out
	iterators map[int]string       // variable of the current item, by node that runs once per item
	items     map[int]jsonata.Node // the list that such a node goes through
	calls     map[int]bool         // nodes that make HTTP calls
	tasks     []*task

	needResult, needResponse, needFailure map[int]bool
	needOwn                               map[int][]string
	inputsRead                            map[string]bool
	draws                                 map[int]string // variable of the random number, by node with weighted edges
	wordsSeen                             map[string]bool

	routes    []*ir.HTTP   // routes that start the workflow
	schedules []ir.Trigger // everything else that does
}

// link is an edge of the flow: an edge of the document, or one case of a switch.
type link struct {
	edge *Edge
	// value is what the switch must have; nil for other edges. fallback marks the case taken when none fits.
	value    *SwitchCase
	fallback bool
	tree     condition.Node // the parsed condition, nil without one
	when     jsonata.Node
}

func newGraph(document *Document, project *project, problems *diag.List) *graph {
	g := &graph{
		document: document, project: project, problems: problems, names: newNames(), byID: map[string]int{}, producers: map[string][]int{},
		iterators: map[int]string{}, items: map[int]jsonata.Node{}, calls: map[int]bool{}, needResult: map[int]bool{}, needResponse: map[int]bool{}, needFailure: map[int]bool{},
		needOwn: map[int][]string{}, inputsRead: map[string]bool{}, draws: map[int]string{}, wordsSeen: map[string]bool{},
	}
	for i, n := range document.Nodes {
		g.byID[n.ID] = i
		for _, port := range n.Outputs {
			if !slices.Contains(g.producers[port.Name], i) {
				g.producers[port.Name] = append(g.producers[port.Name], i)
			}
		}
		g.calls[i] = n.Type == "api" && n.Lambda == ""
	}
	for i, n := range document.Nodes { // ids may be written with _ for -
		if spelling := strings.ReplaceAll(n.ID, "-", "_"); spelling != n.ID {
			if _, taken := g.byID[spelling]; !taken {
				g.byID[spelling] = i
			}
		}
	}
	g.link()
	return g
}

func (g *graph) report(severity diag.Severity, code string, at diag.Range, summary, detail, fix string) {
	g.problems.Add(diag.Diagnostic{Severity: severity, Code: code, Range: at, Summary: summary, Detail: detail, Fix: fix})
}

// link numbers the edges and finds entries and cycles.
func (g *graph) link() {
	g.flow.Nodes = make([]flow.Node, len(g.document.Nodes))
	for _, e := range g.document.Edges {
		if e.Mode == Compensation {
			continue
		}
		for _, l := range links(e) {
			g.connect(e.fromIndex, g.target(l), l)
		}
	}
	for n := range g.document.Nodes {
		g.flow.Nodes[n].Absent = g.compensates(n)
	}
	g.shape = flow.Classify(g.flow)
}

// links are the flow edges that an edge of the document stands for.
func links(e *Edge) []link {
	if e.Mode != Switch {
		return []link{{edge: e}}
	}
	var found []link
	for i := range e.Cases {
		found = append(found, link{edge: e, value: &e.Cases[i]})
	}
	if e.DefaultTo != nil {
		found = append(found, link{edge: e, fallback: true})
	}
	return found
}

// target is the node that a flow edge leads to; -1 when a switch names none that exists (which is reported).
func (g *graph) target(l link) int {
	var node *source.Node
	switch {
	case l.value != nil:
		node = l.value.To
	case l.fallback:
		node = l.edge.DefaultTo
	default:
		return l.edge.toNode
	}
	if n, known := g.byID[scalarText(node)]; known {
		return n
	}
	g.report(diag.Error, codeDangling, node.Range, "there is no node "+quoted(scalarText(node)), "", "add a node with this id")
	return -1
}

func (g *graph) connect(from, to int, l link) {
	if to < 0 {
		return
	}
	event := waitsForEvent(l.edge) && !g.startsByEvent(from)
	if event || l.edge.DelaySeconds > 0 {
		g.waits = append(g.waits, wait{edge: l.edge, to: to, event: event})
		g.flow.Nodes = append(g.flow.Nodes, flow.Node{})
		middle := len(g.flow.Nodes) - 1
		g.add(from, middle, l)
		g.add(middle, to, link{edge: &Edge{From: l.edge.From, To: l.edge.To, Mode: Sequential, Range: l.edge.Range, SpawnCount: 1, Max: l.edge.Max}})
		return
	}
	g.add(from, to, l)
}

func (g *graph) add(from, to int, l link) {
	g.edges = append(g.edges, l)
	g.flow.Edges = append(g.flow.Edges, flow.Edge{From: from, To: to, Aside: aside(l.edge)})
}

// aside tells whether an edge leaves the regular course.
func aside(e *Edge) bool {
	switch e.Mode {
	case ErrorMode, Fallback, Timeout:
		return true
	case Loop:
		return e.ForEach == nil
	default:
		return false
	}
}

func waitsForEvent(e *Edge) bool { return e.Mode == EventMode || e.Mode == Signal }

// startsByEvent tells whether a node is an event node that starts the workflow, so that an event edge from it has nothing to wait for.
func (g *graph) startsByEvent(n int) bool {
	if g.document.Nodes[n].Type != "event" {
		return false
	}
	return !slices.ContainsFunc(g.document.Edges, func(e *Edge) bool { return e.toNode == n })
}
