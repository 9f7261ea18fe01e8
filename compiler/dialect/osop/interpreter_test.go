package osop_test

import (
	"fmt"
	"slices"
)

// The interpreter says what a drawn graph means, by the rules of docs/osop.md and without anything of the compiler: it follows what a run did,
// event by event, and finds the first thing that the graph does not allow. Its rules:
//
//   - A node runs once in a round, when every edge that leads to it is decided and at least one of them was taken; a start runs at once.
//   - After success of a node, the edges are looked at that lead back, then conditions, then errors that hold over the result, then the rest;
//     after a failure those of time limits, errors and fallbacks. An edge that leads back is taken alone, and no more often than it may.
//   - A jump back is made when nothing that comes behind its target runs any more. All that comes behind it is undecided again; what led to a node
//     that has run leads there no more.
//   - An error that nothing handles ends the run. What succeeded and has a compensation is undone then, the last first.
type interpreter struct {
	g     *drawnGraph
	back  []bool
	reach [][]bool

	state    []state
	edges    []decision
	values   []any    // by node: nil or a map
	errors   []string // the last error of a node, "" after success
	runs     []int
	ended    []bool // succeeded at least once
	ran      []bool // in this round
	taken    []int  // jumps by edges
	pending  []int  // edges that lead back and are to be taken
	failures []string
	written  []write
	undone   []string
	problem  string
	failed   int  // calls that failed
	beside   bool // nodes ran at once
	// open tells that a condition compared what may come from beside: what follows is not determined.
	open bool
}

type state int

const (
	waiting state = iota
	running
	done
	dead
)

type decision int

const (
	undecided decision = iota
	followed
	dropped
)

// write is one value of the shared name. Until the node ends again nobody takes it back.
type write struct {
	node  int
	value any
}

func newInterpreter(g *drawnGraph) *interpreter {
	in := &interpreter{
		g: g, back: make([]bool, len(g.edges)), state: make([]state, len(g.nodes)), edges: make([]decision, len(g.edges)), values: make([]any, len(g.nodes)),
		errors: make([]string, len(g.nodes)), runs: make([]int, len(g.nodes)), ended: make([]bool, len(g.nodes)), ran: make([]bool, len(g.nodes)), taken: make([]int, len(g.edges)),
	}
	in.findCycles()
	for n := range g.nodes {
		in.reach = append(in.reach, make([]bool, len(g.nodes)))
		in.reachFrom(n, n)
	}
	return in
}

// findCycles walks from the starts, along regular edges first, and marks each edge that leads back to where the walk came from.
func (in *interpreter) findCycles() {
	known, accepted, seen := make([]bool, len(in.g.edges)), make([]bool, len(in.g.edges)), make([]bool, len(in.g.nodes))
	var leads func(from, to int, passed map[int]bool) bool
	leads = func(from, to int, passed map[int]bool) bool {
		if from == to || passed[from] {
			return from == to
		}
		passed[from] = true
		for i, e := range in.g.edges {
			if accepted[i] && e.from == from && leads(e.to, to, passed) {
				return true
			}
		}
		return false
	}
	var visit func(n int)
	take := func(i int) {
		known[i] = true
		if in.back[i] = leads(in.g.edges[i].to, in.g.edges[i].from, map[int]bool{}); !in.back[i] {
			accepted[i] = true
			visit(in.g.edges[i].to)
		}
	}
	visit = func(n int) {
		for i, e := range in.g.edges {
			if !seen[n] && e.from == n && !e.aside() && !known[i] {
				take(i)
			}
		}
		seen[n] = true
	}
	for n := range in.g.nodes {
		if in.g.starts(n) {
			visit(n)
		}
	}
	for more := true; more; {
		more = false
		for i, e := range in.g.edges {
			if !known[i] && seen[e.from] {
				take(i)
				more = true
			}
		}
	}
}

func (in *interpreter) reachFrom(origin, n int) {
	for i, e := range in.g.edges {
		if e.from == n && !in.back[i] && !in.reach[origin][e.to] {
			in.reach[origin][e.to] = true
			in.reachFrom(origin, e.to)
		}
	}
}

func (in *interpreter) fail(format string, arguments ...any) {
	if in.problem == "" {
		in.problem = fmt.Sprintf(format, arguments...)
	}
}

// enabled tells whether a node may start.
func (in *interpreter) enabled(n int) bool {
	any := in.g.starts(n)
	for i, e := range in.g.edges {
		if e.to != n || in.back[i] {
			continue
		}
		if in.edges[i] == undecided {
			return false
		}
		any = any || in.edges[i] == followed
	}
	return in.state[n] == waiting && any
}

func (in *interpreter) start(n int, seen map[string]any) {
	if !in.enabled(n) && !in.jumpTo(n) {
		in.fail("n%d starts although it is %v and its edges are %v", n, in.state[n], in.edges)
		return
	}
	if len(in.undone) > 0 {
		in.fail("n%d starts while the run is being undone", n)
	}
	in.beside = in.beside || slices.Contains(in.state, running) && in.state[n] != running
	in.state[n] = running
	in.ran[n] = true
	in.runs[n]++
	for _, name := range in.g.nodes[n].inputs {
		in.see(n, name, seen[name])
	}
}

// see compares what a node is given with what it must be given.
func (in *interpreter) see(n int, name string, value any) {
	if name == "shared" {
		in.seeShared(n, value)
		return
	}
	var of int
	fmt.Sscanf(name, "n%d", &of)
	if !in.reach[of][n] && !in.reach[n][of] {
		return // it may run beside this node
	}
	if !same(value, in.values[of]) {
		in.fail("n%d sees %v as %s, which is %v", n, value, name, in.values[of])
	}
}

