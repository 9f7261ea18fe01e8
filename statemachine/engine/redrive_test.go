package engine_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/statemachine/engine"
)

// flaky fails every call of a state until it is mended, and counts the calls by state and payload.
type flaky struct {
	mutex  sync.Mutex
	broken map[string]bool // by payload
	calls  map[string]int
}

func (f *flaky) invoke(_ context.Context, task engine.Task) (any, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	key := task.State + encode(tree(task.Payload))
	f.calls[key]++
	if f.broken[key] {
		return nil, &engine.TaskError{Name: "Down", Cause: key}
	}
	return task.Payload, nil
}

func redrivable(t *testing.T, states, input string, f *flaky) (engine.Result, engine.Host) {
	t.Helper()
	f.calls = map[string]int{}
	program, err := engine.PrepareJSON([]byte(strings.Replace(machine(states), `"QueryLanguage":"JSONata",`, "", 1)))
	if err != nil {
		t.Fatal(err)
	}
	host := engine.Host{Clock: engine.NewVirtual(epoch), Invoker: engine.InvokerFunc(f.invoke), Blobs: engine.Folder(t.TempDir())}
	return engine.Run(t.Context(), program, decode(t, input), host, engine.Options{Redrivable: true}), host
}

// TestRedrive lets executions go on that have failed, and checks that what had succeeded is not done again.
func TestRedrive(t *testing.T) {
	const task = `{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"`
	const twoSteps = `{"StartAt":"X","States":{"X":` + task + `,"Next":"Y"},"Y":` + task + `,"End":true}}}`
	for name, c := range map[string]struct{ states, input, broken, output, calls string }{
		"a task": {`"A":` + task + `,"Assign":{"v.$":"$"},"Next":"B"},"B":` + task + `,"InputPath":"$.n","Next":"C"},"C":{"Type":"Pass","Parameters":{"v.$":"$v","r.$":"$$.Execution.RedriveCount","b.$":"$"},"End":true}`,
			`{"n":1}`, `B1`, `{"b":1,"r":1,"v":{"n":1}}`, `A{"n":1}#1 B1#2`},
		"a branch":   {`"P":{"Type":"Parallel","Branches":[` + twoSteps + `,{"StartAt":"Z","States":{"Z":` + task + `,"End":true}}}],"End":true}`, `1`, `Y1`, `[1,1]`, `X1#1 Y1#2`},
		"iterations": {`"M":{"Type":"Map","MaxConcurrency":1,"ItemProcessor":` + twoSteps + `,"End":true}`, `[1,2,3,4]`, `Y2`, `[1,2,3,4]`, `X1#1 X2#1 X3#1 X4#1 Y1#1 Y2#2 Y3#1 Y4#1`},
		"a branch in an iteration": {`"M":{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[` + twoSteps + `],"End":true}}},"End":true}`,
			`[1,2]`, `Y2`, `[[1],[2]]`, `X1#1 X2#1 Y2#2`},
		"child executions": {`"M":{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},` + twoSteps[1:] + `,"End":true}`,
			`[1,2,3]`, `Y2`, `[1,2,3]`, `X1#1 X2#1 X3#1 Y1#1 Y2#2 Y3#1`},
		"Express child executions": {`"M":{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},` + twoSteps[1:] + `,"End":true}`,
			`[1,2,3]`, `Y2`, `[1,2,3]`, `X1#1 X2#2 X3#1 Y1#1 Y2#2 Y3#1`},
		"a path of the input": {`"A":` + task + `,"Next":"B"},"B":` + task + `,"InputPath":"$.a","Parameters":{"p.$":"$.b"},"ResultPath":"$.r","End":true}`, `{"a":{"b":2}}`, `B{"p":2}`, `{"a":{"b":2},"r":{"p":2}}`, `B{"p":2}#2`},
	} {
		t.Run(name, func(t *testing.T) {
			f := &flaky{broken: map[string]bool{c.broken: true}}
			failed, host := redrivable(t, c.states, c.input, f)
			if failed.Status != engine.Failure {
				t.Fatalf("%s %s", failed.Status, failed.Cause)
			}
			f.broken = nil
			got, err := engine.Redrive(t.Context(), failed, host)
			if err != nil {
				t.Fatal(err)
			}
			succeeds(t, got, c.output)
			if got.Arn != failed.Arn || got.Redrives != 1 || len(got.History) <= len(failed.History) || got.History[len(failed.History)].Type != "ExecutionRedriven" {
				t.Errorf("%s, redriven %d times: %v", got.Arn, got.Redrives, outline(got))
			}
			for _, want := range strings.Fields(c.calls) {
				key, n, _ := strings.Cut(want, "#")
				if count := f.calls[key]; strconv.Itoa(count) != n {
					t.Errorf("%s is called %d times, not %s: %v", key, count, n, f.calls)
				}
			}
		})
	}
}

