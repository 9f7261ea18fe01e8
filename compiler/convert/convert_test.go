package convert_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/convert"
	"github.com/steploom/steploom/statemachine/asl"
)

// convertState converts a machine of one state, and gives what became of its fields, compact, or the reason why it stays.
func convertState(t *testing.T, fields string) (string, convert.State) {
	t.Helper()
	definition := `{"StartAt":"A","States":{"A":{` + fields + `},"Z":{"Type":"Succeed"}}}`
	machine, err := asl.Unmarshal([]byte(definition))
	if err != nil {
		t.Fatalf("%s: %v", fields, err)
	}
	converted, states := convert.Machine(machine)
	text, err := asl.Marshal(converted)
	if err != nil {
		t.Fatal(err)
	}
	var shown struct {
		States map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &shown); err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, shown.States["A"]); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(compact.String(), "{"), "}"), states[0]
}

const (
	onePass = `"Type":"Pass","End":true,`
	oneTask = `"Type":"Task","Resource":"arn:aws:states:::sns:publish","End":true,`
	oneMap  = `"Type":"Map","End":true,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Succeed"}}},`
)

// TestStates has one state for each thing that is converted.
func TestStates(t *testing.T) {
	for _, c := range [][2]string{
		{onePass + `"InputPath":"$.a"`, `"Type":"Pass","Output":"{% $states.input.a %}","End":true`},
		{onePass + `"InputPath":null`, `"Type":"Pass","Output":{},"End":true`},
		{onePass + `"Result":{"a.$":"$.x"}`, `"Type":"Pass","Output":{"a.$":"$.x"},"End":true`},
		{onePass + `"Result":"{% text %}"`, `"Type":"Pass","Output":"{% '{% text %}' %}","End":true`},
		{onePass + `"Result":null`, `"Type":"Pass","Output":null,"End":true`},
		{onePass + `"Result":1,"ResultPath":null`, `"Type":"Pass","End":true`},
		{onePass + `"Result":1,"ResultPath":"$.a.b"`, `"Type":"Pass","Output":"{% $merge([$states.input, {'a': $merge([$states.input.a, {'b': 1}])}]) %}","End":true`},
		{onePass + `"Result":{"c":2},"ResultPath":"$.a.b","OutputPath":"$.a.b.c"`, `"Type":"Pass","Output":2,"End":true`},
		{onePass + `"Result":1,"ResultPath":"$.a","OutputPath":"$.z"`, `"Type":"Pass","Output":"{% $states.input.z %}","End":true`},
		{onePass + `"Parameters":{"a.$":"$.l[0].x","b":{"c.$":"$$.State.Name","n":null},"v.$":"$v.w"},"Assign":{"x.$":"$.b.c","y":1}`,
			`"Type":"Pass","Assign":{"x":"{% $states.context.State.Name %}","y":1},"Output":{"a":"{% $type($states.input.l) = 'array' ? $exists($states.input.l[0]) ? $states.input.l[0].x : null %}","b":{"c":"{% $states.context.State.Name %}","n":null},"v":"{% $v.w %}"},"End":true`},
		{onePass + `"Parameters":{"t.$":"States.Format('{} of {}', 7, $$.State.Name)"}`, `"Type":"Pass","Output":{"t":"{% $string(7) & ' of ' & $states.context.State.Name %}"},"End":true`},
		{onePass + `"Parameters":{"s.$":"States.MathAdd($.n, -1)"}`, `"Type":"Pass","Output":{"s":"{% $floor($states.input.n + 0.5) + -1 %}"},"End":true`},
		{oneTask + `"ResultPath":null`, `"Type":"Task","Resource":"arn:aws:states:::sns:publish","Arguments":"{% $states.input %}","Output":"{% $states.input %}","End":true`},
		{oneTask + `"Parameters":{"Message.$":"$.m"},"ResultSelector":{"id.$":"$.MessageId"},"OutputPath":"$.id","TimeoutSecondsPath":"$.t"`,
			`"Type":"Task","Resource":"arn:aws:states:::sns:publish","Arguments":{"Message":"{% $states.input.m %}"},"TimeoutSeconds":"{% $number($states.input.t) %}","Output":"{% $states.result.MessageId %}","End":true`},
		{oneTask + `"Parameters":{},"Catch":[{"ErrorEquals":["E"],"ResultPath":"$.e","Assign":{"c.$":"$.Cause"},"Next":"Z"}]`,
			`"Type":"Task","Resource":"arn:aws:states:::sns:publish","Arguments":{},"Catch":[{"ErrorEquals":["E"],"Assign":{"c":"{% $states.errorOutput.Cause %}"},"Output":"{% $merge([$states.input, {'e': $states.errorOutput}]) %}","Next":"Z"}],"End":true`},
		{oneMap + `"ItemSelector":{"v.$":"$$.Map.Item.Value","k.$":"$.k"}`,
			`"Type":"Map","Items":"{% $type($states.input) = 'array' ? $states.input : $error('The items of the Map are no list') %}","ItemSelector":{"v":"{% $states.context.Map.Item.Value %}","k":"{% $states.input.k %}"},"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Succeed"}}},"End":true`},
		{`"Type":"Wait","SecondsPath":"$.s","Next":"Z"`, `"Type":"Wait","Seconds":"{% $number($states.input.s) %}","Next":"Z"`},
		{`"Type":"Wait","TimestampPath":"$.s","OutputPath":"$.a","Next":"Z"`, `"Type":"Wait","Timestamp":"{% $states.input.s %}","Output":"{% $states.input.a %}","Next":"Z"`},
		{`"Type":"Fail","ErrorPath":"$.e","Cause":"{% c"`, `"Type":"Fail","Error":"{% $states.input.e %}","Cause":"{% '{% c' %}"`},
		{`"Type":"Choice","Choices":[{"Variable":"$.a","StringEquals":"x","Next":"Z"},{"Variable":"$.a","StringMatches":"y*","Next":"Z"}],"Default":"Z"`,
			`"Type":"Choice","Choices":[{"Condition":"{% $type($states.input) = 'object' and $exists($states.input.a) ? $states.input.a = 'x' : $error(\"Invalid path '$.a': The choice state's condition path references an invalid value.\") %}","Next":"Z"},{"Condition":"{% $type($states.input.a) = 'string' and $substring($states.input.a, 0, 1) = 'y' %}","Next":"Z"}],"Default":"Z"`},
		{`"Type":"Choice","InputPath":"$.i","Choices":[{"And":[{"Variable":"$.a","IsPresent":true},{"Not":{"Variable":"$.a","NumericLessThan":1}}],"Next":"Z"}]`,
			`"Type":"Choice","Choices":[{"Condition":"{% $type($states.input.i) = 'object' and $exists($states.input.i.a) and $not($type($states.input.i.a) = 'number' and $states.input.i.a < 1) %}","Output":"{% $states.input.i %}","Next":"Z"}],"Output":"{% $states.input.i %}"`},
	} {
		if got, state := convertState(t, c[0]); got != c[1] || state.Reason != "" {
			t.Errorf("%s\n got %s\nwant %s\n%s", c[0], got, c[1], state.Reason)
		}
	}
}

