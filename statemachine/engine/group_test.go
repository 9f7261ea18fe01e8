package engine_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

func TestParallel(t *testing.T) {
	r := scenario{input: `{"n":1}`, definition: `"P":{"Type":"Parallel","Arguments":{"m":"{% $states.input.n + 1 %}"},"Output":"{% $states.result %}","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":3,"Next":"A2"},"A2":{"Type":"Pass","Output":"{% $states.input.m %}","End":true}}},
		{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":2,"Output":"b","End":true}}},
		{"StartAt":"C","States":{"C":{"Type":"Succeed","Output":null}}}]}`}.run(t)
	succeeds(t, r, `[2,"b",null]`)
	if d := r.Stopped.Sub(r.Started); d != 3*time.Second {
		t.Errorf("took %v: the branches have not run at the same time", d)
	}
}

// TestParallelFailure checks that the error of a branch passes through, and that the other branches are aborted with what they wait for.
func TestParallelFailure(t *testing.T) {
	var cancelled atomic.Bool
	clock := engine.NewVirtual(epoch)
	r := scenario{host: engine.Host{Clock: clock}, definition: `"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{` + invokeTask + `,"End":true}}},
		{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":100,"End":true}}},
		{"StartAt":"C","States":{"C":{"Type":"Wait","Seconds":1,"Next":"F"},"F":{"Type":"Fail","Error":"Boom","Cause":"c"}}}]}`,
		invoke: func(ctx context.Context, _ engine.Task) (any, error) {
			err := engine.Sleep(ctx, clock, time.Hour)
			cancelled.Store(err != nil)
			return nil, err
		}}.run(t)
	fails(t, r, "Boom", "c")
	follows(t, r, "1<0 ExecutionStarted", "2<0 ParallelStateEntered", "3<2 ParallelStateStarted", "4<3 TaskStateEntered", "5<4 TaskScheduled", "6<5 TaskStarted",
		"7<3 WaitStateEntered", "8<3 WaitStateEntered", "9<8 WaitStateExited", "10<9 FailStateEntered", "11<6 TaskStateAborted", "12<7 WaitStateAborted",
		"13<10 ParallelStateFailed", "14<13 ExecutionFailed")
	for range 200 {
		if cancelled.Load() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("the task of the aborted branch was not cancelled")
}

func TestParallelRetry(t *testing.T) {
	r := scenario{definition: `"P":{"Type":"Parallel","Retry":[{"ErrorEquals":["Boom"],"IntervalSeconds":10}],"Output":"{% $states.context.State.RetryCount %}","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Condition":"{% $millis() < 0 %}","Next":"F"}],"Default":"T"},"F":{"Type":"Fail","Error":"Boom"},"T":{` + invokeTask + `,"End":true}}}]}`,
		invoke: countdownFailure(2)}.run(t)
	succeeds(t, r, "2")
	if d := r.Stopped.Sub(r.Started); d != 30*time.Second {
		t.Errorf("took %v, want 10 s and 20 s between the attempts", d)
	}
}

// countdownFailure fails so many calls with Boom.
func countdownFailure(times int32) func(context.Context, engine.Task) (any, error) {
	return func(context.Context, engine.Task) (any, error) {
		if atomic.AddInt32(&times, -1) >= 0 {
			return nil, &engine.TaskError{Name: "Boom"}
		}
		return "ok", nil
	}
}

// TestRuntimeErrorsAreFinal checks that nothing catches a failure of the interpreter, at whatever depth.
func TestRuntimeErrorsAreFinal(t *testing.T) {
	r := scenario{definition: `"P":{"Type":"Parallel","Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z"}],"End":true,"Branches":[
		{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Condition":false,"Next":"S"}]},"S":{"Type":"Succeed"}}}]},"Z":{"Type":"Succeed"}`}.run(t)
	fails(t, r, "States.Runtime", "(entered at the event id #4)")
	follows(t, r, "1<0 ExecutionStarted", "2<0 ParallelStateEntered", "3<2 ParallelStateStarted", "4<3 ChoiceStateEntered", "5<4 ExecutionFailed")
}

func mapOf(fields, states string) string {
	name := strings.Split(states, `"`)[1]
	return fmt.Sprintf(`"M":{"Type":"Map",%s,"End":true,"ItemProcessor":{"StartAt":%q,"States":{%s}}}`, fields, name, states)
}

func TestMap(t *testing.T) {
	cases := []struct{ name, definition, input, want string }{
		{"input", mapOf(`"MaxConcurrency":2`, `"I":{"Type":"Pass","Output":"{% $states.input * 2 %}","End":true}`), `[1,2,3]`, `[2,4,6]`},
		{"empty", mapOf(`"Items":[]`, `"I":{"Type":"Succeed"}`), `{}`, `[]`},
		{"object", mapOf(`"ItemSelector":["{% $states.context.Map.Item.Key %}","{% $states.context.Map.Item.Value %}"]`, `"I":{"Type":"Succeed"}`), `{"b":1,"a":2}`, `[["b",1],["a",2]]`},
		{"state input in the selector", mapOf(`"Items":"{% $states.input.l %}","ItemSelector":"{% $states.input.n + $states.context.Map.Item.Value %}"`, `"I":{"Type":"Succeed"}`), `{"n":10,"l":[1,2]}`, `[11,12]`},
		{"nested", mapOf(`"Items":[[1,2],[3]]`, `"I":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"J","States":{"J":{"Type":"Pass","Output":"{% $states.context.Map.Item.Value & '' %}","End":true}}}}`), `{}`, `[["1","2"],["3"]]`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { succeeds(t, scenario{definition: c.definition, input: c.input}.run(t), c.want) })
	}
	r := scenario{definition: mapOf(`"ItemSelector":"{% $nothing %}"`, `"I":{"Type":"Succeed"}`), input: `[1]`}.run(t)
	fails(t, r, "States.QueryEvaluationError", "specified for the field 'ItemSelector' returned nothing")
	r = scenario{definition: mapOf(`"Items":"{% 1 %}"`, `"I":{"Type":"Succeed"}`)}.run(t)
	fails(t, r, "States.QueryEvaluationError", "Expected 'array', but was 'number' for value: 1")
}

// TestMapConcurrency checks that no more iterations run at once than MaxConcurrency, 40 without it.
func TestMapConcurrency(t *testing.T) {
	for limit, want := range map[int]int32{1: 1, 3: 3, 0: 40, 100: 40} {
		clock := engine.NewVirtual(epoch)
		var running, most atomic.Int32
		r := scenario{host: engine.Host{Clock: clock}, definition: mapOf(fmt.Sprintf(`"Items":"{%% [1..100] %%}","MaxConcurrency":%d`, limit), `"T":{`+invokeTask+`,"End":true}`),
			invoke: func(ctx context.Context, _ engine.Task) (any, error) {
				most.Store(max(most.Load(), running.Add(1)))
				defer running.Add(-1)
				return nil, engine.Sleep(ctx, clock, time.Second)
			}}.run(t)
		if most.Load() != want || r.Status != engine.Succeeded {
			t.Errorf("MaxConcurrency %d: %d ran at once, want %d (%s)", limit, most.Load(), want, r.Status)
		}
	}
}

const failOnTwo = `"C":{"Type":"Choice","Choices":[{"Condition":"{% $states.input in [2,4] %}","Next":"F"}],"Default":"S"},"F":{"Type":"Fail","Error":"Boom","Cause":"c"},"S":{"Type":"Succeed"}`

func TestMapFailure(t *testing.T) {
	r := scenario{definition: mapOf(`"Items":[1,2,3,4],"MaxConcurrency":1`, failOnTwo)}.run(t)
	fails(t, r, "Boom", "c")
	follows(t, r, "1<0 ExecutionStarted", "2<0 MapStateEntered", "3<2 MapStateStarted", "4<3 MapIterationStarted", "5<4 ChoiceStateEntered", "6<5 ChoiceStateExited",
		"7<6 SucceedStateEntered", "8<7 SucceedStateExited", "9<8 MapIterationSucceeded", "10<8 MapIterationStarted", "11<10 ChoiceStateEntered", "12<11 ChoiceStateExited",
		"13<12 FailStateEntered", "14<13 MapIterationFailed", "15<13 MapStateFailed", "16<15 ExecutionFailed")
	for tolerance, output := range map[string]string{`"ToleratedFailureCount":2`: "[1,3]", `"ToleratedFailurePercentage":50`: "[1,3]", `"ToleratedFailureCount":"{% 2 %}","ToleratedFailurePercentage":60`: "[1,3]",
		`"ToleratedFailureCount":1`: "", `"ToleratedFailurePercentage":49.5`: "", `"ToleratedFailureCount":9,"ToleratedFailurePercentage":10`: ""} {
		r := scenario{definition: mapOf(`"Items":[1,2,3,4],`+tolerance, failOnTwo)}.run(t)
		if output == "" {
			fails(t, r, "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")
		} else {
			succeeds(t, r, output)
		}
	}
}

// child makes a distributed Map.
func distributedMap(fields, states string) string {
	return strings.Replace(mapOf(fields, states), `"ItemProcessor":{`, `"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},`, 1)
}

func TestDistributedMap(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "in/list.json", `[{"n":1},{"n":2},{"n":3}]`)
	write(t, folder, "in/deep.json", `{"a":{"b":[5,6]}}`)
	write(t, folder, "in/lines.jsonl", "{\"n\":1}\n\n{\"n\":2}\n")
	write(t, folder, "in/table.csv", "id,name\n1,\"a, b\"\n2,c\n")
	write(t, folder, "in/given.csv", "1;x\n2;y\n")
	write(t, folder, "in/twice.csv", "a,a\n1,2\n")
	write(t, folder, "in/object.json", `{"a":1}`)
	reader := func(key, config string) string {
		return `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"in","Key":"` + key + `"},"ReaderConfig":{` + config + `}}`
	}
	pass := `"I":{"Type":"Succeed"}`
	cases := []struct{ name, definition, want, failure string }{
		{"JSON", distributedMap(reader("list.json", `"InputType":"JSON"`), `"I":{"Type":"Pass","Output":"{% $states.input.n %}","End":true}`), `[1,2,3]`, ""},
		{"MaxItems", distributedMap(reader("list.json", `"InputType":"JSON","MaxItems":"{% 2 %}"`), pass), `[{"n":1},{"n":2}]`, ""},
		{"ItemsPointer", distributedMap(reader("deep.json", `"InputType":"JSON","ItemsPointer":"/a/b"`), pass), `[5,6]`, ""},
		{"JSON lines", distributedMap(reader("lines.jsonl", `"InputType":"JSONL"`), pass), `[{"n":1},{"n":2}]`, ""},
		{"CSV", distributedMap(reader("table.csv", `"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"`), pass), `[{"id":"1","name":"a, b"},{"id":"2","name":"c"}]`, ""},
		{"CSV with given headers", distributedMap(reader("given.csv", `"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["k","v"],"CSVDelimiter":"SEMICOLON"`), pass), `[{"k":"1","v":"x"},{"k":"2","v":"y"}]`, ""},
		{"CSV with headers twice", distributedMap(reader("twice.csv", `"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"`), pass), "", "CSV headers cannot contain duplicates."},
		{"JSON that is no list", distributedMap(reader("object.json", `"InputType":"JSON"`), pass), "", "Attempting to map over non-iterable node."},
		{"missing object", distributedMap(reader("nothing.json", `"InputType":"JSON"`), pass), "", "does not exist"},
		{"escape", distributedMap(reader("../secret", `"InputType":"JSON"`), pass), "", "not allowed"},
		{"listing", distributedMap(`"ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","Arguments":{"Bucket":"in","Prefix":"t"}}`, `"I":{"Type":"Pass","Output":"{% $states.input.Key %}","End":true}`), `["table.csv","twice.csv"]`, ""},
		{"items and selector", distributedMap(`"Items":[1,2],"ItemSelector":{"i":"{% $states.context.Map.Item.Index %}","v":"{% $states.context.Map.Item.Value %}"}`, pass), `[{"i":0,"v":1},{"i":1,"v":2}]`, ""},
		{"batches", distributedMap(`"Items":[1,2,3],"ItemBatcher":{"MaxItemsPerBatch":2,"BatchInput":{"k":"{% 'v' %}"}}`, pass), `[{"BatchInput":{"k":"v"},"Items":[1,2]},{"BatchInput":{"k":"v"},"Items":[3]}]`, ""},
		{"batches by size", distributedMap(`"Items":["aaaa","bbbb","cc"],"ItemBatcher":{"MaxInputBytesPerBatch":25}`, pass), `[{"Items":["aaaa","bbbb"]},{"Items":["cc"]}]`, ""},
		{"flat results", distributedMap(`"Items":[[1,2],[3]],"ResultWriter":{"WriterConfig":{"Transformation":"FLATTEN","OutputType":"JSON"}}`, pass), `[1,2,3]`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := scenario{definition: c.definition, host: engine.Host{Blobs: engine.Folder(folder)}}.run(t)
			if c.failure != "" {
				fails(t, r, "States.ItemReaderFailed", c.failure)
			} else {
				succeeds(t, r, c.want)
			}
		})
	}
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	file := filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestDistributedMapHistory checks that child executions have histories of their own and no variables of the parent.
func TestDistributedMapHistory(t *testing.T) {
	r := scenario{definition: `"V":{"Type":"Pass","Assign":{"outer":1},"Next":"M"},` + distributedMap(`"Items":[1,2],"Label":"each"`,
		`"I":{"Type":"Pass","Output":["{% $exists($outer) %}","{% $states.context.Execution.Id %}"],"End":true}`),
		options: engine.Options{Machine: "m"}, host: engine.Host{Random: func() float64 { return 0 }}}.run(t)
	id := "00000000-0000-4000-8000-000000000000"
	succeeds(t, r, `[[false,"arn:aws:states:us-east-1:000000000000:execution:m/each:`+id+`"],[false,"arn:aws:states:us-east-1:000000000000:execution:m/each:`+id+`"]]`)
	follows(t, r, "1<0 ExecutionStarted", "2<0 PassStateEntered", "3<2 PassStateExited", "4<3 MapStateEntered", "5<4 MapStateStarted", "6<5 MapRunStarted",
		"7<6 MapRunSucceeded", "8<7 MapStateSucceeded", "9<6 MapStateExited", "10<9 ExecutionSucceeded")
}

