package sam_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/testserver"
)

// transformed is what testdata/transform.py prints.
type transformed struct {
	Template struct {
		Parameters, Conditions, Resources map[string]any
	}
	Routes []string
}

// TestTransform expands templates with AWS's own translator: what comes out is plain CloudFormation, every reference in it leads somewhere,
// and sam local start-api would serve every operation.
func TestTransform(t *testing.T) {
	python := interpreterOf(t, testserver.Tool(t, "sam"))
	for name, v := range map[string]variant{
		"everything": {app: everything(t), options: sam.Options{Authorizer: sam.JWT}},
		"direct":     {app: open(t), options: sam.Options{API: sam.APIDirect, Authorizer: sam.APIKey}},
	} {
		folder, _ := written(t, v.app, v.options)
		var result transformed
		said := runTool(t, "", python, "testdata/transform.py", filepath.Join(folder, sam.TemplateFile))
		if err := json.Unmarshal([]byte(said[strings.Index(said, `{"template"`):]), &result); err != nil {
			t.Fatalf("%v: %.500s", err, said)
		}
		known := map[string]bool{}
		for _, section := range []map[string]any{result.Template.Parameters, result.Template.Resources} {
			for key := range section {
				known[key] = true
			}
		}
		for resource, value := range result.Template.Resources {
			if kind, _ := value.(map[string]any)["Type"].(string); strings.HasPrefix(kind, "AWS::Serverless::") {
				t.Errorf("%s: %s is still %s", name, resource, kind)
			}
			for _, reference := range references(value) {
				if !known[reference] && !strings.HasPrefix(reference, "AWS::") {
					t.Errorf("%s: %s refers to %s, which does not exist", name, resource, reference)
				}
			}
		}
		if v.options.API == sam.APIDirect {
			continue // the SAM CLI serves routes to functions only
		}
		want := slices.Sorted(slices.Values(append(routesOf(v.app), api.ApprovalRoutes()...)))
		if diff := cmp.Diff(want, result.Routes); diff != "" {
			t.Errorf("%s: routes differ:\n%s", name, diff)
		}
	}
}

// interpreterOf reads the first line of a Python program.
func interpreterOf(t *testing.T, program string) string {
	t.Helper()
	file, err := os.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	if !scanner.Scan() || !strings.HasPrefix(scanner.Text(), "#!") {
		t.Fatalf("%s does not name its interpreter", program)
	}
	return strings.TrimSpace(strings.TrimPrefix(scanner.Text(), "#!"))
}

// references lists what Ref, Fn::GetAtt and Fn::Sub name.
func references(value any) []string {
	var found []string
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			found = append(found, references(item)...)
		}
	case map[string]any:
		for key, member := range value {
			switch key {
			case "Ref":
				found = append(found, member.(string))
			case "Fn::GetAtt":
				found = append(found, member.([]any)[0].(string))
			case "Fn::Sub":
				text, plain := member.(string)
				if !plain {
					found = append(found, references(member)...)
				}
				for _, match := range substitution.FindAllStringSubmatch(text, -1) {
					name, _, _ := strings.Cut(match[1], ".")
					found = append(found, name)
				}
			default:
				found = append(found, references(member)...)
			}
		}
	}
	return found
}

func routesOf(app sam.Application) []string {
	var routes []string
	for _, operation := range app.Workflow.Operations {
		for _, trigger := range operation.Triggers {
			if route, ok := trigger.(*ir.HTTP); ok {
				routes = append(routes, route.Method+" "+route.Path)
			}
		}
	}
	return routes
}
