package nodes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Task is what a node does when its turn comes. One without a function and an operation is idle: it only hands on what comes in.
type Task struct {
	// Operation is the workflow that the node runs; otherwise Function is the function, a Lambda function of the author's when External.
	Operation, Function string
	External            bool
	Arguments           ir.Value
	// Result is the node's result in terms of ir.Result(), of an idle node what it hands on.
	Result jsonata.Node
	// Port gives what one output is bound to, in terms of ir.Result(); only tells that there is no other. nil takes the general rule.
	Port           func(name string, only bool) jsonata.Node
	TimeoutSeconds int
	// Writes tells that running the task twice may do harm, Waits that it waits for an answer from outside.
	Writes, Waits bool
	Retry         ir.Native
	// Route is the request that starts the run, of a node that is called instead of calling.
	Route *ir.HTTP
}

// Idle tells whether the node does no work.
func (t *Task) Idle() bool { return t.Operation == "" && t.Function == "" }

// Reads is the value of the task that reads variables.
func (t *Task) Reads() ir.Value {
	if t.Idle() {
		return t.Result
	}
	return t.Arguments
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
	runtime, security *source.Keys
	streams
}

// Handed gives the nodes of a bound type that Steploom cannot run to the functions of their types. It tries each of them, and says why it could not.
func Handed(g *model.Graph, assigned []Assignment, project *ast.Project, reader *source.Reader) []Assignment {
	assigned = slices.Clone(assigned)
	for n, node := range g.Nodes() {
		lambda := project.Lambdas[node.Type]
		if lambda == "" || !assigned[n].Here {
			continue
		}
		trial := &source.Reader{}
		all := names.New(g, func(n flow.NodeID) bool { return assigned[n].Answers }, trial)
		a := newAt(all, n, Around{Project: project}, streamsOf(g, assigned))
		if assigned[n].task(a) != nil {
			a.left(assigned[n].describes)
		}
		if i := slices.IndexFunc(trial.Problems(), func(d diag.Diagnostic) bool { return d.Severity == diag.Error }); i >= 0 {
			assigned[n] = Assignment{task: func(a at) *Task { return a.bound(lambda) }}
			reader.Report(codes.Unbound.Note(node.Range, "node %s is handed to the function %s", node.ID, lambda).
				Why("Steploom cannot run it itself: %s. The function is that of nodes of type %s.", trial.Problems()[i].Summary, node.Type))
		}
	}
	return assigned
}

func newAt(all *names.Names, n flow.NodeID, around Around, streams streams) at {
	node := all.Node(n)
	return at{Scope: all.From(n), Around: around, streams: streams, node: node, runtime: node.Runtime.Keys(), security: node.Security.Keys()}
}

// Tasks makes the tasks of all nodes of a workflow; a node that cannot run, which is reported, has an idle one. Gates are the questions by which
// nodes that are not people wait for an approval, nil for the others.
func Tasks(all *names.Names, assigned []Assignment, around Around) (tasks, gates []*Task) {
	streams := streamsOf(all.Graph, assigned)
	for n, node := range all.Nodes() {
		a := newAt(all, n, around, streams)
		t := assigned[n].task(a)
		if t != nil && assigned[n].Here {
			a.left(assigned[n].describes)
			if subtype := node.Subtype; subtype != "" && !slices.Contains(strings.Fields(assigned[n].subtypes), subtype) {
				a.Report(codes.Ignored.Note(node.TypeRange, "the subtype %s of %s nodes describes; nothing is compiled from it", subtype, node.Type))
			}
		} else if t == nil {
			t = &Task{Result: build.Null()}
		}
		t.TimeoutSeconds = cmp.Or(t.TimeoutSeconds, node.TimeoutSeconds)
		if !t.Idle() {
			t.Retry = a.retry(t)
			a.ask(t)
		}
		a.otherSecurity()
		tasks, gates = append(tasks, t), append(gates, a.gate())
	}
	return tasks, gates
}

// ask lets a function of Steploom work as long as the node may take.
func (a at) ask(t *Task) {
	arguments, ok := t.Arguments.(*jsonata.Object)
	if unasked := task.UnaskedSeconds(t.Function); !ok || t.External || unasked == 0 || t.TimeoutSeconds <= unasked {
		return
	}
	if t.TimeoutSeconds > task.LongestSeconds {
		a.Report(codes.Time.Warning(a.node.Range, "node %s ends after %d seconds", a.node.ID, task.LongestSeconds).Why("No Lambda function works longer."))
	}
	arguments.Set(task.AsksSeconds, float64(min(t.TimeoutSeconds, task.LongestSeconds)))
}

// left reports the runtime keys that nobody read. They would change what runs.
func (a at) left(describing string) {
	for _, entry := range a.runtime.Left(codes.Documentation) {
		if slices.Contains(strings.Fields(describing), entry.Name) {
			a.Report(codes.Strays().Describing(entry, a.node.Type+" nodes"))
			continue
		}
		a.Report(codes.Runtime.Error(entry.Key.Range, "%q is not a setting of %s nodes that Steploom can honour", entry.Name, a.node.Type).
			Fix("delete it, or hand the node to a function of your own by x-steploom-lambda"))
	}
}

