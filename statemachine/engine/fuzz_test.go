package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// FuzzRun runs arbitrary definitions with arbitrary inputs: no panic, no hang, and an end that says what it is.
func FuzzRun(f *testing.F) {
	if testing.Short() {
		f.Skip("not in a short run: some of its seeds run into limits")
	}
	for _, definition := range []string{
		chain(3), mapOfTasks, choiceAndParallel,
		machine(`"W":{"Type":"Wait","Seconds":9,"Next":"T"},"T":{` + invokeTask + `,"TimeoutSeconds":3,"Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z"}],"End":true},"Z":{"Type":"Fail","Error":"{% $states.input.Error %}"}`),
		machine(`"T":{` + tokenTask + `,"HeartbeatSeconds":3,"End":true}`),
		machine(mapOf(`"MaxConcurrency":2,"ToleratedFailureCount":1`, failOnTwo)),
		machine(distributedMap(`"Items":"{% $states.input %}","ItemBatcher":{"MaxItemsPerBatch":2},"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Arguments":{"Bucket":"b"}}`, failOnTwo)),
		machine(`"L":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.n > 0 %}","Next":"L","Output":{"n":"{% $states.input.n - 1 %}"}}],"Default":"S"},"S":{"Type":"Succeed"}`),
		machine(`"A":{"Type":"Pass","Output":"{% ($f := function($n) { $f($n + 1) }; $f(0)) %}","End":true}`),
		machine(`"P":{"Type":"Parallel","Retry":[{"ErrorEquals":["X"],"IntervalSeconds":99999998,"BackoffRate":9,"MaxAttempts":99999998}],"End":true,"Branches":[{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"X"}}}]}`),
		machine(mapOf(`"Items":[]`, `"I":{"Type":"Succeed"}`)),
		`{"StartAt":"A","States":{"A":{"Type":"Pass","InputPath":"$.n","Parameters":{"a.$":"$","b.$":"States.Format('{}', $$.State.Name)"},"ResultPath":"$.r.s","OutputPath":"$.r","Assign":{"v.$":"$.a"},"Next":"C"},
			"C":{"Type":"Choice","Choices":[{"And":[{"Variable":"$.s.a","IsPresent":true},{"Not":{"Variable":"$v","NumericLessThanPath":"$.s.a"}}],"Next":"W"}],"Default":"F"},
			"W":{"Type":"Wait","SecondsPath":"$v","End":true},"F":{"Type":"Fail","ErrorPath":"$.no","CausePath":"States.JsonToString($)"}}}`,
		`{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$","ItemSelector":{"v.$":"$$.Map.Item.Value","all.$":"$[*]"},"MaxConcurrencyPath":"$[0]","ToleratedFailurePercentagePath":"$[1]",
			"Iterator":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:111122223333:function:f","Parameters":{"p.$":"$.v"},"TimeoutSecondsPath":"$.v",
				"ResultSelector":{"x.$":"$.p"},"ResultPath":"$.all[0]","Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"S"}],"End":true},"S":{"Type":"Succeed","InputPath":null,"OutputPath":null}}},
			"ResultSelector":{"r.$":"$..x"},"End":true}}}`,
		`{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"v.$":"$..*..*[?(@.a == 1 || @ > 2)]","w.$":"States.ArrayPartition(States.ArrayRange(1, 9, 2), 2)"},"End":true}}}`,
	} {
		for _, input := range []string{`{}`, `[1,2,3]`, `{"n":3,"items":[1],"a":1}`} {
			f.Add([]byte(definition), []byte(input), false)
			f.Add([]byte(definition), []byte(input), true)
		}
	}
	f.Fuzz(func(t *testing.T, definition, input []byte, express bool) {
		program, err := engine.PrepareJSON(definition)
		if err != nil {
			return
		}
		value, err := jsonata.Decode(input)
		if err != nil {
			return
		}
		host := engine.Host{Clock: engine.NewVirtual(epoch), Tokens: engine.NewTokens(), Blobs: engine.Folder(t.TempDir()), Invoker: engine.InvokerFunc(fuzzed)}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		r := engine.Run(ctx, program, value, host, engine.Options{Express: express})
		if spent := time.Since(begun); spent > 10*time.Second {
			t.Fatalf("took %v", spent)
		}
		switch r.Status {
		case engine.Succeeded, engine.Failure, engine.TimedOut, engine.Aborted:
		default:
			t.Fatalf("status %q", r.Status)
		}
		for i, e := range r.History {
			if e.ID != int64(i+1) || e.PreviousEventID >= e.ID {
				t.Fatalf("event %d has the number %d and follows %d", i+1, e.ID, e.PreviousEventID)
			}
			e.Object()
		}
	})
}

// fuzzed answers tasks by their payload.
func fuzzed(_ context.Context, task engine.Task) (any, error) {
	switch v := task.Payload.(type) {
	case float64:
		return nil, &engine.TaskError{Name: "X", Cause: "number"}
	case string:
		panic(v)
	default:
		return v, nil
	}
}