// TestRedriveAgain redrives an execution twice, the second time after it has run out of time.
func TestRedriveAgain(t *testing.T) {
	const states = `"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],"Next":"W"},"W":{"Type":"Wait","Seconds":5,"Next":"A"}`
	f := &flaky{broken: map[string]bool{"A1": true}}
	r, host := redrivable(t, states, `1`, f)
	for n := 1; n <= 3; n++ {
		var err error
		if r, err = engine.Redrive(t.Context(), r, host); err != nil || r.Status != engine.Failure || f.calls["A1"] != 2+2*n || r.Redrives != n {
			t.Fatalf("%v %s %v", err, r.Status, f.calls)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := engine.Redrive(ctx, r, host); err != nil || r.Status != engine.Aborted || r.Redrives != 4 {
		t.Errorf("%v %s", err, r.Status)
	}
	for i, e := range r.History {
		if e.ID != int64(i+1) || e.PreviousEventID >= e.ID {
			t.Errorf("event %d has the number %d and follows %d", i+1, e.ID, e.PreviousEventID)
		}
	}
}

// TestNotRedrivable checks which executions are refused.
func TestNotRedrivable(t *testing.T) {
	f := &flaky{}
	done, host := redrivable(t, `"A":{"Type":"Succeed"}`, `1`, f)
	failed, _ := redrivable(t, `"A":{"Type":"Fail"}`, `1`, f)
	for result, want := range map[*engine.Result]string{&done: "Execution is SUCCEEDED and cannot be redriven", {Status: engine.Failure}: "not started as redrivable"} {
		if _, err := engine.Redrive(t.Context(), *result, host); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := engine.Redrive(t.Context(), failed, engine.Host{Clock: engine.NewVirtual(epoch.Add(15 * 24 * time.Hour))}); err == nil || !strings.Contains(err.Error(), "14 days") {
		t.Errorf("%v", err)
	}
	if again, err := engine.Redrive(t.Context(), failed, host); err != nil || again.Status != engine.Failure {
		t.Errorf("%v %s", err, again.Status)
	}
	if _, err := engine.Redrive(t.Context(), failed, host); err == nil || !strings.Contains(err.Error(), "goes on already") {
		t.Errorf("%v", err)
	}
}

// TestRedriveBesideOldTasks redrives an execution while a task of its first run has not noticed yet that nobody waits for it.
func TestRedriveBesideOldTasks(t *testing.T) {
	release := make(chan struct{})
	var first sync.Once
	invoke := func(_ context.Context, task engine.Task) (any, error) {
		if task.State == "Slow" {
			first.Do(func() { <-release })
		}
		if task.State == "Fails" && task.Payload == 1.0 {
			return nil, &engine.TaskError{Name: "Down"}
		}
		return task.State, nil
	}
	const task = `{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}`
	program, err := engine.PrepareJSON([]byte(machine(`"P":{"Type":"Parallel","Branches":[{"StartAt":"Slow","States":{"Slow":` + task + `}},{"StartAt":"Fails","States":{"Fails":` + task + `}}],"End":true}`)))
	if err != nil {
		t.Fatal(err)
	}
	broken := engine.Host{Invoker: engine.InvokerFunc(invoke)}
	failed := engine.Run(t.Context(), program, 1.0, broken, engine.Options{Redrivable: true})
	var second sync.Once
	mended := engine.Host{Invoker: engine.InvokerFunc(func(context.Context, engine.Task) (any, error) {
		second.Do(func() { close(release) })
		return 2.0, nil
	})}
	r, err := engine.Redrive(t.Context(), failed, mended)
	if err != nil {
		t.Fatal(err)
	}
	succeeds(t, r, `[2,2]`)
}
