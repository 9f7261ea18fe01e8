package task

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Error is a failure that a workflow can name in Retry and Catch.
type Error struct {
	Name    string // one of the names of [Errors]
	Message string // one sentence, without secrets
	Detail  any    // JSON-encodable facts, or nil
}

// Error gives "Name: message".
func (e *Error) Error() string { return e.Name + ": " + e.Message }

// Is reports whether target is an *Error of the same name, so that errors.Is(err, &Error{Name: n}) asks for a name.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Name == e.Name
}

// Errorf makes an Error without detail.
func Errorf(name, format string, arguments ...any) *Error {
	return &Error{Name: name, Message: fmt.Sprintf(format, arguments...)}
}

// TooLarge is the [PayloadTooLarge] error: what was larger than the limit, in bytes.
func TooLarge(what string, size, limit int) *Error {
	return &Error{
		Name:    PayloadTooLarge,
		Message: fmt.Sprintf("%s is %d bytes, the limit is %d", what, size, limit),
		Detail:  map[string]any{"bytes": size, "limit": limit},
	}
}

// AsError gives the *Error in err's chain, or err as an error of its own: [Timeout] when the time of the invocation
// is over, [Internal] otherwise. nil stays nil.
func AsError(err error) *Error {
	var known *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded):
		return Errorf(Timeout, "%v", err)
	}
	return Errorf(Internal, "%v", err)
}

// wireMessage is the errorMessage of an Error that has a detail.
type wireMessage struct {
	Message string `json:"message"`
	Detail  any    `json:"detail"`
}

// Wire gives the errorType and errorMessage of a Lambda error response. errorMessage is Message, or, when there is a
// Detail, the JSON text {"message": …, "detail": …}: a state machine reads it with
// $parse($parse($states.errorOutput.Cause).errorMessage).detail.
func (e *Error) Wire() (errorType, errorMessage string) {
	if e.Detail == nil {
		return e.Name, e.Message
	}
	text, err := json.Marshal(wireMessage{e.Message, e.Detail})
	if err != nil {
		return e.Name, e.Message
	}
	return e.Name, string(text)
}

// Cause is the Cause that Step Functions shows for the failed invocation: the JSON text of the Lambda error response.
func (e *Error) Cause() string {
	errorType, errorMessage := e.Wire()
	text, _ := json.Marshal(struct { // two strings always encode
		ErrorMessage string `json:"errorMessage"`
		ErrorType    string `json:"errorType"`
	}{errorMessage, errorType})
	return string(text)
}

// FromWire is the reverse of [Error.Wire].
func FromWire(errorType, errorMessage string) *Error {
	var wire wireMessage
	if err := Decode([]byte(errorMessage), &wire); err == nil && wire.Detail != nil {
		return &Error{Name: errorType, Message: wire.Message, Detail: wire.Detail}
	}
	return &Error{Name: errorType, Message: errorMessage}
}
