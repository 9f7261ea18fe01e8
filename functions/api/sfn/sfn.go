// Package sfn runs executions by Step Functions, for the api function on AWS.
package sfn

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

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
	answer, err := e.client.StartSyncExecution(ctx, &sfn.StartSyncExecutionInput{
		StateMachineArn: aws.String(arn),
		Input:           aws.String(string(input)),
	})
	if err != nil {
		return api.Execution{}, err
	}
	return api.Execution{
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
	var refused smithy.APIError
	if errors.As(err, &refused) && slices.Contains([]string{"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"}, refused.ErrorCode()) {
		return false, nil
	}
	return err == nil, err
}
