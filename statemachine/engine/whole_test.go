package engine_test

import (
	"context"
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

const snowflake = "1234567890123456789"

// TestWholeNumbers takes a number of 64 bits through every kind of state; neither the output nor any event may change a digit.
func TestWholeNumbers(t *testing.T) {
	echo := func(_ context.Context, task engine.Task) (any, error) { return task.Payload, nil }
	input := `{"id":` + snowflake + `,"ids":[` + snowflake + `,-` + snowflake + `]}`
	rows := []struct{ states, want string }{
		{`"A":{"Type":"Pass","End":true}`, input},
		{`"A":{"Type":"Succeed"}`, input},
		{`"A":{"Type":"Pass","Output":` + snowflake + `,"End":true}`, snowflake},
		{`"A":{"Type":"Pass","Output":"{% ` + snowflake + ` %}","End":true}`, snowflake},
		{`"A":{"Type":"Pass","Output":"{% '/u/' & $states.input.id %}","End":true}`, `"/u/` + snowflake + `"`},
		{`"A":{"Type":"Pass","Output":"{% {$string($states.input.id): 1} %}","End":true}`, `{"` + snowflake + `":1}`},
		{`"A":{"Type":"Pass","Assign":{"id":"{% $states.input.id %}"},"Next":"B"},"B":{"Type":"Pass","Output":"{% $id %}","End":true}`, snowflake},
		{`"A":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.id = 1234567890123456788 %}","Next":"C"},{"Condition":"{% $states.input.id = ` + snowflake +
			` %}","Next":"B"}]},"B":{"Type":"Pass","Output":"right","End":true},"C":{"Type":"Pass","Output":"wrong","End":true}`, `"right"`},
		{`"A":{"Type":"Map","Items":"{% $states.input.ids %}","ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}`,
			`[` + snowflake + `,-` + snowflake + `]`},
		{`"A":{"Type":"Map","Items":"{% $states.input.ids %}","ItemSelector":{"v":"{% $states.context.Map.Item.Value %}"},
			"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","Output":"{% $states.input.v %}","End":true}}},"End":true}`, `[` + snowflake + `,-` + snowflake + `]`},
		{`"A":{"Type":"Parallel","Branches":[{"StartAt":"I","States":{"I":{"Type":"Pass","Output":"{% $states.input.id %}","End":true}}}],"End":true}`, `[` + snowflake + `]`},
		{`"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","End":true}`, input},
		{`"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"f","Payload":{"id":"{% $states.input.id %}"}},
			"Output":"{% $states.result.Payload.id %}","End":true}`, snowflake},
	}
	for _, row := range rows {
		result := scenario{definition: row.states, input: input, invoke: echo}.run(t)
		if got, err := jsonata.Encode(result.Output); err != nil || string(got) != row.want {
			t.Errorf("%s gives %s, %v (%s %s)", row.states, got, err, result.Error, result.Cause)
		}
		for _, event := range result.History {
			text, err := jsonata.Encode(event.Object())
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(strings.ReplaceAll(string(text), snowflake, ""), "12345678901234567") && !strings.Contains(row.states, "788") {
				t.Errorf("%s: the number is changed in %s", row.states, text)
			}
		}
	}
}
