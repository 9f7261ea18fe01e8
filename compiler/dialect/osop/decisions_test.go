package osop_test

import (
	"cmp"
	"slices"
)

// decide says what follows a node: edges, or an edge that leads back, or an error that ends the run.
func (in *interpreter) decide(n int) (follow []int, jump int, raised string) {
	if in.errors[n] != "" {
		if follow, jump, handled := in.afterFailure(n); handled || jump >= 0 {
			return follow, jump, ""
		}
		if !in.g.nodes[n].optional {
			return nil, -1, in.errors[n]
		}
	}
	return in.afterSuccess(n)
}

// out are the edges out of a node that a rule is about, in the order of the document.
func (in *interpreter) out(n int, about func(i int, e drawnEdge) bool) []int {
	var found []int
	for i, e := range in.g.edges {
		if e.from == n && about(i, e) {
			found = append(found, i)
		}
	}
	return found
}

// round gives the first of the edges that leads back and may be taken once more. spent tells that one would be taken but was, too often.
func (in *interpreter) round(edges []int) (jump, spent int) {
	spent = -1
	for _, i := range edges {
		switch e := in.g.edges[i]; {
		case !in.back[i] || !in.holds(e.from, e.when):
		case in.taken[i] < cmp.Or(e.max, 3):
			return i, spent
		case spent < 0:
			spent = i
		}
	}
	return -1, spent
}

func (in *interpreter) ahead(edges []int, about func(e drawnEdge) bool) []int {
	return slices.DeleteFunc(slices.Clone(edges), func(i int) bool { return in.back[i] || !about(in.g.edges[i]) })
}

func (e drawnEdge) regular() bool {
	return e.mode == "sequential" || e.mode == "parallel" || e.mode == "conditional"
}

func (e drawnEdge) otherwise() bool { return e.when != nil && e.when.what == "otherwise" }

func (e drawnEdge) conditional() bool { return e.when != nil && !e.otherwise() }

const tooManyRounds = "Workflow.TooManyRounds"

func (in *interpreter) afterSuccess(n int) (follow []int, jump int, raised string) {
	selected := append(in.drawn(n), in.switched(n)...)
	again := in.out(n, func(i int, e drawnEdge) bool {
		return e.mode == "loop" && (in.back[i] || e.when != nil) || in.back[i] && (e.regular() && !e.otherwise() || slices.Contains(selected, i))
	})
	spent := -1
	for _, i := range again { // loops that lead on are taken alone, too
		if !in.back[i] && in.holds(n, in.g.edges[i].when) {
			return []int{i}, -1, ""
		}
		jump, used := in.round([]int{i})
		if jump >= 0 {
			return nil, jump, ""
		}
		if spent < 0 {
			spent = used
		}
	}
	all := in.out(n, func(i int, e drawnEdge) bool { return !in.back[i] })
	always := in.ahead(all, func(e drawnEdge) bool { return (e.regular() || e.mode == "loop") && e.when == nil })
	chosen := append(in.ahead(all, func(e drawnEdge) bool { return e.regular() && e.conditional() && in.holds(n, e.when) }), in.ahead(selected, func(drawnEdge) bool { return true })...)
	if len(chosen) > 0 {
		return append(chosen, always...), -1, ""
	}
	if follow, jump, raised := in.results(n); len(follow) > 0 || jump >= 0 || raised != "" {
		return follow, jump, raised
	}
	elses := in.out(n, func(i int, e drawnEdge) bool {
		return in.back[i] && (e.regular() && e.otherwise() || e.mode == "fallback" && e.otherwise() && len(always) == 0)
	})
	jump, used := in.round(elses)
	if jump >= 0 {
		return nil, jump, ""
	}
	if spent < 0 {
		spent = used
	}
	rest := in.ahead(all, func(e drawnEdge) bool {
		return e.regular() && e.otherwise() || e.mode == "fallback" && e.otherwise() && len(always) == 0
	})
	if follow = append(always, rest...); len(follow) == 0 && spent >= 0 && !in.leadsOn(n) {
		return nil, -1, tooManyRounds
	}
	return follow, -1, ""
}

