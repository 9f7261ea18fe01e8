// Package dialect says what a source language is to the compiler. Each dialect is a package of its own below this one; the ordered
// list of all of them is in package all, so that no dialect depends on another.
package dialect

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// Dialect is one source language.
type Dialect struct {
	// Name is the word users know it by, in lower case.
	Name string
	// Detect tells whether the files look like this language. It must be cheap, and strict enough that at most one dialect says yes
	// to files that a person means for one.
	Detect func(source.Files) bool
	// Recognised says for people what Detect looks for: the words after "is recognised by".
	Recognised string
	// Parse reads the files. The workflow is nil when nothing usable was found; diagnostics are complete either way.
	Parse func(source.Files) (*ir.Workflow, diag.List)
	// Upgrade writes what is in the form of older versions in the present one and gives the files that changed, or why the files cannot be read; nil
	// where the language has no older forms.
	Upgrade func(source.Files) (changed source.Files, found diag.List)
	// Rules describes the diagnostic codes of the dialect.
	Rules func() []diag.Rule
}
