package runtimeapi

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// sandbox is one process of a function with its Runtime API server.
type sandbox struct {
	function Function
	log      io.Writer
	command  *exec.Cmd
	server   *http.Server
	started  time.Time
	events   chan *invocation
	ready    chan struct{} // has one element while the process waits for an event
	exited   chan struct{} // closed when the process is gone

	mutex     sync.Mutex
	current   *invocation
	firstNext time.Time
	initError *Error
	stopped   bool
	maxMemory int // bytes
}

// start launches the process; it is ready once waitReady says so.
func start(function Function, log io.Writer) (*sandbox, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sandbox{
		function: function, log: log,
		events: make(chan *invocation), ready: make(chan struct{}, 1), exited: make(chan struct{}),
	}
	s.server = &http.Server{Handler: s.handler(), ReadHeaderTimeout: initLimit}
	s.command = exec.Command(function.Path)
	s.command.Dir = filepath.Dir(function.Path)
	s.command.Env = environment(function, listener.Addr().String())
	s.command.Stdout, s.command.Stderr = log, log
	s.command.WaitDelay = time.Second
	s.started = time.Now()
	if err := s.command.Start(); err != nil {
		listener.Close()
		return nil, newError(task.LambdaInvalidEntrypoint, fmt.Sprintf("Error: Couldn't find valid bootstrap: %v", err))
	}
	go s.server.Serve(listener)
	go s.watch()
	return s, nil
}

// environment is what a process finds: Lambda's reserved variables, the function's own, and a path to run programs from.
func environment(function Function, address string) []string {
	return append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + address,
		"AWS_LAMBDA_FUNCTION_NAME=" + function.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(function.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + function.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME=local",
		"AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
		"LAMBDA_TASK_ROOT=" + filepath.Dir(function.Path),
		"_HANDLER=bootstrap",
		"TZ=:UTC", "LANG=en_US.UTF-8",
		"PATH=" + os.Getenv("PATH"),
	}, function.Environment...)
}

// watch measures the process and ends it when it outgrows its memory, until it is gone.
func (s *sandbox) watch() {
	done := make(chan struct{})
	go func() {
		s.command.Wait()
		close(done)
	}()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			close(s.exited)
			s.server.Close()
			return
		case <-ticker.C:
			s.measure()
		}
	}
}

func (s *sandbox) measure() {
	resident := residentBytes(s.command.Process.Pid)
	s.mutex.Lock()
	s.maxMemory = max(s.maxMemory, resident)
	s.mutex.Unlock()
	if resident > s.function.MemoryMB<<20 {
		s.command.Process.Kill()
	}
}

// markReady notes that the process asked for an event.
func (s *sandbox) markReady() {
	s.mutex.Lock()
	if s.firstNext.IsZero() {
		s.firstNext = time.Now()
	}
	s.mutex.Unlock()
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

func (s *sandbox) failInit(err *Error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.initError = err
}

// waitReady returns nil once the process waits for an event, otherwise why it will not.
func (s *sandbox) waitReady(ctx context.Context) error {
	limit := time.NewTimer(initLimit)
	defer limit.Stop()
	if s.isGone() {
		return s.startFailure() // it may have asked for an event before it ended
	}
	select {
	case <-s.ready:
		return nil
	case <-s.exited:
		return s.startFailure()
	case <-limit.C:
		return newError(task.LambdaTimedOut, fmt.Sprintf("RequestId: %s Error: Init timed out after %.2f seconds", newRequestID(), initLimit.Seconds()))
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *sandbox) startFailure() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.initError != nil {
		return s.initError
	}
	return exited(newRequestID(), s.command.ProcessState.String())
}

func (s *sandbox) readyAfter() time.Duration {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.firstNext.Sub(s.started)
}

// invoke hands one event to a process that is ready and waits for its answer, its end or the end of its time.
func (s *sandbox) invoke(ctx context.Context, payload []byte) (Result, error) {
	id := newRequestID()
	fmt.Fprintf(s.log, "START RequestId: %s Version: $LATEST\n", id)
	begin := time.Now()
	run := &invocation{
		requestID: id, payload: payload, deadline: begin.Add(s.function.Timeout), answer: make(chan answer, 1),
		arn:           arnOf(ctx, s.function.Name),
		clientContext: clientContextOf(ctx),
	}
	s.mutex.Lock()
	s.current = run
	s.mutex.Unlock()
	given, err := s.await(ctx, run)
	result := Result{RequestID: id, Payload: given, Duration: time.Since(begin), MaxMemoryMB: s.memoryMB()}
	return result, err
}

func (s *sandbox) await(ctx context.Context, run *invocation) ([]byte, error) {
	limit := time.NewTimer(s.function.Timeout)
	defer limit.Stop()
	events := s.events
	for {
		select {
		case events <- run:
			events = nil // delivered: from now on this case never applies
		case given := <-run.answer:
			if given.err != nil {
				return nil, given.err
			}
			return given.payload, nil
		case <-s.exited:
			return s.lastAnswer(run)
		case <-limit.C:
			s.stop()
			return nil, timedOut(run.requestID, s.function.Timeout)
		case <-ctx.Done():
			s.stop()
			return nil, ctx.Err()
		}
	}
}

// lastAnswer prefers what the process said before it ended to the fact that it ended.
func (s *sandbox) lastAnswer(run *invocation) ([]byte, error) {
	select {
	case given := <-run.answer:
		if given.err != nil {
			return nil, given.err
		}
		return given.payload, nil
	default:
		return nil, exited(run.requestID, s.command.ProcessState.String())
	}
}

// report writes the lines with which Lambda closes an invocation.
func (s *sandbox) report(result Result) {
	milliseconds := float64(result.Duration) / float64(time.Millisecond)
	fmt.Fprintf(s.log, "END RequestId: %s\nREPORT RequestId: %s\tDuration: %.2f ms\tMemory Size: %d MB\tMax Memory Used: %d MB",
		result.RequestID, result.RequestID, milliseconds, s.function.MemoryMB, result.MaxMemoryMB)
	if result.Init > 0 {
		fmt.Fprintf(s.log, "\tInit Duration: %.2f ms", float64(result.Init)/float64(time.Millisecond))
	}
	fmt.Fprintln(s.log)
}

func (s *sandbox) memoryMB() int {
	s.mutex.Lock()
	seen := s.maxMemory
	s.mutex.Unlock()
	if seen == 0 {
		seen = residentBytes(s.command.Process.Pid)
	}
	return (seen + 1<<20 - 1) >> 20
}

func (s *sandbox) isStopped() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.stopped
}

func (s *sandbox) isGone() bool {
	select {
	case <-s.exited:
		return true
	default:
		return false
	}
}

// stop ends the process and waits until it is gone.
func (s *sandbox) stop() {
	s.mutex.Lock()
	s.stopped = true
	s.mutex.Unlock()
	s.command.Process.Kill()
	<-s.exited
}

// newRequestID gives a random UUID, version 4.
func newRequestID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
