// Package codes names what can be wrong with, or worth saying about, a process graph.
package codes

import (
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
)

// Code names one of them. Its methods begin a diagnostic of the severity that they are called after.
type Code string

// Error begins a diagnostic that stops the compilation, Warning and Note others.
func (c Code) Error(at diag.Range, summary string, arguments ...any) report.Draft {
	return report.Error(string(c), at, summary, arguments...)
}

// Warning is for something that is compiled, but perhaps not meant.
func (c Code) Warning(at diag.Range, summary string, arguments ...any) report.Draft {
	return report.Warning(string(c), at, summary, arguments...)
}

// Note is for something worth knowing.
func (c Code) Note(at diag.Range, summary string, arguments ...any) report.Draft {
	return report.Note(string(c), at, summary, arguments...)
}

// The codes, in the order of Rules.
const (
	Shape       Code = "OSP001"
	Version     Code = "OSP002"
	Duplicate   Code = "OSP003"
	Dangling    Code = "OSP004"
	Unreachable Code = "OSP005"
	Unbounded   Code = "OSP006"
	UnknownName Code = "OSP007"
	Condition   Code = "OSP008"
	NotRunnable Code = "OSP009"
	Unbound     Code = "OSP010"
	Mode        Code = "OSP011"
	Join        Code = "OSP012"
	Concurrency Code = "OSP013"
	Entry       Code = "OSP014"
	Ignored     Code = "OSP015"
	UnknownKey  Code = "OSP016"
	Runtime     Code = "OSP017"
	Address     Code = "OSP018"
	Secret      Code = "OSP019"
	Command     Code = "OSP020"
	Database    Code = "OSP021"
	Audit       Code = "OSP022"
	Retry       Code = "OSP023"
	Time        Code = "OSP024"
	Trigger     Code = "OSP025"
	Reference   Code = "OSP026"
	Word        Code = "OSP027"
	Human       Code = "OSP028"
	Input       Code = "OSP029"
	Writers     Code = "OSP030"
)

// Rules describes the codes.
func Rules() []diag.Rule {
	return []diag.Rule{
		{Code: string(Shape), Title: "Not the shape of a process graph", Doc: "A document needs nodes with id and type, and edges with from and to."},
		{Code: string(Version), Title: "Unknown version", Doc: "Versions 1.0, 1.1 and 2.0 are read as one superset. A higher minor version is read with a warning."},
		{Code: string(Duplicate), Title: "Id used twice", Doc: "Edges name nodes by id, so an id must be unique. When two nodes share one, the second is refused."},
		{Code: string(Dangling), Title: "No such node", Doc: "An edge, a case of a switch or an escalation names a node that the document does not have."},
		{Code: string(Unreachable), Title: "Never reached", Doc: "No path from a start leads to the node, so it never runs."},
		{Code: string(Unbounded), Title: "Cycle without a bound", Doc: "An edge closes a cycle and does not say how often it may be taken. Three times is assumed; `max_iterations` on the edge says otherwise. When the bound is reached the run fails with the original error."},
		{Code: string(UnknownName), Title: "Unknown name", Doc: "A reference names nothing that a node puts out or a run is given."},
		{Code: string(Condition), Title: "Condition not understood", Doc: "Conditions are CEL and a few forms found in practice. What cannot be read is refused rather than guessed."},
		{Code: string(NotRunnable), Title: "Node cannot run", Doc: "The node lacks what it needs to run, or asks for something that no function does. `x-steploom-lambda` on the node hands it to a Lambda function."},
		{Code: string(Unbound), Title: "Node is not bound", Doc: "Steploom has no function for nodes of this type. `x-steploom-lambda: <name or ARN>` on the node, or `lambdas: {<type>: <name>}` in steploom.yaml, names the Lambda function that runs it."},
		{Code: string(Mode), Title: "Edge cannot be followed", Doc: "The edge's mode is unknown or lacks what it needs."},
		{Code: string(Join), Title: "Join not available", Doc: "Step Functions waits for all branches of a Parallel state; there is no way to go on after some of them and cancel the others."},
		{Code: string(Concurrency), Title: "Concurrency lost", Doc: "The graph cannot be written as nested parallel branches, so some nodes run one after another although the graph would let them run at once. The order that the edges demand is kept."},
		{Code: string(Entry), Title: "No start", Doc: "Every node has a predecessor, so the first node of the document is taken as the start."},
		{Code: string(Ignored), Title: "Describes only", Doc: "The key describes the workflow; nothing is compiled from it."},
		{Code: string(UnknownKey), Title: "Unknown key", Doc: "The key has no meaning in OSOP and no effect."},
		{Code: string(Runtime), Title: "Setting not supported", Doc: "The node's runtime says something that would change what runs but that the function cannot do."},
		{Code: string(Address), Title: "Address", Doc: "How url and endpoint are put together, or why they cannot be."},
		{Code: string(Secret), Title: "Credentials", Doc: "Credentials are references to secrets; they never stand in a definition."},
		{Code: string(Command), Title: "Command line not understood", Doc: "Only a command line that is one jq program runs without a Lambda function of its own."},
		{Code: string(Database), Title: "Database", Doc: "The engine or what to do with it is missing or not supported."},
		{Code: string(Audit), Title: "Audit row", Doc: "A db node without a query, a table or an action writes its inputs as one JSON row into a table of its own name, which is created when it is missing."},
		{Code: string(Retry), Title: "Retry", Doc: "The retry policy cannot be said in terms of Step Functions."},
		{Code: string(Time), Title: "Time", Doc: "A duration that cannot be read, or that was rounded up to whole seconds."},
		{Code: string(Trigger), Title: "Trigger", Doc: "The trigger is unknown or cannot start this workflow."},
		{Code: string(Reference), Title: "Sub-workflow", Doc: "The workflow that is referred to is not there, or refers back to itself."},
		{Code: string(Word), Title: "Word without quotes", Doc: "A name that nothing defines stands on the right of a comparison; it is read as text."},
		{Code: string(Human), Title: "Person", Doc: "What can and cannot be asked of a person."},
		{Code: string(Input), Title: "Input", Doc: "What a run is given."},
		{Code: string(Writers), Title: "Several writers", Doc: "Nodes that can run at once put out the same name; which value stays is not defined."},
	}
}
