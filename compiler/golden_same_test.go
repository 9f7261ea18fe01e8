package compiler_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

func substitution(machine compiler.Machine) string {
	return task.MachineSubstitution(machine.Name)
}

// normalised is a definition without comments, with states and variables named in the order in which they come up.
func normalised(t *testing.T, machine compiler.Machine) string {
	t.Helper()
	n := &normaliser{states: map[string]string{}, variables: map[string]string{}}
	n.nameStates(machine.Definition)
	text, err := asl.Marshal(machine.Definition)
	if err != nil {
		t.Fatal(err)
	}
	var decoded map[string]any
	if err := json.Unmarshal(text, &decoded); err != nil {
		t.Fatal(err)
	}
	fresh, err := json.MarshalIndent(n.machine(decoded, machine.Definition), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(fresh)
}

type normaliser struct{ states, variables map[string]string }

func (n *normaliser) nameStates(machine *asl.Machine) {
	for name, state := range machine.States.All() {
		n.states[name] = fmt.Sprintf("state %d", len(n.states)+1)
		switch state := state.(type) {
		case *asl.Map:
			n.nameStates(state.ItemProcessor)
		case *asl.Parallel:
			for _, branch := range state.Branches {
				n.nameStates(branch)
			}
		}
	}
}

// machine visits the states in their order, so that variables are named in it.
func (n *normaliser) machine(decoded map[string]any, machine *asl.Machine) map[string]any {
	states := map[string]any{}
	for name, state := range machine.States.All() {
		object := decoded["States"].(map[string]any)[name].(map[string]any)
		switch state := state.(type) {
		case *asl.Map:
			object["ItemProcessor"] = n.machine(object["ItemProcessor"].(map[string]any), state.ItemProcessor)
		case *asl.Parallel:
			for i, branch := range state.Branches {
				branches := object["Branches"].([]any)
				branches[i] = n.machine(branches[i].(map[string]any), branch)
			}
		}
		states[n.states[name]] = n.value("", object)
	}
	return map[string]any{"StartAt": n.states[decoded["StartAt"].(string)], "States": states}
}

func (n *normaliser) value(key string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		return n.object(key, value)
	case []any:
		for i, item := range value {
			value[i] = n.value(key, item)
		}
		return value
	case string:
		if key == "Next" || key == "Default" {
			return n.states[value]
		}
		return n.expression(value)
	default:
		return value
	}
}

func (n *normaliser) object(key string, object map[string]any) map[string]any {
	if _, isMachine := object["States"]; isMachine {
		return object
	}
	fresh := map[string]any{}
	for _, name := range sortedKeys(object) {
		switch {
		case name == "Comment":
		case key == "Assign":
			fresh[n.variable(name)] = n.value("", object[name])
		default:
			fresh[name] = n.value(name, object[name])
		}
	}
	return fresh
}

var variables = regexp.MustCompile(`\$[\p{L}_][\p{L}\d_]*`)

func (n *normaliser) expression(text string) string {
	if !strings.HasPrefix(text, "{%") {
		return text
	}
	return variables.ReplaceAllStringFunc(text, func(name string) string {
		if asl.IsReserved(name[1:]) {
			return name
		}
		return "$" + n.variable(name[1:])
	})
}

func (n *normaliser) variable(name string) string {
	if n.variables[name] == "" {
		n.variables[name] = fmt.Sprintf("v%d", len(n.variables)+1)
	}
	return n.variables[name]
}

func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}

	slices.Sort(keys)
	return keys
}
