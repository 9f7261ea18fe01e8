// Package task is the contract between a workflow and the functions it calls.
//
// A function is a [Function]: a row that describes it and an Invoke that takes and gives JSON. The same value is
// started as a Lambda by shared/lambda and called in process by a local run. What fails is an [*Error] whose name a
// workflow can catch. The package uses the standard library only.
package task

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ResultLimit is the number of bytes a function may return to a state: Step Functions carries 256 KiB per state
// (Step Functions quotas, "Maximum input or output size"), less room for the envelope around a function's result.
const ResultLimit = 256<<10 - 2<<10

// CollectedLimit is the number of bytes that the statements of a transaction may have, as JSON: a variable and a request hold 256 KiB (Step
// Functions quotas), and a request has names and the caller's context beside the statements.
const CollectedLimit = 240 << 10

// ProxyResultLimit is the number of bytes a function behind an API may return (Lambda quotas, synchronous payload).
const ProxyResultLimit = 6 << 20

// Function is a described piece of work: JSON in, JSON out. Errors it returns are always *Error.
type Function struct {
	Row
	Invoke func(ctx context.Context, payload []byte) ([]byte, error)
	// Close gives back what the function keeps between invocations, such as connections, once the invocations that have begun are done;
	// nil when it keeps nothing.
	Close func() error
}

// New makes a Function of a typed handler. The payload is decoded strictly: a field that Request does not have is a
// [RequestInvalid] error. Numbers in fields of type any arrive as json.Number. A panic becomes an [Internal] error, a
// result larger than the row's limit [PayloadTooLarge].
func New[Request, Response any](row Row, handle func(context.Context, Request) (Response, error)) Function {
	limit := row.ResultLimit
	if limit == 0 {
		limit = ResultLimit
	}
	invoke := func(ctx context.Context, payload []byte) (result []byte, err error) {
		defer func() {
			if cause := recover(); cause != nil {
				result, err = nil, Errorf(Internal, "%s: %v", row.Name, cause)
			}
		}()
		var request Request
		if err := Decode(payload, &request); err != nil {
			return nil, Errorf(RequestInvalid, "%s: %v", row.Name, err)
		}
		response, err := handle(ctx, request)
		if err != nil {
			return nil, AsError(err)
		}
		return encode(row.Name, response, limit)
	}
	return Function{Row: row, Invoke: invoke}
}

// Decode reads one JSON text into value, strictly: no unknown fields, nothing after it.
func Decode(text []byte, value any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("something follows the JSON value")
	}
	return nil
}

func encode(name string, response any, limit int) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(response); err != nil {
		return nil, Errorf(Internal, "%s: %v", name, err)
	}
	result := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	if len(result) > limit {
		return nil, TooLarge(name+" result", len(result), limit)
	}
	return result, nil
}
