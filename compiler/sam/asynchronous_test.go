package sam_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions/api"
)

// asynchronous is an application with a request that waits, one that does not because people are asked, and one whose author wants it so.
func asynchronous(t testing.TB) sam.Application {
	t.Helper()
	const head = "osop_version: '2.0'\nid: NAME\nname: NAME\ntriggers: [{type: webhook, config: {method: POST, path: /NAME, MORE}}]\nnodes:\n"
	const call = "  - {id: tell, type: api, runtime: {method: POST, url: 'https://tell.example'}}\n"
	file := func(name, more, nodes string) source.File {
		return source.File{Path: name + ".osop.yaml", Bytes: []byte(strings.NewReplacer("NAME", name, ", MORE", more).Replace(head) + nodes)}
	}
	output, list := compiler.Compile(source.Files{
		file("ask", "", "  - {id: ask, type: human, purpose: Right, outputs: [decision]}\n"+call+"edges: [{from: ask, to: tell}]\n"),
		file("now", "", call), file("once", ", x-steploom-async: true", call),
	}, compiler.Options{})
	noErrors(t, list)
	return output.Application("asynchronous")
}

// TestAsynchronousOperations: the function behind the API knows which machines it is not to wait for, the description of the API tells of them, and
// there are events for them.
func TestAsynchronousOperations(t *testing.T) {
	_, files := written(t, asynchronous(t), sam.Options{})
	if got := string(files[sam.TemplateFile]); !strings.Contains(got, api.AsynchronousVariable+": post-ask,post-once\n") {
		t.Errorf("the function is not told what it is not to wait for")
	}
	var description struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name string }
			Responses  map[string]struct{ Headers map[string]any }
		}
	}
	if err := json.Unmarshal(files[sam.OpenAPIFile], &description); err != nil {
		t.Fatal(err)
	}
	for path, is := range map[string]bool{"/ask": true, "/once": true, "/now": false} {
		operation := description.Paths[path]["post"]
		accepted, ok := operation.Responses["202"]
		keyed := slices.ContainsFunc(operation.Parameters, func(p struct{ Name string }) bool { return p.Name == "Idempotency-Key" })
		if ok != is || keyed != is || (accepted.Headers["Location"] != nil) != is {
			t.Errorf("%s: %+v", path, operation)
		}
	}
	if len(description.Paths["/executions/{id}"]["get"].Responses) == 0 || files["events/execution_status.json"] == nil {
		t.Error("nothing tells of executions")
	}
	if !strings.Contains(string(files["events/post-once.json"]), "idempotency-key") || strings.Contains(string(files["events/post-now.json"]), "idempotency-key") {
		t.Error("events without, or with, an Idempotency-Key")
	}
	_, plain := written(t, newsroom(t), sam.Options{})
	for _, path := range []string{sam.TemplateFile, sam.OpenAPIFile} {
		if strings.Contains(string(plain[path]), "xecution/") || strings.Contains(string(plain[path]), api.AsynchronousVariable) {
			t.Errorf("%s of an application whose requests all wait tells of executions", path)
		}
	}
}

// TestADescribedKeyIsNotDescribedAgain: parameters of a name and a place are unique (OpenAPI 3.0.3, "Parameter Object").
func TestADescribedKeyIsNotDescribedAgain(t *testing.T) {
	app := asynchronous(t)
	for _, machine := range app.Machines {
		machine.Operation.Parameters = append(machine.Operation.Parameters, ir.Parameter{Name: "idempotency-key", In: "header"})
	}
	_, files := written(t, app, sam.Options{})
	if strings.Contains(string(files[sam.OpenAPIFile]), `"Idempotency-Key"`) {
		t.Error("the parameter is there twice")
	}
}

// TestDirectModeRefusesAsynchronousOperations says which, and why.
func TestDirectModeRefusesAsynchronousOperations(t *testing.T) {
	files, list := sam.Generate(asynchronous(t), sam.Options{API: sam.APIDirect})
	var said []string
	for _, problem := range list {
		if problem.Code == "SAM012" && strings.Contains(problem.Summary, "requests do not wait for it") {
			said = append(said, problem.Range.File+" "+problem.Summary[strings.LastIndex(problem.Summary, ": ")+2:])
		}
	}
	want := []string{`ask.osop.yaml step "ask" waits for an answer from outside`, "once.osop.yaml requests do not wait for its answer, and each one runs exactly once"}
	if files != nil || !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
}
