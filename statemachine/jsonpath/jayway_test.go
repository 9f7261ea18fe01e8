package jsonpath_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// leavesOut tells that Jayway compiles a path although it leaves out a part of it, which is refused here: a bracket at the end, or an argument that is no
// number, object, text in double quotes or path.
func leavesOut(path string, err error) bool {
	var bad *jsonpath.Error
	if !errors.As(err, &bad) {
		return false
	}
	bracket := bad.End >= len(path) && strings.ContainsAny(path[bad.Start:], "[]")
	return bracket || strings.HasPrefix(bad.Message, "an argument is")
}

// strange tells that the compiled form of a path shows a fault of Jayway's: a step behind a function without arguments looks for the field ")".
func strange(compiled string) bool { return strings.Contains(compiled, "[')") }

// TestJayway compares which paths are accepted, and as what, with Jayway JsonPath.
func TestJayway(t *testing.T) {
	type row struct {
		Path     string
		Compiled *string
		Definite bool
	}
	passed, seen := 0, map[string]bool{}
	for _, row := range conformance.Rows[row](t, "oracles/jayway.jsonl") {
		if seen[row.Path] {
			continue
		}
		seen[row.Path] = true
		path, err := jsonpath.Parse(row.Path, jsonpath.Jayway)
		accepted := row.Compiled != nil && !leavesOut(row.Path, err)
		odd := accepted && strange(*row.Compiled)
		switch {
		case (err == nil) != accepted:
			t.Errorf("%s: %v, Jayway gives %v", row.Path, err, text(row.Compiled))
		case accepted && !odd && compiled(path) != strings.ReplaceAll(*row.Compiled, `"`, "'"):
			t.Errorf("%s gives %s, Jayway %s", row.Path, compiled(path), *row.Compiled)
		case accepted && !odd && path.Definite() != row.Definite:
			t.Errorf("%s: definite is %t", row.Path, path.Definite())
		default:
			passed++
		}
	}
	t.Logf("jayway paths: %d of %d", passed, len(seen))
}

func text(s *string) string {
	if s == nil {
		return "an error"
	}
	return *s
}

// compiled writes a path as Jayway prints its compiled form.
func compiled(path *jsonpath.Path) string {
	steps := path.Steps
	if last := len(steps) - 1; last >= 0 && path.Definite() && strings.Contains(spell(path), "..") {
		steps = steps[last:] // a function at the end takes the path before as its argument
	}
	var all strings.Builder
	all.WriteString([]string{"$", "@"}[path.Root.Kind])
	for _, step := range steps {
		all.WriteString(compiledStep(step))
	}
	return strings.ReplaceAll(all.String(), `"`, "'")
}

func compiledStep(step jsonpath.Step) string {
	switch step := step.(type) {
	case *jsonpath.Wildcard:
		return "[*]"
	case *jsonpath.Filter:
		return "[?]"
	case *jsonpath.Slice:
		return spellStep(&jsonpath.Slice{From: step.From, To: step.To})
	case *jsonpath.Descend:
		return ".." + compiledStep(step.Step)
	case *jsonpath.Function:
		if len(step.Arguments) > 0 {
			return "." + step.Name + "(...)"
		}
		return "." + step.Name + "()"
	default:
		return spellStep(step)
	}
}
