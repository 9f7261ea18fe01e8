package osop_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// graphText writes a workflow of bound nodes: each name becomes an agent that puts out its own name, each line of edges stands as it is.
func graphText(nodes string, edges ...string) string {
	var text strings.Builder
	text.WriteString("osop_version: \"2.0\"\nid: test\nname: test\nnodes:\n")
	for _, id := range strings.Fields(nodes) {
		fmt.Fprintf(&text, "  - {id: %s, type: agent, purpose: work, x-steploom-lambda: work, outputs: [%s]}\n", id, id)
	}
	if len(edges) > 0 {
		text.WriteString("edges:\n")
	}
	for _, edge := range edges {
		text.WriteString("  - {" + edge + "}\n")
	}
	return text.String()
}

// behaviour lets a node answer with a value, or fail the given number of times.
type behaviour struct {
	values map[string]any
	fails  map[string]int
	errors map[string]string
}

func (b behaviour) answer(called engine.Task, attempt int) (any, error) {
	node, _ := called.Payload.(*jsonata.Object).Get("node")
	id := node.(string)
	if attempt <= b.fails[id] {
		name := b.errors[id]
		if name == "" {
			name = "Work.Failed"
		}
		return nil, &engine.TaskError{Name: name, Cause: `{"errorMessage":"no","errorType":"` + name + `"}`}
	}
	if value, known := b.values[id]; known {
		return value, nil
	}
	return "done", nil
}