// seeShared demands the value of a writer that no other surely followed.
func (in *interpreter) seeShared(n int, value any) {
	var candidates []any
	for i, w := range in.written {
		if w.node != n && !in.reach[w.node][n] {
			return // it may have run beside this node
		}
		replaced := slices.ContainsFunc(in.written[i+1:], func(later write) bool { return later.node == w.node || in.reach[w.node][later.node] })
		if !replaced {
			candidates = append(candidates, w.value)
		}
	}
	if len(candidates) == 0 {
		candidates = []any{nil}
	}
	if !slices.ContainsFunc(candidates, func(c any) bool { return same(c, value) }) {
		in.fail("n%d sees %v as shared, which is one of %v", n, value, candidates)
	}
}

func same(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

// jumpTo makes the jump back that starts a node again, and tells whether there is one to be made.
func (in *interpreter) jumpTo(n int) bool {
	slices.Sort(in.pending)
	at := slices.IndexFunc(in.pending, func(e int) bool { return in.g.edges[e].to == n })
	if at < 0 {
		return false
	}
	in.taken[in.pending[at]]++
	behind := func(m int) bool { return m == n || in.reach[n][m] }
	for m := range in.g.nodes {
		if behind(m) {
			if in.state[m] == running {
				in.fail("the run goes back to n%d while n%d runs", n, m)
			}
			in.state[m] = waiting
		}
	}
	for i, e := range in.g.edges {
		if behind(e.from) {
			in.edges[i] = undecided
		} else if behind(e.to) && in.ran[e.to] {
			in.edges[i] = dropped // it led there once
		}
	}
	for m := range in.g.nodes {
		in.ran[m] = in.ran[m] && !behind(m)
	}
	in.pending = slices.DeleteFunc(in.pending, func(e int) bool { return behind(in.g.edges[e].from) })
	in.state[n] = running
	in.settle()
	return true
}

func (in *interpreter) end(n int, o outcome) {
	if in.state[n] != running {
		return // cut off by a failure beside it
	}
	in.state[n] = done
	in.errors[n] = o.err
	in.values[n] = nil
	if o.err != "" {
		in.failed++
	} else {
		in.ended[n] = true
		in.values[n] = answer(n, in.runs[n], o.word)
	}
	if in.g.nodes[n].shares {
		in.written = append(in.written, write{n, sharedAnswer(n, in.runs[n], o.err)})
	}
	follow, jump, raised := in.decide(n)
	switch {
	case raised != "":
		in.failures = append(in.failures, raised)
	case jump >= 0:
		in.pending = append(in.pending, jump)
	default:
		for i, e := range in.g.edges {
			if e.from == n && !in.back[i] {
				in.edges[i] = dropped
				if slices.Contains(follow, i) {
					in.edges[i] = followed
				}
			}
		}
		in.settle()
	}
}

func answer(n, run int, word string) map[string]any {
	return map[string]any{"by": fmt.Sprintf("n%d", n), "run": run, "v": word}
}

func sharedAnswer(n, run int, err string) any {
	if err != "" {
		return nil
	}
	return fmt.Sprintf("n%d in run %d", n, run)
}

// settle drops what can no longer run.
func (in *interpreter) settle() {
	for changed := true; changed; {
		changed = false
		for n := range in.g.nodes {
			if in.state[n] == waiting && !in.enabled(n) && in.lost(n) {
				in.state[n], changed = dead, true
				for i, e := range in.g.edges {
					if e.from == n && !in.back[i] {
						in.edges[i] = dropped
					}
				}
			}
		}
	}
}

// lost tells whether every edge to a node was dropped.
func (in *interpreter) lost(n int) bool {
	for i, e := range in.g.edges {
		if e.to == n && !in.back[i] && in.edges[i] != dropped {
			return false
		}
	}
	return true
}

// finish demands that a run that succeeded left nothing undone.
func (in *interpreter) finish() {
	for n := range in.g.nodes {
		if in.state[n] == running || in.enabled(n) {
			in.fail("the run ends although n%d should run", n)
		}
	}
	if len(in.pending) > 0 || len(in.failures) > 0 {
		in.fail("the run succeeds although edges %v lead back and %v was raised", in.pending, in.failures)
	}
}

// undo notes that a node is undone.
func (in *interpreter) undo(id string) {
	if slices.Contains(in.state, running) || len(in.failures) == 0 {
		in.fail("%s runs although something else does, or nothing failed", id)
	}
	in.undone = append(in.undone, id)
}

// fails demands that a run that failed did so with an error that nothing handled, and after it undid what had succeeded, the last first.
func (in *interpreter) fails(name string) {
	if !slices.Contains(in.failures, name) {
		in.fail("the run fails with %s, not with one of %v", name, in.failures)
	}
	var want []string
	for n := range in.g.nodes {
		if id := in.g.undoing[n]; id != "" && in.ended[n] {
			want = append(want, id)
		}
	}
	got := slices.Clone(in.undone)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		in.fail("undone is %v, not %v", in.undone, want)
	}
	for i, first := range in.undone {
		for _, second := range in.undone[i+1:] {
			var a, b int
			fmt.Sscanf(first+" "+second, "undo_n%d undo_n%d", &a, &b)
			if in.reach[a][b] {
				in.fail("%s runs before %s", first, second)
			}
		}
	}
}
