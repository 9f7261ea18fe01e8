package ir

import (
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
)

// CheckRequests finds the requests whose authors want them to wait for a Standard state machine, in a workflow whose modes are decided. It is
// the part of Check that also holds for a workflow of which a dialect could not read everything.
func CheckRequests(workflow *Workflow) diag.List {
	var found diag.List
	for _, operation := range workflow.Operations {
		if trigger, ok := answered(operation).(*HTTP); ok && operation.Mode == Standard {
			found.Add(operation.reasoned(trigger, report.Error("IR010", trigger.Range, "%q is a Standard state machine, for which no request can wait", operation.Name).
				Fix("delete x-steploom-async: false, and requests are answered 202 with the address at which the answer will be")))
		}
	}
	return found
}

// accepted tells of requests that do not wait although nobody has asked for it, and of routes that are in the way of the answers.
func accepted(workflow *Workflow) diag.List {
	var found diag.List
	asynchronous := false
	for _, operation := range workflow.Operations {
		for _, trigger := range operation.Triggers {
			request, ok := trigger.(*HTTP)
			if !ok || !request.Async {
				continue
			}
			asynchronous = true
			if operation.Reason.Range != request.Range && !request.Asked {
				found.Add(operation.reasoned(request, report.Warning("IR014", request.Range, "requests for %q do not wait: they are answered 202 with the address at which the answer will be", operation.Name).
					Fix("add x-steploom-async: true if that is meant; otherwise let this route answer at once, and another operation do what takes long")))
			}
		}
	}
	if asynchronous {
		found = append(found, taken(workflow)...)
	}
	return found
}

// reasoned adds to a diagnostic why an operation is Standard.
func (o *Operation) reasoned(trigger *HTTP, draft report.Draft) diag.Diagnostic {
	draft = draft.Why("The reason: %s.", o.Reason.Text)
	if at := o.Reason.Range; at.File != "" && at != trigger.Range {
		draft = draft.Also(at, "the reason")
	}
	return draft.Diagnostic()
}

// taken finds operations with the route under which executions are told of.
func taken(workflow *Workflow) diag.List {
	var found diag.List
	for _, operation := range workflow.Operations {
		for _, trigger := range operation.Triggers {
			if request, ok := trigger.(*HTTP); ok && sameRoute(request.Method+" "+request.Path, task.ExecutionRoute) {
				found.Add(report.Error("IR015", request.Range, "%s is the address at which the workflow's executions are told of", task.ExecutionRoute).
					Why("Another operation answers its requests with such an address.").Fix("give this operation another path"))
			}
		}
	}
	return found
}

// sameRoute tells whether two routes differ only in the names of their parameters.
func sameRoute(one, other string) bool { return unnamed(one) == unnamed(other) }

func unnamed(route string) string {
	segments := strings.Split(strings.TrimSuffix(route, "/"), "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}
