package osop_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/statemachine/engine"
)

// shape is a random graph: its edges by the numbers of the nodes.
type shape struct {
	nodes int
	edges [][2]int
}

// seriesParallel draws a part of a series-parallel graph and gives its first and last nodes.
func (g *shape) seriesParallel(t *rapid.T, depth int) (first, last []int) {
	kind := rapid.IntRange(0, 2).Draw(t, "kind")
	if depth == 0 || kind == 0 {
		g.nodes++
		return []int{g.nodes - 1}, []int{g.nodes - 1}
	}
	for i := range rapid.IntRange(2, 3).Draw(t, "parts") {
		f, l := g.seriesParallel(t, depth-1)
		switch {
		case kind == 2:
			first, last = append(first, f...), append(last, l...)
		case i == 0:
			first, last = f, l
		default:
			for _, from := range last {
				for _, to := range f {
					g.edges = append(g.edges, [2]int{from, to})
				}
			}
			last = l
		}
	}
	return first, last
}

func (g *shape) text() string {
	var names, edges []string
	for n := range g.nodes {
		names = append(names, fmt.Sprintf("n%d", n))
	}
	for _, e := range g.edges {
		edges = append(edges, fmt.Sprintf("from: n%d, to: n%d", e[0], e[1]))
	}
	return graphText(strings.Join(names, " "), edges...)
}

// times notes in virtual time when nodes start and end.
type times struct {
	clock       *engine.Virtual
	takes       map[string]time.Duration
	mutex       sync.Mutex
	start, stop map[string]time.Time
	runs        map[string]int
}

func (m *times) answer(called engine.Task, _ int) (any, error) {
	node := encodedNode(called)
	m.mutex.Lock()
	m.start[node] = m.clock.Now()
	m.runs[node]++
	m.mutex.Unlock()
	m.clock.Wait(context.Background(), m.clock.Now().Add(m.takes[node]), nil)
	m.mutex.Lock()
	m.stop[node] = m.clock.Now()
	m.mutex.Unlock()
	return "done", nil
}

func encodedNode(called engine.Task) string {
	name, _, _ := strings.Cut(called.State, ":")
	return name
}

// TestSeriesParallelGraphsRunAsTheyDemand compiles random series-parallel graphs and runs the definitions: every node runs once, and starts at
// the very moment at which the last of its predecessors has ended.
func TestSeriesParallelGraphsRunAsTheyDemand(t *testing.T) {
	property.Check(t, func(rt *rapid.T) {
		var g shape
		g.seriesParallel(rt, 3)
		start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		m := &times{clock: engine.NewVirtual(start), takes: map[string]time.Duration{}, start: map[string]time.Time{}, stop: map[string]time.Time{}, runs: map[string]int{}}
		for n := range g.nodes {
			m.takes[fmt.Sprintf("n%d", n)] = time.Duration(rapid.IntRange(1, 9).Draw(rt, "takes")) * time.Second
		}
		r := compile(t, graphFile(g.text()))
		r.clock, r.answer = m.clock, m.answer
		if result := r.run(decoded(t, "{}")); result.Status != engine.Succeeded {
			rt.Fatalf("%s: %s", result.Error, result.Cause)
		}
		for n := range g.nodes {
			name := fmt.Sprintf("n%d", n)
			ready := start
			for _, e := range g.edges {
				if before := m.stop[fmt.Sprintf("n%d", e[0])]; e[1] == n && before.After(ready) {
					ready = before
				}
			}
			if m.runs[name] != 1 || !m.start[name].Equal(ready) {
				rt.Fatalf("%s ran %d times, first at %s, ready at %s, in\n%s", name, m.runs[name], m.start[name], ready, g.text())
			}
		}
	})
}

