// Package conformance finds other implementations' answers, which tests compare ours with. They lie beside the project and are not part of it.
package conformance

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Variable is the environment variable that names the folder.
const Variable = "STEPLOOM_CONFORMANCE"

// SamplesVariable is the one that names the folder with other people's workflows.
const SamplesVariable = "STEPLOOM_SAMPLES"

// Path gives the place of a file or folder. Where it is absent the test is skipped; where the variable is set it fails.
func Path(t testing.TB, name string) string {
	t.Helper()
	return find(t, Variable, "conformance", name)
}

// Sample gives the place of a file or folder of other people's workflows, in the same way.
func Sample(t testing.TB, name string) string {
	t.Helper()
	return find(t, SamplesVariable, "samples", name)
}

func find(t testing.TB, variable, folder, name string) string {
	t.Helper()
	root, set := os.LookupEnv(variable)
	if !set {
		root = filepath.Join(beside(t), folder)
	}
	path := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		if set {
			t.Fatalf("%s: %v", variable, err)
		}
		t.Skipf("%s of %s is absent: set %s", name, folder, variable)
	}
	return path
}

// beside is the folder shared next to the project.
func beside(t testing.TB) string {
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil || folder == filepath.Dir(folder) {
			return filepath.Join(filepath.Dir(folder), "shared")
		}
		folder = filepath.Dir(folder)
	}
}

// Rows reads a table with one JSON object a line.
func Rows[T any](t testing.TB, name string) []T {
	t.Helper()
	file, err := os.Open(Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var rows []T
	for decoder := json.NewDecoder(bufio.NewReader(file)); decoder.More(); {
		var row T
		if err := decoder.Decode(&row); err != nil {
			t.Fatalf("%s, row %d: %v", name, len(rows)+1, err)
		}
		rows = append(rows, row)
	}
	return rows
}

// Lines reads a table with one text a line, for tables that encoding/json does not read as they are.
func Lines(t testing.TB, name string) []string {
	t.Helper()
	text, err := os.ReadFile(Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// Machines visits the state machines of other people, as encoding/json reads them. Some are no JSON before their variables are replaced, and left out.
func Machines(t testing.TB, visit func(name string, machine any)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(Path(t, "field-machines"), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no machines: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var machine any
		if json.Unmarshal(text, &machine) == nil {
			visit(filepath.Base(file), machine)
		}
	}
}
