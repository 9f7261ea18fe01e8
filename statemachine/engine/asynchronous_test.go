package engine_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/steploom/steploom/statemachine/engine"
)

const eventTask = `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"f","InvocationType":"%","Payload":1}`

// TestInvocationTypes checks that nobody waits for a function with InvocationType Event, which runs on after the execution, and that DryRun runs none.
func TestInvocationTypes(t *testing.T) {
	var log bytes.Buffer
	var background sync.WaitGroup
	clock := engine.NewVirtual(epoch)
	host := engine.Host{Clock: clock, Background: &background, Log: slog.New(slog.NewTextHandler(&log, nil))}
	var runs atomic.Int32
	slow := func(ctx context.Context, task engine.Task) (any, error) {
		defer runs.Add(1)
		return "late", errors.Join(engine.Sleep(ctx, clock, time.Hour), errors.New("broken"))
	}
	for kind, want := range map[string]struct {
		status string
		runs   int32
	}{"Event": {"202", 1}, "DryRun": {"204", 0}} {
		runs.Store(0)
		r := scenario{host: host, invoke: slow, definition: `"T":{` + strings.Replace(eventTask, "%", kind, 1) + `,"Output":"{% [$states.result.StatusCode, $states.result.Payload] %}","End":true}`}.run(t)
		succeeds(t, r, `[`+want.status+`,""]`)
		if d := r.Stopped.Sub(r.Started); d != 0 {
			t.Errorf("%s: took %v", kind, d)
		}
		background.Wait()
		if got := runs.Load(); got != want.runs {
			t.Errorf("%s: the function has run %d times", kind, got)
		}
	}
	if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "broken") || !strings.Contains(text, "function=f") {
		t.Errorf("logged: %s", text)
	}

	r := scenario{host: host, invoke: failing(9, &engine.TaskError{Name: "Boom"}), definition: `"T":{` + strings.Replace(eventTask, "%", "RequestResponse", 1) + `,"End":true}`}.run(t)
	fails(t, r, "Boom", "")
}

// TestEventWithToken checks that a function invoked with InvocationType Event may answer by its token long after it was handed the task.
func TestEventWithToken(t *testing.T) {
	tokens := engine.NewTokens()
	clock := engine.NewVirtual(epoch)
	definition := strings.NewReplacer("lambda:invoke", "lambda:invoke.waitForTaskToken", "%", "Event").Replace(eventTask)
	r := scenario{host: engine.Host{Clock: clock, Tokens: tokens}, definition: `"T":{` + definition + `,"End":true}`, invoke: func(ctx context.Context, task engine.Task) (any, error) {
		if err := engine.Sleep(ctx, clock, time.Minute); err != nil {
			return nil, err
		}
		return nil, tokens.Succeed(task.Token, "answer")
	}}.run(t)
	succeeds(t, r, `"answer"`)
	follows(t, r, "1<0 ExecutionStarted", "2<0 TaskStateEntered", "3<2 TaskScheduled", "4<3 TaskStarted", "5<4 TaskSubmitted", "6<5 TaskSucceeded", "7<6 TaskStateExited", "8<7 ExecutionSucceeded")
}

// TestMockedEvent checks that a mock answers for the whole task.
func TestMockedEvent(t *testing.T) {
	mocks, err := engine.ParseMocks([]byte(`{"StateMachines":{"m":{"TestCases":{"A":{"T":"R"}}}},"MockedResponses":{"R":{"0":{"Return":{"StatusCode":202}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, behind := range []func(engine.Invoker) engine.Invoker{
		func(mock engine.Invoker) engine.Invoker { return mock },
		func(mock engine.Invoker) engine.Invoker { return engine.NewMachines(engine.Host{}, mock) },
	} {
		invoker, err := mocks.Invoker("", "")
		if err != nil {
			t.Fatal(err)
		}
		r := scenario{host: engine.Host{Invoker: behind(invoker)}, definition: `"T":{` + strings.Replace(eventTask, "%", "Event", 1) + `,"End":true}`}.run(t)
		succeeds(t, r, `{"StatusCode":202}`)
	}
}

// TestOneYear checks the longest life of a Standard execution.
func TestOneYear(t *testing.T) {
	r := scenario{definition: `"W":{"Type":"Wait","Seconds":99999998,"End":true}`}.run(t)
	if r.Status != engine.TimedOut || r.Stopped.Sub(r.Started) != 365*24*time.Hour {
		t.Errorf("%s after %v", r.Status, r.Stopped.Sub(r.Started))
	}
	r = scenario{definition: `"W":{"Type":"Wait","Seconds":31535999,"End":true}`}.run(t)
	if r.Status != engine.Succeeded {
		t.Errorf("%s after %v", r.Status, r.Stopped.Sub(r.Started))
	}
}

// TestLongErrors checks that error names and causes are cut to what the service can tell of them.
func TestLongErrors(t *testing.T) {
	name, cause := strings.Repeat("é", 300), strings.Repeat("c", 40_000)
	check := func(what string, r engine.Result) {
		t.Helper()
		if r.Error != name[:2*256] || r.Cause != cause[:32_768] {
			t.Errorf("%s: %d and %d bytes", what, len(r.Error), len(r.Cause))
		}
	}
	check("Fail", scenario{definition: `"F":{"Type":"Fail","Error":"` + name + `","Cause":"{% $states.input %}"}`, input: `"` + cause + `"`}.run(t))
	r := scenario{definition: `"T":{` + invokeTask + `,"End":true}`, invoke: failing(9, &engine.TaskError{Name: name, Cause: cause})}.run(t)
	check("Task", r)
	if failed, ok := r.History[len(r.History)-2].Details.(engine.TaskFailed); !ok || len(failed.Cause) != 32_768 {
		t.Errorf("%+v", r.History[len(r.History)-2])
	}
	r = scenario{definition: `"W":{"Type":"Wait","Seconds":"{% $states.input %}","End":true}`, input: `"` + cause + `"`}.run(t)
	if len(r.Cause) != 32_768 {
		t.Errorf("an evaluation: %d bytes", len(r.Cause))
	}
	tokens := engine.NewTokens()
	if err := tokens.Fail("t", name, ""); err == nil || !strings.Contains(err.Error(), "256") {
		t.Errorf("a long name for a token: %v", err)
	}
	if err := tokens.Fail("t", "E", cause); err == nil || !strings.Contains(err.Error(), "32768") {
		t.Errorf("a long cause for a token: %v", err)
	}
}
