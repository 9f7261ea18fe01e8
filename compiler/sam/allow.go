package sam

import (
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// Allowing gives a function's row with the time limit that a deployment gives the function: at least as long as any call of the definitions asks it
// to work.
func Allowing(row task.Row, definitions []*asl.Machine) task.Row {
	for _, definition := range definitions {
		for at := range asl.Walk(definition) {
			if state, ok := at.State.(*asl.Task); ok && task.FunctionOf(state.Target()) == row.Name {
				row = row.Allowing(state.PayloadNumber(task.AsksSeconds))
			}
		}
	}
	return row
}
