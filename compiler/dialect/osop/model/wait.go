package model

import (
	"strconv"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
)

// Wait stands for waiting on an edge: for a time, or for an event from outside.
type Wait struct {
	Edge *ast.Edge
	// To is the node that the edge leads to.
	To flow.NodeID
	// Event tells that an event is waited for.
	Event bool
}

// Wait is what a node of the flow waits for, nil for a node of the document.
func (g *Graph) Wait(n flow.NodeID) *Wait {
	if i := int(n) - len(g.Document.Nodes); i >= 0 {
		return &g.Waits[i]
	}
	return nil
}

// waitLabel names a wait after its edge; of several between the same nodes the later ones are numbered.
func (g *Graph) waitLabel(wait *Wait) string {
	twins, to := 1, wait.Edge.To.Name
	for i := range g.Waits {
		if &g.Waits[i] == wait {
			break
		}
		if e := g.Waits[i].Edge; e.From.Name == wait.Edge.From.Name && e.To.Name == to {
			twins++
		}
	}
	if twins > 1 {
		to += " " + strconv.Itoa(twins)
	}
	return wait.Edge.From.Name + " to " + to + ": wait"
}

// AwaitedFor is the node whose event can be read at a node or in the condition of an edge: the edge's own, or one that led to the node;
// NoNode when there is none.
func (g *Graph) AwaitedFor(n flow.NodeID, edge flow.EdgeID) flow.NodeID {
	if edge != flow.NoEdge {
		if wait := g.Wait(g.Flow.Edges[edge].To); wait != nil && wait.Event {
			return wait.To
		}
	}
	for _, wait := range g.Waits {
		if wait.Event && wait.To == n {
			return n
		}
	}
	return flow.NoNode
}
