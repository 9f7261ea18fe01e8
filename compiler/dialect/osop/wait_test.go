package osop_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// outside answers waits with events, one after another (the last one again and again), and everything else with "done". It keeps what
// bound nodes were given.
type outside struct {
	t      *testing.T
	events []string

	mutex  sync.Mutex
	asked  int
	inputs []string
}

func (o *outside) answer(called engine.Task, _ int) (any, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if called.Token != "" {
		event := o.events[min(o.asked, len(o.events)-1)]
		o.asked++
		return decoded(o.t, event), nil
	}
	inputs, _ := called.Payload.(*jsonata.Object).Get("inputs")
	o.inputs = append(o.inputs, encoded(o.t, inputs))
	return "done", nil
}

func TestEventsMustMeetTheCondition(t *testing.T) {
	const edge = "from: a, to: b, mode: event"
	tests := []struct {
		name, edge string
		events     []string
		asked      int
		want       string
	}{
		{"any event", edge, []string{`5`}, 1, "done"},
		{"the first one meets it", edge + ", when: event.kind == 'paid'", []string{`{"kind":"paid"}`}, 1, "done"},
		{"the third one meets it", edge + ", when: event.kind == 'paid'", []string{`{"kind":"sent"}`, `"paid"`, `{"kind":"paid"}`}, 3, "done"},
		{"signal", "from: a, to: b, mode: signal, condition: event.n > 1 && a == 'done'", []string{`{"n":1}`, `{"n":2}`}, 2, "done"},
		{"a name that the target declares", edge + ", when: order.id == 7", []string{`{"order":{"id":6}}`, `{"order":{"id":7}}`}, 2, "done"},
		{"the bound of the edge", edge + ", when: event.kind == 'paid', max_iterations: 2", []string{`null`}, 2, "Workflow.TooManyRounds"},
		{"the bound without one", edge + ", when: event.kind == 'paid'", []string{`{}`}, 100, "Workflow.TooManyRounds"},
		{"two edges between the same nodes", "from: a, to: b, mode: event, when: event.x}\n  - {from: a, to: b, mode: signal, when: event.y", []string{`{"x":true,"y":true}`}, 2, "done"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(graphText("a b", test.edge), "x-steploom-lambda: work, outputs: [b]", "x-steploom-lambda: work, inputs: [order], outputs: [b]", 1)
			r := compile(t, graphFile(text))
			o := &outside{t: t, events: test.events}
			r.answer, r.random = o.answer, rand.Float64 // so that two tokens at once differ
			result := r.run(decoded(t, "{}"))
			got := "done"
			if result.Status != engine.Succeeded {
				got = result.Error
			}
			if got != test.want || o.asked != test.asked {
				t.Errorf("%s %s after %d events, want %s after %d", got, result.Cause, o.asked, test.want, test.asked)
			}
		})
	}
}

func TestTheTargetReadsTheEvent(t *testing.T) {
	text := strings.Replace(graphText("a b", "from: a, to: b, mode: event, when: order.id == 7"), "lambda: work, outputs: [b]", "lambda: work, runtime: {kind: '${event.kind}'}, inputs: [order, given], outputs: [b]", 1)
	r := compile(t, graphFile(text))
	o := &outside{t: t, events: []string{`{"order":{"id":6}}`, `{"kind":"k","order":{"id":7}}`}}
	var runtime string
	r.answer = func(called engine.Task, attempt int) (any, error) {
		if called.Token == "" {
			value, _ := called.Payload.(*jsonata.Object).Get("runtime")
			runtime = encoded(t, value)
		}
		return o.answer(called, attempt)
	}
	r.run(decoded(t, `{"given": 1, "order": {"id": 7}}`))
	if want := `{"order":{"id":7},"given":1}`; o.asked != 2 || len(o.inputs) != 2 || o.inputs[1] != want || runtime != `{"kind":"k"}` {
		t.Errorf("asked %d times, then ran with %v and %s", o.asked, o.inputs, runtime)
	}
}

// An event that starts the run is what the run was given, so a condition on its edge is looked at at once.
func TestConditionOnTheStartingEvent(t *testing.T) {
	text := "osop_version: '2.0'\nid: t\nname: t\nnodes:\n  - {id: start, type: event, purpose: p}\n  - {id: b, type: agent, purpose: p, x-steploom-lambda: work}\n" +
		"edges: [{from: start, to: b, mode: event, when: event.kind == 'paid'}]\n"
	for input, runs := range map[string]int{`{"kind":"paid"}`: 1, `{"kind":"sent"}`: 0} {
		r := compile(t, graphFile(text))
		o := &outside{t: t, events: []string{"null"}}
		r.answer = o.answer
		if result := r.run(decoded(t, input)); result.Status != engine.Succeeded || o.asked != 0 || len(o.inputs) != runs {
			t.Errorf("%s: %s, asked %d times, ran %d times", input, result.Error, o.asked, len(o.inputs))
		}
	}
}

func TestEventConditionsThatCannotBeRead(t *testing.T) {
	for _, when := range []string{"the customer has paid", "event.kind ==", "nothing_known == 1"} {
		_, found := compileText(graphText("a b", "from: a, to: b, mode: event, when: '"+when+"'"))
		if !strings.Contains(describe(found), "test.osop.yaml:8 OSP008") {
			t.Errorf("%s: %s", when, describe(found))
		}
	}
}

