package osop_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
)

// TestFailuresBesideOthers: a failure that an edge handles cuts nothing off, all edges whose conditions hold are taken, and what was used up leads on.
func TestFailuresBesideOthers(t *testing.T) {
	const fork = "from: s, to: a|from: s, to: b|from: a, to: j|from: b, to: j"
	type fails = map[string]int
	tests := []struct {
		name, nodes, edges string
		fails              fails
		want               string
	}{
		{"one error edge to the join, one aside", "s a b j x", fork + "|from: a, to: j, mode: error|from: a, to: x, mode: error", fails{"a": 1}, "s a|b j|x"},
		{"two error edges", "a x y", "from: a, to: x, mode: error|from: a, to: y, mode: error", fails{"a": 1}, "a x|y"},
		{"three error edges that meet", "a x y z j", "from: a, to: x, mode: error|from: a, to: y, mode: error|from: a, to: z, mode: error|from: x, to: j|from: y, to: j|from: z, to: j", fails{"a": 1}, "a x|y|z j"},
		{"an error edge with and one without a condition", "a x y", "from: a, to: x, mode: error, when: error_of(a) == 'Work.Failed'|from: a, to: y, mode: error", fails{"a": 1}, "a x|y"},
		{"a condition that does not hold", "a x y", "from: a, to: x, mode: error, when: error_of(a) == 'Disk.Full'|from: a, to: y, mode: error", fails{"a": 1}, "a y"},
		{"otherwise", "a x y", "from: a, to: x, mode: error, when: error_of(a) == 'Work.Failed'|from: a, to: y, mode: error, when: otherwise", fails{"a": 1}, "a x"},
		{"two conditions that hold", "a x y", "from: a, to: x, mode: error, when: error_of(a) != 'Disk.Full'|from: a, to: y, mode: error, when: status(a) == 'FAILED'", fails{"a": 1}, "a x|y"},
		{"error before fallback", "a x y", "from: a, to: x, mode: fallback|from: a, to: y, mode: error", fails{"a": 1}, "a y"},

		{"handled aside", "s a b j x", fork + "|from: a, to: x, mode: error", fails{"a": 1}, "s a|b x j"},
		{"handled by what follows", "s a b j x y", fork + "|from: a, to: x, mode: error|from: x, to: y", fails{"a": 1}, "s a|b x y j"},
		{"handled by one for both", "s a b j x", fork + "|from: a, to: x, mode: error|from: b, to: x, mode: fallback", fails{"a": 1}, "s a|b x j"},
		{"handled by one for all", "s a b j x", fork + "|from: a, to: x, mode: error|from: b, to: x, mode: error|from: j, to: x, mode: error", fails{"a": 1, "j": 1}, "s a|b j x"},
		{"both are handled", "s a b j x y", fork + "|from: a, to: x, mode: error|from: b, to: y, mode: error", fails{"a": 1, "b": 1}, "s a|b x y or s a|b y x"},
		{"handled in a fork of a fork", "s a b c d k j x", fork + "|from: a, to: c|from: a, to: d|from: c, to: k|from: d, to: k|from: c, to: x, mode: error", fails{"c": 1}, "s a b|c|d j k|x"},
		{"back to before the fork", "s a b j", fork + "|from: a, to: s, mode: error, max_iterations: 2", fails{"a": 1}, "s a|b s a|b j"},
		{"back to before the fork, too often", "s a b j", fork + "|from: a, to: s, mode: error, max_iterations: 1", fails{"a": 9}, "s a|b s a|b Work.Failed"},
		{"back only to one of two", "s a b j", fork + "|from: j, to: a, mode: error, max_iterations: 2", fails{"j": 1}, "s a b j a j"},

		{"a self-loop that is used up, and a fallback", "a b x", "from: a, to: b|from: a, to: a, mode: error, max_iterations: 2|from: a, to: x, mode: fallback", fails{"a": 9}, "a a a x"},
		{"a self-loop with a condition, and a fallback", "a b x", "from: a, to: b|from: a, to: a, mode: error, when: retry_count < 1|from: a, to: x, mode: fallback", fails{"a": 9}, "a a x"},
		{"a self-loop that is not used up", "a b x", "from: a, to: b|from: a, to: a, mode: error, max_iterations: 2|from: a, to: x, mode: fallback", fails{"a": 2}, "a a a b"},
		{"a cycle that is used up, and a fallback", "a b c x", "from: a, to: b|from: b, to: c|from: b, to: a, mode: error, max_iterations: 1|from: b, to: x, mode: fallback", fails{"b": 9}, "a b a b x"},
		{"a self-loop in a branch, and a fallback", "s a b j x", fork + "|from: a, to: a, mode: error, max_iterations: 1|from: a, to: x, mode: fallback|from: x, to: j", fails{"a": 9}, "s a|b a x j"},
		{"a self-loop that is used up, and an error edge", "a b x", "from: a, to: b|from: a, to: a, mode: error, max_iterations: 1|from: a, to: x, mode: error", fails{"a": 9}, "a a x"},
		{"a result that is used up, and a fallback", "a b x", "from: a, to: b|from: a, to: a, mode: error, when: a == 'done', max_iterations: 1|from: a, to: x, mode: fallback", nil, "a a x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := compile(t, graphFile(graphText(test.nodes, strings.Split(test.edges, "|")...)))
			r.answer = behaviour{fails: test.fails}.answer
			if got := r.course(r.run(decoded(t, "{}"))); !slices.Contains(strings.Split(test.want, " or "), got) {
				t.Errorf("ran %s, want %s", got, test.want)
			}
		})
	}
}

