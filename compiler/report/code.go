package report

import "github.com/steploom/steploom/shared/diag"

// Code names what can be wrong with, or worth saying about, a source. Its methods begin a diagnostic of the severity that they are called after.
type Code string

// Error begins a diagnostic that stops the compilation.
func (c Code) Error(at diag.Range, summary string, arguments ...any) Draft {
	return Error(string(c), at, summary, arguments...)
}

// Warning is for something that is compiled, but perhaps not meant.
func (c Code) Warning(at diag.Range, summary string, arguments ...any) Draft {
	return Warning(string(c), at, summary, arguments...)
}

// Note is for something worth knowing.
func (c Code) Note(at diag.Range, summary string, arguments ...any) Draft {
	return Note(string(c), at, summary, arguments...)
}

// Rule describes the code.
func (c Code) Rule(title, doc string) diag.Rule {
	return diag.Rule{Code: string(c), Title: title, Doc: doc}
}
