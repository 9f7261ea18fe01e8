package filter

import (
	"encoding/json"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/task"
)

// FuzzInput: whatever a program is given, it ends with JSON or an error of its own, and reading the input takes linear time.
func FuzzInput(f *testing.F) {
	for _, seed := range [][2]string{
		{".", `{"a": [1, 2.50, 1e400, "x"]}`}, {".[]", `[1, null, {"b": 9007199254740993}]`}, {"$x", `1`}, {"input", `[]`}, {`"\(.)"`, `"\ud800"`}, {". * 3", `"ab"`}, {"[.[] | tojson]", `[[]]`},
	} {
		f.Add(seed[0], seed[1])
	}
	function := New()
	f.Fuzz(func(t *testing.T, program, input string) {
		if !json.Valid([]byte(input)) {
			return
		}
		request, err := json.Marshal(Request{Language: "jq", Program: program, Input: json.RawMessage(input), Args: map[string]any{"x": 1}, TimeoutSeconds: 0.2})
		if err != nil {
			t.Fatal(err)
		}
		result, err := function.Invoke(t.Context(), request)
		if failure := task.AsError(err); failure != nil && failure.Name == task.Internal || err == nil && !json.Valid(result) {
			t.Errorf("%s of %s: %s, %v", program, input, result, err)
		}
		pace.Linear(t, input, func(input string) { _, _ = inputsOf(Request{Input: json.RawMessage(input)}) })
	})
}
