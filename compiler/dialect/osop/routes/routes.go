// Package routes decides where the flow goes: it reads the conditions of edges and orders the ways out of each node, after success and after
// failure, as package flow wants them.
package routes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/dialect/osop/edges"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
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
	// Named are the errors that conditions on statuses name, by the nodes that fail with them.
	Named map[flow.NodeID][]string
	// Reads are the expressions of the plan.
	Reads []ir.Value
}

// edge is an edge with its condition, as it was written and as an expression; both are nil without one.
type edge struct {
	model.Edge
	id   flow.EdgeID
	to   flow.NodeID
	tree condition.Node
	when jsonata.Node
}

type router struct {
	*names.Names
	*Plan
	single func(name string) bool
	edges  []edge
}

// Of plans the flow of a workflow. idle tells which nodes only route, so that they cannot fail, single which names stand for one value or for none.
func Of(all *names.Names, idle func(flow.NodeID) bool, single func(name string) bool) *Plan {
	graph := flow.Graph{Nodes: slices.Clone(all.Flow.Nodes), Edges: slices.Clone(all.Flow.Edges)}
	plan := &Plan{Flow: graph, Events: map[flow.NodeID]jsonata.Node{}, Items: map[flow.NodeID]jsonata.Node{}, Draws: map[flow.NodeID]bool{}, Named: map[flow.NodeID][]string{}}
	r := router{Names: all, Plan: plan, single: single, edges: make([]edge, len(graph.Edges))}
	for i, e := range graph.EdgeIDs() {
		r.edges[i] = edge{Edge: all.Edges[i], id: i, to: e.To}
		r.condition(&r.edges[i], e.From)
		r.items(r.edges[i])
	}
	for n := range graph.NodeIDs() {
		ways := r.ordered(n, r.ways(n, idle(n)))
		graph.Nodes[n].Success, graph.Nodes[n].Failure = ways.Routes(all.Shape)
		r.strict(n, len(ways.Resort(all.Shape)) == 0)
		graph.Nodes[n].Fails = all.Wait(n) == nil && !idle(n)
		graph.Nodes[n].Optional = graph.Nodes[n].Fails && all.Node(n).Optional
	}
	for i, e := range r.edges {
		if all.Shape.Back[i] {
			r.bound(e, &graph.Edges[i])
		}
		plan.Reads = append(plan.Reads, e.when)
	}
	return plan
}

func (r router) condition(e *edge, from flow.NodeID) {
	scope := names.Scope{Names: r.Names, At: from, Edge: e.id}
	switch {
	case e.Mode.Cases:
		r.switchCase(e, scope)
	case e.Condition == nil || e.ForEach != nil:
	case e.Condition.Kind != source.Scalar:
		r.Report(codes.Condition.Error(e.Condition.Range, "a condition is text").Fix("write it in quotes"))
	default:
		tree, when, ok := scope.Condition(e.Condition)
		if wait := r.Wait(e.to); ok && wait != nil && wait.Event { // it is the event that must meet the condition
			r.Events[e.to] = when
			r.Plan.Reads = append(r.Plan.Reads, when)
		} else if ok {
			e.tree, e.when = tree, when
		}
	}
}

func (r router) switchCase(e *edge, scope names.Scope) {
	if e.Default {
		return
	}
	if e.Condition == nil {
		r.Report(codes.Mode.Error(e.Range, "a switch needs when: the value to look at").Fix("add when: outputs.<node>.<name>"))
		return
	}
	value, ok := scope.Expression(e.Condition, condition.Whole(e.Condition.Value()), 0)
	switch twin := r.twin(e.Case, e.Cases); {
	case twin != nil:
		e.when = build.Bool(false)
		r.Report(codes.Mode.Warning(e.Case.Value.Range, "the case is never taken").Why("The first case that fits is taken, and one before has the same value.").
			Fix("delete it, or lead from the node of the first one on").Also(twin.Value.Range, "the first one is here"))
	case ok:
		e.when = build.Binary(value.Defined(), "=", names.Constant(e.Case.Value).Node)
	}
}

// twin is the case before one that has the same value, nil when there is none.
func (r router) twin(of *ast.Case, cases []ast.Case) *ast.Case {
	for i := range cases {
		if &cases[i] == of {
			return nil
		}
		if jsonata.Print(names.Constant(cases[i].Value).Node) == jsonata.Print(names.Constant(of.Value).Node) {
			return &cases[i]
		}
	}
	return nil
}

