package flow

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Host knows what the nodes and edges of a graph are.
type Host interface {
	// Label is the node's name, the label of its first step.
	Label(node NodeID) string
	// Header places a step that stands for how a node is left.
	Header(node NodeID, label string) ir.Header
	// Node gives the steps that run a node. The failure arms say what to do when it fails and every retry was used up; without any the
	// error goes up. Each body leads away for good.
	Node(node NodeID, failure []FailureArm) []ir.Step
	// Return ends the operation. The nodes are those at which paths ended.
	Return(nodes []NodeID) []ir.Step
	// Raise fails with the error that the node failed with, or, when bound is an edge, because that edge was taken too often.
	Raise(node NodeID, bound EdgeID) []ir.Step
	// Note notes what Raise would fail with, Failed tells whether anything was noted, and Undo undoes what was done and fails with it.
	Note(node NodeID, bound EdgeID) []ir.Step
	Failed() jsonata.Node
	Undo() []ir.Step
	// Flag is the variable that tells whether an edge was taken.
	Flag(edge EdgeID) string
	// Ran is the variable that tells whether a node ran in this round of the cycles around.
	Ran(node NodeID) string
}

// FailureArm is one way to go on after a failure.
type FailureArm struct {
	Errors []string     // names of errors, none for all
	When   jsonata.Node // nil for always
	Body   []ir.Step
}

// Lower gives the steps of a whole graph.
func Lower(g Graph, shape Shape, host Host) ([]ir.Step, []Warning) {
	p := &planner{graph: g, shape: shape, flagged: map[EdgeID]bool{}}
	plan := p.top()
	e := &emitter{planner: p, host: host, refs: map[NodeID]int{}, labelled: map[*scope]bool{}, resumed: map[NodeID]bool{}}
	e.count(plan)
	var steps []ir.Step
	if s, single := plan.(*scope); single {
		e.root = s
		steps = e.units(s)
	} else {
		steps = e.clear(newSet(len(g.Nodes), shape.Order...), nil)
		steps = append(steps, e.piece(plan, func() []ir.Step { return host.Return(unique(ends(plan))) })...)
	}
	if e.undoes {
		steps = append(append(steps, &ir.Assign{Header: host.Header(shape.Order[0], e.undoLabel())}), host.Undo()...)
	}
	return steps, p.warnings
}

func unique(nodes []NodeID) []NodeID {
	slices.Sort(nodes)
	return slices.Compact(nodes)
}

type emitter struct {
	*planner
	host Host
	root *scope // the scope whose end is the end of the operation, nil when the whole graph is a composite
	// open are the scopes around the place that is being written, outside how many of them stand around the fork whose branch it is in.
	open     []*scope
	outside  int
	refs     map[NodeID]int
	labelled map[*scope]bool // scopes whose end is jumped to
	resumed  map[NodeID]bool // nodes that are left as after success when they fail
	once     []NodeID        // entries of scopes that run once in a round
	current  *scope
	branch   *branch // the fork's branch that is being written, nil outside any
	undoes   bool    // something jumps to where everything is undone
}

// What follows when control falls off the end of a list of steps.
const (
	scopeEnd NodeID = -1
	handler  NodeID = -2 // nothing sensible: the step after the call
)

// count counts how often each node is led to; handlers and jumps from inside composites count double because they cannot run into it.
func (e *emitter) count(p piece) {
	switch p := p.(type) {
	case *scope:
		if p.once {
			e.once = append(e.once, p.entry)
		}
		for _, n := range p.units {
			e.countExit(p.routes[n].success, 1)
			for _, arm := range p.routes[n].failure {
				e.countExit(arm.exit, 2)
			}
		}
	case *series:
		for _, part := range p.pieces {
			e.count(part)
		}
	case *fork:
		for _, part := range p.pieces {
			e.count(part)
		}
		for _, out := range p.diverted {
			e.countExit(out.exit, 2)
		}
	}
}

func (e *emitter) countExit(x exit, weight int) {
	switch x := x.(type) {
	case *to:
		e.refs[x.node] += weight
		if x.far {
			e.refs[x.node]++
		}
	case *jump:
		e.countExit(x.exhausted, 2)
	case *leave:
		e.countExit(x.next, weight)
	case *spend:
		e.countExit(x.next, weight)
	case *choose:
		for _, w := range x.ways {
			e.countExit(w.exit, weight)
		}
		e.countExit(x.otherwise, weight)
	case *split:
		e.count(x.body)
		e.countExit(x.next, weight)
	case *depart, *end, *raise, *resume:
	}
}

// piece gives the steps of a piece and of what follows it.
func (e *emitter) piece(p piece, follow func() []ir.Step) []ir.Step {
	switch p := p.(type) {
	case *scope:
		return append(e.scope(p), follow()...)
	case *series:
		for _, part := range slices.Backward(p.pieces) {
			after := follow
			follow = func() []ir.Step { return e.piece(part, after) }
		}
		return follow()
	case *fork:
		return e.fork(p, follow)
	default:
		return nil
	}
}

