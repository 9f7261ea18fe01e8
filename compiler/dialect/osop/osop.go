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
	"github.com/steploom/steploom/compiler/dialect/osop/edges"
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
	project := parse.Project(reader, files)
	if len(project.Documents) == 0 {
		return nil, reader.Problems().Sorted()
	}
	workflow := &ir.Workflow{Name: project.ID, Doc: project.Name, Range: project.Range}
	around := nodes.Around{Project: project, Reader: reader}
	var graphs []graph
	for _, document := range project.Documents {
		if len(document.Nodes) == 0 {
			continue
		}
		g := graph{Graph: model.New(document, reader)}
		g.assigned = nodes.Assign(g.Graph, project.Lambdas)
		around.Datasources = around.Datasources.With(document, g.assigned, reader)
		graphs = append(graphs, g)
	}
	for _, g := range graphs {
		workflow.Operations = append(workflow.Operations, g.operations(around)...)
	}
	workflow.Connections = around.Datasources.Connections
	return workflow, reader.Problems().Sorted()
}

// graph is one document, and what runs its nodes.
type graph struct {
	*model.Graph
	assigned []nodes.Assignment
}

// operations gives the operation of a document, and one more for each further route.
func (g graph) operations(around nodes.Around) []*ir.Operation {
	all := names.New(g.Graph, nodes.Answers(g.Graph, g.assigned), around.Reader)
	w := steps.Workflow{Names: all, Tasks: nodes.Tasks(all, g.assigned, around), Gates: nodes.Gates(all, around), Plan: routes.Of(all, g.idle, around.Reader)}
	w.Plan.Check(g.Graph, around.Reader)
	requests, others := triggers.Of(g.Document, around.Reader)
	for _, t := range w.Tasks {
		if t.Route != nil {
			requests = append(requests, t.Route)
		}
	}
	w.AnswersHTTP = len(requests) > 0
	body, warnings := steps.Of(w)
	routes.Concurrency(g.Graph, warnings, around.Reader)
	return started(&ir.Operation{
		Name: g.Document.ID, Doc: cmp.Or(g.Document.Name, g.Document.Doc), TimeoutSeconds: g.Document.TimeoutSeconds, Steps: body, Range: g.Document.Range,
	}, requests, others)
}

// idle tells whether a node only routes, so that it cannot fail.
func (g graph) idle(n flow.NodeID) bool {
	return g.Wait(n) == nil && g.assigned[n].Way == nodes.Idle && g.Node(n).GateOrNil == nil
}

// started gives the operations that an operation stands for: one for each request, and one for everything else that starts it.
func started(operation *ir.Operation, requests []*ir.HTTP, others []ir.Trigger) []*ir.Operation {
	if len(requests) == 0 {
		operation.Triggers = others
		if len(others) == 0 {
			operation.Triggers = []ir.Trigger{&ir.Manual{Range: operation.Range}}
		}
		return []*ir.Operation{operation}
	}
	var operations []*ir.Operation
	for i, request := range requests {
		own := *operation
		own.Name, own.Triggers = request.Method+" "+request.Path, []ir.Trigger{request}
		if i == 0 {
			own.Triggers = append(own.Triggers, others...)
		}
		operations = append(operations, &own)
	}
	return operations
}

// NodeTypes lists the node types, EdgeModes the edge modes, for the documentation.
func NodeTypes() []nodes.Type { return nodes.Table() }

// EdgeModes lists the edge modes.
func EdgeModes() []edges.Mode { return edges.Table() }

// Rules describes the diagnostic codes.
func Rules() []diag.Rule { return codes.Rules() }
