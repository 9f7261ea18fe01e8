package flow

import (
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Graph is a process graph. Nodes and edges are numbered in the order of the source.
type Graph struct {
	Nodes []Node
	Edges []Edge
}

// Node says where the flow goes when the node is done.
type Node struct {
	// Success is decided after the node succeeded, Failure after it failed and all retries were used up.
	// When no arm of Success holds the path ends; when no arm of Failure holds the error is raised again.
	Success, Failure Route
	// Fails tells that the node can fail. When that is handled by no arm of Failure, an Optional node is left as after success.
	Fails, Optional bool
	// Undone nodes must be undone when the run fails after they succeeded, so that no branch may fail while others run.
	Undone bool
	// Absent nodes are no part of the course: they are neither entries nor unreachable.
	Absent bool
	// Target nodes are named by an edge, if only by one that is never taken, so that they are no entries unless everything that leads to them
	// comes after them.
	Target bool
}

// Edge leads from one node to another.
type Edge struct {
	From, To NodeID
	// Aside marks edges that leave the regular course: loops, errors, fallbacks, timeouts. They do not make their target less of an entry.
	Aside bool
	// Max bounds how often the edge is taken when it closes a cycle; Counter is the variable that counts it.
	Max     int
	Counter string
	// Strict makes the run fail when the bound is reached; otherwise the next arm of the route is tried.
	Strict bool
}

// Route is a list of arms; the first that holds is taken.
type Route []Arm

// Arm is one way to go on.
type Arm struct {
	// When is the condition, nil when the arm always holds.
	When jsonata.Node
	// Errors restricts an arm of a failure route to errors of these names; empty takes every error.
	Errors []string
	// Out are the edges taken, all at once.
	Out []Out
}

// Out is an edge that an arm takes, perhaps under a condition of its own.
type Out struct {
	Edge EdgeID
	When jsonata.Node // nil when always
}

// Shape is what classification knows about a graph.
type Shape struct {
	// Entries are the nodes where execution starts, in the order of the source.
	Entries []NodeID
	// Guessed tells that every node has a predecessor, so that the first one was made the entry.
	Guessed bool
	// Back tells for each edge whether it closes a cycle.
	Back []bool
	// Unreachable are the nodes that no path from an entry leads to.
	Unreachable []NodeID
	// Order holds the reachable nodes so that every edge that closes no cycle leads forward.
	Order []NodeID

	reach []set // reach[n]: nodes that can be reached from n by forward edges, without n
}

// Classify finds entries, cycles and the order of a graph.
func Classify(g Graph) Shape {
	s := Shape{Back: make([]bool, len(g.Edges))}
	s.Entries, s.Guessed = entries(g)
	live := reachable(g, s.Entries)
	for n := range g.NodeIDs() {
		if !live[n] && !g.Nodes[n].Absent {
			s.Unreachable = append(s.Unreachable, n)
		}
	}
	closeCycles(g, &s)
	s.sort(g, live)
	s.close(g)
	return s
}

// entries are the nodes that no edge leads to. A node that only errors and the like lead to is one, too, when they all come from behind it and no
// other such node leads to it; of several that lead to each other the first is the entry.
func entries(g Graph) (found []NodeID, guessed bool) {
	var candidates []NodeID
	after := map[NodeID]set{}
	for n := range g.NodeIDs() {
		if g.Nodes[n].Absent || regularlyReached(g, n) {
			continue
		}
		if after[n] = reachable(g, []NodeID{n}); !ledTo(g, n, after[n]) {
			candidates = append(candidates, n)
		}
	}
	for _, n := range candidates {
		handler := slices.ContainsFunc(candidates, func(m NodeID) bool { return m != n && after[m][n] && (m < n || !after[n][m]) })
		if !handler {
			found = append(found, n)
		}
	}
	if len(found) == 0 && len(g.Nodes) > 0 {
		return []NodeID{0}, true
	}
	return found, false
}

// ledTo tells whether an edge leads to a node from anywhere but behind it.
func ledTo(g Graph, n NodeID, behind set) bool {
	led := g.Nodes[n].Target
	for _, e := range g.Edges {
		if e.To == n {
			led = false
			if !behind[e.From] {
				return true
			}
		}
	}
	return led
}

func regularlyReached(g Graph, n NodeID) bool {
	return slices.ContainsFunc(g.Edges, func(e Edge) bool { return e.To == n && !e.Aside && e.From != n })
}

// Leads tells whether edges of any kind lead from one node to another.
func (g Graph) Leads(from, to NodeID) bool { return reachable(g, []NodeID{from})[to] }

// reachable is what can be reached by any edges, with the starting points.
func reachable(g Graph, from []NodeID) set {
	seen := newSet(len(g.Nodes))
	work := slices.Clone(from)
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[n] {
			continue
		}
		seen[n] = true
		for _, e := range g.Edges {
			if e.From == n {
				work = append(work, e.To)
			}
		}
	}
	return seen
}

