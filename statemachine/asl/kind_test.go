package asl_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/asl"
)

// skeletons has a state of each type, with room for one field more.
var skeletons = map[string]string{
	"Pass":     `{"Type":"Pass",%s"End":true}`,
	"Task":     `{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",%s"End":true}`,
	"Choice":   `{"Type":"Choice","Choices":[{%[2]s"Next":"Z"}],%[1]s"Default":"Z"}`,
	"Wait":     `{"Type":"Wait",%s"End":true}`,
	"Succeed":  `{%s"Type":"Succeed"}`,
	"Fail":     `{%s"Type":"Fail"}`,
	"Parallel": `{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}],%s"End":true}`,
	"Map":      `{"Type":"Map","ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Succeed"}}},%s"End":true}`,
	"Distributed": `{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
		"StartAt":"I","States":{"I":{"Type":"Succeed"}}},%s"End":true}`,
}

// stateWith makes a state of a type with a field, which may stand in a rule of a Choice.
func stateWith(kind, field string) string {
	if kind == "Wait" && !strings.Contains(field, `"Seconds"`) && !strings.Contains(field, `"Timestamp"`) {
		field += `"Seconds":1,`
	}
	if kind != "Choice" {
		return fmt.Sprintf(skeletons[kind], field)
	}
	rule, ok := strings.CutPrefix(field, "rule ")
	if ok {
		field = ""
	} else {
		rule = ""
	}
	if !strings.Contains(rule, `"Condition"`) {
		rule += `"Condition":true,`
	}
	return fmt.Sprintf(skeletons[kind], field, rule)
}

// nestings put a state at the top, into a branch and into an item processor. %s is the state; its name is X.
var nestings = map[string]string{
	"":                        `{"QueryLanguage":"JSONata","StartAt":"X","States":{"X":%s,"Z":{"Type":"Succeed"}}}`,
	"/States/P/Branches[0]":   `{"QueryLanguage":"JSONata","StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"X","States":{"X":%s,"Z":{"Type":"Succeed"}}}]}}}`,
	"/States/M/ItemProcessor": `{"QueryLanguage":"JSONata","StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"X","States":{"X":%s,"Z":{"Type":"Succeed"}}}}}}`,
	"/States/O/Branches[0]/States/M/ItemProcessor": `{"QueryLanguage":"JSONata","StartAt":"O","States":{"O":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"X","States":{"X":%s,"Z":{"Type":"Succeed"}}}}}}]}}}`,
}

// everywhere checks that a state has one error, of the code, text and place given, wherever it stands. Z may be unreachable.
func everywhere(t *testing.T, state, code, location, message string) {
	t.Helper()
	for prefix, nesting := range nestings {
		definition := fmt.Sprintf(nesting, state)
		var found []string
		for _, p := range asl.Errors(asl.CheckJSON([]byte(definition), asl.Options{})) {
			if p.Message != `State "Z" is not reachable.` {
				found = append(found, p.Code+" at "+p.Location()+": "+p.Message)
			}
		}
		want := code + " at " + prefix + "/States/X" + location + ": " + message
		if len(found) != 1 || found[0] != want {
			t.Errorf("%s: want %s\ngot %v", definition, want, found)
		}
	}
}

