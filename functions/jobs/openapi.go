package jobs

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/steploom/steploom/shared/httpevent"
)

// openAPI serves the document to anybody: it says nothing of any job.
func (s service) openAPI(context.Context, request) (httpevent.Response, error) {
	return answer(http.StatusOK, Document())
}

func (s service) schema(context.Context, request) (httpevent.Response, error) {
	schema := JobSchema()
	schema["$schema"] = "http://json-schema.org/draft-07/schema#"
	return answer(http.StatusOK, schema)
}

// Document is the OpenAPI document (3.0.3) of the API, as JSON has it.
func Document() map[string]any {
	paths := map[string]any{}
	for _, operation := range Operations() {
		path := strings.ReplaceAll(operation.Path, "+}", "}")
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		paths[path].(map[string]any)[strings.ToLower(operation.Method)] = operation.document()
	}
	return map[string]any{
		"openapi": "3.0.3",
		"info": map[string]any{
			"title": "Jobs", "version": "1",
			"description": "Jobs take the records of Kafka topics and make one HTTP request of each.",
		},
		"paths": paths,
		"components": map[string]any{
			"schemas":         Schemas(),
			"securitySchemes": map[string]any{"basic": map[string]any{"type": "http", "scheme": "basic"}},
		},
	}
}

var pathName = regexp.MustCompile(`\{(\w+)\+?\}`)

func (o Operation) document() map[string]any {
	document := map[string]any{
		"summary": o.Doc, "tags": []string{string(o.Since)}, "operationId": o.id(), "responses": o.responses(),
	}
	if parameters := o.parameters(); len(parameters) > 0 {
		document["parameters"] = parameters
	}
	if o.Body != "" {
		document["requestBody"] = map[string]any{"required": true, "content": content(o.Body)}
	}
	if !o.Open {
		document["security"] = []any{map[string]any{"basic": []string{}}}
	}
	return document
}

// id is the operation's name: "post-job-id-start".
func (o Operation) id() string {
	words := strings.FieldsFunc(o.Path, func(r rune) bool { return strings.ContainsRune("/{}+.", r) })
	return strings.ToLower(o.Method) + "-" + strings.Join(words, "-")
}

func (o Operation) parameters() []any {
	text := map[string]any{"type": "string"}
	var all []any
	for _, name := range pathName.FindAllStringSubmatch(o.Path, -1) {
		all = append(all, map[string]any{"name": name[1], "in": "path", "required": true, "schema": text})
	}
	for _, parameter := range o.Query {
		all = append(all, map[string]any{
			"name": parameter.Name, "in": "query", "description": parameter.Doc, "required": parameter.Name == "id" && !strings.HasSuffix(o.Path, "/delete"), "schema": text,
		})
	}
	return all
}

// responses are what may be answered: the success, and each failure that the operation can end with.
func (o Operation) responses() map[string]any {
	success := map[string]any{"description": "It is done."}
	if o.Answer != "" {
		success["content"] = content(o.Answer)
	}
	responses := map[string]any{"200": success}
	if o.Method == http.MethodDelete && o.Answer == "" {
		responses = map[string]any{"204": map[string]any{"description": "It is gone."}}
	}
	add := func(code, description string) {
		responses[code] = map[string]any{"description": description, "content": content("Failure")}
	}
	if o.Open {
		return responses
	}
	add("400", "The request makes no sense, or names no tenant where it must.")
	add("401", "The credentials are missing or wrong.")
	named := strings.Contains(o.Path, "{id}") || len(o.Query) > 0 && o.Query[0].Name == "id"
	if named && o.Body == "" && !strings.HasSuffix(o.Path, "/delete") {
		add("404", "There is no such job.")
	}
	if named && o.Body == "" && (o.Method != http.MethodGet || o.Answer == "Done") {
		add("503", "The consumers are being changed; repeat the request.")
	}
	if o.Body != "" && o.Answer != "Validity" {
		add("409", "Others change the job at the same time.")
		add("413", "The job is too large.")
	}
	if o.Path == "/job/{id}" && o.Body != "" {
		responses["201"] = map[string]any{"description": "The job is new.", "content": content(o.Answer)}
		responses["202"] = map[string]any{"description": "The job is stored, and its consumers are being changed.", "content": content(o.Answer)}
		responses["400"] = map[string]any{"description": "The job cannot be taken.", "content": content("Problems")}
	}
	return responses
}

func content(schema string) map[string]any {
	return map[string]any{"application/json": map[string]any{"schema": map[string]any{"$ref": "#/components/schemas/" + schema}}}
}