// leadsOn tells whether an edge may lead on after success.
func (in *interpreter) leadsOn(n int) bool {
	handles := func(e drawnEdge) bool { return e.mode == "error" || e.mode == "fallback" }
	resort := len(in.out(n, func(i int, e drawnEdge) bool { return !in.back[i] && handles(e) && e.when == nil })) > 0
	return len(in.out(n, func(i int, e drawnEdge) bool {
		result := handles(e) && e.conditional()
		return !in.back[i] && e.mode != "timeout" && (!handles(e) || result || e.mode == "fallback" && e.otherwise()) || in.back[i] && result && resort
	})) > 0
}

// results are the error and fallback edges that hold over a result.
func (in *interpreter) results(n int) (follow []int, jump int, raised string) {
	all := in.out(n, func(_ int, e drawnEdge) bool { return (e.mode == "error" || e.mode == "fallback") && e.conditional() })
	jump, spent := in.round(all)
	resort := in.out(n, func(i int, e drawnEdge) bool {
		return !in.back[i] && (e.mode == "error" || e.mode == "fallback") && e.when == nil
	})
	if spent >= 0 && len(resort) == 0 && (jump < 0 || spent < jump) {
		return nil, -1, tooManyRounds
	}
	if jump >= 0 {
		return nil, jump, ""
	}
	if follow = in.ahead(all, func(e drawnEdge) bool { return in.holds(n, e.when) }); len(follow) == 0 && spent >= 0 {
		return resort, -1, ""
	}
	return follow, -1, ""
}

// drawn is the weighted edge that the number 0.5 decides for.
func (in *interpreter) drawn(n int) []int {
	weighted, total, sum := in.out(n, func(_ int, e drawnEdge) bool { return e.mode == "weighted" }), 0, 0
	for _, i := range weighted {
		total += in.g.edges[i].weight
	}
	for _, i := range weighted {
		if sum += in.g.edges[i].weight; 2*sum > total {
			return []int{i}
		}
	}
	return nil
}

// switched are the edges that switches decide for: of each, its first case with the word of the node, else its default.
func (in *interpreter) switched(n int) []int {
	var follow []int
	groups := map[int]bool{}
	for _, i := range in.out(n, func(_ int, e drawnEdge) bool { return e.mode == "switch" }) {
		e := in.g.edges[i]
		if !groups[e.group] && (e.isElse || in.word(n) == e.word) {
			groups[e.group] = true
			follow = append(follow, i)
		}
	}
	return follow
}

// afterFailure says what handles the failure of a node.
func (in *interpreter) afterFailure(n int) (follow []int, jump int, handled bool) {
	for _, mode := range []string{"timeout", "error", "fallback"} {
		all := in.out(n, func(_ int, e drawnEdge) bool {
			return e.mode == mode && (mode != "timeout" || in.errors[n] == "States.Timeout")
		})
		if jump, _ := in.round(all); jump >= 0 {
			return nil, jump, true
		}
		follow = in.ahead(all, func(e drawnEdge) bool { return !e.otherwise() && in.holds(n, e.when) })
		if len(follow) == 0 {
			follow = in.ahead(all, drawnEdge.otherwise)
		}
		if len(follow) > 0 {
			return follow, -1, true
		}
	}
	return nil, -1, false
}

func (in *interpreter) word(n int) any {
	value, _ := in.values[n].(map[string]any)
	return value["v"]
}

// holds tells whether a condition holds; a missing one does.
func (in *interpreter) holds(n int, c *drawnCondition) bool {
	if c == nil {
		return true
	}
	in.open = in.open || c.of != n && !in.reach[c.of][n]
	var truth bool
	switch c.what {
	case "otherwise":
		return true
	case "word":
		truth = in.word(c.of) == c.constant == (c.operator == "==")
	case "run":
		value, _ := in.values[c.of].(map[string]any)
		run, known := value["run"].(int)
		truth = known && run < int(c.constant[0]-'0')
	case "error_of":
		truth = in.errors[c.of] == c.constant
	case "status":
		status := "COMPLETED"
		if in.errors[c.of] == "States.Timeout" {
			status = "TIMED_OUT"
		} else if in.errors[c.of] != "" {
			status = "FAILED"
		}
		truth = status == c.constant
	}
	return truth != c.not || c.or != nil && in.holds(n, c.or)
}
