package osop_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// A drawnGraph is a random process graph with what its nodes will do: the input of both the compiler, as text, and the interpreter.
type drawnGraph struct {
	nodes []drawnNode
	edges []drawnEdge
	// undoing are compensating nodes by the nodes that they undo.
	undoing map[int]string
	fails   map[string]bool // compensating nodes that fail
}

type drawnNode struct {
	optional, shares bool // shares: it puts out the name "shared" too
	inputs           []string
	outcomes         []outcome // of its calls, one after another; the last one again and again
	takes            int       // seconds
}

// outcome is what one call gives: a word, or an error.
type outcome struct{ word, err string }

func (n drawnNode) outcome(run int) outcome { return n.outcomes[min(run, len(n.outcomes))-1] }

type drawnEdge struct {
	from, to int
	mode     string
	when     *drawnCondition // nil for none
	max      int             // 0 when the source does not say
	weight   int
	word     string // of a switch, the case that leads on: every case is an edge
	isElse   bool   // of a switch, its default
	group    int    // of a switch, the edge of the document that it stands for
}

// drawnCondition compares something of a node with a constant.
type drawnCondition struct {
	what, operator, constant string
	of                       int
	not                      bool
	or                       *drawnCondition
}

func (c *drawnCondition) String() string {
	var text string
	switch c.what {
	case "otherwise":
		return "otherwise"
	case "word":
		text = fmt.Sprintf("n%d.v %s '%s'", c.of, c.operator, c.constant)
	case "run":
		text = fmt.Sprintf("n%d.run < %s", c.of, c.constant)
	default:
		text = fmt.Sprintf("%s(n%d) == '%s'", c.what, c.of, c.constant)
	}
	if c.not {
		text = "!(" + text + ")"
	}
	if c.or != nil {
		text += " || " + c.or.String()
	}
	return text
}

func (g *drawnGraph) text() string {
	var b strings.Builder
	b.WriteString("osop_version: \"2.0\"\nid: test\nname: test\nnodes:\n")
	node := func(id string, more string) {
		fmt.Fprintf(&b, "  - {id: %s, type: agent, purpose: work, x-steploom-lambda: work%s}\n", id, more)
	}
	for i, n := range g.nodes {
		outputs, more := fmt.Sprintf("n%d", i), ""
		if n.shares {
			outputs += ", shared"
		}
		if n.optional {
			more = ", optional: true"
		}
		node(fmt.Sprintf("n%d", i), fmt.Sprintf(", inputs: [%s], outputs: [%s]%s", strings.Join(n.inputs, ", "), outputs, more))
	}
	for n := range g.nodes {
		if id := g.undoing[n]; id != "" {
			node(id, "")
		}
	}
	b.WriteString("edges:\n")
	for i := 0; i < len(g.edges); i++ {
		e := g.edges[i]
		fmt.Fprintf(&b, "  - {from: n%d, ", e.from)
		if e.mode == "switch" {
			var cases []string
			for ; i < len(g.edges) && g.edges[i].mode == "switch" && g.edges[i].group == e.group; i++ {
				if c := g.edges[i]; c.isElse {
					cases = append(cases, fmt.Sprintf("], default_to: n%d", c.to))
				} else {
					cases = append(cases, fmt.Sprintf("{value: %s, to: n%d}", c.word, c.to))
				}
			}
			i--
			list := strings.Join(cases, ", ")
			if !strings.Contains(list, "]") {
				list += "]"
			}
			fmt.Fprintf(&b, "to: n%d, mode: switch, when: n%d.v, cases: [%s}\n", e.to, e.from, strings.Replace(list, ", ]", "]", 1))
			continue
		}
		fmt.Fprintf(&b, "to: n%d, mode: %s", e.to, e.mode)
		if e.when != nil {
			fmt.Fprintf(&b, ", when: %q", e.when)
		}
		if e.max > 0 {
			fmt.Fprintf(&b, ", max_iterations: %d", e.max)
		}
		if e.weight > 0 {
			fmt.Fprintf(&b, ", weight: %d", e.weight)
		}
		b.WriteString("}\n")
	}
	for n := range g.nodes {
		if id := g.undoing[n]; id != "" {
			fmt.Fprintf(&b, "  - {from: n%d, to: %s, mode: compensation}\n", n, id)
		}
	}
	for i, n := range g.nodes {
		fmt.Fprintf(&b, "# n%d takes %ds and gives %v\n", i, n.takes, n.outcomes)
	}
	fmt.Fprintf(&b, "# fails: %v\n", g.fails)
	return b.String()
}

