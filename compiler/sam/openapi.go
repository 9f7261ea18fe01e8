package sam

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// describer writes down the plan's HTTP operations for those who call them.
type describer struct{ *plan }

// openapi describes the HTTP operations, nil when there are none.
func (p describer) openapi() ([]byte, error) {
	if !p.servesHTTP() {
		return nil, nil
	}
	return cfn.JSON(p.description())
}

// description describes the HTTP operations (OpenAPI 3.0.3).
func (p describer) description() cfn.Map {
	description := cfn.Map{
		{Key: "openapi", Value: "3.0.3"},
		{Key: "info", Value: cfn.Map{}.With("title", cmp.Or(p.app.Workflow.Doc, p.app.Workflow.Name)).With("version", "1.0.0")},
		{Key: "paths", Value: append(p.paths(), p.executionPath()...)},
	}
	if schemes := p.securitySchemes(); schemes != nil {
		description = append(description, cfn.Entry{Key: "components", Value: cfn.Map{{Key: "securitySchemes", Value: schemes}}})
		if usual := p.security(p.policy().Guards); usual != nil {
			description = append(description, cfn.Entry{Key: "security", Value: usual})
		}
	}
	return description
}

// paths groups the operations by path, in the order in which the paths come up.
func (p describer) paths() cfn.Map {
	var paths cfn.Map
	for _, m := range p.machines {
		if m.http == nil {
			continue
		}
		method := cfn.Entry{Key: strings.ToLower(m.http.Method), Value: p.operation(m)}
		at := slices.IndexFunc(paths, func(e cfn.Entry) bool { return e.Key == m.http.Path })
		if at < 0 {
			paths = append(paths, cfn.Entry{Key: m.http.Path, Value: cfn.Map{method}})
			continue
		}
		paths[at].Value = append(paths[at].Value.(cfn.Map), method)
	}
	return paths
}

func (p describer) operation(m *machinePlan) cfn.Map {
	fields := cfn.Map{{Key: "operationId", Value: m.Name}}.With("summary", m.Operation.Doc)
	var parameters cfn.List
	for _, name := range pathNames(m.http.Path) {
		parameters = append(parameters, cfn.Map{
			{Key: "name", Value: name}, {Key: "in", Value: "path"}, {Key: "required", Value: true},
			{Key: "schema", Value: schemaOf(parameterNamed(m.Operation, name))},
		})
	}
	for _, parameter := range m.Operation.Parameters {
		if parameter.In == "path" || parameter.In == "form" || slices.Contains(pathNames(m.http.Path), parameter.Name) {
			continue
		}
		fieldsOf := cfn.Map{{Key: "name", Value: parameter.Name}, {Key: "in", Value: cmp.Or(parameter.In, "query")}}
		if parameter.Required {
			fieldsOf = append(fieldsOf, cfn.Entry{Key: "required", Value: true})
		}
		parameters = append(parameters, append(fieldsOf.With("style", styleOf(parameter)), cfn.Entry{Key: "schema", Value: schemaOf(parameter)}))
	}
	answers := responses(m.Definition)
	if m.http.Async {
		parameters, answers = append(parameters, idempotencyKey(m.Operation)...), acceptances(answers)
	}
	fields = fields.With("parameters", parameters).With("requestBody", requestBody(m.Operation))
	return append(fields, p.ownSecurity(routeKey(m.http))...).With("responses", answers)
}

// styleOf says how an array stands in one text, "" where that goes without saying.
func styleOf(parameter ir.Parameter) string {
	if parameter.In != "query" {
		return ""
	}
	return map[string]string{" ": "spaceDelimited", "|": "pipeDelimited"}[parameter.Separator]
}

// pathNames are the names in braces of a path.
func pathNames(path string) []string {
	var names []string
	for segment := range strings.SplitSeq(path, "/") {
		if inner, ok := strings.CutPrefix(segment, "{"); ok {
			names = append(names, strings.TrimSuffix(strings.TrimSuffix(inner, "}"), "+"))
		}
	}
	return names
}