// rejecting answers every question with no, or not at all, and everything else with "done".
func rejecting(failure string) func(engine.Task, int) (any, error) {
	return func(called engine.Task, _ int) (any, error) {
		if called.Token != "" {
			return nil, &engine.TaskError{Name: failure, Cause: "no"}
		}
		return "done", nil
	}
}

func TestEdgesCatchTheGate(t *testing.T) {
	tests := []struct {
		name, edge, failure string
		want                []string
		err                 string
	}{
		{"error", "from: n, to: c, mode: error", "Approval.Rejected", []string{"c"}, ""},
		{"fallback", "from: n, to: c, mode: fallback", "Approval.Rejected", []string{"c"}, ""},
		{"error with a condition", "from: n, to: c, mode: error, when: error_of(n) == 'Approval.Rejected'", "Approval.Rejected", []string{"c"}, ""},
		{"error with another condition", "from: n, to: c, mode: error, when: error_of(n) == 'Disk.Full'", "Approval.Rejected", nil, "Approval.Rejected"},
		{"timeout", "from: n, to: c, mode: timeout", "States.Timeout", []string{"c"}, ""},
		{"a rejection is no timeout", "from: n, to: c, mode: timeout", "Approval.Rejected", nil, "Approval.Rejected"},
		{"compensation", "from: a, to: c, mode: compensation", "Approval.Rejected", []string{"c"}, "Approval.Rejected"},
	}
	for _, kind := range []string{"agent, x-steploom-lambda: work", "gateway"} {
		for _, test := range tests {
			t.Run(kind[:5]+" "+test.name, func(t *testing.T) {
				text := strings.Replace(graphText("a b c", "from: a, to: n", "from: n, to: b", test.edge), "nodes:\n", "nodes:\n  - {id: n, purpose: p, approval_gate: {required: true}, type: "+kind+"}\n", 1)
				r := compile(t, graphFile(text))
				r.answer = rejecting(test.failure)
				result := r.run(decoded(t, "{}"))
				want := append([]string{"a", "n"}, test.want...)
				for i, call := range r.calls {
					r.calls[i], _, _ = strings.Cut(call, ":")
				}
				if !slices.Equal(r.calls, want) || result.Error != test.err {
					t.Errorf("called %v and ended with %q, want %v and %q", r.calls, result.Error, want, test.err)
				}
			})
		}
	}
}

func TestGateThatApproves(t *testing.T) {
	text := strings.Replace(graphText("b c", "from: n, to: b", "from: n, to: c, mode: fallback"), "nodes:\n", "nodes:\n  - {id: n, purpose: p, approval_gate: {required: true}, type: agent, x-steploom-lambda: work, outputs: [n]}\n", 1)
	text = strings.Replace(text, "lambda: work, outputs: [b]", "lambda: work, inputs: [n], outputs: [b]", 1)
	r := compile(t, graphFile(text))
	o := &outside{t: t, events: []string{`{"decision":"approved"}`}}
	r.answer = o.answer
	if result := r.run(decoded(t, "{}")); result.Status != engine.Succeeded || o.asked != 1 || !slices.Equal(o.inputs, []string{`{}`, `{"n":"done"}`}) {
		t.Errorf("%s %s: asked %d times, ran with %v", result.Error, result.Cause, o.asked, o.inputs)
	}
}

// A gated node that is asked again until somebody agrees.
func TestRejectedAndAskedAgain(t *testing.T) {
	text := strings.Replace(graphText("a b", "from: a, to: n", "from: n, to: b", "from: n, to: a, mode: error, max_iterations: 2"), "nodes:\n", "nodes:\n  - {id: n, purpose: p, approval_gate: {required: true}, type: agent, x-steploom-lambda: work}\n", 1)
	r := compile(t, graphFile(text))
	r.answer = rejecting("Approval.Rejected")
	if got := r.course(r.run(decoded(t, "{}"))); got != "a n a n a n Approval.Rejected" {
		t.Errorf("ran %s", got)
	}
}

// Waiting on an edge that leads back must not make the wait the start of the run, nor lose the edge's bound.
func TestDelayOnTheWayBack(t *testing.T) {
	r := compile(t, graphFile(graphText("a b c", "from: a, to: b", "from: b, to: a, mode: loop, when: b != 'ok', delay: 5s, max_iterations: 2", "from: b, to: c")))
	r.answer = behaviour{}.answer
	if got := r.course(r.run(decoded(t, "{}"))); got != "a b a b a b c" {
		t.Errorf("ran %s", got)
	}
}

// What handles a rejection may be a cycle of its own, and may lie outside the fork in which the gate stands.
func TestHandlersOfAGate(t *testing.T) {
	tests := []struct {
		name, nodes, want string
		edges             []string
	}{
		{"a handler that repeats", "a c", "a n c c c", []string{"from: a, to: n", "from: n, to: c, mode: error", "from: c, to: c, mode: loop, when: retry_count < 2"}},
		{"a handler outside the fork", "a b c d", "a b|n c d", []string{"from: a, to: n", "from: a, to: b", "from: n, to: d", "from: b, to: d", "from: n, to: c, mode: error"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(graphText(test.nodes, test.edges...), "nodes:\n", "nodes:\n  - {id: n, purpose: p, approval_gate: {required: true}, type: agent, x-steploom-lambda: work}\n", 1)
			r := compile(t, graphFile(text))
			r.answer = rejecting("Approval.Rejected")
			if got := r.course(r.run(decoded(t, "{}"))); got != test.want {
				t.Errorf("ran %s, want %s", got, test.want)
			}
		})
	}
}
