package compiler

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions"
)

// Application gives what the writer of the AWS application reads of a compilation. name is that of the workflow's folder: what its stacks are
// called after, and the workflow itself where its source does not say.
func (o Output) Application(name string) sam.Application {
	workflow := *o.Workflow
	if workflow.Name == "" {
		workflow.Name = name
	}
	app := sam.Application{Folder: name, Workflow: &workflow, Catalogue: functions.Rows()}
	for _, machine := range o.Machines {
		at := slices.IndexFunc(workflow.Operations, func(operation *ir.Operation) bool { return operation.Name == machine.Operation })
		app.Machines = append(app.Machines, sam.Machine{Name: machine.Name, Operation: workflow.Operations[at], Definition: machine.Definition})
	}
	return app
}