// scope gives the steps of a scope, guarded when it does not always run.
func (e *emitter) scope(s *scope) []ir.Step {
	outer := e.current
	e.current = s
	defer func() { e.current = outer }()
	steps := e.units(s)
	var when jsonata.Node
	if !s.guard.always {
		when = e.holds(s.guard.conds, s.guard.edges)
	}
	if s.once {
		ran := e.host.Ran(s.entry)
		when = both(when, build.Not(build.Var(ran)))
		steps = append([]ir.Step{&ir.Assign{Header: e.host.Header(s.entry, ""), Bindings: []ir.Binding{{Name: ran, Value: true}}}}, steps...)
	}
	if s.spends {
		steps = append(e.spend(s.guard.edges, s.entry), steps...)
	}
	if when == nil {
		return steps
	}
	branch := &ir.Branch{Header: e.host.Header(s.entry, e.host.Label(s.entry)+"?")}
	branch.Cases = []ir.Case{{Label: e.host.Label(s.entry), When: when, Body: steps}}
	return []ir.Step{branch}
}

// spend forgets that edges were taken.
func (e *emitter) spend(edges []EdgeID, n NodeID) []ir.Step {
	forget := &ir.Assign{Header: e.host.Header(n, "")}
	for _, edge := range edges {
		forget.Bindings = append(forget.Bindings, ir.Binding{Name: e.host.Flag(edge), Value: false})
	}
	return []ir.Step{forget}
}

// holds is the condition that one of the conditions is true or one of the edges was taken.
func (e *emitter) holds(conditions []jsonata.Node, edges []EdgeID) jsonata.Node {
	conditions = slices.Clone(conditions)
	for _, edge := range edges {
		conditions = append(conditions, build.Var(e.host.Flag(edge)))
	}
	return build.Any(conditions...)
}

// units gives the steps of the nodes of a scope: first the entry with everything that only it leads to, then each node that is led to from
// several places.
func (e *emitter) units(s *scope) []ir.Step {
	outer := e.current
	e.current, e.open = s, append(e.open, s)
	defer func() { e.current, e.open = outer, e.open[:len(e.open)-1] }()
	list := []NodeID{s.entry}
	for _, n := range s.units {
		if n != s.entry && e.refs[n] > 1 {
			list = append(list, n)
		}
	}
	var steps []ir.Step
	for i, n := range list {
		next := scopeEnd
		if i+1 < len(list) {
			next = list[i+1]
		}
		steps = append(steps, e.place(n, next)...)
	}
	if e.labelled[s] {
		steps = append(steps, &ir.Assign{Header: e.host.Header(s.entry, e.endLabel(s))})
	}
	return steps
}

func (e *emitter) endLabel(s *scope) string { return e.host.Label(s.entry) + ": end of path" }

// place gives the steps of a node and of how it is left.
func (e *emitter) place(n, next NodeID) []ir.Step {
	routes := e.current.routes[n]
	var arms []FailureArm
	for _, arm := range routes.failure {
		arms = append(arms, FailureArm{Errors: arm.errors, When: arm.when, Body: e.exit(arm.exit, n, handler)})
	}
	steps := e.again(n)
	steps = append(steps, e.host.Node(n, arms)...)
	if e.resumed[n] {
		steps = append(steps, &ir.Assign{Header: e.host.Header(n, e.resumeLabel(n))})
	}
	return append(steps, e.exit(routes.success, n, next)...)
}

func (e *emitter) resumeLabel(n NodeID) string { return e.host.Label(n) + ": go on" }

// again forgets, where a cycle begins, what was noted in the round before.
func (e *emitter) again(n NodeID) []ir.Step {
	variables := e.stale(n)
	if len(variables) == 0 {
		return nil
	}
	reset := &ir.Assign{Header: e.host.Header(n, e.againLabel(n))}
	for _, name := range variables {
		reset.Bindings = append(reset.Bindings, ir.Binding{Name: name, Value: false})
	}
	return []ir.Step{reset}
}

func (e *emitter) againLabel(n NodeID) string { return e.host.Label(n) + ": round" }

// stale are the variables that a jump back to a node makes untrue.
func (e *emitter) stale(n NodeID) []string {
	if !e.shape.loopsTo(e.graph, n) {
		return nil
	}
	var variables []string
	for i, edge := range e.graph.EdgeIDs() {
		if e.flagged[i] && (edge.From == n || e.shape.reach[n][edge.From]) {
			variables = append(variables, e.host.Flag(i))
		}
	}
	for _, m := range e.once {
		if e.shape.reach[n][m] {
			variables = append(variables, e.host.Ran(m))
		}
	}
	return variables
}

// loopsTo tells whether an edge closes a cycle at a node.
func (s *Shape) loopsTo(g Graph, n NodeID) bool {
	for i, e := range g.EdgeIDs() {
		if s.Back[i] && e.To == n {
			return true
		}
	}
	return false
}