// TestOptionalNodes: the run goes on after an optional node that fails, as after one that gives nothing.
func TestOptionalNodes(t *testing.T) {
	type values = map[string]any
	tests := []struct {
		name, nodes, edges string
		values             values
		want               string
	}{
		{"the last", "a n", "from: a, to: n", nil, "a n"},
		{"the only one", "n", "", nil, "n"},
		{"with an edge", "n b", "from: n, to: b", nil, "n b"},
		{"with a condition that holds for nothing", "n b c", "from: n, to: b, when: n == 'x'|from: n, to: c, when: n == null", nil, "n c"},
		{"with a condition that does not", "n b", "from: n, to: b, when: n == 'x'", nil, "n"},
		{"with an error edge", "n b x", "from: n, to: b|from: n, to: x, mode: error", nil, "n x"},
		{"with an error edge for another error", "n b x", "from: n, to: b|from: n, to: x, mode: error, when: error_of(n) == 'Disk.Full'", nil, "n b"},
		{"with otherwise", "n b c", "from: n, to: b, when: n == 'x'|from: n, to: c, when: otherwise", nil, "n c"},
		{"with a switch", "n b c", "from: n, to: b, mode: switch, when: n, cases: [{value: x, to: b}], default_to: c", nil, "n c"},
		{"with weights", "n b c", "from: n, to: b, mode: weighted, weight: 30|from: n, to: c, mode: weighted, weight: 70", nil, "n c"},
		{"in a branch", "a n b j", "from: a, to: n|from: a, to: b|from: n, to: j|from: b, to: j", nil, "a b|n j"},
		{"before a fork", "n b c j", "from: n, to: b|from: n, to: c|from: b, to: j|from: c, to: j", nil, "n b|c j"},
		{"after the other has failed, too", "a n", "from: a, to: n, mode: error", values{"a": nil}, "a n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var edges []string
			if test.edges != "" {
				edges = strings.Split(test.edges, "|")
			}
			text := strings.Replace(graphText(test.nodes, edges...), "{id: n,", "{id: n, optional: true,", 1)
			r := compile(t, graphFile(text))
			r.answer = behaviour{fails: map[string]int{"n": 9, "a": len(test.values)}}.answer
			if got := r.course(r.run(decoded(t, "{}"))); got != test.want {
				t.Errorf("ran %s, want %s", got, test.want)
			}
		})
	}
}

