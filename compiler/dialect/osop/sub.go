package osop

import (
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// subWorkflow runs another workflow of the collection as one node.
func (g *graph) subWorkflow(n int) *task {
	node := g.document.Nodes[n]
	child := g.project.find(scalarText(node.WorkflowRef), g.document)
	if child == nil {
		g.report(diag.Error, codeReference, node.WorkflowRef.Range, "there is no workflow "+quoted(scalarText(node.WorkflowRef)), "A reference names the id or the file of a workflow that lies beside this one.",
			"put the file into the same folder, or correct the name")
		return nil
	}
	if g.project.leadsBack(child, g.document) {
		g.report(diag.Error, codeReference, node.WorkflowRef.Range, "workflow "+child.ID+" refers back to "+g.document.ID, "A workflow cannot run itself.", "break the circle")
		return nil
	}
	if node.TimeoutSeconds > 0 {
		g.report(diag.Note, codeTime, node.Range, "the time limit of node "+node.ID+" is that of the workflow it runs", "", "set timeout_sec in "+child.File)
	}
	return &task{operation: child.ID, arguments: object("body", g.subInputs(n)), result: build.Var(g.resultVariable(n))}
}

func (g *graph) subInputs(n int) *jsonata.Object {
	node := g.document.Nodes[n]
	inputs := jsonata.NewObject()
	for _, port := range node.Inputs {
		inputs.Set(port.Name, g.portValue(n, port))
	}
	if node.WorkflowInputs != nil && node.WorkflowInputs.Kind == source.Mapping {
		s := scope{graph: g, node: n, edge: -1}
		for _, entry := range node.WorkflowInputs.Entries() {
			inputs.Set(entry.Name, s.value(entry.Value))
		}
	}
	if name := g.iterators[n]; name != "" {
		inputs.Set(g.iteratorName(n), build.Var(name))
	}
	return inputs
}
