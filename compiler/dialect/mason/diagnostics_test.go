package mason_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/compiler/dialect/mason"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

var expected = regexp.MustCompile(`#((?: (?:MAS|YML)\d{3})+)\s*$`)

// TestDiagnostics demands that each line has exactly the diagnostics that its comment names, and that each says what is wrong, and where it is an error
// also why or what to write.
func TestDiagnostics(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/diagnostics.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, file := range archive.Files {
		_, found := mason.Dialect().Parse(source.Files{{Path: file.Name, Bytes: file.Data}})
		got := map[int][]string{}
		for _, d := range found {
			seen[d.Code] = true
			got[d.Range.Start.Line] = append(got[d.Range.Start.Line], d.Code)
			if d.Summary == "" || strings.HasSuffix(d.Summary, ".") {
				t.Errorf("%s:%d %s: summary %q", file.Name, d.Range.Start.Line, d.Code, d.Summary)
			}
			if strings.HasPrefix(d.Code, "MAS") && d.Severity == diag.Error && d.Fix == "" && d.Detail == "" {
				t.Errorf("%s:%d %s has no way out: %s", file.Name, d.Range.Start.Line, d.Code, d.Summary)
			}
		}
		for i, line := range strings.Split(string(file.Data), "\n") {
			var want []string
			if match := expected.FindStringSubmatch(line); match != nil {
				want = strings.Fields(match[1])
			}
			have := got[i+1]
			slices.Sort(have)
			if !slices.Equal(have, want) {
				t.Errorf("%s:%d has %v, want %v: %s", file.Name, i+1, have, want, line)
				for _, d := range found {
					if d.Range.Start.Line == i+1 {
						t.Logf("  %s %s", d.Code, d.Summary)
					}
				}
			}
		}
	}
	for _, rule := range mason.Dialect().Rules() {
		if !seen[rule.Code] && rule.Code != "MAS002" {
			t.Errorf("%s never came up", rule.Code)
		}
		if rule.Title == "" || !strings.HasSuffix(rule.Doc, ".") {
			t.Errorf("rule %+v", rule)
		}
	}
}

// TestPlacesInJSON: a document in JSON is told of with the same care, at the place inside a template.
func TestPlacesInJSON(t *testing.T) {
	const text = `{"name": "\ud83d\ude00 a",
	"steps": [{"name": "one", "apispec": {"url": "https://h/\u007b{ USER.id }}/{{ nope.x }}", "method": "get"}}]}`
	_, found := mason.Dialect().Parse(source.Files{{Path: "a.json", Bytes: []byte(text)}})
	if len(found) != 1 || found[0].Code != "MAS008" {
		t.Fatalf("%v", found)
	}
	line := strings.Split(text, "\n")[1]
	if at := found[0].Range; at.Start.Line != 2 || !strings.HasPrefix(line[at.Start.Column-1:], "nope.x") || at.End.Column-at.Start.Column < 4 {
		t.Errorf("%+v of %q", at, line)
	}
}
