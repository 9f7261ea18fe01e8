// Package report writes diagnostics the way they are read: what is wrong at which place, why, and what to write instead.
//
//	node.Report(report.Error(codeStatus, node.Range, "%d is not an HTTP status code", code).Fix("write a number from 100 to 599"))
//
// Every text is a format of fmt with its arguments. A Draft is a value: each call gives a new one, and whatever collects diagnostics
// (diag.List, source.Reader, source.Node) takes it as it is.
package report

import (
	"fmt"
	"slices"

	"github.com/steploom/steploom/shared/diag"
)

// Draft is a diagnostic that is being written.
type Draft struct{ diagnostic diag.Diagnostic }

// Error begins a diagnostic that stops the compilation. The summary is one line without a final stop.
func Error(code string, at diag.Range, summary string, arguments ...any) Draft {
	return New(diag.Error, code, at, summary, arguments...)
}

// Warning begins a diagnostic of something that is compiled, but perhaps not meant.
func Warning(code string, at diag.Range, summary string, arguments ...any) Draft {
	return New(diag.Warning, code, at, summary, arguments...)
}

// Note begins a diagnostic of something worth knowing.
func Note(code string, at diag.Range, summary string, arguments ...any) Draft {
	return New(diag.Note, code, at, summary, arguments...)
}

// New begins a diagnostic whose severity the caller has decided elsewhere.
func New(severity diag.Severity, code string, at diag.Range, summary string, arguments ...any) Draft {
	return Draft{diag.Diagnostic{Severity: severity, Code: code, Range: at, Summary: fmt.Sprintf(summary, arguments...)}}
}

// Why adds the reason, in whole sentences.
func (d Draft) Why(detail string, arguments ...any) Draft {
	d.diagnostic.Detail = fmt.Sprintf(detail, arguments...)
	return d
}

// Fix adds what to write instead; an empty text adds nothing.
func (d Draft) Fix(fix string, arguments ...any) Draft {
	d.diagnostic.Fix = fmt.Sprintf(fix, arguments...)
	return d
}

// Edit adds a change of the source that is the fix, or part of it.
func (d Draft) Edit(edits ...diag.Edit) Draft {
	d.diagnostic.Edits = append(slices.Clip(d.diagnostic.Edits), edits...)
	return d
}

// Also adds a second place, such as the first of two definitions.
func (d Draft) Also(at diag.Range, message string, arguments ...any) Draft {
	note := diag.Related{Range: at, Message: fmt.Sprintf(message, arguments...)}
	d.diagnostic.Notes = append(slices.Clip(d.diagnostic.Notes), note)
	return d
}

// Diagnostic gives what has been written so far.
func (d Draft) Diagnostic() diag.Diagnostic { return d.diagnostic }