func TestEdges(t *testing.T) {
	type values = map[string]any
	type fails = map[string]int
	tests := []struct {
		name, nodes string
		edges       []string
		values      values
		fails       fails
		errors      map[string]string
		want        string
	}{
		{name: "sequential", nodes: "a b", edges: []string{"from: a, to: b"}, want: "a b"},
		{name: "conditional", nodes: "a b c", edges: []string{"from: a, to: b, mode: conditional, when: \"a == 'x'\"", "from: a, to: c, mode: conditional, when: \"a == 'y'\""}, values: values{"a": "y"}, want: "a c"},
		{name: "conditional on an unquoted word", nodes: "a b", edges: []string{"from: a, to: b, mode: conditional, when: a != failure"}, want: "a b"},
		{name: "otherwise", nodes: "a b c", edges: []string{"from: a, to: b, mode: conditional, when: \"a == 'x'\"", "from: a, to: c, mode: conditional, when: otherwise"}, want: "a c"},
		{name: "both conditions hold", nodes: "a b c d", edges: []string{"from: a, to: b, mode: conditional, when: a > 1", "from: a, to: c, mode: conditional, when: a > 2", "from: b, to: d", "from: c, to: d"}, values: values{"a": 3.0}, want: "a b|c d"},
		{name: "parallel and join", nodes: "a b c d", edges: []string{"from: a, to: b, mode: parallel", "from: a, to: c, mode: parallel", "from: b, to: d", "from: c, to: d"}, want: "a b|c d"},
		{name: "loop", nodes: "a b", edges: []string{"from: a, to: a, mode: loop, when: retry_count < 2", "from: a, to: b"}, want: "a a a b"},
		{name: "loop until", nodes: "a b c", edges: []string{"from: a, to: b", "from: b, to: a, mode: loop, when: \"b != 'ok'\", max_iterations: 5", "from: b, to: c"}, values: values{"b": "ok"}, want: "a b c"},
		{name: "loop reaches its bound", nodes: "a b", edges: []string{"from: a, to: b", "from: b, to: a, mode: loop, when: \"b != 'ok'\", max_iterations: 1"}, want: "a b a b Workflow.TooManyRounds"},
		{name: "switch", nodes: "a b c d", edges: []string{"from: a, to: b, mode: switch, when: outputs.a.kind, cases: [{value: one, to: b}, {value: 2, to: c}], default_to: d"}, values: values{"a": one("kind", 2.0)}, want: "a c"},
		{name: "switch by default", nodes: "a b c d", edges: []string{"from: a, to: b, mode: switch, when: outputs.a.kind, cases: [{value: one, to: b}, {value: 2, to: c}], default_to: d"}, values: values{"a": one("kind", "2")}, want: "a d"},
		{name: "switch by default back, before a loop", nodes: "a b c d", edges: []string{"from: a, to: b", "from: b, to: c, mode: switch, when: b, cases: [{value: x, to: c}], default_to: a, max_iterations: 1", "from: b, to: d, mode: loop, when: \"b == 'done'\""}, want: "a b a b d"},
		{name: "weights beside an edge that is always taken", nodes: "a b c d", edges: []string{"from: a, to: b, mode: weighted, weight: 30", "from: a, to: c, mode: weighted, weight: 70", "from: a, to: d"}, want: "a c|d"},
		{name: "a case twice", nodes: "a b c", edges: []string{"from: a, to: b, mode: switch, when: a, cases: [{value: done, to: b}, {value: done, to: c}]"}, want: "a b"},
		{name: "fallback", nodes: "a b c", edges: []string{"from: a, to: b", "from: a, to: c, mode: fallback", "from: c, to: b"}, fails: fails{"a": 1}, want: "a c b"},
		{name: "fallback not needed", nodes: "a b c", edges: []string{"from: a, to: b", "from: a, to: c, mode: fallback"}, want: "a b"},
		{name: "otherwise is not needed beside an edge that is always taken", nodes: "a b c", edges: []string{"from: a, to: b", "from: a, to: c, mode: fallback, when: otherwise"}, want: "a b"},
		{name: "otherwise is for failure too", nodes: "a b c", edges: []string{"from: a, to: b", "from: a, to: c, mode: fallback, when: otherwise"}, fails: fails{"a": 1}, want: "a c"},
		{name: "error with a condition over success", nodes: "a b c", edges: []string{"from: a, to: b", "from: a, to: c, mode: error, condition: a.success == false"}, values: values{"a": one("success", false)}, want: "a c"},
		{name: "error with a condition that fails on failure", nodes: "a b c", edges: []string{"from: a, to: b", "from: a, to: c, mode: error, condition: a.success == false"}, fails: fails{"a": 1}, want: "a Work.Failed"},
		{name: "error looks at the error", nodes: "a b c", edges: []string{"from: a, to: b", "from: a, to: c, mode: error, condition: error_of(a) == 'Disk.Full'"}, fails: fails{"a": 1}, errors: map[string]string{"a": "Disk.Full"}, want: "a c"},
		{name: "timeout", nodes: "a b c", edges: []string{"from: a, to: b", "from: a, to: c, mode: timeout"}, fails: fails{"a": 1}, errors: map[string]string{"a": "States.Timeout"}, want: "a c"},
		{name: "timeout is no other error", nodes: "a b c", edges: []string{"from: a, to: b", "from: a, to: c, mode: timeout"}, fails: fails{"a": 1}, want: "a Work.Failed"},
		{name: "error in a branch back before the fork", nodes: "a b c d", edges: []string{"from: a, to: b, mode: parallel", "from: a, to: c, mode: parallel", "from: b, to: d", "from: c, to: d", "from: b, to: a, mode: error"}, fails: fails{"b": 1}, want: "a b|c a b|c d"},
		{name: "error in a branch to a handler outside", nodes: "a b c d e", edges: []string{"from: a, to: b", "from: a, to: c", "from: b, to: d", "from: c, to: d", "from: b, to: e, mode: error"}, fails: fails{"b": 1}, want: "a b|c e d"},
		{name: "spawn", nodes: "a b c", edges: []string{"from: a, to: b, mode: spawn, spawn_count: 3", "from: b, to: c"}, want: "a b|b|b c"},
		{name: "for each", nodes: "a b c", edges: []string{"from: a, to: b, mode: loop, for_each: outputs.a, iterator_var: x", "from: b, to: c"}, values: values{"a": []any{1.0, 2.0}}, want: "a b|b c"},
		{name: "for each of nothing", nodes: "a b c", edges: []string{"from: a, to: b, mode: loop, for_each: outputs.a, iterator_var: x", "from: b, to: c"}, values: values{"a": []any{}}, want: "a c"},
		{name: "for each with a handler", nodes: "a b c d", edges: []string{"from: a, to: b, mode: loop, for_each: outputs.a", "from: b, to: c", "from: b, to: d, mode: error"}, values: values{"a": []any{1.0}}, fails: fails{"b": 1}, want: "a b d"},
		{name: "weighted", nodes: "a b c", edges: []string{"from: a, to: b, mode: weighted, weight: 30", "from: a, to: c, mode: weighted, weight: 70"}, want: "a c"},
		{name: "compensation in reverse", nodes: "a b c undo_a undo_b", edges: []string{"from: a, to: b", "from: b, to: c", "from: a, to: undo_a, mode: compensation", "from: b, to: undo_b, mode: compensation"}, fails: fails{"c": 9}, want: "a b c undo_b undo_a Work.Failed"},
		{name: "compensation of what goes before for each", nodes: "a b undo_a", edges: []string{"from: a, to: b, mode: loop, for_each: outputs.a", "from: a, to: undo_a, mode: compensation"}, values: values{"a": []any{1.0}}, fails: fails{"b": 9}, want: "a b undo_a Work.Failed"},
		{name: "compensation not needed", nodes: "a b undo_a", edges: []string{"from: a, to: b", "from: a, to: undo_a, mode: compensation"}, want: "a b"},
		{name: "message and dataflow", nodes: "a b c", edges: []string{"from: a, to: b, mode: message", "from: a, to: c, mode: dataflow", "from: b, to: c"}, want: "a b c"},
		{name: "delay", nodes: "a b", edges: []string{"from: a, to: b, delay: 24h"}, want: "a b"},
		{name: "not series-parallel", nodes: "a b c d", edges: []string{"from: a, to: c", "from: b, to: c", "from: b, to: d"}, want: "a|b c|d"},
		{name: "no edges", nodes: "a b", want: "a|b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := compile(t, graphFile(graphText(test.nodes, test.edges...)))
			r.answer = behaviour{test.values, test.fails, test.errors}.answer
			if got := r.course(r.run(decoded(t, "{}"))); got != test.want {
				t.Errorf("ran %s, want %s", got, test.want)
			}
		})
	}
}

