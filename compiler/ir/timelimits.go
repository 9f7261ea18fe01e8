package ir

import (
	"fmt"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
)

// lateWarning warns where the pauses and the written time limits of calls, added up along the longest way, pass the time for which a request
// waits. One call that may take longer by itself is told by patience.
func (c checker) lateWarning(limit int) (told bool) {
	if seconds, at := c.longest(c.operation.Steps, 0, float64(limit)); at != (diag.Range{}) {
		c.impatient(at, fmt.Sprintf("%q may take %.0f s in all, as its pauses and time limits add up, and a request waits for its answer for %d s: here they pass it",
			c.operation.Name, seconds, limit))
		return true
	}
	return false
}

// longest is how many seconds steps may take as far as that is written down, and the step with which they pass a limit, after some time before.
func (c checker) longest(steps []Step, before, limit float64) (seconds float64, passed diag.Range) {
	for _, step := range steps {
		own := c.pauses.own(step) + timeLimit(step)
		inner, within := 0.0, diag.Range{}
		for _, body := range Parts(step).Bodies {
			inside, place := c.longest(body, before+seconds+own, limit)
			if rounds(step)*inside > inner {
				inner, within = rounds(step)*inside, place
			}
		}
		seconds += own + inner
		if passed == (diag.Range{}) && before+seconds > limit {
			passed = step.Head().Range
			if within != (diag.Range{}) {
				passed = within
			}
		}
	}
	return seconds, passed
}

// timeLimit is how many seconds a call may take when its author says so, 0 otherwise.
func timeLimit(step Step) float64 {
	call, ok := step.(*Call)
	if !ok || call.TimeoutSeconds == 0 {
		return 0
	}
	return float64(max(0, call.TimeoutSeconds-task.StateSeconds(0)))
}
