package endpoint

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Operation answers the input of one operation, a JSON text, with a value that is written as JSON. An error that is an *Error is answered as that,
// every other one as a fault of the service.
type Operation func(ctx context.Context, input []byte) (output any, err error)

// Operations serves operations by the target that requests name: "AWSStepFunctions.StartExecution".
type Operations map[string]Operation

// Error is an error of a service.
type Error struct {
	// Code is the name of the exception in the service's model: "StateMachineDoesNotExist".
	Code    string
	Message string
	// Status is the HTTP status, 400 when it is 0.
	Status int
}

// Error gives "Code: Message".
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Refuse makes an error with a formatted message.
func Refuse(code, format string, arguments ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, arguments...)}
}

// bodyLimit is the number of bytes of a request: the longest output of a task, twice for the escapes of JSON, and the rest.
const bodyLimit = 4 << 20

// ServeHTTP implements Smithy's AWS JSON protocols (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html).
func (o Operations) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Amzn-Requestid", requestID())
	w.Header().Set("Content-Type", contentType(r))
	output, err := o.answer(w, r)
	if err != nil {
		refuse(w, err)
		return
	}
	json.NewEncoder(w).Encode(output)
}

func (o Operations) answer(w http.ResponseWriter, r *http.Request) (any, error) {
	target := r.Header.Get("X-Amz-Target")
	operation, known := o[target]
	if !known {
		return nil, Refuse("UnknownOperationException", "%q is not an operation of this endpoint", target)
	}
	input, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &Error{Code: "RequestEntityTooLargeException", Message: fmt.Sprintf("a request has at most %d bytes", tooLarge.Limit), Status: http.StatusRequestEntityTooLarge}
	}
	if err != nil {
		return nil, Refuse("SerializationException", "%v", err)
	}
	return operation(r.Context(), input)
}

// contentType is that of the request where it is one of the protocols.
func contentType(r *http.Request) string {
	if given := r.Header.Get("Content-Type"); strings.HasPrefix(given, "application/x-amz-json-1.") {
		return given
	}
	return "application/x-amz-json-1.0"
}

func refuse(w http.ResponseWriter, err error) {
	refused, ok := errors.AsType[*Error](err)
	if !ok {
		refused = &Error{Code: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError}
	}
	w.Header().Set("X-Amzn-Errortype", refused.Code)
	w.WriteHeader(cmp.Or(refused.Status, http.StatusBadRequest))
	json.NewEncoder(w).Encode(map[string]string{"__type": refused.Code, "message": refused.Message})
}

// Of makes an operation of a function whose input and output are structs, with the members as the service's model names them; letters of other
// cases are not told apart.
func Of[Input, Output any](do func(context.Context, Input) (Output, error)) Operation {
	return func(ctx context.Context, text []byte) (any, error) {
		var input Input
		if err := json.Unmarshal(text, &input); err != nil {
			return nil, Refuse("SerializationException", "%v", err)
		}
		return do(ctx, input)
	}
}

func requestID() string {
	var random [16]byte
	rand.Read(random[:]) // never fails (crypto/rand)
	return fmt.Sprintf("%x-%x-%x-%x-%x", random[:4], random[4:6], random[6:8], random[8:10], random[10:])
}