// TestReasons has one state for each thing that cannot be said.
func TestReasons(t *testing.T) {
	for fields, want := range map[string]string{
		onePass + `"Parameters":{"u.$":"States.ArrayUnique($.a)"}`:                             "Parameters: States.ArrayUnique",
		onePass + `"Parameters":{"u.$":"States.Array(States.MathRandom(1, 9, $.seed))"}`:       "for a seed",
		onePass + `"Parameters":{"u.$":"States.Format($.t, 1)"}`:                               "template as a literal",
		onePass + `"Parameters":{"u.$":"States.Format('{} {}', 1)"}`:                           "do not match",
		onePass + `"Parameters":{"u.$":"States.MathAdd(1)"}`:                                   "takes another number of arguments",
		onePass + `"Parameters":{"u.$":"States.MathAdd(1, 2, 3)"}`:                             "takes another number of arguments",
		onePass + `"InputPath":"$` + strings.Repeat(".a", 50000) + `"`:                         "a path has 50000 steps",
		onePass + `"ResultPath":"$` + strings.Repeat(".a", 50000) + `"`:                        "a path has 50000 steps",
		onePass + `"Parameters":{"u.$":"$` + strings.Repeat("[0]", 33000) + `"}`:               "a path has 33000 steps",
		onePass + `"Parameters":{"u.$":"States.Array($` + strings.Repeat("[0]", 33000) + `)"}`: "a path has 33000 steps",
		onePass + `"Assign":{"v.$":"$.a.b"},"Result":{"a":{"c":1}}`:                            "leads nowhere, whatever the input",
		onePass + `"ResultPath":"$.a[0]"`:                                                      "ResultPath: the path $.a[0]",
		onePass + `"InputPath":"$$.Execution.Input[?(@.a == $.b)]"`:                            "reads another place",
		onePass + `"Parameters":{"u.$":"States.Base64Encode($.a)"}`:                            "beyond ASCII",
	} {
		got, state := convertState(t, fields)
		if !strings.Contains(state.Reason, want) || strings.Contains(got, "JSONata") {
			t.Errorf("%s: want %q, got %q\n%s", fields, want, state.Reason, got)
		}
	}
}

