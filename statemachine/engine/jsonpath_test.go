package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/engine"
)

// pathScenario is a scenario whose machine is in JSONPath mode.
func pathScenario(t *testing.T, states, input string, invoke func(context.Context, engine.Task) (any, error)) engine.Result {
	t.Helper()
	program, err := engine.PrepareJSON([]byte(strings.Replace(machine(states), `"QueryLanguage":"JSONata",`, "", 1)))
	if err != nil {
		t.Fatalf("%s: %v", states, err)
	}
	host := engine.Host{Clock: engine.NewVirtual(epoch), Invoker: engine.InvokerFunc(invoke), Blobs: engine.Folder(t.TempDir()), Tokens: engine.NewTokens()}
	return engine.Run(t.Context(), program, decode(t, input), host, engine.Options{Name: "run"})
}

// functionTask is a task that calls a function by its ARN: its input is the event, its result what the function returns.
const functionTask = `"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"`

// TestInputAndOutputProcessing takes data through the fields of JSONPath mode.
func TestInputAndOutputProcessing(t *testing.T) {
	const input = `{"a":{"b":[1,{"c":2}]},"n":null}`
	for _, c := range []struct{ states, output string }{
		{`"A":{"Type":"Pass","InputPath":"$.a.b","End":true}`, `[1,{"c":2}]`},
		{`"A":{"Type":"Pass","InputPath":"$.a.b[1].c","ResultPath":"$.a.d.e","End":true}`, `{"a":{"b":[1,{"c":2}],"d":{"e":2}},"n":null}`},
		{`"A":{"Type":"Pass","InputPath":"$.a","ResultPath":"$.a.b[0]","OutputPath":"$.a.b[0].b[1]","End":true}`, `{"c":2}`},
		{`"A":{"Type":"Pass","InputPath":null,"End":true}`, `{}`},
		{`"A":{"Type":"Pass","Result":{"a.$":"$.x"},"ResultPath":null,"OutputPath":"$.n","End":true}`, `null`},
		{`"A":{"Type":"Pass","Result":1,"OutputPath":null,"End":true}`, `{}`},
		{`"A":{"Type":"Pass","Result":null,"End":true}`, `null`},
		{`"A":{"Type":"Pass","Result":{"a.$":"$.x","e":"{% 1 %}"},"End":true}`, `{"a.$":"$.x","e":"{% 1 %}"}`},
		{`"A":{"Type":"Pass","Parameters":{"x.$":"$.a.b[*]","y":{"z.$":"$$.State.Name","l":[{"c.$":"$.n"},"$.a"]},"t":"{% 1 %}"},"End":true}`,
			`{"t":"{% 1 %}","x":[1,{"c":2}],"y":{"l":[{"c":null},"$.a"],"z":"A"}}`},
		{`"A":{` + functionTask + `,"InputPath":"$.a","Parameters":{"c.$":"$.b[1].c"},"ResultSelector":{"r.$":"$.c"},"ResultPath":"$.t","OutputPath":"$.t","End":true}`, `{"r":2}`},
		{`"A":{` + functionTask + `,"InputPath":"$.a","Assign":{"v.$":"$.b[0]"},"ResultPath":"$.n","Next":"B"},"B":{"Type":"Pass","Parameters":{"v.$":"$v","n.$":"$.n.b[0]"},"End":true}`, `{"n":1,"v":1}`},
		{`"A":{"Type":"Succeed","InputPath":"$.a","OutputPath":"$.b[0]"}`, `1`},
		{`"A":{"Type":"Pass","Parameters":{"beyond.$":"$.a.b[2]","deep.$":"$.a.b[2].c"},"End":true}`, `{"beyond":null,"deep":null}`},
		{`"A":{"Type":"Wait","InputPath":"$.a","Seconds":1,"Assign":{"v.$":"$.b[0]"},"OutputPath":"$.b","Next":"B"},"B":{"Type":"Pass","Parameters":{"v.$":"$v","in.$":"$"},"End":true}`,
			`{"in":[1,{"c":2}],"v":1}`},
		{`"A":{"Type":"Parallel","Parameters":{"p.$":"$.a.b[0]"},"ResultSelector":{"first.$":"$[0].p"},"ResultPath":"$.r","OutputPath":"$.r.first",
			"Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}],"End":true}`, `1`},
		{`"A":{"Type":"Map","InputPath":"$.a","ItemsPath":"$.b","ItemSelector":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value","all.$":"$.b[0]"},"ResultSelector":{"n.$":"$.length()","last.$":"$[1].v"},
			"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}`, `{"last":{"c":2},"n":2}`},
		{`"A":{"Type":"Map","ItemsPath":"$.a.b","Parameters":{"v.$":"$$.Map.Item.Value"},"Iterator":{"StartAt":"B","States":{"B":{"Type":"Pass","OutputPath":"$.v","End":true}}},"ResultPath":"$.n","OutputPath":"$.n","End":true}`,
			`[1,{"c":2}]`},
		{`"A":{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% $states.input.a.b[0] %}","Next":"B"},"B":{"Type":"Pass","Parameters":{"v.$":"$"},"End":true}`, `{"v":1}`},
	} {
		succeeds(t, pathScenario(t, c.states, input, func(_ context.Context, task engine.Task) (any, error) { return task.Payload, nil }), c.output)
	}
}