func (r router) items(e edge) {
	if e.ForEach == nil || r.Wait(e.to) != nil {
		return
	}
	if e.Condition != nil {
		r.Report(codes.Ignored.Warning(e.Condition.Range, "the condition of an edge with for_each is not looked at").
			Why("OSOP 1.1 says that for_each decides alone; an empty list leaves the node out.").Fix("put the condition on an edge before"))
	}
	from, _ := r.Find(e.From.Name)
	text := condition.Whole(e.ForEach.Value())
	if value, ok := r.Names.From(from).Expression(e.ForEach, text, 0); ok {
		r.Items[e.to] = value.Defined()
		if r.single(text[strings.LastIndexByte(text, '.')+1:]) { // the one value is an item, unless it is a list of items
			r.Items[e.to] = build.Once(value.Defined(), func(one jsonata.Node) jsonata.Node {
				return build.If(build.HasType(one, "object"), build.List(one), one)
			})
		}
		r.Plan.Reads = append(r.Plan.Reads, r.Items[e.to])
	}
}

// ways are the edges out of one node by when they are followed, each list in the order of the source.
type ways struct {
	after  [edges.Rest + 1][]edge
	failed []edge
}

func (r router) ways(n flow.NodeID, idle bool) ways {
	var w ways
	for i, from := range r.Names.Flow.EdgeIDs() {
		e := r.edges[i]
		if from.From != n {
			continue
		}
		at := e.Mode.Place(edges.Edge{
			Edge: e.Edge.Edge, Conditional: e.when != nil, Otherwise: condition.IsOtherwise(e.tree), Default: e.Default, Back: r.Shape.Back[i], Idle: idle,
		})
		if e.Mode.Conditioned && e.Condition == nil {
			r.Report(codes.Mode.Warning(e.Range, "a %s edge without a condition is always taken", e.Mode.Name).Fix("add when:, or write mode: sequential"))
		}
		w.after[at.Success] = append(w.after[at.Success], e)
		if at.Failure {
			w.failed = append(w.failed, e)
		}
	}
	r.weigh(n, w)
	r.defaults(&w)
	if slices.ContainsFunc(w.after[edges.Always], func(e edge) bool { return !r.Shape.Back[e.id] }) {
		w.after[edges.Rest] = slices.DeleteFunc(w.after[edges.Rest], func(e edge) bool { return r.needless(e, w) })
	}
	return w
}

// defaults gives the default of a switch a condition of its own where other edges than its cases may be taken beside it.
func (r router) defaults(w *ways) {
	for _, e := range slices.Clone(w.after[edges.Rest]) {
		var cases []jsonata.Node
		for _, other := range w.after[edges.Chosen] {
			if e.Default && other.Edge.Edge == e.Edge.Edge {
				cases = append(cases, other.when)
			}
		}
		alone := len(cases) == len(w.after[edges.Chosen]) && len(w.after[edges.Result])+len(w.after[edges.Always]) == 0 && len(w.after[edges.Rest]) == 1
		alone = alone && !(r.Shape.Back[e.id] && len(w.after[edges.Again]) > 0)
		if e.Default && !alone {
			w.after[edges.Rest] = slices.DeleteFunc(w.after[edges.Rest], func(other edge) bool { return other.id == e.id })
			e.when = build.Not(build.Any(cases...))
			w.after[edges.Chosen] = append(w.after[edges.Chosen], e)
		}
	}
}

// needless tells whether an error or fallback edge stands for all else although another edge is always taken. Of a node that only routes such an
// edge has nothing left to mean, because the node cannot fail.
func (r router) needless(e edge, w ways) bool {
	if e.Mode.Handles != nil && !slices.ContainsFunc(w.failed, func(other edge) bool { return other.id == e.id }) {
		r.Report(codes.Mode.Warning(e.Range, "the edge is never taken: %s only routes, so it cannot fail", e.From.Name).
			Why("Another of its edges is always taken.").Fix("give the other edges conditions if this one is for all else"))
	}
	return e.Mode.Handles != nil
}

// weigh turns the weights of edges into conditions on one random number, of which the first that holds counts; only one holds where that is not
// all that is looked at.
func (r router) weigh(n flow.NodeID, w ways) {
	total, sum, mixed := 0.0, 0.0, len(w.after[edges.Always]) > 0
	for _, e := range w.after[edges.Chosen] {
		mixed = mixed || !e.Mode.Weighs || r.Shape.Back[e.id]
		if e.Mode.Weighs {
			total += e.Weight
		}
	}
	draw := build.Var(r.Names.Of(n, names.Draw))
	for i, e := range w.after[edges.Chosen] {
		switch {
		case !e.Mode.Weighs:
		case total <= 0:
			r.Report(codes.Mode.Error(e.Range, "weighted edges need weights").Fix("add weight: a percentage, to each of them"))
			return
		default:
			when := build.Binary(draw, "<", build.Number((sum+e.Weight)/total))
			if sum > 0 && mixed {
				when = build.All(build.Binary(draw, ">=", build.Number(sum/total)), when)
			}
			w.after[edges.Chosen][i].when = when
			sum += e.Weight
			r.Draws[n] = true
		}
	}
}

