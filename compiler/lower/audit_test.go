package lower_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryStepHasALowering reads the sources: each type with a title, which makes it an ir.Step, must be a case of every switch over all steps.
func TestEveryStepHasALowering(t *testing.T) {
	steps := stepTypes(t)
	if len(steps) < 11 {
		t.Fatalf("found only the steps %v", steps)
	}
	for file, function := range map[string]string{"emit/emit.go": "step", "analyse/flow.go": "step", "../ir/print.go": "step", "../ir/parts.go": "rebuild"} {
		if diff := cmp.Diff(steps, casesOf(t, file, function)); diff != "" {
			t.Errorf("%s of %s does not know every step: %s", function, file, diff)
		}
	}
}

func stepTypes(t *testing.T) []string {
	var names []string
	for _, declaration := range parseFile(t, "../ir/step.go").Decls {
		method, ok := declaration.(*ast.FuncDecl)
		if ok && method.Recv != nil && method.Name.Name == "title" {
			names = append(names, method.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name)
		}
	}
	slices.Sort(names)
	return names
}

func casesOf(t *testing.T, file, function string) []string {
	found := map[string]bool{}
	for _, declaration := range parseFile(t, file).Decls {
		method, ok := declaration.(*ast.FuncDecl)
		if !ok || method.Name.Name != function {
			continue
		}
		ast.Inspect(method, func(node ast.Node) bool {
			clause, ok := node.(*ast.CaseClause)
			if !ok {
				return true
			}
			for _, expression := range clause.List {
				if name := pointedTo(expression); name != "" {
					found[name] = true
				}
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}

// pointedTo gives T of *T and *ir.T.
func pointedTo(expression ast.Expr) string {
	pointer, ok := expression.(*ast.StarExpr)
	if !ok {
		return ""
	}
	switch name := pointer.X.(type) {
	case *ast.Ident:
		return name.Name
	case *ast.SelectorExpr:
		return name.Sel.Name
	}
	return ""
}

func parseFile(t *testing.T, path string) *ast.File {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestStagesAreThoseOfTheDoc compares the calls that Operation makes with those that the package's doc names, in their order.
func TestStagesAreThoseOfTheDoc(t *testing.T) {
	var made []string
	for _, declaration := range parseFile(t, "lower.go").Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || function.Name.Name != "Operation" {
			continue
		}
		ast.Inspect(function.Body, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}
			if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
				if stage, ok := selector.X.(*ast.Ident); ok && stage.Name != "found" {
					made = append(made, stage.Name+"."+selector.Sel.Name)
				}
			}
			return true
		})
	}
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, stage := range regexp.MustCompile(`(?m)^//\t(\w+\.\w+) `).FindAllStringSubmatch(string(doc), -1) {
		named = append(named, stage[1])
	}
	if diff := cmp.Diff(named, made); diff != "" || len(made) != 4 {
		t.Errorf("the stages (-doc +code)\n%s", diff)
	}
}
