package jsonpath_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// TestFieldPaths: every path in public state machines is read; those of ResultPath are reference paths.
func TestFieldPaths(t *testing.T) {
	passed, all := 0, 0
	conformance.Machines(t, func(name string, machine any) {
		paths(machine, func(key, text string) {
			all++
			path, err := jsonpath.Parse(text, jsonpath.StepFunctions)
			switch {
			case err != nil:
				t.Errorf("%s: %s: %q: %v", name, key, text, err)
			case key == "ResultPath" && !path.Reference():
				t.Errorf("%s: %s: %q is no reference path", name, key, text)
			default:
				passed++
			}
		})
	})
	t.Logf("paths in public state machines: %d of %d", passed, all)
}

// paths visits what a definition reads as a path.
func paths(v any, visit func(key, text string)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			paths(item, visit)
		}
	case map[string]any:
		for key, field := range v {
			text, isText := field.(string)
			if isText && strings.HasPrefix(text, "$") && !strings.HasPrefix(text, "${") && (strings.HasSuffix(key, "Path") || strings.HasSuffix(key, ".$") || key == "Variable") {
				visit(key, text)
			}
			paths(field, visit)
		}
	}
}
