// Package sfn runs executions by Step Functions, for the api function on AWS.
package sfn

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/task"
)

// New makes an executor of the state machines whose ARNs begin with the variable api.MachinePrefixVariable, through
// the alias of api.MachineAliasVariable when there is one. Region and credentials are those that Lambda puts into the
// environment; they are read for each call. AWS_ENDPOINT_URL_SFN or AWS_ENDPOINT_URL sends the calls elsewhere.
func New(environment task.Environment) Client {
	endpoint := environment.AWSEndpoint(task.ServiceSFN)
	options := sfn.Options{
		Region:      environment.Value("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(credentials(environment)),
		Retryer:     provablyNotRun(),
	}
	if endpoint != "" {
		options.BaseEndpoint = aws.String(endpoint)
		options.APIOptions = append(options.APIOptions, keepHost)
	}
	return executor{client: sfn.New(options), environment: environment}
}

// Client starts executions and answers the tasks of others.
type Client interface {
	api.Executor
	api.Starter
	api.Answerer
}

type executor struct {
	client      *sfn.Client
	environment task.Environment
}

// keepHost leaves out the "sync-" that the client puts before the host name: an endpoint that is not AWS's own has none.
func keepHost(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("KeepHost",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
		}), middleware.Before)
}

// credentials reads those of the function's role (Lambda, defined runtime environment variables).
func credentials(environment task.Environment) func(context.Context) (aws.Credentials, error) {
	return func(context.Context) (aws.Credentials, error) {
		found := aws.Credentials{
			AccessKeyID:     environment.Value("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: environment.Value("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    environment.Value("AWS_SESSION_TOKEN"),
		}
		if !found.HasKeys() {
			return aws.Credentials{}, errors.New("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set")
		}
		return found, nil
	}
}

// provablyNotRun starts an execution again only after an answer that says it was not started: an Express execution
// runs at most once.
func provablyNotRun() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.Retryables = []retry.IsErrorRetryable{retry.RetryableErrorCode{Codes: retry.DefaultThrottleErrorCodes}}
	})
}

// machineARN is the ARN of a state machine, with the alias if there is one.
func (e executor) machineARN(name string) (string, error) {
	prefix := e.environment.Value(api.MachinePrefixVariable)
	if prefix == "" {
		return "", errors.New(api.MachinePrefixVariable + " is not set")
	}
	if alias := e.environment.Value(api.MachineAliasVariable); alias != "" {
		name += ":" + alias
	}
	return prefix + name, nil
}

// executionARN is the ARN of an execution. It has the name of the machine without an alias, also where the execution was started through one (Step
// Functions API, StartExecution).
func (e executor) executionARN(machine, name string) (string, error) {
	prefix := e.environment.Value(api.MachinePrefixVariable)
	head, tail, ok := strings.Cut(prefix, ":stateMachine:")
	if !ok {
		return "", errors.New(api.MachinePrefixVariable + " is not the beginning of a state machine's ARN")
	}
	return head + ":execution:" + tail + machine + ":" + name, nil
}

// Start implements api.Starter (Step Functions API, StartExecution). The name makes it safe to try again whatever has happened.
func (e executor) Start(ctx context.Context, machineName, name string, input []byte) (started bool, err error) {
	arn, err := e.machineARN(machineName)
	if err != nil {
		return false, err
	}
	_, err = e.client.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: aws.String(arn), Name: aws.String(name), Input: aws.String(string(input)),
	}, tryAgain)
	if refusedAs(err, "ExecutionAlreadyExists") {
		return false, nil
	}
	return err == nil, err
}

func tryAgain(o *sfn.Options) { o.Retryer = retry.NewStandard() }

// Describe implements api.Starter (Step Functions API, DescribeExecution). What has only just started may not be seen yet, so that it is looked for
// twice.
func (e executor) Describe(ctx context.Context, machineName, name string) (execution api.Execution, found bool, err error) {
	arn, err := e.executionARN(machineName, name)
	if err != nil {
		return api.Execution{}, false, err
	}
	answer, err := e.describe(ctx, arn)
	if refusedAs(err, "ExecutionDoesNotExist") {
		select {
		case <-time.After(lookAgain):
		case <-ctx.Done():
		}
		answer, err = e.describe(ctx, arn)
	}
	if refusedAs(err, "ExecutionDoesNotExist", "InvalidArn") {
		return api.Execution{}, false, nil
	} else if err != nil {
		return api.Execution{}, false, err
	}
	return api.Execution{
		Status: string(answer.Status),
		Input:  json.RawMessage(aws.ToString(answer.Input)),
		Output: json.RawMessage(aws.ToString(answer.Output)),
		Error:  aws.ToString(answer.Error),
		Cause:  aws.ToString(answer.Cause),
	}, true, nil
}

// lookAgain is how long DescribeExecution, which is eventually consistent, may take to know of an execution.
const lookAgain = 300 * time.Millisecond

func (e executor) describe(ctx context.Context, arn string) (*sfn.DescribeExecutionOutput, error) {
	return e.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(arn)}, tryAgain)
}

// StartSync implements api.Executor (Step Functions API, StartSyncExecution).
func (e executor) StartSync(ctx context.Context, machineName string, input []byte) (api.Execution, error) {
	arn, err := e.machineARN(machineName)
	if err != nil {
		return api.Execution{}, err
	}
	start := &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(arn), Input: aws.String(string(input))}
	if name := task.ExecutionName(task.CallerOf(ctx).RequestID); name != "" {
		start.Name = aws.String(name)
	}
	answer, err := e.client.StartSyncExecution(ctx, start)
	if err != nil {
		return api.Execution{}, err
	}
	return api.Execution{
		ARN:    aws.ToString(answer.ExecutionArn),
		Status: string(answer.Status),
		Output: json.RawMessage(aws.ToString(answer.Output)),
		Error:  aws.ToString(answer.Error),
		Cause:  aws.ToString(answer.Cause),
	}, nil
}

// Answer implements api.Answerer (Step Functions API, SendTaskSuccess).
func (e executor) Answer(ctx context.Context, token string, output []byte) (waited bool, err error) {
	_, err = e.client.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: aws.String(token), Output: aws.String(string(output))})
	return stillWaited(err)
}

// Refuse implements api.Answerer (Step Functions API, SendTaskFailure).
func (e executor) Refuse(ctx context.Context, token, name, cause string) (waited bool, err error) {
	_, err = e.client.SendTaskFailure(ctx, &sfn.SendTaskFailureInput{TaskToken: aws.String(token), Error: aws.String(name), Cause: aws.String(cause)})
	return stillWaited(err)
}

// stillWaited tells an answer that came too late, or a second time, from a failure.
func stillWaited(err error) (waited bool, failure error) {
	if refusedAs(err, "TaskDoesNotExist", "TaskTimedOut", "InvalidToken") {
		return false, nil
	}
	return err == nil, err
}

// refusedAs tells whether Step Functions has refused a call with one of the codes.
func refusedAs(err error, codes ...string) bool {
	var refused smithy.APIError
	return errors.As(err, &refused) && slices.Contains(codes, refused.ErrorCode())
}
