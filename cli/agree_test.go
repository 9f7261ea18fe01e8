package cli_test

import (
	"bytes"
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/cli"
)

// TestCheckKnowsWhatBuildRefuses runs both on every workflow there is, with the same flags: they find the same, and end with the same code.
func TestCheckKnowsWhatBuildRefuses(t *testing.T) {
	folder := t.TempDir()
	accepted, refused := 0, 0
	for _, workflow := range allWorkflows(t) {
		for _, flags := range [][]string{nil, {"--api", "direct"}} {
			checked, code := diagnosticsOf(t, append([]string{"check", workflow}, flags...))
			built, buildCode := diagnosticsOf(t, append([]string{"build", workflow, "--out", folder, "--force"}, flags...))
			if code != buildCode {
				t.Errorf("%s %v: check ends with %d, build with %d", workflow, flags, code, buildCode)
			}
			if checked != built {
				t.Errorf("%s %v: check says\n%s\nbuild says\n%s", workflow, flags, checked, built)
			}
			if code == cli.ExitOK {
				accepted++
			} else {
				refused++
			}
		}
	}
	t.Logf("check and build: %d accepted, %d refused", accepted, refused)
	if accepted == 0 || refused == 0 {
		t.Errorf("%d workflows were accepted, %d refused", accepted, refused)
	}
}

// diagnosticsOf is what a command says on its error stream, and its exit code.
func diagnosticsOf(t *testing.T, arguments []string) (said string, code int) {
	var out, errs bytes.Buffer
	code = cli.Main(arguments, cli.Std{In: strings.NewReader(""), Out: &out, Err: &errs, Lookup: noVariables, Context: t.Context()})
	return errs.String(), code
}

// allWorkflows are the workflows of this repository and, where they lie beside it, the samples of vendors and workflows with faults: folders
// with a folder specs, and files and folders that are a workflow by themselves.
func allWorkflows(t *testing.T) []string {
	samples := cmp.Or(os.Getenv("STEPLOOM_SAMPLES"), "../../shared/samples")
	var found []string
	for _, root := range []string{"../workflows", samples, filepath.Join(filepath.Dir(samples), "faults")} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch name := filepath.Base(path); {
			case err != nil && path == root:
				t.Logf("%s is not there: it is left out", root)
				return filepath.SkipDir
			case err != nil:
				return err
			case entry.IsDir() && name == "specs":
				found = append(found, filepath.Dir(path))
				return filepath.SkipDir
			case !entry.IsDir() && (strings.HasSuffix(name, ".osop.yaml") || strings.HasSuffix(name, ".osop")):
				found = append(found, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
