package diag_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/diag"
)

const content = "a: 1\n\tinstuctions:\n日本 x: \x1b[31m\n"

func place(line, column, offset, endColumn int) diag.Range {
	return diag.Range{
		File:  "specs/op.yaml",
		Start: diag.Pos{Line: line, Column: column, Offset: offset},
		End:   diag.Pos{Line: line, Column: endColumn, Offset: offset + endColumn - column},
	}
}

func sample() diag.List {
	return diag.List{
		{
			Severity: diag.Error, Code: "YML006", Summary: `"instuctions" is not a key`, Detail: "The keys are a and b.", Fix: `did you mean "instructions"?`,
			Range: place(2, 2, 6, 13), Notes: []diag.Related{{Range: place(1, 1, 0, 2), Message: "see here"}},
		},
		{Severity: diag.Warning, Code: "APC001", Summary: "odd\x1b[0m", Range: place(3, 4, 26, 5)},
		{Severity: diag.Note, Summary: "nowhere"},
	}
}

func TestWriteText(t *testing.T) {
	var out bytes.Buffer
	options := diag.TextOptions{Source: func(string) []byte { return []byte(content) }}
	if err := diag.WriteText(&out, sample(), options); err != nil {
		t.Fatal(err)
	}
	want := `specs/op.yaml:2:2: error: "instuctions" is not a key [YML006]
  |
2 | 	instuctions:
  | 	^^^^^^^^^^^
  = why: The keys are a and b.
  = fix: did you mean "instructions"?
specs/op.yaml:1:1: note: see here
  |
1 | a: 1
  | ^

specs/op.yaml:3:4: warning: odd` + "\uFFFD" + `[0m [APC001]
  |
3 | 日本 x: ` + "\uFFFD" + `[31m
  |      ^

note: nowhere
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// TestWriteTextOfLine: a place that is known by its line alone is quoted; one beyond the end of the file is not.
func TestWriteTextOfLine(t *testing.T) {
	var out bytes.Buffer
	list := diag.List{{Severity: diag.Error, Summary: "here", Range: place(2, 1, 0, 1)}, {Severity: diag.Error, Summary: "nowhere", Range: place(9, 1, 0, 1)}}
	if err := diag.WriteText(&out, list, diag.TextOptions{Source: func(string) []byte { return []byte(content) }}); err != nil {
		t.Fatal(err)
	}
	want := "specs/op.yaml:2:1: error: here\n  |\n2 | \tinstuctions:\n  | ^\n\nspecs/op.yaml:9:1: error: nowhere\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestWriteTextColor(t *testing.T) {
	var out bytes.Buffer
	if err := diag.WriteText(&out, sample()[2:], diag.TextOptions{Color: true}); err != nil {
		t.Fatal(err)
	}
	if want := "\x1b[1;34mnote\x1b[0m: \x1b[1mnowhere\x1b[0m\n"; out.String() != want {
		t.Errorf("got %q", out.String())
	}
}

func TestWriteJSON(t *testing.T) {
	var out bytes.Buffer
	if err := diag.WriteJSON(&out, sample()); err != nil {
		t.Fatal(err)
	}
	var report struct {
		Diagnostics []struct {
			Severity, Code, File, Fix string
			Start                     *diag.Pos
			Notes                     []struct{ Message string }
		}
		Errors, Warnings int
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	if report.Errors != 1 || report.Warnings != 1 || len(report.Diagnostics) != 3 {
		t.Fatalf("got %+v", report)
	}
	first := report.Diagnostics[0]
	if first.Severity != "error" || first.File != "specs/op.yaml" || *first.Start != (diag.Pos{Line: 2, Column: 2, Offset: 6}) || first.Notes[0].Message != "see here" {
		t.Errorf("got %+v", first)
	}
	if report.Diagnostics[2].Start != nil {
		t.Error("a diagnostic without a place has a start")
	}
}

func TestWriteSARIF(t *testing.T) {
	var out bytes.Buffer
	tool := diag.Tool{Name: "steploom", Rules: []diag.Rule{{Code: "YML006", Title: "Unknown key", Doc: "No such key."}}}
	if err := diag.WriteSARIF(&out, sample()[:2], tool); err != nil {
		t.Fatal(err)
	}
	var log map[string]any
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log["runs"].([]any)[0].(map[string]any)
	rules := run["tool"].(map[string]any)["driver"].(map[string]any)["rules"].([]any)
	results := run["results"].([]any)
	if len(rules) != 2 || len(results) != 2 {
		t.Fatalf("%d rules, %d results", len(rules), len(results))
	}
	first := results[0].(map[string]any)
	rule := rules[int(first["ruleIndex"].(float64))].(map[string]any)
	if rule["id"] != "YML006" || first["ruleId"] != "YML006" || first["level"] != "error" {
		t.Errorf("result %v of rule %v", first, rule)
	}
	region := first["locations"].([]any)[0].(map[string]any)["physicalLocation"].(map[string]any)["region"]
	if diff := cmp.Diff(map[string]any{"startLine": 2.0, "startColumn": 2.0, "endLine": 2.0, "endColumn": 13.0}, region); diff != "" {
		t.Error(diff)
	}
}

func TestSorted(t *testing.T) {
	list := diag.List{sample()[1], sample()[0], sample()[1]}.Sorted()
	if len(list) != 2 || list[0].Code != "YML006" {
		t.Errorf("got %v", list)
	}
	if got := diag.Tally(list); got != "1 error, 1 warning" {
		t.Errorf("tally %q", got)
	}
	if got := diag.Tally(nil); got != "no problems" {
		t.Errorf("tally %q", got)
	}
}
