package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// scenario is one run with a virtual clock.
type scenario struct {
	definition string // the states, as JSON text; the first is the start
	input      string
	invoke     func(ctx context.Context, task engine.Task) (any, error)
	options    engine.Options
	timeout    int // TimeoutSeconds of the machine
	host       engine.Host
}

// machine makes a definition of states; the first one is the start.
func machine(states string) string {
	name := states[strings.IndexByte(states, '"')+1:]
	name = name[:strings.IndexByte(name, '"')]
	return fmt.Sprintf(`{"QueryLanguage":"JSONata","StartAt":%q,"States":{%s}}`, name, states)
}

func (s scenario) run(t *testing.T) engine.Result {
	t.Helper()
	text := machine(s.definition)
	if s.timeout > 0 {
		text = strings.Replace(text, `{"QueryLanguage"`, fmt.Sprintf(`{"TimeoutSeconds":%d,"QueryLanguage"`, s.timeout), 1)
	}
	program, err := engine.PrepareJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	host := s.host
	if host.Clock == nil {
		host.Clock = engine.NewVirtual(epoch)
	}
	if s.invoke != nil {
		host.Invoker = engine.InvokerFunc(s.invoke)
	}
	if s.input == "" {
		s.input = "{}"
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return engine.Run(ctx, program, decode(t, s.input), host, s.options)
}

func decode(t *testing.T, text string) any {
	t.Helper()
	v, err := jsonata.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func succeeds(t *testing.T, r engine.Result, output string) {
	t.Helper()
	if got := encode(tree(r.Output)); r.Status != engine.Succeeded || got != output {
		t.Errorf("%s %s %s, output %s; want %s", r.Status, r.Error, r.Cause, got, output)
	}
}

func fails(t *testing.T, r engine.Result, name, cause string) {
	t.Helper()
	if r.Status != engine.Failure || r.Error != name || !strings.Contains(r.Cause, cause) {
		t.Errorf("%s %q %q; want FAILED %q %q", r.Status, r.Error, r.Cause, name, cause)
	}
}

// outline is the history in short: types with the numbers of the events and of those they follow.
func outline(r engine.Result) []string {
	var lines []string
	for _, e := range r.History {
		lines = append(lines, fmt.Sprintf("%d<%d %s", e.ID, e.PreviousEventID, e.Type))
	}
	return lines
}

func follows(t *testing.T, r engine.Result, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, outline(r)); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

const invokeTask = `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"f","Payload":"{% $states.input %}"}`

// failing answers the first calls with an error and later ones with "ok".
func failing(times int, err error) func(context.Context, engine.Task) (any, error) {
	return func(_ context.Context, task engine.Task) (any, error) {
		if task.Attempt < times {
			return nil, err
		}
		return "ok", nil
	}
}

func TestVariables(t *testing.T) {
	swap := scenario{definition: `"A":{"Type":"Pass","Assign":{"x":1,"y":2},"Next":"B"},
		"B":{"Type":"Pass","Assign":{"x":"{% $y %}","y":"{% $x %}"},"Output":"{% [$x,$y] %}","Next":"C"},
		"C":{"Type":"Pass","Output":{"before":"{% $states.input %}","after":"{% [$x,$y] %}"},"End":true}`}
	succeeds(t, swap.run(t), `{"after":[2,1],"before":[1,2]}`)

	inner := scenario{input: `[1,2]`, definition: `"A":{"Type":"Pass","Assign":{"outer":10},"Next":"M"},
		"M":{"Type":"Map","Assign":{"sum":"{% $states.result[0]+$states.result[1] %}"},"Next":"Z","ItemProcessor":{"StartAt":"I","States":{
			"I":{"Type":"Pass","Assign":{"own":"{% $states.input*$outer %}"},"Next":"J"},"J":{"Type":"Pass","Output":"{% $own %}","End":true}}}},
		"Z":{"Type":"Pass","Output":{"sum":"{% $sum %}","own":"{% $exists($own) %}"},"End":true}`}
	succeeds(t, inner.run(t), `{"own":false,"sum":30}`)
}

func TestContextObject(t *testing.T) {
	r := scenario{input: `{"a":1}`, options: engine.Options{Name: "n", Machine: "m"}, definition: `"A":{"Type":"Map","Items":["x"],"ItemSelector":{"i":"{% $states.context.Map.Item.Index %}","v":"{% $states.context.Map.Item.Value %}"},
		"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","Output":"{% $merge([$states.context.Execution, {'state': $states.context.State, 'machine': $states.context.StateMachine, 'item': $states.context.Map.Item, 'in': $states.input}]) %}","End":true}}},"End":true}`}.run(t)
	succeeds(t, r, `[{"Id":"arn:aws:states:us-east-1:000000000000:execution:m:n","Input":{"a":1},"Name":"n","RedriveCount":0,"RoleArn":"arn:aws:iam::000000000000:role/m","StartTime":"2026-01-01T00:00:00.000Z",`+
		`"in":{"i":0,"v":"x"},"item":{"Index":0,"Value":"x"},"machine":{"Id":"arn:aws:states:us-east-1:000000000000:stateMachine:m","Name":"m"},"state":{"EnteredTime":"2026-01-01T00:00:00.000Z","Name":"I"}}]`)
}

func TestChoice(t *testing.T) {
	choice := `"C":{"Type":"Choice","Assign":{"v":"default"},"Output":"{% 'none' %}","Default":"Z","Choices":[
		{"Condition":"{% $states.input.n > 10 %}","Next":"Z","Output":"many","Assign":{"v":"first"}},
		{"Condition":"{% $states.input.n > 5 %}","Next":"Z","Assign":{"v":"second"}}]},
		"Z":{"Type":"Pass","Output":["{% $v %}","{% $states.input %}"],"End":true}`
	for input, want := range map[string]string{`{"n":11}`: `["first","many"]`, `{"n":6}`: `["second",{"n":6}]`, `{"n":1}`: `["default","none"]`} {
		succeeds(t, scenario{definition: choice, input: input}.run(t), want)
	}
	r := scenario{definition: choice, input: `{"n":"x"}`}.run(t)
	fails(t, r, "States.QueryEvaluationError", "specified for the field 'Choices[0]/Condition'")

	r = scenario{definition: `"C":{"Type":"Choice","Choices":[{"Condition":"{% 'yes' %}","Next":"Z"}]},"Z":{"Type":"Succeed"}`}.run(t)
	fails(t, r, "States.QueryEvaluationError", `returned an unexpected result type. Expected 'boolean', but was 'string' for value: "yes"`)

	r = scenario{definition: `"C":{"Type":"Choice","Choices":[{"Condition":false,"Next":"Z"}]},"Z":{"Type":"Succeed"}`}.run(t)
	fails(t, r, "States.Runtime", "(entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.")
}

func TestRetry(t *testing.T) {
	boom := &engine.TaskError{Name: "Boom", Cause: "b"}
	cases := []struct {
		name, retry string
		failures    int
		status      string
		seconds     float64
	}{
		{"defaults: 1, 2 and 4 seconds", `{"ErrorEquals":["Boom"]}`, 3, engine.Succeeded, 7},
		{"three attempts by default", `{"ErrorEquals":["Boom"]}`, 4, engine.Failure, 7},
		{"no attempts", `{"ErrorEquals":["Boom"],"MaxAttempts":0}`, 1, engine.Failure, 0},
		{"interval and rate", `{"ErrorEquals":["Boom"],"IntervalSeconds":3,"BackoffRate":1.5,"MaxAttempts":2}`, 2, engine.Succeeded, 7.5},
		{"cap", `{"ErrorEquals":["Boom"],"IntervalSeconds":2,"MaxDelaySeconds":3,"MaxAttempts":4}`, 4, engine.Succeeded, 11},
		{"jitter", `{"ErrorEquals":["Boom"],"IntervalSeconds":4,"BackoffRate":1,"JitterStrategy":"FULL"}`, 2, engine.Succeeded, 2},
		{"task failed", `{"ErrorEquals":["States.TaskFailed"],"MaxAttempts":1}`, 1, engine.Succeeded, 1},
		{"all", `{"ErrorEquals":["States.ALL"],"MaxAttempts":1}`, 1, engine.Succeeded, 1},
		{"another error", `{"ErrorEquals":["Bang"]}`, 1, engine.Failure, 0},
		{"the first that matches", `{"ErrorEquals":["Boom"],"MaxAttempts":0},{"ErrorEquals":["States.ALL"]}`, 1, engine.Failure, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			host := engine.Host{Random: func() float64 { return 0.25 }}
			r := scenario{definition: `"T":{` + invokeTask + `,"Retry":[` + c.retry + `],"End":true}`, invoke: failing(c.failures, boom), host: host}.run(t)
			if r.Status != c.status || r.Stopped.Sub(r.Started).Seconds() != c.seconds {
				t.Errorf("%s after %v, want %s after %vs", r.Status, r.Stopped.Sub(r.Started), c.status, c.seconds)
			}
		})
	}
}

// TestRetriersCountAlone checks that each retrier has a count of its own, and that counts begin anew when the state is entered again.
func TestRetriersCountAlone(t *testing.T) {
	errs := []string{"A", "B", "A", "B"}
	r := scenario{definition: `"T":{` + invokeTask + `,"Retry":[{"ErrorEquals":["A"],"MaxAttempts":2,"BackoffRate":1},{"ErrorEquals":["B"],"MaxAttempts":2,"BackoffRate":1}],
			"Output":"{% $states.context.State.RetryCount %}","End":true}`,
		invoke: func(_ context.Context, task engine.Task) (any, error) {
			if task.Attempt < len(errs) {
				return nil, &engine.TaskError{Name: errs[task.Attempt]}
			}
			return nil, nil
		}}.run(t)
	succeeds(t, r, "4")
}

func TestCatch(t *testing.T) {
	r := scenario{input: `{"n":1}`, definition: `"T":{` + invokeTask + `,"Assign":{"a":"never"},"Catch":[{"ErrorEquals":["Other"],"Next":"Z"},{"ErrorEquals":["Boom"],"Next":"Z","Assign":{"e":"{% $states.errorOutput %}"},"Output":"{% $states.input %}"}],"End":true},
		"Z":{"Type":"Pass","Output":{"e":"{% $e %}","in":"{% $states.input %}","a":"{% $exists($a) %}"},"End":true}`,
		invoke: failing(9, &engine.TaskError{Name: "Boom", Cause: "why"})}.run(t)
	succeeds(t, r, `{"a":false,"e":{"Cause":"why","Error":"Boom"},"in":{"n":1}}`)
	follows(t, r, "1<0 ExecutionStarted", "2<0 TaskStateEntered", "3<2 TaskScheduled", "4<3 TaskStarted", "5<4 TaskFailed", "6<5 TaskStateExited", "7<6 PassStateEntered",
		"8<7 PassStateExited", "9<8 ExecutionSucceeded")

	r = scenario{definition: `"T":{` + invokeTask + `,"Output":"{% $nothing %}","Catch":[{"ErrorEquals":["States.QueryEvaluationError"],"Next":"Z"}],"End":true},"Z":{"Type":"Succeed","Output":"{% $states.input.Error %}"}`,
		invoke: failing(0, nil)}.run(t)
	succeeds(t, r, `"States.QueryEvaluationError"`)
}

// TestGoErrors checks how errors of Go functions look to a state machine.
func TestGoErrors(t *testing.T) {
	cases := []struct {
		name   string
		invoke func(context.Context, engine.Task) (any, error)
		error  string
		cause  string
	}{
		{"errors.New", failing(9, errors.New("plain")), "errorString", `{"errorMessage":"plain","errorType":"errorString"}`},
		{"wrapped", failing(9, fmt.Errorf("outer: %w", errors.New("inner"))), "wrapError", `{"errorMessage":"outer: inner","errorType":"wrapError"}`},
		{"named", failing(9, fmt.Errorf("somewhere: %w", &engine.TaskError{Name: "Sql.Syntax", Cause: "{}"})), "Sql.Syntax", "{}"},
		{"panic", func(context.Context, engine.Task) (any, error) { panic("help") }, "string", `{"errorMessage":"help","errorType":"string","stackTrace":[`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fails(t, scenario{definition: `"T":{` + invokeTask + `,"End":true}`, invoke: c.invoke}.run(t), c.error, c.cause)
		})
	}
}

