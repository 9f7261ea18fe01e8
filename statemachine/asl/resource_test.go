package asl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/asl"
)

func TestParseResource(t *testing.T) {
	service := func(name, action string, pattern asl.Pattern) asl.Resource {
		return asl.Resource{Service: name, Action: action, Pattern: pattern}
	}
	for text, want := range map[string]asl.Resource{
		asl.LambdaInvoke: service("lambda", "invoke", asl.RequestResponse),
		asl.LambdaInvoke + string(asl.WaitForTaskToken): service("lambda", "invoke", asl.WaitForTaskToken),
		asl.StartExecution + string(asl.RunJobData):     service("states", "startExecution", asl.RunJobData),
		asl.StartExecution + string(asl.RunJob):         service("states", "startExecution", asl.RunJob),
		asl.StartSyncExecution:                          service("aws-sdk:sfn", "startSyncExecution", asl.RequestResponse),
		"arn:aws-us-gov:states:::aws-sdk:s3:getObject":  service("aws-sdk:s3", "getObject", asl.RequestResponse),
		"arn:aws:states:us-east-1:1:activity:ask":       {Kind: asl.ActivityResource},
		"arn:aws:lambda:us-east-1:1:function:f.sync":    {Kind: asl.FunctionResource},
		"arn:aws:states:us-east-1:1:stateMachine":       {Kind: asl.FunctionResource},
		"${SqlFunctionArn}":                             {Kind: asl.FunctionResource},
		"":                                              {Kind: asl.FunctionResource},
	} {
		want.Text = text
		if diff := cmp.Diff(want, asl.ParseResource(text)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	for text, want := range map[string][3]bool{
		asl.LambdaInvoke:                              {true, false, false},
		asl.StartExecution + string(asl.RunJob):       {false, true, false},
		asl.StartSyncExecution:                        {false, true, true},
		"arn:aws:states:::aws-sdk:sfn:listExecutions": {},
		"arn:aws:states:::aws-sdk:lambda:invoke":      {},
	} {
		r := asl.ParseResource(text)
		if got := [3]bool{r.InvokesFunction(), r.StartsExecution(), r.RunsExpress()}; got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestTarget(t *testing.T) {
	machine := read(t, `{"QueryLanguage": "JSONata", "StartAt": "a", "States": {
		"a": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "${SqlFunctionArn}", "Payload": 1}, "End": true},
		"b": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f", "Arguments": 2, "End": true},
		"c": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Arguments": {"StateMachineArn": "${M}", "FunctionName": "no"}, "End": true},
		"d": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "{% $f %}"}, "End": true},
		"e": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Arguments": {"FunctionName": "no"}, "End": true},
		"f": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": "{% $all %}", "End": true}}}`)
	want := map[string]struct {
		target  string
		payload any
		runs    bool
	}{"a": {"${SqlFunctionArn}", 1.0, true}, "b": {"arn:aws:lambda:us-east-1:1:function:f", 2.0, true}, "c": {"${M}", nil, false}, "d": {"", nil, true}, "e": {}, "f": {"", nil, true}}
	for name, state := range machine.States.All() {
		task := state.(*asl.Task)
		payload, runs := task.Payload()
		if got := want[name]; task.Target() != got.target || runs != got.runs || payload != got.payload {
			t.Errorf("%s runs %q with %v, %t", name, task.Target(), payload, runs)
		}
	}
}
