package asl

import (
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// The resources of tasks that run a Lambda function or another state machine. A pattern may follow where the service has it.
const (
	LambdaInvoke       = "arn:aws:states:::lambda:invoke"
	StartExecution     = "arn:aws:states:::states:startExecution"
	StartSyncExecution = "arn:aws:states:::aws-sdk:sfn:startSyncExecution"
)

// Pattern is how a task waits for a service, as the end of its Resource says (Step Functions developer guide, "Service integration patterns").
type Pattern string

// The patterns.
const (
	RequestResponse  Pattern = ""                  // goes on when the service has answered
	RunJob           Pattern = ".sync"             // goes on when the job has ended
	RunJobData       Pattern = ".sync:2"           // as RunJob, with the output as data instead of text
	WaitForTaskToken Pattern = ".waitForTaskToken" // goes on when somebody sends the task's token back
)

// ResourceKind is what a Resource names.
type ResourceKind int

// The kinds of resources.
const (
	ServiceResource  ResourceKind = iota // an action of a service: arn:aws:states:::lambda:invoke
	FunctionResource                     // a Lambda function, by its ARN or a substitution
	ActivityResource                     // an activity's ARN
)

// Resource is the Resource of a task, taken apart.
type Resource struct {
	Text string
	Kind ResourceKind
	// Service, Action and Pattern are those of a ServiceResource: "lambda", "invoke"; "aws-sdk:sfn", "startSyncExecution".
	Service, Action string
	Pattern         Pattern
}

// ParseResource takes the Resource of a task apart. What is neither an activity nor an integration of Step Functions is a function.
func ParseResource(text string) Resource {
	r := Resource{Text: text, Kind: FunctionResource}
	parts := strings.SplitN(text, ":", 6) // arn, partition, service, region, account, the rest
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "states" {
		return r
	}
	if strings.HasPrefix(parts[5], "activity:") {
		r.Kind = ActivityResource
		return r
	}
	rest, pattern := cutPattern(parts[5])
	at := strings.LastIndexByte(rest, ':')
	if at < 0 {
		return r
	}
	return Resource{Text: text, Kind: ServiceResource, Service: rest[:at], Action: rest[at+1:], Pattern: pattern}
}

func cutPattern(text string) (rest string, pattern Pattern) {
	for _, pattern := range []Pattern{RunJobData, RunJob, WaitForTaskToken} {
		if rest, ok := strings.CutSuffix(text, string(pattern)); ok {
			return rest, pattern
		}
	}
	return text, RequestResponse
}

// InvokesFunction tells whether a task with the resource runs a Lambda function through the Lambda integration.
func (r Resource) InvokesFunction() bool { return r.Service == "lambda" && r.Action == "invoke" }

// StartsExecution tells whether a task with the resource runs another state machine, by the integration of Step Functions itself or by its API.
func (r Resource) StartsExecution() bool {
	switch r.Service {
	case "states":
		return r.Action == "startExecution"
	case "aws-sdk:sfn":
		return r.Action == "startExecution" || r.Action == "startSyncExecution"
	}
	return false
}

// RunsExpress tells whether a task with the resource runs an Express state machine and has its output.
func (r Resource) RunsExpress() bool {
	return r.Service == "aws-sdk:sfn" && r.Action == "startSyncExecution"
}

// Target is what a task runs, as its definition names it: the FunctionName of a Lambda function, the StateMachineArn of another state machine, or
// the Resource itself where that is a function. It is "" for other services and where the name is computed.
func (t *Task) Target() string {
	var target any
	switch r := ParseResource(t.Resource); {
	case r.Kind == FunctionResource:
		target = t.Resource
	case r.InvokesFunction():
		target = member(t.Arguments, "FunctionName")
	case r.StartsExecution():
		target = member(t.Arguments, "StateMachineArn")
	}
	text, _ := target.(string)
	if _, computed := Source(text); computed {
		return ""
	}
	return text
}

// Payload is what a task sends to the Lambda function that it runs, and whether it runs one.
func (t *Task) Payload() (payload any, ok bool) {
	switch r := ParseResource(t.Resource); {
	case r.Kind == FunctionResource:
		return t.Arguments, true
	case r.InvokesFunction():
		return member(t.Arguments, "Payload"), true
	}
	return nil, false
}

// PayloadNumber is a number in what a task sends to its function, 0 when there is none or when it is computed.
func (t *Task) PayloadNumber(name string) float64 {
	payload, _ := t.Payload()
	number, _ := member(payload, name).(float64)
	return number
}

// member is a member of an object in data, nil when there is none.
func member(data any, name string) any {
	if object, ok := data.(*jsonata.Object); ok {
		value, _ := object.Get(name)
		return value
	}
	return nil
}
