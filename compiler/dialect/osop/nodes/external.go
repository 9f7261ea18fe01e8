package nodes

import (
	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// external are the types whose nodes only run in a function of the author's.
func external() []Type {
	return []Type{
		{Name: "agent", Otherwise: "A language model needs a provider, a prompt and tools that only a function of yours knows."},
		{Name: "mcp", Otherwise: "A tool server needs a connection that outlives a Lambda invocation."},
		{Name: "git", Otherwise: "A repository needs a working copy and keys."},
		{Name: "docker", Otherwise: "Images cannot be built or run inside a Lambda function."},
		{Name: "cicd", Otherwise: "Builds and deployments run in their own system."},
		{Name: "infra", Otherwise: "Infrastructure tools need their programs, state and wide permissions."},
		{Name: "company", Otherwise: "Another organisation is reached in a way that only you know."},
		{Name: "department", Otherwise: "A queue of people is reached in a way that only you know."},
	}
}

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
		secrets = append(secrets, ast.Texts(a.security.Take(key))...)
	}
	arguments := ir.Object("workflow", a.Document.ID, "node", a.node.ID, "type", a.node.Type, "subtype", orNil(a.node.Subtype), "purpose", orNil(a.node.Purpose),
		"runtime", runtime, "inputs", a.withItem(a.inputs()), "outputs", orNil(portNames(a.node.Outputs)), "secrets", orNil(listOf(secrets)))
	return &Task{Function: function, External: true, Arguments: arguments, Result: ir.Result(), Writes: true}
}