// TestJSONPathFailures checks the words of what goes wrong in JSONPath mode: those of the recordings, and those that are known from elsewhere.
func TestJSONPathFailures(t *testing.T) {
	const at = "An error occurred while executing the state 'A' (entered at the event id #2). "
	const catch = `,"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"C"}],"End":true},"C":{"Type":"Pass","OutputPath":"$.e","End":true}`
	for _, c := range []struct{ states, name, cause string }{
		{`"A":{"Type":"Pass","InputPath":"$.no.way","End":true}`, "States.Runtime", at + "Invalid path '$.no.way' : Missing property in path $['no']"},
		{`"A":{"Type":"Pass","Parameters":{"x":{"y.$":"$.no"}},"End":true}`, "States.Runtime", at + `The JSONPath '$.no' specified for the field 'y.$' could not be found in the input '{"o":{},"t":"x"}'`},
		{`"A":{"Type":"Pass","Assign":{"y.$":"$no"},"End":true}`, "States.Runtime", at + `The JSONPath '$no' specified for the field 'y.$' could not be found in the input '{"o":{},"t":"x"}'`},
		{`"A":{"Type":"Pass","ResultPath":"$.t.u","End":true}`, "States.ReferencePathConflict", `Unable to apply ReferencePath $.t.u to input {"o":{},"t":"x"}`},
		{`"A":{` + functionTask + `,"TimeoutSecondsPath":"$.t"` + catch, "States.Runtime", at + `The TimeoutSecondsPath field refers to value "x" which is not a valid integer: $.t`},
		{`"A":{` + functionTask + `,"ResultSelector":{"y.$":"$.no"}` + catch, "States.Runtime", `'$.no' specified for the field 'y.$'`},
		{`"A":{"Type":"Wait","TimestampPath":"$.no","End":true}`, "States.Runtime", at + "The TimestampPath parameter does not reference an input value: $.no"},
		{`"A":{"Type":"Wait","TimestampPath":"$.o","End":true}`, "States.Runtime", at + "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.o == {}"},
		{`"A":{"Type":"Map","ItemsPath":"$.o","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}`, "States.Runtime", at + `Reference path "$.o" must point to array.`},
		{`"A":{"Type":"Map","ItemsPath":"$.o.list","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}`, "States.ReferencePathConflict", `Unable to apply step "list" to input {"o":{},"t":"x"}`},
		{`"A":{"Type":"Map","ItemsPath":"$$.Execution","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}`, "States.Runtime", at + `Reference path "$.Execution" must point to array.`},
		{`"A":{"Type":"Fail","ErrorPath":"$.t","CausePath":"$$.State.Name"}`, "x", "A"},
		{`"A":{"Type":"Fail","ErrorPath":"$.o"}`, "States.Runtime", "ErrorPath"},
		{`"A":{"Type":"Pass","Parameters":{"y.$":"$$.State.No"},"End":true}`, "States.Runtime", `specified for the field 'y.$' could not be found in the input '{"Execution":`},
		{`"A":{"Type":"Pass","Parameters":{"y.$":"States.Format('{}', $.l[0])"},"End":true}`, "States.Runtime", at + `The function 'States.Format('{}', $.l[0])' had the following error: The JsonPath argument for the field '$.l[0]' could not be found in the input '{"o":{},"t":"x"}'`},
		{`"A":{"Type":"Pass","Result":null,"Next":"B"},"B":{"Type":"Pass","InputPath":"$.a","End":true}`, "States.Runtime", "(entered at the event id #4). Unable to apply Path transformation to null or empty input."},
		{`"A":{"Type":"Pass","Result":null,"Next":"B"},"B":{"Type":"Pass","Parameters":{"y.$":"$"},"End":true}`, "States.Runtime", "(entered at the event id #4). Unable to apply Path transformation to null or empty input."},
	} {
		r := pathScenario(t, c.states, `{"o":{},"t":"x"}`, func(_ context.Context, task engine.Task) (any, error) { return task.Payload, nil })
		fails(t, r, c.name, c.cause)
		for _, event := range r.History {
			if event.Type == "EvaluationFailed" {
				t.Errorf("%s: an event of JSONata mode", c.states)
			}
		}
	}
}

