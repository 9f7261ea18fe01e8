package flow

import "slices"

// split plans edges that are taken at once: everything up to the node where they all meet becomes a composite.
func (r routing) split(outs []Out) (exit, bool) {
	join, body, found := r.meeting(outs)
	if !found {
		return nil, false
	}
	acts := activations{}
	for _, out := range outs {
		r.start(acts, out)
	}
	var planned piece = &series{}
	if len(body.members()) > 0 {
		r.scope.absorbed.add(body)
		planned = r.set(body, r.scope.around, acts, true)
	}
	return &split{outs: outs, body: planned, next: r.afterSplit(join, planned, acts)}, true
}

// start notes that an edge of the split is taken.
func (r routing) start(acts activations, out Out) {
	target := r.graph.Edges[out.Edge].To
	act := acts[target]
	act.always = act.always || out.When == nil
	act.edges = append(act.edges, out.Edge)
	if out.When != nil {
		act.conds = append(act.conds, out.When)
	}
	acts[target] = act
}

// afterSplit goes on at the node where the paths meet, if any of them reached it.
func (r routing) afterSplit(join NodeID, planned piece, acts activations) exit {
	over := &end{nodes: ends(planned), scope: r.scope}
	r.scope.ended = append(r.scope.ended, over.nodes...)
	if join == NoNode {
		return over
	}
	var meet exit = &to{node: join, far: r.failing}
	act, again := acts[join], len(r.ledBack(bodyOf(planned, len(r.graph.Nodes)))) > 0
	if act.always && !again {
		return meet
	}
	for _, e := range act.edges {
		r.flagged[e] = true
	}
	if again { // what led to the join leads there only once
		meet = &spend{edges: act.edges, next: meet}
	}
	return &choose{ways: []way{{flags: act.edges, exit: meet}}, otherwise: over}
}

// meeting finds the first node at which all paths of a split meet again, and what lies before it. Without such a node everything that
// can be reached lies before. A path may end before the meeting point, best if none does, and if so only by a choice to go there.
func (r routing) meeting(outs []Out) (join NodeID, body set, found bool) {
	for _, mayEnd := range []bool{false, true} {
		for _, n := range r.shape.ordered(r.scope.nodes) {
			if !r.allLeadTo(outs, n) {
				continue
			}
			if body, closed := r.before(outs, n); closed && r.meetsAt(body, n, mayEnd) {
				return n, body, true
			}
		}
	}
	body, closed := r.before(outs, NoNode)
	return NoNode, body, closed
}

// meetsAt tells whether the nodes of a body lead to the join, or else (with mayEnd) are reached only instead of it.
func (r routing) meetsAt(body set, join NodeID, mayEnd bool) bool {
	for _, n := range body.members() {
		if !r.shape.reach[n][join] && !(mayEnd && r.chosenAlone(n, body)) {
			return false
		}
	}
	return true
}

// chosenAlone tells whether every edge to a node from inside a body is taken on its own.
func (r routing) chosenAlone(n NodeID, body set) bool {
	for i, e := range r.graph.EdgeIDs() {
		if e.To != n || r.shape.Back[i] {
			continue
		}
		if !body[e.From] {
			return false
		}
		for _, arm := range slices.Concat(r.graph.Nodes[e.From].Success, r.graph.Nodes[e.From].Failure) {
			if len(arm.Out) > 1 && slices.ContainsFunc(arm.Out, func(o Out) bool { return o.Edge == i }) {
				return false
			}
		}
	}
	return true
}

func (r routing) allLeadTo(outs []Out, n NodeID) bool {
	for _, out := range outs {
		if target := r.graph.Edges[out.Edge].To; target != n && !r.shape.reach[target][n] {
			return false
		}
	}
	return true
}

// before collects what the paths of a split run through before they meet. closed is false when paths from elsewhere lead into it, or when some of it lies behind the meeting point too.
func (r routing) before(outs []Out, join NodeID) (body set, closed bool) {
	body = newSet(len(r.graph.Nodes))
	var work []NodeID
	for _, out := range outs {
		work = append(work, r.graph.Edges[out.Edge].To)
	}
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		if n == join || body[n] {
			continue
		}
		body[n] = true
		for i, e := range r.graph.EdgeIDs() {
			if e.From == n && !r.shape.Back[i] && r.scope.nodes[e.To] {
				work = append(work, e.To)
			}
		}
	}
	if join != NoNode && body.meets(r.shape.reach[join]) {
		return nil, false
	}
	return body, r.entryless(body, outs)
}

// entryless tells whether only the edges of the split lead into a set of nodes.
func (r routing) entryless(body set, outs []Out) bool {
	own := map[EdgeID]bool{}
	for _, out := range outs {
		own[out.Edge] = true
	}
	for i, e := range r.graph.EdgeIDs() {
		if r.shape.Back[i] || !body[e.To] || body[e.From] || !r.scope.nodes[e.From] {
			continue
		}
		if !own[i] || r.uses(i) > 1 {
			return false
		}
	}
	return true
}

// uses counts in how many arms of the node an edge stands.
func (r routing) uses(edge EdgeID) int {
	count := 0
	for _, route := range []Route{r.graph.Nodes[r.node].Success, r.graph.Nodes[r.node].Failure} {
		for _, arm := range route {
			for _, out := range arm.Out {
				if out.Edge == edge {
					count++
				}
			}
		}
	}
	return count
}

// ends are the nodes at which paths inside a piece end, in the order of the plan.
func ends(p piece) []NodeID {
	switch p := p.(type) {
	case *scope:
		var found []NodeID
		for _, n := range p.units {
			found = append(found, exitEnds(p.routes[n].success)...)
			for _, arm := range p.routes[n].failure {
				found = append(found, exitEnds(arm.exit)...)
			}
		}
		return found
	case *series:
		return endsOf(p.pieces)
	case *fork:
		return endsOf(p.pieces)
	default:
		return nil
	}
}

func endsOf(pieces []piece) []NodeID {
	var found []NodeID
	for _, p := range pieces {
		found = append(found, ends(p)...)
	}
	return found
}

func exitEnds(x exit) []NodeID {
	switch x := x.(type) {
	case *end:
		return x.nodes
	case *leave:
		return exitEnds(x.next)
	case *spend:
		return exitEnds(x.next)
	case *jump:
		return exitEnds(x.exhausted)
	case *choose:
		var found []NodeID
		for _, w := range x.ways {
			found = append(found, exitEnds(w.exit)...)
		}
		return append(found, exitEnds(x.otherwise)...)
	case *split:
		return append(exitEnds(x.next), ends(x.body)...)
	default:
		return nil
	}
}
