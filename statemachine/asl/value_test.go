package asl_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func TestValues(t *testing.T) {
	for _, data := range []any{nil, 30.0, "{% $x %}", "{%$x%}"} {
		value, ok := asl.ValueOf[float64](data)
		if !ok || value.Data() != data || value.IsPresent() != (data != nil) {
			t.Errorf("%v came back as %v", data, value.Data())
		}
		if constant, ok := value.Constant(); ok != (data == 30.0) || ok && constant != 30 {
			t.Errorf("%v has the constant %v", data, constant)
		}
	}
	for _, data := range []any{30, int64(30)} {
		if value, ok := asl.ValueOf[float64](data); !ok || !value.Equal(asl.Constant(30.0)) {
			t.Errorf("%T: %v", data, value.Data())
		}
	}
	for _, data := range []any{"30", true, []any{}, asl.Null{}} {
		if value, ok := asl.ValueOf[float64](data); ok || value.IsPresent() {
			t.Errorf("%v is a number", data)
		}
	}
	if _, ok := asl.ValueOf[bool](1.0); ok {
		t.Error("a number is a boolean")
	}
	if text, ok := asl.ValueOf[string]("{% open"); !ok || text.Data() != "{% open" {
		t.Error("half of the delimiters makes no expression")
	}
	if value := asl.Computed[bool](build.Var("x")); value.Data() != "{% $x %}" {
		t.Errorf("written %v", value.Data())
	}
}

// TestValuesOfTheWrongType: a field that takes a number, a text or a boolean does not take anything else.
func TestValuesOfTheWrongType(t *testing.T) {
	for fields, want := range map[string]string{
		`"Type": "Wait", "Seconds": "10", "End": true`:                                        "/States/s/Seconds: expected number or an expression, found string",
		`"Type": "Wait", "Seconds": null, "End": true`:                                        "/States/s/Seconds: expected number or an expression, found null",
		`"Type": "Wait", "Timestamp": 7, "End": true`:                                         "/States/s/Timestamp: expected string or an expression, found number",
		`"Type": "Choice", "Choices": [{"Condition": "true", "Next": "s"}]`:                   "/States/s/Choices/0/Condition: expected boolean or an expression, found string",
		`"Type": "Task", "Resource": "arn:x", "TimeoutSeconds": [1], "End": true`:             "/States/s/TimeoutSeconds: expected number or an expression, found array",
		`"Type": "Map", "ItemBatcher": {"MaxItemsPerBatch": {}}, "ItemProcessor": {}`:         "/States/s/ItemBatcher/MaxItemsPerBatch: expected number or an expression, found object",
		`"Type": "Fail", "Error": {"a": 1}`:                                                   "/States/s/Error: expected string or an expression, found object",
		`"Type": "Map", "ToleratedFailurePercentage": false, "ItemProcessor": {"States": {}}`: "/States/s/ToleratedFailurePercentage: expected number or an expression, found boolean",
	} {
		_, err := asl.Unmarshal([]byte(`{"QueryLanguage": "JSONata", "StartAt": "s", "States": {"s": {` + fields + `}}}`))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", fields, err, want)
		}
	}
}
