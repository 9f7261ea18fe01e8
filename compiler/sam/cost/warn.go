package cost

import (
	"fmt"
	"math"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// The limits of AWS that an execution meets (Step Functions and API Gateway quotas).
const (
	expressSeconds = 300
	historyEvents  = 25_000
	payloadKiB     = 256
)

// warnings compares the dearest way with the limits.
func warnings(machine sam.Machine, catalogue []task.Row, most Metrics) []string {
	var found []string
	limit, what := math.Inf(1), ""
	switch {
	case sam.TakesRecords(machine.Operation): // each record brings its budget, which is held to the limit where its job is read
	case machine.Operation.AnswerSeconds > 0:
		limit, what = float64(machine.Operation.AnswerSeconds), fmt.Sprintf("its answer is waited for for %d s", machine.Operation.AnswerSeconds)
	case machine.Operation.Mode == ir.Express:
		limit, what = expressSeconds, "an Express execution ends after 5 minutes"
	}
	switch longest := most.Waits + most.Limits; {
	case most.Waits > limit:
		found = append(found, fmt.Sprintf("time: it waits %s, %s", seconds(most.Waits), what))
	case longest > limit:
		found = append(found, fmt.Sprintf("time: its calls may take up to %s in all before their time limits end them, %s", seconds(longest), what))
	}
	if machine.Operation.Mode == ir.Standard {
		found = append(found, historyWarning(machine, catalogue)...)
	}
	return append(found, sizeWarnings(machine.Definition, catalogue)...)
}

func seconds(n float64) string { return fmt.Sprintf("%.0f s", n) }

// historyWarning says from how many items on a Standard execution's history is full.
func historyWarning(machine sam.Machine, catalogue []task.Row) []string {
	items := tooMany(historyEvents, func(items float64) float64 {
		_, most := measure(machine.Definition, scale{items, catalogue})
		return most.Events
	})
	if math.IsInf(items, 1) {
		return nil
	}
	return []string{fmt.Sprintf("history: with loops over more than about %.0f items it passes 25,000 events, where a Standard execution fails", items)}
}

// sizeWarnings name the states whose data can pass 256 KiB: a Map or a loop that gathers an answer per item, and a state that puts the
// answers of several calls together. One answer alone is kept below the limit by the functions.
func sizeWarnings(machine *asl.Machine, catalogue []task.Row) []string {
	large := answers(machine, catalogue)
	var found []string
	for name, state := range machine.States.All() {
		if collects, ok := state.(*asl.Map); ok && keepsResult(collects) {
			found = append(found, fmt.Sprintf("size: %q gathers a result per item, which can pass %d KiB", name, payloadKiB))
		}
		if used := variablesIn(dataOf(state), large); len(used) > 1 {
			found = append(found, fmt.Sprintf("size: %q puts the answers of %d calls together (%s), which can pass %d KiB", name, len(used), list(used), payloadKiB))
		}
		for _, inner := range asl.Inside(state) {
			found = append(found, sizeWarnings(inner.Machine, catalogue)...)
		}
	}
	return found
}

// keepsResult tells whether a Map's results are used: an empty Output object drops them.
func keepsResult(state *asl.Map) bool {
	if state.Assign != nil && state.Assign.Len() > 0 {
		return true
	}
	output, ok := state.Output.(*jsonata.Object)
	return state.Output == nil && !state.End || ok && output.Len() > 0
}
