package jsonpath_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// refused are paths that Jayway compiles although it leaves out a part of them.
var refused = map[string]string{
	"$.depot.items[":                   "a bracket at the end is left out",
	"$.depot.items[0]]":                "a bracket at the end is left out",
	"$.depot.items[*].sku.concat('!')": "an argument in single quotes is left out",
	"$.concat(\"a\", 1, true)":         "an argument that is no number, object, text or path is left out",
	"$.concat($.strs, 'x')":            "an argument in single quotes is left out",
	"$.sum(1,'2',3.5)":                 "an argument in single quotes is left out",
}

// strange are paths whose compiled form shows a fault of Jayway's.
var strange = map[string]string{
	"$.depot.items.first().sku": "a step behind a function without arguments looks for the field \")\"",
}

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
		_, leavesOut := refused[row.Path]
		_, odd := strange[row.Path]
		switch accepted := row.Compiled != nil && !leavesOut; {
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
