package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// host makes every node a call of its own name.
type host struct{ graph flow.Graph }

func (h host) Label(n flow.NodeID) string { return fmt.Sprintf("n%d", n) }
func (h host) Header(_ flow.NodeID, label string) ir.Header {
	return ir.Header{Common: ir.Head{Label: label}}
}
func (h host) Return([]flow.NodeID) []ir.Step { return []ir.Step{&ir.Return{}} }
func (h host) Flag(edge flow.EdgeID) string   { return fmt.Sprintf("e%d", edge) }
func (h host) Raise(n flow.NodeID, _ flow.EdgeID) []ir.Step {
	return []ir.Step{&ir.Fail{Error: h.Label(n)}}
}
func (h host) Note(flow.NodeID, flow.EdgeID) []ir.Step { return nil }
func (h host) Failed() jsonata.Node                    { return build.Bool(false) }
func (h host) Undo() []ir.Step                         { return nil }
func (h host) Ran(n flow.NodeID) string                { return "ran " + h.Label(n) }

func (h host) Node(n flow.NodeID, failure []flow.FailureArm) []ir.Step {
	call := &ir.Call{Header: h.Header(n, h.Label(n)), Function: h.Label(n)}
	if len(failure) > 0 {
		body := []ir.Step{}
		branch := &ir.Branch{Else: h.Raise(n, flow.NoEdge)}
		for _, arm := range failure {
			when := arm.When
			if when == nil {
				when = build.Bool(true)
			}
			branch.Cases = append(branch.Cases, ir.Case{When: when, Body: arm.Body})
		}
		call.OnError = []ir.Handler{{Errors: ir.Named("States.ALL"), Body: append(body, branch)}}
	}
	return []ir.Step{call}
}

// graph reads "a>b c>d": edges between letters; "a?b" is taken by success only when the variable ab is true (exclusive arms, in order),
// "a!b" by failure, "a@b" a loop taken while ab is true.
func graph(text string) flow.Graph {
	var g flow.Graph
	node := func(letter byte) flow.NodeID {
		n := int(letter - 'a')
		for len(g.Nodes) <= n {
			g.Nodes = append(g.Nodes, flow.Node{})
		}
		return flow.NodeID(n)
	}
	var always = map[flow.NodeID][]flow.Out{}
	for _, word := range strings.Fields(text) {
		from := node(word[0])
		if len(word) == 1 {
			continue
		}
		to := node(word[2])
		edge := flow.EdgeID(len(g.Edges))
		out := []flow.Out{{Edge: edge}}
		g.Edges = append(g.Edges, flow.Edge{From: from, To: to, Aside: word[1] == '!' || word[1] == '@', Max: 3, Counter: "rounds of " + word})
		when := build.Var(word[:1] + word[2:3])
		switch word[1] {
		case '>':
			always[from] = append(always[from], out...)
		case '+': // inclusive
			always[from] = append(always[from], flow.Out{Edge: edge, When: when})
		case '?', '@':
			g.Nodes[from].Success = append(g.Nodes[from].Success, flow.Arm{When: when, Out: out})
		case '!':
			g.Nodes[from].Failure = append(g.Nodes[from].Failure, flow.Arm{Out: out})
		}
	}
	for n, out := range always {
		g.Nodes[n].Success = append(g.Nodes[n].Success, flow.Arm{Out: out})
	}
	return g
}

func newMachine() *machine {
	return &machine{takes: map[string]int{}, fails: map[string]int{}, starts: map[string][]int{}, ends: map[string][]int{}, counter: map[*ir.Goto]int{}}
}

// trace runs a graph and lists the nodes by start, those that start together joined by a stroke.
func trace(t *testing.T, text string, vars map[string]bool, fails map[string]int) string {
	t.Helper()
	g := graph(text)
	steps, _ := flow.Lower(g, flow.Classify(g), host{g})
	m := newMachine()
	for n := range g.NodeIDs() {
		name := host{}.Label(n)
		m.takes[name] = 1
		m.fails[name] = fails[string(rune('a'+n))]
	}
	if vars == nil {
		vars = map[string]bool{}
	}
	result, _, err := m.run(steps, vars, 0)
	at := map[int][]string{}
	last := 0
	for n := range g.NodeIDs() {
		for _, start := range m.starts[host{}.Label(n)] {
			at[start] = append(at[start], string(rune('a'+n)))
			last = max(last, start)
		}
	}
	var words []string
	for i := 0; i <= last; i++ {
		if at[i] != nil {
			words = append(words, strings.Join(at[i], "|"))
		}
	}
	if result == failed {
		words = append(words, "fails:"+err)
	}
	return strings.Join(words, " ")
}

