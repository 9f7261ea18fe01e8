package endpoint_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/endpoint"
)

// script answers as it is told and notes what it is asked.
type script struct {
	asked     []string
	execution endpoint.Execution
	err       error
}

func (s *script) note(words ...string) error {
	s.asked = append(s.asked, strings.Join(words, " "))
	return s.err
}

func (s *script) StartSync(_ context.Context, start endpoint.Start) (endpoint.Execution, error) {
	return s.execution, s.note("start sync", start.Machine, start.Name, string(start.Input))
}

func (s *script) Start(_ context.Context, start endpoint.Start) (endpoint.Execution, error) {
	return s.execution, s.note("start", start.Machine, start.Name, string(start.Input))
}

func (s *script) Describe(_ context.Context, arn string) (endpoint.Execution, error) {
	return s.execution, s.note("describe", arn)
}

func (s *script) Succeed(_ context.Context, token string, output []byte) error {
	return s.note("succeed", token, string(output))
}

func (s *script) Fail(_ context.Context, token, name, cause string) error {
	return s.note("fail", token, name, cause)
}

func (s *script) Heartbeat(_ context.Context, token string) error { return s.note("heartbeat", token) }

// client is the SDK's own client of an endpoint over the script.
func client(t *testing.T, s *script) (*sfn.Client, string) {
	t.Helper()
	server := httptest.NewServer(endpoint.States(s))
	t.Cleanup(server.Close)
	return sfn.New(sfn.Options{
		Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1, APIOptions: []func(*middleware.Stack) error{withoutPrefix},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "any", SecretAccessKey: "thing"}, nil
		}),
	}), server.URL
}

const machineARN = "arn:aws:states:eu-central-1:123456789012:stateMachine:shop-pay"

var began = time.Date(2026, 3, 1, 9, 5, 0, 123e6, time.UTC)

func finished() endpoint.Execution {
	return endpoint.Execution{
		ARN: "arn:aws:states:eu-central-1:123456789012:express:shop-pay:n:u", Name: "n", Machine: machineARN, Status: "SUCCEEDED",
		Input: []byte(`{"a":1}`), Output: []byte(`{"b":"<é>"}`), Started: began, Stopped: began.Add(1234 * time.Millisecond),
	}
}

// withoutPrefix keeps the SDK from putting sync- before the host.
func withoutPrefix(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("WithoutPrefix",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
		}), middleware.Before)
}

// TestTheSDKReadsAnswers calls every operation by the SDK's own client.
func TestTheSDKReadsAnswers(t *testing.T) {
	s := &script{execution: finished()}
	c, _ := client(t, s)
	ctx := t.Context()
	sync, err := c.StartSyncExecution(ctx, &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(machineARN), Name: aws.String("n"), Input: aws.String(`{"a":1}`)})
	if err != nil {
		t.Fatal(err)
	}
	got := []any{*sync.ExecutionArn, *sync.StateMachineArn, *sync.Name, string(sync.Status), *sync.Input, *sync.Output, sync.StartDate.UTC(), sync.StopDate.UTC(),
		sync.BillingDetails.BilledDurationInMilliseconds, sync.BillingDetails.BilledMemoryUsedInMB, sync.Error == nil, sync.OutputDetails.Included}
	want := []any{"arn:aws:states:eu-central-1:123456789012:express:shop-pay:n:u", machineARN, "n", "SUCCEEDED", `{"a":1}`, `{"b":"<é>"}`, began,
		began.Add(1234 * time.Millisecond), int64(1300), int64(64), true, true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	start, err := c.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(machineARN), Name: aws.String("n"), Input: aws.String(`{"a":1}`)})
	if err != nil || *start.ExecutionArn != s.execution.ARN || !start.StartDate.Equal(began) {
		t.Errorf("%v %v", start, err)
	}
	s.execution.Stopped, s.execution.Status, s.execution.Output = time.Time{}, "RUNNING", nil
	running, err := c.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: start.ExecutionArn})
	if err != nil || running.Status != "RUNNING" || *running.Input != `{"a":1}` || running.Output != nil || running.StopDate != nil {
		t.Errorf("%v %v", running, err)
	}
	_, success := c.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: aws.String("t"), Output: aws.String(`[1]`)})
	_, failure := c.SendTaskFailure(ctx, &sfn.SendTaskFailureInput{TaskToken: aws.String("t"), Error: aws.String("E"), Cause: aws.String("c")})
	_, beat := c.SendTaskHeartbeat(ctx, &sfn.SendTaskHeartbeatInput{TaskToken: aws.String("t")})
	if err := errors.Join(success, failure, beat); err != nil {
		t.Error(err)
	}
	asked := []string{"start sync " + machineARN + ` n {"a":1}`, "start " + machineARN + ` n {"a":1}`, "describe " + finished().ARN, "succeed t [1]", "fail t E c", "heartbeat t"}
	if diff := cmp.Diff(asked, s.asked); diff != "" {
		t.Error(diff)
	}
}