// anyEdge draws an edge of any mode that needs no more than a condition.
func anyEdge(t *rapid.T, nodes int) string {
	from, to := rapid.IntRange(0, nodes-1).Draw(t, "from"), rapid.IntRange(0, nodes-1).Draw(t, "to")
	text := fmt.Sprintf("from: n%d, to: n%d", from, to)
	mode := rapid.SampledFrom([]string{"sequential", "sequential", "parallel", "conditional", "conditional", "loop", "error", "error", "fallback", "timeout", "spawn", "dataflow", "weighted", "switch"}).Draw(t, "mode")
	condition := rapid.SampledFrom([]string{
		"n%d == 'x'", "n%d != 'x'", "otherwise", "n%d.ok == false", "retry_count < 2", "true", "!(n%d == 'x') || n%d.ok", "error_of(n%d) == 'Work.Failed'",
	}).Draw(t, "condition")
	condition = strings.ReplaceAll(condition, "%d", fmt.Sprint(from))
	switch mode {
	case "conditional", "loop":
		return text + ", mode: " + mode + fmt.Sprintf(", when: %q", condition)
	case "error", "fallback":
		if rapid.Bool().Draw(t, "conditioned") {
			return text + ", mode: " + mode + fmt.Sprintf(", when: %q", condition)
		}
	case "weighted":
		return text + ", mode: weighted, weight: 50"
	case "switch":
		return text + fmt.Sprintf(", mode: switch, when: n%d, cases: [{value: x, to: n%d}], default_to: n%d", from, to, rapid.IntRange(0, nodes-1).Draw(t, "default"))
	}
	return text + ", mode: " + mode
}

// TestAnyGraphEnds compiles random graphs of all modes, cycles and all: each gives a definition that Step Functions would accept, and every run of
// it ends, for reasons of the workflow and not of the definition.
func TestAnyGraphEnds(t *testing.T) {
	property.Check(t, func(rt *rapid.T) {
		nodes := rapid.IntRange(1, 7).Draw(rt, "nodes")
		var names, edges []string
		for n := range nodes {
			names = append(names, fmt.Sprintf("n%d", n))
		}
		for range rapid.IntRange(0, 10).Draw(rt, "edges") {
			edges = append(edges, anyEdge(rt, nodes))
		}
		text := graphText(strings.Join(names, " "), edges...)
		output, found := compileText(text)
		if found.HasErrors() {
			rt.Fatalf("%s\n%s", describe(found), text)
		}
		r := &runner{t: t, output: output, attempts: map[string]int{}, tokens: engine.NewTokens()}
		b := behaviour{values: map[string]any{}, fails: map[string]int{}}
		for _, name := range names {
			b.values[name] = rapid.SampledFrom([]any{"x", "y", one("ok", false)}).Draw(rt, "value")
			b.fails[name] = rapid.SampledFrom([]int{0, 0, 0, 1, 2, 99}).Draw(rt, "fails")
		}
		r.answer = b.answer
		result := r.run(decoded(t, "{}"))
		if strings.HasPrefix(result.Error, "States.") || strings.HasPrefix(result.Error, "Edge.") || result.Status == "ABORTED" || result.Status == "TIMED_OUT" {
			rt.Fatalf("%s %s: %s in\n%s", result.Status, result.Error, result.Cause, text)
		}
	})
}

// TestJumpOutOfNestedForks: a cycle whose last edge leaves two forks goes round as often as it may, and then goes on. It does not end the run.
func TestJumpOutOfNestedForks(t *testing.T) {
	r := compile(t, graphFile(graphText("n0 n1 n2 n3 n4 n5",
		"from: n0, to: n4", "from: n0, to: n3, max_iterations: 2", "from: n5, to: n3", "from: n3, to: n1", "from: n1, to: n4", "from: n3, to: n2", "from: n3, to: n0")))
	rounds := 0
	r.answer = func(called engine.Task, _ int) (any, error) {
		if encodedNode(called) == "n3" {
			rounds++
		}
		return "x", nil
	}
	if result := r.run(decoded(t, "{}")); result.Status != engine.Succeeded || rounds != 3 || r.attempts["n4"] != 1 {
		t.Errorf("%s %s after %d rounds", result.Status, result.Error, rounds)
	}
}

// TestForkThatNeverJoins: nothing follows branches of which one only ever jumps back.
func TestForkThatNeverJoins(t *testing.T) {
	r := compile(t, graphFile(graphText("n0 n1 n2 n3",
		"from: n0, to: n0", "from: n0, to: n3", "from: n0, to: n2", "from: n1, to: n2", "from: n3, to: n3", "from: n2, to: n2")))
	r.answer = func(engine.Task, int) (any, error) { return "x", nil }
	if result := r.run(decoded(t, "{}")); result.Error != "Workflow.TooManyRounds" {
		t.Errorf("%s %s", result.Status, result.Error)
	}
}
