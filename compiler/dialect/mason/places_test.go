package mason_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/dialect/mason"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// TestWrongInputInJSON: one wrong value in a document in JSON is one error, at the value or its key.
func TestWrongInputInJSON(t *testing.T) {
	const step = `{"name": "one", "apispec": {"url": "https://h/x", "method": "get"}}`
	for _, test := range []struct{ fields, code, at string }{
		{`"name": [7], "steps": [` + step + `]`, "YML008", `[7]`},
		{`"name": 7, "steps": [` + step + `]`, "MAS004", `7`},
		{`"name": "a", "steps": [{"name": true, "apispec": {"url": "https://h/x", "method": "get"}}]`, "MAS004", `true`},
		{`"name": "a", "steps": [{"name": "one", "apispec": {"url": "https://h/x", "method": "get", "data": false}}]`, "MAS004", `false`},
		{`"name": "a", "steps": [{"name": "one", "apispec": {"url": "https://h/x", "method": "get", "json_body": 1.5}}]`, "MAS004", `1.5`},
		{`"name": "a", "default_retry": {"allowed_methods": [1]}, "steps": [` + step + `]`, "MAS004", `1`},
		{`"name": "a", "default_retry": {"status_forcelist": ["x"]}, "steps": [` + step + `]`, "MAS006", `"x"`},
		{`"name": "  ", "steps": [` + step + `]`, "MAS003", `"  "`},
		{`"name": "a", "default_retry": {}, "steps": {}`, "YML008", `{}`},
		{`"name": "a", "default_retry": {}, "steps": []`, "MAS001", `[]`},
		{`"name": "a", "stepz": 1, "steps": [` + step + `]`, "YML006", `"stepz"`},
		{`"name": "a", "uid": "12-34", "steps": [` + step + `]`, "MAS004", `"12-34"`},
		{`"name": "a", "created": "soon", "steps": [` + step + `]`, "MAS004", `"soon"`},
		{`"name": "a", "scope": "team", "steps": [` + step + `]`, "YML009", `"team"`},
		{`"name": "a", "deleted": "perhaps", "steps": [` + step + `]`, "YML008", `"perhaps"`},
		{`"name": "a", "default_retry": {"total": "ten"}, "steps": [` + step + `]`, "YML008", `"ten"`},
		{`"name": "a", "default_retry": {"respect_retry_after_header": null}, "steps": [` + step + `]`, "MAS006", `null`},
		{`"name": "a", "default_retry": {"backoff_factor": null}, "steps": [` + step + `]`, "MAS006", `null`},
		{`"name": "a", "default_retry": {"backoff_factor": -1}, "steps": [` + step + `]`, "MAS006", `-1`},
		{`"name": "a", "default_retry": {"status_forcelist": ["503"]}, "steps": [` + step + `]`, "MAS006", `"503"`},
		{`"name": "a", "steps": [` + step + `,` + strings.Replace(step, "h/x", "h/y", 1) + `]`, "MAS003", `"one", "apispec": {"url": "https://h/y"`},
		{`"name": "a", "steps": [{"name": "one", "concurrency": 0, "apispec": {"url": "https://h/x", "method": "get"}}]`, "MAS004", `0,`},
		{`"name": "a", "steps": [{"name": "one", "apispec": {"url": "https://h/x", "method": "fetch"}}]`, "MAS009", `"fetch"`},
		{`"name": "a", "steps": [{"name": "one", "apispec": {"url": "h/x", "method": "get"}}]`, "MAS010", `"h/x"`},
		{`"name": "a", "steps": [{"name": "one", "apispec": {"url": "https://h/x", "method": "get", "data": [1]}}]`, "MAS004", `[1]`},
		{`"name": "a", "steps": [{"name": "one", "apispec": {"url": "https://h/x", "method": "get", "timeout": "5 s"}}]`, "YML008", `"5 s"`},
		{`"name": "a", "steps": [{"name": "one", "apispec": {"url": "https://h/x", "method": "get", "params": {"a": "\u0022{{ nope }}"}}}]`, "MAS008", `nope`},
	} {
		text := "{\n\t" + test.fields + "}"
		if !json.Valid([]byte(text)) {
			t.Fatalf("%s is no JSON", text)
		}
		found := mistakes("a.json", text)
		if len(found) != 1 || found[0].Code != test.code || !strings.HasPrefix(after(text, found[0].Range), test.at) {
			t.Errorf("%s: %s at %q, want %s at %q", text, codes(found), places(text, found), test.code, test.at)
		}
	}
}

// TestPlacesInTemplates: a mistake in a template is told of where it stands, however the text is written in YAML.
func TestPlacesInTemplates(t *testing.T) {
	for name, text := range map[string]string{
		"plain":             `Zoé {{ USER.id }} {{ nope.x }}`,
		"single quotes":     `'it''s "é" {{ nope.x }}'`,
		"double quotes":     `"a\tb \u00e9\n\"{{ nope.x }}\""`,
		"folded":            ">-\n          first é\n          second {{ USER.id }}\n\n          third {{ nope.x }}",
		"literal":           "|\n          first é\n            indented\n          third {{ nope.x }}",
		"literal, blanks":   "|\n          first\n            \n   \n             \n          é {{ nope.x }}\n",
		"literal, indented": "|2\n          first\n          \n            é {{ nope.x }}\n",
		"folded, blanks":    ">\n          first\n              \n\n             \n          é {{ nope.x }}\n",
		"folded quotes":     "\"first \\\n          second\n          third {{ nope.x }}\"",
		"over lines":        ">\n          {{ USER.id\n          ~ nope.x }}",
	} {
		file := fmt.Sprintf("name: a\nsteps:\n  - name: one\n    apispec:\n      url: https://h/x\n      method: post\n      headers:\n        A: %s\n", text)
		found := mistakes("a.yaml", file)
		if len(found) != 1 || found[0].Code != "MAS008" || !strings.HasPrefix(after(file, found[0].Range), "nope") {
			t.Errorf("%s: %s at %q", name, codes(found), places(file, found))
		}
	}
}

// mistakes are the errors that a file has.
func mistakes(name, text string) (errors diag.List) {
	_, found := mason.Dialect().Parse(source.Files{{Path: name, Bytes: []byte(text)}})
	for _, d := range found {
		if d.Severity == diag.Error {
			errors = append(errors, d)
		}
	}
	return errors
}

// after is the text from where a range begins. Columns count characters.
func after(text string, at diag.Range) string {
	lines := strings.Split(text, "\n")
	if at.Start.Line < 1 || at.Start.Line > len(lines) {
		return ""
	}
	line := []rune(lines[at.Start.Line-1])
	return string(line[min(max(at.Start.Column-1, 0), len(line)):])
}

func places(text string, found diag.List) (all []string) {
	for _, d := range found {
		all = append(all, after(text, d.Range))
	}
	return all
}

func codes(found diag.List) (all []string) {
	for _, d := range found {
		all = append(all, d.Code+" "+d.Summary)
	}
	return all
}
