package flow

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Warning names nodes that lose concurrency, in the order of the source.
type Warning struct {
	// Nodes run one after another although some of them would not have to.
	Nodes []NodeID
	// Back is the edge that forbids running them at once because it leads into one of several concurrent paths; NoEdge when the cause is
	// that the graph cannot be nested.
	Back EdgeID
}

// piece is a part of the plan: *scope, *series or *fork.
type piece interface{ isPiece() }

type (
	// scope is a set of nodes with one entry through which a single path goes at a time.
	scope struct {
		nodes    set
		entry    NodeID
		guard    guard
		once     bool     // edges lead back over the scope, which starts the run and must not run again for that
		spends   bool     // edges lead back over the scope, so that what led to it leads there only once
		units    []NodeID // nodes that stand directly in this scope, in order
		ended    []NodeID // nodes in composites of the scope at which paths end
		absorbed set      // nodes that stand inside splits
		routes   map[NodeID]*routes
		around   *region
	}
	// series are pieces that run one after another.
	series struct{ pieces []piece }
	// fork are pieces that run at once.
	fork struct {
		pieces []piece
		// diverted are the edges taken inside that lead back to before the fork, in the order of the source.
		diverted []escape
		around   *region
	}
)

func (*scope) isPiece()  {}
func (*series) isPiece() {}
func (*fork) isPiece()   {}

// routes are the exits of one node.
type routes struct {
	success exit
	failure []failureArm // empty when errors simply go on up
}

type failureArm struct {
	when   jsonata.Node
	errors []string
	exit   exit
}

// escape is an edge out of a fork back to a node before it, and where it goes from there.
type escape struct {
	edge EdgeID
	exit exit
}

// guard tells when a piece is to run.
type guard struct {
	always bool
	conds  []jsonata.Node // conditions that can be evaluated on the spot
	edges  []EdgeID       // edges whose flags tell
}

// region is what surrounds a scope while it is planned.
type region struct {
	machine set   // what runs in the same thread of control
	within  *fork // the innermost fork, nil outside any
}

// planner decides the nesting. It fills flagged, which is complete when planning ends.
type planner struct {
	graph    Graph
	shape    Shape
	flagged  map[EdgeID]bool
	warnings []Warning
	// reruns are nodes that edges lead back to, from where what is being planned lies in between.
	reruns []NodeID
}

// top plans the whole graph.
func (p *planner) top() piece {
	all := newSet(len(p.graph.Nodes), p.shape.Order...)
	acts := activations{}
	for _, n := range p.shape.Entries {
		acts[n] = guard{always: true}
	}
	return p.set(all, &region{machine: all}, acts, true)
}

// activations tell of nodes that are not planned yet what is known of their being reached.
type activations map[NodeID]guard

// merge adds what another set of activations knows of nodes outside of a part.
func (a activations) merge(other activations, part set) {
	for n, more := range other {
		if part[n] {
			continue
		}
		act := a[n]
		act.always = act.always || more.always
		for _, e := range more.edges {
			if !slices.Contains(act.edges, e) {
				act.edges = append(slices.Clone(act.edges), e)
			}
		}
		if len(act.conds) == 0 {
			act.conds = more.conds
		}
		a[n] = act
	}
}

// set plans a set of nodes that several paths may enter and notes in acts what it reaches. now tells that it runs at once, so that
// conditions can be evaluated on the spot.
func (p *planner) set(nodes set, around *region, acts activations, now bool) piece {
	if entered := p.entered(nodes, acts); len(entered) == 1 {
		if s := p.scope(nodes, entered[0], around, acts[entered[0]], now); s != nil {
			p.reached(s, acts)
			return s
		}
	}
	if parts := p.shape.components(nodes, true); len(parts) > 1 {
		return p.parallel(nodes, parts, around, acts, now)
	}
	if parts := p.shape.components(nodes, false); len(parts) > 1 {
		return p.inOrder(parts, around, acts, now)
	}
	if len(nodes.members()) <= 1 {
		return &series{} // nothing leads to it
	}
	before, after, lost := p.shape.cut(nodes)
	p.warnings = append(p.warnings, Warning{Nodes: lost, Back: NoEdge})
	return p.inOrder([]set{before, after}, around, acts, now)
}

// entered are the nodes of a set that are reached from outside.
func (p *planner) entered(nodes set, acts activations) []NodeID {
	return slices.DeleteFunc(p.shape.ordered(nodes), func(n NodeID) bool {
		_, reached := acts[n]
		return !reached
	})
}

// settle makes a guard of what is known. Conditions that cannot be evaluated on the spot are kept in flags.
func (p *planner) settle(act guard, now bool) guard {
	if act.always {
		return guard{always: true}
	}
	if now && len(act.conds) == len(act.edges) {
		return guard{conds: act.conds}
	}
	for _, e := range act.edges {
		p.flagged[e] = true
	}
	return guard{edges: act.edges}
}

