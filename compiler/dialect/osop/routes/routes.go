// Package routes decides where the flow goes: it reads the conditions of edges and orders the ways out of each node, after success and after
// failure, as package flow wants them.
package routes

import (
	"cmp"
	"slices"

	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/dialect/osop/edges"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// defaultBound is how often an edge that closes a cycle is taken when the source does not say.
const defaultBound = 3

// Plan is where the flow of a workflow goes.
type Plan struct {
	// Flow is the graph with its routes and bounds.
	Flow flow.Graph
	// Events are the conditions that awaited events must meet, by the nodes that wait.
	Events map[flow.NodeID]jsonata.Node
	// Items are the lists that nodes go through which run once per item.
	Items map[flow.NodeID]jsonata.Node
	// Draws tells of nodes whose edges a random number decides.
	Draws map[flow.NodeID]bool

	conditions []understood // by edges
}

// understood is the condition of an edge, as it was written and as an expression; both are nil without one.
type understood struct {
	tree condition.Node
	when jsonata.Node
}

func (u understood) otherwise() bool {
	literal, ok := u.tree.(*condition.Literal)
	return ok && literal.Otherwise
}

// Reads are the expressions of the plan.
func (p *Plan) Reads() []ir.Value {
	var values []ir.Value
	for _, c := range p.conditions {
		values = append(values, c.when)
	}
	for _, more := range []map[flow.NodeID]jsonata.Node{p.Events, p.Items} {
		for _, node := range more {
			values = append(values, node)
		}
	}
	return values
}

type router struct {
	*names.Names
	*Plan
	idle   func(flow.NodeID) bool
	reader *source.Reader
}

// Of plans the flow of a workflow. idle tells which nodes only route, so that they cannot fail.
func Of(all *names.Names, idle func(flow.NodeID) bool, reader *source.Reader) *Plan {
	graph := flow.Graph{Nodes: slices.Clone(all.Flow.Nodes), Edges: slices.Clone(all.Flow.Edges)}
	plan := &Plan{
		Flow: graph, conditions: make([]understood, len(graph.Edges)), Events: map[flow.NodeID]jsonata.Node{}, Items: map[flow.NodeID]jsonata.Node{},
		Draws: map[flow.NodeID]bool{},
	}
	r := router{Names: all, Plan: plan, idle: idle, reader: reader}
	for i := range graph.EdgeIDs() {
		r.condition(i)
		r.items(i)
	}
	for n := range graph.NodeIDs() {
		ways := r.ways(n)
		graph.Nodes[n].Success, graph.Nodes[n].Failure = r.success(ways), r.failure(n, ways)
	}
	for i := range graph.EdgeIDs() {
		r.bound(i)
	}
	return plan
}

func (r router) report(d report.Draft) { r.reader.Report(d) }

// condition reads the condition of an edge.
func (r router) condition(i flow.EdgeID) {
	e, flowEdge := r.Names.Edges[i], r.Names.Flow.Edges[i]
	scope := names.Scope{Names: r.Names, At: flowEdge.From, Edge: i}
	switch {
	case e.Mode.Cases:
		r.conditions[i].when = r.switchCase(i, scope)
	case e.Condition == nil || e.ForEach != nil:
	case e.Condition.Kind != source.Scalar:
		r.report(report.Error(codes.Condition, e.Condition.Range, "a condition is text").Fix("write it in quotes"))
	default:
		tree, when, ok := scope.Condition(e.Condition)
		wait := r.Wait(flowEdge.To)
		switch {
		case !ok:
		case wait != nil && wait.Event: // it is the event that must meet the condition
			r.Events[flowEdge.To] = when
		default:
			r.conditions[i] = understood{tree, when}
		}
	}
}

// switchCase is strict equality with what the switch looks at; nil for the default.
func (r router) switchCase(i flow.EdgeID, scope names.Scope) jsonata.Node {
	e := r.Names.Edges[i]
	if e.Default {
		return nil
	}
	if e.Condition == nil {
		r.report(report.Error(codes.Mode, e.Range, "a switch needs when: the value to look at").Fix("add when: outputs.<node>.<name>"))
		return nil
	}
	value, ok := scope.Expression(e.Condition, names.Whole(e.Condition.Value()), 0)
	if !ok {
		return nil
	}
	return build.Binary(value.Defined(), "=", names.Literal(e.Case.Value).Node)
}

// items reads the list that the target of an edge goes through.
func (r router) items(i flow.EdgeID) {
	e, to := r.Names.Edges[i], r.Names.Flow.Edges[i].To
	if e.ForEach == nil || r.Wait(to) != nil {
		return
	}
	if e.Condition != nil {
		r.report(report.Warning(codes.Ignored, e.Condition.Range, "the condition of an edge with for_each is not looked at").
			Why("OSOP 1.1 says that for_each decides alone; an empty list leaves the node out.").Fix("put the condition on an edge before"))
	}
	from, _ := r.Find(e.From.Name)
	if value, ok := r.From(from).Expression(e.ForEach, names.Whole(e.ForEach.Value()), 0); ok {
		r.Items[to] = value.Defined()
	}
}

// ways are the edges out of one node by when they are followed, each list in the order of the source.
type ways struct {
	after  [edges.Rest + 1][]flow.EdgeID
	failed []flow.EdgeID
}

func (r router) ways(n flow.NodeID) ways {
	var w ways
	for i, e := range r.Names.Flow.EdgeIDs() {
		if e.From != n {
			continue
		}
		edge, c := r.Names.Edges[i], r.conditions[i]
		at := edge.Mode.Place(edges.Edge{
			Edge: edge.Edge, Conditional: c.when != nil, Otherwise: c.otherwise(), Default: edge.Default, Back: r.Shape.Back[i], Idle: r.idle(n),
		})
		if edge.Mode.Conditioned && edge.Condition == nil {
			r.report(report.Warning(codes.Mode, edge.Range, "a %s edge without a condition is always taken", edge.Mode.Name).Fix("add when:, or write mode: sequential"))
		}
		w.after[at.Success] = append(w.after[at.Success], i)
		if at.Failure {
			w.failed = append(w.failed, i)
		}
	}
	r.weigh(n, w.after[edges.Chosen])
	if len(w.after[edges.Always]) > 0 {
		w.after[edges.Rest] = slices.DeleteFunc(w.after[edges.Rest], func(i flow.EdgeID) bool { return r.needless(i, w) })
	}
	return w
}

// needless tells whether an error or fallback edge stands for all else although another edge is always taken. Of a node that only routes such an
// edge has nothing left to mean, because the node cannot fail.
func (r router) needless(i flow.EdgeID, w ways) bool {
	e := r.Names.Edges[i]
	if e.Mode.Handles != nil && !slices.Contains(w.failed, i) {
		r.report(report.Warning(codes.Mode, e.Range, "the edge is never taken: %s only routes, so it cannot fail", e.From.Name).
			Why("Another of its edges is always taken.").Fix("give the other edges conditions if this one is for all else"))
	}
	return e.Mode.Handles != nil
}

// weigh turns the weights of edges into conditions on one random number.
func (r router) weigh(n flow.NodeID, chosen []flow.EdgeID) {
	weighted := slices.DeleteFunc(slices.Clone(chosen), func(i flow.EdgeID) bool { return !r.Names.Edges[i].Mode.Weighs })
	total := 0.0
	for _, i := range weighted {
		total += r.Names.Edges[i].Weight
	}
	switch {
	case len(weighted) == 0:
		return
	case total <= 0:
		r.report(report.Error(codes.Mode, r.Names.Edges[weighted[0]].Range, "weighted edges need weights").Fix("add weight: a percentage, to each of them"))
		return
	}
	r.Draws[n] = true
	sum := 0.0
	for _, i := range weighted {
		sum += r.Names.Edges[i].Weight
		r.conditions[i].when = build.Binary(build.Var(r.Of(n, names.Draw)), "<", build.Number(sum/total))
	}
}

// success orders the arms after success: loops, then conditions, then errors that hold over a result, then the rest.
func (r router) success(w ways) flow.Route {
	route := r.alone(w.after[edges.Again])
	chosen, results := w.after[edges.Chosen], r.alone(w.after[edges.Result])
	always, rest := outs(w.after[edges.Always]), outs(w.after[edges.Rest])
	switch {
	case len(chosen) == 0:
		return arm(append(route, results...), nil, append(always, rest...))
	case len(always) == 0 && r.exclusive(chosen):
		return arm(slices.Concat(route, r.alone(chosen), results), nil, rest)
	case len(results) == 0 && len(rest) == 0:
		return arm(route, nil, append(r.guarded(chosen), always...))
	default:
		route = append(arm(route, r.anyOf(chosen), append(r.guarded(chosen), always...)), results...)
		return arm(route, nil, append(always, rest...))
	}
}

// arm adds an arm to a route, unless it leads nowhere.
func arm(route flow.Route, when jsonata.Node, outs []flow.Out) flow.Route {
	if len(outs) == 0 {
		return route
	}
	return append(route, flow.Arm{When: when, Out: slices.Clone(outs)})
}

// alone makes an arm of each edge.
func (r router) alone(list []flow.EdgeID) flow.Route {
	var route flow.Route
	for _, i := range list {
		route = arm(route, r.conditions[i].when, outs([]flow.EdgeID{i}))
	}
	return route
}

func outs(list []flow.EdgeID) []flow.Out {
	var found []flow.Out
	for _, i := range list {
		found = append(found, flow.Out{Edge: i})
	}
	return found
}

func (r router) guarded(list []flow.EdgeID) []flow.Out {
	found := outs(list)
	for at, i := range list {
		found[at].When = r.conditions[i].when
	}
	return found
}

func (r router) anyOf(list []flow.EdgeID) jsonata.Node {
	var conditions []jsonata.Node
	for _, i := range list {
		conditions = append(conditions, r.conditions[i].when)
	}
	return build.Any(conditions...)
}

// exclusive tells whether at most one of the edges can be taken: cases of a switch and weights by their nature, conditions when that can be
// seen.
func (r router) exclusive(list []flow.EdgeID) bool {
	for at, i := range list {
		for _, j := range list[at+1:] {
			a, b := r.Names.Edges[i], r.Names.Edges[j]
			byNature := a.Edge == b.Edge && a.Mode.Cases || a.Mode.Weighs && b.Mode.Weighs
			one, other := r.conditions[i].tree, r.conditions[j].tree
			if !byNature && (one == nil || other == nil || !condition.Exclusive(one, other)) {
				return false
			}
		}
	}
	return true
}

// failure orders the arms after failure: by the turn of their modes, of one mode those with a condition first.
func (r router) failure(n flow.NodeID, w ways) flow.Route {
	var route flow.Route
	for len(w.failed) > 0 {
		turn := slices.MinFunc(w.failed, func(a, b flow.EdgeID) int { return r.turn(a) - r.turn(b) })
		var rest []flow.EdgeID
		for _, i := range w.failed {
			switch c := r.conditions[i]; {
			case r.turn(i) != r.turn(turn):
			case c.when == nil || c.otherwise():
				rest = append(rest, i)
			default:
				route = append(route, r.failureArm(n, i))
			}
		}
		if len(rest) > 0 {
			route = append(route, flow.Arm{Errors: r.Names.Edges[turn].Mode.Handles.Errors, Out: outs(rest)})
		}
		w.failed = slices.DeleteFunc(slices.Clone(w.failed), func(i flow.EdgeID) bool { return r.turn(i) == r.turn(turn) })
	}
	if always := w.after[edges.Always]; r.Wait(n) == nil && r.Node(n).Optional && len(always) > 0 {
		route = append(route, flow.Arm{Out: outs(always)})
	}
	return route
}

func (r router) turn(i flow.EdgeID) int { return r.Names.Edges[i].Mode.Handles.Turn }

// failureArm makes an arm of a condition. A condition on the status of the node's own HTTP answer is a match on named errors, so that such
// an answer is not retried first.
func (r router) failureArm(n flow.NodeID, i flow.EdgeID) flow.Arm {
	handles := r.Names.Edges[i].Mode.Handles
	if codes := r.statusCodes(n, r.conditions[i].tree); codes != nil && handles.ByStatus {
		named := flow.Arm{Out: outs([]flow.EdgeID{i})}
		for _, code := range codes {
			named.Errors = append(named.Errors, task.StatusError(code))
		}
		return named
	}
	return flow.Arm{When: r.conditions[i].when, Errors: handles.Errors, Out: outs([]flow.EdgeID{i})}
}

// bound sets how often an edge that closes a cycle is taken.
func (r router) bound(i flow.EdgeID) {
	if !r.Shape.Back[i] {
		return
	}
	e := r.Names.Edges[i]
	bounded := &r.Plan.Flow.Edges[i]
	bounded.Counter, bounded.Strict = r.Counter(i), e.Mode.Handles != nil && e.Mode.Handles.Strict
	bounded.Max = cmp.Or(e.Max, roundsOf(r.conditions[i].tree))
	if bounded.Max == 0 {
		bounded.Max = defaultBound
		r.report(report.Warning(codes.Unbounded, e.Range, "the edge %s closes a cycle and has no bound", e.Edge).
			Why("It is taken at most %d times; then the run fails with the original error.", defaultBound).Fix("add max_iterations: to the edge"))
	}
}
