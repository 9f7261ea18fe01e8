// Package nodes holds the node types: a file and a row of the table for each. A row says what nodes of the type run as, which of them run in
// Steploom's own functions, and what a node's task is. Nothing else in the dialect knows a type by its name.
package nodes

import (
	"cmp"
	"slices"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
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

// Around is what the nodes of all workflows share.
type Around struct {
	Project     *ast.Project
	Datasources Datasources
}

// at is a node in its place: the names it can read, the settings that are still unread, and what is around it.
type at struct {
	names.Scope
	Around
	node              *ast.Node
	runtime, security *ast.Keys
}

// Tasks makes the tasks of all nodes of a workflow; a node that cannot run, which is reported, has an idle one. Gates are the questions by which
// nodes that are not people wait for an approval, nil for the others.
func Tasks(all *names.Names, assigned []Assignment, around Around) (tasks, gates []*Task) {
	for n, node := range all.Nodes() {
		a := at{Scope: all.From(n), Around: around, node: node, runtime: node.Runtime.Keys(), security: node.Security.Keys()}
		t := a.task(assigned[n])
		if t == nil {
			t = &Task{Result: build.Null()}
		}
		t.TimeoutSeconds = cmp.Or(t.TimeoutSeconds, node.TimeoutSeconds)
		if !t.Idle() {
			t.Retry = a.retry(t)
		}
		tasks, gates = append(tasks, t), append(gates, a.gate())
	}
	return tasks, gates
}

func (a at) task(assigned Assignment) *Task {
	switch {
	case assigned.Way == Bound:
		return a.bound(assigned.Lambda)
	case assigned.Way == Child:
		return a.child()
	case assigned.Way == Idle:
		return a.idle()
	case assigned.Type.Task == nil:
		kind := a.node.Type
		if a.node.Subtype != "" {
			kind += " (" + a.node.Subtype + ")"
		}
		return a.unbound("nodes of type %s do not run by themselves", kind)
	}
	t := assigned.Type.Task(a)
	if t == nil {
		return nil
	}
	for _, entry := range a.runtime.Left(assigned.Type.Describes) { // they would change what runs
		a.Report(codes.Runtime.Error(entry.Key.Range, "%q is not a setting of %s nodes that Steploom can honour", entry.Name, a.node.Type).
			Fix("delete it, or hand the node to a function of your own by x-steploom-lambda"))
	}
	return t
}

// refuse says why the node cannot run, and shows the way out. It gives no task.
func (a at) refuse(code codes.Code, why, summary string, arguments ...any) *Task {
	return a.refuseAt(a.node.Range, code, why, summary, arguments...)
}

// unbound says that the node's type does not run here. It gives no task.
func (a at) unbound(summary string, arguments ...any) *Task {
	return a.refuseAt(a.node.TypeRange, codes.Unbound, find(a.node.Type).Otherwise, summary, arguments...)
}

func (a at) refuseAt(place diag.Range, code codes.Code, why, summary string, arguments ...any) *Task {
	a.Report(code.Error(place, summary, arguments...).Why("%s", why).
		Fix("add x-steploom-lambda: <function name or ARN> to node %s, or lambdas: {%s: <function name>} to steploom.yaml", a.node.ID, a.node.Type))
	return nil
}

// inputs gives each of the node's inputs under its name, and the current item of a node that runs once per item.
func (a at) inputs() *jsonata.Object {
	inputs := jsonata.NewObject()
	for _, port := range a.node.Inputs {
		inputs.Set(port.Name, a.Port(port))
	}
	return inputs
}

func (a at) withItem(inputs *jsonata.Object) *jsonata.Object {
	if item := a.Item(a.At); item != "" {
		inputs.Set(a.Iterator(a.At), build.Var(item))
	}
	return inputs
}

// input gives the node's inputs as one value: the value itself when there is one input, an object otherwise. skip leaves names out.
func (a at) input(skip func(string) bool) jsonata.Node {
	kept := slices.DeleteFunc(slices.Clone(a.node.Inputs), func(p ast.Port) bool { return skip(p.Name) })
	if len(kept) == 1 {
		return a.Port(kept[0])
	}
	return a.Ports(kept)
}

func none(string) bool { return false }

// always is for types all of whose nodes run here.
func always(*ast.Node) bool { return true }