// drawGraph draws a graph whose forward edges lead from lower to higher numbers, and some edges that lead back.
func drawGraph(t *rapid.T) *drawnGraph {
	g := &drawnGraph{nodes: make([]drawnNode, rapid.IntRange(2, 8).Draw(t, "nodes")), undoing: map[int]string{}, fails: map[string]bool{}}
	for to := 1; to < len(g.nodes); to++ {
		for range rapid.SampledFrom([]int{0, 1, 1, 1, 1, 2, 2, 3}).Draw(t, "predecessors") {
			g.forward(t, rapid.IntRange(0, to-1).Draw(t, "from"), to)
		}
	}
	for i := range slices.Backward(g.edges) {
		j := rapid.IntRange(0, i).Draw(t, "place")
		if g.edges[i].mode != "switch" && g.edges[j].mode != "switch" {
			g.edges[i], g.edges[j] = g.edges[j], g.edges[i]
		}
	}
	for range rapid.SampledFrom([]int{0, 0, 1, 1, 2, 3}).Draw(t, "backs") {
		g.back(t)
	}
	g.edges = slices.DeleteFunc(g.edges, func(e drawnEdge) bool {
		return e.to <= e.from && g.starts(e.to) && g.reachedFromElsewhere(e.from, e.to)
	})
	g.behave(t)
	return g
}

func (g *drawnGraph) forward(t *rapid.T, from, to int) {
	mode := rapid.SampledFrom([]string{
		"sequential", "sequential", "sequential", "parallel", "conditional", "conditional", "conditional", "error", "error", "fallback", "timeout",
		"loop", "weighted", "switch",
	}).Draw(t, "mode")
	e := drawnEdge{from: from, to: to, mode: mode}
	switch mode {
	case "conditional", "loop":
		e.when = g.condition(t, from, mode == "conditional")
	case "error", "fallback":
		if rapid.IntRange(0, 2).Draw(t, "conditioned") == 0 {
			e.when = g.condition(t, from, true)
		}
	case "weighted":
		e.weight = rapid.IntRange(1, 9).Draw(t, "weight")
	case "switch":
		e.group = len(g.edges)
		e.word = rapid.SampledFrom([]string{"x", "y"}).Draw(t, "case")
		g.edges = append(g.edges, e)
		for _, word := range []string{"x", "z", ""} {
			if rapid.Bool().Draw(t, "also") {
				other := e
				other.to, other.word, other.isElse = rapid.IntRange(from+1, len(g.nodes)-1).Draw(t, "to"), word, word == ""
				g.edges = append(g.edges, other)
			}
		}
		return
	}
	g.edges = append(g.edges, e)
}

// back adds an edge back to a node from which forward edges lead to its source.
func (g *drawnGraph) back(t *rapid.T) {
	from := rapid.IntRange(0, len(g.nodes)-1).Draw(t, "from")
	targets := append(g.before(from), from)
	e := drawnEdge{from: from, to: rapid.SampledFrom(targets).Draw(t, "to"), max: rapid.IntRange(1, 2).Draw(t, "max")}
	modes := []string{"loop", "loop", "error", "error", "fallback"}
	if slices.ContainsFunc(g.edges, func(other drawnEdge) bool { return other.to == e.to && !other.aside() && other.from < e.to }) {
		modes = append(modes, "sequential", "conditional")
	}
	e.mode = rapid.SampledFrom(modes).Draw(t, "mode")
	switch conditioned := rapid.IntRange(0, 1).Draw(t, "conditioned") == 0; {
	case e.mode == "loop" || e.mode == "conditional":
		e.when = g.condition(t, from, false)
	case e.mode != "sequential" && conditioned:
		e.when = g.condition(t, from, false)
	}
	g.edges = append(g.edges, e)
}

// starts tells whether no forward edge leads to a node.
func (g *drawnGraph) starts(n int) bool {
	return !slices.ContainsFunc(g.edges, func(e drawnEdge) bool { return e.to == n && e.from < n })
}

