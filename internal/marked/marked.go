// Package marked holds what a language says of sources against the comments at the ends of their lines: "# OSP001 YML007" names the codes of the
// diagnostics that the line has, each as often as it has it.
package marked

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

var marks = regexp.MustCompile(`#((?: [A-Z]{3}\d{3})+)\s*$`)

// Check reads each file of an archive by itself, and demands that every line has exactly the diagnostics that its comment names, and that each says in
// one line what is wrong. It gives the codes that came up.
func Check(t *testing.T, archive string, read func(source.Files) diag.List) (seen map[string]bool) {
	t.Helper()
	files, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	seen = map[string]bool{}
	for _, file := range files.Files {
		found := read(source.Files{{Path: file.Name, Bytes: file.Data}})
		for _, d := range found {
			seen[d.Code] = true
			if d.Summary == "" || strings.HasSuffix(d.Summary, ".") {
				t.Errorf("%s:%d %s: summary %q", file.Name, d.Range.Start.Line, d.Code, d.Summary)
			}
		}
		for i, line := range strings.Split(string(file.Data), "\n") {
			checkLine(t, file.Name, i+1, line, found)
		}
	}
	return seen
}

func checkLine(t *testing.T, file string, number int, line string, found diag.List) {
	t.Helper()
	var want, have, told []string
	if match := marks.FindStringSubmatch(line); match != nil {
		want = strings.Fields(match[1])
	}
	for _, d := range found {
		if d.Range.Start.Line == number {
			have, told = append(have, d.Code), append(told, d.Code+" "+d.Summary)
		}
	}
	slices.Sort(have)
	if !slices.Equal(have, want) {
		t.Errorf("%s:%d has %v, want %v: %s\n  %s", file, number, have, want, line, strings.Join(told, "\n  "))
	}
}

// checkRules demands that every rule of a language has come up, and is described.
func checkRules(t *testing.T, rules []diag.Rule, seen map[string]bool) {
	t.Helper()
	for _, rule := range rules {
		if !seen[rule.Code] {
			t.Errorf("%s never came up", rule.Code)
		}
		if rule.Title == "" || !strings.HasSuffix(rule.Doc, ".") {
			t.Errorf("rule %+v", rule)
		}
	}
}

// checkWaysOut demands that each error whose code begins with a prefix says why or what to write, and that nothing shows the word "hidden", which stands
// for credentials.
func checkWaysOut(t *testing.T, prefix string, found diag.List) {
	t.Helper()
	for _, d := range found {
		if strings.HasPrefix(d.Code, prefix) && d.Severity == diag.Error && d.Fix == "" && d.Detail == "" {
			t.Errorf("%v %s has no way out: %s", d.Range, d.Code, d.Summary)
		}
		if strings.Contains(d.Summary+d.Detail+d.Fix, "hidden") {
			t.Errorf("%v %s shows a credential: %+v", d.Range, d.Code, d)
		}
	}
}