// slow is an invoker that takes virtual time.
func slow(clock engine.Clock, d time.Duration) func(context.Context, engine.Task) (any, error) {
	return func(ctx context.Context, _ engine.Task) (any, error) {
		return "done", engine.Sleep(ctx, clock, d)
	}
}

func TestTimeouts(t *testing.T) {
	clock := engine.NewVirtual(epoch)
	host := engine.Host{Clock: clock}
	r := scenario{definition: `"T":{` + invokeTask + `,"TimeoutSeconds":5,"End":true}`, host: host, invoke: slow(clock, 4*time.Second)}.run(t)
	succeeds(t, scenarioOutput(r, "Payload"), `"done"`)

	r = scenario{definition: `"T":{` + invokeTask + `,"TimeoutSeconds":"{% 2+3 %}","End":true}`, host: host, invoke: slow(clock, 6*time.Second)}.run(t)
	fails(t, r, "States.Timeout", "")
	follows(t, r, "1<0 ExecutionStarted", "2<0 TaskStateEntered", "3<2 TaskScheduled", "4<3 TaskStarted", "5<4 TaskTimedOut", "6<5 ExecutionFailed")
	if d := r.Stopped.Sub(r.Started); d != 5*time.Second {
		t.Errorf("timed out after %v", d)
	}

	// States.TaskFailed does not stand for a timeout, States.Timeout does.
	r = scenario{definition: `"T":{` + invokeTask + `,"TimeoutSeconds":1,"Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"X"},{"ErrorEquals":["States.Timeout"],"Next":"Z"}],"End":true},"X":{"Type":"Fail"},"Z":{"Type":"Succeed"}`,
		host: host, invoke: slow(clock, time.Minute)}.run(t)
	succeeds(t, r, `{"Cause":"","Error":"States.Timeout"}`)

	r = scenario{definition: `"T":{` + invokeTask + `,"TimeoutSeconds":"{% -1 %}","End":true}`, host: host, invoke: slow(clock, 0)}.run(t)
	fails(t, r, "States.QueryEvaluationError", "out of range: -1")
}