// ordered gives the edges out of a node as package flow orders them.
func (r router) ordered(n flow.NodeID, w ways) flow.Ways {
	after := func(way edges.Way) []flow.Out { return conditioned(w.after[way]) }
	ordered := flow.Ways{
		Again: after(edges.Again), Chosen: after(edges.Chosen), Result: after(edges.Result), Always: after(edges.Always), Rest: plain(w.after[edges.Rest]),
		Exclusive: func(a, b flow.EdgeID) bool { return exclusive(r.edges[a], r.edges[b]) },
	}
	for turn := range edges.Turns {
		t := flow.Turn{Named: func(e flow.EdgeID) []string { return r.named(n, r.edges[e]) }}
		for _, e := range w.failed {
			switch {
			case e.Mode.Handles.Turn != turn:
				continue
			case condition.IsOtherwise(e.tree):
				t.Otherwise = append(t.Otherwise, flow.Out{Edge: e.id})
			case e.when == nil:
				t.Always = append(t.Always, flow.Out{Edge: e.id})
			default:
				known := func(name string) bool { return slices.Contains(r.Named[n], name) }
				r.Named[n] = append(r.Named[n], slices.DeleteFunc(t.Named(e.id), known)...)
				t.Conditional = append(t.Conditional, flow.Out{Edge: e.id, When: e.when})
			}
			t.Errors = e.Mode.Handles.Errors
		}
		ordered.Failed = append(ordered.Failed, t)
	}
	return ordered
}

func conditioned(list []edge) []flow.Out {
	found := plain(list)
	for i, e := range list {
		found[i].When = e.when
	}
	return found
}

func plain(list []edge) []flow.Out {
	var found []flow.Out
	for _, e := range list {
		found = append(found, flow.Out{Edge: e.id})
	}
	return found
}

// exclusive tells whether at most one of two edges can be taken: cases of a switch and weights by their nature, conditions when that can be seen.
func exclusive(a, b edge) bool {
	byNature := a.Edge.Edge == b.Edge.Edge && a.Mode.Cases || a.Mode.Weighs && b.Mode.Weighs
	return byNature || a.tree != nil && b.tree != nil && condition.Exclusive(a.tree, b.tree)
}

// named are the errors that a condition on nothing but the status of the node's own HTTP answer means.
func (r router) named(n flow.NodeID, e edge) []string {
	if len(e.Mode.Handles.Errors) > 0 {
		return nil
	}
	var named []string
	for _, status := range condition.Statuses(e.tree, func(path []string) bool { return r.Answers(n) && r.isStatus(n, path) }) {
		named = append(named, task.StatusError(status))
	}
	return named
}

func (r router) isStatus(n flow.NodeID, path []string) bool {
	if path[0] == "outputs" {
		path = path[1:]
	}
	last := len(path) - 1
	if last < 1 || !slices.Contains([]string{"status", "status_code", "statusCode"}, path[last]) {
		return false
	}
	owner, isNode := r.Find(path[last-1])
	return isNode && owner == n || slices.Contains(r.Producers(path[last-1]), n)
}

// strict makes errors that lead back fail when their bound is reached, unless something handles any failure of their source.
func (r router) strict(n flow.NodeID, without bool) {
	for i, e := range r.edges {
		if from := &r.Flow.Edges[i]; from.From == n {
			from.Strict = without && e.Mode.Handles != nil && e.Mode.Handles.Strict
		}
	}
}

// bound sets how often an edge that closes a cycle is taken.
func (r router) bound(e edge, bounded *flow.Edge) {
	bounded.Counter = r.Counter(e.id)
	bounded.Max = cmp.Or(e.Max, condition.Rounds(e.tree, names.CountsRounds))
	if bounded.Max == 0 {
		bounded.Max = defaultBound
		r.Report(codes.Unbounded.Warning(e.Range, "the edge %s closes a cycle and has no bound", e.Edge.Edge).
			Why("It is taken at most %d times; then the next edge that fits is followed, or the run fails.", defaultBound).Fix("add max_iterations: to the edge"))
	}
}
