package intrinsic_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/intrinsic"
)

// TestFieldCalls: every call of an intrinsic function in public state machines is read, and has as many arguments as its function takes.
func TestFieldCalls(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(conformance.Path(t, "field-machines"), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no machines: %v", err)
	}
	passed, all := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var machine any
		if err := json.Unmarshal(text, &machine); err != nil {
			continue // some are no JSON before their variables are replaced
		}
		calls(machine, func(text string) {
			all++
			call, err := intrinsic.Parse(text)
			switch {
			case err != nil:
				t.Errorf("%s: %q: %v", filepath.Base(file), text, err)
			case call.Arity() != nil:
				t.Errorf("%s: %q has a wrong number of arguments in %s", filepath.Base(file), text, call.Arity())
			default:
				passed++
			}
		})
	}
	t.Logf("calls in public state machines: %d of %d", passed, all)
}

// calls visits the members of a definition whose name ends in .$ and whose value calls a function.
func calls(v any, visit func(text string)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			calls(item, visit)
		}
	case map[string]any:
		for key, field := range v {
			if text, ok := field.(string); ok && strings.HasSuffix(key, ".$") && intrinsic.Is(text) {
				visit(text)
			}
			calls(field, visit)
		}
	}
}
