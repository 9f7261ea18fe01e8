package aether_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzRead: whatever the file, a job or settings, in YAML or in JSON, reading it ends without a panic and in linear time, and every diagnostic has a
// place in it.
func FuzzRead(f *testing.F) {
	for _, content := range seeds(f) {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		language().CheckPlaces(t, content, "a.yaml", "a.json", "kafka.json")
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
