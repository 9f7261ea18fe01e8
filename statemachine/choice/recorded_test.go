package choice_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/choice"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestRecordedChoices compares with recordings of Step Functions: machines with one rule, which look at Variable and compare it with a constant or Value.
func TestRecordedChoices(t *testing.T) {
	type row struct {
		ID         string
		Definition struct {
			States map[string]struct {
				Choices []map[string]json.RawMessage
			}
		}
		Input, Output json.RawMessage
	}
	passed, all := 0, 0
	for _, row := range conformance.Rows[row](t, "step-functions-api/executions-jsonpath.jsonl") {
		rules := row.Definition.States["CheckValues"].Choices
		if !strings.Contains(row.ID, "choice_operators") || len(rules) != 1 {
			continue
		}
		input, output := object(t, row.Input), object(t, row.Output)
		value, present := input.Get("Variable")
		taken, _ := output.Get("TestResult.$")
		for operator, text := range rules[0] {
			if operator == "Variable" || operator == "Next" || !present {
				continue
			}
			operand, err := jsonata.Decode(text)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(operator, "Path") {
				operand, _ = input.Get(strings.TrimPrefix(operand.(string), "$."))
			}
			all++
			if holds := choice.Holds(operator, value, operand); holds != (taken == "ConditionTrue") {
				t.Errorf("%s: %v %s %s gives %t", row.ID, value, operator, text, holds)
				continue
			}
			passed++
		}
	}
	t.Logf("recorded choices: %d of %d", passed, all)
	if all < 200 {
		t.Error("there are fewer recordings than there were")
	}
}

func object(t *testing.T, text json.RawMessage) *jsonata.Object {
	t.Helper()
	o := jsonata.NewObject()
	if err := o.UnmarshalJSON(text); err != nil {
		t.Fatal(err)
	}
	return o
}