// scenarioOutput is the result with one field of its output as the output.
func scenarioOutput(r engine.Result, field string) engine.Result {
	if o, ok := r.Output.(*jsonata.Object); ok {
		r.Output, _ = o.Get(field)
	}
	return r
}

func TestExecutionTimeout(t *testing.T) {
	r := scenario{definition: `"W":{"Type":"Wait","Seconds":25,"End":true}`, timeout: 3}.run(t)
	if r.Status != engine.TimedOut || r.Error != "" || r.Cause != "" || r.Stopped.Sub(r.Started) != 3*time.Second {
		t.Errorf("%+v", r)
	}
	follows(t, r, "1<0 ExecutionStarted", "2<0 WaitStateEntered", "3<0 ExecutionTimedOut")

	r = scenario{definition: `"W":{"Type":"Wait","Seconds":301,"End":true}`, options: engine.Options{Express: true}}.run(t)
	if r.Status != engine.TimedOut || r.Stopped.Sub(r.Started) != 5*time.Minute {
		t.Errorf("Express: %s after %v", r.Status, r.Stopped.Sub(r.Started))
	}
}

func TestWait(t *testing.T) {
	for fields, seconds := range map[string]float64{
		`"Seconds":90`:                            90,
		`"Seconds":"{% $states.input.s %}"`:       7,
		`"Timestamp":"2026-01-01T00:00:30Z"`:      30,
		`"Timestamp":"{% $states.input.at %}"`:    3600,
		`"Timestamp":"2020-01-01T00:00:00Z"`:      0,
		`"Timestamp":"2026-01-01T01:00:10+01:00"`: 10,
	} {
		r := scenario{input: `{"s":7,"at":"2026-01-01T01:00:00Z"}`, definition: `"W":{"Type":"Wait",` + fields + `,"End":true}`}.run(t)
		if r.Status != engine.Succeeded || r.Stopped.Sub(r.Started).Seconds() != seconds {
			t.Errorf("%s: %s %s after %v", fields, r.Status, r.Cause, r.Stopped.Sub(r.Started))
		}
	}
	fails(t, scenario{definition: `"W":{"Type":"Wait","Seconds":"{% 'x' %}","End":true}`}.run(t), "States.QueryEvaluationError", "Expected 'number', but was 'string'")
}