func TestLower(t *testing.T) {
	type vars = map[string]bool
	type fails = map[string]int
	tests := []struct {
		name, graph string
		vars        vars
		fails       fails
		want        string
	}{
		{"line", "a>b b>c", nil, nil, "a b c"},
		{"fork and join", "a>b a>c b>d c>d d>e", nil, nil, "a b|c d e"},
		{"two entries", "a>c b>c c>d", nil, nil, "a|b c d"},
		{"alone", "a b>c", nil, nil, "a|b c"},
		{"no join", "a>b a>c c>d", nil, nil, "a b|c d"},
		{"choice", "a?b a?c b>d c>d", vars{"ac": true}, nil, "a c d"},
		{"choice without a way", "a?b b>c", nil, nil, "a"},
		{"irregular choice", "a?b a?f b?c b?d c?e c?f d>e e>f", vars{"ab": true, "bc": true, "cf": true}, nil, "a b c f"},
		{"irregular choice, other way", "a?b a?f b?c b?d c?e c?f d>e e>f", vars{"ab": true, "bd": true}, nil, "a b d e f"},
		{"optional step", "a+b a>c b>c", vars{"ab": true}, nil, "a b c"},
		{"optional step left out", "a+b a>c b>c", nil, nil, "a c"},
		{"inclusive", "a+b a+c b>d c>d", vars{"ab": true, "ac": true}, nil, "a b|c d"},
		{"inclusive, one", "a+b a+c b>d c>d", vars{"ab": true}, nil, "a b d"},
		{"inclusive, none", "a+b a+c b>d c>d", nil, nil, "a"},
		{"dead end in a branch", "a>b a>c b?d b?e c>d", vars{"be": true}, nil, "a b|c e d"},
		{"dead ends in all branches", "a>b a>c b?d c?d d>e", nil, nil, "a b|c"},
		{"complete bipartite", "a>c a>d b>c b>d", nil, nil, "a|b c|d"},
		{"error edge back", "a>b b>c b!a", nil, fails{"b": 1}, "a b a b c"},
		{"error edge back, bounded", "a>b b>c b!a", nil, fails{"b": 9}, "a b a b a b a b fails:n1"},
		{"handler", "a>b b>c b!d", nil, fails{"b": 1}, "a b d"},
		{"handler that joins", "a>b b>c b!d d>c", nil, fails{"b": 1}, "a b d c"},
		{"handler in a branch that joins", "a>b a>c b!d d>e b>e c>e", nil, fails{"b": 1}, "a b|c d e"},
		{"handler of a branch that leads away", "a>b a>c b>e c>e b!d", nil, fails{"b": 1}, "a b|c d e"},
		{"handler shared with what follows", "a>b a>c b>e c>e e>f b!d e!d f!d", nil, fails{"e": 1}, "a b|c e d"},
		{"shared handler, no join", "a>b a>c b!d c!d", nil, fails{"b": 1, "c": 1}, "a b|c d"},
		{"shared handler, no join, not used", "a>b a>c b!d c!d", nil, nil, "a b|c"},
		{"error in a branch back before the fork", "a>b b>c b>d c>e d>e c!a", nil, fails{"c": 1}, "a b c|d a b c|d e"},
		{"error in a branch back, bounded", "a>b b>c b>d c>e d>e c!a", nil, fails{"c": 9},
			"a b c|d a b c|d a b c|d a b c|d fails:n2"},
		{"unhandled error in a branch", "a>b a>c b>d c>d", nil, fails{"b": 1}, "a b|c fails:n1"},
		{"loop", "a>b b@a b>c", vars{"ba": true}, nil, "a b a b a b a b c"},
		{"loop on itself", "a@a a>b", vars{"aa": true}, nil, "a a a a b"},
		{"loop without another way", "a>b b@a", vars{"ba": true}, nil, "a b a b a b a b fails:n1"},
		{"loop over a fork", "a>b b>c b>d c>e d>e e@b e>f", vars{"eb": true}, nil, "a b c|d e b c|d e b c|d e b c|d e f"},
		{"loop in a branch back before the fork", "a>b a>c b>d c>d b@a", vars{"ba": true}, nil, "a b|c a b|c a b|c a b|c d"},
		{"as drawn in the documentation", "a>b b+c b+d c>e d>e b!a", vars{"bc": true, "bd": true}, fails{"b": 1}, "a b a b c|d e"},
		{"as drawn, one way", "a>b b+c b+d c>e d>e b!a", vars{"bd": true}, nil, "a b d e"},
		{"as drawn, no way", "a>b b+c b+d c>e d>e b!a", nil, nil, "a b"},
		{"N", "a>c b>c b>d", nil, nil, "a|b c|d"},
		{"only cycles", "a>b b>a", nil, nil, "a b a b a b a b fails:n1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := trace(t, test.graph, test.vars, test.fails); got != test.want {
				t.Errorf("%s\n got %s\nwant %s", test.graph, got, test.want)
			}
		})
	}
}

