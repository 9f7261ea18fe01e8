package nodes

import (
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/jqrequest"
	"github.com/steploom/steploom/compiler/source"
)

func data() Type {
	return Type{
		Name:      "data",
		Runs:      "a jq program (engine: jq) or an SQL statement (engine: postgres, …)",
		Otherwise: "Spark, dbt and other engines need a machine with their programs.",
		Here:      func(node *ast.Node) bool { return callsJQ(node.Runtime) || isJQ(node.Runtime) || isSQL(node.Runtime) },
		Task:      at.transformation,
		Describes: "version",
		Subtypes:  "jq sql transform",
	}
}

// isJQ tells whether a node has a jq program that is written out, isSQL whether it has a statement.
func isJQ(runtime source.Block) bool {
	return strings.EqualFold(runtime.Text("engine", "tool"), "jq") && runtime.Has(programKeys()...)
}

func programKeys() []string { return strings.Fields("program filter query expression command") }

func isSQL(runtime source.Block) bool {
	return !callsJQ(runtime) && runtime.Has("query", "sql", "statement") && speaks(runtime.Text("engine", "tool"))
}

func (a at) transformation() *Task {
	a.runtime.Take("engine", "tool")
	switch {
	case callsJQ(a.node.Runtime):
		return a.command()
	case isJQ(a.node.Runtime):
		return a.jq(jqrequest.Program(a.runtime.Take(programKeys()...)))
	case isSQL(a.node.Runtime):
		return a.database()
	default:
		return a.unbound("data node %s names no transformation that runs here", a.node.ID)
	}
}
