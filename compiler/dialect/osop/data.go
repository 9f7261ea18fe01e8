package osop

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// runsAsData tells whether a data node says what to do in a language that a function runs: a jq program or SQL.
func runsAsData(node *Node) bool {
	r := node.Runtime
	engine := strings.ToLower(scalarText(r.take("engine", "tool")))
	_, sql := engineOf(engine)
	switch {
	case isJQ(r.commandText()):
		return true
	case engine == "jq":
		return r.has("program", "filter", "query", "expression", "command")
	case r.has("query", "sql", "statement"):
		return sql
	default:
		return false
	}
}

// data transforms a data set by a jq program or an SQL statement.
func (g *graph) data(n int) *task {
	node := g.document.Nodes[n]
	if !runsAsData(node) {
		g.notRunnable(n, codeUnbound, "data node "+node.ID+" names no transformation that runs here", unboundReason("data"))
		return nil
	}
	r := node.Runtime
	if isJQ(r.commandText()) {
		return g.cli(n)
	}
	if strings.EqualFold(scalarText(r.take("engine", "tool")), "jq") {
		program := r.take("program", "filter", "query", "expression", "command")
		g.onlyRuntime(n, "description", "name")
		return &task{function: "filter", arguments: object("language", "jq", "program", program.Value(), "input", g.inputValue(n, nil)), result: filterOutput()}
	}
	return g.db(n)
}

// filterOutput is what the filter function puts out.
func filterOutput() jsonata.Node { return build.Path(ir.Result(), "output") }
