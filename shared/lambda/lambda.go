// Package lambda runs a task.Function as an AWS Lambda function.
package lambda

import (
	"context"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/steploom/steploom/shared/task"
)

// Start serves invocations of function and does not return. A *task.Error becomes the errorType and errorMessage of
// the error response, by which a state machine catches it. Each call is logged with who asked for it, as the definition says in the client context.
// The garbage collector works within the memory that Lambda gives the function.
func Start(environment task.Environment, function task.Function) {
	if limit, ok := memoryLimit(environment); ok {
		debug.SetMemoryLimit(limit)
	}
	awslambda.Start(handler(task.Logged(function, Logger(environment, os.Stdout)).Invoke))
}

// memoryLimit is the soft limit of the Go runtime (runtime/debug, SetMemoryLimit): seven eighths of what Lambda gives, because the executable and
// the kernel's buffers count, too. A GOMEMLIMIT of the environment stands.
func memoryLimit(environment task.Environment) (bytes int64, ok bool) {
	if environment.Value("GOMEMLIMIT") != "" {
		return 0, false
	}
	megabytes, err := strconv.ParseInt(environment.Value("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 32)
	return megabytes << 20 / 8 * 7, err == nil && megabytes > 0
}

type handler func(ctx context.Context, payload []byte) ([]byte, error)

// graceTime is left of the function's time limit to answer with a named error before Lambda ends the process.
const graceTime = 250 * time.Millisecond

// Invoke implements awslambda.Handler.
func (h handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-graceTime))
		defer cancel()
	}
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		ctx = task.WithCaller(ctx, task.ReadCaller(invocation.ClientContext.Custom))
		ctx = task.WithAlias(ctx, task.AliasInARN(invocation.InvokedFunctionArn))
	}
	result, err := h(ctx, payload)
	if err != nil {
		return nil, response(task.AsError(err))
	}
	return result, nil
}

func response(err *task.Error) messages.InvokeResponse_Error {
	errorType, errorMessage := err.Wire()
	return messages.InvokeResponse_Error{Type: errorType, Message: errorMessage}
}
