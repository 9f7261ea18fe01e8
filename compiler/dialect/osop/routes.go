package osop

import (
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// defaultBound is how often an edge that closes a cycle is taken when the source does not say.
const defaultBound = 3

// outgoing are the edges of one node by what they mean, each list in the order of the source.
type outgoing struct {
	loops  []int // while their condition holds, alone
	chosen []int // under a condition
	always []int
	others []int // when none of chosen was taken
	errors []int // errors and fallbacks with a condition, which may also hold after success
	failed []int // errors, fallbacks and timeouts
}

// route decides for each node where the flow goes.
func (g *graph) route() {
	for i := range g.flow.Edges {
		g.condition(i)
	}
	for n := range g.flow.Nodes {
		out := g.outgoing(n)
		g.flow.Nodes[n].Success = g.success(n, out)
		g.flow.Nodes[n].Failure = g.failure(n, out)
	}
	for i := range g.flow.Edges {
		g.limit(i)
	}
}

// condition parses and lowers the condition of an edge.
func (g *graph) condition(i int) {
	l := &g.edges[i]
	node := l.edge.Condition
	s := scope{graph: g, node: g.flow.Edges[i].From, edge: i}
	switch {
	case l.edge.Mode == Switch:
		g.switchCase(i, s)
		return
	case node == nil || l.edge.ForEach != nil:
		return
	case node.Kind != source.Scalar:
		g.report(diag.Error, codeCondition, node.Range, "a condition is text", "", "write it in quotes")
		return
	}
	s.word = g.noteWord(node)
	tree, err := condition.Parse(node.Value(), s.knownName)
	var when jsonata.Node
	if err == nil {
		when, err = condition.Lower(tree, s)
	}
	if err != nil {
		g.badCondition(node, err)
		return
	}
	if w := g.waitOf(i); w != nil && w.event {
		w.when = when // it is the event that must meet the condition
		return
	}
	l.tree, l.when = tree, when
}

func (g *graph) noteWord(node *source.Node) func(string, int, int) {
	return func(name string, start, end int) {
		key := name + strconv.Itoa(node.Range.Start.Offset)
		if !g.wordsSeen[key] {
			g.wordsSeen[key] = true
			g.report(diag.Note, codeWord, node.At(start, end), name+" is read as text", "Nothing in the workflow has this name.", "write '"+name+"'")
		}
	}
}

func (g *graph) badCondition(node *source.Node, err error) {
	at, fix := node.Range, ""
	if known, ok := err.(*condition.Error); ok {
		at, fix = node.At(known.Start, max(known.End, known.Start+1)), known.Fix
	}
	g.report(diag.Error, codeCondition, at, err.Error(), "", fix)
}

// switchCase lowers one case: strict equality with what the switch looks at.
func (g *graph) switchCase(i int, s scope) {
	l := &g.edges[i]
	if l.fallback {
		return
	}
	if l.edge.Condition == nil {
		g.report(diag.Error, codeMode, l.edge.Range, "a switch needs when: the value to look at", "", "add when: outputs.<node>.<name>")
		return
	}
	node := l.edge.Condition
	value, ok := s.expression(node, trimReference(node.Value()), 0)
	if !ok {
		return
	}
	want := literal(l.value.Value)
	l.when = build.Binary(value.Node, "=", want.Node)
	if value.Missing {
		l.when = build.Binary(build.OrNull(value.Node), "=", want.Node)
	}
}

func trimReference(text string) string {
	if pieces := parts(text, false); len(pieces) == 1 && pieces[0].reference {
		return pieces[0].text
	}
	return text
}

// outgoing sorts the edges of a node by what they mean.
func (g *graph) outgoing(n int) outgoing {
	var out outgoing
	for i, e := range g.flow.Edges {
		if e.From != n {
			continue
		}
		l := g.edges[i]
		otherwise := isOtherwise(l.tree)
		switch l.edge.Mode {
		case Loop:
			g.sortLoop(i, &out)
		case ErrorMode, Fallback, Timeout:
			g.sortAside(i, n, otherwise, &out)
		case Switch:
			if l.fallback {
				out.others = append(out.others, i)
				continue
			}
			out.chosen = append(out.chosen, i)
		case Weighted:
			out.chosen = append(out.chosen, i)
		default:
			switch {
			case otherwise:
				out.others = append(out.others, i)
			case l.when != nil:
				out.chosen = append(out.chosen, i)
			default:
				if l.edge.Mode == Conditional && l.edge.Condition == nil {
					g.report(diag.Warning, codeMode, l.edge.Range, "a conditional edge without a condition is always taken", "", "add when:, or write mode: sequential")
				}
				out.always = append(out.always, i)
			}
		}
	}
	g.weigh(n, out.chosen)
	g.needless(&out)
	return out
}

// needless leaves out the error and fallback edges that stand for all else where another edge is always taken. Of a node that only routes
// such an edge has nothing left to mean, because the node cannot fail.
func (g *graph) needless(out *outgoing) {
	if len(out.always) == 0 {
		return
	}
	out.others = slices.DeleteFunc(out.others, func(i int) bool {
		l := g.edges[i]
		if l.edge.Mode != ErrorMode && l.edge.Mode != Fallback {
			return false
		}
		if !slices.Contains(out.failed, i) {
			g.report(diag.Warning, codeMode, l.edge.Range, "the edge is never taken: "+scalarText(l.edge.From)+" only routes, so it cannot fail", "Another of its edges is always taken.",
				"give the other edges conditions if this one is for all else")
		}
		return true
	})
}

func (g *graph) sortLoop(i int, out *outgoing) {
	l := g.edges[i]
	if l.edge.ForEach != nil {
		out.always = append(out.always, i)
		return
	}
	if !g.shape.Back[i] && l.when == nil {
		out.always = append(out.always, i)
		return
	}
	out.loops = append(out.loops, i)
}

// sortAside places an error, fallback or timeout edge. From a node that does no work such an edge is the way to go when no condition held.
func (g *graph) sortAside(i, n int, otherwise bool, out *outgoing) {
	l := g.edges[i]
	idle := n < len(g.document.Nodes) && g.isIdle(g.document.Nodes[n]) && g.document.Nodes[n].GateOrNil == nil
	switch {
	case l.edge.Mode == Timeout:
		out.failed = append(out.failed, i)
	case idle && l.when == nil || otherwise && l.edge.Mode == Fallback:
		out.others = append(out.others, i)
		if !idle {
			out.failed = append(out.failed, i)
		}
	default:
		out.failed = append(out.failed, i)
		if l.when != nil && !otherwise {
			out.errors = append(out.errors, i)
		}
	}
}

func isOtherwise(tree condition.Node) bool {
	l, ok := tree.(*condition.Literal)
	return ok && l.Otherwise
}

// weigh turns the weights of edges into conditions on one random number.
func (g *graph) weigh(n int, chosen []int) {
	total := 0.0
	var weighted []int
	for _, i := range chosen {
		if g.edges[i].edge.Mode == Weighted {
			weighted = append(weighted, i)
			total += g.edges[i].edge.Weight
		}
	}
	if len(weighted) == 0 {
		return
	}
	if total <= 0 {
		g.report(diag.Error, codeMode, g.edges[weighted[0]].edge.Range, "weighted edges need weights", "", "add weight: a percentage, to each of them")
		return
	}
	g.draws[n] = g.names.of("draw "+strconv.Itoa(n), g.document.Nodes[n].ID+"_draw")
	sum := 0.0
	for _, i := range weighted {
		sum += g.edges[i].edge.Weight
		g.edges[i].when = build.Binary(build.Var(g.draws[n]), "<", build.Number(sum/total))
	}
}

// success orders the arms after success: loops, then conditions, then errors that hold over a result, then the rest.
func (g *graph) success(n int, out outgoing) flow.Route {
	var route flow.Route
	for _, i := range out.loops {
		route = append(route, flow.Arm{When: g.edges[i].when, Out: []flow.Out{{Edge: i}}})
	}
	always := plainOuts(out.always)
	others := plainOuts(out.others)
	switch {
	case len(out.chosen) == 0:
		route = append(route, g.errorArms(out)...)
		return appendArm(route, nil, append(always, others...))
	case len(always) == 0 && g.exclusive(out.chosen):
		for _, i := range out.chosen {
			route = append(route, flow.Arm{When: g.edges[i].when, Out: []flow.Out{{Edge: i}}})
		}
		route = append(route, g.errorArms(out)...)
		return appendArm(route, nil, others)
	case len(out.errors) == 0 && len(others) == 0:
		return appendArm(route, nil, append(g.guardedOuts(out.chosen), always...))
	default:
		route = appendArm(route, g.anyOf(out.chosen), append(g.guardedOuts(out.chosen), always...))
		route = append(route, g.errorArms(out)...)
		return appendArm(route, nil, append(slices.Clone(always), others...))
	}
}

func appendArm(route flow.Route, when jsonata.Node, outs []flow.Out) flow.Route {
	if len(outs) == 0 {
		return route
	}
	return append(route, flow.Arm{When: when, Out: outs})
}

func plainOuts(edges []int) []flow.Out {
	var outs []flow.Out
	for _, i := range edges {
		outs = append(outs, flow.Out{Edge: i})
	}
	return outs
}

func (g *graph) guardedOuts(edges []int) []flow.Out {
	var outs []flow.Out
	for _, i := range edges {
		outs = append(outs, flow.Out{Edge: i, When: g.edges[i].when})
	}
	return outs
}

func (g *graph) anyOf(edges []int) jsonata.Node {
	var conditions []jsonata.Node
	for _, i := range edges {
		conditions = append(conditions, g.edges[i].when)
	}
	return build.Any(conditions...)
}

func (g *graph) errorArms(out outgoing) flow.Route {
	var route flow.Route
	for _, i := range out.errors {
		route = append(route, flow.Arm{When: g.edges[i].when, Out: []flow.Out{{Edge: i}}})
	}
	return route
}

// exclusive tells whether at most one of the edges can be taken: cases of a switch and weights by their nature, conditions when that can be
// seen.
func (g *graph) exclusive(edges []int) bool {
	for a, i := range edges {
		for _, j := range edges[a+1:] {
			one, other := g.edges[i], g.edges[j]
			same := one.edge == other.edge && one.edge.Mode == Switch || one.edge.Mode == Weighted && other.edge.Mode == Weighted
			if same {
				continue
			}
			if one.tree == nil || other.tree == nil || !condition.Exclusive(one.tree, other.tree) {
				return false
			}
		}
	}
	return true
}

// failure orders the arms after failure: timeouts, errors with a condition, errors, fallbacks with a condition, fallbacks.
func (g *graph) failure(n int, out outgoing) flow.Route {
	var route flow.Route
	for _, mode := range []Mode{Timeout, ErrorMode, Fallback} {
		var rest []flow.Out
		for _, i := range out.failed {
			l := g.edges[i]
			if l.edge.Mode != mode {
				continue
			}
			if l.when == nil || isOtherwise(l.tree) {
				rest = append(rest, flow.Out{Edge: i})
				continue
			}
			route = append(route, g.failureArm(n, i))
		}
		if len(rest) > 0 {
			route = append(route, flow.Arm{Errors: timeoutsOnly(mode), Out: rest})
		}
	}
	if n < len(g.document.Nodes) && g.document.Nodes[n].Optional && len(out.always) > 0 {
		route = append(route, flow.Arm{Out: plainOuts(out.always)})
	}
	return route
}

func timeoutsOnly(mode Mode) []string {
	if mode == Timeout {
		return []string{"States.Timeout", "Http.Timeout", "Sql.Timeout"}
	}
	return nil
}

// failureArm makes an arm of a condition. A condition on the status of the node's own HTTP answer is a match on named errors, so that such
// an answer is not retried first.
func (g *graph) failureArm(n, i int) flow.Arm {
	l := g.edges[i]
	arm := flow.Arm{When: l.when, Errors: timeoutsOnly(l.edge.Mode), Out: []flow.Out{{Edge: i}}}
	if codes := g.statusCodes(n, l.tree); codes != nil && l.edge.Mode != Timeout {
		arm.When, arm.Errors = nil, nil
		for _, code := range codes {
			arm.Errors = append(arm.Errors, "Http.Status."+strconv.Itoa(code))
		}
	}
	return arm
}

// statusCodes reads a condition that compares the status of node n's answer with numbers; nil for any other condition.
func (g *graph) statusCodes(n int, tree condition.Node) []int {
	b, ok := tree.(*condition.Binary)
	if !ok || !g.calls[n] {
		return nil
	}
	switch b.Operator {
	case "||":
		left, right := g.statusCodes(n, b.Left), g.statusCodes(n, b.Right)
		if left == nil || right == nil {
			return nil
		}
		return append(left, right...)
	case "==":
		if g.isStatus(n, b.Left) {
			return numbers(b.Right)
		}
	case "in":
		if list, isList := b.Right.(*condition.List); isList && g.isStatus(n, b.Left) {
			return numbers(list.Items...)
		}
	}
	return nil
}

func (g *graph) isStatus(n int, tree condition.Node) bool {
	r, ok := tree.(*condition.Reference)
	if !ok || len(r.Path) < 2 {
		return false
	}
	path := r.Path
	if path[0] == "outputs" {
		path = path[1:]
	}
	last := path[len(path)-1]
	if last != "status" && last != "status_code" && last != "statusCode" {
		return false
	}
	of := path[len(path)-2]
	owner, isNode := g.byID[of]
	return isNode && owner == n || slices.Contains(g.producers[of], n)
}

func numbers(nodes ...condition.Node) []int {
	var found []int
	for _, node := range nodes {
		l, ok := node.(*condition.Literal)
		if !ok {
			return nil
		}
		value, isNumber := l.Value.(float64)
		if !isNumber || value != float64(int(value)) {
			return nil
		}
		found = append(found, int(value))
	}
	return found
}

// limit sets how often an edge that closes a cycle is taken.
func (g *graph) limit(i int) {
	e := &g.flow.Edges[i]
	if !g.shape.Back[i] {
		return
	}
	l := g.edges[i]
	e.Counter, e.Strict = g.counter(i), l.edge.Mode == ErrorMode || l.edge.Mode == Fallback
	e.Max = l.edge.Max
	if e.Max == 0 {
		e.Max = roundsOf(l.tree)
	}
	if e.Max == 0 {
		e.Max = defaultBound
		name := scalarText(l.edge.From) + " → " + scalarText(l.edge.To)
		g.report(diag.Warning, codeUnbounded, l.edge.Range, "the edge "+name+" closes a cycle and has no bound",
			"It is taken at most "+strconv.Itoa(defaultBound)+" times; then the run fails with the original error.", "add max_iterations: to the edge")
	}
}

// roundsOf reads a bound from a condition such as retry_count < 3; 0 when there is none.
func roundsOf(tree condition.Node) int {
	b, ok := tree.(*condition.Binary)
	if !ok {
		return 0
	}
	if b.Operator == "&&" {
		return max(roundsOf(b.Left), roundsOf(b.Right))
	}
	limit := numbers(b.Right)
	if limit == nil || !countsRounds(b.Left) {
		return 0
	}
	switch b.Operator {
	case "<":
		return max(0, limit[0])
	case "<=":
		return max(0, limit[0]+1)
	default:
		return 0
	}
}

func countsRounds(tree condition.Node) bool {
	switch t := tree.(type) {
	case *condition.Reference:
		switch t.Path[0] {
		case "retry_count", "retries", "iteration", "iterations", "iteration_count", "loop_count", "attempt", "attempts", "attempt_count":
			return len(t.Path) == 1
		}
	case *condition.Call:
		return t.Of == nil && t.Name == "attempt"
	}
	return false
}

func quoted(text string) string { return strconv.Quote(text) }
