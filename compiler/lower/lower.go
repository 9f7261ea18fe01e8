package lower

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/analyse"
	"github.com/steploom/steploom/compiler/lower/emit"
	"github.com/steploom/steploom/compiler/lower/plan"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// Operation returns the state machine of one operation of a checked workflow (see ir.Decide and ir.Check). The catalogue describes the functions that
// it may call. Diagnostics are expressions that a definition cannot hold, and problems that asl.Check finds in the machine, each at the place that the
// state came from.
func Operation(workflow *ir.Workflow, operation *ir.Operation, catalogue []task.Row) (*asl.Machine, diag.List) {
	simple := simplify.Operation(operation, catalogue)
	knowledge := analyse.Operation(simple)
	planned := plan.Operation(knowledge)
	return emit.Machine(planned, callees(workflow))
}

func callees(workflow *ir.Workflow) map[string]emit.Callee {
	found, names := map[string]emit.Callee{}, workflow.MachineNames()
	for _, operation := range workflow.Operations {
		found[operation.Name] = emit.Callee{Mode: operation.Mode, Machine: names.Of(operation.Name)}
	}
	return found
}

// Rules describes the diagnostics of this package and those below it.
func Rules() []diag.Rule { return emit.Rules() }
