package task

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// constants are the string constants of a file by name.
func constants(t *testing.T, file string) map[string]string {
	t.Helper()
	syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	ast.Inspect(syntax, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, value := range spec.Values {
			if literal, ok := value.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				found[spec.Names[i].Name] = text
			}
		}
		return true
	})
	return found
}

// TestErrorTables finds every constant of names.go in exactly one table, with a meaning.
func TestErrorTables(t *testing.T) {
	seen := map[string]bool{}
	rows := slices.Concat(Errors(), LambdaErrors(), DefinitionErrors())
	for _, row := range rows {
		if seen[row.Name] || row.Meaning == "" {
			t.Errorf("%s is listed twice or means nothing", row.Name)
		}
		seen[row.Name] = true
	}
	names := constants(t, "names.go")
	for constant, name := range names {
		if name == HttpStatus {
			name += ".<code>"
		}
		if !seen[name] {
			t.Errorf("%s is in no table", constant)
		}
	}
	if len(names) != len(rows) {
		t.Errorf("%d constants, %d rows", len(names), len(rows))
	}
}

func TestStatusErrors(t *testing.T) {
	for _, code := range []int{100, 404, 599} {
		if got, ok := StatusOf(StatusError(code)); !ok || got != code {
			t.Errorf("%d came back as %d", code, got)
		}
	}
	for _, name := range []string{"", HttpConnect, "Http.Status", "Http.Status.", "Http.Status.x", "Http.Status.+404", "Http.Status.0404", "Http.Status.42"} {
		if code, ok := StatusOf(name); ok {
			t.Errorf("%q is the status %d", name, code)
		}
	}
	var may []string
	for _, name := range []string{HttpConnect, HttpTooLarge, LambdaTooManyRequests, LambdaFunctionNotFound, StatusError(403), StatusError(408),
		StatusError(429), StatusError(500), StatusError(511), RequestInvalid, "Own.Error"} {
		if MayPass(name) {
			may = append(may, name)
		}
	}
	if want := []string{HttpConnect, LambdaTooManyRequests, StatusError(408), StatusError(429), StatusError(500), StatusError(511)}; !slices.Equal(may, want) {
		t.Errorf("may pass: %v, want %v", may, want)
	}
}
