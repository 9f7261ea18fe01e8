package asl_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/asl"
)

// inPaths makes a machine in JSONPath mode whose state A has the given fields; it goes on to B, where it says so.
func inPaths(fields string) string {
	end := ""
	if strings.Contains(fields, `"B"`) {
		end = `,"B":{"Type":"Succeed"}`
	}
	return `{"StartAt":"A","States":{"A":{` + fields + `}` + end + `}}`
}

const (
	passing  = `"Type":"Pass","End":true,`
	working  = `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true,`
	mapping  = `"Type":"Map","End":true,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Succeed"}}},`
	choosing = `"Type":"Choice","Default":"B","Choices":[`
)

// TestRefusalsOfPaths has one definition in JSONPath mode for each thing that is refused there.
func TestRefusalsOfPaths(t *testing.T) {
	for _, r := range []struct{ fields, location, message string }{
		{passing + `"InputPath":"a"`, "/States/A/InputPath", "Value must be a valid JSONPath."},
		{passing + `"OutputPath":"$.a["`, "/States/A/OutputPath", "Value must be a valid JSONPath."},
		{passing + `"InputPath":7`, "/States/A/InputPath", "Expected value of type [STRING]"},
		{passing + `"InputPath":"States.UUID()"`, "/States/A/InputPath", "Value must be a valid JSONPath."},
		{passing + `"ResultPath":"a"`, "/States/A/ResultPath", "Value is not a Reference Path: Reference path didn't start with '$'"},
		{passing + `"ResultPath":"$.a[*]"`, "/States/A/ResultPath", "Value is not a Reference Path"},
		{passing + `"ResultPath":"$..a"`, "/States/A/ResultPath", "Value is not a Reference Path"},
		{passing + `"ResultPath":"$$.a"`, "/States/A/ResultPath", "Value is not a Reference Path"},
		{passing + `"Parameters":{"a":{"b.$":"c"}}`, "/States/A/Parameters/a", "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call"},
		{passing + `"Parameters":[{"b.$":1}]`, "/States/A/Parameters[0]", "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call"},
		{passing + `"Parameters":{"a":1,"a.$":"$"}`, "/States/A/Parameters", "'a' stands twice"},
		{passing + `"Assign":{"v.$":"x"}`, "/States/A/Assign", "The value for the field 'v.$' must be a valid JSONPath or a valid intrinsic function call"},
		{passing + `"Assign":{"states.$":"$"}`, "/States/A/Assign/states.$", "Cannot assign to reserved variable '$states'."},
		{passing + `"Output":1`, "/States/A", "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage"},
		{passing + `"ResultSelector":{}`, "/States/A", "Field 'ResultSelector' is not supported"},
		{working + `"Arguments":{}`, "/States/A", "The QueryLanguage is set to 'JSONPath', but field 'Arguments' is only supported for the 'JSONata' QueryLanguage"},
		{working + `"TimeoutSeconds":1,"TimeoutSecondsPath":"$.t"`, "/States/A", "There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath]"},
		{working + `"TimeoutSeconds":"{% 1 %}"`, "/States/A/TimeoutSeconds", "Expected value of type [NUMBER]"},
		{working + `"Credentials":{"Role.$":"$.r"}`, "/States/A/Credentials", "The field 'RoleArn' is required but was missing"},
		{working + `"Catch":[{"ErrorEquals":["E"],"ResultPath":"$v","Next":"A"}]`, "/States/A/Catch[0]/ResultPath", "Value is not a Reference Path"},
		{working + `"Catch":[{"ErrorEquals":["E"],"Output":1,"Next":"A"}]`, "/States/A/Catch[0]", "field 'Output' is only supported for the 'JSONata' QueryLanguage"},
		{`"Type":"Task","Resource":"arn:aws:states:us-east-1:111122223333:activity:a","Credentials":{"RoleArn":"r"},"End":true`, "/States/A/Credentials", "The field 'Credentials' is not supported for activities"},
		{`"Type":"Wait","End":true`, "/States/A", "This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]"},
		{`"Type":"Wait","End":true,"Seconds":1,"TimestampPath":"$.t"`, "/States/A", "There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]"},
		{`"Type":"Wait","End":true,"Timestamp":"{% $now() %}"`, "/States/A/Timestamp", "String does not match RFC3339 timestamp"},
		{`"Type":"Wait","End":true,"SecondsPath":null`, "/States/A/SecondsPath", "Expected value of type [STRING]"},
		{`"Type":"Fail","Error":"e","ErrorPath":"$.e"`, "/States/A", "There should only be one of the following fields: [Error, ErrorPath]"},
		{`"Type":"Fail","CausePath":"c"`, "/States/A/CausePath", "Value must be a valid JSONPath."},
		{`"Type":"Fail","InputPath":"$"`, "/States/A", "Field 'InputPath' is not supported"},
		{mapping + `"ItemsPath":"$.a[*]"`, "/States/A/ItemsPath", "Value is not a Reference Path"},
		{mapping + `"Items":[]`, "/States/A", "field 'Items' is only supported for the 'JSONata' QueryLanguage"},
		{mapping + `"MaxConcurrency":1,"MaxConcurrencyPath":"$.m"`, "/States/A", "There should only be one of the following fields: [MaxConcurrency, MaxConcurrencyPath]"},
		{mapping + `"Parameters":{},"ItemSelector":{}`, "/States/A", "There should only be one of the following fields: [ItemSelector, Parameters]"},
		{mapping + `"Iterator":{"StartAt":"J","States":{"J":{"Type":"Succeed"}}}`, "/States/A", "There should only be one of the following fields: [ItemProcessor, Iterator]"},
		{`"Type":"Map","End":true`, "/States/A", "This object should have only one of the following fields: [ItemProcessor, Iterator]"},
		{mapping + `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"MaxItems":1,"MaxItemsPath":"$.m"}}`, "/States/A/ItemReader/ReaderConfig", "There should only be one of the following fields: [MaxItems, MaxItemsPath]"},
		{mapping + `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"CSV"}}`, "/States/A/ItemReader/ReaderConfig", "The field 'CSVHeaderLocation' is required"},
		{mapping + `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"GIVEN"}}`, "/States/A/ItemReader/ReaderConfig", "These fields are required: [CSVHeaders]"},
		{mapping + `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON","CSVHeaderLocation":"FIRST_ROW"}}`, "/States/A/ItemReader/ReaderConfig", "Field 'CSVHeaderLocation' is not supported"},
		{mapping + `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Arguments":{}}`, "/States/A/ItemReader", "field 'Arguments' is only supported for the 'JSONata' QueryLanguage"},
		{choosing + `{"Variable":"a","IsNull":true,"Next":"B"}]`, "/States/A/Choices[0]/Variable", "Value is not a Reference Path: Reference path didn't start with '$'"},
		{choosing + `{"Variable":"$.a","Next":"B"}]`, "/States/A/Choices[0]", "This object should have only one of the following fields: ["},
		{choosing + `{"Variable":"$.a","IsNull":true,"IsString":true,"Next":"B"}]`, "/States/A/Choices[0]", "There should only be one of the following fields: ["},
		{choosing + `{"Variable":"$.a","IsNull":true}],"Next":"B"`, "/States/A/Choices[0]", "These fields are required: [Next]"},
		{choosing + `{"Condition":"{% true %}","Next":"B"}]`, "/States/A/Choices[0]", "The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage"},
		{choosing + `{"Next":"B"}]`, "/States/A/Choices[0]", "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]"},
		{choosing + `{"And":[],"Next":"B"}]`, "/States/A/Choices[0]/And", "Value cannot be empty"},
		{choosing + `{"Not":{"Variable":"$.a","IsNull":true,"Next":"B"},"Next":"B"}]`, "/States/A/Choices[0]/Not", "Field 'Next' is not supported"},
		{choosing + `{"Or":[{"Variable":"$.a","NumericEquals":"1"}],"Next":"B"}]`, "/States/A/Choices[0]/Or[0]/NumericEquals", "Expected value of type [NUMBER]"},
		{choosing + `{"Variable":"$.a","StringEquals":1,"Next":"B"}]`, "/States/A/Choices[0]/StringEquals", "Expected value of type [STRING]"},
		{choosing + `{"Variable":"$.a","BooleanEquals":"true","Next":"B"}]`, "/States/A/Choices[0]/BooleanEquals", "Expected value of type [BOOLEAN]"},
		{choosing + `{"Variable":"$.a","TimestampEquals":"today","Next":"B"}]`, "/States/A/Choices[0]/TimestampEquals", "String does not match RFC3339 timestamp"},
		{choosing + `{"Variable":"$.a","StringEqualsPath":"b","Next":"B"}]`, "/States/A/Choices[0]/StringEqualsPath", "Value is not a Reference Path: Reference path didn't start with '$'"},
		{choosing + `{"Variable":"$.a","NumericMatches":1,"Next":"B"}]`, "/States/A/Choices[0]", "Field 'NumericMatches' is not supported"},
	} {
		found := false
		problems := asl.Errors(asl.CheckJSON([]byte(inPaths(r.fields)), asl.Options{}))
		for _, p := range problems {
			found = found || p.Location() == r.location && strings.Contains(p.Message, r.message)
		}
		if !found {
			t.Errorf("%s: want %q at %s, got %v", r.fields, r.message, r.location, problems)
		}
	}
}

