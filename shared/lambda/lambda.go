// Package lambda runs a task.Function as an AWS Lambda function.
package lambda

import (
	"context"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/steploom/steploom/shared/task"
)

// Start serves invocations of function and does not return. A *task.Error becomes the errorType and errorMessage of
// the error response, by which a state machine catches it.
func Start(function task.Function) { awslambda.Start(handler(function.Invoke)) }

type handler func(ctx context.Context, payload []byte) ([]byte, error)

// Invoke implements awslambda.Handler.
func (h handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
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
