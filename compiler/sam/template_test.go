package sam_test

import (
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/task"
)

// document is a template with its intrinsic functions in the long form: {"Ref": "X"}, {"Fn::Sub": "…"}.
type document struct {
	Parameters, Conditions, Resources, Outputs map[string]map[string]any
}

// parsed reads a template.
func parsed(t testing.TB, template []byte) document {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal(template, &root); err != nil {
		t.Fatal(err)
	}
	sections := valueOf(t, root.Content[0]).(map[string]any)
	section := func(name string) map[string]map[string]any {
		found := map[string]map[string]any{}
		members, _ := sections[name].(map[string]any)
		for key, member := range members {
			found[key], _ = member.(map[string]any)
		}
		return found
	}
	return document{section("Parameters"), section("Conditions"), section("Resources"), section("Outputs")}
}

func valueOf(t testing.TB, node *yaml.Node) any {
	t.Helper()
	if name, short := strings.CutPrefix(node.Tag, "!"); short && !strings.HasPrefix(name, "!") {
		plain := *node
		plain.Tag = ""
		if node.Kind == yaml.ScalarNode {
			plain.Tag = "!!str"
		}
		inner := valueOf(t, &plain)
		switch name {
		case "Ref", "Condition":
			return map[string]any{name: inner}
		case "GetAtt":
			resource, attribute, _ := strings.Cut(inner.(string), ".")
			inner = []any{resource, attribute}
		}
		return map[string]any{"Fn::" + name: inner}
	}
	switch node.Kind {
	case yaml.MappingNode:
		members := map[string]any{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			members[node.Content[i].Value] = valueOf(t, node.Content[i+1])
		}
		return members
	case yaml.SequenceNode:
		items := make([]any, len(node.Content))
		for i, item := range node.Content {
			items[i] = valueOf(t, item)
		}
		return items
	}
	var value any
	if err := node.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// ofType are the resources of a type by name, each its properties.
func (d document) ofType(kind string) map[string]map[string]any {
	found := map[string]map[string]any{}
	for name, resource := range d.Resources {
		if resource["Type"] == kind {
			found[name], _ = resource["Properties"].(map[string]any)
		}
	}
	return found
}

// many is a workflow of n operations of one kind.
func many(t testing.TB, n int, mode ir.Mode) sam.Application {
	t.Helper()
	app := constant(t)
	first, machine := app.Workflow.Operations[0], app.Machines[0]
	app.Workflow.Operations, app.Machines = nil, nil
	for i := range n {
		operation := *first
		operation.Name, operation.Mode = fmt.Sprintf("GET /a${b}/%d", i), mode
		operation.Triggers = nil
		if mode == ir.Express {
			operation.Triggers = []ir.Trigger{&ir.HTTP{Method: "GET", Path: fmt.Sprintf("/a/%d", i)}}
		}
		app.Workflow.Operations = append(app.Workflow.Operations, &operation)
		app.Machines = append(app.Machines, sam.Machine{Name: task.MachineName(operation.Name), Operation: &operation, Definition: machine.Definition})
	}
	return app
}
