package sam_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/shared/testserver"
)

// TestSamBuild builds every application with the SAM CLI, in a folder that holds nothing but what was generated. The executables of a
// function are the same bytes in all of them, and those that the module itself gives.
func TestSamBuild(t *testing.T) {
	cli := testserver.Tool(t, "sam")
	testserver.Tool(t, "make")
	seen := map[string][]byte{}
	for name, app := range applications(t) {
		folder, _ := written(t, app, sam.Options{Code: sam.FromSources, Architecture: sam.X8664})
		runTool(t, folder, cli, "build")
		for _, function := range sam.Functions(app, sam.Options{}) {
			built, err := os.ReadFile(filepath.Join(folder, ".aws-sam", "build", logicalName(function)+"Function", "bootstrap"))
			if err != nil {
				t.Fatal(err)
			}
			if known, ok := seen[function]; ok && !bytes.Equal(known, built) {
				t.Errorf("%s: the function %s is other bytes than elsewhere", name, function)
			}
			seen[function] = built
		}
	}
	for function, built := range seen {
		if !bytes.Equal(built, goBuilt(t, function, sam.X8664)) {
			t.Errorf("the function %s is other bytes than a build in this module", function)
		}
	}
	if len(seen) != len(functions.Rows()) {
		t.Errorf("%d functions were built, there are %d", len(seen), len(functions.Rows()))
	}
}

// TestSamBuildARM builds for the default architecture.
func TestSamBuildARM(t *testing.T) {
	cli := testserver.Tool(t, "sam")
	app := constant(t)
	folder, _ := written(t, app, sam.Options{Code: sam.FromSources})
	runTool(t, folder, cli, "build")
	built, err := os.ReadFile(filepath.Join(folder, ".aws-sam", "build", "ApiFunction", "bootstrap"))
	if err != nil {
		t.Fatal(err)
	}
	const machine, aarch64 = 18, 183 // e_machine of an ELF header, EM_AARCH64
	if !bytes.HasPrefix(built, []byte("\x7fELF")) || built[machine] != aarch64 {
		t.Errorf("the executable begins with % x", built[:20])
	}
}

// constant is an application of one operation that calls nothing.
func constant(t testing.TB) sam.Application {
	workflow := &ir.Workflow{Name: "constant", Operations: []*ir.Operation{{
		Name: "GET /", Triggers: []ir.Trigger{&ir.HTTP{Method: "GET", Path: "/"}}, Steps: []ir.Step{&ir.Return{Status: 200.0, Body: "hello", HasBody: true}},
	}}}
	workflow = ir.Decide(workflow)
	definition, list := lower.Operation(workflow, workflow.Operations[0], functions.Rows())
	noErrors(t, list)
	return sam.Application{
		Workflow: workflow, Catalogue: functions.Rows(),
		Machines: []sam.Machine{{Name: "get", Operation: workflow.Operations[0], Definition: definition}},
	}
}

// goBuilt builds a function in this module as functions/Makefile does.
func goBuilt(t testing.TB, function string, architecture sam.Architecture) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bootstrap")
	command := exec.Command("go", slices.Concat([]string{"build"}, sam.BuildFlags(), []string{"-o", path, "./functions/" + function + "/lambda"})...)
	command.Dir = repository
	command.Env = append(os.Environ(), sam.BuildEnvironment(architecture.GOARCH())...)
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, said)
	}
	built, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

func logicalName(function string) string {
	return string(bytes.ToUpper([]byte(function[:1]))) + function[1:]
}
