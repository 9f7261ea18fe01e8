package local

import (
	"context"
	"strings"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/statemachine/endpoint"
)

// Start implements endpoint.Executions. An Express execution has a name of its own whatever it is called, and is not told of.
func (f stepFunctions) Start(_ context.Context, start endpoint.Start) (endpoint.Execution, error) {
	m, err := f.service.machineOf(start.Machine)
	if err != nil {
		return endpoint.Execution{}, err
	}
	name := start.Name
	if name == "" {
		name = blob.NewKey()
	}
	arn := executionARN(start.Machine, "execution", name)
	if m.express {
		name += ":" + blob.NewKey()
		arn = executionARN(start.Machine, "express", name)
	}
	started, err := f.service.startBehind(m, name, "", start.Input)
	switch {
	case err != nil:
		return endpoint.Execution{}, endpoint.Refuse("InvalidExecutionInput", "Invalid State Machine Execution Input: '%v'", err)
	case !started:
		return endpoint.Execution{}, endpoint.Refuse("ExecutionAlreadyExists", "Execution Already Exists: '%s'", arn)
	}
	known, _ := f.service.executions.find(executionName{m.name, name})
	return endpoint.Execution{ARN: arn, Started: known.started}, nil
}

// executionARN is the ARN of an execution, which has its machine's name without a version or an alias.
func executionARN(machine, kind, name string) string {
	parts := strings.Split(machine, ":")
	return strings.Join(append(parts[:5:5], kind, parts[6], name), ":")
}

// Describe implements endpoint.Executions.
func (f stepFunctions) Describe(_ context.Context, arn string) (endpoint.Execution, error) {
	parts := strings.Split(arn, ":")
	if len(parts) != 8 || parts[2] != "states" || parts[5] != "execution" {
		return endpoint.Execution{}, endpoint.Refuse("InvalidArn", "Invalid Arn: '%s'", arn)
	}
	machineARN := strings.Join(append(parts[:5:5], "stateMachine", parts[6]), ":")
	if m, err := f.service.machineOf(machineARN); err == nil {
		if known, found := f.service.executions.find(executionName{m.name, parts[7]}); found {
			is := known.execution
			return endpoint.Execution{
				ARN: arn, Name: parts[7], Machine: machineARN, Status: is.Status, Input: is.Input, Output: is.Output,
				Error: is.Error, Cause: is.Cause, Started: known.started, Stopped: known.stopped,
			}, nil
		}
	}
	return endpoint.Execution{}, endpoint.Refuse("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", arn)
}
