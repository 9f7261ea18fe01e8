package apichap

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// expectation is a comment of the form # ERROR "text" (or WARN, or NOTE), with the line counted from the comment's own: # WARN-1 "text".
type expectation struct {
	severity diag.Severity
	line     int
	text     string
}

func expectations(t *testing.T, content string) []expectation {
	t.Helper()
	comment := regexp.MustCompile(`# (ERROR|WARN|NOTE)([+-][0-9]+)? ("(?:[^"\\]|\\.)*")`)
	var list []expectation
	for i, line := range strings.Split(content, "\n") {
		for _, match := range comment.FindAllStringSubmatch(line, -1) {
			text, err := strconv.Unquote(match[3])
			if err != nil {
				t.Fatalf("line %d: %v", i+1, err)
			}
			shift, _ := strconv.Atoi(match[2])
			severity := diag.Error
			switch match[1] {
			case "WARN":
				severity = diag.Warning
			case "NOTE":
				severity = diag.Note
			}
			list = append(list, expectation{severity, i + 1 + shift, text})
		}
	}
	return list
}

func (e expectation) matches(d diag.Diagnostic) bool {
	return d.Severity == e.severity && d.Range.Start.Line == e.line && strings.Contains(d.Code+" "+d.Summary, e.text)
}

// TestDiagnostics: each comment in the files has its diagnostic, and each diagnostic its comment.
func TestDiagnostics(t *testing.T) {
	paths, err := filepath.Glob("testdata/diagnostics/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal("no files")
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, problems := parse(source.Files{{Path: path, Bytes: content}})
			for _, want := range expectations(t, string(content)) {
				found := false
				for i, got := range problems {
					if want.matches(got) {
						problems, found = append(problems[:i:i], problems[i+1:]...), true
						break
					}
				}
				if !found {
					t.Errorf("line %d: nothing says %q", want.line, want.text)
				}
			}
			for _, got := range problems {
				t.Errorf("unexpected: %s", describe(got))
			}
		})
	}
}

func describe(d diag.Diagnostic) string {
	return fmt.Sprintf("%s: %s: %s %s", d.Range, d.Severity, d.Code, d.Summary)
}
