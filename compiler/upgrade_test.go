package compiler_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// TestUpgrade: forms of older versions become the present ones, with comments and order as they were; what has none is left alone, and one warning in each
// file tells of them.
func TestUpgrade(t *testing.T) {
	paths, err := filepath.Glob("testdata/upgrade/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, ending := range []string{"\n", "\r\n"} {
			files, want := map[string]source.Files{}, map[string]string{}
			for _, file := range archive.Files {
				when, name, _ := strings.Cut(file.Name, "/")
				text := strings.ReplaceAll(string(file.Data), "\n", ending)
				files[when] = append(files[when], source.File{Path: name, Bytes: append([]byte("\uFEFF"), text...)})
				want[when+"/"+name] = text
			}
			warned(t, files["before"])
			changed, found := compiler.Upgrade(files["before"], compiler.Options{})
			if len(found) > 0 {
				t.Fatalf("%s: %+v", path, found)
			}
			for _, file := range changed {
				if diff := cmp.Diff(want["after/"+file.Path], string(bytes.TrimPrefix(file.Bytes, []byte("\uFEFF")))); diff != "" {
					t.Errorf("%s: %s (-want +got)\n%s", path, file.Path, diff)
				}
			}
			if len(changed) != len(files["after"]) {
				t.Errorf("%s: %d files changed", path, len(changed))
			}
			if again, found := compiler.Upgrade(changed, compiler.Options{}); len(again) > 0 || found.HasErrors() {
				t.Errorf("%s: a second time changes %v, %v", path, again, found)
			}
		}
	}
}

// TestUpgradeRefused: where the present forms cannot be written, nothing is, and the reason tells that.
func TestUpgradeRefused(t *testing.T) {
	text := `datasources:
  store: {type: db, url: 'jdbc:postgresql://h/d'}
operations:
  'post /stock':
    fulfillments:
      - name: a
        type: update
        datasource: store
        instructions:
          - <<: {query: DELETE FROM product}
    responses: [{name: ok, default: true, statuscode: 200}]
`
	changed, found := compiler.Upgrade(source.Files{{Path: "a.yaml", Bytes: []byte(text)}}, compiler.Options{})
	if len(changed) > 0 || len(found) != 1 || found[0].Code != "COM006" || found[0].Range.File != "a.yaml" {
		t.Errorf("changed %v, found %+v", changed, found)
	}
}

// warned expects one warning in each file that names what rewrites it.
func warned(t *testing.T, files source.Files) {
	t.Helper()
	_, found := compiler.Compile(files, compiler.Options{})
	seen := map[string]int{}
	for _, d := range found {
		if d.Code == "APC018" {
			seen[d.Range.File]++
			if d.Severity != diag.Warning || !strings.Contains(d.Detail, "steploom fmt --upgrade") {
				t.Errorf("%+v", d)
			}
		}
	}
	for _, file := range files {
		if seen[file.Path] != 1 {
			t.Errorf("%s has %d warnings of older forms", file.Path, seen[file.Path])
		}
	}
}