// TestAcceptedPaths has what looks wrong in JSONPath mode and is none the less created.
func TestAcceptedPaths(t *testing.T) {
	for _, fields := range []string{
		passing + `"InputPath":null,"OutputPath":null,"ResultPath":null`,
		passing + `"Result":{"a.$":"no path"}`,
		passing + `"Parameters":{"a":"{% not JSONata %"},"Comment":"{% x"`,
		passing + `"Parameters":{"a.$":"${Path}","b.$":"States.Format('{}', ${Path})"}`,
		passing + `"Parameters":7`,
		passing + `"InputPath":"$$.Execution.Input[?(@.a > 1)].b"`,
		working + `"Retry":[{"ErrorEquals":["E"],"IntervalSeconds":0}]`,
		working + `"TimeoutSecondsPath":"$.t","HeartbeatSeconds":3`,
		`"Type":"Fail","ErrorPath":"States.Format('{}', $.e)","Cause":"{% x"`,
		`"Type":"Wait","Seconds":"${Pause}","End":true`,
		`"Type":"Task","Resource":{"Fn::GetAtt":["F","Arn"]},"End":true`,
		choosing + `{"And":[{"Variable":"$$.State.Name","StringMatches":"a*"},{"Variable":"$.a","IsPresent":false}],"Next":"B"}]`,
		choosing + `{"Variable":"$.a[-1]['b c']","NumericEqualsPath":"$$.Map.Item.Index","Assign":{"v.$":"$.a"},"Next":"B"}]`,
	} {
		if problems := asl.Errors(asl.CheckJSON([]byte(inPaths(fields)), asl.Options{})); len(problems) > 0 {
			t.Errorf("%s: %v", fields, problems)
		}
	}
}

