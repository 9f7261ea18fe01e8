package sam_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/functions/jobs"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
)

// transformed is what testdata/transform.py prints.
type transformed struct {
	Template struct {
		Parameters, Conditions map[string]any
		Resources              map[string]resource
	}
	// Routes are "METHOD path function".
	Routes []string
}

// resource is one of a transformed template.
type resource struct {
	Type                                string
	DeletionPolicy, UpdateReplacePolicy string
	Properties                          map[string]any
}

// TestTransform expands templates with AWS's own translator. What comes out is plain CloudFormation within the limits of its services: every
// reference in it leads somewhere, every route to the function behind the API, every schedule to the alias of its state machine.
func TestTransform(t *testing.T) {
	python := interpreterOf(t, testserver.Tool(t, "sam"))
	for name, v := range map[string]variant{
		"everything":     {app: everything(t), options: sam.Options{Authorizer: sam.JWT}},
		"asynchronous":   {app: asynchronous(t), options: sam.Options{Authorizer: sam.JWT}},
		"direct":         {app: open(t), options: sam.Options{API: sam.APIDirect, Authorizer: sam.APIKey}},
		"100 operations": {app: appOf(t, operations(100, ""))},
		"90 direct":      {app: appOf(t, operations(90, "")), options: sam.Options{API: sam.APIDirect}},
		"300 schedules":  {app: appOf(t, scheduled(300))},
		"long names":     {app: appOf(t, longNames())},
		"jobs":           {app: surveys(t)},
	} {
		t.Run(name, func(t *testing.T) {
			folder, _ := written(t, v.app, v.options)
			said := runTool(t, "", python, "testdata/transform.py", filepath.Join(folder, sam.TemplateFile))
			var result transformed
			if err := json.Unmarshal([]byte(said[strings.Index(said, `{"template"`):]), &result); err != nil {
				t.Fatalf("%v: %.500s", err, said)
			}
			result.checkReferences(t)
			result.checkSchedules(t, v.app)
			result.checkVersions(t)
			stack := deployed{t, result, strings.Repeat("s", 31)}
			stack.checkNames()
			stack.checkPolicies()
			if n := len(result.Template.Resources); n > 500 || n != sam.CountOf(v.app, v.options) {
				t.Errorf("there are %d resources, %d were counted", n, sam.CountOf(v.app, v.options))
			}
			if v.options.API != sam.APIDirect { // the SAM CLI serves routes to functions only
				if diff := cmp.Diff(served(v.app, name == "everything" || name == "asynchronous"), result.Routes, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("routes differ:\n%s", diff)
				}
				result.checkRoutes(t, v.app)
			}
		})
	}
}

// checkReferences finds what is not plain CloudFormation, or refers to nothing.
func (r transformed) checkReferences(t *testing.T) {
	for id, resource := range r.Template.Resources {
		if strings.HasPrefix(resource.Type, "AWS::Serverless::") {
			t.Errorf("%s is still %s", id, resource.Type)
		}
		for _, reference := range references(resource.Properties) {
			_, isResource := r.Template.Resources[reference]
			_, isParameter := r.Template.Parameters[reference]
			if !isResource && !isParameter && !strings.HasPrefix(reference, "AWS::") {
				t.Errorf("%s refers to %s, which does not exist", id, reference)
			}
		}
	}
}

// checkVersions: definitions that still run, and those that an alias may go back to, call versions of functions by number. Where settings alone
// change, the version is replaced under its logical id.
func (r transformed) checkVersions(t *testing.T) {
	for id, version := range r.ofType("AWS::Lambda::Version") {
		if version.DeletionPolicy != "Retain" || version.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s is deleted by the next one", id)
		}
	}
}

