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

// Way is how a node comes to run.
type Way int

// The ways.
const (
	Here  Way = iota // by its type
	Bound            // by a function of the author's
	Child            // as another workflow
	Idle             // not at all: it only routes
)

// Assignment is what runs a node.
type Assignment struct {
	Type   Type
	Way    Way
	Lambda string // of a Bound node
	// Answers tells that the node makes an HTTP call, whose answer can be read.
	Answers bool
}

// Assign decides what runs each node of a graph. lambdas names functions by node types, for nodes that Steploom cannot run itself.
func Assign(g *model.Graph, lambdas map[string]string) []Assignment {
	assigned := make([]Assignment, len(g.Document.Nodes))
	for n, node := range g.Nodes() {
		a := Assignment{Type: find(node.Type), Lambda: node.Lambda}
		child := node.Workflow.Name != ""
		idle := !child && a.Type.Routes != nil && a.Type.Routes(node)
		here := child || idle
		if a.Type.Here != nil {
			here = a.Type.Here(node)
		}
		if a.Lambda == "" && !here {
			a.Lambda = lambdas[node.Type]
		}
		switch {
		case a.Lambda != "":
			a.Way = Bound
		case child:
			a.Way = Child
		case idle:
			a.Way = Idle
		default:
			a.Answers = node.Type == "api" && !isRoute(g, n)
		}
		assigned[n] = a
	}
	return assigned
}
