package steploom_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestRaceIsCurrent checks that `make race` tries every package that starts goroutines, itself or in its tests.
func TestRaceIsCurrent(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?m)^RACE = (.*)$`).FindSubmatch(makefile)
	if list == nil {
		t.Fatal("the Makefile has no RACE")
	}
	tried := func(folder string) bool {
		return slices.ContainsFunc(strings.Fields(string(list[1])), func(pattern string) bool {
			root, all := strings.CutSuffix(strings.TrimPrefix(pattern, "./"), "/...")
			return folder == root || all && below(folder, root)
		})
	}
	for folder, place := range goroutines(t) {
		if !tried(folder) {
			t.Errorf("%s starts a goroutine, but %s is not in RACE", place, folder)
		}
	}
}

// goroutines are the folders whose files have a go statement or call a method Go, as that of a sync.WaitGroup, with the first place.
func goroutines(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	files := token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, _ := n.(*ast.CallExpr)
			started := false
			if _, statement := n.(*ast.GoStmt); statement {
				started = true
			} else if call != nil {
				method, ok := call.Fun.(*ast.SelectorExpr)
				started = ok && method.Sel.Name == "Go"
			}
			if folder := filepath.ToSlash(filepath.Dir(name)); started && found[folder] == "" {
				found[folder] = files.Position(n.Pos()).String()
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