// reachedFromElsewhere tells whether a node can be reached from another start than the given one, so that an edge from it would make that one a
// handler.
func (g *drawnGraph) reachedFromElsewhere(n, start int) bool {
	reached := make([]bool, len(g.nodes))
	for m := range g.nodes {
		reached[m] = m != start && g.starts(m)
	}
	for range g.nodes {
		for _, e := range g.edges {
			reached[e.to] = reached[e.to] || reached[e.from]
		}
	}
	return reached[n]
}

// aside tells whether an edge leaves the regular course.
func (e drawnEdge) aside() bool {
	return e.mode == "error" || e.mode == "fallback" || e.mode == "timeout" || e.mode == "loop"
}

// before are the nodes from which forward edges lead to a node.
func (g *drawnGraph) before(n int) []int {
	found := map[int]bool{n: true}
	for i := n - 1; i >= 0; i-- {
		for _, e := range g.edges {
			found[i] = found[i] || e.from == i && e.to > i && found[e.to]
		}
	}
	var list []int
	for i := range n {
		if found[i] {
			list = append(list, i)
		}
	}
	return list
}

func (g *drawnGraph) condition(t *rapid.T, from int, otherwise bool) *drawnCondition {
	whats := []string{"word", "word", "word", "run", "error_of", "status"}
	if otherwise {
		whats = append(whats, "otherwise")
	}
	c := &drawnCondition{what: rapid.SampledFrom(whats).Draw(t, "what"), of: rapid.SampledFrom(append(g.before(from), from, from)).Draw(t, "of"), operator: "=="}
	if c.what == "otherwise" {
		return c
	}
	c.not = rapid.IntRange(0, 3).Draw(t, "not") == 0
	switch c.what {
	case "word":
		c.operator, c.constant = rapid.SampledFrom([]string{"==", "==", "!="}).Draw(t, "operator"), rapid.SampledFrom([]string{"x", "y"}).Draw(t, "constant")
	case "run":
		c.constant = rapid.SampledFrom([]string{"2", "3"}).Draw(t, "constant")
	case "error_of":
		c.constant = rapid.SampledFrom(errorNames).Draw(t, "constant")
	case "status":
		c.constant = rapid.SampledFrom([]string{"FAILED", "COMPLETED", "TIMED_OUT"}).Draw(t, "constant")
	}
	if rapid.IntRange(0, 4).Draw(t, "or") == 0 {
		c.or = g.condition(t, from, false)
	}
	return c
}

var errorNames = []string{"Work.Failed", "Disk.Full", "States.Timeout"}

// behave draws what nodes take, put out and do, and which of them are undone.
func (g *drawnGraph) behave(t *rapid.T) {
	undoes := rapid.IntRange(0, 2).Draw(t, "undoes") == 0
	for i := range g.nodes {
		n := &g.nodes[i]
		n.optional, n.shares = rapid.IntRange(0, 7).Draw(t, "optional") == 0, rapid.IntRange(0, 3).Draw(t, "shares") == 0
		n.takes = rapid.IntRange(1, 5).Draw(t, "takes")
		for range rapid.IntRange(1, 3).Draw(t, "outcomes") {
			o := outcome{word: rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "word")}
			if rapid.IntRange(0, 5).Draw(t, "fails") == 0 {
				o = outcome{err: rapid.SampledFrom(errorNames).Draw(t, "error")}
			}
			n.outcomes = append(n.outcomes, o)
		}
		if undoes && rapid.Bool().Draw(t, "undone") {
			g.undoing[i] = fmt.Sprintf("undo_n%d", i)
			g.fails[g.undoing[i]] = rapid.IntRange(0, 2).Draw(t, "undoing fails") == 0
		}
	}
	for i := range g.nodes {
		near := g.before(i)
		for j := range g.nodes { // what comes behind has a value in a later round
			if slices.ContainsFunc(g.edges, func(e drawnEdge) bool { return e.from == j && e.to == i && j > i }) {
				near = append(near, j)
			}
		}
		for _, j := range near {
			if name := fmt.Sprintf("n%d", j); rapid.IntRange(0, 2).Draw(t, "reads") == 0 && !slices.Contains(g.nodes[i].inputs, name) {
				g.nodes[i].inputs = append(g.nodes[i].inputs, name)
			}
		}
		if slices.ContainsFunc(near, func(j int) bool { return g.nodes[j].shares }) && rapid.Bool().Draw(t, "reads shared") {
			g.nodes[i].inputs = append(g.nodes[i].inputs, "shared")
		}
	}
}