func TestEventLimit(t *testing.T) {
	loop := `"L":{"Type":"Choice","Choices":[{"Condition":true,"Next":"L"}],"Default":"Z"},"Z":{"Type":"Succeed"}`
	r := scenario{definition: loop}.run(t)
	fails(t, r, "States.Runtime", "The execution reached the maximum number of history events (25000).")
	last := r.History[len(r.History)-1]
	if r.Events != 25000 || last.ID != 25000 || last.PreviousEventID != 24999 || last.Type != "ExecutionFailed" {
		t.Errorf("%d events, the last is %+v", r.Events, last)
	}
	// An Express execution has no such limit; it ends with its time, or its context.
	program, err := engine.PrepareJSON([]byte(machine(loop)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	options := engine.Options{Express: true, NoHistory: true, Observer: func(e engine.Event) {
		if e.ID > 26_000 {
			cancel()
		}
	}}
	if r := engine.Run(ctx, program, nil, engine.Host{}, options); r.Status != engine.Aborted || r.Events <= 25000 {
		t.Errorf("Express: %s after %d events", r.Status, r.Events)
	}
}

func TestDataLimits(t *testing.T) {
	big := strings.Repeat("x", 262_142) // with its quotes exactly at the limit
	grow := `"A":{"Type":"Pass","Output":"{% $states.input & $states.input %}","End":true}`
	succeeds(t, scenario{definition: `"A":{"Type":"Pass","End":true}`, input: `"` + big + `"`}.run(t), `"`+big+`"`)
	r := scenario{definition: grow, input: `"` + big[:131_072] + `"`}.run(t)
	fails(t, r, "States.DataLimitExceeded", "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.")

	// The result of a task that is too large is caught by States.ALL, the output of a state is not.
	large := func(context.Context, engine.Task) (any, error) { return big, nil }
	caught := `"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z"}],"End":true},"Z":{"Type":"Succeed","Output":"{% $states.input.Error %}"}`
	succeeds(t, scenario{definition: `"T":{` + invokeTask + `,` + caught, invoke: large}.run(t), `"States.DataLimitExceeded"`)
	r = scenario{definition: `"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:111122223333:function:f","Output":"{% $states.result & 'more' %}",` + caught, invoke: large}.run(t)
	fails(t, r, "States.DataLimitExceeded", "returned a result")

	r = scenario{input: `"` + big[:200_000] + `"`, definition: `"A":{"Type":"Pass","Assign":{"a":"{% $states.input %}","b":"{% $states.input %}"},"End":true}`}.run(t)
	fails(t, r, "States.DataLimitExceeded", "variables assigned by the state")
	var states strings.Builder
	for i := range 60 {
		fmt.Fprintf(&states, `"S%d":{"Type":"Pass","Assign":{"v%d":"{%% $states.input %%}"},"Next":"S%d"},`, i, i, i+1)
	}
	r = scenario{input: `"` + big[:200_000] + `"`, definition: states.String() + `"S60":{"Type":"Succeed"}`}.run(t)
	fails(t, r, "States.DataLimitExceeded", "(entered at the event id #106). The variables of the execution")
}

// TestHostTime checks that expressions live in the time and with the randomness of the host.
func TestHostTime(t *testing.T) {
	r := scenario{host: engine.Host{Random: func() float64 { return 0.5 }}, definition: `"W":{"Type":"Wait","Seconds":90,"Next":"A"},"A":{"Type":"Pass","Output":["{% $now() %}","{% $random() %}"],"End":true}`}.run(t)
	succeeds(t, r, `["2026-01-01T00:01:30.000Z",0.5]`)
}

// TestNotFinite checks that numbers which JSON cannot hold are handed on as texts, as AWS does.
func TestNotFinite(t *testing.T) {
	r := scenario{definition: `"A":{"Type":"Pass","Output":["{% 1/0 %}","{% [-1/0, 2] %}","{% {'k': 1/0} %}"],"End":true}`}.run(t)
	succeeds(t, r, `["Infinity",["-Infinity",2],{"k":"Infinity"}]`)
}
