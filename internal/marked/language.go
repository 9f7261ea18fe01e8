package marked

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/dialect"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/diag"
)

// Language is a dialect as its tests look at it.
type Language struct {
	dialect.Dialect
	// Prefix begins the dialect's codes.
	Prefix string
	// Sound is a source without diagnostics, beside which the settings of testdata/settings.txtar are read, as the file Settings.
	Sound    source.File
	Settings string
}

// Check demands that each line of testdata/diagnostics.txtar and testdata/settings.txtar has exactly the diagnostics that its comment names, that each
// error has a way out and shows no credential, and that every rule has come up.
func (l Language) Check(t *testing.T) {
	t.Helper()
	read := func(files source.Files) diag.List {
		_, found := l.Parse(files)
		checkWaysOut(t, l.Prefix, found)
		return found
	}
	seen := Check(t, "testdata/diagnostics.txtar", read)
	for code := range Check(t, "testdata/settings.txtar", func(files source.Files) diag.List {
		return read(source.Files{l.Sound, {Path: l.Settings, Bytes: files[0].Bytes}})
	}) {
		seen[code] = true
	}
	checkRules(t, l.Rules(), seen)
}

// CheckPlaces reads a text as each of some files: it ends without a panic and in linear time, and every diagnostic has a place in it.
func (l Language) CheckPlaces(t *testing.T, content []byte, names ...string) {
	t.Helper()
	for _, name := range names {
		pace.Linear(t, string(content), func(text string) { l.Parse(source.Files{{Path: name, Bytes: []byte(text)}}) })
		lines := strings.Count(string(content), "\n") + strings.Count(string(content), "\r") + 1
		_, found := l.Parse(source.Files{{Path: name, Bytes: content}})
		for _, d := range found {
			if at := d.Range; at.File != name || at.Start.Line < 1 || at.Start.Line > lines || at.Start.Column < 1 || d.Code == "" || d.Summary == "" {
				t.Errorf("%s of %d lines: %+v", name, lines, d)
			}
		}
	}
}