// checkRoutes follows each route by its integration to the function.
func (r transformed) checkRoutes(t *testing.T, app sam.Application) {
	var found []string
	for _, route := range r.ofType("AWS::ApiGatewayV2::Route") {
		integration := r.Template.Resources[references(route.Properties["Target"])[0]]
		leadsTo := "ApiFunction"
		if slices.Contains(jobs.Routes(), route.Properties["RouteKey"].(string)) {
			leadsTo = "JobsFunction"
		}
		if uri := references(integration.Properties["IntegrationUri"]); !slices.Contains(uri, leadsTo) {
			t.Errorf("%s leads to %v", route.Properties["RouteKey"], uri)
		}
		if key := route.Properties["RouteKey"].(string); !slices.Contains(api.ApprovalRoutes(), key) {
			found = append(found, key)
		}
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(routesOf(app))), slices.Sorted(slices.Values(found))); diff != "" {
		t.Errorf("routes differ:\n%s", diff)
	}
}

// checkSchedules follows each schedule by its target, an alias, and the alias's version to the state machine.
func (r transformed) checkSchedules(t *testing.T, app sam.Application) {
	var want, found []string
	for _, operation := range app.Workflow.Operations {
		for _, trigger := range operation.Triggers {
			if schedule, ok := trigger.(*ir.Schedule); ok {
				want = append(want, schedule.Expression+" "+operation.Name)
			}
		}
	}
	for id, schedule := range r.ofType("AWS::Scheduler::Schedule") {
		target := schedule.Properties["Target"].(map[string]any)
		alias := r.Template.Resources[references(target["Arn"])[0]]
		if alias.Type != "AWS::StepFunctions::StateMachineAlias" || alias.Properties["Name"] != "live" {
			t.Errorf("%s starts %v, which is no alias", id, target["Arn"])
			continue
		}
		preference := alias.Properties["DeploymentPreference"].(map[string]any)
		version := r.Template.Resources[references(preference["StateMachineVersionArn"])[0]]
		machine := r.Template.Resources[references(version.Properties["StateMachineArn"])[0]]
		input := map[string]any{}
		if err := json.Unmarshal([]byte(target["Input"].(string)), &input); err != nil {
			t.Fatal(err)
		}
		if machine.Type != "AWS::StepFunctions::StateMachine" || !strings.HasSuffix(fmt.Sprint(machine.Properties["StateMachineName"]), machineNameOf(app, input["operation"])+"]") {
			t.Errorf("%s starts %v with the input of %s", id, machine.Properties["StateMachineName"], input["operation"])
		}
		found = append(found, fmt.Sprint(schedule.Properties["ScheduleExpression"], " ", input["operation"]))
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(found))); diff != "" {
		t.Errorf("schedules differ:\n%s", diff)
	}
}

func machineNameOf(app sam.Application, operation any) string {
	for _, machine := range app.Machines {
		if machine.Operation.Name == operation {
			return machine.Name
		}
	}
	return "nothing"
}

func (r transformed) ofType(kind string) map[string]resource {
	found := map[string]resource{}
	for id, resource := range r.Template.Resources {
		if resource.Type == kind {
			found[id] = resource
		}
	}
	return found
}

// served are the routes that sam local start-api must know, with their function.
func served(app sam.Application, asks bool) []string {
	routes := slices.DeleteFunc(routesOf(app), func(route string) bool { return slices.Contains(jobs.Routes(), route) })
	if asks {
		routes = append(routes, api.ApprovalRoutes()...)
	}
	for i := range routes {
		routes[i] += " ApiFunction"
	}
	if app.Workflow.Jobs != nil { // as the SAM CLI calls the job API's
		routes = append(routes, "X-AMAZON-APIGATEWAY-ANY-METHOD $default JobsFunction")
		for _, method := range []string{"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"} {
			routes = append(routes, method+" /{proxy+} JobsFunction")
		}
	}
	slices.Sort(routes)
	return routes
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
	asynchronous := false
	for _, operation := range app.Workflow.Operations {
		for _, trigger := range operation.Triggers {
			if route, ok := trigger.(*ir.HTTP); ok {
				routes = append(routes, route.Method+" "+route.Path)
				asynchronous = asynchronous || route.Async
			}
		}
	}
	if asynchronous {
		routes = append(routes, task.ExecutionRoute)
	}
	if app.Workflow.Jobs != nil {
		routes = append(routes, jobs.Routes()...)
	}
	return routes
}
