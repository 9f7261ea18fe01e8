package aws

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/steploom/steploom/shared/executions"
	"github.com/steploom/steploom/shared/task"
)

// Executions starts executions by Step Functions: of the state machines whose ARNs begin with the variable executions.MachinePrefixVariable, through the
// alias of executions.MachineAliasVariable where there is one. AWS_ENDPOINT_URL_SFN sends the calls elsewhere. A call is repeated only after an answer that
// says that nothing was started.
func Executions(client *Client) executions.Executor { return stepFunctions{client} }

type stepFunctions struct{ client *Client }

// StartSync implements executions.Executor (Step Functions API, StartSyncExecution).
func (s stepFunctions) StartSync(ctx context.Context, machineName string, input []byte) (executions.Execution, error) {
	prefix := s.client.environment.Value(executions.MachinePrefixVariable)
	if prefix == "" {
		return executions.Execution{}, errors.New(executions.MachinePrefixVariable + " is not set")
	}
	start := struct {
		Machine string `json:"stateMachineArn"`
		Input   string `json:"input"`
		Name    string `json:"name,omitempty"`
	}{prefix + machineName, string(input), task.ExecutionName(task.CallerOf(ctx).RequestID)}
	if alias := s.client.environment.Value(executions.MachineAliasVariable); alias != "" {
		start.Machine += ":" + alias
	}
	var ended struct {
		ARN    string `json:"executionArn"`
		Status string `json:"status"`
		Output string `json:"output"`
		Error  string `json:"error"`
		Cause  string `json:"cause"`
	}
	err := s.client.Call(ctx, Operation{
		Service: "states", Host: "sync-states", ID: task.ServiceSFN, Target: "AWSStepFunctions.StartSyncExecution", Version: "1.0",
	}, start, &ended)
	if err != nil {
		return executions.Execution{}, err
	}
	return executions.Execution{ARN: ended.ARN, Status: ended.Status, Output: json.RawMessage(ended.Output), Error: ended.Error, Cause: ended.Cause}, nil
}
