package endpoint

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"time"
	"unicode/utf8"
)

// Executions runs executions. Its errors are *Error with the exceptions of the operation, or faults.
type Executions interface {
	// StartSync runs an execution of an Express machine to its end.
	StartSync(ctx context.Context, start Start) (Execution, error)
	// Start begins an execution and does not wait for it; of the Execution, ARN and Started count.
	Start(ctx context.Context, start Start) (Execution, error)
	// Describe tells of an execution by its ARN.
	Describe(ctx context.Context, arn string) (Execution, error)
	// Succeed, Fail and Heartbeat answer the task that waits for a token.
	Succeed(ctx context.Context, token string, output []byte) error
	Fail(ctx context.Context, token, name, cause string) error
	Heartbeat(ctx context.Context, token string) error
}

// Start is what an execution is started with.
type Start struct {
	// Machine is the ARN of a state machine, of a version or of an alias.
	Machine string
	// Name is that of the execution, "" for one that is made up.
	Name string
	// Input is a JSON text.
	Input []byte
}

// Execution is one execution.
type Execution struct {
	ARN, Name string
	// Machine is the ARN that it was started by.
	Machine string
	// Status is RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
	Status string
	// Input and Output are JSON texts; Output is that of an execution that has SUCCEEDED.
	Input, Output []byte
	Error, Cause  string
	Started       time.Time
	// Stopped is zero while it runs.
	Stopped time.Time
}

// expressMemoryMB is the least memory that an Express execution is billed for.
const expressMemoryMB = 64

// States are the operations of Step Functions over executions.
func States(executions Executions) Operations {
	s := states{executions}
	const service = "AWSStepFunctions."
	return Operations{
		service + "StartSyncExecution": Of(s.startSync),
		service + "StartExecution":     Of(s.start),
		service + "DescribeExecution":  Of(s.describe),
		service + "SendTaskSuccess":    Of(s.succeed),
		service + "SendTaskFailure":    Of(s.fail),
		service + "SendTaskHeartbeat":  Of(s.heartbeat),
	}
}

type states struct{ executions Executions }

// startInput is the input of StartExecution and StartSyncExecution.
type startInput struct {
	StateMachineArn string
	Name            string
	Input           *string
}

// The limits of the members (Step Functions API, StartExecution, SendTaskSuccess and SendTaskFailure).
const (
	nameLimit  = 80
	inputLimit = 262_144
	errorLimit = 256
	causeLimit = 32_768
)

// atMost refuses a member that is too long.
func atMost(limit int, member, value string) error {
	if utf8.RuneCountInString(value) <= limit {
		return nil
	}
	return Refuse("ValidationException", "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", member, limit)
}

// wrongName are the characters that no name of an execution has.
var wrongName = regexp.MustCompile("[\\x00-\\x20\\x7f-\\x9f<>{}\\[\\]?*\"#%\\\\^|~`$&,;:/]")

func (i startInput) start() (Start, error) {
	start := Start{Machine: i.StateMachineArn, Name: i.Name, Input: []byte("{}")}
	if i.Input != nil {
		start.Input = []byte(*i.Input)
	}
	switch {
	case start.Machine == "":
		return start, Refuse("ValidationException", "1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null")
	case atMost(inputLimit, "input", string(start.Input)) != nil:
		return start, atMost(inputLimit, "input", string(start.Input))
	case !json.Valid(start.Input):
		return start, Refuse("InvalidExecutionInput", "Invalid State Machine Execution Input: the input is not JSON")
	case utf8.RuneCountInString(start.Name) > nameLimit || wrongName.MatchString(start.Name):
		return start, Refuse("InvalidName", "Invalid Name: '%s'", start.Name)
	}
	return start, nil
}

