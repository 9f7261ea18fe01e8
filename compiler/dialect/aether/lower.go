package aether

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// deliver is the operation that a record goes through: the request that function stream has made of it, again as long as its budget lets it, and what
// came of it.
//
//	{"request": {"encoding": "requests", "method": "POST", "url": …}, "budget": {"total": 8, …}, …}
//	{"delivered": true, "statusCode": 201}
//	{"delivered": false, "error": "Http.Status.503", "message": "…"}
func deliver(topics []string, at diag.Range) *ir.Operation {
	failed := build.Var("failure")
	return &ir.Operation{
		Name: job.Deliver, Doc: "delivers one record", Range: at,
		Triggers: []ir.Trigger{&ir.Stream{Topics: topics, Range: at}},
		Steps: []ir.Step{
			&ir.Call{
				Header: ir.HeaderAt("send", at), Function: task.HTTP, Arguments: request(), Bind: "status",
				Result: build.Path(ir.Result(), task.HTTPStatusCode), Retry: &ir.Budget{Given: given("budget")},
				OnError: []ir.Handler{{
					Errors: []ir.ErrorMatch{ir.AllErrors}, Assign: []ir.Binding{{Name: "failure", Value: ir.Error()}},
					Body: []ir.Step{answer("failed", at, "delivered", false, "error", build.Path(failed, "Error"), "message", build.OrNull(build.Path(failed, "Cause")))},
				}},
			},
			answer("done", at, "delivered", true, "statusCode", build.Var("status")),
		},
	}
}

// request is what function http is asked for: the members that a request of package job may have, and no other.
func request() ir.Value {
	object := jsonata.NewObject()
	for _, name := range []string{"method", "url", "params", "json", "data", "headers", "auth", "secrets", "timeoutSeconds", "redirects"} {
		object.Set(name, build.OrNull(build.Path(given("request"), name)))
	}
	object.Set("encoding", task.HTTPAsRequests)
	object.Set("statusOnly", true)
	object.Set("failOnStatus", true) // also redirects that are not followed, and what a budget hands on
	return object
}

// given is a field of the execution's input.
func given(name string) jsonata.Node { return build.Path(ir.Input(), name) }

func answer(label string, at diag.Range, pairs ...any) ir.Step {
	return &ir.Return{Header: ir.HeaderAt(label, at), Body: ir.Object(pairs...), HasBody: true}
}
