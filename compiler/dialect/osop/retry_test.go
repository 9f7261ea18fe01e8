package osop_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/engine"
)

// TestRetriedErrors fails a node with one error again and again and counts its attempts.
func TestRetriedErrors(t *testing.T) {
	cases := []struct {
		retried, failure string
		attempts         int
	}{
		{"5XX", "Http.Status.500", 3}, {"5xx", "Http.Status.505", 3}, {"SERVER_ERROR", "Http.Status.599", 3}, {"HTTP_5XX", "Http.Status.529", 3},
		{"5xx", "Http.Status.499", 1}, {"5xx", "Http.Status.408", 1}, {"4xx", "Http.Status.408", 3}, {"4xx", "Http.Status.500", 1},
		{"429", "Http.Status.429", 3}, {"HTTP_503", "Http.Status.503", 3}, {"503", "Http.Status.502", 1}, {"Sql.Conflict", "Sql.Conflict", 3}, {"ALL", "Sql.Data", 3},
	}
	for _, test := range cases {
		r := compile(t, graphFile(fmt.Sprintf(`
osop_version: "2.0"
id: fetch
name: fetch
nodes:
  - id: get
    type: api
    runtime: {url: "https://example.com/x", method: GET}
    retry_policy: {max_retries: 2, retryable_errors: [%s]}
edges: []
`, test.retried)))
		r.answer = func(engine.Task, int) (any, error) { return nil, &engine.TaskError{Name: test.failure} }
		if r.run(map[string]any{}); len(r.calls) != test.attempts {
			t.Errorf("%s retried %d times after %s, want %d", test.retried, len(r.calls)-1, test.failure, test.attempts-1)
		}
	}
	for _, text := range []string{"6xx", "0xx", "55xx", "xx", "5x", "600", "nonsense"} {
		found := compileErrors(graphText("a") + "retry_policy: {max_retries: 2, retryable_errors: [" + text + "]}\n")
		if !strings.Contains(strings.Join(found, "\n"), "not an error that can be retried") {
			t.Errorf("%s: %v", text, found)
		}
	}
}

// TestSubWorkflowOfARequest runs a workflow for which a request waits: it is Express like the one that runs it.
func TestSubWorkflowOfARequest(t *testing.T) {
	front := graphFile(`
osop_version: "2.0"
id: front
name: front
triggers: [{type: webhook, path: /front, method: POST}]
nodes:
  - {id: sub, type: system, workflow_ref: inner}
edges: []
`)
	inner := graphFile(`
osop_version: "2.0"
id: inner
name: inner
nodes:
  - {id: get, type: api, runtime: {url: "https://example.com/x", method: GET}}
edges: []
`)
	front.Path, inner.Path = "front.osop.yaml", "inner.osop.yaml"
	r := compile(t, front, inner)
	for _, machine := range r.output.Machines {
		if machine.Mode != ir.Express {
			t.Errorf("%s is not Express", machine.Name)
		}
	}
}