// TestTheSDKReadsErrors: an exception of the service, and a fault.
func TestTheSDKReadsErrors(t *testing.T) {
	for _, test := range []struct {
		err    error
		code   string
		status int
	}{
		{endpoint.Refuse("StateMachineDoesNotExist", "there is no %q", "x"), "StateMachineDoesNotExist", 400},
		{&endpoint.Error{Code: "ServiceUnavailable", Message: "no", Status: 503}, "ServiceUnavailable", 503},
		{errors.New("broken"), "InternalFailure", 500},
	} {
		c, _ := client(t, &script{err: test.err})
		_, err := c.SendTaskHeartbeat(t.Context(), &sfn.SendTaskHeartbeatInput{TaskToken: aws.String("t")})
		refused, _ := errors.AsType[smithy.APIError](err)
		answer, _ := errors.AsType[*smithyhttp.ResponseError](err)
		if refused == nil || refused.ErrorCode() != test.code || answer.HTTPStatusCode() != test.status {
			t.Errorf("%v: the SDK reads %v", test.err, err)
		}
	}
}

// TestRefused are requests that never come to the executions.
func TestRefused(t *testing.T) {
	long := strings.Repeat("x", 262_145)
	for _, test := range []struct{ target, body, code string }{
		{"AWSStepFunctions.StartSyncExecution", `{`, "SerializationException"},
		{"AWSStepFunctions.StartSyncExecution", `{"input": "{}"}`, "ValidationException"},
		{"AWSStepFunctions.StartSyncExecution", `{"stateMachineArn": "m", "input": "{"}`, "InvalidExecutionInput"},
		{"AWSStepFunctions.StartSyncExecution", `{"stateMachineArn": "m", "input": "\"` + long + `\""}`, "ValidationException"},
		{"AWSStepFunctions.StartSyncExecution", `{"stateMachineArn": "m", "name": "a b"}`, "InvalidName"},
		{"AWSStepFunctions.StartSyncExecution", `{"stateMachineArn": "m", "name": "` + strings.Repeat("n", 81) + `"}`, "InvalidName"},
		{"AWSStepFunctions.SendTaskSuccess", `{"taskToken": "t", "output": "nothing"}`, "InvalidOutput"},
		{"AWSStepFunctions.SendTaskFailure", `{"taskToken": "t", "error": "` + strings.Repeat("e", 257) + `"}`, "ValidationException"},
		{"AWSStepFunctions.SendTaskFailure", `{"taskToken": "t", "cause": "` + strings.Repeat("c", 32_769) + `"}`, "ValidationException"},
		{"AWSStepFunctions.ListExecutions", `{}`, "UnknownOperationException"},
		{"", `{}`, "UnknownOperationException"},
		{"AWSStepFunctions.SendTaskHeartbeat", strings.Repeat(" ", 5<<20), "RequestEntityTooLargeException"},
	} {
		s := &script{}
		_, url := client(t, s)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Amz-Target", test.target)
		request.Header.Set("Content-Type", "application/x-amz-json-1.0")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		var body struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}
		if err := errors.Join(err, json.Unmarshal(text, &body)); err != nil {
			t.Fatal(err)
		}
		if body.Type != test.code || body.Message == "" || answer.Header.Get("X-Amzn-Errortype") != test.code || len(s.asked) > 0 {
			t.Errorf("%s %.60s: %s, asked %q", test.target, test.body, text, s.asked)
		}
	}
}

// TestDefaults: an execution without an input has {}, and the content type of the request comes back.
func TestDefaults(t *testing.T) {
	s := &script{execution: finished()}
	_, url := client(t, s)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(`{"stateMachineArn": "m"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "AWSStepFunctions.StartSyncExecution")
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if got := answer.Header.Get("Content-Type"); got != "application/x-amz-json-1.1" || answer.Header.Get("X-Amzn-Requestid") == "" {
		t.Errorf("header %v", answer.Header)
	}
	if diff := cmp.Diff([]string{"start sync m  {}"}, s.asked); diff != "" {
		t.Error(diff)
	}
}
