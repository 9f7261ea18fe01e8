package nodes

import (
	"slices"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func system() Type {
	return Type{
		Name:      "system",
		Runs:      "nothing of its own when it routes, forks or joins",
		Otherwise: "What the tool or operation does is not known.",
		Routes: func(node *ast.Node) bool {
			subtypes := []string{"router", "parallel", "join", "fork", "merge", "decision", "gateway", "switch", "start", "end", "noop"}
			if slices.Contains(subtypes, node.Subtype) {
				return !node.Runtime.Has("tool", "operation", "command", "action", "host")
			}
			return node.Subtype == "" && len(node.Outputs) == 0 && len(node.Runtime.Entries) == 0
		},
	}
}

// idle puts out what comes in.
func (a at) idle() *Task {
	t := &Task{Result: build.Null()}
	if len(a.node.Outputs) > 0 {
		if len(a.node.Inputs) > 0 {
			t.Result = a.input(all)
		}
		a.note(codes.Ignored, a.node.Outputs[0].Range, "node "+a.node.ID+" does no work; its outputs are its inputs", "", "")
	}
	for _, entry := range a.runtime.Left() {
		a.note(codes.Ignored, entry.Key.Range, entry.Name+" describes; a node that only routes does no work", "", "write the condition on its edges")
	}
	return t
}
