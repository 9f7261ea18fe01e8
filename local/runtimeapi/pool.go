package runtimeapi

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

// MaxPayload is how many bytes a synchronous request or response may have.
const MaxPayload = 6*1024*1024 + 100

// initLimit is how long a sandbox may take until it asks for its first event.
const initLimit = 10 * time.Second

// ErrClosed is returned by Invoke after Close.
var ErrClosed = errors.New("the function's pool is closed")

// Function says what to run and within which limits.
type Function struct {
	// Name is the function's name, as the process reads it from AWS_LAMBDA_FUNCTION_NAME.
	Name string
	// Path is the executable.
	Path string
	// Environment holds the function's own variables as KEY=VALUE. The process sees these, PATH and Lambda's own, nothing else.
	Environment []string
	// Timeout bounds one invocation; 0 means Lambda's default of 3 seconds.
	Timeout time.Duration
	// MemoryMB bounds the resident memory of a sandbox; 0 means Lambda's default of 128 MB.
	MemoryMB int
	// Log receives what the process writes and Lambda's START, END and REPORT lines; nil discards them.
	Log io.Writer
}

// Result is a finished invocation.
type Result struct {
	RequestID string
	// Payload is what the function answered.
	Payload []byte
	// Init is the time from the start of the process until it asked for an event; 0 when the sandbox was used before.
	Init time.Duration
	// Duration is the time from handing over the event until the answer.
	Duration time.Duration
	// MaxMemoryMB is the largest resident size of the process so far, rounded up; 0 where the system does not tell.
	MaxMemoryMB int
}

// Pool is one function with its sandboxes. It is safe for concurrent use.
type Pool struct {
	function Function
	log      *lockedWriter
	mutex    sync.Mutex
	idle     []*sandbox // most recently used last
	live     map[*sandbox]struct{}
	closed   bool
}

// New prepares a function; processes start with the first invocations.
func New(function Function) *Pool {
	if function.Timeout == 0 {
		function.Timeout = 3 * time.Second
	}
	if function.MemoryMB == 0 {
		function.MemoryMB = 128
	}
	if function.Log == nil {
		function.Log = io.Discard
	}
	return &Pool{function: function, log: &lockedWriter{writer: function.Log}, live: map[*sandbox]struct{}{}}
}

// Invoke runs the function once. A failure of the function or of its sandbox is an *Error; other errors tell that the
// process could not be started or that ctx ended, which also ends the sandbox.
func (p *Pool) Invoke(ctx context.Context, payload []byte) (Result, error) {
	if len(payload) > MaxPayload {
		return Result{}, requestTooLarge(len(payload))
	}
	box, init, err := p.take(ctx)
	if err != nil {
		return Result{}, err
	}
	result, err := box.invoke(ctx, payload)
	result.Init = init
	box.report(result)
	p.give(box)
	return result, err
}

// Close ends all processes and waits for them.
func (p *Pool) Close() {
	p.mutex.Lock()
	p.closed = true
	boxes := make([]*sandbox, 0, len(p.live))
	for box := range p.live {
		boxes = append(boxes, box)
	}
	p.live, p.idle = map[*sandbox]struct{}{}, nil
	p.mutex.Unlock()
	for _, box := range boxes {
		box.stop()
	}
}

// take gives a sandbox that waits for an event, and the time its start took when it is new.
func (p *Pool) take(ctx context.Context) (*sandbox, time.Duration, error) {
	for {
		box, closed := p.popIdle()
		switch {
		case closed:
			return nil, 0, ErrClosed
		case box == nil:
			return p.startSandbox(ctx)
		case box.waitReady(ctx) == nil:
			return box, 0, nil
		}
		p.drop(box)
	}
}

func (p *Pool) popIdle() (box *sandbox, closed bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		box, p.idle = p.idle[last], p.idle[:last]
	}
	return box, p.closed
}

func (p *Pool) startSandbox(ctx context.Context) (*sandbox, time.Duration, error) {
	box, err := start(p.function, p.log)
	if err != nil {
		return nil, 0, err
	}
	p.mutex.Lock()
	closed := p.closed
	p.live[box] = struct{}{}
	p.mutex.Unlock()
	if closed {
		p.drop(box)
		return nil, 0, ErrClosed
	}
	if err := box.waitReady(ctx); err != nil {
		p.drop(box)
		return nil, 0, err
	}
	return box, box.readyAfter(), nil
}

// give puts a sandbox back; whether it still lives is found out when it is taken again.
func (p *Pool) give(box *sandbox) {
	if box.isStopped() {
		p.drop(box)
		return
	}
	p.mutex.Lock()
	closed := p.closed
	if !closed {
		p.idle = append(p.idle, box)
	}
	p.mutex.Unlock()
	if closed {
		p.drop(box)
	}
}

func (p *Pool) drop(box *sandbox) {
	p.mutex.Lock()
	delete(p.live, box)
	p.mutex.Unlock()
	box.stop()
}

// lockedWriter lets the sandboxes of a function write to one log.
type lockedWriter struct {
	mutex  sync.Mutex
	writer io.Writer
}

func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.writer.Write(p)
}
