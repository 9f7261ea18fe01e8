package sam_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/testserver"
)

// variant is an application as it is built with some options.
type variant struct {
	name    string
	app     sam.Application
	options sam.Options
}

// variants are what the tools must accept: every application as it is by default, and each option once.
func variants(t *testing.T) []variant {
	apps := applications(t)
	var all []variant
	for name, app := range apps {
		all = append(all, variant{name, app, sam.Options{}})
	}
	all = append(all,
		variant{"everything with tokens", apps["everything"], sam.Options{Authorizer: sam.JWT, Architecture: sam.X8664}},
		variant{"everything with keys", apps["everything"], sam.Options{Authorizer: sam.APIKey}},
		variant{"everything from binaries", apps["everything"], sam.Options{Code: sam.FromBinaries}},
		variant{"60 operations", appOf(t, operations(60, "")), sam.Options{}},
		variant{"60 schedules", appOf(t, scheduled(60)), sam.Options{}},
		variant{"long names", appOf(t, longNames()), sam.Options{}},
		variant{"direct", open(t), sam.Options{API: sam.APIDirect}},
		variant{"direct with an authorizer", silent(t), sam.Options{API: sam.APIDirect}},
		variant{"direct with keys", open(t), sam.Options{API: sam.APIDirect, Authorizer: sam.APIKey}},
	)
	slices.SortFunc(all, func(a, b variant) int { return strings.Compare(a.name, b.name) })
	return all
}

// open is the newsroom without its authentication, so that direct mode has no api function.
func open(t testing.TB) sam.Application {
	app := newsroom(t)
	workflow := *app.Workflow
	workflow.Authentications, workflow.Docs = nil, nil
	app.Workflow = &workflow
	return app
}

// silent is the newsroom without its description, which direct mode cannot serve.
func silent(t testing.TB) sam.Application {
	app := newsroom(t)
	workflow := *app.Workflow
	workflow.Docs = nil
	app.Workflow = &workflow
	return app
}

// TestTools gives every variant to the linter of CloudFormation and to the SAM CLI, and every definition to the validator of the States
// Language. They must find nothing, not even a warning.
func TestTools(t *testing.T) {
	lint := testserver.Tool(t, "cfn-lint")
	cli := testserver.Tool(t, "sam")
	validator := filepath.Join(testserver.NodeModule(t, "asl-validator"), "dist", "bin", "asl-validator.js")
	templates, definitions := []string{}, []string{}
	for _, v := range variants(t) {
		folder, _ := written(t, v.app, v.options)
		templates = append(templates, filepath.Join(folder, sam.TemplateFile))
		found, err := filepath.Glob(filepath.Join(folder, "statemachine", "*.asl.json"))
		if err != nil || len(found) != len(v.app.Machines) {
			t.Fatalf("%s: %d definitions, %v", v.name, len(found), err)
		}
		definitions = append(definitions, found...)
		if (v.options != sam.Options{} && v.name != "direct") {
			continue // cfn-lint, which sam validate calls, sees it below
		}
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			said := runTool(t, folder, cli, "validate", "--lint")
			if !strings.Contains(said, "is a valid SAM Template") {
				t.Errorf("sam validate --lint: %s", said)
			}
		})
	}
	if said := runTool(t, "", lint, append([]string{"--"}, templates...)...); said != "" {
		t.Errorf("cfn-lint: %s", said)
	}
	said := runTool(t, "", "node", append([]string{validator}, definitionArguments(definitions)...)...)
	if n := strings.Count(said, "is valid"); n != len(definitions) {
		t.Errorf("asl-validator accepts %d of %d definitions:\n%s", n, len(definitions), said)
	}
}

func definitionArguments(paths []string) []string {
	var arguments []string
	for _, path := range paths {
		arguments = append(arguments, "--json-path", path)
	}
	return arguments
}

// runTool runs a program and gives all that it prints; it must succeed.
func runTool(t testing.TB, folder, name string, arguments ...string) string {
	t.Helper()
	command := exec.Command(name, arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "AWS_DEFAULT_REGION=us-east-1", "AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none", "SAM_CLI_TELEMETRY=0", "NO_COLOR=1")
	said, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(arguments, " "), err, said)
	}
	return string(said)
}
