// Package codes names what can be wrong with, or worth saying about, a process graph.
package codes

import "github.com/steploom/steploom/shared/diag"

// The codes, in the order of Rules.
const (
	Shape       = "OSP001"
	Version     = "OSP002"
	Duplicate   = "OSP003"
	Dangling    = "OSP004"
	Unreachable = "OSP005"
	Unbounded   = "OSP006"
	UnknownName = "OSP007"
	Condition   = "OSP008"
	NotRunnable = "OSP009"
	Unbound     = "OSP010"
	Mode        = "OSP011"
	Join        = "OSP012"
	Concurrency = "OSP013"
	Entry       = "OSP014"
	Ignored     = "OSP015"
	UnknownKey  = "OSP016"
	Runtime     = "OSP017"
	Address     = "OSP018"
	Secret      = "OSP019"
	Command     = "OSP020"
	Database    = "OSP021"
	Audit       = "OSP022"
	Retry       = "OSP023"
	Time        = "OSP024"
	Trigger     = "OSP025"
	Reference   = "OSP026"
	Word        = "OSP027"
	Human       = "OSP028"
	Input       = "OSP029"
	Writers     = "OSP030"
)

// Rules describes the codes.
func Rules() []diag.Rule {
	return []diag.Rule{
		{Code: Shape, Title: "Not the shape of a process graph", Doc: "A document needs nodes with id and type, and edges with from and to."},
		{Code: Version, Title: "Unknown version", Doc: "Versions 1.0, 1.1 and 2.0 are read as one superset. A higher minor version is read with a warning."},
		{Code: Duplicate, Title: "Id used twice", Doc: "Edges name nodes by id, so an id must be unique. When two nodes share one, the second is refused."},
		{Code: Dangling, Title: "No such node", Doc: "An edge, a case of a switch or an escalation names a node that the document does not have."},
		{Code: Unreachable, Title: "Never reached", Doc: "No path from a start leads to the node, so it never runs."},
		{Code: Unbounded, Title: "Cycle without a bound", Doc: "An edge closes a cycle and does not say how often it may be taken. Three times is assumed; `max_iterations` on the edge says otherwise. When the bound is reached the run fails with the original error."},
		{Code: UnknownName, Title: "Unknown name", Doc: "A reference names nothing that a node puts out or a run is given."},
		{Code: Condition, Title: "Condition not understood", Doc: "Conditions are CEL and a few forms found in practice. What cannot be read is refused rather than guessed."},
		{Code: NotRunnable, Title: "Node cannot run", Doc: "The node lacks what it needs to run, or asks for something that no function does. `x-steploom-lambda` on the node hands it to a Lambda function."},
		{Code: Unbound, Title: "Node is not bound", Doc: "Steploom has no function for nodes of this type. `x-steploom-lambda: <name or ARN>` on the node, or `lambdas: {<type>: <name>}` in steploom.yaml, names the Lambda function that runs it."},
		{Code: Mode, Title: "Edge cannot be followed", Doc: "The edge's mode is unknown or lacks what it needs."},
		{Code: Join, Title: "Join not available", Doc: "Step Functions waits for all branches of a Parallel state; there is no way to go on after some of them and cancel the others."},
		{Code: Concurrency, Title: "Concurrency lost", Doc: "The graph cannot be written as nested parallel branches, so some nodes run one after another although the graph would let them run at once. The order that the edges demand is kept."},
		{Code: Entry, Title: "No start", Doc: "Every node has a predecessor, so the first node of the document is taken as the start."},
		{Code: Ignored, Title: "Describes only", Doc: "The key describes the workflow; nothing is compiled from it."},
		{Code: UnknownKey, Title: "Unknown key", Doc: "The key has no meaning in OSOP and no effect."},
		{Code: Runtime, Title: "Setting not supported", Doc: "The node's runtime says something that would change what runs but that the function cannot do."},
		{Code: Address, Title: "Address", Doc: "How url and endpoint are put together, or why they cannot be."},
		{Code: Secret, Title: "Credentials", Doc: "Credentials are references to secrets; they never stand in a definition."},
		{Code: Command, Title: "Command line not understood", Doc: "Only a command line that is one jq program runs without a Lambda function of its own."},
		{Code: Database, Title: "Database", Doc: "The engine or what to do with it is missing or not supported."},
		{Code: Audit, Title: "Audit row", Doc: "A db node without a query, a table or an action writes its inputs as one JSON row into a table of its own name, which is created when it is missing."},
		{Code: Retry, Title: "Retry", Doc: "The retry policy cannot be said in terms of Step Functions."},
		{Code: Time, Title: "Time", Doc: "A duration that cannot be read, or that was rounded up to whole seconds."},
		{Code: Trigger, Title: "Trigger", Doc: "The trigger is unknown or cannot start this workflow."},
		{Code: Reference, Title: "Sub-workflow", Doc: "The workflow that is referred to is not there, or refers back to itself."},
		{Code: Word, Title: "Word without quotes", Doc: "A name that nothing defines stands on the right of a comparison; it is read as text."},
		{Code: Human, Title: "Person", Doc: "What can and cannot be asked of a person."},
		{Code: Input, Title: "Input", Doc: "What a run is given."},
		{Code: Writers, Title: "Several writers", Doc: "Nodes that can run at once put out the same name; which value stays is not defined."},
	}
}
