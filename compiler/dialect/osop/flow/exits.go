package flow

import (
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// exit is where control goes when a node is done. The set is closed: *to, *jump, *leave, *end, *raise, *signal, *choose, *split.
type exit interface{ isExit() }

type (
	// to goes on at a node further on. far tells that the node does not stand in the scope itself, or that control comes from a handler.
	to struct {
		node NodeID
		far  bool
	}
	// jump goes back along an edge that closes a cycle, or does exhausted when that was done too often.
	jump struct {
		edge      EdgeID
		exhausted exit
	}
	// leave notes that edges out of the scope are taken, then does next.
	leave struct {
		outs []Out
		next exit
	}
	// end ends the path. The nodes are those whose outputs are what came out.
	end struct {
		nodes []NodeID
		scope *scope
	}
	// raise fails with the node's original error; bound is the edge whose bound was reached after a success, NoEdge otherwise.
	raise struct {
		node  NodeID
		bound EdgeID
	}
	// signal fails in a way that the fork around it recognises.
	signal struct{ edge EdgeID }
	// choose takes the first exit whose condition holds.
	choose struct {
		ways      []way
		otherwise exit
	}
	// split runs a composite, then does next.
	split struct {
		outs []Out
		body piece
		next exit
	}
)

type way struct {
	when jsonata.Node
	// flags are edges one of which must have been taken, used instead of when.
	flags []EdgeID
	exit  exit
}

func (*to) isExit()     {}
func (*jump) isExit()   {}
func (*leave) isExit()  {}
func (*end) isExit()    {}
func (*raise) isExit()  {}
func (*signal) isExit() {}
func (*choose) isExit() {}
func (*split) isExit()  {}

// routing builds the exits of one node.
type routing struct {
	*planner
	scope   *scope
	node    NodeID
	failing bool
}

// success builds the exit after success; ok is false when the paths cannot be nested in the scope.
func (r routing) success(route Route) (x exit, ok bool) {
	var rest exit = &end{nodes: []NodeID{r.node}, scope: r.scope}
	arms := r.backFirst(route)
	for i, arm := range slices.Backward(arms) {
		if len(arm.Out) == 1 && r.shape.Back[arm.Out[0].Edge] {
			rest = r.round(arm, rest, i == len(arms)-1)
			continue
		}
		taken, ok := r.outs(arm.Out, rest)
		if !ok {
			return nil, false
		}
		rest = either(arm.When, taken, rest)
	}
	return rest, true
}

// round is an arm whose only edge closes a cycle. When its bound is reached the next arm is tried, so rest must stand in one place only: the
// bound becomes part of the condition. A strict edge, and one that is the node's only way on, fails instead.
func (r routing) round(arm Arm, rest exit, last bool) exit {
	edge := arm.Out[0].Edge
	when := both(arm.When, arm.Out[0].When)
	failed := &raise{node: r.node, bound: edge}
	_, ends := rest.(*end)
	strict := r.graph.Edges[edge].Strict || last && ends
	if !strict && r.scope.around.machine[r.graph.Edges[edge].To] {
		when = both(when, r.within(edge))
	}
	return either(when, r.back(edge, failed, r.scope, r.scope.around), rest)
}

// within is the condition that an edge may still be taken.
func (r routing) within(edge EdgeID) jsonata.Node {
	e := r.graph.Edges[edge]
	return build.Binary(build.Var(e.Counter), "<", build.Number(float64(e.Max)))
}

// backFirst takes edges that close cycles out of groups: such an edge is taken alone.
func (r routing) backFirst(route Route) Route {
	var result Route
	for _, arm := range route {
		var rest []Out
		for _, out := range arm.Out {
			if len(arm.Out) > 1 && r.shape.Back[out.Edge] {
				result = append(result, Arm{When: both(arm.When, out.When), Errors: arm.Errors, Out: []Out{{Edge: out.Edge}}})
				continue
			}
			rest = append(rest, out)
		}
		if len(rest) > 0 || len(arm.Out) == 0 {
			result = append(result, Arm{When: arm.When, Errors: arm.Errors, Out: rest})
		}
	}
	return result
}

// failure builds the arms after failure.
func (r routing) failure(route Route) (arms []failureArm, ok bool) {
	for _, arm := range r.backFirst(route) {
		taken, ok := r.outs(arm.Out, &raise{node: r.node, bound: NoEdge})
		if !ok {
			return nil, false
		}
		arms = append(arms, failureArm{when: arm.When, errors: arm.Errors, exit: taken})
	}
	return arms, true
}

func either(when jsonata.Node, then, otherwise exit) exit {
	if when == nil {
		return then
	}
	return prepend(way{when: when, exit: then}, otherwise)
}

func prepend(first way, otherwise exit) exit {
	if rest, chosen := otherwise.(*choose); chosen {
		return &choose{ways: append([]way{first}, rest.ways...), otherwise: rest.otherwise}
	}
	return &choose{ways: []way{first}, otherwise: otherwise}
}

func both(a, b jsonata.Node) jsonata.Node {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	return build.All(a, b)
}

// outs is where the edges of one arm lead together. rest is what follows when a bound is reached.
func (r routing) outs(outs []Out, rest exit) (exit, bool) {
	var inside, leaving []Out
	for _, out := range outs {
		if r.scope.nodes[r.graph.Edges[out.Edge].To] || r.shape.Back[out.Edge] {
			inside = append(inside, out)
			continue
		}
		leaving = append(leaving, out)
	}
	stay, ok := r.stay(inside, rest)
	if !ok {
		return nil, false
	}
	if len(leaving) == 1 && len(inside) == 0 && leaving[0].When == nil {
		return r.across(leaving[0].Edge, rest, r.scope, r.scope.around), true
	}
	if len(leaving) > 0 {
		return &leave{outs: leaving, next: stay}, true
	}
	return stay, true
}

// stay is where edges to nodes of the same scope lead.
func (r routing) stay(outs []Out, rest exit) (exit, bool) {
	over := &end{nodes: []NodeID{r.node}, scope: r.scope}
	switch {
	case len(outs) == 0:
		return over, true
	case len(outs) > 1:
		return r.split(outs)
	case r.shape.Back[outs[0].Edge]:
		return either(outs[0].When, r.back(outs[0].Edge, rest, r.scope, r.scope.around), rest), true
	default:
		target := &to{node: r.graph.Edges[outs[0].Edge].To, far: r.failing}
		return either(outs[0].When, target, over), true
	}
}

// back is where an edge that closes a cycle leads.
func (r routing) back(edge EdgeID, rest exit, from *scope, around *region) exit {
	if around.machine[r.graph.Edges[edge].To] {
		return &jump{edge: edge, exhausted: rest}
	}
	return r.escape(edge, rest, from, around)
}

// across is where an edge leads that leaves the scope.
func (r routing) across(edge EdgeID, rest exit, from *scope, around *region) exit {
	switch {
	case r.shape.Back[edge]:
		return r.back(edge, rest, from, around)
	case around.holds(r.graph.Edges[edge]):
		return r.noted(edge, from)
	default:
		return r.escape(edge, rest, from, around)
	}
}

// noted leaves the scope with the edge taken.
func (r routing) noted(edge EdgeID, from *scope) exit {
	return &leave{outs: []Out{{Edge: edge}}, next: &end{scope: from}}
}

// escape is where an edge leads that leaves the composite: straight on when no fork is in between, otherwise through the fork's end.
func (r routing) escape(edge EdgeID, rest exit, from *scope, around *region) exit {
	outer := around.outer
	if outer != nil && outer.around.within == around.within {
		return r.inOuter(edge, rest, outer)
	}
	if r.failing {
		r.throughFork(&around.within.caught, edge, around.within)
		return &signal{edge: edge}
	}
	r.flagged[edge] = true
	r.throughFork(&around.within.diverted, edge, around.within)
	return r.noted(edge, from)
}

func (r routing) inOuter(edge EdgeID, rest exit, outer *scope) exit {
	target := r.graph.Edges[edge].To
	if outer.nodes[target] && !r.shape.Back[edge] {
		return &to{node: target, far: true}
	}
	return r.across(edge, rest, outer, outer.around)
}

// throughFork notes once that an edge leads out of a fork, and where it goes from there.
func (r routing) throughFork(list *[]escape, edge EdgeID, f *fork) {
	if slices.ContainsFunc(*list, func(known escape) bool { return known.edge == edge }) {
		return
	}
	*list = append(*list, escape{edge: edge})
	at := len(*list) - 1
	bound := NoEdge
	if !r.failing {
		bound = edge
	}
	(*list)[at].exit = r.across(edge, &raise{node: r.node, bound: bound}, f.around.outer, f.around)
}

// endings calls meet with the nodes outside the scope that are reached at each of its ends.
func endings(x exit, reached set, g Graph, meet func(set)) {
	switch x := x.(type) {
	case *end:
		meet(slices.Clone(reached))
	case *leave:
		more := slices.Clone(reached)
		for _, out := range x.outs {
			if out.When == nil {
				more[g.Edges[out.Edge].To] = true
			}
		}
		endings(x.next, more, g, meet)
	case *jump:
		endings(x.exhausted, reached, g, meet)
	case *choose:
		for _, w := range x.ways {
			endings(w.exit, reached, g, meet)
		}
		endings(x.otherwise, reached, g, meet)
	case *split:
		endings(x.next, reached, g, meet)
	case *to, *raise, *signal:
	}
}
