package ir

import (
	"fmt"
	"math"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
)

// patience warns of what may take longer than a request waits: its execution ends then, and its caller has an error.
func (c checker) patience() {
	limit := c.operation.AnswerSeconds
	if _, ok := answered(c.operation).(*HTTP); !ok || limit == 0 {
		return
	}
	if seconds, at := c.pauses.of(c.operation.Steps); seconds >= float64(limit) {
		c.impatient(at, fmt.Sprintf("%q waits for %v s on its own, and a request waits for its answer for %d s", c.operation.Name, seconds, limit))
		return
	}
	if own := c.operation.TimeoutSeconds; own > limit {
		c.impatient(c.operation.Range, fmt.Sprintf("%q may take %d s, and a request waits for its answer for %d s", c.operation.Name, own, limit))
		return
	}
	told := false
	Walk(c.operation.Steps, func(step Step) bool {
		if call, ok := step.(*Call); ok && call.TimeoutSeconds > task.StateSeconds(limit) {
			told = true
			c.impatient(step.Head().Range, fmt.Sprintf("%q may take %d s, and a request waits for its answer for %d s", name(step), call.TimeoutSeconds-task.StateSeconds(0), limit))
		}
		return true
	})
	if !told && !c.lateWarning(limit) {
		c.roundsWarning(limit)
	}
}

// roundsWarning tells of pauses in a loop that pass the time for which a request waits when the data give it enough rounds.
func (c checker) roundsWarning(limit int) {
	told := false
	Walk(c.operation.Steps, func(step Step) bool {
		if loop, ok := step.(*Loop); ok && !told {
			if seconds, at := c.pauses.of(loop.Body); seconds > 0 && seconds*mostRounds(loop) >= float64(limit) {
				told = true
				c.impatient(at, fmt.Sprintf("%q waits for %v s in each round of a loop that may have many, and a request waits for its answer for %d s", c.operation.Name, seconds, limit))
			}
		}
		return !told
	})
}

// mostRounds is how many rounds a loop may have, infinite where the data decide.
func mostRounds(loop *Loop) float64 {
	switch {
	case loop.Until != nil:
		return float64(loop.Max)
	case loop.Count != nil:
		return literal(loop.Count, math.Inf(1))
	}
	return math.Inf(1)
}

func (c checker) impatient(at diag.Range, summary string) {
	c.found.Add(diag.Diagnostic{
		Severity: diag.Warning, Code: "IR013", Summary: summary, Range: at,
		Detail: "The execution ends then, and whoever sent the request gets the status 504.",
		Fix:    "add x-steploom-async: true, and requests are answered 202 without waiting; or start the operation by a schedule, an event or by hand",
	})
}
