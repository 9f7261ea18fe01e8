package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

const tokenTask = `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Arguments":{"FunctionName":"f","Payload":{"t":"{% $states.context.Task.Token %}"}}`

// token reads the token from the payload of tokenTask.
func token(task engine.Task) string {
	v, _ := task.Payload.(*jsonata.Object).Get("t")
	s, _ := v.(string)
	return s
}

func TestTaskToken(t *testing.T) {
	clock := engine.NewVirtual(epoch)
	tokens := engine.NewTokens()
	host := engine.Host{Clock: clock, Tokens: tokens}
	answer := func(then func(token string) error) func(context.Context, engine.Task) (any, error) {
		return func(_ context.Context, task engine.Task) (any, error) {
			if got := token(task); got == "" || got != task.Token {
				return nil, fmt.Errorf("token %q, task has %q", got, task.Token)
			}
			return "sent", then(task.Token)
		}
	}
	r := scenario{definition: `"T":{` + tokenTask + `,"End":true}`, host: host, invoke: answer(func(token string) error { return tokens.Succeed(token, "yes") })}.run(t)
	succeeds(t, r, `"yes"`)
	follows(t, r, "1<0 ExecutionStarted", "2<0 TaskStateEntered", "3<2 TaskScheduled", "4<3 TaskStarted", "5<4 TaskSubmitted", "6<5 TaskSucceeded", "7<6 TaskStateExited", "8<7 ExecutionSucceeded")

	r = scenario{definition: `"T":{` + tokenTask + `,"End":true}`, host: host, invoke: answer(func(token string) error { return tokens.Fail(token, "No", "because") })}.run(t)
	fails(t, r, "No", "because")

	// Heartbeats keep the task alive; when they stop it times out, after three minutes and the heartbeat's 100 seconds.
	beating := func(ctx context.Context, task engine.Task) (any, error) {
		for range 3 {
			if err := errors.Join(engine.Sleep(ctx, clock, time.Minute), tokens.Heartbeat(task.Token)); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
	r = scenario{definition: `"T":{` + tokenTask + `,"HeartbeatSeconds":100,"Catch":[{"ErrorEquals":["States.HeartbeatTimeout"],"Next":"Z"}],"End":true},"Z":{"Type":"Succeed","Output":"{% $states.input.Error %}"}`, host: host, invoke: beating}.run(t)
	succeeds(t, r, `"States.Timeout"`)
	if d := r.Stopped.Sub(r.Started); d != 280*time.Second {
		t.Errorf("the heartbeat was missed after %v", d)
	}
	if err := tokens.Succeed("unknown", nil); err == nil {
		t.Error("an unknown token is taken")
	}

	// An answer from elsewhere, in real time.
	host.Clock = engine.System
	late := func(_ context.Context, task engine.Task) (any, error) {
		time.AfterFunc(20*time.Millisecond, func() {
			if err := tokens.Succeed(task.Token, 1.0); err != nil {
				t.Error(err)
			}
		})
		return nil, nil
	}
	succeeds(t, scenario{definition: `"T":{` + tokenTask + `,"End":true}`, host: host, invoke: late}.run(t), "1")

	fails(t, scenario{definition: `"T":{` + tokenTask + `,"End":true}`, invoke: late}.run(t), "States.Runtime", "tasks that wait for a token")
}

func TestNestedExecutions(t *testing.T) {
	child, err := engine.PrepareJSON([]byte(machine(`"W":{"Type":"Wait","Seconds":60,"Next":"C"},"C":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.fail = true %}","Next":"F"}],"Default":"S"},
		"F":{"Type":"Fail","Error":"Inner","Cause":"c"},"S":{"Type":"Pass","Output":{"got":"{% $states.input %}"},"End":true}`)))
	if err != nil {
		t.Fatal(err)
	}
	machines := engine.NewMachines(engine.Host{Clock: engine.NewVirtual(epoch)}, nil)
	machines.Register("child", child, false, "${ChildArn}")
	machines.Register("express", child, true)
	start := func(resource, arn, input, output string) scenario {
		return scenario{host: machines.Host(), definition: fmt.Sprintf(`"T":{"Type":"Task","Resource":"arn:aws:states:::%s","Arguments":{"StateMachineArn":%q,"Input":%s},"Output":"{%% %s %%}","End":true}`, resource, arn, input, output)}
	}
	arn := "arn:aws:states:us-east-1:000000000000:stateMachine:"
	r := start("states:startExecution.sync:2", arn+"child", `{"a":1}`, "$states.result.Output").run(t)
	succeeds(t, r, `{"got":{"a":1}}`)
	if d := r.Stopped.Sub(r.Started); d != time.Minute {
		t.Errorf("the child took %v of the parent's time", d)
	}
	follows(t, r, "1<0 ExecutionStarted", "2<0 TaskStateEntered", "3<2 TaskScheduled", "4<3 TaskStarted", "5<4 TaskSubmitted", "6<5 TaskSucceeded", "7<6 TaskStateExited", "8<7 ExecutionSucceeded")
	succeeds(t, start("states:startExecution.sync", "${ChildArn}", `{"a":1}`, "$states.result.Output").run(t), `"{\"got\":{\"a\":1}}"`)
	fails(t, start("states:startExecution.sync", arn+"child", `{"fail":true}`, "1").run(t), "States.TaskFailed", `"Error":"Inner"`)
	succeeds(t, start("aws-sdk:sfn:startSyncExecution", arn+"express:7", `{"a":2}`, "[$states.result.Status, $states.result.Output]").run(t), `["SUCCEEDED","{\"got\":{\"a\":2}}"]`)
	succeeds(t, start("aws-sdk:sfn:startSyncExecution", arn+"express", `"{\"fail\":true}"`, "[$states.result.Status, $states.result.Error]").run(t), `["FAILED","Inner"]`)
	fails(t, start("aws-sdk:sfn:startSyncExecution", arn+"child", `{}`, "1").run(t), "Sfn.StateMachineTypeNotSupportedException", "")
	fails(t, start("states:startExecution", arn+"nobody", `{}`, "1").run(t), "StepFunctions.StateMachineDoesNotExistException", "nobody")

	r = start("states:startExecution", arn+"child", `{}`, "$exists($states.result.ExecutionArn)").run(t)
	succeeds(t, r, "true")
	if d := r.Stopped.Sub(r.Started); d != 0 {
		t.Errorf("the parent waited %v for a child that it only starts", d)
	}
	machines.Wait()
}

// TestCancellation ends the context while tasks, waits, branches and children run: the execution is aborted, tasks see it, and no goroutine stays.
func TestCancellation(t *testing.T) {
	program, err := engine.PrepareJSON([]byte(machine(`"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"T","States":{"T":{` + invokeTask + `,"TimeoutSeconds":600,"End":true}}},
		{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}},
		{"StartAt":"K","States":{"K":{` + tokenTask + `,"End":true}}},
		{"StartAt":"M","States":{"M":{"Type":"Map","Items":"{% [1..20] %}","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},
			"StartAt":"D","States":{"D":{` + invokeTask + `,"End":true}}}}}}]}`)))
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	var begun, ended atomic.Int32
	host := engine.Host{Tokens: engine.NewTokens(), Invoker: engine.InvokerFunc(func(ctx context.Context, task engine.Task) (any, error) {
		if task.Token != "" {
			return nil, nil
		}
		begun.Add(1)
		<-ctx.Done()
		ended.Add(1)
		return nil, ctx.Err()
	})}
	const executions = 50
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range executions {
		all.Go(func() {
			if r := engine.Run(ctx, program, nil, host, engine.Options{}); r.Status != engine.Aborted || r.History[len(r.History)-1].Type != "ExecutionAborted" {
				t.Errorf("%s", r.Status)
			}
		})
	}
	for begun.Load() < executions*21 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	all.Wait()
	for range 500 {
		if runtime.NumGoroutine() <= before && ended.Load() == begun.Load() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before; %d of %d tasks ended", runtime.NumGoroutine(), before, ended.Load(), begun.Load())
}

// TestManyExecutions runs 10,000 executions of a ten-state machine at once and reports the memory they take.
func TestManyExecutions(t *testing.T) {
	program, err := engine.PrepareJSON([]byte(machine(`"A":{"Type":"Pass","Assign":{"n":"{% $states.input.n %}"},"Next":"B"},"B":{"Type":"Pass","Next":"C"},
		"C":{"Type":"Choice","Choices":[{"Condition":"{% $n >= 0 %}","Next":"D"}],"Default":"X"},"X":{"Type":"Fail"},
		"D":{` + invokeTask + `,"Output":"{% $states.result.Payload %}","Next":"E"},"E":{"Type":"Pass","Next":"F"},
		"F":{"Type":"Parallel","Branches":[{"StartAt":"G","States":{"G":{"Type":"Pass","End":true}}},{"StartAt":"H","States":{"H":{"Type":"Pass","Output":"{% $n %}","End":true}}}],"Next":"I"},
		"I":{"Type":"Pass","Output":"{% $states.input[1] %}","Next":"J"},"J":{"Type":"Succeed"}`)))
	if err != nil {
		t.Fatal(err)
	}
	const executions = 10_000
	release := make(chan struct{})
	var waiting sync.WaitGroup
	waiting.Add(executions)
	host := engine.Host{Invoker: engine.InvokerFunc(func(_ context.Context, task engine.Task) (any, error) {
		waiting.Done()
		<-release
		return task.Payload, nil
	})}
	var before, during runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var all sync.WaitGroup
	var wrong atomic.Int32
	for i := range executions {
		all.Go(func() {
			r := engine.Run(t.Context(), program, map[string]any{"n": i}, host, engine.Options{NoHistory: true})
			if r.Output != float64(i) {
				wrong.Add(1)
			}
		})
	}
	waiting.Wait() // now every execution stands in its task
	runtime.GC()
	runtime.ReadMemStats(&during)
	close(release)
	all.Wait()
	if wrong.Load() > 0 {
		t.Errorf("%d executions went wrong", wrong.Load())
	}
	bytes := during.HeapInuse + during.StackInuse - before.HeapInuse - before.StackInuse
	t.Logf("%d executions at once: %.1f MB, %d bytes each (heap and stacks)", executions, float64(bytes)/1e6, bytes/executions)
}

func TestMocks(t *testing.T) {
	mocks, err := engine.ParseMocks([]byte(`{"StateMachines":{"m":{"TestCases":{"Happy":{"T":"Works","U":"Direct"},"Sad":{"T":"Breaks"}}}},
		"MockedResponses":{"Works":{"0-1":{"Throw":{"Error":"Http.Timeout","Cause":"slow"}},"2":{"Return":{"StatusCode":200,"Payload":{"ok":true}}}},
			"Direct":{"0":{"Return":[1]}},"Breaks":{"0":{"Throw":{"Error":"Http.Connect"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	definition := `"T":{` + invokeTask + `,"Retry":[{"ErrorEquals":["Http.Timeout"]}],"Output":"{% $states.result.Payload.ok %}","Next":"U"},"U":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:111122223333:function:f","End":true}`
	for test, check := range map[string]func(engine.Result){
		"Happy": func(r engine.Result) { succeeds(t, r, "[1]") },
		"Sad":   func(r engine.Result) { fails(t, r, "Http.Connect", "") },
	} {
		invoker, err := mocks.Invoker("", test)
		if err != nil {
			t.Fatal(err)
		}
		check(scenario{definition: definition, invoke: invoker.Invoke}.run(t))
	}
	invoker, err := mocks.Invoker("", "Sad")
	if err != nil {
		t.Fatal(err)
	}
	fails(t, scenario{definition: `"V":{` + invokeTask + `,"End":true}`, invoke: invoker.Invoke}.run(t), "States.Runtime", "no mocked response for the state 'V', call 0")
	if _, err := mocks.Invoker("", ""); err == nil || !strings.Contains(err.Error(), "Happy, Sad") {
		t.Errorf("no case chosen: %v", err)
	}
	for _, text := range []string{`[]`, `{}`, `1`, `{"StateMachines":{"m":{}}}`, `{"StateMachines":[],"MockedResponses":{}}`} {
		if _, err := engine.ParseMocks([]byte(text)); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}

// TestMockedResponses checks that a response which is missing or makes no sense fails the cases that name it, and no others.
func TestMockedResponses(t *testing.T) {
	for response, reason := range map[string]string{
		``: `there are no mocked responses "R"`, `"R":{"x":{"Return":1}},`: "a call is a number or a range", `"R":{"0":{}},`: "either Return or Throw",
		`"R":{"2-1":{"Return":1}},`: "a call is a number or a range", `"R":{"-1":{"Return":1}},`: "a call is a number or a range", `"R":{"0":{"Return":1,"Throw":{}}},`: "either Return or Throw",
	} {
		mocks, err := engine.ParseMocks([]byte(`{"StateMachines":{"m":{"TestCases":{"Bad":{"T":"R"},"Good":{"T":"S"}}}},"MockedResponses":{` + response + `"S":{"0":{"Return":1}}}}`))
		if err != nil {
			t.Fatalf("%s: %v", response, err)
		}
		if _, err := mocks.Invoker("m", "Bad"); err == nil || !strings.Contains(err.Error(), `test case "Bad", state "T": `) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v", response, err)
		}
		if _, err := mocks.Invoker("m", "Good"); err != nil {
			t.Errorf("%s: %v", response, err)
		}
	}
}

// TestMockedMachines checks which test case a name is, where several machines have one.
func TestMockedMachines(t *testing.T) {
	mocks, err := engine.ParseMocks([]byte(`{"StateMachines":{"A":{"TestCases":{"Happy":{"T":"a"},"Sad":{"T":"sad"}}},"B":{"TestCases":{"Happy":{"T":"b"}}}},
		"MockedResponses":{"a":{"0":{"Return":"a"}},"b":{"0":{"Return":"b"}},"sad":{"0":{"Return":"sad"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ machine, name, want string }{
		{"A", "Happy", `"a"`}, {"B", "Happy", `"b"`}, {"C", "A#Happy", `"a"`}, {"A", "B#Happy", `"b"`}, {"C", "Sad", `"sad"`}, {"B", "Sad", `"sad"`}, {"B", "", `"b"`},
		{"C", "Happy", "which test case? The file has A#Happy, Sad, B#Happy"}, {"A", "", "which test case?"}, {"", "", "which test case?"},
		{"A", "Other", `there is no test case "Other"; the file has A#Happy, Sad, B#Happy`}, {"A", "C#Happy", "there is no test case"},
	} {
		invoker, err := mocks.Invoker(c.machine, c.name)
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %s: %v, want %s", c.machine, c.name, err, c.want)
			}
			continue
		}
		succeeds(t, scenario{definition: `"T":{` + invokeTask + `,"End":true}`, invoke: invoker.Invoke}.run(t), c.want)
	}
}

// TestMockedFunction checks that a response in the shape of lambda:invoke is unwrapped where a function is named by its ARN.
func TestMockedFunction(t *testing.T) {
	mocks, err := engine.ParseMocks([]byte(`{"StateMachines":{"m":{"TestCases":{"C":{"T":"R"}}}},"MockedResponses":{"R":{"0":{"Return":{"StatusCode":200,"Payload":{"a":1}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for task, want := range map[string]string{`"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"`: `{"a":1}`, invokeTask: `{"Payload":{"a":1},"StatusCode":200}`} {
		invoker, err := mocks.Invoker("m", "C")
		if err != nil {
			t.Fatal(err)
		}
		succeeds(t, scenario{definition: `"T":{` + task + `,"End":true}`, invoke: func(ctx context.Context, task engine.Task) (any, error) { return invoker.Invoke(ctx, task) }}.run(t), want)
	}
}

func TestPrepareRefuses(t *testing.T) {
	cases := map[string]string{
		`{"StartAt":"A","States":{"A":{"Type":"Wait","SecondsPath":"$.s[","End":true}}}`:                                                                      `state 'A', field 'SecondsPath'`,
		`{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"a.$":"nothing"},"End":true}}}`:                                                            `state 'A', field 'a.$'`,
		`{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"b":{"a.$":1}},"End":true}}}`:                                                              `state 'A', field 'Parameters/b/a.$': the value of a field whose name ends in .$`,
		`{"StartAt":"A","States":{"A":{"Type":"Pass","ResultPath":"$.a[*]","End":true}}}`:                                                                     `state 'A', field 'ResultPath': the path '$.a[*]' is not a reference path`,
		`{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Output":"{% 1 + %}","End":true}}}`:                                            "state 'A', field 'Output': S0207: Unexpected end of expression",
		`{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}`:                                                                 "state 'A', field 'Next': missing target state 'B'",
		`{"QueryLanguage":"JSONata","StartAt":"B","States":{"A":{"Type":"Pass","End":true}}}`:                                                                 "StartAt names no state: 'B'",
		`{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Map","End":true}}}`:                                                                  "state 'A', field 'ItemProcessor': the Map has no item processor",
		machine(distributedMap(`"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"PARQUET"}}`, `"I":{"Type":"Succeed"}`)): "'PARQUET' cannot be read here",
	}
	for definition, want := range cases {
		if _, err := engine.PrepareJSON([]byte(definition)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", definition, err, want)
		}
	}
}

// TestObserver checks that events come live, in order, and as AWS shows them.
func TestObserver(t *testing.T) {
	var seen []engine.Event
	r := scenario{input: `{"b":1,"a":2}`, definition: `"A":{"Type":"Pass","Assign":{"v":"x"},"End":true}`, options: engine.Options{NoHistory: true, Observer: func(e engine.Event) { seen = append(seen, e) }}}.run(t)
	if r.History != nil || len(seen) != 4 || r.Events != 4 {
		t.Fatalf("%d events seen, %d kept, %d counted", len(seen), len(r.History), r.Events)
	}
	text, err := json.Marshal(seen[2].Object())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"timestamp":"2026-01-01T00:00:00.000Z","type":"PassStateExited","id":3,"previousEventId":2,"stateExitedEventDetails":{"assignedVariables":{"v":"\"x\""},"assignedVariablesDetails":{"truncated":false},"name":"A","output":"{\"b\":1,\"a\":2}","outputDetails":{"truncated":false}}}`
	if !bytes.Equal(text, []byte(want)) {
		t.Errorf("%s\nwant %s", text, want)
	}
}