// TestRouters: a node that only routes cannot fail, so its fallback is for what no condition meets, and nothing beside an edge without one.
func TestRouters(t *testing.T) {
	tests := []struct {
		want  string
		warns bool
		edges []string
	}{
		{"b", true, []string{"from: n, to: b", "from: n, to: c, mode: fallback"}},
		{"b", true, []string{"from: n, to: b", "from: n, to: c, mode: error"}},
		{"c", false, []string{"from: n, to: b, when: false", "from: n, to: c, mode: fallback"}},
		{"b", false, []string{"from: n, to: b, when: true", "from: n, to: c, mode: fallback"}},
	}
	for _, test := range tests {
		text := strings.Replace(graphText("b c", test.edges...), "nodes:\n", "nodes:\n  - {id: n, type: gateway}\n", 1)
		r := compile(t, graphFile(text))
		r.answer = behaviour{}.answer
		if got := r.course(r.run(decoded(t, "{}"))); got != test.want {
			t.Errorf("%v: ran %s, want %s", test.edges, got, test.want)
		}
		if _, found := compileText(text); strings.Contains(describe(found), "OSP011 the edge is never taken") != test.warns {
			t.Errorf("%v: %s", test.edges, describe(found))
		}
	}
}

func one(name string, value any) *jsonata.Object {
	o := jsonata.NewObject()
	o.Set(name, value)
	return o
}

// course lists the nodes in the order of their calls, those called at the same time of the virtual clock joined by a stroke, then the error.
func (r *runner) course(result engine.Result) string {
	var words []string
	group := map[int64][]string{}
	var order []int64
	states := map[int64]string{}
	depth := map[int64]int64{}
	step := int64(0)
	for _, event := range result.History {
		if entered, ok := event.Details.(engine.StateEntered); ok {
			states[event.ID] = entered.Name
			depth[event.ID] = depth[event.PreviousEventID] + 1
			continue
		}
		states[event.ID], depth[event.ID] = states[event.PreviousEventID], depth[event.PreviousEventID]
		if strings.HasSuffix(event.Type, "TaskScheduled") || event.Type == "TaskScheduled" {
			step++
			name, _, _ := strings.Cut(states[event.ID], ":")
			name, _, _ = strings.Cut(name, " ")
			key := step
			if len(order) > 0 && together(result, event, order[len(order)-1]) {
				key = order[len(order)-1]
			}
			if group[key] == nil {
				order = append(order, key)
			}
			group[key] = append(group[key], name)
		}
	}
	for _, key := range order {
		slices.Sort(group[key])
		words = append(words, strings.Join(group[key], "|"))
	}
	if result.Status != engine.Succeeded {
		words = append(words, result.Error)
	}
	return strings.Join(words, " ")
}

