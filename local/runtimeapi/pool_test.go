package runtimeapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/steploom/steploom/local/runtimeapi"
)

const roleVariable = "RUNTIMEAPI_TEST_ROLE"

// TestMain lets the test executable play the bootstrap: with a role in the environment it is a Lambda function.
func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "":
		os.Exit(m.Run())
	case "exit":
		os.Exit(3)
	default:
		lambda.Start(play)
	}
}

type event struct {
	Do string `json:"do"`
	N  int    `json:"n"`
}

type told struct {
	PID, N      int
	RequestLeft int64 // milliseconds until the deadline
	Environment map[string]string
}

func play(ctx context.Context, in event) (any, error) {
	switch in.Do {
	case "named":
		return nil, messages.InvokeResponse_Error{Type: "Sql.Connect", Message: "no route"}
	case "panic":
		panic(fmt.Sprintf("n is %d", in.N))
	case "exit":
		os.Exit(in.N)
	case "sleep":
		time.Sleep(time.Duration(in.N) * time.Millisecond)
	case "grow":
		return len(grow(in.N)), nil
	case "large":
		return strings.Repeat("x", in.N), nil
	}
	deadline, _ := ctx.Deadline()
	fmt.Println("a line of the function's own")
	return told{PID: os.Getpid(), N: in.N, RequestLeft: time.Until(deadline).Milliseconds(), Environment: map[string]string{
		"AWS_LAMBDA_FUNCTION_NAME": os.Getenv("AWS_LAMBDA_FUNCTION_NAME"), "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
		"HOME": os.Getenv("HOME"), "MINE": os.Getenv("MINE"),
	}}, nil
}

// grow takes megabytes, touches each page and holds them for a while.
func grow(megabytes int) []byte {
	block := make([]byte, megabytes<<20)
	for i := 0; i < len(block); i += 4096 {
		block[i] = 1
	}
	time.Sleep(2 * time.Second)
	return block
}

func newPool(t *testing.T, change func(*runtimeapi.Function)) (*runtimeapi.Pool, *bytes.Buffer) {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	function := runtimeapi.Function{
		Name: "player", Path: path, Environment: []string{roleVariable + "=function", "MINE=yes"},
		Timeout: 5 * time.Second, MemoryMB: 256, Log: log,
	}
	if change != nil {
		change(&function)
	}
	pool := runtimeapi.New(function)
	t.Cleanup(pool.Close)
	return pool, log
}

func invoke(pool *runtimeapi.Pool, do string, n int) (told, runtimeapi.Result, error) {
	payload, _ := json.Marshal(event{Do: do, N: n})
	result, err := pool.Invoke(context.Background(), payload)
	var answer told
	if err == nil && do == "" {
		err = json.Unmarshal(result.Payload, &answer)
	}
	return answer, result, err
}

func TestInvoke(t *testing.T) {
	pool, log := newPool(t, nil)
	first, cold, err := invoke(pool, "", 1)
	if err != nil {
		t.Fatal(err)
	}
	second, warm, err := invoke(pool, "", 2)
	if err != nil {
		t.Fatal(err)
	}
	if first.PID != second.PID || first.N != 1 || second.N != 2 {
		t.Errorf("one sandbox answers in turn: got %+v then %+v", first, second)
	}
	if cold.Init == 0 || warm.Init != 0 || cold.RequestID == warm.RequestID {
		t.Errorf("init %v then %v, ids %s and %s", cold.Init, warm.Init, cold.RequestID, warm.RequestID)
	}
	if first.RequestLeft < 3000 || first.RequestLeft > 5000 {
		t.Errorf("the deadline is %d ms away, want just under 5000", first.RequestLeft)
	}
	want := map[string]string{"AWS_LAMBDA_FUNCTION_NAME": "player", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "HOME": "", "MINE": "yes"}
	for key, value := range want {
		if first.Environment[key] != value {
			t.Errorf("%s is %q, want %q", key, first.Environment[key], value)
		}
	}
	pool.Close()
	for _, part := range []string{"START RequestId: " + cold.RequestID, "a line of the function's own", "END RequestId: " + warm.RequestID, "Memory Size: 256 MB", "Init Duration: "} {
		if !strings.Contains(log.String(), part) {
			t.Errorf("the log lacks %q:\n%s", part, log)
		}
	}
}

