package sam_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// TestLimits: what AWS would refuse of an application is told with its place, the number and the limit; what is just below is not.
func TestLimits(t *testing.T) {
	for _, test := range []struct {
		name, workflow string
		options        sam.Options
		// want is the code, line and a part of the only error; "" for none.
		want string
		line int
		says string
	}{
		{name: "50 operations", workflow: operations(50, "")},
		{name: "66 operations", workflow: operations(66, "")},
		{name: "100 operations", workflow: operations(100, "")},
		{name: "140 operations", workflow: operations(140, ""), want: "SAM007", line: 110, says: "CloudFormation takes 500"},
		{name: "300 schedules", workflow: scheduled(300)},
		{name: "500 schedules", workflow: scheduled(500), want: "SAM007", line: 495, says: "CloudFormation takes 500"},
		{name: "140 in direct mode", workflow: operations(140, ""), options: sam.Options{API: sam.APIDirect}, want: "SAM028", says: "CloudFormation takes 1000000"},
		{name: "15 datasources", workflow: datasources(15, "")},
		{name: "40 datasources", workflow: datasources(40, ""), want: "SAM026", line: 12, says: "4096 bytes"},
		{name: "a long address", workflow: datasources(1, strings.Repeat("x", 5_000)), want: "SAM024", line: 2, says: "a parameter of a stack holds 4096"},
		{name: "two names of a parameter in direct mode", workflow: routes("/a/{id}", "/a/{id}/b", "/a/{key}/c"), options: sam.Options{API: sam.APIDirect}, want: "SAM029", line: 4, says: "{key} and {id}"},
		{name: "300 parts of paths", workflow: routes(paths(75)...), options: sam.Options{API: sam.APIDirect}, want: "SAM023", line: 76, says: "300 resources"},
		{name: "299 parts of paths", workflow: routes(paths(74)...), options: sam.Options{API: sam.APIDirect}},
		{name: "one name of a parameter in direct mode", workflow: routes("/a/{id}", "/a/{id}/b", "/b/{key}/c"), options: sam.Options{API: sam.APIDirect}},
		{name: "a path with ~ in direct mode", workflow: routes("/a", "/a~b/c:d"), options: sam.Options{API: sam.APIDirect}, want: "SAM012", line: 3, says: `"~"`},
		{name: "a path with % in direct mode", workflow: routes("/a%20b"), options: sam.Options{API: sam.APIDirect}, want: "SAM012", line: 2, says: `"%"`},
		{name: "a path with ~ and %", workflow: routes("/a~b", "/a%20b")},
		{name: "all that a REST API takes in a path", workflow: routes("/a-b_c.d:e/{x-y}/Z9"), options: sam.Options{API: sam.APIDirect}},
		{
			name: "two cookies in direct mode", options: sam.Options{API: sam.APIDirect}, want: "SAM012", line: 2, says: "sets the header Set-Cookie once only",
			workflow: "operations:\n  GET /a:\n    fulfillments: []\n    responses: [{name: ok, default: true, statuscode: 204, header: ['Set-Cookie: a=1', 'Set-Cookie: b=2']}]\n",
		},
		{name: "two datasources, one variable", workflow: strings.ReplaceAll(datasources(2, ""), "base-2", "base_1"), want: "SAM025", line: 3, says: "STEPLOOM_DATASOURCE_BASE_1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			output, list := compiler.Compile(source.Files{{Path: "flow.yaml", Bytes: []byte(test.workflow)}}, compiler.Options{})
			noErrors(t, list)
			found := errorsOf(sam.Check(output.Application("large"), test.options))
			if len(found) == 0 && test.want == "" {
				return
			}
			if len(found) == 0 || found[0].Code != test.want || test.line != 0 && found[0].Range.Start.Line != test.line || !strings.Contains(found[0].Summary, test.says) || found[0].Fix == "" {
				t.Errorf("want %s in line %d with %q, found:\n%s", test.want, test.line, test.says, told(found))
			}
		})
	}
}

// TestManyLimits: an application that is too large in several ways is told of each, at the first operation that has no room.
func TestManyLimits(t *testing.T) {
	found := errorsOf(sam.Check(appOf(t, routes(numbered(301)...)), sam.Options{}))
	expect(t, found, "SAM022", 200, "303 outputs")
	expect(t, found, "SAM023", 302, "300 routes")
	if other := errorsOf(sam.Check(appOf(t, routes(numbered(300)...)), sam.Options{})); strings.Contains(told(other), "SAM023") {
		t.Errorf("300 routes are refused:\n%s", told(other))
	}
}

// TestTooManyPermissions: the role that starts hundreds of state machines has no room for all; the first that has none is named.
func TestTooManyPermissions(t *testing.T) {
	app := appOf(t, scheduled(20))
	first := app.Machines[0]
	for i := range 600 {
		operation := *first.Operation
		operation.Name, operation.Range = fmt.Sprintf("nightly-synchronisation-of-everything-%d", i), at(100+i)
		app.Machines = append(app.Machines, sam.Machine{Name: task.MachineName(operation.Name), Operation: &operation, Definition: first.Definition})
	}
	found := errorsOf(sam.Check(app, sam.Options{}))
	expect(t, found, "SAM021", 0, "10 of 6144")
}