// TestOptionalNodesOfOtherKinds: the run goes on after a loop, an approval, a nested workflow and a request that fail, too.
func TestOptionalNodesOfOtherKinds(t *testing.T) {
	const head = "osop_version: '1.1'\nid: t\nname: t\nnodes:\n  - {id: a, type: agent, purpose: p, x-steploom-lambda: w, outputs: [a]}\n  - {id: b, type: agent, purpose: p, x-steploom-lambda: w, inputs: [n], outputs: [b]}\n  - {id: n, outputs: [n], optional: true, "
	tests := map[string]string{
		"type: agent, purpose: p, x-steploom-lambda: w}\nedges: [{from: a, to: n, mode: loop, for_each: a}, {from: n, to: b}]\n":                          "a n|n b",
		"type: agent, purpose: p, x-steploom-lambda: w, approval_gate: true}\nedges: [{from: a, to: n}, {from: n, to: b}]\n":                              "a n b",
		"type: system, purpose: p, workflow_ref: child}\nedges: [{from: a, to: n}, {from: n, to: b}]\n":                                                   "a n b",
		"type: api, runtime: {url: 'https://x.example'}}\nedges: [{from: a, to: n}, {from: n, to: b, when: n == null && error_of(n) == 'Work.Failed'}]\n": "a n b",
	}
	child := source.File{Path: "child.osop", Bytes: []byte("osop_version: '1.1'\nid: child\nname: c\nnodes:\n  - {id: n, type: agent, purpose: p, x-steploom-lambda: w}\n")}
	for text, want := range tests {
		r := compile(t, graphFile(head+text), child)
		given := ""
		r.answer = func(called engine.Task, attempt int) (any, error) {
			switch encodedNode(called) {
			case "a":
				return []any{1.0, 2.0}, nil
			case "b":
				given = encoded(t, called.Payload)
				return "done", nil
			default:
				return nil, &engine.TaskError{Name: "Work.Failed", Cause: "no"}
			}
		}
		i := slices.IndexFunc(r.output.Machines, func(m compiler.Machine) bool { return m.Operation == "t" })
		if got := r.course(r.machine(r.output.Machines[i], decoded(t, "{}"))); got != want || !strings.Contains(given, `"inputs":{"n":null}`) {
			t.Errorf("ran %s with %s, want %s:\n%s", got, given, want, text)
		}
	}
}

// TestSagas: what succeeded is undone when the run fails, wherever it stands, the last first; what cannot be undone stops nothing, and the run fails
// with the first error.
func TestSagas(t *testing.T) {
	const fork = "from: s, to: a|from: s, to: b|from: a, to: j|from: b, to: j"
	const undo = "|from: s, to: us, mode: compensation|from: a, to: ua, mode: compensation|from: b, to: ub, mode: compensation"
	type fails = map[string]int
	tests := []struct {
		name, nodes, edges string
		fails              fails
		want               string
	}{
		{"beside", "s a b j ua", fork + "|from: a, to: ua, mode: compensation", fails{"b": 9}, "s a|b ua Work.Failed"},
		{"beside, and before", "s a b j us ua ub", fork + undo, fails{"b": 9}, "s a|b ua us Work.Failed"},
		{"both fail", "s a b j us ua ub", fork + undo, fails{"a": 9, "b": 9}, "s a|b us Work.Failed"},
		{"behind the fork", "s a b j us ua ub", fork + undo, fails{"j": 9}, "s a|b j ub ua us Work.Failed"},
		{"the first node", "s a b j us ua ub", fork + undo, fails{"s": 9}, "s Work.Failed"},
		{"a step that cannot be undone", "s a b j us ua ub", fork + undo, fails{"j": 9, "ub": 9}, "s a|b j ub ua us Work.Failed"},
		{"no step can be undone", "s a b j us ua ub", fork + undo, fails{"j": 9, "ub": 9, "ua": 9, "us": 9}, "s a|b j ub ua us Work.Failed"},
		{"handled", "s a b j us ua ub x", fork + undo + "|from: b, to: x, mode: error", fails{"b": 9}, "s a|b x j"},
		{"handled, and then not", "s a b j us ua ub x", fork + undo + "|from: b, to: x, mode: error", fails{"b": 9, "x": 9}, "s a|b x ua us Work.Failed"},
		{"a fork of a fork", "s a b j c d us ua ub uc", fork + undo + "|from: a, to: c|from: a, to: d|from: c, to: uc, mode: compensation", fails{"d": 9}, "s a b|c|d j uc ub ua us Work.Failed"},
		{"too many rounds", "a b ua", "from: a, to: b|from: b, to: b, mode: loop, max_iterations: 1|from: a, to: ua, mode: compensation", nil, "a b b ua Workflow.TooManyRounds"},
		{"in order", "a b c ua ub", "from: a, to: b|from: b, to: c|from: a, to: ua, mode: compensation|from: b, to: ub, mode: compensation", fails{"c": 9}, "a b c ub ua Work.Failed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := compile(t, graphFile(graphText(test.nodes, strings.Split(test.edges, "|")...)))
			r.answer = behaviour{fails: test.fails, errors: map[string]string{"us": "Undo.Failed", "ua": "Undo.Failed", "ub": "Undo.Failed"}}.answer
			if got := r.course(r.run(decoded(t, "{}"))); got != test.want {
				t.Errorf("ran %s, want %s", got, test.want)
			}
		})
	}
}