func TestDistributedMapFailure(t *testing.T) {
	r := scenario{definition: distributedMap(`"Items":[1,2,3,4]`, failOnTwo)}.run(t)
	fails(t, r, "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")
	follows(t, r, "1<0 ExecutionStarted", "2<0 MapStateEntered", "3<2 MapStateStarted", "4<3 MapRunStarted", "5<4 MapRunFailed", "6<5 MapStateFailed", "7<6 ExecutionFailed")
	succeeds(t, scenario{definition: distributedMap(`"Items":[1,2,3,4],"ToleratedFailurePercentage":50`, failOnTwo)}.run(t), "[1,3]")
}

func TestResultWriter(t *testing.T) {
	folder := engine.Folder(t.TempDir())
	r := scenario{definition: distributedMap(`"Items":[1,2,3],"ToleratedFailureCount":1,"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Arguments":{"Bucket":"out","Prefix":"p"}}`, failOnTwo),
		host: engine.Host{Blobs: folder}, options: engine.Options{Machine: "m"}}.run(t)
	output, ok := r.Output.(*jsonata.Object)
	if !ok {
		t.Fatalf("%s %s %s", r.Status, r.Error, r.Cause)
	}
	details, _ := output.Get("ResultWriterDetails")
	key, _ := details.(*jsonata.Object).Get("Key")
	data, err := folder.Get("out", key.(string))
	if err != nil {
		t.Fatal(err)
	}
	manifest := tree(decode(t, string(data))).(map[string]any)
	files := manifest["ResultFiles"].(map[string]any)
	for status, want := range map[string]string{"SUCCEEDED": `"Output":"1"`, "FAILED": `"Error":"Boom"`} {
		file := files[status].([]any)[0].(map[string]any)
		text, err := folder.Get("out", file["Key"].(string))
		if err != nil || !strings.Contains(string(text), want) || float64(len(text)) != file["Size"] {
			t.Errorf("%s: %v %s", status, err, text)
		}
	}
}

