package flow

import (
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// exit is where control goes when a node is done. The set is closed: *to, *jump, *leave, *spend, *depart, *end, *raise, *resume,
// *choose, *split.
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
	// spend forgets that edges were taken, then does next.
	spend struct {
		edges []EdgeID
		next  exit
	}
	// depart leaves the branch of the fork around it because an edge is taken that leads back to before the fork. It is followed when the other
	// branches have ended.
	depart struct{ edge EdgeID }
	// resume goes on after a failure as after success.
	resume struct{}
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
func (*spend) isExit()  {}
func (*depart) isExit() {}
func (*raise) isExit()  {}
func (*resume) isExit() {}
func (*choose) isExit() {}
func (*split) isExit()  {}

// routing builds the exits of one node.
type routing struct {
	*planner
	scope   *scope
	node    NodeID
	failing bool
}

// success builds the exit after success; ok is false when the paths cannot be nested in the scope. When an edge that closes a cycle was taken too
// often the next arm is tried; when there are only such arms, the run fails.
func (r routing) success(route Route) (x exit, ok bool) {
	arms := r.backFirst(route)
	rest := r.exhausted(arms)
	for _, arm := range slices.Backward(arms) {
		if r.isRound(arm) {
			rest = r.round(arm, rest, len(arms) == 1)
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

// isRound tells whether the only edge of an arm closes a cycle.
func (r routing) isRound(arm Arm) bool { return len(arm.Out) == 1 && r.shape.Back[arm.Out[0].Edge] }

// exhausted is what follows when no arm is taken: the path ends. Where all that could be taken closes cycles, and some of it would be, the run fails.
func (r routing) exhausted(arms Route) exit {
	var rest exit = &end{nodes: []NodeID{r.node}, scope: r.scope}
	if len(arms) == 1 || slices.ContainsFunc(arms, func(arm Arm) bool { return !r.isRound(arm) }) {
		return rest
	}
	for _, arm := range slices.Backward(arms) {
		rest = either(both(arm.When, arm.Out[0].When), &raise{node: r.node, bound: arm.Out[0].Edge}, rest)
	}
	return rest
}

// round is an arm whose only edge closes a cycle. Where another arm is tried when its bound is reached, the bound is part of the condition; a
// strict edge, and one that is the node's only way on, fails instead.
func (r routing) round(arm Arm, rest exit, only bool) exit {
	edge := arm.Out[0].Edge
	when := both(arm.When, arm.Out[0].When)
	if !only && !r.graph.Edges[edge].Strict {
		return either(both(when, r.within(edge)), r.back(edge, nil, r.scope.around), rest)
	}
	return either(when, r.back(edge, &raise{node: r.node, bound: edge}, r.scope.around), rest)
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

// failure builds the arms after failure. When the bound of an edge that closes a cycle is reached the next arm is tried. What no arm takes is
// raised again, by an arm of its own where something must be done about it.
func (r routing) failure(route Route) (arms []failureArm, ok bool) {
	failed := &raise{node: r.node, bound: NoEdge}
	all := r.backFirst(route)
	for i, arm := range all {
		when := arm.When
		if r.isRound(arm) && (i < len(all)-1 || r.graph.Nodes[r.node].Optional) {
			when = both(when, r.within(arm.Out[0].Edge))
		}
		taken, ok := r.outs(arm.Out, failed)
		if !ok {
			return nil, false
		}
		arms = append(arms, failureArm{when: when, errors: arm.Errors, exit: taken})
	}
	switch {
	case r.graph.Nodes[r.node].Optional:
		arms = append(arms, failureArm{exit: &resume{}})
	case r.graph.Nodes[r.node].Fails && r.shape.Undoes(r.graph, r.node):
		arms = append(arms, failureArm{exit: failed})
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
		return &leave{outs: leaving, next: &end{scope: r.scope}}, true
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
		return either(outs[0].When, r.back(outs[0].Edge, rest, r.scope.around), rest), true
	default:
		target := &to{node: r.graph.Edges[outs[0].Edge].To, far: r.failing}
		return either(outs[0].When, target, over), true
	}
}

// back is where an edge that closes a cycle leads: straight to its target in the same thread of control, otherwise out of the fork around. rest
// follows when its bound is reached, nil where the edge is taken only within it.
func (r routing) back(edge EdgeID, rest exit, around *region) exit {
	if around.machine[r.graph.Edges[edge].To] {
		if rest == nil {
			rest = &raise{node: r.node, bound: edge}
		}
		return &jump{edge: edge, exhausted: rest}
	}
	r.flagged[edge] = true
	r.throughFork(edge, around.within)
	if rest == nil {
		return &depart{edge: edge}
	}
	return either(r.within(edge), &depart{edge: edge}, rest)
}

// throughFork notes once that an edge leads out of a fork, and where it goes from there.
func (r routing) throughFork(edge EdgeID, f *fork) {
	if slices.ContainsFunc(f.diverted, func(known escape) bool { return known.edge == edge }) {
		return
	}
	f.diverted = append(f.diverted, escape{edge: edge, exit: r.back(edge, nil, f.around)})
	slices.SortFunc(f.diverted, func(a, b escape) int { return int(a.edge - b.edge) })
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
	case *spend:
		endings(x.next, reached, g, meet)
	case *choose:
		for _, w := range x.ways {
			endings(w.exit, reached, g, meet)
		}
		endings(x.otherwise, reached, g, meet)
	case *split:
		endings(x.next, reached, g, meet)
	case *to, *depart, *raise, *resume:
	}
}
