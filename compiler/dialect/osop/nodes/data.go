package nodes

import (
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/jqtext"
	"github.com/steploom/steploom/shared/shelltext"
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

// programOf is the jq program that is written out.
func programOf(runtime source.Block) *jqtext.Command {
	text := runtime.Get(programKeys()...).Value()
	return &jqtext.Command{Program: shelltext.Word{Text: text, Raw: text}}
}

func isSQL(runtime source.Block) bool {
	return !callsJQ(runtime) && runtime.Has("query", "sql", "statement") && speaks(runtime.Text("engine", "tool"))
}

func (a at) transformation() *Task {
	a.runtime.Take("engine", "tool")
	switch {
	case callsJQ(a.node.Runtime):
		return a.command()
	case isJQ(a.node.Runtime):
		jq := &jqCall{at: a, Command: programOf(a.node.Runtime), command: a.runtime.Take(programKeys()...)}
		return jq.task()
	case isSQL(a.node.Runtime):
		return a.database()
	default:
		return a.unbound("data node %s names no transformation that runs here", a.node.ID)
	}
}
