package jsonpath_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// TestFieldPaths: every path in public state machines is read; those of ResultPath are reference paths.
func TestFieldPaths(t *testing.T) {
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
		paths(machine, func(key, text string) {
			all++
			path, err := jsonpath.Parse(text, jsonpath.StepFunctions)
			switch {
			case err != nil:
				t.Errorf("%s: %s: %q: %v", filepath.Base(file), key, text, err)
			case key == "ResultPath" && !path.Reference():
				t.Errorf("%s: %s: %q is no reference path", filepath.Base(file), key, text)
			default:
				passed++
			}
		})
	}
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
