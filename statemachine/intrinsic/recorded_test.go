package intrinsic_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/intrinsic"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// execution is a recording of Step Functions. Placeholders stand for what differs from run to run.
type execution struct {
	ID, Status string
	Definition struct{ States map[string]state }
	Input      json.RawMessage
	Output     json.RawMessage
}

type state struct {
	Type, ResultPath string
	Parameters       json.RawMessage
}

// TestRecordedCalls evaluates the calls of recorded executions whose only working state is a Pass state, and compares with its output.
func TestRecordedCalls(t *testing.T) {
	passed, all := 0, 0
	for _, row := range conformance.Rows[execution](t, "step-functions-api/executions-jsonpath.jsonl") {
		if row.Status != "SUCCEEDED" || len(row.Definition.States) != 1 {
			continue
		}
		for _, state := range row.Definition.States {
			compareCalls(t, row, state, &passed, &all)
		}
	}
	t.Logf("recorded calls: %d of %d", passed, all)
	if passed < all || all < 50 {
		t.Errorf("%d of %d recorded calls give what AWS gave", passed, all)
	}
}

func compareCalls(t *testing.T, row execution, state state, passed, all *int) {
	parameters, _ := decode(t, state.Parameters).(*jsonata.Object)
	output, isObject := decode(t, row.Output).(*jsonata.Object)
	if state.Type != "Pass" || state.ResultPath != "" || parameters == nil || !isObject {
		return
	}
	for key, field := range parameters.All() {
		text, _ := field.(string)
		want, _ := output.Get(strings.TrimSuffix(key, ".$"))
		if !intrinsic.Is(text) || strings.Contains(text, "$$.StateMachine") || strings.Contains(text, "$$.Execution.Name") {
			continue
		}
		*all++
		input := decode(t, row.Input)
		got, err := evaluate(text, input)
		switch placeholder, _ := want.(string); {
		case err != nil:
			t.Errorf("%s: %s: %v", row.ID, text, err)
		case strings.HasPrefix(placeholder, "<uuid") || placeholder == "RandomNumberGenerated" || jsonata.Equal(got, want):
			*passed++
		default:
			t.Errorf("%s: %s gives %s, want %s", row.ID, text, encode(t, got), encode(t, want))
		}
	}
}

// evaluate evaluates a call where the input is also that of the execution.
func evaluate(text string, input any) (any, error) {
	call, err := intrinsic.Parse(text)
	if err != nil {
		return nil, err
	}
	execution, context := jsonata.NewObject(), jsonata.NewObject()
	execution.Set("Input", input)
	context.Set("Execution", execution)
	return call.Evaluate(intrinsic.Surroundings{
		Roots:  jsonpath.Roots{Document: input, Context: context},
		Random: func() float64 { return 0.5 },
	})
}

func decode(t *testing.T, text json.RawMessage) any {
	t.Helper()
	if len(text) == 0 {
		return nil
	}
	value, err := jsonata.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func encode(t *testing.T, value any) string {
	t.Helper()
	text, err := jsonata.Encode(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