// inOrder plans parts that run one after another. What only one node leads into needs no further taking apart.
func (p *planner) inOrder(parts []set, around *region, acts activations, now bool) piece {
	line := &series{}
	before := p.reruns
	defer func() { p.reruns = before }()
	for i, part := range parts {
		rest := newSet(len(part))
		for _, later := range parts[i:] {
			rest.add(later)
		}
		if i > 0 && i < len(parts)-1 && len(p.entered(rest, acts)) == 1 {
			line.pieces = append(line.pieces, p.set(rest, around, acts, false))
			return line
		}
		line.pieces = append(line.pieces, p.set(part, around, acts, now && i == 0))
		p.reruns = append(slices.Clip(p.reruns), p.ledBack(part)...)
	}
	return line
}

// ledBack are the nodes of a part that edges from behind it lead back to.
func (p *planner) ledBack(part set) []NodeID {
	var found []NodeID
	for i, e := range p.graph.EdgeIDs() {
		if p.shape.Back[i] && part[e.To] && !part[e.From] {
			found = append(found, e.To)
		}
	}
	return found
}

// parallel plans parts that may run at once, and does so unless an edge leads back into one of them from outside.
func (p *planner) parallel(nodes set, parts []set, around *region, acts activations, now bool) piece {
	if edge := p.leadingBack(parts, around); edge != NoEdge {
		p.warnings = append(p.warnings, Warning{Nodes: nodes.members(), Back: edge})
		return p.inOrder(parts, around, acts, now)
	}
	f := &fork{around: around}
	found := make([]activations, len(parts))
	for i, part := range parts {
		inside := &region{machine: part, within: f}
		found[i] = maps.Clone(acts)
		f.pieces = append(f.pieces, p.set(part, inside, found[i], now))
	}
	for i, part := range parts {
		acts.merge(found[i], part)
	}
	return f
}

// leadingBack finds an edge that closes a cycle from the same thread of control into one of several parts.
func (p *planner) leadingBack(parts []set, around *region) EdgeID {
	for _, part := range parts {
		for i, e := range p.graph.EdgeIDs() {
			if p.shape.Back[i] && part[e.To] && !part[e.From] && around.machine[e.From] {
				return i
			}
		}
	}
	return NoEdge
}

// scope plans nodes through which a single path goes, nil when paths cannot be nested in it.
func (p *planner) scope(nodes set, entry NodeID, around *region, act guard, now bool) *scope {
	before := p.mark(around)
	s := &scope{nodes: nodes, entry: entry, absorbed: newSet(len(nodes)), routes: map[NodeID]*routes{}, around: around}
	for _, n := range p.shape.ordered(nodes) {
		if s.absorbed[n] {
			continue
		}
		s.units = append(s.units, n)
		r := routing{planner: p, scope: s, node: n}
		success, nested := r.success(p.graph.Nodes[n].Success)
		r.failing = true
		failure, nestedToo := r.failure(p.graph.Nodes[n].Failure)
		if !nested || !nestedToo {
			p.reset(before, around)
			return nil
		}
		s.routes[n] = &routes{success: success, failure: failure}
	}
	s.once = len(p.reruns) > 0 && len(act.edges) == 0
	if len(p.reruns) > 0 && len(act.edges) > 0 { // it can be come to by an edge back, without what goes before
		act.always, now = false, false
		s.spends = true
	}
	s.guard = p.settle(act, now)
	return s
}

// state is what an attempt at planning may have changed.
type state struct {
	flagged  map[EdgeID]bool
	warnings []Warning
	diverted []escape
}

func (p *planner) mark(around *region) state {
	s := state{flagged: maps.Clone(p.flagged), warnings: slices.Clone(p.warnings)}
	if around.within != nil {
		s.diverted = slices.Clone(around.within.diverted)
	}
	return s
}

func (p *planner) reset(s state, around *region) {
	p.flagged, p.warnings = s.flagged, s.warnings
	if around.within != nil {
		around.within.diverted = s.diverted
	}
}

// reached notes what a planned scope does to the nodes behind it.
func (p *planner) reached(s *scope, acts activations) {
	certain := newSet(len(s.nodes))
	if s.guard.always {
		certain = p.certain(s)
	}
	for i, e := range p.graph.EdgeIDs() {
		if p.shape.Back[i] || !s.nodes[e.From] || s.nodes[e.To] {
			continue
		}
		act := acts[e.To]
		act.always = act.always || certain[e.To]
		act.edges = append(slices.Clone(act.edges), i)
		acts[e.To] = act
	}
}

// certain are the nodes outside a scope that are reached however the scope ends.
func (p *planner) certain(s *scope) set {
	var common set
	meet := func(reached set) {
		if common == nil {
			common = reached
			return
		}
		for n := range common {
			common[n] = common[n] && reached[n]
		}
	}
	none := newSet(len(p.graph.Nodes))
	for _, n := range s.units {
		endings(s.routes[n].success, none, p.graph, meet)
		for _, arm := range s.routes[n].failure {
			endings(arm.exit, none, p.graph, meet)
		}
	}
	if common == nil {
		return none
	}
	return common
}
