package compiler_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/dialect/all"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/shared/diag"
)

func TestUnknownLanguages(t *testing.T) {
	nothing := source.Files{{Path: "a.yaml", Bytes: []byte("hello: world\n")}}
	for code, options := range map[string]compiler.Options{"COM001": {Dialect: "latin"}, "COM002": {}} {
		output, found := compiler.Compile(nothing, options)
		if len(found) != 1 || found[0].Code != code || output.Workflow != nil {
			t.Errorf("%s: %v", code, found)
		}
		for _, language := range all.List() {
			if !strings.Contains(found[0].Detail, language.Name) || code == "COM002" && !strings.Contains(found[0].Detail, language.Recognised) {
				t.Errorf("%s does not tell of %s: %s", code, language.Name, found[0].Detail)
			}
		}
	}
}

// TestRecognition: each language says what it is recognised by, and recognises the sample that has it, alone.
func TestRecognition(t *testing.T) {
	samples := map[string]source.File{
		"apichap": {Path: "a.yaml", Bytes: []byte("datasources: {}\n")},
		"aether":  {Path: "a.json", Bytes: []byte(`{"ID": "a", "Topic": ["t"], "DataMap": {}}`)},
		"mason":   {Path: "a.yaml", Bytes: []byte("name: a\nsteps: [{name: b, apispec: {}}]\n")},
		"osop":    {Path: "a.yaml", Bytes: []byte("osop_version: '1.0'\nnodes: []\n")},
	}
	for _, language := range all.List() {
		if language.Recognised == "" {
			t.Errorf("%s does not say what it is recognised by", language.Name)
		}
		for name, sample := range samples {
			if language.Detect(source.Files{sample}) != (name == language.Name) {
				t.Errorf("%s and the sample of %s", language.Name, name)
			}
		}
		if _, ok := samples[language.Name]; !ok {
			t.Errorf("there is no sample of %s", language.Name)
		}
	}
}

func TestWhatIsNotYAMLIsSaidFirst(t *testing.T) {
	_, found := compiler.Compile(source.Files{{Path: "a.yaml", Bytes: []byte("hello: [1\nworld: 2\n")}}, compiler.Options{})
	if len(found) != 1 || found[0].Code != source.CodeSyntax || found[0].Range.Start.Line != 2 {
		t.Errorf("%+v", found)
	}
}

func TestStages(t *testing.T) {
	output := compileProject(t, project(1))
	for _, stage := range compiler.Stages() {
		text, err := output.Print(stage)
		if err != nil || !strings.Contains(text, "order") {
			t.Errorf("%s: %v\n%s", stage, err, text)
		}
	}
	if _, err := output.Print("nothing"); err == nil {
		t.Error("an unknown stage is an error")
	}
}

// TestOperationsThatAreAlike: operations whose names differ in punctuation or case only are state machines with names of their own.
func TestOperationsThatAreAlike(t *testing.T) {
	text := strings.ReplaceAll(operationSource, "NUMBER", "1")
	other := strings.ReplaceAll(operationSource, "orders/NUMBER", "orders-1")
	files := project(0)
	files = append(files, source.File{Path: "a.yaml", Bytes: []byte(text)}, source.File{Path: "b.yaml", Bytes: []byte(other)})
	output, found := compiler.Compile(files, compiler.Options{})
	if found.HasErrors() || len(output.Machines) != 2 || output.Machines[0].Name == output.Machines[1].Name || len(output.Files) != 2 {
		t.Errorf("%v: %d machines, %d files", found, len(output.Machines), len(output.Files))
	}
}

func TestRulesHaveDistinctCodes(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range compiler.Rules() {
		if seen[rule.Code] || rule.Title == "" || rule.Doc == "" {
			t.Errorf("rule %+v is doubled or has no text", rule)
		}
		seen[rule.Code] = true
	}
}

// TestEveryFunctionIsInTheCatalogue holds the folders against the only list of functions.
func TestEveryFunctionIsInTheCatalogue(t *testing.T) {
	var listed []string
	for _, row := range functions.Rows() {
		listed = append(listed, row.Name)
	}
	entries, err := os.ReadDir("../functions")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		if mains, _ := filepath.Glob(filepath.Join("../functions", entry.Name(), "lambda", "main.go")); len(mains) == 0 {
			continue // a package that functions share
		}
		if !slices.Contains(listed, entry.Name()) {
			t.Errorf("functions/%s has no row in the catalogue", entry.Name())
		}
	}
	for _, name := range listed {
		if _, err := os.Stat(filepath.Join("../functions", name)); err != nil {
			t.Errorf("the catalogue lists %s: %v", name, err)
		}
	}
}

// TestWaitingRequestsBesideOtherErrors: every mistake shows at once, what the dialect finds and what its model shows.
func TestWaitingRequestsBesideOtherErrors(t *testing.T) {
	text := `osop_version: "2.0"
id: ask
name: ask
triggers: [{type: webhook, config: {path: /in, method: POST, x-steploom-async: false}}]
nodes:
  - {id: question, type: human, purpose: Ask}
  - {id: shell, type: cli, runtime: {command: rm}}
edges:
  - {from: question, to: shell}
`
	_, found := compiler.Compile(source.Files{{Path: "a.osop.yaml", Bytes: []byte(text)}}, compiler.Options{})
	codes := map[string]int{}
	for _, problem := range found {
		if problem.Severity == diag.Error {
			codes[problem.Code] = problem.Range.Start.Line
		}
	}
	if len(codes) != 2 || codes["IR010"] != 4 || codes["OSP010"] != 7 {
		t.Errorf("%v", found)
	}
}
