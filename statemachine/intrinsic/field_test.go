package intrinsic_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/intrinsic"
)

// TestFieldCalls: every call of an intrinsic function in public state machines is read, and none fails whatever it is given.
func TestFieldCalls(t *testing.T) {
	passed, all := 0, 0
	conformance.Machines(t, func(name string, machine any) {
		calls(machine, func(text string) {
			all++
			call, err := intrinsic.Parse(text)
			switch {
			case err != nil:
				t.Errorf("%s: %q: %v", name, text, err)
			case call.Fails() != nil && !strings.Contains(text, "${"): // a value of the template stands there
				t.Errorf("%s: %q: %v", name, text, call.Fails())
			default:
				passed++
			}
		})
	})
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
