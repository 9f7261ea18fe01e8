package task

// MachineNameLimit is the longest machine name. The 80 characters of CreateStateMachine's name are also those of the stack's name, of which it
// leaves 31, and of the character between them.
const MachineNameLimit = 48

// ExecutionRoute is the route of the HTTP API under which it is told how an execution stands that no request waits for.
const ExecutionRoute = "GET /executions/{id}"

// MachineName is the state machine name of an operation: its [ShortName] of at most MachineNameLimit characters. "GET /news/{id}" gives
// "get-news-id". Operations that differ only in punctuation or in case share a name; a compiler refuses such a pair.
func MachineName(operation string) string { return ShortName(operation, MachineNameLimit) }

// MachineSubstitution is the DefinitionSubstitutions key by which definitions refer to the state machine of an operation: "GET /news/{id}"
// gives "GetNewsIdStateMachineArn".
func MachineSubstitution(operation string) string {
	return LogicalID(MachineName(operation)) + "StateMachineArn"
}
