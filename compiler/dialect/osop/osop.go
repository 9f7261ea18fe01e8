// Package osop reads OSOP process graphs: nodes that do work, edges that say what follows what.
//
// Each stage is a package of its own below this one, which only wires them, in the order in which a document goes through:
//
//	parse      YAML to the syntax tree of package ast
//	model      the tree by numbers: nodes, edges, waits, and what follows from their shape (package flow)
//	nodes      what runs each node, and its task: a file and a table row per node type
//	routes     the conditions of edges (package condition) and the ways out of each node: edges has a file and a table row per edge mode
//	triggers   what starts a run
//	steps      what is bound and done where, written in order by package flow
//
// Package names resolves references for all of them. Each imports only what stands before it; the order is in deps_test.go.
package osop

import (
	"cmp"

	"github.com/steploom/steploom/compiler/dialect"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/dialect/osop/nodes"
	"github.com/steploom/steploom/compiler/dialect/osop/parse"
	"github.com/steploom/steploom/compiler/dialect/osop/routes"
	"github.com/steploom/steploom/compiler/dialect/osop/steps"
	"github.com/steploom/steploom/compiler/dialect/osop/triggers"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// Dialect is the language as the compiler sees it.
func Dialect() dialect.Dialect {
	return dialect.Dialect{
		Name: "osop", Detect: parse.Detect, Parse: read, Rules: codes.Rules,
		Recognised: "a file name that ends in .osop or .sop (.yaml, .yml or .json may follow), or a YAML file with osop_version and nodes, or sop_version, as keys of its top level",
	}
}

// read reads a project: one workflow of all documents, an operation of each.
func read(files source.Files) (*ir.Workflow, diag.List) {
	reader := &source.Reader{}
	var types []string
	for _, row := range nodes.Table() {
		types = append(types, row.Name)
	}
	project := parse.Project(reader, files, types)
	if len(project.Documents) == 0 {
		return nil, reader.Problems().Sorted()
	}
	around := nodes.Around{Project: project}
	var graphs []graph
	for _, document := range project.Documents {
		if len(document.Nodes) > 0 {
			g := graph{Graph: model.New(document, reader)}
			g.assigned = nodes.Handed(g.Graph, nodes.Assign(g.Graph, project.Lambdas), project, reader)
			around.Datasources = around.Datasources.With(document, g.assigned, reader)
			graphs = append(graphs, g)
		}
	}
	workflow := &ir.Workflow{Name: project.ID, Doc: project.Name, Range: project.Range, Connections: around.Datasources.Connections}
	for _, g := range graphs {
		workflow.Operations = append(workflow.Operations, g.operations(around, reader)...)
	}
	return workflow, reader.Problems().Sorted()
}

// graph is one document, and what runs its nodes.
type graph struct {
	*model.Graph
	assigned []nodes.Assignment
}

// answers tells whether a node makes an HTTP call, idle whether it only routes, so that it cannot fail.
func (g graph) answers(n flow.NodeID) bool { return g.assigned[n].Answers }

func (g graph) idle(n flow.NodeID) bool {
	return g.Wait(n) == nil && g.assigned[n].Idle && g.Node(n).GateOrNil == nil
}

// operations gives the operation of a document: one for each request that starts it, and one for everything else that does.
func (g graph) operations(around nodes.Around, reader *source.Reader) []*ir.Operation {
	all := names.New(g.Graph, g.answers, reader)
	w := steps.Workflow{Names: all, Plan: routes.Of(all, g.idle, nodes.Single(g.Graph, g.assigned))}
	w.Tasks, w.Gates = nodes.Tasks(all, g.assigned, around)
	requests, others := triggers.Of(g.Document, reader)
	for _, t := range w.Tasks {
		if t.Route != nil {
			requests = append(requests, t.Route)
		}
	}
	w.AnswersHTTP = len(requests) > 0
	body, warnings := steps.Of(w)
	w.Plan.Check(all, warnings)
	operation := ir.Operation{
		Name: g.Document.ID, Doc: cmp.Or(g.Document.Name, g.Document.Doc), TimeoutSeconds: g.Document.TimeoutSeconds, Steps: body, Range: g.Document.Range,
	}
	if len(requests)+len(others) == 0 {
		others = []ir.Trigger{&ir.Manual{Range: operation.Range}}
	}
	if len(requests) == 0 {
		operation.Triggers = others
		return []*ir.Operation{&operation}
	}
	var operations []*ir.Operation
	for _, request := range requests {
		own := operation
		own.Name, own.Triggers = request.Method+" "+request.Path, append([]ir.Trigger{request}, others...)
		operations, others = append(operations, &own), nil
	}
	return operations
}