// TestNoStarvation checks that a branch that never rests keeps neither the tasks nor the waits of the others from going on.
func TestNoStarvation(t *testing.T) {
	for _, other := range []string{`"O":{` + invokeTask + `,"Next":"F"}`, `"O":{"Type":"Wait","Seconds":1,"Next":"F"}`} {
		r := scenario{host: engine.Host{Clock: engine.System}, options: engine.Options{Express: true, NoHistory: true}, definition: `"P":{"Type":"Parallel","End":true,"Branches":[
			{"StartAt":"L","States":{"L":{"Type":"Choice","Choices":[{"Condition":true,"Next":"L"}],"Default":"S"},"S":{"Type":"Succeed"}}},
			{"StartAt":"O","States":{` + other + `,"F":{"Type":"Fail","Error":"Done"}}}]}`, invoke: failing(0, nil)}.run(t)
		fails(t, r, "Done", "")
	}
}

// TestActivity checks the events of an activity.
func TestActivity(t *testing.T) {
	r := scenario{definition: `"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:111122223333:activity:a","End":true}`, invoke: failing(0, nil)}.run(t)
	succeeds(t, r, `"ok"`)
	follows(t, r, "1<0 ExecutionStarted", "2<0 TaskStateEntered", "3<2 ActivityScheduled", "4<3 ActivityStarted", "5<4 ActivitySucceeded", "6<5 TaskStateExited", "7<6 ExecutionSucceeded")
}
