package aether_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/compiler/dialect/aether"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/pace"
)

// FuzzRead: whatever the file, a job or settings, in YAML or in JSON, reading it ends without a panic and in linear time, and every diagnostic has a
// place in it.
func FuzzRead(f *testing.F) {
	for _, content := range seeds(f) {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, name := range []string{"a.yaml", "a.json", "kafka.json"} {
			read := func(text string) { aether.Dialect().Parse(source.Files{{Path: name, Bytes: []byte(text)}}) }
			pace.Linear(t, string(content), read)
			lines := strings.Count(string(content), "\n") + strings.Count(string(content), "\r") + 1
			_, found := aether.Dialect().Parse(source.Files{{Path: name, Bytes: content}})
			for _, d := range found {
				if at := d.Range; at.File != name || at.Start.Line < 1 || at.Start.Line > lines || at.Start.Column < 1 || d.Code == "" || d.Summary == "" {
					t.Errorf("%s of %d lines: %+v", name, lines, d)
				}
			}
		}
	})
}

// seeds are the jobs and settings of the tests and of the sample.
func seeds(f *testing.F) (all [][]byte) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			all = append(all, file.Data)
		}
	}
	sample, _ := filepath.Glob("../../../workflows/surveys/specs/*")
	for _, path := range sample {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, content)
	}
	return all
}
