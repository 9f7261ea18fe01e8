package asl_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/asl"
)

// warnings has definitions that the service creates and that fail, or do less than they say, when they run.
var warnings = []refusal{
	{name: "unassigned variable", definition: output("$nowhere"), code: asl.UnassignedVariable, pointer: "/States/A/Output", message: "'$nowhere'"},
	{name: "unassigned variable deep in data", definition: pass(`"Output":[{"a/b":"{% $nowhere %}"}]`), code: asl.UnassignedVariable, pointer: "/States/A/Output/0/a~1b", message: "'$nowhere'"},
	{name: "variable of another scope", definition: with(`"A":{"Type":"Parallel","Next":"C","Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","Assign":{"inner":1},"End":true}}}]},"C":{"Type":"Pass","Output":"{% $inner %}","End":true}`), code: asl.UnassignedVariable, pointer: "/States/C/Output", message: "'$inner'"},
	{name: "variable of the parent of a child execution", definition: with(`"A":{"Type":"Pass","Assign":{"outer":1},"Next":"M"},"M":{"Type":"Map","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"B","States":{"B":{"Type":"Pass","Output":"{% $outer %}","End":true}}}}`), code: asl.UnassignedVariable, pointer: "/States/M/ItemProcessor/States/B/Output", message: "'$outer'"},
	{name: "$eval", definition: output(`$eval("1")`), code: asl.UnassignedVariable, pointer: "/States/A/Output", message: "no function '$eval'"},
	{name: "misspelt function", definition: output(`$uppercasse("1")`), code: asl.UnassignedVariable, pointer: "/States/A/Output", message: "'$uppercasse'"},
	{name: "variable that the Map itself assigns", definition: mapState(`"Items":[1]`, `,"Assign":{"outer":2}`), code: asl.OuterVariable, pointer: "/States/A/ItemProcessor/States/B/Assign/outer", message: "outer scope"},
	{name: "variable that the Catch of the Parallel assigns", definition: with(`"A":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","Assign":{"v":1},"End":true}}}],"Catch":[{"ErrorEquals":["States.ALL"],"Assign":{"v":2},"Next":"Z"}],"End":true},"Z":{"Type":"Succeed"}`), code: asl.OuterVariable, pointer: "/States/A/Branches/0/States/B/Assign/v", message: "outer scope"},
	{name: "variable that the Catch of the Map two levels up assigns", definition: with(`"A":{"Type":"Map","Items":[1],"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","Assign":{"v":1},"End":true}}}],"End":true}}},"Catch":[{"ErrorEquals":["States.ALL"],"Assign":{"v":2},"Next":"Z"}],"End":true},"Z":{"Type":"Succeed"}`), code: asl.OuterVariable, pointer: "/States/A/ItemProcessor/States/P/Branches/0/States/B/Assign/v", message: "outer scope"},
	{name: "Map without an end inside", definition: with(`"A":{"Type":"Map","Items":[1],"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","Next":"B"}}},"End":true}`), code: asl.MissingEndState, pointer: "/States/A/ItemProcessor", message: "goes on"},
	{name: "branch without an end", definition: with(`"A":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":1,"Next":"B"}}}],"End":true}`), code: asl.MissingEndState, pointer: "/States/A/Branches/0", message: "goes on"},
	{name: "reader of an inline Map", definition: mapState(`"ItemReader":{"Resource":"arn:aws:states:::s3:getObject"}`, ``), code: asl.NoEffect, pointer: "/States/A/ItemReader", message: "inline"},
	{name: "batcher of an inline Map", definition: mapState(`"ItemBatcher":{"MaxItemsPerBatch":2}`, ``), code: asl.NoEffect, pointer: "/States/A/ItemBatcher", message: "inline"},
	{name: "batcher of an inline Map without a limit", definition: mapState(`"ItemBatcher":{"BatchInput":1}`, ``), code: asl.NoEffect, pointer: "/States/A/ItemBatcher", message: "inline"},
	{name: "writer of an inline Map", definition: mapState(`"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Arguments":{"Bucket":"b"}}`, ``), code: asl.NoEffect, pointer: "/States/A/ResultWriter", message: "inline"},
	{name: "label of an inline Map", definition: mapState(`"Label":"l"`, ``), code: asl.NoEffect, pointer: "/States/A/Label", message: "inline"},
	{name: "execution type of an inline Map", definition: with(`"A":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"ExecutionType":"STANDARD"},"StartAt":"B","States":{"B":{"Type":"Succeed"}}},"End":true}`), code: asl.NoEffect, pointer: "/States/A/ItemProcessor/ProcessorConfig", message: "inline"},
	{name: "error name of the language that it does not have", definition: task(`"Retry":[{"ErrorEquals":["States.Mine"]}]`), code: asl.NoEffect, pointer: "/States/A/Retry/0/ErrorEquals/0", message: "States.Mine"},
	{name: "expression as deep as the service evaluates", definition: output("1" + strings.Repeat("+1", 99)), code: asl.DeepExpression, pointer: "/States/A/Output", message: "100 levels deep"},
	{name: "expression deeper than that", definition: output(strings.Repeat("(", 150) + "1" + strings.Repeat(")", 150)), code: asl.DeepExpression, pointer: "/States/A/Output", message: "levels deep"},
	{name: "expression as a name", definition: pass(`"Output":{"{% 1 %}":1}`), code: asl.NoEffect, pointer: "/States/A/Output/{% 1 %}", message: "name of a field"},
	{name: "unknown service of the SDK", definition: with(`"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sqss:sendMessage","End":true}`), code: asl.UnknownService, pointer: "/States/A/Resource", message: "sqss"},
}

func TestWarnings(t *testing.T) {
	for _, r := range warnings {
		t.Run(r.name, func(t *testing.T) {
			problems := asl.CheckJSON([]byte(r.definition), asl.Options{Express: r.express})
			if len(problems) != 1 || problems[0].Severity != asl.SeverityWarning || problems[0].Code != r.code || problems[0].Pointer != r.pointer ||
				!strings.Contains(problems[0].Message, r.message) {
				t.Errorf("want a warning %s at %q with %q, got %v", r.code, r.pointer, r.message, problems)
			}
			if errors := asl.Errors(problems); len(errors) > 0 {
				t.Errorf("refused: %v", errors)
			}
		})
	}
}