// TestExpressionPlaces checks every field of every state that may hold an expression: what is wrong with one is said at its place.
func TestExpressionPlaces(t *testing.T) {
	const wrong = `"{% phone %}"`
	catch := `"Catch":[{"ErrorEquals":["E"],"Next":"Z"},{"ErrorEquals":["States.ALL"],%s"Next":"Z"}],`
	data := map[string]string{ // data that holds the expression, and where in it
		wrong:                           "",
		`{"a":{"b":[` + wrong + `]}}`:   "/a/b[0]",
		`[[{"Next":` + wrong + `}]]`:    "[0][0]/Next",
		`{"Comment":` + wrong + `}`:     "/Comment",
		`{"a/b":` + wrong + `,"c":"x"}`: "/a/b",
	}
	places := map[string][]string{ // state type: fields; those that end with * hold data, the others only a text
		"Pass":     {"Output*", "Assign/v*"},
		"Task":     {"Arguments*", "Output*", "Assign/v*", "Credentials/RoleArn", "TimeoutSeconds", "HeartbeatSeconds", "Catch/Output*", "Catch/Assign/v*"},
		"Choice":   {"Output*", "Assign/v*", "Choices/Condition", "Choices/Output*", "Choices/Assign/v*"},
		"Wait":     {"Seconds", "Timestamp", "Output*", "Assign/v*"},
		"Succeed":  {"Output*"},
		"Fail":     {"Error", "Cause"},
		"Parallel": {"Arguments*", "Output*", "Assign/v*", "Catch/Output*", "Catch/Assign/v*"},
		"Map": {"Items*", "ItemSelector*", "MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage", "Output*", "Assign/v*",
			"Catch/Output*", "Catch/Assign/v*", "ItemBatcher/BatchInput*"},
	}
	for kind, fields := range places {
		for _, name := range fields {
			plain, isData := strings.CutSuffix(name, "*")
			for value, inside := range data {
				if !isData && inside != "" {
					continue
				}
				parts := strings.Split(plain, "/")
				field, location := value, "/"+plain+inside
				for i := len(parts) - 1; i > 0; i-- {
					if parts[i-1] == "Catch" || parts[i-1] == "Choices" {
						field = `"` + parts[i] + `":` + field + ","
						break
					}
					field = `{"` + parts[i] + `":` + field + "}"
				}
				switch parts[0] {
				case "Catch":
					field = fmt.Sprintf(catch, field)
					location = strings.Replace(location, "/Catch", "/Catch[1]", 1)
				case "Choices":
					field = "rule " + field
					location = strings.Replace(location, "/Choices", "/Choices[0]", 1)
				default:
					field = `"` + parts[0] + `":` + field + ","
				}
				everywhere(t, stateWith(kind, field), asl.UnsupportedExpression, location, "Reference to 'phone' at the top level is not supported.")
			}
		}
	}
}

// TestPlainTexts checks that fields which hold no expression are not read as one.
func TestPlainTexts(t *testing.T) {
	for kind, field := range map[string]string{
		"Pass":        `"Comment":"{% phone %}",`,
		"Task":        `"Retry":[{"Comment":"{% phone %}","ErrorEquals":["{% phone %}"]}],"Catch":[{"Comment":"{% phone","ErrorEquals":["{% phone %}"],"Next":"Z"}],`,
		"Choice":      `rule "Comment":"{% phone %}",`,
		"Distributed": `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["{% phone %}"],"ItemsPointer":"{% phone %}"}},`,
	} {
		definition := fmt.Sprintf(nestings[""], stateWith(kind, field))
		for _, p := range asl.Errors(asl.CheckJSON([]byte(definition), asl.Options{})) {
			if p.Message != `State "Z" is not reachable.` {
				t.Errorf("%s: %v", definition, p)
			}
		}
	}
	everywhere(t, stateWith("Pass", `"QueryLanguage":"{% phone %}",`), asl.SchemaValidationFailed, "/QueryLanguage", "Value should be one of the following: [JSONPath, JSONata]")
}

// TestFieldsOfJSONPath checks that a field which a state has in JSONPath mode only is refused with that reason, and any other as unknown.
func TestFieldsOfJSONPath(t *testing.T) {
	const language = "The QueryLanguage is set to 'JSONata', but field '%s' is only supported for the 'JSONPath' QueryLanguage"
	for kind, names := range map[string]string{
		"Pass":     "InputPath OutputPath Parameters Result ResultPath",
		"Task":     "InputPath OutputPath Parameters ResultSelector ResultPath TimeoutSecondsPath HeartbeatSecondsPath",
		"Choice":   "InputPath OutputPath",
		"Wait":     "InputPath OutputPath SecondsPath TimestampPath",
		"Succeed":  "InputPath OutputPath",
		"Fail":     "ErrorPath CausePath",
		"Parallel": "InputPath OutputPath Parameters ResultSelector ResultPath",
		"Map":      "InputPath OutputPath Parameters ResultSelector ResultPath ItemsPath MaxConcurrencyPath ToleratedFailureCountPath ToleratedFailurePercentagePath",
	} {
		for _, name := range strings.Fields(names) {
			everywhere(t, stateWith(kind, `"`+name+`":"$.x",`), asl.SchemaValidationFailed, "", fmt.Sprintf(language, name))
		}
		everywhere(t, stateWith(kind, `"Nonsense":1,`), asl.SchemaValidationFailed, "", "Field 'Nonsense' is not supported")
	}
	for name, location := range map[string]string{
		`rule "Variable":"$.x",`: "/Choices[0]", `rule "StringEquals":"x",`: "/Choices[0]", `rule "And":[],`: "/Choices[0]", `rule "IsPresent":true,`: "/Choices[0]",
		`rule "NumericLessThanEqualsPath":"$.x",`: "/Choices[0]",
	} {
		everywhere(t, stateWith("Choice", name), asl.SchemaValidationFailed, location, fmt.Sprintf(language, strings.Split(name, `"`)[1]))
	}
	for field, want := range map[string][2]string{
		`"Catch":[{"ErrorEquals":["E"],"ResultPath":"$.x","Next":"Z"}],`:                                                                            {"/Catch[0]", "ResultPath"},
		`"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{}},`:                                                                {"/ItemReader", "Parameters"},
		`"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON","MaxItemsPath":"$.x"}},`:                       {"/ItemReader/ReaderConfig", "MaxItemsPath"},
		`"ItemBatcher":{"MaxItemsPerBatch":1,"MaxItemsPerBatchPath":"$.x"},`:                                                                        {"/ItemBatcher", "MaxItemsPerBatchPath"},
		`"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{},"WriterConfig":{"Transformation":"NONE","OutputType":"JSON"}},`: {"/ResultWriter", "Parameters"},
	} {
		everywhere(t, stateWith("Distributed", field), asl.SchemaValidationFailed, want[0], fmt.Sprintf(language, want[1]))
	}
}

