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
				Header: ir.HeaderAt("send", at), Function: task.HTTP, Arguments: given("request"), Bind: "status",
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

// given is a field of the execution's input.
func given(name string) jsonata.Node { return build.Path(ir.Input(), name) }

func answer(label string, at diag.Range, pairs ...any) ir.Step {
	return &ir.Return{Header: ir.HeaderAt(label, at), Body: ir.Object(pairs...), HasBody: true}
}
