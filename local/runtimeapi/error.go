package runtimeapi

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// Error is a failed invocation as Lambda answers it with the header X-Amz-Function-Error.
type Error struct {
	// Type is errorType: what the function named its error, or Sandbox.Timedout, Runtime.ExitError, ….
	Type string
	// Message is errorMessage.
	Message string
	// Payload is the answer's body, the JSON text that Step Functions gives as Cause.
	Payload []byte
}

// Error gives type and message.
func (e *Error) Error() string { return e.Type + ": " + e.Message }

func newError(name, message string) *Error {
	payload, err := json.Marshal(struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{name, message})
	if err != nil {
		panic(err) // two strings always marshal
	}
	return &Error{Type: name, Message: message, Payload: payload}
}

// reported is the error that the process itself sent.
func reported(body []byte) *Error {
	var fields struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}
	if err := json.Unmarshal(body, &fields); err != nil {
		return newError(task.LambdaUnreadableError, string(body))
	}
	return &Error{Type: fields.Type, Message: fields.Message, Payload: body}
}

func timedOut(requestID string, after time.Duration) *Error {
	return newError(task.LambdaTimedOut, fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", requestID, after.Seconds()))
}

// exited describes the end of a process in the middle of work; state is what os.ProcessState prints: "exit status 2", "signal: killed".
func exited(requestID, state string) *Error {
	if state == "exit status 0" {
		return newError(task.LambdaProcessExited, fmt.Sprintf("RequestId: %s Error: Runtime exited without providing a reason", requestID))
	}
	return newError(task.LambdaProcessExited, fmt.Sprintf("RequestId: %s Error: Runtime exited with error: %s", requestID, state))
}

func requestTooLarge(size int) *Error {
	return newError(task.LambdaRequestTooLarge, fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation, it has %d", MaxPayload, size))
}

func responseTooLarge() *Error {
	return newError(task.LambdaResponseTooLarge, fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxPayload))
}