// TestCatchWithResultPath checks that a catcher puts the error output into the raw input of the state.
func TestCatchWithResultPath(t *testing.T) {
	broken := func(context.Context, engine.Task) (any, error) {
		return nil, &engine.TaskError{Name: "E", Cause: "why"}
	}
	const task = `"A":{` + functionTask + `,"InputPath":"$.a","Parameters":{"p":1},"Catch":[{"ErrorEquals":["States.ALL"]`
	for _, c := range []struct{ catch, output string }{
		{`,"ResultPath":"$.e","Next":"B"}],"End":true},"B":{"Type":"Pass","End":true}`, `{"a":{"b":1},"e":{"Cause":"why","Error":"E"}}`},
		{`,"ResultPath":null,"Next":"B"}],"End":true},"B":{"Type":"Pass","End":true}`, `{"a":{"b":1}}`},
		{`,"Next":"B"}],"End":true},"B":{"Type":"Pass","End":true}`, `{"Cause":"why","Error":"E"}`},
		{`,"Assign":{"v.$":"$.Cause"},"Next":"B"}],"OutputPath":"$.no","End":true},"B":{"Type":"Pass","Parameters":{"v.$":"$v"},"End":true}`, `{"v":"why"}`},
	} {
		succeeds(t, pathScenario(t, task+c.catch, `{"a":{"b":1}}`, broken), c.output)
	}
	matched := pathScenario(t, `"A":{`+functionTask+`,"ResultPath":"$.a.b.c","Catch":[{"ErrorEquals":["States.ReferencePathConflict"],"ResultPath":"$.e","Next":"B"}],"End":true},"B":{"Type":"Pass","OutputPath":"$.e.Error","End":true}`,
		`{"a":{"b":1}}`, func(context.Context, engine.Task) (any, error) { return 1.0, nil })
	succeeds(t, matched, `"States.ReferencePathConflict"`)
	if r := pathScenario(t, `"A":{`+functionTask+`,"End":true}`, `{}`, func(context.Context, engine.Task) (any, error) { return nil, errors.New("no") }); r.Status != engine.Failure {
		t.Errorf("%s", r.Status)
	}
}

// TestHostilePaths checks that paths which find everything many times over come to an end, in any field.
func TestHostilePaths(t *testing.T) {
	deep := strings.Repeat(`{"a":[`, 300) + strings.Repeat(`1,`, 50_000) + `1` + strings.Repeat(`]}`, 300)
	for _, states := range []string{
		`"A":{"Type":"Pass","Parameters":{"v.$":"$..*..*"},"End":true}`,
		`"A":{"Type":"Parallel","ResultSelector":{"v.$":"$..a"},"Assign":{"w.$":"$.no"},"Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}],"End":true}`,
		`"A":{"Type":"Pass","InputPath":"$..*..*..*","End":true}`,
		`"A":{"Type":"Pass","OutputPath":"$..a..a","End":true}`,
		`"A":{"Type":"Pass","Parameters":{"v.$":"States.JsonToString($..a..a)"},"End":true}`,
		`"A":{"Type":"Pass","Parameters":{"v.$":"States.Hash($..a, 'MD5')","w.$":"States.ArrayUnique($..a..a)"},"End":true}`,
		`"A":{"Type":"Pass","Parameters":{"v.$":"States.Array(States.Array($..a..a, $..a..a), $..a..a)"},"End":true}`,
		`"A":{"Type":"Pass","Assign":{"v.$":"$..a..a","w.$":"$.no"},"End":true}`,
		`"A":{"Type":"Choice","Choices":[{"Variable":"$..a..a","IsNull":true,"Next":"B"}],"Default":"B"},"B":{"Type":"Fail","Error":"States.Runtime"}`,
		`"A":{"Type":"Pass","Parameters":{"v.$":"$..a[?(@..a == @..a)]"},"End":true}`,
	} {
		if r := pathScenario(t, states, deep, nil); r.Status != engine.Failure {
			t.Errorf("%s: %s", states, r.Status)
		}
	}
}

// TestSlimResult checks that the result of lambda:invoke is whole wherever more than its payload is read, also where no history is kept.
func TestSlimResult(t *testing.T) {
	for fields, want := range map[string]string{
		`"OutputPath":"$.Payload"`:                        `1`,
		`"OutputPath":"$.SdkHttpMetadata.HttpStatusCode"`: `200`,
		`"ResultSelector":{"s.$":"$.StatusCode"}`:         `{"s":200}`,
		`"ResultSelector":{"n.$":"$.length()"}`:           `{"n":5}`,
		`"ResultSelector":{"n.$":"$['SdkHttpMetadata','Payload']"},"OutputPath":"$.n.SdkHttpMetadata.HttpStatusCode"`: `200`,
		`"ResultSelector":{"n.$":"$..HttpStatusCode"}`:                                                                `{"n":[200]}`,
		`"ResultPath":"$.r","OutputPath":"$.r.SdkHttpMetadata.HttpStatusCode"`:                                        `200`,
		`"ResultPath":null,"Assign":{"v.$":"$.SdkHttpMetadata.HttpStatusCode"}`:                                       `{}`,
	} {
		program, err := engine.PrepareJSON([]byte(`{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},` + fields + `,"End":true}}}`))
		if err != nil {
			t.Fatal(err)
		}
		host := engine.Host{Invoker: engine.InvokerFunc(func(context.Context, engine.Task) (any, error) { return 1.0, nil })}
		succeeds(t, engine.Run(t.Context(), program, decode(t, `{}`), host, engine.Options{NoHistory: true}), want)
	}
}
