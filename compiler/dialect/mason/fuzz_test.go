package mason_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzRead: whatever the file, in YAML or in JSON, reading it ends without a panic and in linear time, and every diagnostic has a place in it.
func FuzzRead(f *testing.F) {
	for _, content := range seeds(f) {
		f.Add(content)
	}
	f.Add([]byte(`{"name": "a", "steps": [{"name": "b", "apispec": {"url": "https://h/{{ USER.id }}", "method": "get", "json_body": "{\"a\": {{ c }}}"}}]}`))
	f.Fuzz(func(t *testing.T, content []byte) { language().CheckPlaces(t, content, "a.yaml", "a.json") })
}

// seeds are the workflows of the tests, the samples and the golden features.
func seeds(f *testing.F) (all [][]byte) {
	for _, pattern := range []string{"testdata/*.txtar", "../../testdata/mason_*.txtar"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				f.Fatal(err)
			}
			for _, file := range archive.Files {
				if strings.HasSuffix(file.Name, ".yaml") {
					all = append(all, file.Data)
				}
			}
		}
	}
	sample, err := os.ReadFile("../../../workflows/publisher/publisher.yaml")
	if err != nil {
		f.Fatal(err)
	}
	return append(all, sample)
}
