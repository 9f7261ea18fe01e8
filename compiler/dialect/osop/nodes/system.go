package nodes

import (
	"slices"
	"strings"

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
			if slices.Contains(strings.Fields("router parallel join fork merge decision gateway switch start end noop"), node.Subtype) {
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
			t.Result = a.input(none)
		}
		a.Report(codes.Ignored.Note(a.node.Outputs[0].Range, "node %s does no work; its outputs are its inputs", a.node.ID))
	}
	for _, entry := range a.runtime.Left("") {
		a.Report(codes.Ignored.Note(entry.Key.Range, "%s describes; a node that only routes does no work", entry.Name).Fix("write the condition on its edges"))
	}
	return t
}
