package aws

import (
	"context"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/executions"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// TestExecutionsStartAsTheSDKDoes compares the request with that of the SDK's own client.
func TestExecutionsStartAsTheSDKDoes(t *testing.T) {
	server, requests := service(t, `{"executionArn":"a","status":"SUCCEEDED","output":"{\"delivered\":true}"}`, 200)
	client := sfn.New(sfn.Options{
		Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "key", "token"),
		APIOptions: []func(*middleware.Stack) error{keepHost},
	})
	if _, err := client.StartSyncExecution(context.Background(), &sfn.StartSyncExecutionInput{
		StateMachineArn: sdk.String("arn:aws:states:eu-central-1:1:stateMachine:s_deliver:live"), Input: sdk.String(`{"a": 1}`), Name: sdk.String("t-0-1-0"),
	}); err != nil {
		t.Fatal(err)
	}
	executor := Executions(New(environment(server.URL, executions.MachinePrefixVariable, "arn:aws:states:eu-central-1:1:stateMachine:s_", executions.MachineAliasVariable, "live")))
	ctx := task.WithCaller(t.Context(), task.Caller{RequestID: "t-0-1-0"})
	got, err := executor.StartSync(ctx, "deliver", []byte(`{"a": 1}`))
	want := executions.Execution{ARN: "a", Status: executions.Succeeded, Output: []byte(`{"delivered":true}`)}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	first, second := (*requests)[0], (*requests)[1]
	for _, request := range []*recorded{&first, &second} {
		value, err := format.DecodeJSON([]byte(request.Body))
		if err != nil {
			t.Fatal(err)
		}
		members := value.(format.Object)
		slices.SortFunc(members, func(a, b format.Member) int { return strings.Compare(a.Name, b.Name) }) // their order is nobody's
		text, _ := format.EncodeJSON(members)
		request.Body = string(text)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("not as the SDK asks:\n%s", diff)
	}
}

func keepHost(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("KeepHost",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
		}), middleware.Before)
}

// TestExecutionsRepeatWhatDidNotStart: after a throttled call, but not where an execution may have run.
func TestExecutionsRepeatWhatDidNotStart(t *testing.T) {
	for _, test := range []struct {
		body  string
		first int
		calls int
	}{{`{"__type":"ThrottlingException","status":"SUCCEEDED"}`, 400, 2}, {`{"status":"SUCCEEDED"}`, 500, 1}} {
		server, requests := service(t, test.body, test.first, 200)
		executor := Executions(New(environment(server.URL, executions.MachinePrefixVariable, "arn:")))
		if _, err := executor.StartSync(t.Context(), "deliver", []byte("{}")); len(*requests) != test.calls || (err == nil) != (test.calls == 2) {
			t.Errorf("%d: %d calls, %v", test.first, len(*requests), err)
		}
	}
	if _, err := Executions(New(environment(""))).StartSync(t.Context(), "deliver", []byte("{}")); err == nil {
		t.Error("an executor without machines starts one")
	}
	if host := New(task.Variables(map[string]string{"AWS_REGION": "eu-west-1"})).endpoint(task.ServiceSFN, "sync-states"); host != "https://sync-states.eu-west-1.amazonaws.com" {
		t.Error(host)
	}
}
