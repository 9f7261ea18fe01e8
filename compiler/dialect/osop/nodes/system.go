package nodes

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
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
