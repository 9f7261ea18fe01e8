package ir

import (
	"fmt"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
)

// gatewaySeconds is how long a request waits for its answer (Amazon API Gateway quotas, "Maximum integration timeout" of HTTP APIs is 30 s; the
// function that hands requests on keeps one for itself).
const gatewaySeconds = 29

// patience warns of what may take longer than a request waits: its caller has an error by then, whatever the operation goes on to do.
func (c checker) patience() {
	if trigger, ok := answered(c.operation).(*HTTP); !ok || c.operation.Mode != Express || trigger.Async {
		return
	}
	if seconds, at := waiting(c.operation.Steps); seconds >= gatewaySeconds {
		c.impatient(at, fmt.Sprintf("%q waits for %v s on its own, and a request waits for its answer for %d s", c.operation.Name, seconds, gatewaySeconds))
		return
	}
	Walk(c.operation.Steps, func(step Step) bool {
		if call, ok := step.(*Call); ok && call.TimeoutSeconds > task.StateSeconds(gatewaySeconds) {
			c.impatient(step.Head().Range, fmt.Sprintf("%q may take %d s, and a request waits for its answer for %d s", name(step), call.TimeoutSeconds-task.StateSeconds(0), gatewaySeconds))
		}
		return true
	})
}

func (c checker) impatient(at diag.Range, summary string) {
	c.found.Add(diag.Diagnostic{
		Severity: diag.Warning, Code: "IR013", Summary: summary, Range: at,
		Detail: "Whoever sent the request gets the status 504 then.",
		Fix:    "start the operation by a schedule, an event or by hand, or let the route answer and another operation do what takes long",
	})
}
