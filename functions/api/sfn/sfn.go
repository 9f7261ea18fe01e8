// Package sfn runs executions by Step Functions, for the api function on AWS.
package sfn

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/task"
)

// New makes an executor of the state machines whose ARNs begin with the variable api.MachinePrefixVariable, through
// the alias of api.MachineAliasVariable when there is one.
func New(client *aws.Client, environment task.Environment) api.Executor {
	return executor{client, environment}
}

type executor struct {
	client      *aws.Client
	environment task.Environment
}

// startSync is not idempotent: an Express execution runs at most once, and is not started again when nobody knows
// whether it ran.
func startSync() aws.Operation {
	return aws.Operation{Service: "states", Host: "sync-states", Target: "AWSStepFunctions.StartSyncExecution", Version: "1.0"}
}

// StartSync implements api.Executor (Step Functions API, StartSyncExecution).
func (e executor) StartSync(ctx context.Context, machineName string, input []byte) (api.Execution, error) {
	prefix := e.environment.Value(api.MachinePrefixVariable)
	if prefix == "" {
		return api.Execution{}, errors.New(api.MachinePrefixVariable + " is not set")
	}
	arn := prefix + machineName
	if alias := e.environment.Value(api.MachineAliasVariable); alias != "" {
		arn += ":" + alias
	}
	request := struct {
		StateMachineArn string `json:"stateMachineArn"`
		Input           string `json:"input"`
	}{arn, string(input)}
	var answer struct {
		Status string `json:"status"`
		Output string `json:"output"`
		Error  string `json:"error"`
		Cause  string `json:"cause"`
	}
	if err := e.client.Call(ctx, startSync(), request, &answer); err != nil {
		return api.Execution{}, err
	}
	return api.Execution{Status: answer.Status, Output: json.RawMessage(answer.Output), Error: answer.Error, Cause: answer.Cause}, nil
}
