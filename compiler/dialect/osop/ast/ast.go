// Package ast is the syntax tree of process graphs. It says what the author wrote, in the words of OSOP, and never changes once it is read.
package ast

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/inputs"
	"github.com/steploom/steploom/compiler/retrypolicy"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// Project is all that is compiled together: every document becomes an operation. ID, Name and Range are those of the .sop collection, or of the
// first document without one. Lambdas names the functions that run the nodes of a type which Steploom does not run itself.
type Project struct {
	ID, Name  string
	Range     diag.Range
	Documents []*Document
	Lambdas   map[string]string
}

// Workflow finds what a reference names: an id, the stem of a file, or a path; nil when there is none.
func (p *Project) Workflow(ref string) *Document {
	for _, d := range p.Documents {
		if stem := Stem(ref); ref != "" && (d.ID == ref || d.ID == stem || Stem(d.File) == stem) {
			return d
		}
	}
	return nil
}

// Runs tells whether a workflow is another or runs it, directly or through others.
func (p *Project) Runs(from, to *Document) bool {
	run := []*Document{from}
	for i := 0; i < len(run); i++ {
		for _, n := range run[i].Nodes {
			if next := p.Workflow(n.Workflow.Name); next != nil && !slices.Contains(run, next) {
				run = append(run, next)
			}
		}
	}
	return slices.Contains(run, to)
}

// Stem is the name of a file without its folder and its endings.
func Stem(path string) string {
	name := source.File{Path: path}.Base()
	for _, ending := range []string{".yaml", ".yml", ".json", ".osop", ".sop"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

// Document is one process graph.
type Document struct {
	File, ID, Name, Doc string
	Nodes               []*Node
	Edges               []*Edge
	TimeoutSeconds      int // of the whole run; 0 means no bound
	RetryOrNil          *retrypolicy.Policy
	Inputs              []inputs.Input // what a run is given
	Fixed               []source.Entry // variables and environment, which the document itself fixes
	Triggers            []Trigger
	Range               diag.Range
}

// Trigger is one way to start a run.
type Trigger struct {
	Type   string
	Config source.Block
	Range  diag.Range
}

// Node is one step of the process.
type Node struct {
	ID, Type, Subtype    string
	Title, Purpose, Role string
	Runtime              source.Block // of runtime and config
	Inputs, Outputs      []Port
	RetryOrNil           *retrypolicy.Policy
	TimeoutSeconds       int
	Security             source.Block
	GateOrNil            *Gate
	Lambda               string // the function that runs the node instead of Steploom; "" when none does
	Workflow             Ref    // the workflow that the node runs
	WorkflowInputs       []source.Entry
	Optional             bool
	Range, TypeRange     diag.Range // of the id and of the type
}

// Takes tells whether a node declares an input.
func (n *Node) Takes(name string) bool { return has(n.Inputs, name) }

// Gives tells whether a node declares an output.
func (n *Node) Gives(name string) bool { return has(n.Outputs, name) }

func has(ports []Port, name string) bool {
	return slices.ContainsFunc(ports, func(p Port) bool { return p.Name == name })
}

// Port is one name of a node's inputs or outputs. Path is where an output stands in the node's result, "" when only its name says so.
type Port struct {
	Name, Path string
	Range      diag.Range
}

// Names are those of ports, in their order.
func Names(ports []Port) []string {
	names := make([]string, len(ports))
	for i, port := range ports {
		names[i] = port.Name
	}
	return names
}

// Ref is the name of something, where it is written; the zero Ref names nothing.
type Ref struct {
	Name  string
	Range diag.Range
}

// RefTo is the name that a scalar holds; the zero Ref for nil.
func RefTo(node *source.Node) Ref {
	if node == nil {
		return Ref{}
	}
	return Ref{Name: strings.TrimSpace(node.Value()), Range: node.Range}
}

// Gate is an approval that a node waits for.
type Gate struct {
	Approvers, TimeoutSeconds int
	Who                       []string
	Range                     diag.Range
}

// Edge leads from one node to another. Condition is what when or condition says, nil without one. Max bounds how often the edge is taken when it
// closes a cycle; 0 when the source does not say.
type Edge struct {
	From, To                      Ref
	Mode                          string
	Condition, ForEach            *source.Node
	Iterator                      string
	Cases                         []Case
	DefaultTo, Compensates        Ref
	Max, SpawnCount, DelaySeconds int
	Weight                        float64
	Range                         diag.Range
}

// String names the edge by its nodes.
func (e *Edge) String() string { return e.From.Name + " → " + e.To.Name }

// Case is one case of a switch edge.
type Case struct {
	Value *source.Node
	To    Ref
}