// closeCycles marks the edges that close cycles: regular edges first, from the entries on, then the others one by one, so that of a cycle's
// edges a loop or error edge is the one that leads back wherever that is possible.
func closeCycles(g Graph, s *Shape) {
	c := cycles{graph: g, shape: s, forward: make([]bool, len(g.Edges)), seen: newSet(len(g.Nodes)), known: make([]bool, len(g.Edges))}
	for _, n := range s.Entries {
		c.visit(n)
	}
	for more := true; more; {
		more = false
		for i, e := range g.EdgeIDs() {
			if e.Aside && !c.known[i] && c.seen[e.From] {
				c.decide(i)
				more = true
			}
		}
	}
}

type cycles struct {
	graph          Graph
	shape          *Shape
	forward, known []bool
	seen           set
}

// visit follows the regular edges from a node.
func (c *cycles) visit(n NodeID) {
	if c.seen[n] {
		return
	}
	c.seen[n] = true
	for i, e := range c.graph.EdgeIDs() {
		if e.From == n && !e.Aside {
			c.decide(i)
		}
	}
}

// decide tells whether an edge closes a cycle of those that are known to lead forward; if not it leads forward, and what follows is visited.
func (c *cycles) decide(i EdgeID) {
	c.known[i] = true
	e := c.graph.Edges[i]
	c.shape.Back[i] = leadsTo(c.graph, c.forward, e.To, e.From)
	c.forward[i] = !c.shape.Back[i]
	if c.forward[i] {
		c.visit(e.To)
	}
}

// leadsTo tells whether a path of the chosen edges goes from one node to another; a node leads to itself.
func leadsTo(g Graph, chosen []bool, from, to NodeID) bool {
	seen := newSet(len(g.Nodes))
	work := []NodeID{from}
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		if n == to {
			return true
		}
		if seen[n] {
			continue
		}
		seen[n] = true
		for i, e := range g.EdgeIDs() {
			if chosen[i] && e.From == n {
				work = append(work, e.To)
			}
		}
	}
	return false
}

// sort orders the reachable nodes topologically; among nodes that are free the one that comes first in the source is taken.
func (s *Shape) sort(g Graph, live set) {
	waiting := make([]int, len(g.Nodes))
	for i, e := range g.Edges {
		if !s.Back[i] && live[e.From] {
			waiting[e.To]++
		}
	}
	placed := newSet(len(g.Nodes))
	for range g.Nodes {
		n := NoNode
		for candidate := range g.NodeIDs() {
			if n == NoNode && waiting[candidate] == 0 && !placed[candidate] && live[candidate] {
				n = candidate
			}
		}
		if n == NoNode {
			return
		}
		placed[n] = true
		s.Order = append(s.Order, n)
		for i, e := range g.EdgeIDs() {
			if e.From == n && !s.Back[i] {
				waiting[e.To]--
			}
		}
	}
}

// close computes what each node reaches by forward edges.
func (s *Shape) close(g Graph) {
	s.reach = make([]set, len(g.Nodes))
	for n := range s.reach {
		s.reach[n] = newSet(len(g.Nodes))
	}
	for _, n := range slices.Backward(s.Order) {
		for i, e := range g.Edges {
			if e.From == n && !s.Back[i] {
				s.reach[n][e.To] = true
				s.reach[n].add(s.reach[e.To])
			}
		}
	}
}

// Reaches tells whether a path of edges that close no cycle leads from one node to another.
func (s *Shape) Reaches(from, to NodeID) bool { return s.reach[from][to] }

// Together tells whether two nodes may run at once: no path leads from one to the other, and some node takes edges to both at once, or the run
// starts at both.
func (s *Shape) Together(g Graph, a, b NodeID) bool {
	if s.Reaches(a, b) || s.Reaches(b, a) {
		return false
	}
	for _, node := range g.Nodes {
		for _, arm := range slices.Concat(node.Success, node.Failure) {
			if s.leads(g, arm, a, b) && s.leads(g, arm, b, a) {
				return true
			}
		}
	}
	return slices.Contains(s.Entries, a) && slices.Contains(s.Entries, b)
}

// leads tells whether an edge of an arm leads to one node and not to another.
func (s *Shape) leads(g Graph, arm Arm, to, instead NodeID) bool {
	return slices.ContainsFunc(arm.Out, func(out Out) bool {
		next := g.Edges[out.Edge].To
		return (next == to || s.Reaches(next, to)) && next != instead && !s.Reaches(next, instead)
	})
}

// Undoes tells whether something may have to be undone when a node fails for good.
func (s *Shape) Undoes(g Graph, n NodeID) bool {
	cyclic := slices.Contains(s.Back, true)
	for m, node := range g.Nodes {
		if node.Undone && (cyclic || NodeID(m) != n && !s.Reaches(n, NodeID(m))) {
			return true
		}
	}
	return false
}

// Closing is the edge that closes the cycle on which an edge lies: itself, if it does; NoEdge on no cycle.
func (s *Shape) Closing(g Graph, edge EdgeID) EdgeID {
	if s.Back[edge] {
		return edge
	}
	own := g.Edges[edge]
	leads := func(a, b NodeID) bool { return a == b || s.Reaches(a, b) }
	for i, back := range g.EdgeIDs() {
		if s.Back[i] && leads(back.To, own.From) && leads(own.To, back.From) {
			return i
		}
	}
	return NoEdge
}
