package apichap

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// exampleAPI stands beside each example.
const exampleAPI = `openapi: 3.0.0
paths:
  /news:
    get:
      parameters:
        - {name: category, in: query, schema: {type: string}}
  /about:
    get:
      security: []
`

// TestRuleExamples: every code has an example that brings it up.
func TestRuleExamples(t *testing.T) {
	var seen []string
	for _, rule := range rules() {
		t.Run(rule.Code, func(t *testing.T) {
			if slices.Contains(seen, rule.Code) {
				t.Fatal("described twice")
			}
			seen = append(seen, rule.Code)
			api := exampleAPI
			if rule.Code == codeOpenAPI {
				api = "openapi: 3.0.0\npaths: {}\n"
			}
			_, problems := parse(source.Files{{Path: "news.yaml", Bytes: []byte(rule.Example)}, {Path: openAPIFile, Bytes: []byte(api)}})
			if !slices.ContainsFunc(problems, func(d diag.Diagnostic) bool { return d.Code == rule.Code }) {
				t.Errorf("the example gives %d other diagnostics:\n%s", len(problems), rule.Example)
				for _, problem := range problems {
					t.Log(describe(problem))
				}
			}
			for _, problem := range problems {
				if problem.Code == source.CodeSyntax {
					t.Error(describe(problem))
				}
			}
		})
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	there := 0
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(path, "_test.go") {
			there += len(regexp.MustCompile(`\bcode\w+ += "APC\d+"`).FindAll(text, -1))
		}
	}
	if len(seen) != there {
		t.Errorf("%d codes are described, there are %d", len(seen), there)
	}
}