// TestStatesFields checks what $states has at each place.
func TestStatesFields(t *testing.T) {
	for field, location := range map[string]string{
		`"Arguments":"{% $states.result %}",`:                                                   "/Arguments",
		`"TimeoutSeconds":"{% $states.result.n %}",`:                                            "/TimeoutSeconds",
		`"Output":"{% $states.errorOutput.Error %}",`:                                           "/Output",
		`"Assign":{"v":"{% $states.nothing %}"},`:                                               "/Assign/v",
		`"Catch":[{"ErrorEquals":["E"],"Output":"{% $states.result %}","Next":"Z"}],`:           "/Catch[0]/Output",
		`"Catch":[{"ErrorEquals":["E"],"Assign":{"v":["{% $states.'result' %}"]},"Next":"Z"}],`: "/Catch[0]/Assign/v[0]",
		`"Output":"{% $map([1], function($x) { $states.errorOutput }) %}",`:                     "/Output",
	} {
		name := "result"
		for _, other := range []string{"errorOutput", "nothing"} {
			if strings.Contains(field, other) {
				name = other
			}
		}
		everywhere(t, stateWith("Task", field), asl.UnsupportedExpression, location, "Field '$states."+name+"' does not exist.")
	}
	for kind := range skeletons {
		if kind == "Fail" {
			continue
		}
		field := `"Output":"{% $states.errorOutput %}",`
		everywhere(t, stateWith(kind, field), asl.UnsupportedExpression, "/Output", "Field '$states.errorOutput' does not exist.")
	}
}

// TestWriters checks the halves of a ResultWriter.
func TestWriters(t *testing.T) {
	const putObject = `"Resource":"arn:aws:states:::s3:putObject"`
	const config = `"WriterConfig":{"Transformation":"COMPACT","OutputType":"JSON"}`
	for writer, want := range map[string][2]string{
		``:                           {"/ResultWriter", "At least one of these fields is required: [Resource, WriterConfig]"},
		putObject:                    {"/ResultWriter", "These fields are required: [Arguments]"},
		`"Arguments":{"Bucket":"b"}`: {"/ResultWriter", "These fields are required: [Resource]"},
		putObject + `,` + config:     {"/ResultWriter", "These fields are required: [Arguments]"},
		`"WriterConfig":{}`:          {"/ResultWriter/WriterConfig", "These fields are required: [Transformation, OutputType]"},
		`"WriterConfig":{"Transformation":"NONE"}`:                  {"/ResultWriter/WriterConfig", "These fields are required: [OutputType]"},
		`"WriterConfig":{"OutputType":"JSONL"}`:                     {"/ResultWriter/WriterConfig", "These fields are required: [Transformation]"},
		strings.Replace(config, "COMPACT", "DENSE", 1):              {"/ResultWriter/WriterConfig/Transformation", "Value should be one of the following: [NONE, COMPACT, FLATTEN]"},
		`"Resource":"arn:aws:states:::s3:getObject","Arguments":{}`: {"/ResultWriter/Resource", "The field 'Resource' does not match any of the allowed values"},
	} {
		everywhere(t, stateWith("Distributed", `"ResultWriter":{`+writer+`},`), asl.SchemaValidationFailed, want[0], want[1])
	}
	for _, writer := range []string{config, putObject + `,"Arguments":{"Bucket":"b"}`, putObject + `,"Arguments":"{% $states.input %}",` + config} {
		definition := with(`"A":` + stateWith("Distributed", `"ResultWriter":{`+writer+`},`))
		if problems := asl.CheckJSON([]byte(definition), asl.Options{}); len(problems) > 0 {
			t.Errorf("%s: %v", writer, problems)
		}
	}
}
