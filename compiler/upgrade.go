package compiler

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
)

// Upgrade writes the files of a workflow that hold forms of older versions of their language in the present forms, and gives those that changed.
// Comments and the order of keys stay, and so do the definitions but for the lines that their comments name: where they would not, nothing is changed
// and the list holds an error. The list also holds what keeps the files from being compiled.
func Upgrade(files source.Files, options Options) (changed source.Files, found diag.List) {
	language, found := choose(files, options)
	if found.HasErrors() {
		return nil, found
	}
	before, found := Compile(files, options)
	if found.HasErrors() {
		return nil, found
	}
	if language.Upgrade == nil {
		return nil, nil
	}
	if changed, found = language.Upgrade(files); found.HasErrors() {
		return nil, spoiled(before, found)
	}
	after, found := Compile(replaced(files, changed), options)
	if found.HasErrors() {
		return nil, spoiled(before, found)
	}
	if found = differing(before, after); found.HasErrors() {
		return nil, found
	}
	return changed, nil
}

// spoiled tells that files which could be compiled cannot be any more: errors in the present forms are none in the files as they are.
func spoiled(before Output, errors diag.List) diag.List {
	var found diag.List
	for _, d := range errors {
		if d.Severity == diag.Error && len(found) == 0 {
			at := diag.Range{File: d.Range.File, Start: before.Workflow.Range.Start, End: before.Workflow.Range.End}
			found.Add(report.Error("COM006", at, "the present forms would make the file wrong: %s", d.Summary).Why("Nothing was written.").
				Fix("write the present forms by hand; steploom check tells which there are"))
		}
	}
	return found
}

// replaced gives files with some of them in another form.
func replaced(files, changed source.Files) source.Files {
	all := make(source.Files, len(files))
	for i, file := range files {
		all[i] = file
		if other, ok := changed.Get(file.Path); ok {
			all[i] = other
		}
	}
	return all
}

// differing tells of the definitions that are not the same.
func differing(before, after Output) diag.List {
	var found diag.List
	was, is := plainDefinitions(before), plainDefinitions(after)
	for name, text := range was {
		if !bytes.Equal(text, is[name]) {
			at := before.Workflow.Range
			found.Add(report.Error("COM006", at, "the present forms would change the definition of %s", name).Why("Nothing was written.").
				Fix("write the present forms by hand; steploom check tells which there are"))
		}
	}
	if len(is) != len(was) {
		found.Add(report.Error("COM006", before.Workflow.Range, "the present forms would change which operations there are").Why("Nothing was written.").
			Fix("write the present forms by hand; steploom check tells which there are"))
	}
	return found
}

// plainDefinitions are definitions whose comments name no lines, by the name of their operation.
func plainDefinitions(output Output) map[string][]byte {
	texts, place := map[string][]byte{}, regexp.MustCompile(`(\.[A-Za-z]+):\d+`)
	for _, machine := range output.Machines {
		text, err := asl.Marshal(machine.Definition)
		if err != nil {
			text = []byte(fmt.Sprint(err))
		}
		lines := bytes.Split(text, []byte("\n"))
		for i, line := range lines {
			if bytes.HasPrefix(bytes.TrimSpace(line), []byte(`"Comment": `)) {
				lines[i] = place.ReplaceAll(line, []byte("$1"))
			}
		}
		texts[machine.Operation] = bytes.Join(lines, []byte("\n"))
	}
	return texts
}