// TestMixing: one state that stays keeps the machine in JSONPath mode, and the machine that is converted stays as it was.
func TestMixing(t *testing.T) {
	const definition = `{"StartAt":"A","States":{"A":{"Type":"Map","ItemsPath":"$.l","Iterator":{"StartAt":"B","States":{
		"B":{"Type":"Pass","QueryLanguage":"JSONata","Output":1,"Next":"C"},"C":{"Type":"Pass","Parameters":{"u.$":"States.ArrayUnique($.a)"},"End":true}}},"End":true}}}`
	machine, err := asl.Unmarshal([]byte(definition))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := asl.Marshal(machine)
	converted, states := convert.Machine(machine)
	if after, _ := asl.Marshal(machine); !bytes.Equal(before, after) {
		t.Errorf("the machine was changed: %s", after)
	}
	languages := map[string]string{}
	for at := range asl.Walk(converted) {
		languages[at.Name] = asl.QueryLanguage(at.State)
	}
	if converted.QueryLanguage != "" || languages["A"] != asl.JSONata || languages["B"] != asl.JSONata || languages["C"] != "" {
		t.Errorf("%q %v", converted.QueryLanguage, languages)
	}
	if len(states) != 2 || states[0].Reason != "" || states[1].Reason == "" || states[1].Pointer != "/States/A/Iterator/States/C" {
		t.Errorf("%+v", states)
	}
	if problems := asl.Errors(asl.Check(converted, asl.Options{})); len(problems) > 0 {
		t.Error(problems)
	}
}

// TestNotes: where an error is handled that has another name now, it is said.
func TestNotes(t *testing.T) {
	for fields, want := range map[string]int{
		oneTask + `"Parameters":{"a.$":"$.a"},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z"}]`:                  1,
		oneTask + `"Parameters":{"a":1},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z"}]`:                        0,
		oneTask + `"Parameters":{"a.$":"$.a"},"Retry":[{"ErrorEquals":["States.ALL"]}]`:                             1,
		oneTask + `"ResultPath":"$.a","Catch":[{"ErrorEquals":["States.ResultPathMatchFailure"],"Next":"Z"}]`:       1,
		oneTask + `"Parameters":{"a.$":"$.a"},"Catch":[{"ErrorEquals":["States.TaskFailed","E"],"Next":"Z"}]`:       0,
		oneTask + `"Parameters":{"a.$":"$.a"},"Catch":[{"ErrorEquals":["States.ParameterPathFailure"],"Next":"Z"}]`: 1,
	} {
		if _, state := convertState(t, fields); len(state.Notes) != want || state.Reason != "" {
			t.Errorf("%s: %q %q", fields, state.Notes, state.Reason)
		}
	}
}
