// Package ast is the syntax tree of process graphs. It says what the author wrote, in the words of OSOP, and never changes once it is read.
package ast

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// Project is all that is compiled together: every document becomes an operation.
type Project struct {
	// ID, Name and Range are those of the .sop collection, or of the first document without one.
	ID, Name  string
	Range     diag.Range
	Documents []*Document
	// Lambdas names the functions that run the nodes of a type which Steploom does not run itself.
	Lambdas map[string]string
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
	File  string
	ID    string
	Name  string
	Doc   string
	Nodes []*Node
	Edges []*Edge
	// TimeoutSeconds bounds the whole run; 0 means no bound.
	TimeoutSeconds int
	RetryOrNil     *Retry
	// Inputs are what a run is given, Fixed the variables and the environment, which the document itself fixes.
	Inputs   []Input
	Fixed    []source.Entry
	Triggers []Trigger
	Range    diag.Range
}

// Input is one value that a run is given.
type Input struct {
	Name         string
	Type         string
	DefaultOrNil *source.Node
	Required     bool
	Range        diag.Range
}

// Trigger is one way to start a run.
type Trigger struct {
	Type   string
	Config Block
	Range  diag.Range
}

// Node is one step of the process.
type Node struct {
	ID, Type, Subtype string
	Title, Purpose    string
	Role              string
	// Runtime holds the keys of runtime and config.
	Runtime         Block
	Inputs, Outputs []Port
	RetryOrNil      *Retry
	TimeoutSeconds  int
	Security        Block
	GateOrNil       *Gate
	// Lambda names the function that runs the node instead of Steploom; "" when none does.
	Lambda string
	// Workflow is the workflow that the node runs, WorkflowInputs what it is given besides the node's inputs.
	Workflow       Ref
	WorkflowInputs []source.Entry
	Optional       bool
	Range          diag.Range // of the id
	TypeRange      diag.Range
}

// Takes tells whether a node declares an input.
func (n *Node) Takes(name string) bool { return has(n.Inputs, name) }

// Gives tells whether a node declares an output.
func (n *Node) Gives(name string) bool { return has(n.Outputs, name) }

func has(ports []Port, name string) bool {
	return slices.ContainsFunc(ports, func(p Port) bool { return p.Name == name })
}

// Port is one name of a node's inputs or outputs.
type Port struct {
	Name string
	// Path is where an output stands in the node's result, "" when only its name says so.
	Path  string
	Range diag.Range
}

// Ref is the name of something, where it is written; the zero Ref names nothing.
type Ref struct {
	Name  string
	Range diag.Range
}

// Retry is a retry_policy or a retry block.
type Retry struct {
	Retries         int
	IntervalSeconds float64
	Rate            float64
	MaxDelaySeconds int
	// Errors names what is retried, as the source says it; empty means every error.
	Errors []Ref
	Range  diag.Range
}

// Gate is an approval that a node waits for.
type Gate struct {
	Approvers      int
	TimeoutSeconds int
	Who            []string
	Range          diag.Range
}

// Edge leads from one node to another.
type Edge struct {
	From, To Ref
	Mode     string
	// Condition is what when or condition says, nil without one.
	Condition *source.Node
	// Max bounds how often the edge is taken when it closes a cycle; 0 when the source does not say.
	Max          int
	ForEach      *source.Node
	Iterator     string
	Cases        []Case
	DefaultTo    Ref
	SpawnCount   int
	Weight       float64
	DelaySeconds int
	Compensates  Ref
	Range        diag.Range
}

// Case is one case of a switch edge.
type Case struct {
	Value *source.Node
	To    Ref
}

// String names the edge by its nodes.
func (e *Edge) String() string { return e.From.Name + " → " + e.To.Name }