// seriesParallel draws a random series-parallel graph with one start and one end for each part.
func seriesParallel(t *rapid.T, g *flow.Graph, depth int) (starts, ends []flow.NodeID) {
	kind := rapid.IntRange(0, 2).Draw(t, "kind")
	if depth == 0 || kind == 0 {
		g.Nodes = append(g.Nodes, flow.Node{})
		n := flow.NodeID(len(g.Nodes) - 1)
		return []flow.NodeID{n}, []flow.NodeID{n}
	}
	parts := rapid.IntRange(2, 3).Draw(t, "parts")
	for i := range parts {
		s, e := seriesParallel(t, g, depth-1)
		switch {
		case kind == 1 && i > 0: // series: everything before leads to everything after
			for _, from := range ends {
				for _, to := range s {
					g.Edges = append(g.Edges, flow.Edge{From: from, To: to})
				}
			}
			ends = e
		case kind == 1:
			starts, ends = s, e
		default:
			starts, ends = append(starts, s...), append(ends, e...)
		}
	}
	return starts, ends
}

// unconditional makes every node take all its edges.
func unconditional(g flow.Graph) {
	for n := range g.NodeIDs() {
		var all []flow.Out
		for i, e := range g.EdgeIDs() {
			if e.From == n {
				all = append(all, flow.Out{Edge: i})
			}
		}
		if all != nil {
			g.Nodes[n].Success = flow.Route{{Out: all}}
		}
	}
}

// checkOrder runs a graph in which every node always runs, and demands that each runs once, after all its predecessors; exactly tells that it
// must start as soon as the last of them ended.
func checkOrder(t *rapid.T, g flow.Graph, exactly bool) {
	unconditional(g)
	steps, warnings := flow.Lower(g, flow.Classify(g), host{g})
	if exactly && len(warnings) > 0 {
		t.Fatalf("warnings for a series-parallel graph: %v", warnings)
	}
	m := newMachine()
	for n := range g.NodeIDs() {
		m.takes[host{}.Label(n)] = rapid.IntRange(1, 20).Draw(t, "takes")
	}
	m.run(steps, map[string]bool{}, 0)
	for n := range g.NodeIDs() {
		name := host{}.Label(n)
		if len(m.starts[name]) != 1 {
			t.Fatalf("%s ran %d times in %v", name, len(m.starts[name]), g.Edges)
		}
		ready := 0
		for _, e := range g.Edges {
			if e.To == n {
				ready = max(ready, m.ends[host{}.Label(e.From)][0])
			}
		}
		if start := m.starts[name][0]; start < ready || exactly && start != ready {
			t.Fatalf("%s started at %d, its predecessors ended at %d in %v", name, start, ready, g.Edges)
		}
	}
}

func TestSeriesParallelKeepsConcurrency(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		var g flow.Graph
		seriesParallel(t, &g, 3)
		checkOrder(t, g, true)
	})
}

func TestAnyOrderIsKept(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		g := flow.Graph{Nodes: make([]flow.Node, rapid.IntRange(1, 8).Draw(t, "nodes"))}
		names := rapid.Permutation(slices.Collect(g.NodeIDs())).Draw(t, "names")
		for a := range g.Nodes {
			for b := a + 1; b < len(g.Nodes); b++ {
				if rapid.IntRange(0, 2).Draw(t, "edge") == 0 {
					g.Edges = append(g.Edges, flow.Edge{From: names[a], To: names[b]})
				}
			}
		}
		checkOrder(t, g, false)
	})
}

// TestShapeQuestions asks of drawn graphs which edge closes the cycle of another, and what runs at once.
func TestShapeQuestions(t *testing.T) {
	g := graph("a>b b>c c@a c>d d>e d>f e>g f>g")
	s := flow.Classify(g)
	for edge, want := range map[flow.EdgeID]flow.EdgeID{0: 2, 1: 2, 2: 2, 3: flow.NoEdge, 6: flow.NoEdge} {
		if got := s.Closing(g, edge); got != want {
			t.Errorf("edge %d lies on the cycle of %d, want %d", edge, got, want)
		}
	}
	for pair, want := range map[[2]flow.NodeID]bool{{4, 5}: true, {5, 4}: true, {4, 6}: false, {0, 3}: false, {3, 4}: false} {
		if got := s.Together(g, pair[0], pair[1]); got != want {
			t.Errorf("%v at once: %v", pair, got)
		}
	}
	apart := graph("a b")
	shape := flow.Classify(apart)
	if !shape.Together(apart, 0, 1) {
		t.Error("two starts run at once")
	}
}
