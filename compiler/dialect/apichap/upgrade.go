package apichap

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// This file knows the forms of older versions: each is reported where it is read (codeOldForm), with the edit that writes the present one.

// presentPlaceholder writes :[…], in which brackets have backslashes, as ${…}. The text is that of the file, so a backslash may be doubled.
func presentPlaceholder(written string) string {
	inside := strings.TrimSuffix(strings.TrimPrefix(written, oldOpening), "]")
	return "${" + regexp.MustCompile(`\\{1,2}([\[\]])`).ReplaceAllString(inside, "$1") + "}"
}

// isOldBody tells whether a call is VALUE(BODY(), path). It is read as BODY(path), so that both forms mean the same everywhere.
func isOldBody(name string, raw []expr.Text) bool {
	return name == "VALUE" && len(raw) == 2 && oldBodyArgument.MatchString(raw[0].Value)
}

var oldBodyArgument = regexp.MustCompile(`^\s*BODY\(\s*\)\s*$`)

// oldBody tells of VALUE(BODY(), path), which is BODY(path) now.
func (p *parser) oldBody(start int, raw []expr.Text) {
	at := p.here(start)
	path := strings.TrimSpace(strings.TrimSuffix(p.node.Written(diag.Range{Start: p.place(raw[1]).Start, End: at.End}), ")"))
	p.node.Report(report.Warning(codeOldForm, at, "VALUE(BODY(), …) is the form of older versions").Fix("write BODY(%s)", path).
		Edit(diag.Edit{Range: at, New: "BODY(" + path + ")"}))
}

// perFile makes one warning of all older forms in a file: where the first stands, which there are, and the present forms.
func perFile(found diag.List) diag.List {
	first := map[string]int{}
	var kept diag.List
	for _, d := range found {
		at, seen := first[d.Range.File]
		switch {
		case d.Code != codeOldForm:
			kept = append(kept, d)
		case seen:
			kept[at].Notes = append(kept[at].Notes, diag.Related{Range: d.Range, Message: d.Summary + ": " + d.Fix})
		default:
			first[d.Range.File] = len(kept)
			kept = append(kept, d)
		}
	}
	for _, at := range first {
		kept[at] = together(kept[at])
	}
	return kept
}

const rewrites = "steploom fmt --upgrade writes the present forms in the whole folder."

// together words a warning about several older forms. Of each form the first place is told.
func together(d diag.Diagnostic) diag.Diagnostic {
	others := len(d.Notes)
	told := []string{d.Summary + ": " + d.Fix}
	d.Notes = slices.DeleteFunc(d.Notes, func(note diag.Related) bool {
		form, _, _ := strings.Cut(note.Message, ": write")
		again := slices.ContainsFunc(told, func(text string) bool { return strings.HasPrefix(text, form+":") })
		told = append(told, note.Message)
		return again
	})
	if others > 0 {
		d.Detail = fmt.Sprintf("All still work; further ones in the file: %d. %s", others, rewrites)
	} else {
		d.Detail = "The form still works. " + rewrites
	}
	return d
}

// upgradeRounds bounds how often files are read again: forms may stand in forms.
const upgradeRounds = 20

// upgrade writes every form of older versions in its present form. Comments and the order of keys stay. It gives the files that changed; nothing changes
// where something keeps the files from being read.
func upgrade(files source.Files) (changed source.Files, found diag.List) {
	files = slices.Clone(files)
	before := slices.Clone(files)
	for range upgradeRounds {
		var r reader
		r.readProject(files)
		lowerProject(&r.project)
		found = r.Problems()
		if found.HasErrors() {
			return nil, found.Sorted()
		}
		edits := editsOf(found)
		if len(edits) == 0 {
			break
		}
		for i, file := range files {
			files[i] = source.Apply(file, edits)
		}
	}
	for i, file := range files {
		if string(file.Bytes) != string(before[i].Bytes) {
			changed = append(changed, file)
		}
	}
	return changed, nil
}

func editsOf(found diag.List) []diag.Edit {
	var edits []diag.Edit
	for _, d := range found {
		if d.Code == codeOldForm {
			edits = append(edits, d.Edits...)
		}
	}
	return edits
}