func parameterNamed(operation *ir.Operation, name string) ir.Parameter {
	at := slices.IndexFunc(operation.Parameters, func(p ir.Parameter) bool { return p.Name == name && (p.In == "path" || p.In == "") })
	if at < 0 {
		return ir.Parameter{Name: name}
	}
	return operation.Parameters[at]
}

// schemaOf is the schema of a parameter; a parameter that says nothing is a text.
func schemaOf(parameter ir.Parameter) *jsonata.Object {
	if written := parameter.Schema.JSON(schema.OpenAPI30); written.Len() > 0 {
		return written
	}
	return schema.Of("string").JSON(schema.OpenAPI30)
}

func requestBody(operation *ir.Operation) cfn.Map {
	body := operation.BodyOrNil
	if body == nil {
		return nil
	}
	var contents cfn.Map
	for _, content := range body.Contents {
		described := content.Schema
		switch {
		case ir.IsForm(content.MediaType):
			described = formOf(operation, described)
			addFiles(described, content.Files)
		case content.Stored:
			described = fileSchema()
		}
		written := cfn.Map{{Key: "schema", Value: described.JSON(schema.OpenAPI30)}}.With("encoding", encodings(content.Files))
		contents = append(contents, cfn.Entry{Key: content.MediaType, Value: written})
	}
	return cfn.Map{{Key: "required", Value: body.Required}, {Key: "content", Value: contents}}
}

// formOf is the object of an operation's form fields, with those that a schema requires.
func formOf(operation *ir.Operation, required *schema.Schema) *schema.Schema {
	form := schema.Of("object")
	if required != nil {
		form.AllOf = []*schema.Schema{required}
	}
	for _, parameter := range operation.Parameters {
		if parameter.In == "form" {
			form.Properties = append(form.Properties, schema.Property{Name: parameter.Name, Schema: cmp.Or(parameter.Schema, &schema.Schema{}), Required: parameter.Required})
		}
	}
	return form
}

// fileSchema is the schema of a file (OpenAPI 3.0.3, Considerations for File Uploads).
func fileSchema() *schema.Schema { return schema.Of("string").With("format", "binary") }

// addFiles adds the files of a form to its fields.
func addFiles(form *schema.Schema, files []ir.FilePart) {
	for _, file := range files {
		one := fileSchema()
		if file.MostBytes > 0 {
			one = one.With("maxLength", float64(file.MostBytes))
		}
		if file.Several {
			one = schema.ListOf(one)
			for _, bound := range []struct {
				keyword string
				value   int
			}{{"minItems", file.Least}, {"maxItems", file.Most}} {
				if bound.value > 0 {
					one = one.With(bound.keyword, float64(bound.value))
				}
			}
		}
		form.Properties = append(form.Properties, schema.Property{Name: file.Name, Schema: one, Required: file.Required})
	}
}

// encodings say which types the files of a form may have.
func encodings(files []ir.FilePart) cfn.Map {
	var list cfn.Map
	for _, file := range files {
		if len(file.Types) > 0 {
			list = append(list, cfn.Entry{Key: file.Name, Value: cfn.Map{{Key: "contentType", Value: strings.Join(file.Types, ", ")}}})
		}
	}
	return list
}

// responses lists the statuses that an operation answers with on purpose.
func responses(machine *asl.Machine) cfn.Map {
	var codes []int
	for at := range asl.Walk(machine) {
		if status, constant := field(outputOf(at.State), "statusCode").(float64); constant {
			codes = append(codes, int(status))
		}
	}
	slices.Sort(codes)
	var all cfn.Map
	for _, code := range slices.Compact(codes) {
		text := cmp.Or(http.StatusText(code), "Status "+strconv.Itoa(code))
		all = append(all, cfn.Entry{Key: strconv.Itoa(code), Value: cfn.Map{{Key: "description", Value: text}}})
	}
	return append(all, cfn.Entry{Key: "default", Value: cfn.Map{{Key: "description", Value: "An error: an object with a message."}}})
}

// outputOf is the output of a state that may end an execution.
func outputOf(state asl.State) any {
	if outcomes := asl.Outcomes(state); len(outcomes) > 0 {
		return outcomes[0].Output
	}
	return nil
}
