package nodes

import (
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
)

func data() Type {
	return Type{
		Name:      "data",
		Runs:      "a jq program (engine: jq) or an SQL statement (engine: postgres, …)",
		Otherwise: "Spark, dbt and other engines need a machine with their programs.",
		Here:      func(node *ast.Node) bool { return transformation(node.Runtime) != nil },
		Task: func(a at) *Task {
			if run := transformation(a.node.Runtime); run != nil {
				return run(a)
			}
			return a.unbound("data node %s names no transformation that runs here", a.node.ID)
		},
		Describes: []string{"description", "name"},
	}
}

// transformation is how a data node says what to do in a language that a function runs: a jq program or SQL; nil when it does not.
func transformation(runtime ast.Block) func(at) *Task {
	engine := strings.ToLower(runtime.Text("engine", "tool"))
	switch {
	case callsJQ(runtime):
		return at.command
	case engine == "jq" && runtime.Has("program", "filter", "query", "expression", "command"):
		return at.jqProgram
	case isSQL(runtime):
		return at.database
	default:
		return nil
	}
}

func isSQL(runtime ast.Block) bool {
	return !callsJQ(runtime) && runtime.Has("query", "sql", "statement") && dialectOf(runtime.Text("engine", "tool")) != ""
}

// jqProgram runs a jq program that is written out.
func (a at) jqProgram() *Task {
	a.runtime.Take("engine", "tool")
	program := a.runtime.Take("program", "filter", "query", "expression", "command")
	return filterTask(names.Object("language", "jq", "program", program.Value(), "input", a.input(all)))
}
