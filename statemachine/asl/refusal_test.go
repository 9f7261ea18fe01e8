package asl_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/statemachine/asl"
)

// with makes a machine of one Pass state that leads into the states given as JSON text; the last one given should end.
func with(states string) string {
	return fmt.Sprintf(`{"QueryLanguage":"JSONata","StartAt":"A","States":{%s}}`, states)
}

// pass makes a machine of one Pass state with the given fields.
func pass(fields string) string { return with(`"A":{"Type":"Pass","End":true,` + fields + `}`) }

// output makes a machine whose only state has an expression as Output.
func output(expression string) string {
	text, err := json.Marshal("{% " + expression + " %}")
	if err != nil {
		panic(err)
	}
	return pass(`"Output":` + string(text))
}

// task makes a machine whose only state is a Task with the given fields.
func task(fields string) string {
	return with(`"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"f"},"End":true,` + fields + `}`)
}

func mapState(fields, assign string) string {
	return with(`"A":{"Type":"Map","Assign":{"outer":1},"End":true,` + fields + `,"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true` + assign + `}}}}`)
}

type refusal struct {
	name, definition string
	express          bool
	code, pointer    string
	message          string // part of it
}

// refusals has one definition for each thing that is refused.
var refusals = []refusal{
	{name: "unknown field", definition: pass(`"Foo":1`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "Field 'Foo' is not supported"},
	{name: "unknown field of the machine", definition: `{"QueryLanguage":"JSONata","Foo":1,"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`, code: asl.SchemaValidationFailed, message: "'Foo'"},
	{name: "missing StartAt", definition: `{"States":{"A":{"Type":"Succeed"}}}`, code: asl.SchemaValidationFailed, message: "These fields are required: [StartAt]"},
	{name: "missing Type", definition: with(`"A":{"End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "[Type]"},
	{name: "unknown type", definition: with(`"A":{"Type":"Loop","End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Type", message: "should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]"},
	{name: "missing Resource", definition: with(`"A":{"Type":"Task","End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "[Resource]"},
	{name: "missing Next and End", definition: with(`"A":{"Type":"Pass"},"B":{"Type":"Succeed"}`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "This object should have only one of the following fields: [Next, End]"},
	{name: "Next and End", definition: with(`"A":{"Type":"Pass","End":true,"Next":"B"},"B":{"Type":"Succeed"}`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "There should only be one of the following fields: [Next, End]"},
	{name: "JSONPath field", definition: pass(`"ResultPath":"$.x"`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "'ResultPath'"},
	{name: "JSONPath state", definition: with(`"A":{"Type":"Pass","QueryLanguage":"JSONPath","End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "'QueryLanguage' can not be 'JSONPath'"},
	{name: "Output in JSONPath mode", definition: `{"StartAt":"A","States":{"A":{"Type":"Pass","Output":1,"End":true}}}`, code: asl.SchemaValidationFailed, pointer: "/States/A", message: "only supported for the 'JSONata' QueryLanguage"},
	{name: "Assign in Succeed", definition: with(`"A":{"Type":"Succeed","Assign":{"a":1}}`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "'Assign'"},
	{name: "Catch in Pass", definition: pass(`"Catch":[]`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "'Catch'"},
	{name: "unreachable state", definition: with(`"A":{"Type":"Succeed"},"B":{"Type":"Succeed"}`), code: asl.MissingTransitionTarget, pointer: "/States/B", message: `State "B" is not reachable.`},
	{name: "missing target", definition: with(`"A":{"Type":"Pass","Next":"X"},"B":{"Type":"Succeed"}`), code: asl.MissingTransitionTarget, pointer: "/States/A/Next", message: "Missing 'Next' target: X"},
	{name: "missing target of a rule", definition: with(`"A":{"Type":"Choice","Choices":[{"Condition":true,"Next":"X"}],"Default":"B"},"B":{"Type":"Succeed"}`), code: asl.MissingTransitionTarget, pointer: "/States/A/Choices/0/Next", message: "Missing 'Next' target: X"},
	{name: "missing start", definition: `{"QueryLanguage":"JSONata","StartAt":"X","States":{"A":{"Type":"Succeed"}}}`, code: asl.MissingTransitionTarget, pointer: "/StartAt", message: "X"},
	{name: "missing start inside a Map", definition: with(`"A":{"Type":"Map","ItemProcessor":{"StartAt":"X","States":{"B":{"Type":"Succeed"}}},"End":true}`), code: asl.MissingTransitionTarget, pointer: "/States/A/ItemProcessor/StartAt", message: "Missing 'Next' target: X"},
	{name: "missing default", definition: with(`"A":{"Type":"Choice","Choices":[{"Condition":true,"Next":"B"}],"Default":"X"},"B":{"Type":"Succeed"}`), code: asl.MissingTransitionTarget, pointer: "/States/A/Default", message: "Missing 'Next' target: X"},
	{name: "missing target of a catcher", definition: task(`"Catch":[{"ErrorEquals":["E"],"Next":"X"}]`), code: asl.MissingTransitionTarget, pointer: "/States/A/Catch/0/Next", message: "Missing 'Next' target: X"},
	{name: "number as a query language", definition: `{"QueryLanguage":5,"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`, code: asl.SchemaValidationFailed, pointer: "/QueryLanguage", message: "Expected value of type [STRING]"},
	{name: "credentials without a role", definition: task(`"Credentials":{"Role":"r"}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Credentials", message: "The field 'RoleArn' is required but was missing"},
	{name: "batcher without a limit", definition: with(`"A":{"Type":"Map","ItemBatcher":{"BatchInput":1},"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"B","States":{"B":{"Type":"Succeed"}}},"End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/ItemBatcher", message: "At least one"},
	{name: "no end", definition: with(`"A":{"Type":"Pass","Next":"A"}`), code: asl.MissingEndState, message: "Workflow has no terminal state"},
	{name: "name too long", definition: `{"QueryLanguage":"JSONata","StartAt":"` + strings.Repeat("n", 81) + `","States":{"` + strings.Repeat("n", 81) + `":{"Type":"Succeed"}}}`, code: asl.InvalidStateName, pointer: "/States/" + strings.Repeat("n", 81), message: "80"},
	{name: "control character in a name", definition: `{"QueryLanguage":"JSONata","StartAt":"a\u0001","States":{"a\u0001":{"Type":"Succeed"}}}`, code: asl.InvalidStateName, pointer: "/States/a\x01", message: "control"},
	{name: "name that stands twice", definition: with(`"A":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}]}`), code: asl.DuplicateStateName, pointer: "/States/A/Branches/0/States/A", message: "A"},
	{name: "label with a forbidden character", definition: with(`"A":{"Type":"Map","Label":"a b","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"B","States":{"B":{"Type":"Succeed"}}}}`), code: asl.InvalidLabelName, pointer: "/States/A/Label", message: "Label"},
	{name: "field that stands twice", definition: pass(`"Output":1,"Output":2`), code: asl.InvalidJSONDescription, pointer: "/States/A/Output", message: "Duplicate"},
	{name: "no JSON", definition: `{"StartAt":`, code: asl.InvalidJSONDescription, message: "EOF"},
	{name: "no object", definition: `[]`, code: asl.SchemaValidationFailed, message: "Definition must be a valid JSON object"},
	{name: "opening delimiter alone", definition: pass(`"Output":"{% 1"`), code: asl.SchemaValidationFailed, pointer: "/States/A/Output", message: "JSONata string must start with {% and end with %}"},
	{name: "closing delimiter alone", definition: pass(`"Output":"1 %}"`), code: asl.SchemaValidationFailed, pointer: "/States/A/Output", message: "JSONata string must start with {% and end with %}"},
	{name: "empty expression", definition: pass(`"Output":"{%  %}"`), code: asl.InvalidExpression, pointer: "/States/A/Output", message: "Unexpected end of expression"},
	{name: "expression of nothing at all", definition: pass(`"Output":"{%%}"`), code: asl.InvalidExpression, pointer: "/States/A/Output", message: "Unexpected end of expression"},
	{name: "delimiters that overlap", definition: pass(`"Output":"{%}"`), code: asl.SchemaValidationFailed, pointer: "/States/A/Output", message: "JSONata string must start with {% and end with %}"},
	{name: "expression that does not parse", definition: output("1 +"), code: asl.InvalidExpression, pointer: "/States/A/Output", message: "Unexpected end of expression"},
	{name: "bare name", definition: output("foo.bar"), code: asl.UnsupportedExpression, pointer: "/States/A/Output", message: "Reference to 'foo' at the top level is not supported."},
	{name: "path from the context", definition: output("$.x"), code: asl.UnsupportedExpression, pointer: "/States/A/Output", message: "Reference to '$' at the top level"},
	{name: "path from the root", definition: output("$$.x"), code: asl.UnsupportedExpression, pointer: "/States/A/Output", message: "Reference to '$$' at the top level"},
	{name: "coalescing operator", definition: output("$states.input.a ?? 1"), code: asl.InvalidExpression, pointer: "/States/A/Output"},
	{name: "default operator", definition: output("$states.input.a ?: 1"), code: asl.InvalidExpression, pointer: "/States/A/Output"},
	{name: "assigning states", definition: pass(`"Assign":{"states":1}`), code: asl.ReservedVariableName, pointer: "/States/A/Assign/states", message: "reserved"},
	{name: "assigning a dotted name", definition: pass(`"Assign":{"x.y":1}`), code: asl.InvalidVariableName, pointer: "/States/A/Assign/x.y", message: "contains invalid characters"},
	{name: "assigning an element", definition: pass(`"Assign":{"x[0]":1}`), code: asl.InvalidVariableName, pointer: "/States/A/Assign/x[0]", message: "contains invalid characters"},
	{name: "long variable name", definition: pass(`"Assign":{"` + strings.Repeat("v", 81) + `":1}`), code: asl.InvalidVariableName, pointer: "/States/A/Assign/" + strings.Repeat("v", 81), message: "80"},
	{name: "result of a Pass", definition: output("$states.result"), code: asl.UnsupportedExpression, pointer: "/States/A/Output", message: "$states.result"},
	{name: "result in Arguments", definition: with(`"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":"{% $states.result %}","End":true}`), code: asl.UnsupportedExpression, pointer: "/States/A/Arguments", message: "$states.result"},
	{name: "error output outside of a Catch", definition: task(`"Output":"{% $states.errorOutput %}"`), code: asl.UnsupportedExpression, pointer: "/States/A/Output", message: "$states.errorOutput"},
	{name: "result in a Catch", definition: task(`"Catch":[{"ErrorEquals":["States.ALL"],"Output":"{% $states.result %}","Next":"A"}]`), code: asl.UnsupportedExpression, pointer: "/States/A/Catch/0/Output", message: "$states.result"},
	{name: "States.ALL not alone", definition: task(`"Retry":[{"ErrorEquals":["States.ALL","X"]}]`), code: asl.SchemaValidationFailed, pointer: "/States/A/Retry/0/ErrorEquals/0", message: "must appear alone and at end of list"},
	{name: "States.ALL not last", definition: task(`"Retry":[{"ErrorEquals":["States.ALL"]},{"ErrorEquals":["X"]}]`), code: asl.SchemaValidationFailed, pointer: "/States/A/Retry/0/ErrorEquals/0", message: "must appear alone and at end of list"},
	{name: "States.ALL not last in Catch", definition: task(`"Catch":[{"ErrorEquals":["States.ALL"],"Next":"A"},{"ErrorEquals":["X"],"Next":"A"}]`), code: asl.SchemaValidationFailed, pointer: "/States/A/Catch/0/ErrorEquals/0", message: "must appear alone and at end of list"},
	{name: "outer variable assigned in a Parallel", definition: with(`"V":{"Type":"Pass","Assign":{"outer":1},"Next":"P"},"A":{"Type":"Pass","Next":"V"},"P":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","Assign":{"outer":2},"End":true}}}]}`), code: asl.SchemaValidationFailed, pointer: "/States/P/Branches/0/States/B/Assign/outer", message: "outer scope"},
	{name: "MaxAttempts negative", definition: task(`"Retry":[{"ErrorEquals":["X"],"MaxAttempts":-1}]`), code: asl.SchemaValidationFailed, pointer: "/States/A/Retry/0/MaxAttempts", message: "Minimum value is 0"},
	{name: "MaxAttempts no whole number", definition: task(`"Retry":[{"ErrorEquals":["X"],"MaxAttempts":1.5}]`), code: asl.SchemaValidationFailed, pointer: "/States/A/Retry/0/MaxAttempts", message: "[INTEGER]"},
	{name: "BackoffRate below 1", definition: task(`"Retry":[{"ErrorEquals":["X"],"BackoffRate":0.5}]`), code: asl.SchemaValidationFailed, pointer: "/States/A/Retry/0/BackoffRate", message: "1.0"},
	{name: "MaxDelaySeconds too large", definition: task(`"Retry":[{"ErrorEquals":["X"],"MaxDelaySeconds":31622401}]`), code: asl.SchemaValidationFailed, pointer: "/States/A/Retry/0/MaxDelaySeconds", message: "Maximum value is 31622400"},
	{name: "MaxDelaySeconds below the interval", definition: task(`"Retry":[{"ErrorEquals":["X"],"IntervalSeconds":5,"MaxDelaySeconds":5}]`), code: asl.SchemaValidationFailed, pointer: "/States/A/Retry/0/MaxDelaySeconds", message: "greater"},
	{name: "JitterStrategy", definition: task(`"Retry":[{"ErrorEquals":["X"],"JitterStrategy":"HALF"}]`), code: asl.SchemaValidationFailed, pointer: "/States/A/Retry/0/JitterStrategy", message: "FULL"},
	{name: "no ErrorEquals", definition: task(`"Retry":[{}]`), code: asl.SchemaValidationFailed, pointer: "/States/A/Retry/0", message: "[ErrorEquals]"},
	{name: "Express with .sync", express: true, definition: with(`"A":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Resource", message: "'.sync'"},
	{name: "Express with .waitForTaskToken", express: true, definition: with(`"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Resource", message: "Express state machine does not support '.waitForTaskToken' service integration "},
	{name: "Express with an activity", express: true, definition: with(`"A":{"Type":"Task","Resource":"arn:aws:states:us-east-1:111122223333:activity:a","End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Resource", message: "activities"},
	{name: "Express with a distributed Map", express: true, definition: with(`"A":{"Type":"Map","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"B","States":{"B":{"Type":"Succeed"}}}}`), code: asl.SchemaValidationFailed, pointer: "/States/A/ItemProcessor/ProcessorConfig/Mode", message: "DISTRIBUTED"},
	{name: "definition too large", definition: pass(`"Comment":"` + strings.Repeat("x", 1<<20) + `"`), code: asl.SchemaValidationFailed, message: "1 MB"},
	{name: "Wait for nothing", definition: with(`"A":{"Type":"Wait","End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "This object should have only one of the following fields: [Seconds, Timestamp]"},
	{name: "Wait for both", definition: with(`"A":{"Type":"Wait","Seconds":1,"Timestamp":"2026-01-01T00:00:00Z","End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "There should only be one of the following fields: [Seconds, Timestamp]"},
	{name: "Wait until no time", definition: with(`"A":{"Type":"Wait","Timestamp":"tomorrow","End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Timestamp", message: "RFC3339"},
	{name: "Wait for long", definition: with(`"A":{"Type":"Wait","Seconds":-1,"End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Seconds", message: "Minimum value is 0"},
	{name: "TimeoutSeconds 0", definition: task(`"TimeoutSeconds":0`), code: asl.SchemaValidationFailed, pointer: "/States/A/TimeoutSeconds", message: "Minimum value is 1"},
	{name: "heartbeat beyond the timeout", definition: task(`"TimeoutSeconds":5,"HeartbeatSeconds":5`), code: asl.SchemaValidationFailed, pointer: "/States/A/HeartbeatSeconds", message: "smaller"},
	{name: "Resource that is no ARN", definition: with(`"A":{"Type":"Task","Resource":"lambda","End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Resource", message: "ARN"},
	{name: "Resource that is an expression", definition: with(`"A":{"Type":"Task","Resource":"{% $states.input.r %}","End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Resource", message: "not supported in the field 'Resource'"},
	{name: "no choices", definition: with(`"A":{"Type":"Choice","Choices":[],"Default":"B"},"B":{"Type":"Succeed"}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Choices", message: "cannot be empty"},
	{name: "choice without condition", definition: with(`"A":{"Type":"Choice","Choices":[{"Next":"B"}]},"B":{"Type":"Succeed"}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Choices/0", message: "[Condition]"},
	{name: "choice in JSONPath", definition: with(`"A":{"Type":"Choice","Choices":[{"Variable":"$.x","BooleanEquals":true,"Next":"B"}]},"B":{"Type":"Succeed"}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Choices/0", message: "'Variable'"},
	{name: "condition that is text", definition: with(`"A":{"Type":"Choice","Choices":[{"Condition":"yes","Next":"B"}]},"B":{"Type":"Succeed"}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Choices/0/Condition", message: "[BOOLEAN]"},
	{name: "no branches", definition: with(`"A":{"Type":"Parallel","Branches":[],"End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/Branches", message: "cannot be empty"},
	{name: "Iterator", definition: with(`"A":{"Type":"Map","Iterator":{"StartAt":"B","States":{"B":{"Type":"Succeed"}}},"End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A", message: "'Iterator'"},
	{name: "QueryLanguage of an item processor", definition: with(`"A":{"Type":"Map","ItemProcessor":{"QueryLanguage":"JSONata","StartAt":"B","States":{"B":{"Type":"Succeed"}}},"End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/ItemProcessor", message: "Field 'QueryLanguage' is not supported"},
	{name: "MaxConcurrency beyond 64 bits", definition: mapState(`"MaxConcurrency":9223372036854775808`, ``), code: asl.SchemaValidationFailed, pointer: "/States/A/MaxConcurrency", message: "[INTEGER]"},
	{name: "MaxConcurrency negative", definition: mapState(`"MaxConcurrency":-1`, ``), code: asl.SchemaValidationFailed, pointer: "/States/A/MaxConcurrency", message: "Minimum value is 0"},
	{name: "ToleratedFailurePercentage above 100", definition: mapState(`"ToleratedFailurePercentage":101`, ``), code: asl.SchemaValidationFailed, pointer: "/States/A/ToleratedFailurePercentage", message: "Maximum value is 100"},
	{name: "Items that are a number", definition: mapState(`"Items":5`, ``), code: asl.SchemaValidationFailed, pointer: "/States/A/Items", message: "[ARRAY, OBJECT, STRING]"},
	{name: "execution type of an inline Map", definition: with(`"A":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"INLINE","ExecutionType":"STANDARD"},"StartAt":"B","States":{"B":{"Type":"Succeed"}}},"End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/ItemProcessor/ProcessorConfig", message: "Field 'ExecutionType' is not supported"},
	{name: "distributed Map without execution type", definition: with(`"A":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"},"StartAt":"B","States":{"B":{"Type":"Succeed"}}},"End":true}`), code: asl.SchemaValidationFailed, pointer: "/States/A/ItemProcessor/ProcessorConfig", message: "[ExecutionType]"},
}

func TestRefusals(t *testing.T) {
	for _, r := range refusals {
		t.Run(r.name, func(t *testing.T) {
			problems := asl.CheckJSON([]byte(r.definition), asl.Options{Express: r.express})
			for _, p := range problems {
				if p.Severity == asl.SeverityError && p.Code == r.code && p.Pointer == r.pointer && strings.Contains(p.Message, r.message) {
					return
				}
			}
			t.Errorf("want %s at %q with %q, got %v", r.code, r.pointer, r.message, problems)
		})
	}
}

// TestAccepted has what looks like a refusal and is none.
func TestAccepted(t *testing.T) {
	cases := map[string]string{
		"context inside a predicate":       output("$states.input.list[$.a = 1]"),
		"bare name inside a path":          output("$states.input.list.(a + b)"),
		"bare name inside a predicate":     output("$states.input.list[a = 1]"),
		"bare name in a sort":              output("$states.input.list^(a)"),
		"function as a value":              output("$map($states.input.list, $uppercase)"),
		"functions of the service":         output("$partition($range(1, 9, 1), 2) ~> $string() & $hash('a', 'MD5') & $uuid()"),
		"local variables":                  output("($x := 1; $f := function($y) { $x + $y }; $f(2))"),
		"index and focus variables":        output("$states.input.a@$v#$i.($v.b + $i)"),
		"variable assigned later":          with(`"A":{"Type":"Pass","Output":"{% $exists($n) ? $n : 0 %}","Assign":{"n":1},"End":true}`),
		"variable assigned in a Catch":     task(`"Catch":[{"ErrorEquals":["States.ALL"],"Assign":{"problem":"{% $states.errorOutput %}"},"Next":"A"}],"Output":"{% $exists($problem) %}"`),
		"outer variable read in a Map":     mapState(`"Items":[1]`, `,"Output":"{% $outer %}"`),
		"own variable in a Map":            mapState(`"Items":[1]`, `,"Assign":{"own":2}`),
		"result of a Task":                 task(`"Output":"{% $states.result.Payload %}"`),
		"condition that is a constant":     with(`"A":{"Type":"Choice","Choices":[{"Condition":true,"Next":"B"}]},"B":{"Type":"Succeed"}`),
		"lines in an expression":           pass(`"Output":"{%\n  1\n%}"`),
		"key that looks like a path":       pass(`"Output":{"a.$":"$.x"}`),
		"comment that looks like one":      pass(`"Comment":"{% this"`),
		"substitution as a resource":       with(`"A":{"Type":"Task","Resource":"${FunctionArn}","End":true}`),
		"states one by one in JSONata":     `{"StartAt":"A","States":{"A":{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% 1 %}","Next":"B"},"B":{"Type":"Succeed"}}}`,
		"Map over an object":               mapState(`"Items":{"a":1}`, ``),
		"MaxConcurrency of 63 bits":        mapState(`"MaxConcurrency":9223372036854775807`, ``),
		"expression of 89 levels":          output("1" + strings.Repeat("+1", 88)),
		"substitution in an expression":    output("${Enabled} = true and $states.input.x"),
		"back quotes and strings in paths": output("$states.input.`a b`.'c'"),
	}
	for name, definition := range cases {
		t.Run(name, func(t *testing.T) {
			if problems := asl.CheckJSON([]byte(definition), asl.Options{}); len(problems) > 0 {
				t.Errorf("refused: %v", problems)
			}
		})
	}
}

func TestLocate(t *testing.T) {
	definition := `{ "StartAt": "A",
  "States": {"A": {"Type": "Pass", "Output": [1, {"x/y": 2}], "End": true}}}`
	cases := map[string]string{
		"":                          definition,
		"/StartAt":                  `"A"`,
		"/States/A/Output/1/x~1y":   "2",
		"/States/A/Output":          `[1, {"x/y": 2}]`,
		"/States/A/Output/7":        `[1, {"x/y": 2}]`,
		"/States/A/Missing/Deeper":  `{"Type": "Pass", "Output": [1, {"x/y": 2}], "End": true}`,
		"/States/Nowhere/Condition": `{"A": {"Type": "Pass", "Output": [1, {"x/y": 2}], "End": true}}`,
	}
	for pointer, want := range cases {
		start, end := asl.Locate([]byte(definition), pointer)
		if got := definition[start:end]; got != want {
			t.Errorf("Locate(%q) = %q, want %q", pointer, got, want)
		}
	}
}

func TestOrigin(t *testing.T) {
	definition := `{"StartAt":"A","States":{"A":{"Type":"Parallel","Comment":"flow.yaml:3 both","Branches":[{"StartAt":"B","States":{"B":{"Comment":"flow.yaml:7","Type":"Fail"}}}]}}}`
	cases := map[string]string{
		"/States/A/Next":                      "flow.yaml:3",
		"/States/A/Branches/0/States/B/Error": "flow.yaml:7",
		"/StartAt":                            "",
	}
	for pointer, want := range cases {
		if got := asl.Origin([]byte(definition), pointer); got != want {
			t.Errorf("Origin(%q) = %q, want %q", pointer, got, want)
		}
	}
}

// FuzzCheck feeds arbitrary definitions. What Check accepts, Unmarshal can read, and Marshal writes it so that it is accepted again.
func FuzzCheck(f *testing.F) {
	for _, r := range refusals {
		if len(r.definition) < 4096 {
			f.Add([]byte(r.definition))
		}
	}
	f.Add([]byte(everything))
	f.Fuzz(func(t *testing.T, definition []byte) {
		pace.Linear(t, string(definition), func(text string) { asl.CheckJSON([]byte(text), asl.Options{}) })
		if len(asl.Errors(asl.CheckJSON(definition, asl.Options{}))) > 0 {
			return
		}
		machine, err := asl.Unmarshal(definition)
		if err != nil && bytes.Contains(definition, []byte("QueryLanguage")) {
			return // a state in JSONPath mode beside others
		}
		if err != nil {
			t.Fatalf("accepted, but not read: %v", err)
		}
		if problems := asl.Errors(asl.Check(machine, asl.Options{})); len(problems) > 0 {
			t.Fatalf("accepted, but not after writing: %v", problems)
		}
	})
}
