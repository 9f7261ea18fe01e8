package report_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
)

func place(line int) diag.Range {
	return diag.Range{File: "a.yaml", Start: diag.Pos{Line: line, Column: 1}, End: diag.Pos{Line: line, Column: 4}}
}

func TestDraft(t *testing.T) {
	var found diag.List
	found.Add(report.Error("ABC001", place(3), "%q is defined twice", "news").Why("Only %s can count.", "one").Fix("delete 100%% of it").Also(place(1), "first here"))
	found.Add(report.Warning("ABC002", place(4), "odd").Fix("%s", ""))
	found.Add(report.Note("ABC003", diag.Range{}, "nice"))
	want := diag.List{
		{
			Severity: diag.Error, Code: "ABC001", Summary: `"news" is defined twice`, Detail: "Only one can count.", Fix: "delete 100% of it",
			Range: place(3), Notes: []diag.Related{{Range: place(1), Message: "first here"}},
		},
		{Severity: diag.Warning, Code: "ABC002", Summary: "odd", Range: place(4)},
		{Severity: diag.Note, Code: "ABC003", Summary: "nice"},
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
}

// A draft is a value: going on from one leaves it as it was.
func TestDraftBranches(t *testing.T) {
	start := report.Error("ABC001", place(3), "odd").Also(place(1), "first")
	left, right := start.Also(place(4), "left").Diagnostic(), start.Also(place(5), "right").Fix("write it").Diagnostic()
	if len(start.Diagnostic().Notes) != 1 || start.Diagnostic().Fix != "" || left.Notes[1].Message != "left" || right.Notes[1].Message != "right" {
		t.Errorf("got %v, %v and %v", start, left, right)
	}
}
