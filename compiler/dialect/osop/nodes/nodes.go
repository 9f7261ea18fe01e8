// Package nodes holds the node types: a file and a row of the table for each. A row says what nodes of the type run as, which of them run in
// Steploom's own functions, and what a node's task is. Nothing else in the dialect knows a type by its name.
package nodes

import (
	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
)

// Type is one node type.
type Type struct {
	Name string
	// Runs says what nodes of the type run as, "" when each needs a function of its own; Otherwise why, or what they cannot do. Both are for the
	// documentation and for diagnostics.
	Runs, Otherwise string
	// Here tells whether Steploom has what it takes to run a node, nil that it never has.
	Here func(*ast.Node) bool
	// Routes tells whether a node does no work of its own, nil that it always has some.
	Routes func(*ast.Node) bool
	// Task makes the task of a node that runs here. It gives nil after it has reported why there is none.
	Task func(at) *Task
	// Describes are keys of runtime from which nothing is compiled.
	Describes string
	// Subtypes are those that change what a node does, or say what it does anyway.
	Subtypes string
}

// Table lists the node types in the order of the documentation.
func Table() []Type {
	return append([]Type{api(), cli(), db(), data(), human(), event(), system(), gateway()}, external()...)
}

// find gives the row of a type. What is no type has a row that says so.
func find(name string) Type {
	for _, row := range Table() {
		if row.Name == name {
			return row
		}
	}
	return Type{Name: name, Otherwise: "This type is not known."}
}

// Assignment is what runs a node. Here tells that its type does, Idle that nothing does because it only routes, Answers that it makes an HTTP call,
// whose answer can be read.
type Assignment struct {
	Here, Idle, Answers bool
	describes, subtypes string
	task                func(at) *Task
}

// Assign decides what runs each node of a graph. lambdas names functions by node types, for nodes that Steploom cannot run itself.
func Assign(g *model.Graph, lambdas map[string]string) []Assignment {
	assigned := make([]Assignment, len(g.Document.Nodes))
	for n, node := range g.Nodes() {
		row, child := find(node.Type), node.Workflow.Name != ""
		idle := !child && row.Routes != nil && row.Routes(node)
		here := child || idle
		if row.Here != nil && !child {
			here = row.Here(node)
		}
		lambda := node.Lambda
		if lambda == "" && !here {
			lambda = lambdas[node.Type]
		}
		switch {
		case lambda != "":
			assigned[n].task = func(a at) *Task { return a.bound(lambda) }
		case child:
			assigned[n].task = at.child
		case idle:
			assigned[n] = Assignment{task: at.idle, Idle: true}
		case row.Task == nil:
			assigned[n].task = at.homeless
		default:
			assigned[n] = Assignment{task: row.Task, Here: true, describes: row.Describes, subtypes: row.Subtypes, Answers: node.Type == "api" && !isRoute(g, n)}
		}
	}
	return assigned
}
