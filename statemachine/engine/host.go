package engine

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
)

// Host is everything an execution needs from outside. The zero Host runs machines without tasks in real time.
type Host struct {
	// Clock is the source of time; nil is the machine's clock.
	Clock Clock
	// Random answers a number in [0, 1) for retry jitter, identifiers and request ids; nil is math/rand. It is called from many goroutines.
	Random func() float64
	// Invoker does the work of Task states. Without one every task fails with States.Runtime.
	Invoker Invoker
	// Blobs stands for S3 in ItemReader and ResultWriter.
	Blobs Blobs
	// Log is told of panics, which end the execution or the task they come up in; nil is slog.Default().
	Log *slog.Logger
	// Background counts what goes on after the task that has started it: functions invoked with InvocationType Event, and nested executions that are
	// not waited for. Nil counts nothing.
	Background *sync.WaitGroup
	// Tokens delivers the answers to tasks that wait for a token. A host that runs such machines makes one with NewTokens.
	Tokens *Tokens
}

// Invoker does the work of a Task state. Invoke runs on a goroutine of its own and returns the task's result as a JSON value; for a Lambda
// function that is what the function returned, and the engine puts it into the result envelope where the resource has one. The context ends when the
// state times out, a sibling branch fails or the execution ends.
//
// An error that is a *TaskError fails the state with that name and cause. Any other error, and a panic, fails it as an error of a Go function does on
// Lambda: see [FunctionError].
type Invoker interface {
	Invoke(ctx context.Context, task Task) (any, error)
}

// InvokerFunc is a function used as an Invoker.
type InvokerFunc func(ctx context.Context, task Task) (any, error)

// Invoke calls the function.
func (f InvokerFunc) Invoke(ctx context.Context, task Task) (any, error) { return f(ctx, task) }

// Task is one attempt at the work of a Task state.
type Task struct {
	// Resource is the state's Resource, word for word.
	Resource string
	// Arguments is the state's evaluated Arguments, or its input when there are none.
	Arguments any
	// FunctionName is the function of a Lambda task: FunctionName of lambda:invoke, otherwise the Resource. Empty for other services.
	FunctionName string
	// Payload is the event of a Lambda task.
	Payload any
	// Token is the task token of a .waitForTaskToken resource; the answer comes through Host.Tokens.
	Token string
	// State and Execution say where the task stands: the state's name and the execution's ARN.
	State, Execution string
	// Attempt counts the retries of the state, from 0.
	Attempt int
	// Express tells that the execution is an Express one.
	Express bool
}

// TaskError is a failure with an error name that Retry and Catch can match. Cause is a text, by convention JSON for Lambda functions.
type TaskError struct{ Name, Cause string }

// Error gives the name and the cause.
func (e *TaskError) Error() string {
	if e.Cause == "" {
		return e.Name
	}
	return fmt.Sprintf("%s: %s", e.Name, e.Cause)
}

func (h *Host) clock() Clock {
	if h.Clock == nil {
		return System
	}
	return h.Clock
}

func (h *Host) random() float64 {
	if h.Random == nil {
		return rand.Float64()
	}
	return h.Random()
}

// uuid makes a version 4 UUID from the host's randomness.
func (h *Host) uuid() string {
	var b [16]byte
	if h.Random == nil {
		binary.BigEndian.PutUint64(b[:], rand.Uint64())
		binary.BigEndian.PutUint64(b[8:], rand.Uint64())
	} else {
		for i := 0; i < len(b); i += 4 {
			binary.BigEndian.PutUint32(b[i:], uint32(h.Random()*(1<<32)))
		}
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var text [36]byte
	for i, at := range [...]int{0, 9, 14, 19, 24} {
		hex.Encode(text[at:], b[[...]int{0, 4, 6, 8, 10}[i]:[...]int{4, 6, 8, 10, 16}[i]])
	}
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}
