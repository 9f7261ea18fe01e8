package nodes

import (
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

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
	inputs := a.inputs()
	for _, entry := range a.node.WorkflowInputs {
		inputs.Set(entry.Name, a.Value(entry.Value))
	}
	return &Task{Operation: child.ID, Arguments: ir.Object("body", a.withItem(inputs)), Result: build.Var(a.Of(a.At, names.Result))}
}
