package sam

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/task"
)

// This file describes operations that requests do not wait for, as package functions/api serves them.

// idempotencyKey is the parameter that makes a repeated request the first one, unless the operation describes it itself.
func idempotencyKey(operation *ir.Operation) cfn.List {
	const name = "Idempotency-Key"
	if slices.ContainsFunc(operation.Parameters, func(p ir.Parameter) bool { return p.In == "header" && strings.EqualFold(p.Name, name) }) {
		return nil
	}
	return cfn.List{cfn.Map{
		{Key: "name", Value: name}, {Key: "in", Value: "header"},
		{Key: "description", Value: "A request with the key of an earlier one of the same caller is answered like that one, and starts nothing."},
		{Key: "schema", Value: cfn.Map{{Key: "type", Value: "string"}, {Key: "minLength", Value: 1}, {Key: "maxLength", Value: 255}}},
	}}
}

// acceptances are what an operation answers at once. What it answers on purpose is told of later.
func acceptances(later cfn.Map) cfn.Map {
	var statuses []string
	for _, entry := range later {
		if entry.Key != "default" {
			statuses = append(statuses, entry.Key)
		}
	}
	text := "The operation has started; " + pathOfExecutions() + " tells how it stands"
	if len(statuses) > 0 {
		text += " and in the end its answer, with the status " + strings.Join(statuses, " or ")
	}
	location := cfn.Map{{Key: "description", Value: "Where it is told how the execution stands."}, {Key: "schema", Value: ofType("string")}}
	body := object(cfn.Entry{Key: "id", Value: ofType("string")})
	return cfn.Map{
		{Key: "202", Value: cfn.Map{
			{Key: "description", Value: cfn.Text(text + ".")}, {Key: "headers", Value: cfn.Map{{Key: "Location", Value: location}}},
			{Key: "content", Value: jsonContent(body)},
		}},
		{Key: "422", Value: cfn.Map{{Key: "description", Value: "The Idempotency-Key has been used for another request."}}},
		{Key: "default", Value: cfn.Map{{Key: "description", Value: "An error: an object with a message."}}},
	}
}

// executionEventName names the request that asks how an execution stands. No state machine has an underscore in its name.
const executionEventName = "execution_status"

// pathOfExecutions is the path of task.ExecutionRoute.
func pathOfExecutions() string {
	_, path, _ := strings.Cut(task.ExecutionRoute, " ")
	return path
}

// executionPath describes the route under which executions are told of, nothing where requests wait for every operation.
func (p describer) executionPath() cfn.Map {
	if len(asynchronous(p.machines)) == 0 {
		return nil
	}
	answer := object(
		cfn.Entry{Key: "statusCode", Value: ofType("integer")},
		cfn.Entry{Key: "headers", Value: cfn.Map{{Key: "type", Value: "object"}, {Key: "additionalProperties", Value: ofType("string")}}},
		cfn.Entry{Key: "cookies", Value: cfn.Map{{Key: "type", Value: "array"}, {Key: "items", Value: ofType("string")}}},
		cfn.Entry{Key: "body", Value: cfn.Map{}},
		cfn.Entry{Key: "isBase64Encoded", Value: ofType("boolean")},
	)
	statuses := cfn.ListOf([]string{"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"})
	standing := object(
		cfn.Entry{Key: "id", Value: ofType("string")},
		cfn.Entry{Key: "status", Value: cfn.Map{{Key: "type", Value: "string"}, {Key: "enum", Value: statuses}}},
		cfn.Entry{Key: "answer", Value: answer},
	)
	get := cfn.Map{
		{Key: "operationId", Value: executionEventName}, {Key: "summary", Value: "How an execution stands, and in the end its answer"},
		{Key: "parameters", Value: cfn.List{cfn.Map{
			{Key: "name", Value: "id"}, {Key: "in", Value: "path"}, {Key: "required", Value: true}, {Key: "schema", Value: ofType("string")},
		}}},
		{Key: "responses", Value: cfn.Map{
			{Key: "200", Value: cfn.Map{{Key: "description", Value: "The status, and the answer of an execution that has ended."}, {Key: "content", Value: jsonContent(standing)}}},
			{Key: "404", Value: cfn.Map{{Key: "description", Value: "There is no such execution, or another caller has started it."}}},
			{Key: "default", Value: cfn.Map{{Key: "description", Value: "An error: an object with a message."}}},
		}},
	}
	get = append(get, p.ownSecurity(task.ExecutionRoute)...)
	return cfn.Map{{Key: pathOfExecutions(), Value: cfn.Map{{Key: "get", Value: get}}}}
}

func ofType(name string) cfn.Map { return cfn.Map{{Key: "type", Value: name}} }

func object(properties ...cfn.Entry) cfn.Map {
	return cfn.Map{{Key: "type", Value: "object"}, {Key: "properties", Value: cfn.Map(properties)}}
}

func jsonContent(schema cfn.Map) cfn.Map {
	return cfn.Map{{Key: jsonType, Value: cfn.Map{{Key: "schema", Value: schema}}}}
}
