package build

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// FreeVariables gives the names of the variables that an expression reads from outside, sorted; functions are among them, $ and $$ are not.
func FreeVariables(node jsonata.Node) []string {
	found := map[string]bool{}
	visitFree(node, func(variable *jsonata.Variable, _ map[string]bool) { found[variable.Name] = true })
	return slices.Sorted(maps.Keys(found))
}

// BoundVariables gives the names that an expression binds itself, sorted: parameters of lambdas, :=, @$v and #$v.
func BoundVariables(node jsonata.Node) []string {
	found := map[string]bool{}
	jsonata.Walk(node, func(node jsonata.Node) bool {
		switch node := node.(type) {
		case *jsonata.Lambda:
			for _, name := range node.Parameters {
				found[name] = true
			}
		case *jsonata.Bind:
			found[node.Name] = true
		case *jsonata.Focus:
			found[node.Variable] = true
		case *jsonata.Index:
			found[node.Variable] = true
		}
		return true
	})
	return slices.Sorted(maps.Keys(found))
}
