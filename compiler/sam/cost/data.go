package cost

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// answers names the variables that take over what a call answered and may be large: the whole answer, or a list or any value of it.
func answers(machine *asl.Machine, catalogue []task.Row) []string {
	var names []string
	for _, state := range machine.States.All() {
		call, ok := state.(*asl.Task)
		if !ok || call.Assign == nil {
			continue
		}
		row, _ := task.Find(catalogue, task.FunctionOf(call.Target()))
		for name, value := range call.Assign.All() {
			if takesAnswer(row, value) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// takesAnswer tells whether data hands on an answer that may be large.
func takesAnswer(row task.Row, data any) bool {
	takes := false
	eachCarried(data, func(variable string, names []string) {
		if variable == "states" && len(names) > 0 && names[0] == "result" {
			takes = takes || isLarge(row, names[1:])
		}
	})
	return takes
}

// isLarge tells whether a path into the result of a call leads to something without a fixed size.
func isLarge(row task.Row, names []string) bool {
	if len(names) < 2 {
		return len(names) == 0 || names[0] == "Payload"
	}
	return names[0] == "Payload" && slices.ContainsFunc(row.Answer, func(f task.Field) bool {
		return f.Name == names[1] && (f.Type == task.TypeList || f.Type == task.TypeAny)
	})
}

// dataOf is what a state sends on: the arguments of a task, the output of others.
func dataOf(state asl.State) any {
	if call, ok := state.(*asl.Task); ok {
		return call.Arguments
	}
	if outcomes := asl.Outcomes(state); len(outcomes) > 0 {
		return outcomes[0].Output
	}
	return nil
}

// variablesIn lists which of the named variables data hands on.
func variablesIn(data any, names []string) []string {
	var found []string
	eachCarried(data, func(variable string, _ []string) {
		if slices.Contains(names, variable) && !slices.Contains(found, variable) {
			found = append(found, variable)
		}
	})
	return found
}

// eachCarried visits the variables whose values, or parts of them, the expressions in data hand on, with the names that follow each.
func eachCarried(data any, visit func(variable string, names []string)) {
	for formula := range asl.ExpressionsIn(data) {
		jsonata.Walk(formula.Node, func(n jsonata.Node) bool {
			switch n := n.(type) {
			case *jsonata.Call:
				return !measures(n)
			case *jsonata.Variable, *jsonata.Path:
				variable, names := asl.PathOf(n)
				if variable != "" {
					visit(variable, names)
				}
				return variable == ""
			}
			return true
		})
	}
}

// measures tells whether a call only counts or tests its argument.
func measures(call *jsonata.Call) bool {
	function, _ := call.Function.(*jsonata.Variable)
	return function != nil && slices.Contains([]string{"boolean", "count", "exists", "not"}, function.Name)
}

func list(names []string) string { return strings.Join(names, ", ") }