// together tells whether no task has ended since the one before was scheduled.
func together(result engine.Result, event engine.Event, _ int64) bool {
	for _, earlier := range slices.Backward(result.History) {
		if earlier.ID >= event.ID {
			continue
		}
		switch earlier.Type {
		case "TaskSucceeded", "TaskFailed", "TaskTimedOut":
			return false
		case "TaskScheduled":
			return true
		}
	}
	return false
}

// api answers HTTP calls of nodes and keeps what was sent.
type api struct{ payloads []*jsonata.Object }

func (a *api) answer(body any) func(engine.Task, int) (any, error) {
	return func(called engine.Task, _ int) (any, error) {
		payload := called.Payload.(*jsonata.Object)
		a.payloads = append(a.payloads, payload)
		answer := jsonata.NewObject()
		answer.Set("statusCode", 200.0)
		answer.Set("headers", jsonata.NewObject())
		answer.Set("body", body)
		answer.Set("output", body)
		answer.Set("rows", []any{one("id", 7.0)})
		answer.Set("affected", 1.0)
		return answer, nil
	}
}

func TestRequests(t *testing.T) {
	const head = "osop_version: '1.1'\nid: t\nname: t\ninputs: {id: {type: string}, q: {type: string}}\nenv: {HOST: 'https://e.example'}\nnodes:\n  - id: n\n    type: api\n    purpose: p\n"
	tests := []struct{ name, node, want string }{
		{"placeholder", "    inputs: [id]\n    runtime: {url: 'https://x.example', endpoint: '/a/{id}/b'}", `{"method":"GET","url":"https://x.example/a/a%20b/b"}`},
		{"reference", "    runtime: {url: 'https://x.example/${inputs.id}', query_params: {q: '${q}', n: 5}}", `{"method":"GET","url":"https://x.example/a%20b","query":{"q":"r","n":5}}`},
		{"mustache", "    runtime: {url: 'https://x.example/', headers: {X-Id: 'id-{{id}}'}}", `{"method":"GET","url":"https://x.example/","headers":{"X-Id":"id-a b"}}`},
		{"body", "    runtime: {url: 'https://x.example', method: POST, body: {deep: ['${id}', {n: 1}], t: 'x${q}'}}", `{"method":"POST","url":"https://x.example","body":{"deep":["a b",{"n":1}],"t":"xr"}}`},
		{"inputs as body", "    inputs: [id, q]\n    runtime: {url: 'https://x.example', method: PUT}", `{"method":"PUT","url":"https://x.example","body":{"id":"a b","q":"r"}}`},
		{"graphql", "    subtype: graphql\n    runtime: {url: 'https://x.example', query: '{ a }', variables: {id: '${id}'}}", `{"method":"POST","url":"https://x.example","body":{"query":"{ a }","variables":{"id":"a b"}}}`},
		{"api key", "    runtime: {url: 'https://x.example'}\n    security: {auth: api_key, secret_ref: KEY}", `{"method":"GET","url":"https://x.example","auth":{"type":"api_key","secret":"KEY"}}`},
		{"secret in a header", "    runtime: {url: 'https://x.example', headers: {Authorization: 'Bearer ${secrets.T}'}}", `{"method":"GET","url":"https://x.example","auth":{"type":"bearer","secret":"T"}}`},
		{"token input", "    inputs: [access_token]\n    runtime: {url: 'https://x.example'}\n    security: {auth: bearer_token}", `{"method":"GET","url":"https://x.example","auth":{"type":"bearer","token":"tok"}}`},
		{"schema's auth", "    runtime: {url: 'https://x.example', auth: {type: basic, secret_ref: B}}", `{"method":"GET","url":"https://x.example","auth":{"type":"basic","secret":"B"}}`},
		{"private redirects", "    runtime: {url: 'https://x.example', x-steploom-private-redirects: true}", `{"method":"GET","url":"https://x.example","privateRedirects":true}`},
		{"status and time", "    runtime: {url: 'https://x.example', expected_status: [200, 404]}\n    timeout_sec: 30", `{"method":"GET","url":"https://x.example","expectedStatus":[200,404],"timeoutSeconds":30}`},
		{"env", "    runtime: {url: '${env.HOST}', endpoint: /x}\n    security: {auth: basic, secret_ref: B}", `{"method":"GET","url":"https://e.example/x","auth":{"type":"basic","secret":"B"}}`},
		{"config", "    config: {url: 'https://x.example', method: delete}", `{"method":"DELETE","url":"https://x.example"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := compile(t, graphFile(head+test.node+"\n"))
			var a api
			r.answer = a.answer(one("x", 1.0))
			result := r.run(decoded(t, `{"id": "a b", "q": "r", "access_token": "tok"}`))
			if result.Status != engine.Succeeded {
				t.Fatalf("%s: %s", result.Error, result.Cause)
			}
			if got := encoded(t, a.payloads[0]); got != test.want {
				t.Errorf("sent %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestOutputs(t *testing.T) {
	body := `{"id": 5, "data": {"list": [{"id": 1}, {"id": 2}]}, "status": "fine"}`
	tests := []struct{ outputs, want string }{
		{"[id]", `{"id":5}`},
		{"[whole]", `{"whole":{"id":5,"data":{"list":[{"id":1},{"id":2}]},"status":"fine"}}`},
		{"[id, nothing]", `{"id":5,"nothing":null}`},
		{"[{first: '$.data.list[0].id'}, {all: data.list}]", `{"first":1,"all":[{"id":1},{"id":2}]}`},
		{"[{name: id, schema: {type: integer}}]", `{"id":5}`},
		{"{id: {type: integer}, status: {type: string}}", `{"id":5,"status":"fine"}`},
	}
	for _, test := range tests {
		r := compile(t, graphFile("osop_version: '2.0'\nid: t\nname: t\nnodes:\n  - {id: n, type: api, purpose: p, runtime: {url: 'https://x.example'}, outputs: "+test.outputs+"}\n"))
		var a api
		r.answer = a.answer(decoded(t, body))
		if got := encoded(t, r.run(decoded(t, "{}")).Output); got != test.want {
			t.Errorf("%s: %s, want %s", test.outputs, got, test.want)
		}
	}
}

func TestJQCommandLines(t *testing.T) {
	tests := []struct{ command, want string }{
		{`jq '.a | map(select(.n > 1))'`, `{"language":"jq","program":".a | map(select(.n > 1))","input":{"a":1}}`},
		{`jq -c --arg id "${x}" '.[] | select(.id == $id)' -`, `{"language":"jq","program":".[] | select(.id == $id)","input":{"a":1},"collect":true,"args":{"id":"{\"a\":1}"}}`},
		{`/usr/bin/jq --argjson n 5 ".a + \$n"`, `{"language":"jq","program":".a + $n","input":{"a":1},"args":{"n":5}}`},
		{`jq -n '{a: 1}'`, `{"language":"jq","program":"{a: 1}","input":null}`},
		{`jq -s 'length'`, `{"language":"jq","program":"length","input":{"a":1},"slurp":true}`},
	}
	for _, test := range tests {
		text := "osop_version: '2.0'\nid: t\nname: t\nnodes:\n  - id: n\n    type: cli\n    purpose: p\n    inputs: [x]\n    runtime:\n      command: |\n        " + test.command + "\n"
		r := compile(t, graphFile(text))
		var a api
		r.answer = a.answer("out")
		r.run(decoded(t, `{"x": {"a": 1}}`))
		if len(a.payloads) != 1 || encoded(t, a.payloads[0]) != test.want {
			t.Errorf("%s\n got %v\nwant %s", test.command, encoded(t, a.payloads[0]), test.want)
		}
	}
}

func TestDatabaseNodes(t *testing.T) {
	const sql = `{"datasource":"n","statements":[{"sql":`
	tests := []struct{ runtime, want string }{
		{"query: 'SELECT * FROM t WHERE id = ${id}'", sql + `"SELECT * FROM t WHERE id = ?","parameters":["i"]}]}`},
		{"table: t, action: insert", sql + `"INSERT INTO \"t\" (\"id\") VALUES (?)","parameters":["i"]}]}`},
		{"table: s.t, action: select", sql + `"SELECT * FROM \"s\".\"t\"","parameters":[]}]}`},
	}
	for _, test := range tests {
		text := "osop_version: '2.0'\nid: t\nname: t\nnodes:\n  - {id: n, type: db, purpose: p, inputs: [id], runtime: {engine: postgres, connection: 'postgresql://h/d', " + test.runtime + "}}\n"
		r := compile(t, graphFile(text))
		var a api
		r.answer = a.answer(nil)
		r.run(decoded(t, `{"id": "i"}`))
		if got := encoded(t, a.payloads[0]); got != test.want {
			t.Errorf("%s: %s", test.runtime, got)
		}
	}
}

func TestApprovals(t *testing.T) {
	gate := "osop_version: '2.0'\nid: t\nname: t\nnodes:\n  - {id: n, type: api, purpose: p, approval_gate: {required: true, approver_role: boss, timeout_hours: 2}, runtime: {url: 'https://x.example'}}\n"
	r := compile(t, graphFile(gate))
	var asked []string
	r.answer = func(called engine.Task, _ int) (any, error) {
		if called.Token == "" {
			return one("body", nil), nil
		}
		asked = append(asked, encoded(t, called.Payload))
		return nil, &engine.TaskError{Name: "Approval.Rejected", Cause: "no"}
	}
	if got := r.course(r.run(decoded(t, "{}"))); got != "n Approval.Rejected" {
		t.Errorf("ran %s", got)
	}
	if len(asked) != 1 || !strings.Contains(asked[0], `"kind":"approval"`) || !strings.Contains(asked[0], `"to":["boss"]`) {
		t.Errorf("asked %v", asked)
	}
}

func TestSubWorkflows(t *testing.T) {
	parent := source.File{Path: "parent.osop", Bytes: []byte("osop_version: '1.1'\nid: parent\nname: p\nimports: [./child.osop]\nnodes:\n  - {id: run, type: system, purpose: p, workflow_ref: child, workflow_inputs: {n: '${inputs.n}'}}\n  - {id: use, type: agent, purpose: p, x-steploom-lambda: work, inputs: [run], outputs: [use]}\nedges: [{from: run, to: use, mode: conditional, when: outputs.run.work == 'done'}]\n")}
	child := source.File{Path: "child.osop", Bytes: []byte("osop_version: '1.1'\nid: child\nname: c\nnodes:\n  - {id: work, type: agent, purpose: p, x-steploom-lambda: work, inputs: [n], outputs: [work]}\n")}
	r := compile(t, parent, child)
	var payloads []string
	r.answer = func(called engine.Task, attempt int) (any, error) {
		payloads = append(payloads, encoded(t, called.Payload))
		return behaviour{}.answer(called, attempt)
	}
	i := slices.IndexFunc(r.output.Machines, func(m compiler.Machine) bool { return m.Operation == "parent" })
	result := r.machine(r.output.Machines[i], decoded(t, `{"n": 4}`))
	if result.Status != engine.Succeeded || len(payloads) != 2 || !strings.Contains(payloads[0], `"inputs":{"n":4}`) {
		t.Errorf("%s %s %s: %v", result.Status, result.Error, result.Cause, payloads)
	}
}

func TestErrorsCarryTheirDetail(t *testing.T) {
	r := compile(t, graphFile("osop_version: '2.0'\nid: t\nname: t\nnodes:\n  - {id: n, type: api, purpose: p, runtime: {url: 'https://x.example'}, outputs: [r]}\n  - {id: ok, type: agent, purpose: p, x-steploom-lambda: w}\n  - {id: bad, type: agent, purpose: p, x-steploom-lambda: w}\nedges:\n  - {from: n, to: ok}\n  - {from: n, to: bad, mode: error, condition: r.status >= 500}\n"))
	r.answer = func(called engine.Task, _ int) (any, error) {
		if called.State == "n" {
			failure := &task.Error{Name: "Http.Status.503", Message: "busy", Detail: map[string]any{"statusCode": 503}}
			return nil, &engine.TaskError{Name: failure.Name, Cause: failure.Cause()}
		}
		return nil, errors.New("reached " + called.State)
	}
	if got := r.course(r.run(decoded(t, "{}"))); !strings.HasPrefix(got, "n bad") {
		t.Errorf("ran %s", got)
	}
}
