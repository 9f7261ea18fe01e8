package local

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
)

// described is a project with a document of its own that says little of what is true.
const described = `
settings: {apiDocs: true}
authentications:
  people: {type: basicauth, user: ada, password: hush-hush}
  partners: {type: apikey, keys: [hush-key]}
operations:
  GET /pets/{id}: {fulfillments: [], responses: [{name: ok, statuscode: 200, default: true, schema: {done: true}}]}
  POST /pets: {x-steploom-authentication: partners, fulfillments: [], responses: [{name: ok, statuscode: 200, default: true, schema: {done: BODY()}}]}
  GET /open: {x-steploom-authentication: none, fulfillments: [], responses: [{name: ok, statuscode: 200, default: true, schema: {done: true}}]}
  GET /cats: {fulfillments: [], responses: [{name: ok, statuscode: 200, default: true, schema: {done: true}}]}
`

const describedAPI = `
openapi: 3.0.3
info: {title: 'Pets </script><script>document.title = "taken"</script>', version: '1', description: '<img src=x onerror="document.title = 1">'}
servers: [{url: 'https://internal.example.com/'}]
security: [{Basic: []}]
x-steploom-note: internal
paths:
  /pets/{id}:
    get:
      summary: '<b id="bold">One pet</b>'
      x-steploom-async: false
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: kind, in: query, description: '"><script>', schema: {type: string, enum: [cat, '</option><i>dog']}}
      responses: {'200': {description: A pet.}}
  /pets:
    post:
      security: [{Basic: []}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}, x-steploom-kept: {type: string}}}}}}
      responses: {'200': {description: A pet.}}
components:
  securitySchemes: {Basic: {type: http, scheme: basic}}
`

func describedService(t *testing.T) (*Service, compiler.Output) {
	t.Helper()
	output, list := compiler.Compile(source.Files{{Path: "a.yaml", Bytes: []byte(described)}, {Path: "openapi.yaml", Bytes: []byte(describedAPI)}}, compiler.Options{})
	if list.HasErrors() {
		t.Fatal(list)
	}
	return serviceOf(t, output, Settings{Environment: task.Variables(nil)}), output
}

// TestDescription: the document is the author's with what is true of servers and security; it is served without credentials, and holds no secrets and
// nothing that is said to Steploom. The template packs the same bytes.
func TestDescription(t *testing.T) {
	service, output := describedService(t)
	server := httptest.NewServer(service.Handler(nil))
	defer server.Close()
	answer := answerTo(t, server.URL+"/openapi.json", nil)
	if answer.Status != 200 {
		t.Fatalf("%+v", answer)
	}
	for _, hidden := range []string{"hush", "x-steploom-async", "x-steploom-note", "internal"} {
		if strings.Contains(answer.Body, hidden) {
			t.Errorf("the document holds %q", hidden)
		}
	}
	document, err := openapi3.NewLoader().LoadFromData([]byte(answer.Body))
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	security := func(of *openapi3.SecurityRequirements) string {
		text, err := json.Marshal(of)
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
	for name, pair := range map[string][2]string{
		"servers":    {document.Servers[0].URL, "."},
		"all":        {security(&document.Security), `[{"people":[]},{"partners":[]}]`},
		"GET /pets":  {security(document.Paths.Value("/pets/{id}").Get.Security), `null`},
		"POST /pets": {security(document.Paths.Value("/pets").Post.Security), `[{"partners":[]}]`},
		"GET /open":  {security(document.Paths.Value("/open").Get.Security), `[]`},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %s, want %s", name, pair[0], pair[1])
		}
	}
	if _, kept := document.Paths.Value("/pets").Post.RequestBody.Value.Content["application/json"].Schema.Value.Properties["x-steploom-kept"]; !kept {
		t.Error("a property is left out because of its name")
	}
	files, list := sam.Generate(output.Application("pets"), sam.Options{})
	if list.HasErrors() || string(files["api-docs/openapi.json"]) != answer.Body || !strings.Contains(string(files[sam.BuildFile]), "\tcp api-docs/openapi.json \"$(ARTIFACTS_DIR)/openapi.json\"\n") {
		t.Errorf("the template packs something else: %v", list)
	}
	if _, list := sam.Generate(output.Application("pets"), sam.Options{API: sam.APIDirect}); !list.HasErrors() {
		t.Error("direct mode takes it")
	}
	output.Workflow.Docs = nil
	if answer := answerTo(t, httptest.NewServer(serviceOf(t, output, Settings{Environment: task.Variables(nil)}).Handler(nil)).URL+"/api-docs", nil); answer.Status != 404 {
		t.Errorf("without the setting: %+v", answer)
	}
}
