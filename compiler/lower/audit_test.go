package lower_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
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
	for file, function := range map[string]string{"lower.go": "step", "flow.go": "step", "../ir/print.go": "step", "../ir/parts.go": "rebuild"} {
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