// TestUndoingKnowsWhatWasDone: a step that undoes is given what the node put out, also where that stood in a branch of its own.
func TestUndoingKnowsWhatWasDone(t *testing.T) {
	text := graphText("s a b j ua", "from: s, to: a", "from: s, to: b", "from: a, to: j", "from: b, to: j", "from: a, to: ua, mode: compensation")
	r := compile(t, graphFile(strings.Replace(text, "{id: ua,", "{id: ua, inputs: [a, s], runtime: {id: '${a.id}'},", 1)))
	given := ""
	r.answer = func(called engine.Task, _ int) (any, error) {
		switch encodedNode(called) {
		case "a":
			return one("id", 7.0), nil
		case "b":
			return nil, &engine.TaskError{Name: "Work.Failed", Cause: "no"}
		case "ua":
			given = encoded(t, called.Payload)
		}
		return "done", nil
	}
	if result := r.run(decoded(t, "{}")); result.Error != "Work.Failed" || !strings.Contains(given, `"runtime":{"id":7},"inputs":{"a":{"id":7},"s":"done"}`) {
		t.Errorf("%s, undone with %s", result.Error, given)
	}
}

// TestValuesThatBranchesLeave: of several nodes that may put out a name, the one that ran counts, and an input of the run counts until then.
func TestValuesThatBranchesLeave(t *testing.T) {
	const head = "osop_version: '2.0'\nid: t\nname: t\n"
	node := func(id, in, out string) string {
		return "  - {id: " + id + ", type: agent, purpose: p, x-steploom-lambda: w, inputs: [" + in + "], outputs: [" + out + "]}\n"
	}
	writers := head + "inputs: {n: {type: number}}\nnodes:\n  - {id: s, type: gateway}\n" + node("a", "", "answer") + node("b", "", "answer") + node("c", "answer", "r") +
		"edges:\n  - {from: s, to: a, when: inputs.n > 5}\n  - {from: s, to: b, when: inputs.n < 3 || inputs.n == 99}\n  - {from: a, to: c}\n  - {from: b, to: c}\n"
	round := node("a", "amount", "amount") + node("b", "amount", "r") + "edges: [{from: a, to: b}]\n"
	tests := []struct{ name, text, input, node, want string }{
		{"the first of two", writers, `{"n": 6}`, "c", `{"answer":"from a"}`},
		{"the second of two", writers, `{"n": 2}`, "c", `{"answer":"from b"}`},
		{"both", writers, `{"n": 99}`, "c", `{"answer":"from b"}`},
		{"an input before its producer", head + "inputs: {amount: {type: number}}\nnodes:\n" + round, `{"amount": 5}`, "a", `{"amount":5}`},
		{"an input behind its producer", head + "inputs: {amount: {type: number}}\nnodes:\n" + round, `{"amount": 5}`, "b", `{"amount":"from a"}`},
		{"an input with a default", head + "inputs: {amount: {type: number, default: 7}}\nnodes:\n" + round, `{}`, "a", `{"amount":7}`},
		{"an input that only nodes name", head + "nodes:\n" + round, `{"amount": 5}`, "a", `{"amount":5}`},
		{"beside its producer", head + "inputs: {x: {}}\nnodes:\n" + node("a", "", "x") + node("b", "x", "y"), `{"x": 3}`, "b", `{"x":3}`},
		{"the length of a list", head + "inputs: {rows: {}}\nnodes:\n  - {id: a, type: agent, purpose: p, x-steploom-lambda: w, runtime: {count: '${rows.length}', text: 'has ${rows.size}'}}\n", `{"rows": [1, 2]}`, "a", `{"count":2,"text":"has 2"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := compile(t, graphFile(test.text))
			got := ""
			r.answer = func(called engine.Task, _ int) (any, error) {
				if encodedNode(called) == test.node {
					got = encoded(t, called.Payload)
				}
				return "from " + encodedNode(called), nil
			}
			if result := r.run(decoded(t, test.input)); result.Status != engine.Succeeded || !strings.Contains(got, test.want) {
				t.Errorf("%s %s: %s was given %s, not %s", result.Error, result.Cause, test.node, got, test.want)
			}
		})
	}
}

// TestInputsThatNothingGives: a name that no node before puts out is warned about, wherever it is read.
func TestInputsThatNothingGives(t *testing.T) {
	const head = "osop_version: '2.0'\nid: t\nname: t\ninputs: {v: {}}\nnodes:\n  - {id: a, type: agent, purpose: p, x-steploom-lambda: w, outputs: [x]}\n  - {id: b, type: agent, purpose: p, x-steploom-lambda: w, outputs: [y]}\n"
	tests := []struct {
		text  string
		warns bool
	}{
		{"  - {id: c, type: agent, purpose: p, x-steploom-lambda: w, inputs: [x, y]}\nedges: [{from: a, to: c}]\n", true},
		{"  - {id: c, type: agent, purpose: p, x-steploom-lambda: w, runtime: {k: '${y.z}'}}\nedges: [{from: a, to: c}]\n", true},
		{"  - {id: c, type: agent, purpose: p, x-steploom-lambda: w, runtime: {k: '${outputs.b.y}'}}\nedges: [{from: a, to: c}]\n", true},
		{"  - {id: c, type: agent, purpose: p, x-steploom-lambda: w}\nedges: [{from: a, to: c, when: y == 1}]\n", true},
		{"  - {id: c, type: agent, purpose: p, x-steploom-lambda: w, inputs: [x, y]}\nedges: [{from: a, to: c}, {from: b, to: c}]\n", false},
		{"  - {id: c, type: agent, purpose: p, x-steploom-lambda: w, inputs: [y]}\nedges: [{from: a, to: c}, {from: c, to: b}, {from: b, to: c, mode: loop, when: y == 1, max_iterations: 2}]\n", false},
		{"  - {id: c, type: agent, purpose: p, x-steploom-lambda: w, inputs: [y]}\nedges: [{from: a, to: b, mode: error}, {from: b, to: c}]\n", false},
		{"  - {id: c, type: agent, purpose: p, x-steploom-lambda: w, inputs: [x]}\nedges: [{from: a, to: b}, {from: a, to: c, mode: compensation}]\n", false},
	}
	for _, test := range tests {
		_, found := compileText(head + test.text)
		if found.HasErrors() || strings.Contains(describe(found), "OSP007 no node before") != test.warns {
			t.Errorf("%s\n%s", describe(found), test.text)
		}
	}
}

// TestRefusedAnswers: conditions and handlers can read the answer that an api node failed with.
func TestRefusedAnswers(t *testing.T) {
	const text = "osop_version: '2.0'\nid: t\nname: t\nnodes:\n  - {id: n, type: api, purpose: p, runtime: {url: 'https://x.example'}, outputs: [r]}\n  - {id: x, type: agent, purpose: p, x-steploom-lambda: w, runtime: {code: '${r.body.error.code}'}}\nedges:\n  - {from: n, to: x, mode: error, when: CONDITION}\n"
	failure := &task.Error{Name: "Http.Status.409", Message: "busy", Detail: map[string]any{
		"statusCode": 409, "headers": map[string]any{"retry-after": "5"}, "body": map[string]any{"error": map[string]any{"code": "quota"}, "list": []any{1}}}}
	for condition, want := range map[string]string{
		"r.body.error.code == 'quota'":                         "n x",
		"r.error.code == 'quota'":                              "n x",
		"outputs.n.body.error.code == 'quota'":                 "n x",
		"n.response.error.code == 'quota'":                     "n x",
		"r.body.list.length == 1":                              "n x",
		"r.headers['retry-after'] == '5'":                      "n x",
		"r.status == 409 && r.body.error.code == 'quota'":      "n x",
		"r.status_code >= 400 && has(r.body.error)":            "n x",
		"r.body.error.code == 'other'":                         "n Http.Status.409",
		"r.body.nothing == 'quota' || r.error.reason == 'any'": "n Http.Status.409",
	} {
		r := compile(t, graphFile(strings.Replace(text, "CONDITION", `"`+condition+`"`, 1)))
		var code string
		r.answer = func(called engine.Task, _ int) (any, error) {
			if encodedNode(called) == "n" {
				return nil, &engine.TaskError{Name: failure.Name, Cause: failure.Cause()}
			}
			code = encoded(t, called.Payload)
			return "done", nil
		}
		if got := r.course(r.run(decoded(t, "{}"))); got != want || want == "n x" && !strings.Contains(code, `"code":"quota"`) {
			t.Errorf("%s: ran %s with %s, want %s", condition, got, code, want)
		}
	}
}
