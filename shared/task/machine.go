package task

import (
	"slices"
	"strings"
)

// MachineNameLimit is the longest machine name. The 80 characters of CreateStateMachine's name are also those of the stack's name, of which it
// leaves 31, and of the character between them.
const MachineNameLimit = 48

// ExecutionRoute is the route of the HTTP API under which it is told how an execution stands that no request waits for.
const ExecutionRoute = "GET /executions/{id}"

// MachineName is the state machine name of an operation whose workflow has no other that is alike: its [ShortName] of at most MachineNameLimit
// characters. "GET /news/{id}" gives "get-news-id".
func MachineName(operation string) string { return MachineNames{}.Of(operation) }

// MachineNames are the state machine names of a workflow's operations. The zero value serves a workflow in which no two are alike.
type MachineNames struct{ alike []string }

// NewMachineNames names the machines of operations. Operations that differ only in punctuation or in case, such as "GET /a-b" and "GET /a/b",
// have a hash in their names.
func NewMachineNames(operations []string) MachineNames {
	var names MachineNames
	first := map[string]string{}
	for _, operation := range operations {
		name := MachineName(operation)
		if other, taken := first[name]; taken && other != operation && !slices.Contains(names.alike, name) {
			names.alike = append(names.alike, name)
		}
		first[name] = operation
	}
	slices.Sort(names.alike)
	return names
}

// ReadMachineNames reads what [MachineNames.String] gives.
func ReadMachineNames(text string) MachineNames { return MachineNames{strings.Fields(text)} }

// String is the names that several operations would have, in one text: empty for most workflows.
func (n MachineNames) String() string { return strings.Join(n.alike, " ") }

// Of is the name of an operation's machine.
func (n MachineNames) Of(operation string) string {
	if name := ShortName(operation, MachineNameLimit); !slices.Contains(n.alike, name) {
		return name
	}
	return hashed(operation, MachineNameLimit)
}

// MachineSubstitution is the DefinitionSubstitutions key by which definitions refer to a state machine: "get-news-id" gives
// "GetNewsIdStateMachineArn".
func MachineSubstitution(machine string) string { return LogicalID(machine) + "StateMachineArn" }
