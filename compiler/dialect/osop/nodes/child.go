package nodes

import (
	"slices"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/dialect/osop/parse"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// child runs another workflow of the project as one node.
func (a at) child() *Task {
	child := workflow(a.Project, a.node.Workflow.Name)
	switch {
	case child == nil:
		a.report(report.Error(codes.Reference, a.node.Workflow.Range, "there is no workflow %q", a.node.Workflow.Name).
			Why("A reference names the id or the file of a workflow that lies beside this one.").Fix("put the file into the same folder, or correct the name"))
		return nil
	case leadsTo(a.Project, child, a.Document, map[*ast.Document]bool{}):
		a.report(report.Error(codes.Reference, a.node.Workflow.Range, "workflow %s refers back to %s", child.ID, a.Document.ID).
			Why("A workflow cannot run itself.").Fix("break the circle"))
		return nil
	}
	if a.node.TimeoutSeconds > 0 {
		a.note(codes.Time, a.node.Range, "the time limit of node "+a.node.ID+" is that of the workflow it runs", "", "set timeout_sec in "+child.File)
	}
	inputs := a.inputs()
	for _, entry := range a.node.WorkflowInputs {
		inputs.Set(entry.Name, a.Value(entry.Value))
	}
	a.repeated(inputs)
	return &Task{Operation: child.ID, Arguments: names.Object("body", inputs), Result: build.Var(a.Of(a.At, names.Result))}
}

// workflow finds what workflow_ref names: an id, the stem of a file, or a path; nil when there is none.
func workflow(project *ast.Project, ref string) *ast.Document {
	name := parse.Stem(ref)
	for _, d := range project.Documents {
		if d.ID == ref || parse.Stem(d.File) == name || d.ID == name {
			return d
		}
	}
	return nil
}

// leadsTo tells whether a workflow is another or runs it, directly or through others.
func leadsTo(project *ast.Project, from, to *ast.Document, seen map[*ast.Document]bool) bool {
	if from == nil || seen[from] {
		return false
	}
	seen[from] = true
	return from == to || slices.ContainsFunc(from.Nodes, func(n *ast.Node) bool {
		return n.Workflow.Name != "" && leadsTo(project, workflow(project, n.Workflow.Name), to, seen)
	})
}
