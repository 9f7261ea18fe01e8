package sam_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions/jobs"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// committedFor is the machine that the committed files were generated on, which alone shows in samconfig.toml.
func committedFor(t *testing.T) sam.Architecture {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, sam.ConfigFile))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), string(sam.X8664)) {
		return sam.X8664
	}
	return sam.ARM64
}

// TestCommittedFiles compares the files at the root of the repository with what the sample gives.
func TestCommittedFiles(t *testing.T) {
	files, list := sam.Generate(newsroom(t), sam.Options{Local: committedFor(t)})
	noErrors(t, list)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		committed, err := os.ReadFile(filepath.Join(repository, path))
		if err != nil {
			t.Errorf("%s is missing: make generate writes it", path)
			continue
		}
		if diff := cmp.Diff(string(committed), string(files[path])); diff != "" {
			t.Errorf("%s is stale: make generate writes it\n%s", path, diff)
		}
	}
	for _, folder := range []string{"statemachine/*.asl.json", "events/*"} {
		found, err := filepath.Glob(filepath.Join(repository, folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			relative, err := filepath.Rel(repository, path)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := files[filepath.ToSlash(relative)]; !ok {
				t.Errorf("%s is no longer generated", relative)
			}
		}
	}
}

// TestDeterministic generates twice.
func TestDeterministic(t *testing.T) {
	_, first := written(t, everything(t), sam.Options{Code: sam.FromSources})
	_, second := written(t, everything(t), sam.Options{Code: sam.FromSources})
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
}

var substitution = regexp.MustCompile(`\$\{([^}]*)\}`)

// TestSubstitutions finds every ${…} of the definitions among the substitutions of the template, and the other way round: a user's own
// ${…} is no substitution.
func TestSubstitutions(t *testing.T) {
	for name, app := range applications(t) {
		_, files := written(t, app, sam.Options{})
		for _, machine := range app.Machines {
			used := map[string]bool{}
			for _, match := range substitution.FindAllStringSubmatch(string(files["statemachine/"+machine.Name+".asl.json"]), -1) {
				used[match[1]] = true
			}
			given := substitutionsOf(t, files[sam.TemplateFile], "statemachine/"+machine.Name+".asl.json")
			if diff := cmp.Diff(slices.Sorted(maps.Keys(given)), slices.Sorted(maps.Keys(used))); diff != "" {
				t.Errorf("%s, %s: given and used differ:\n%s", name, machine.Name, diff)
			}
		}
	}
}

// substitutionsOf reads the keys of DefinitionSubstitutions of the machine with this definition.
func substitutionsOf(t *testing.T, template []byte, definition string) map[string]bool {
	t.Helper()
	lines := strings.Split(string(template), "\n")
	at := slices.Index(lines, "      DefinitionS3Location: "+definition)
	if at < 0 {
		t.Fatalf("no state machine has the definition %s", definition)
	}
	given := map[string]bool{}
	if lines[at+1] != "      DefinitionSubstitutions:" {
		return given
	}
	for _, line := range lines[at+2:] {
		if !strings.HasPrefix(line, "        ") {
			return given
		}
		key, _, _ := strings.Cut(strings.TrimSpace(line), ":")
		given[key] = true
	}
	return given
}

