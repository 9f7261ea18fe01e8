// Package diag holds what every stage of Steploom says about a user's file: a position, a reason and a way out.
package diag

import (
	"cmp"
	"slices"
)

// Pos is a place in a source file. Line and Column count from 1, Column in characters (not bytes);
// Offset counts bytes from 0. The zero Pos means "no place".
type Pos struct {
	Line, Column, Offset int
}

// IsZero tells whether the position names no place.
func (p Pos) IsZero() bool { return p.Line == 0 }

// Range is a stretch of a source file, End exclusive. An empty File means "nowhere in particular".
type Range struct {
	File       string
	Start, End Pos
}

// Severity ranks a diagnostic. Only errors stop a compilation.
type Severity int

// The severities, most serious first.
const (
	Error Severity = iota
	Warning
	Note
)

// String gives the lower-case word that renderers print.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	default:
		return "note"
	}
}

// Diagnostic is one thing to tell the user.
type Diagnostic struct {
	Severity Severity
	// Code is stable across releases: a letter group and three digits, such as "APC012".
	Code string
	// Summary says what is wrong in one line, without a final stop.
	Summary string
	// Detail says why, in whole sentences. May be empty.
	Detail string
	// Fix says what to write instead. May be empty.
	Fix   string
	Range Range
	// Notes are secondary places, such as the first of two definitions.
	Notes []Related
	// Edits are the changes of the source by which the fix is made, where that can be said.
	Edits []Edit
}

// Edit puts other text in the place of what a range holds.
type Edit struct {
	Range Range
	New   string
}

// Reportable is a diagnostic, or one that is still being written.
type Reportable interface{ Diagnostic() Diagnostic }

// Diagnostic is the diagnostic itself.
func (d Diagnostic) Diagnostic() Diagnostic { return d }

// Related is a secondary place of a diagnostic.
type Related struct {
	Range   Range
	Message string
}

// List collects diagnostics. Its zero value is ready to use.
type List []Diagnostic

// Add appends one diagnostic.
func (l *List) Add(r Reportable) { *l = append(*l, r.Diagnostic()) }

// HasErrors tells whether at least one entry is an Error.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sorted gives the entries by file, line, column and code, each only once.
func (l List) Sorted() List {
	sorted := slices.Clone(l)
	slices.SortStableFunc(sorted, compare)
	return slices.CompactFunc(sorted, func(a, b Diagnostic) bool {
		return compare(a, b) == 0 && a.Summary == b.Summary
	})
}

func compare(a, b Diagnostic) int {
	return cmp.Or(
		cmp.Compare(a.Range.File, b.Range.File),
		cmp.Compare(a.Range.Start.Line, b.Range.Start.Line),
		cmp.Compare(a.Range.Start.Column, b.Range.Start.Column),
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(a.Code, b.Code),
	)
}
