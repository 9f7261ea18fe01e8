// Package executions is how functions start executions of state machines and learn how they ended, whoever runs them.
package executions

import (
	"context"
	"encoding/json"
)

// The variables that name the state machines of a stack.
const (
	MachinePrefixVariable = "STEPLOOM_STATE_MACHINE_PREFIX"
	MachineAliasVariable  = "STEPLOOM_STATE_MACHINE_ALIAS"
)

// InputLimit is the number of bytes of an execution's input (Step Functions quotas).
const InputLimit = 256 << 10

// Execution is how an execution ended, or stands.
type Execution struct {
	ARN    string          // "" where nobody knows
	Status string          // SUCCEEDED, FAILED, TIMED_OUT or ABORTED; RUNNING of one that is not waited for
	Input  json.RawMessage // of one that is not waited for
	Output json.RawMessage // of a successful execution
	Error  string          // name of a failure
	Cause  string
}

// Statuses of an Execution (Step Functions API, StartSyncExecution and DescribeExecution).
const (
	Running   = "RUNNING"
	Succeeded = "SUCCEEDED"
	Failed    = "FAILED"
	TimedOut  = "TIMED_OUT"
)

// Executor runs a state machine to its end. An error means that there was no execution, or that nobody knows of it. The execution is called after the
// request that the context's task.Caller names, so that one is found by the other.
type Executor interface {
	StartSync(ctx context.Context, machineName string, input []byte) (Execution, error)
}