// TestDefinitionLimit: a definition that fits only as long as names are not filled in is refused.
func TestDefinitionLimit(t *testing.T) {
	app := appOf(t, operations(1, ""))
	text, err := asl.Marshal(app.Machines[0].Definition)
	if err != nil {
		t.Fatal(err)
	}
	room := 1<<20 - len(text)
	app.Machines[0].Definition.Comment += strings.Repeat("x", room-1_000)
	if found := errorsOf(sam.Check(app, sam.Options{})); len(found) > 0 {
		t.Errorf("a definition with room is refused:\n%s", told(found))
	}
	app.Machines[0].Definition.Comment += strings.Repeat("x", 990)
	expect(t, errorsOf(sam.Check(app, sam.Options{})), "SAM027", 4, "Step Functions takes 1048576")
}

// TestDirectFixes: every refusal of direct mode has a way out.
func TestDirectFixes(t *testing.T) {
	found := errorsOf(sam.Check(everything(t), sam.Options{API: sam.APIDirect, Authorizer: sam.JWT}))
	for _, code := range []string{"SAM010", "SAM012"} {
		expect(t, found, code, 0, "")
	}
	for _, d := range found {
		if d.Code == "SAM004" {
			t.Errorf("the question that is refused has names twice: %s", d.Summary)
		}
		if d.Fix == "" || d.Range.Start.Line == 0 && d.Code == "SAM012" {
			t.Errorf("%s %s: no way out, or no place", d.Code, d.Summary)
		}
	}
}

// expect wants an error of a code among those found, in a line (0 for any), with a text and a way out.
func expect(t *testing.T, found diag.List, code string, line int, says string) {
	t.Helper()
	if !slices.ContainsFunc(found, func(d diag.Diagnostic) bool {
		return d.Code == code && (line == 0 || d.Range.Start.Line == line) && strings.Contains(d.Summary, says) && d.Fix != ""
	}) {
		t.Errorf("want %s in line %d with %q, found:\n%s", code, line, says, told(found))
	}
}

// numbered are n paths of one part each.
func numbered(n int) []string {
	all := make([]string, n)
	for i := range n {
		all[i] = fmt.Sprintf("/r%d", i)
	}
	return all
}

// datasources writes a workflow that reads from n databases, one in each line from the second on; more stands in every address.
func datasources(n int, more string) string {
	var text strings.Builder
	text.WriteString("datasources:\n")
	for i := range n {
		fmt.Fprintf(&text, "  base-%d: {type: db, url: 'jdbc:postgresql://db/shop%s', user: a, password: '${DB_PASSWORD}'}\n", i+1, more)
	}
	text.WriteString("operations:\n  'get /x':\n    fulfillments:\n")
	for i := range n {
		fmt.Fprintf(&text, "      - {name: r%d, type: read, datasource: base-%d, instructions: [{sql: {query: 'SELECT 1'}}]}\n", i+1, i+1)
	}
	text.WriteString("    responses: [{name: ok, statuscode: 200, default: true, schema: {a: BOOLEAN(true)}}]\n")
	return text.String()
}

// routes writes a workflow of operations at paths, each in one line from the second on.
func routes(paths ...string) string {
	var text strings.Builder
	text.WriteString("operations:\n")
	for _, path := range paths {
		fmt.Fprintf(&text, "  'get %s': {fulfillments: [{type: generic, attributes: [{done: TEXT(x)}]}], responses: [{name: ok, statuscode: 200, default: true, schema: {a: BOOLEAN(true)}}]}\n", path)
	}
	return text.String()
}

// paths are n paths of four parts each.
func paths(n int) []string {
	all := make([]string, n)
	for i := range n {
		all[i] = fmt.Sprintf("/a%d/b/c/d", i)
	}
	return all
}

func errorsOf(list diag.List) diag.List {
	var found diag.List
	for _, d := range list {
		if d.Severity == diag.Error {
			found = append(found, d)
		}
	}
	return found
}

func told(list diag.List) string {
	var text strings.Builder
	for _, d := range list {
		fmt.Fprintf(&text, "%s:%d:%d: %s %s (%s) %s\n", d.Range.File, d.Range.Start.Line, d.Range.Start.Column, d.Code, d.Summary, d.Detail, d.Fix)
	}
	return text.String()
}

// TestLongTexts: descriptions made of an author's words are cut to what AWS takes.
func TestLongTexts(t *testing.T) {
	app := everything(t)
	app.Workflow.Doc, app.Workflow.Name = strings.Repeat("ß", 3_000), strings.Repeat("n", 3_000)
	for i, operation := range app.Workflow.Operations {
		if operation.Name == "POST /things" || operation.Name == "nightly" { // which no other runs
			operation.Name += strings.Repeat(" and more", 100)
			app.Machines[i].Name = task.MachineName(operation.Name)
		}
	}
	_, files := written(t, app, sam.Options{})
	template := parsed(t, files[sam.TemplateFile])
	for kind, limit := range map[string]int{
		"AWS::ApiGatewayV2::Api": 1_024, "AWS::Scheduler::Schedule": 512, "AWS::Events::Rule": 512, "AWS::SecretsManager::Secret": 2_048, "AWS::Serverless::Function": 256,
	} {
		found := template.ofType(kind)
		for id, properties := range found {
			if text := fmt.Sprint(properties["Description"]); len(text) > limit {
				t.Errorf("%s: a description of %d bytes, the limit is %d", id, len(text), limit)
			}
		}
		if len(found) == 0 {
			t.Errorf("there is no %s", kind)
		}
	}
	for id, output := range template.Outputs {
		if text := fmt.Sprint(output["Description"]); len(text) > 1_024 {
			t.Errorf("output %s: a description of %d bytes", id, len(text))
		}
	}
}