func TestConcurrentInvocationsTakeSandboxesOfTheirOwn(t *testing.T) {
	pool, _ := newPool(t, nil)
	var wait sync.WaitGroup
	begin := time.Now()
	for range 4 {
		wait.Go(func() {
			if _, _, err := invoke(pool, "sleep", 700); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if took := time.Since(begin); took > 2500*time.Millisecond {
		t.Errorf("four invocations of 700 ms at once took %v", took)
	}
}

func TestFailures(t *testing.T) {
	tests := []struct {
		name, do string
		n        int
		change   func(*runtimeapi.Function)
		wantType string
		want     string // contained in the message
	}{
		{name: "an error that the function names", do: "named", wantType: "Sql.Connect", want: "no route"},
		{name: "a panic", do: "panic", n: 7, wantType: "string", want: "n is 7"},
		{name: "an exit", do: "exit", n: 2, wantType: "Runtime.ExitError", want: "Runtime exited with error: exit status 2"},
		{name: "an exit without error", do: "exit", n: 0, wantType: "Runtime.ExitError", want: "Runtime exited without providing a reason"},
		{name: "no time left", do: "sleep", n: 3000, change: func(f *runtimeapi.Function) { f.Timeout = 300 * time.Millisecond },
			wantType: "Sandbox.Timedout", want: "Task timed out after 0.30 seconds"},
		{name: "no memory left", do: "grow", n: 200, change: func(f *runtimeapi.Function) { f.MemoryMB = 128 },
			wantType: "Runtime.ExitError", want: "Runtime exited with error: signal: killed"},
		{name: "an answer too large", do: "large", n: runtimeapi.MaxPayload + 1, wantType: "Function.ResponseSizeTooLarge", want: "6291556 bytes"},
		{name: "an exit at the start", change: func(f *runtimeapi.Function) { f.Environment = []string{roleVariable + "=exit"} },
			wantType: "Runtime.ExitError", want: "Runtime exited with error: exit status 3"},
		{name: "no such file", change: func(f *runtimeapi.Function) { f.Path += ".missing" }, wantType: "Runtime.InvalidEntrypoint", want: "no such file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pool, _ := newPool(t, test.change)
			_, _, err := invoke(pool, test.do, test.n)
			var failure *runtimeapi.Error
			if !errors.As(err, &failure) {
				t.Fatalf("got %v, want a function error", err)
			}
			if failure.Type != test.wantType || !strings.Contains(failure.Message, test.want) {
				t.Errorf("got %s: %s\nwant %s: …%s…", failure.Type, failure.Message, test.wantType, test.want)
			}
			var body map[string]any
			if json.Unmarshal(failure.Payload, &body) != nil || body["errorType"] != test.wantType {
				t.Errorf("payload %s does not carry the type", failure.Payload)
			}
		})
	}
}

func TestASandboxThatEndedIsReplaced(t *testing.T) {
	for _, do := range []string{"panic", "exit"} {
		pool, _ := newPool(t, nil)
		before, _, err := invoke(pool, "", 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := invoke(pool, do, 1); err == nil {
			t.Fatalf("%s went unnoticed", do)
		}
		after, result, err := invoke(pool, "", 2)
		if err != nil {
			t.Fatal(err)
		}
		if after.PID == before.PID || result.Init == 0 {
			t.Errorf("after %s: process %d again", do, after.PID)
		}
	}
}

func TestCancellationEndsTheProcess(t *testing.T) {
	pool, _ := newPool(t, nil)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err := pool.Invoke(ctx, []byte(`{"do":"sleep","n":4000}`))
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > 2*time.Second {
		t.Errorf("got %v after %v", err, time.Since(begin))
	}
}

func TestRequestTooLargeAndClosed(t *testing.T) {
	pool, _ := newPool(t, nil)
	var failure *runtimeapi.Error
	if _, err := pool.Invoke(context.Background(), make([]byte, runtimeapi.MaxPayload+1)); !errors.As(err, &failure) || failure.Type != "RequestTooLargeException" {
		t.Errorf("got %v", err)
	}
	pool.Close()
	if _, err := pool.Invoke(context.Background(), []byte(`{}`)); !errors.Is(err, runtimeapi.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