// TestWarningsOfPaths has what is created and does less than it says.
func TestWarningsOfPaths(t *testing.T) {
	for fields, want := range map[string]string{
		passing + `"Parameters":{"a":["x"],"b":{"c":"$.d"}}`:                 "/States/A/Parameters/b/c: NO_DOLLAR",
		passing + `"Parameters":{"a":"States.UUID()"}`:                       "/States/A/Parameters/a: NO_DOLLAR",
		passing + `"Parameters":{"a.$":"States.Array(States.MathAdd($.x))"}`: "/States/A/Parameters/a.$: FAILING_CALL",
		passing + `"Parameters":{"a.$":"States.MathAdd('1', 2)"}`:            "/States/A/Parameters/a.$: FAILING_CALL",
		passing + `"Parameters":{"a.$":"States.Format('{} {}', $.x)"}`:       "/States/A/Parameters/a.$: FAILING_CALL",
		passing + `"Result":{"a":["$.b"]}`:                                   "/States/A/Result/a/0: PASS_RESULT_IS_STATIC",
		passing + `"InputPath":"$nothing.a"`:                                 "/States/A/InputPath: UNASSIGNED_VARIABLE",
		passing + `"Parameters":{"a.$":"$nothing"}`:                          "/States/A/Parameters/a.$: UNASSIGNED_VARIABLE",
	} {
		problems := asl.CheckJSON([]byte(inPaths(fields)), asl.Options{})
		if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), want) || problems[0].Severity != asl.SeverityWarning {
			t.Errorf("%s: want %s, got %v", fields, want, problems)
		}
	}
}