// TestUsersTextKeepsItsDollars puts the definition through what CloudFormation does with substitutions and finds the user's text whole.
func TestUsersTextKeepsItsDollars(t *testing.T) {
	_, files := written(t, everything(t), sam.Options{})
	text := substitution.ReplaceAllString(string(files["statemachine/post-things.asl.json"]), "arn:replaced")
	machine, err := asl.Unmarshal([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for state, want := range map[string]string{"answer": "costs ${price} and $${x}", "sql": "SELECT '${literal}'"} {
		found, ok := machine.States.Get(state)
		if !ok {
			t.Fatalf("there is no state %s", state)
		}
		if got := evaluated(t, found); !strings.Contains(got, want) {
			t.Errorf("%s: %q is not in %s", state, want, got)
		}
	}
}

// TestSecretsStayOut searches everything that is generated for a password that the source writes out.
func TestSecretsStayOut(t *testing.T) {
	for _, options := range []sam.Options{{}, {Authorizer: sam.JWT}, {Code: sam.FromSources}} {
		_, files := written(t, everything(t), options)
		search(t, files)
	}
	files := source.Files{{Path: "flow.yaml", Bytes: []byte(`
datasources:
  db:
    type: db
    url: jdbc:mariadb://me:` + literalPassword + `@db:3306/x?password=` + literalPassword + `
    user: me
    password: ` + literalPassword + `
operations:
  'get /x':
    fulfillments:
      - name: x
        type: read
        datasource: db
        instructions:
          - sql:
              query: SELECT 1
    responses:
      - name: ok
        statuscode: 200
        default: true
        schema:
          list: VALUE(x, $)
          item: VALUE(@, $)
`)}}
	output, list := compiler.Compile(files, compiler.Options{})
	if output.Files == nil {
		t.Fatal(list)
	}
	search(t, output.Files)
	_, generated := written(t, output.Application("x"), sam.Options{})
	search(t, generated)
}

func search(t *testing.T, files map[string][]byte) {
	t.Helper()
	for path, content := range files {
		if bytes.Contains(content, []byte(literalPassword)) {
			t.Errorf("%s holds the password", path)
		}
	}
}

// TestOpenAPI validates the description of every application.
func TestOpenAPI(t *testing.T) {
	for name, app := range applications(t) {
		_, files := written(t, app, sam.Options{})
		if files[sam.OpenAPIFile] == nil && len(routesOf(app)) == len(jobs.Routes()) && app.Workflow.Jobs != nil {
			continue // the job API describes itself
		}
		document, err := openapi3.NewLoader().LoadFromData(files[sam.OpenAPIFile])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := document.Validate(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEvents gives an event to every operation and every function that definitions call.
func TestEvents(t *testing.T) {
	app := everything(t)
	_, files := written(t, app, sam.Options{})
	for _, machine := range app.Machines {
		var event struct{ RouteKey, Trigger string }
		if err := json.Unmarshal(files["events/"+machine.Name+".json"], &event); err != nil {
			t.Fatal(err)
		}
		if event.RouteKey == "" && event.Trigger == "" {
			t.Errorf("the event of %s is neither a request nor an input", machine.Name)
		}
	}
	for _, name := range sam.Functions(app, sam.Options{}) {
		if name != "api" && files["events/"+name+"-function.json"] == nil {
			t.Errorf("there is no event for the function %s", name)
		}
	}
}

func TestRefusals(t *testing.T) {
	upload := everything(t)
	upload.Workflow.Authentications = nil
	form := constant(t)
	form.Workflow.Operations[0].Parameters = []ir.Parameter{{Name: "file", In: "form"}}
	list := constant(t)
	list.Workflow.Operations[0].Parameters = []ir.Parameter{{Name: "tag", In: "query", Schema: schema.Of("array")}}
	unknown := constant(t)
	unknown.Machines[0].Definition = taskOf("arn:aws:states:::sns:publish")
	missing := constant(t)
	missing.Machines[0].Definition = invokeOf("${OtherFunctionArn}")
	question := constant(t)
	question.Machines[0].Definition = invokeOf("${ApiFunctionArn}")
	state, _ := question.Machines[0].Definition.States.Get("call")
	state.(*asl.Task).Resource += ".waitForTaskToken"
	tests := []struct {
		name    string
		app     sam.Application
		options sam.Options
		want    string
	}{
		{"questions in direct mode", question, sam.Options{API: sam.APIDirect}, "questions to people"},
		{"uploads in direct mode", upload, sam.Options{API: sam.APIDirect}, "handles stored objects"},
		{"a form in direct mode", form, sam.Options{API: sam.APIDirect}, "file is a form field"},
		{"a repeated parameter in direct mode", list, sam.Options{API: sam.APIDirect}, "sees the last only"},
		{"tokens in direct mode", constant(t), sam.Options{API: sam.APIDirect, Authorizer: sam.JWT}, "SAM010"},
		{"a service that has no resource here", unknown, sam.Options{}, "SAM001"},
		{"a function that does not exist", missing, sam.Options{}, "SAM006"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files, list := sam.Generate(test.app, test.options)
			var said []string
			for _, d := range list {
				said = append(said, d.Code+" "+d.Summary)
			}
			if files != nil || !strings.Contains(strings.Join(said, "\n"), test.want) {
				t.Errorf("want %s, got %q", test.want, said)
			}
		})
	}
}

func taskOf(resource string) *asl.Machine {
	states := asl.NewStates()
	states.Set("call", &asl.Task{Resource: resource, Arguments: object("TopicArn", "x"), End: true})
	return &asl.Machine{QueryLanguage: asl.JSONata, StartAt: "call", States: states}
}

func invokeOf(function string) *asl.Machine {
	machine := taskOf("arn:aws:states:::lambda:invoke")
	state, _ := machine.States.Get("call")
	state.(*asl.Task).Arguments = object("FunctionName", function, "Payload", object())
	return machine
}

// evaluated is the output or the arguments of a state with its expressions evaluated where they need nothing.
func evaluated(t *testing.T, state asl.State) string {
	t.Helper()
	var value any
	switch state := state.(type) {
	case *asl.Succeed:
		value = state.Output
	case *asl.Task:
		value = state.Arguments
	}
	text, err := json.Marshal(resolve(t, value))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestQuestionsToPeople: a workflow without any HTTP operation has an API with the routes of answers, and nothing else may end its tasks.
func TestQuestionsToPeople(t *testing.T) {
	app := constant(t)
	app.Workflow.Operations[0].Triggers = nil
	app.Workflow.Operations[0].Mode = ir.Standard
	app.Machines[0].Definition = invokeOf("${ApiFunctionArn}")
	state, _ := app.Machines[0].Definition.States.Get("call")
	state.(*asl.Task).Resource += ".waitForTaskToken"
	state.(*asl.Task).Arguments.(*jsonata.Object).Set("Payload", object("question", "{% $question %}"))
	files, list := sam.Generate(app, sam.Options{})
	noErrors(t, list)
	template := string(files["template.yaml"])
	for _, want := range []string{
		"GET /_steploom/approve/{key}", "POST /_steploom/approve/{key}", "states:SendTaskSuccess", "states:SendTaskFailure",
		"STEPLOOM_API_URL", "STEPLOOM_APPROVAL_WEBHOOK", "STEPLOOM_BLOB_BUCKET", "s3:PutObject",
	} {
		if !strings.Contains(template, want) {
			t.Errorf("the template lacks %s", want)
		}
	}
	if strings.Contains(template, "states:StartSyncExecution") {
		t.Error("the api function may start what no route starts")
	}
}
