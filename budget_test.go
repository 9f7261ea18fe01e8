package steploom_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The sizes that the code keeps. A working type is a struct below compiler with methods of its own that change or ask it: syntax trees,
// which have many fields and next to no methods, are none.
const (
	longestFunction = 60
	longestFile     = 500
	mostMethods     = 40
	mostFields      = 12
	worksFrom       = 4 // methods that make a struct a working type
)

// oversize tells of a file, or of "file function", whether it is longer for a reason: a flat switch or a table that reads as one.
func oversize(name string) bool {
	return slices.Contains([]string{
		"statemachine/jsonata/analyse.go node",
		"statemachine/jsonata/regexp_run.go run",
	}, name)
}

// types counts the methods and the fields of the types of a package.
type types struct{ methods, fields map[string]int }

// TestBudgets holds files, functions and types to their sizes, and looks for functions that run before main.
func TestBudgets(t *testing.T) {
	found := map[string]types{}
	for name, file := range sources(t) {
		folder := path.Dir(name)
		if found[folder].methods == nil {
			found[folder] = types{map[string]int{}, map[string]int{}}
		}
		for _, declaration := range file.tree.Decls {
			switch declaration := declaration.(type) {
			case *ast.FuncDecl:
				checkFunction(t, name, file, declaration)
				found[folder].methods[receiver(declaration)]++
			case *ast.GenDecl:
				countFields(declaration, found[folder].fields)
			}
		}
		if lines := file.set.Position(file.tree.End()).Line; lines > longestFile && !oversize(name) {
			t.Errorf("%s has %d lines, at most %d are wanted", name, lines, longestFile)
		}
	}
	for folder, types := range found {
		checkTypes(t, folder, types)
	}
}

type source struct {
	set  *token.FileSet
	tree *ast.File
}

// sources parses all files but tests.
func sources(t *testing.T) map[string]source {
	parsed := map[string]source{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, name, nil, 0)
		parsed[filepath.ToSlash(name)] = source{set, tree}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func checkFunction(t *testing.T, name string, file source, function *ast.FuncDecl) {
	lines := file.set.Position(function.End()).Line - file.set.Position(function.Pos()).Line + 1
	if lines > longestFunction && !oversize(name+" "+function.Name.Name) {
		t.Errorf("%s: %s has %d lines, at most %d are wanted", name, function.Name.Name, lines, longestFunction)
	}
	if function.Name.Name == "init" && function.Recv == nil {
		t.Errorf("%s: nothing runs before main", name)
	}
}

// receiver is the name of the type that a method belongs to, "" for a function.
func receiver(function *ast.FuncDecl) string {
	if function.Recv == nil || len(function.Recv.List) == 0 {
		return ""
	}
	name := ""
	ast.Inspect(function.Recv.List[0].Type, func(node ast.Node) bool {
		if identifier, ok := node.(*ast.Ident); ok && name == "" {
			name = identifier.Name
		}
		return true
	})
	return name
}

func countFields(declaration *ast.GenDecl, fields map[string]int) {
	for _, spec := range declaration.Specs {
		named, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		if structure, ok := named.Type.(*ast.StructType); ok {
			for _, field := range structure.Fields.List {
				fields[named.Name.Name] += max(1, len(field.Names))
			}
		}
	}
}

func checkTypes(t *testing.T, folder string, types types) {
	if !below(folder, "compiler") {
		return
	}
	for name, methods := range types.methods {
		if name != "" && methods > mostMethods {
			t.Errorf("%s: %s has %d methods, at most %d are wanted", folder, name, methods, mostMethods)
		}
		if name != "" && methods >= worksFrom && types.fields[name] > mostFields {
			t.Errorf("%s: %s has %d fields, at most %d are wanted", folder, name, types.fields[name], mostFields)
		}
	}
}
