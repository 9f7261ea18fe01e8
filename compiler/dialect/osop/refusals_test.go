package osop_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// refuses answers the first calls of a state with a status.
func refuses(status, times int, body any) func(engine.Task, int) (any, error) {
	return func(called engine.Task, attempt int) (any, error) {
		if called.State != "pay" || attempt > times {
			return answered(200, jsonata.NewObject()), nil
		}
		failure := task.Error{Name: task.StatusError(status), Message: "no", Detail: map[string]any{"statusCode": status, "headers": map[string]any{}, "body": body}}
		return nil, &engine.TaskError{Name: failure.Name, Cause: failure.Cause()}
	}
}

func answered(status float64, body any) *jsonata.Object {
	answer := jsonata.NewObject()
	answer.Set("statusCode", status)
	answer.Set("headers", jsonata.NewObject())
	answer.Set("body", body)
	return answer
}

const payText = "osop_version: '2.0'\nid: t\nname: t\nnodes:\n  - {id: pay, type: api, purpose: p, runtime: {url: 'https://x.example', method: POST}, outputs: [paid]%s}\n" +
	"  - {id: declined, type: api, purpose: p, runtime: {url: 'https://y.example'}}\n  - {id: broken, type: api, purpose: p, runtime: {url: 'https://z.example'}}\n"

// TestRefusedBody: the body of the answer that a node failed with is there in the conditions of its edges.
func TestRefusedBody(t *testing.T) {
	for condition, want := range map[string]string{
		"outputs.pay.body.code == 'DECLINED'":                              "pay broken|declined",
		"outputs.pay.body.code == 'LIMIT'":                                 "pay broken",
		"outputs.pay.response.body.code == 'DECLINED'":                     "pay broken|declined",
		"pay.body.code == 'DECLINED'":                                      "pay broken|declined",
		"outputs.pay.body.list[0] == 1":                                    "pay broken|declined",
		"outputs.pay.body.none == null":                                    "pay broken|declined",
		"outputs.pay.body.code == 'DECLINED' && outputs.pay.status == 402": "pay broken|declined",
	} {
		text := strings.Replace(payText, "%s", "", 1) + "edges:\n  - {from: pay, to: declined, mode: error, when: \"" + condition + "\"}\n  - {from: pay, to: broken, mode: error}\n"
		r := compile(t, graphFile(text))
		r.answer = refuses(402, 1, map[string]any{"code": "DECLINED", "list": []any{1}})
		if got := r.course(r.run(decoded(t, "{}"))); got != want {
			t.Errorf("%s: %s, want %s", condition, got, want)
		}
	}
	text := strings.Replace(payText, "%s", "", 1) + "edges:\n  - {from: pay, to: declined, mode: error, when: \"outputs.pay.body.code == 'x'\"}\n  - {from: pay, to: broken, mode: conditional, when: \"outputs.pay.body.code == 'fine'\"}\n"
	r := compile(t, graphFile(text))
	r.answer = func(engine.Task, int) (any, error) { return answered(200, one("code", "fine")), nil }
	if got := r.course(r.run(decoded(t, "{}"))); got != "pay broken" {
		t.Errorf("after success: %s", got)
	}
}

// TestLastingErrors: what cannot go away is not tried again, unless the policy names it.
func TestLastingErrors(t *testing.T) {
	tests := []struct {
		policy, failure string
		attempts        int
	}{
		{"{max_retries: 2, backoff_sec: 1}", "Http.Status.503", 3},
		{"{max_retries: 2, backoff_sec: 1}", "Http.Status.429", 3},
		{"{max_retries: 2, backoff_sec: 1}", "Http.Connect", 3},
		{"{max_retries: 2, backoff_sec: 1}", "States.Timeout", 3},
		{"{max_retries: 2, backoff_sec: 1}", "Work.Failed", 3},
		{"{max_retries: 2, backoff_sec: 1}", "Http.Status.400", 1},
		{"{max_retries: 2, backoff_sec: 1}", "Http.Status.401", 1},
		{"{max_retries: 2, backoff_sec: 1}", "Http.Status.403", 1},
		{"{max_retries: 2, backoff_sec: 1}", "Http.Status.404", 1},
		{"{max_retries: 2, backoff_sec: 1}", "Http.Status.422", 1},
		{"{max_retries: 2, backoff_sec: 1}", "Payload.TooLarge", 1},
		{"{max_retries: 2, backoff_sec: 1}", "Request.Invalid", 1},
		{"{max_retries: 2, backoff_sec: 1}", "Secret.Missing", 1},
		{"{max_retries: 2, backoff_sec: 1, retryable_errors: [404]}", "Http.Status.404", 3},
		{"{max_retries: 2, backoff_sec: 1, retryable_errors: [4xx]}", "Http.Status.403", 3},
		{"{max_retries: 2, backoff_sec: 1, retryable_errors: [Payload.TooLarge]}", "Payload.TooLarge", 3},
		{"{max_retries: 2, backoff_sec: 1, retryable_errors: [ALL]}", "Request.Invalid", 3},
		{"{max_retries: 2, backoff_sec: 1, retryable_errors: [404]}", "Http.Status.503", 1},
	}
	for _, test := range tests {
		text := strings.Replace(payText, "%s", ", retry_policy: "+test.policy, 1) + "edges:\n  - {from: pay, to: declined}\n  - {from: pay, to: broken}\n"
		r := compile(t, graphFile(text))
		r.answer = func(called engine.Task, _ int) (any, error) {
			if called.State == "pay" {
				return nil, &engine.TaskError{Name: test.failure, Cause: "{}"}
			}
			return answered(200, nil), nil
		}
		r.run(decoded(t, "{}"))
		if got := r.attempts["pay"]; got != test.attempts {
			t.Errorf("%s after %s: %d attempts, want %d", test.policy, test.failure, got, test.attempts)
		}
	}
}
