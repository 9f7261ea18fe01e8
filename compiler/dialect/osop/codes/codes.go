// Package codes names what can be wrong with, or worth saying about, a process graph.
package codes

import (
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// The codes, in the order of Rules.
const (
	Shape       report.Code = "OSP001"
	Version     report.Code = "OSP002"
	Duplicate   report.Code = "OSP003"
	Dangling    report.Code = "OSP004"
	Unreachable report.Code = "OSP005"
	Unbounded   report.Code = "OSP006"
	UnknownName report.Code = "OSP007"
	Condition   report.Code = "OSP008"
	NotRunnable report.Code = "OSP009"
	Unbound     report.Code = "OSP010"
	Mode        report.Code = "OSP011"
	Join        report.Code = "OSP012"
	Concurrency report.Code = "OSP013"
	Entry       report.Code = "OSP014"
	Ignored     report.Code = "OSP015"
	UnknownKey  report.Code = "OSP016"
	Runtime     report.Code = "OSP017"
	Address     report.Code = "OSP018"
	Secret      report.Code = "OSP019"
	Command     report.Code = "OSP020"
	Database    report.Code = "OSP021"
	Audit       report.Code = "OSP022"
	Retry       report.Code = "OSP023"
	Time        report.Code = "OSP024"
	Trigger     report.Code = "OSP025"
	Reference   report.Code = "OSP026"
	Word        report.Code = "OSP027"
	Human       report.Code = "OSP028"
	Input       report.Code = "OSP029"
	Writers     report.Code = "OSP030"
)

// Documentation are the keys from which nothing is compiled and of which nothing is said, wherever they stand: they document.
const Documentation = "name title description purpose summary explain doc docs label note notes comment comments author owner license tags icon ui " +
	"created updated created_at updated_at"

// Strays is what is said of keys that nobody asked for.
func Strays() source.Strays {
	return source.Strays{Unknown: UnknownKey, Describes: Ignored, Documentation: Documentation}
}

// Rules describes the codes.
func Rules() []diag.Rule {
	return []diag.Rule{
		Shape.Rule("Not the shape of a process graph", "A document needs nodes with id and type, and edges with from and to."),
		Version.Rule("Unknown version", "Versions 1.0, 1.1 and 2.0 are read as one superset. A higher minor version is read with a warning."),
		Duplicate.Rule("Id used twice", "Edges name nodes by id, so an id must be unique. When two nodes share one, the second is refused."),
		Dangling.Rule("No such node", "An edge, a case of a switch or an escalation names a node that the document does not have."),
		Unreachable.Rule("Never reached", "No path from a start leads to the node, so it never runs."),
		Unbounded.Rule("Cycle without a bound", "An edge closes a cycle and does not say how often it may be taken. Three times is assumed; `max_iterations` on the edge says otherwise. When the bound is reached the next edge that fits is followed, or the run fails."),
		UnknownName.Rule("Unknown name", "A reference names nothing that a node puts out or a run is given, or, as a warning, what no node before puts out."),
		Condition.Rule("Condition not understood", "Conditions are CEL and a few forms found in practice. What cannot be read is refused rather than guessed."),
		NotRunnable.Rule("Node cannot run", "The node lacks what it needs to run, or asks for something that no function does. `x-steploom-lambda` on the node hands it to a Lambda function."),
		Unbound.Rule("Node is not bound", "Steploom has no function for nodes of this type. `x-steploom-lambda: <name or ARN>` on the node, or `lambdas: {<type>: <name>}` in steploom.yaml, names the Lambda function that runs it."),
		Mode.Rule("Edge cannot be followed", "The edge's mode is unknown or lacks what it needs."),
		Join.Rule("Join not available", "Step Functions waits for all branches of a Parallel state; there is no way to go on after some of them and cancel the others."),
		Concurrency.Rule("Concurrency lost", "The graph cannot be written as nested parallel branches, so some nodes run one after another although the graph would let them run at once. The order that the edges demand is kept."),
		Entry.Rule("No start", "Every node has a predecessor, so the first node of the document is taken as the start."),
		Ignored.Rule("Describes only", "The key describes the workflow; nothing is compiled from it."),
		UnknownKey.Rule("Unknown key", "The key has no meaning in OSOP and no effect."),
		Runtime.Rule("Setting not supported", "The node's runtime says something that would change what runs but that the function cannot do."),
		Address.Rule("Address", "How url and endpoint are put together, or why they cannot be."),
		Secret.Rule("Credentials", "Credentials are references to secrets; they never stand in a definition."),
		Command.Rule("Command line not understood", "Only a command line that is one jq program runs without a Lambda function of its own."),
		Database.Rule("Database", "The engine or what to do with it is missing or not supported."),
		Audit.Rule("Audit row", "A db node without a query, a table or an action writes its inputs as one JSON row into a table of its own name, which is created when it is missing."),
		Retry.Rule("Retry", "The retry policy cannot be said in terms of Step Functions."),
		Time.Rule("Time", "A duration that cannot be read, or that was rounded up to whole seconds."),
		Trigger.Rule("Trigger", "The trigger is unknown or cannot start this workflow."),
		Reference.Rule("Sub-workflow", "The workflow that is referred to is not there, or refers back to itself."),
		Word.Rule("Word without quotes", "A name that nothing defines stands on the right of a comparison; it is read as text."),
		Human.Rule("Person", "What can and cannot be asked of a person."),
		Input.Rule("Input", "What a run is given."),
		Writers.Rule("Several writers", "Nodes that can run at once put out the same name; which value stays is not defined."),
	}
}