// described is an execution in the answers of StartSyncExecution and DescribeExecution.
type described struct {
	ExecutionArn    string          `json:"executionArn"`
	StateMachineArn string          `json:"stateMachineArn"`
	Name            string          `json:"name"`
	Status          string          `json:"status"`
	StartDate       instant         `json:"startDate"`
	StopDate        *instant        `json:"stopDate,omitempty"`
	Input           string          `json:"input"`
	InputDetails    *included       `json:"inputDetails,omitempty"`
	Output          *string         `json:"output,omitempty"`
	OutputDetails   *included       `json:"outputDetails,omitempty"`
	Error           string          `json:"error,omitempty"`
	Cause           string          `json:"cause,omitempty"`
	BillingDetails  *billingDetails `json:"billingDetails,omitempty"`
}

type included struct {
	Included bool `json:"included"`
}

type billingDetails struct {
	Milliseconds int64 `json:"billedDurationInMilliseconds"`
	MemoryMB     int   `json:"billedMemoryUsedInMB"`
}

// instant is written in seconds since 1970 with milliseconds, as the protocol has dates.
type instant time.Time

// MarshalJSON implements json.Marshaler.
func (i instant) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Time(i).UnixMilli()) / 1000)
}

func (e Execution) described() described {
	d := described{
		ExecutionArn: e.ARN, StateMachineArn: e.Machine, Name: e.Name, Status: e.Status, StartDate: instant(e.Started),
		Input: string(e.Input), InputDetails: &included{true}, Error: e.Error, Cause: e.Cause,
	}
	if !e.Stopped.IsZero() {
		stopped := instant(e.Stopped)
		d.StopDate = &stopped
	}
	if e.Output != nil {
		output := string(e.Output)
		d.Output, d.OutputDetails = &output, &included{true}
	}
	return d
}

// startSync implements https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html.
func (s states) startSync(ctx context.Context, input startInput) (described, error) {
	start, err := input.start()
	if err != nil {
		return described{}, err
	}
	execution, err := s.executions.StartSync(ctx, start)
	if err != nil {
		return described{}, err
	}
	answer := execution.described()
	answer.BillingDetails = billing(execution.Stopped.Sub(execution.Started))
	return answer, nil
}

// billing rounds up to what an Express execution is billed for (Step Functions pricing: 100 ms, 64 MB).
func billing(took time.Duration) *billingDetails {
	const step = 100 * time.Millisecond
	steps := max(1, (took+step-1)/step)
	return &billingDetails{Milliseconds: (steps * step).Milliseconds(), MemoryMB: expressMemoryMB}
}

// begun is the answer of StartExecution.
type begun struct {
	ExecutionArn string  `json:"executionArn"`
	StartDate    instant `json:"startDate"`
}

// start implements https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html.
func (s states) start(ctx context.Context, input startInput) (begun, error) {
	start, err := input.start()
	if err != nil {
		return begun{}, err
	}
	execution, err := s.executions.Start(ctx, start)
	return begun{execution.ARN, instant(execution.Started)}, err
}

// describe implements https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html.
func (s states) describe(ctx context.Context, input struct{ ExecutionArn string }) (described, error) {
	execution, err := s.executions.Describe(ctx, input.ExecutionArn)
	return execution.described(), err
}

type empty struct{}

// succeed implements https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html.
func (s states) succeed(ctx context.Context, input struct{ TaskToken, Output string }) (empty, error) {
	if err := atMost(inputLimit, "output", input.Output); err != nil {
		return empty{}, err
	}
	if !json.Valid([]byte(input.Output)) {
		return empty{}, Refuse("InvalidOutput", "Invalid Output: the output is not JSON")
	}
	return empty{}, s.executions.Succeed(ctx, input.TaskToken, []byte(input.Output))
}

// fail implements https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html.
func (s states) fail(ctx context.Context, input struct{ TaskToken, Error, Cause string }) (empty, error) {
	if err := errors.Join(atMost(errorLimit, "error", input.Error), atMost(causeLimit, "cause", input.Cause)); err != nil {
		return empty{}, err
	}
	return empty{}, s.executions.Fail(ctx, input.TaskToken, input.Error, input.Cause)
}

// heartbeat implements https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html.
func (s states) heartbeat(ctx context.Context, input struct{ TaskToken string }) (empty, error) {
	return empty{}, s.executions.Heartbeat(ctx, input.TaskToken)
}
