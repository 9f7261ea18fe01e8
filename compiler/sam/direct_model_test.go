package sam_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/schema"
)

// TestDirectModels: in direct mode the REST API checks required bodies by models, which it names and refers to.
func TestDirectModels(t *testing.T) {
	app := constant(t)
	order := schema.Of("object")
	order.Properties = []schema.Property{{Name: "count", Schema: schema.Of("integer").With("exclusiveMinimum", 0.0), Required: true}}
	operation := app.Workflow.Operations[0]
	operation.BodyOrNil = &ir.RequestBody{Required: true, Contents: []ir.Content{{MediaType: "application/json", Schema: order}}}
	files, list := sam.Generate(app, sam.Options{API: sam.APIDirect})
	noErrors(t, list)
	template := strings.Join(strings.Fields(string(files[sam.TemplateFile])), " ")
	for _, want := range []string{
		"x-amazon-apigateway-request-validators: body: validateRequestBody: true",
		"x-amazon-apigateway-request-validator: body",
		"type: object required: - count properties: count: type: integer minimum: 0 exclusiveMinimum: true",
		"BAD_REQUEST_BODY: statusCode: '400'",
	} {
		if !strings.Contains(template, want) {
			t.Errorf("no %q in\n%s", want, files[sam.TemplateFile])
		}
	}
	operation.BodyOrNil.Contents[0].MediaType = "text/plain"
	if _, list := sam.Generate(app, sam.Options{API: sam.APIDirect}); len(list) != 1 || !strings.Contains(list[0].Summary, "its body is not JSON") {
		t.Errorf("got %v", list)
	}
}