// exit gives the steps of an exit of node n; next is what follows when control falls off their end.
func (e *emitter) exit(x exit, n, next NodeID) []ir.Step {
	switch x := x.(type) {
	case *to:
		return e.to(x, n, next)
	case *jump:
		return e.jump(x, n)
	case *leave:
		return append(e.notes(x.outs, n), e.exit(x.next, n, next)...)
	case *end:
		return e.end(x, n, next)
	case *spend:
		return append(e.spend(x.edges, n), e.exit(x.next, n, next)...)
	case *depart:
		return e.depart(x, n)
	case *raise:
		return e.raise(x, n)
	case *resume:
		e.resumed[n] = true
		return []ir.Step{&ir.Goto{Header: e.host.Header(n, ""), Target: e.resumeLabel(n)}}
	case *choose:
		return e.choose(x, n, next)
	case *split:
		steps := e.clear(bodyOf(x.body, len(e.graph.Nodes)), x.outs)
		return append(steps, e.piece(x.body, func() []ir.Step { return e.exit(x.next, n, next) })...)
	default:
		return nil
	}
}

func (e *emitter) to(x *to, n, next NodeID) []ir.Step {
	switch {
	case e.refs[x.node] == 1:
		return e.place(x.node, next)
	case x.node == next:
		return nil
	default:
		return []ir.Step{&ir.Goto{Header: e.host.Header(n, ""), Target: e.host.Label(x.node)}}
	}
}

func (e *emitter) jump(x *jump, n NodeID) []ir.Step {
	edge := e.graph.Edges[x.edge]
	back := &ir.Goto{Header: e.host.Header(n, ""), Target: e.host.Label(edge.To), Max: edge.Max, Counter: edge.Counter}
	if len(e.stale(edge.To)) > 0 {
		back.Target = e.againLabel(edge.To)
	}
	back.Exhausted = e.exit(x.exhausted, n, handler)
	return []ir.Step{back}
}

// notes sets the flags of edges that are taken.
func (e *emitter) notes(outs []Out, n NodeID) []ir.Step {
	note := &ir.Assign{Header: e.host.Header(n, "")}
	for _, out := range outs {
		if !e.flagged[out.Edge] {
			continue
		}
		var value ir.Value = true
		if out.When != nil {
			value = out.When
		}
		note.Bindings = append(note.Bindings, ir.Binding{Name: e.host.Flag(out.Edge), Value: value})
	}
	if len(note.Bindings) == 0 {
		return nil
	}
	return []ir.Step{note}
}

// end gives the steps that end a path. A path that leads out of the fork's branch it is in falls off the branch's end: what was noted on the
// way tells those outside where to go on.
func (e *emitter) end(x *end, n, next NodeID) []ir.Step {
	switch {
	case x.scope != nil && slices.Contains(e.open[:e.outside], x.scope):
		return nil
	case x.scope != nil && x.scope == e.root:
		return e.host.Return(unique(slices.Concat(x.nodes, x.scope.ended)))
	case x.scope == e.current && next == scopeEnd, x.scope == nil:
		return nil
	default:
		e.labelled[x.scope] = true
		return []ir.Step{&ir.Goto{Header: e.host.Header(n, ""), Target: e.endLabel(x.scope)}}
	}
}

func (e *emitter) choose(x *choose, n, next NodeID) []ir.Step {
	branch := &ir.Branch{Header: e.host.Header(n, e.host.Label(n)+": which way")}
	for _, w := range x.ways {
		when := w.when
		if w.flags != nil {
			when = e.holds(nil, w.flags)
		}
		branch.Cases = append(branch.Cases, ir.Case{When: when, Body: e.exit(w.exit, n, next)})
	}
	branch.Else = e.exit(x.otherwise, n, next)
	return []ir.Step{branch}
}

// clear sets the flags of a composite to what is known before it starts.
func (e *emitter) clear(body set, outs []Out) []ir.Step {
	start := &ir.Assign{}
	own := map[EdgeID]bool{}
	for _, out := range outs {
		own[out.Edge] = true
		start.Header = e.host.Header(e.graph.Edges[out.Edge].From, "")
		if !e.flagged[out.Edge] {
			continue
		}
		var value ir.Value = true
		if out.When != nil {
			value = out.When
		}
		start.Bindings = append(start.Bindings, ir.Binding{Name: e.host.Flag(out.Edge), Value: value})
	}
	for i, edge := range e.graph.EdgeIDs() {
		if e.flagged[i] && body[edge.From] && !own[i] {
			start.Bindings = append(start.Bindings, ir.Binding{Name: e.host.Flag(i), Value: false})
		}
	}
	if len(start.Bindings) == 0 {
		return nil
	}
	return []ir.Step{start}
}

// bodyOf are the nodes of a piece.
func bodyOf(p piece, size int) set {
	all := newSet(size)
	switch p := p.(type) {
	case *scope:
		all.add(p.nodes)
	case *series:
		for _, part := range p.pieces {
			all.add(bodyOf(part, size))
		}
	case *fork:
		for _, part := range p.pieces {
			all.add(bodyOf(part, size))
		}
	}
	return all
}