// homeless is for a node of a type that only runs in a function of the author's.
func (a at) homeless() *Task {
	kind := a.node.Type
	if a.node.Subtype != "" {
		kind += " (" + a.node.Subtype + ")"
	}
	return a.unbound("nodes of type %s do not run by themselves", kind)
}

// refuse says why the node cannot run, and shows the way out. It gives no task.
func (a at) refuse(code report.Code, why, summary string, arguments ...any) *Task {
	return a.refuseAt(a.node.Range, code, why, summary, arguments...)
}

// unbound says that the node's type does not run here. It gives no task.
func (a at) unbound(summary string, arguments ...any) *Task {
	return a.refuseAt(a.node.TypeRange, codes.Unbound, find(a.node.Type).Otherwise, summary, arguments...)
}

func (a at) refuseAt(place diag.Range, code report.Code, why, summary string, arguments ...any) *Task {
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

func always(*ast.Node) bool { return true }

// bound hands the node to a Lambda function: its runtime and its inputs, and the names of the secrets that it may want.
func (a at) bound(function string) *Task {
	runtime := jsonata.NewObject()
	for _, entry := range a.node.Runtime.Entries {
		if a.node.Type == "cli" && (entry.Name == "command" || entry.Name == "cmd") {
			runtime.Set(entry.Name, a.shellText(entry.Value))
			continue
		}
		runtime.Set(entry.Name, a.Lenient(entry.Value))
	}
	var secrets []string
	for _, key := range []string{"secret_ref", "credentials", "secrets"} {
		secrets = append(secrets, source.Texts(a.security.Take(key))...)
	}
	arguments := ir.Object("workflow", a.Document.ID, "node", a.node.ID, "type", a.node.Type, "subtype", ir.NonEmpty(a.node.Subtype), "purpose", ir.NonEmpty(a.node.Purpose),
		"runtime", runtime, "inputs", a.withItem(a.inputs()), "outputs", ir.NonEmpty(ir.Texts(ast.Names(a.node.Outputs)...)), "secrets", ir.NonEmpty(ir.Texts(secrets...)))
	return &Task{Function: function, External: true, Arguments: arguments, Result: ir.Result(), Writes: true}
}

// child runs another workflow of the project as one node.
func (a at) child() *Task {
	ref := a.node.Workflow
	child := a.Project.Workflow(ref.Name)
	switch {
	case child == nil:
		a.Report(codes.Reference.Error(ref.Range, "there is no workflow %q", ref.Name).
			Why("A reference names the id or the file of a workflow that lies beside this one.").Fix("put the file into the same folder, or correct the name"))
		return nil
	case a.Project.Runs(child, a.Document):
		a.Report(codes.Reference.Error(ref.Range, "workflow %s refers back to %s", child.ID, a.Document.ID).Why("A workflow cannot run itself.").Fix("break the circle"))
		return nil
	}
	if a.node.TimeoutSeconds > 0 {
		a.Report(codes.Time.Note(a.node.Range, "the time limit of node %s is that of the workflow it runs", a.node.ID).Fix("set timeout_sec in %s", child.File))
	}
	for _, entry := range a.runtime.Left(codes.Documentation) {
		a.Report(codes.Runtime.Error(entry.Key.Range, "%q has no effect beside workflow_ref", entry.Name).Why("The node runs another workflow.").Fix("delete it, or hand it over by workflow_inputs"))
	}
	inputs := a.inputs()
	for _, entry := range a.node.WorkflowInputs {
		inputs.Set(entry.Name, a.Value(entry.Value))
	}
	return &Task{Operation: child.ID, Arguments: ir.Object("body", a.withItem(inputs)), Result: build.Var(a.Of(a.At, names.Result))}
}

// idle puts out what comes in.
func (a at) idle() *Task {
	t := &Task{Result: build.Null()}
	if len(a.node.Outputs) > 0 {
		if len(a.node.Inputs) > 0 {
			t.Result = a.input(none)
		}
		a.Report(codes.Ignored.Note(a.node.Outputs[0].Range, "node %s does no work; its outputs are its inputs", a.node.ID))
	}
	for _, entry := range a.runtime.Left(codes.Documentation) {
		a.Report(codes.Ignored.Note(entry.Key.Range, "%s describes; a node that only routes does no work", entry.Name).Fix("write the condition on its edges"))
	}
	return t
}

// retry says the node's retry policy, or the workflow's, in the terms of Step Functions.
func (a at) retry(t *Task) ir.Native {
	function := t.Function
	if t.External || t.Operation != "" {
		function = ""
	}
	if t.Waits {
		return nil
	}
	return cmp.Or(a.node.RetryOrNil, a.Document.RetryOrNil).Native(function, func(d diag.Reportable) { a.Report(d) })
}
