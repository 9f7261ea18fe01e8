package apichap

import (
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/diag"
)

// TestGenerated: a required property is not asked for when the operation gives it itself, and a note says so; any other is.
func TestGenerated(t *testing.T) {
	const api = "openapi: 3.0.0\npaths:\n  /pets:\n    post:\n      requestBody:\n        content:\n          MEDIA:\n            schema: {required: [id, name], properties: {id: {type: integer}, name: {type: string}}}\n"
	for _, test := range []struct {
		name, media, attribute, condition, answer string
		asked                                     bool
	}{
		{"generated", "application/json", "BODY($.name)", "", "{id: INTEGER(1)}", false},
		{"inside an object", "application/json", "BODY($['name'])", "", "{item: {id: INTEGER(1)}}", false},
		{"read in the older form", "application/json", "VALUE(BODY( ), $.name)", "", "{id: INTEGER(1)}", false},
		{"asked for in the older form", "application/json", "VALUE(BODY(), $.id)", "VALUE(BODY(), $.id) != NULL()", "{id: INTEGER(1)}", false},
		{"never answered", "application/json", "BODY($.name)", "", "{name: TEXT(a)}", true},
		{"read", "application/json", "BODY($.id)", "", "{id: INTEGER(1)}", true},
		{"read as a whole", "application/json", "BODY()", "", "{id: INTEGER(1)}", true},
		{"read by any name", "application/json", "BODY($..id)", "", "{id: INTEGER(1)}", true},
		{"answered from the body", "application/json", "BODY($.name)", "", "{id: BODY($.id)}", true},
		{"asked for", "application/json", "BODY($.id)", "BODY($.id) != NULL()", "{id: INTEGER(1)}", false},
		{"another asked for", "application/json", "BODY($.id)", "BODY($.name) != NULL()", "{id: INTEGER(1)}", true},
		{"a field of a form", "application/x-www-form-urlencoded", "PARAM(name)", "", "{id: PARAM(id)}", true},
	} {
		condition := ""
		if test.condition != "" {
			condition = "\n        if: " + test.condition
		}
		operation := "operations:\n  'post /pets':\n    fulfillments:\n      - type: generic" + condition + "\n        attributes: [{a: '" + strings.ReplaceAll(test.attribute, "'", "''") +
			"'}]\n    responses: [{name: ok, statuscode: 200, default: true, schema: " + test.answer + "}]\n"
		workflow, problems := parse(folder("openapi.yaml", strings.Replace(api, "MEDIA", test.media, 1), "a.yaml", operation))
		for _, problem := range problems {
			if problem.Code != codeOldForm && (problem.Severity != diag.Note || problem.Code != codeOpenAPI) {
				t.Errorf("%s: %s", test.name, describe(problem))
			}
		}
		asked := false
		for _, property := range workflow.Operations[0].BodyOrNil.Contents[0].Schema.Properties {
			asked = asked || property.Name == "id" && property.Required
		}
		told := slices.ContainsFunc(problems, func(d diag.Diagnostic) bool { return d.Code == codeOpenAPI })
		if asked != test.asked || told == test.asked {
			t.Errorf("%s: asked for: %v, %d notes", test.name, asked, len(problems))
		}
	}
}
