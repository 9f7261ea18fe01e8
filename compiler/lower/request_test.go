package lower_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/schema"
)

func TestParametersAreCheckedAndConverted(t *testing.T) {
	cases := []struct {
		name      string
		parameter ir.Parameter
		input     string
		want      string
	}{
		{"integer from text", ir.Parameter{Schema: schema.Of("integer")}, `{"param": {"p": "-12"}}`, `-12`},
		{"integer that is one", ir.Parameter{Schema: schema.Of("integer")}, `{"param": {"p": 12}}`, `12`},
		{"integer with a fraction", ir.Parameter{Schema: schema.Of("integer")}, `{"param": {"p": "1.5"}}`, `parameter p must be an integer`},
		{"number with a fraction as integer", ir.Parameter{Schema: schema.Of("integer")}, `{"param": {"p": 1.5}}`, `parameter p must be an integer`},
		{"integer that a number cannot hold", ir.Parameter{Schema: schema.Of("integer")}, `{"param": {"p": "12345678901234567890"}}`, `parameter p must be an integer`},
		{"integer with words", ir.Parameter{Schema: schema.Of("integer")}, `{"param": {"p": "12; drop"}}`, `parameter p must be an integer`},
		{"integer given twice", ir.Parameter{Schema: schema.Of("integer")}, `{"param": {"p": ["1", "2"]}}`, `parameter p must be an integer`},
		{"integer of a truth", ir.Parameter{Schema: schema.Of("integer")}, `{"param": {"p": true}}`, `parameter p must be an integer`},
		{"number", ir.Parameter{Schema: schema.Of("number")}, `{"param": {"p": "-1.5e3"}}`, `-1500`},
		{"not a number", ir.Parameter{Schema: schema.Of("number")}, `{"param": {"p": "1.5.2"}}`, `parameter p must be a number`},
		{"infinite number", ir.Parameter{Schema: schema.Of("number")}, `{"param": {"p": "1e999"}}`, `parameter p must be a number`},
		{"true", ir.Parameter{Schema: schema.Of("boolean")}, `{"param": {"p": "true"}}`, `true`},
		{"false", ir.Parameter{Schema: schema.Of("boolean")}, `{"param": {"p": false}}`, `false`},
		{"not a truth", ir.Parameter{Schema: schema.Of("boolean")}, `{"param": {"p": "yes"}}`, `parameter p must be true or false`},
		{"text", ir.Parameter{Schema: schema.Of("string")}, `{"param": {"p": "a"}}`, `"a"`},
		{"text from a number", ir.Parameter{Schema: schema.Of("string")}, `{"param": {"p": 7}}`, `"7"`},
		{"text given twice", ir.Parameter{Schema: schema.Of("string")}, `{"param": {"p": ["a", "b"]}}`, `parameter p must be a string`},
		{"list of one", ir.Parameter{Schema: schema.Of("array")}, `{"param": {"p": "a"}}`, `["a"]`},
		{"list", ir.Parameter{Schema: schema.ListOf(schema.Of("integer"))}, `{"param": {"p": ["1", "2"]}}`, `[1,2]`},
		{"list of one integer", ir.Parameter{Schema: schema.ListOf(schema.Of("integer"))}, `{"param": {"p": "1"}}`, `[1]`},
		{"list with a misfit", ir.Parameter{Schema: schema.ListOf(schema.Of("integer"))}, `{"param": {"p": ["1", "x"]}}`, `parameter p[1] must be an integer`},
		{"list of texts", ir.Parameter{Schema: schema.ListOf(schema.Of("string"))}, `{"param": {"p": ["1", "x"]}}`, `["1","x"]`},
		{"object", ir.Parameter{Schema: schema.Of("object")}, `{"param": {"p": {"a": 1}}}`, `{"a":1}`},
		{"not an object", ir.Parameter{Schema: schema.Of("object")}, `{"param": {"p": "a"}}`, `parameter p must be an object`},
		{"anything", ir.Parameter{}, `{"param": {"p": ["1"]}}`, `["1"]`},
		{"absent", ir.Parameter{Schema: schema.Of("integer")}, `{"param": {}}`, `null`},
		{"no parameters at all", ir.Parameter{Schema: schema.Of("integer")}, `{}`, `null`},
		{"empty", ir.Parameter{Schema: schema.Of("integer")}, `{"param": {"p": ""}}`, `null`},
		{"null", ir.Parameter{Schema: schema.Of("integer")}, `{"param": {"p": null}}`, `null`},
		{"default", ir.Parameter{Schema: &schema.Schema{Types: []string{"integer"}, DefaultOrNil: 20.0}}, `{"param": {"p": ""}}`, `20`},
		{"required and absent", ir.Parameter{Schema: schema.Of("integer"), Required: true}, `{"param": {}}`, `parameter p is required`},
		{"required and empty", ir.Parameter{Required: true}, `{"param": {"p": ""}}`, `parameter p is required`},
		{"header", ir.Parameter{In: "header"}, `{"header": {"p": "h"}, "param": {"p": "q"}}`, `"h"`},
		{"list in a header", ir.Parameter{In: "header", Schema: schema.ListOf(schema.Of("integer")), Separator: ","}, `{"header": {"p": "1, 2 ,3"}}`, `[1,2,3]`},
		{"list in a path", ir.Parameter{In: "path", Schema: schema.ListOf(schema.Of("string")), Separator: ","}, `{"param": {"p": "a, b"}}`, `["a"," b"]`},
		{"header given by name", ir.Parameter{In: "header"}, `{"param": {"p": "q"}}`, `"q"`},
		{"query, not header", ir.Parameter{In: "query"}, `{"header": {"p": "h"}}`, `null`},
		{"anywhere", ir.Parameter{}, `{"header": {"p": "h"}}`, `"h"`},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			test.parameter.Name = "p"
			made := operation(answer("$param.p"))
			made.Parameters = []ir.Parameter{test.parameter}
			expect(t, run(t, compile(t, made), test.input, nil), refusedOr(test.want))
		})
	}
}

// refusedOr gives the whole answer of a refusal when the text is a message.
func refusedOr(want string) string {
	if strings.HasPrefix(want, "parameter ") || strings.HasPrefix(want, "property ") || strings.HasPrefix(want, "request ") {
		return `{"statusCode":400,"body":{"message":"` + want + `"}}`
	}
	return want
}

func TestParameterNamesOfAnyKind(t *testing.T) {
	made := operation(answer("$param.`Content-Language` & $param.`a b`"))
	made.Parameters = []ir.Parameter{{Name: "Content-Language", In: "header", Required: true}, {Name: "a b", In: "query", Schema: schema.Of("integer")}}
	expect(t, run(t, compile(t, made), `{"header": {"content-language": "en"}, "param": {"a b": "5"}}`, nil), `"en5"`)
}

func TestUndeclaredParametersPass(t *testing.T) {
	machine := compile(t, operation(answer("[$param.a, $exists($param.b)]")))
	expect(t, run(t, machine, `{"param": {"a": "1"}}`, nil), `["1",false]`)
	expect(t, run(t, machine, `{}`, nil), `[false]`)
}

func TestNoRequestStateWithoutNeed(t *testing.T) {
	if types := stateTypes(t, compile(t, operation(answer("1")))); len(types) != 1 {
		t.Errorf("want the response alone, got %v", types)
	}
}

func TestRequestBody(t *testing.T) {
	wanted := schema.Of("object")
	wanted.Properties = []schema.Property{
		{Name: "title", Schema: schema.Of("string"), Required: true},
		{Name: "count", Schema: &schema.Schema{Types: []string{"integer"}, Nullable: true}},
		{Name: "tags", Schema: schema.ListOf(schema.Of("string"))},
		{Name: "more", Schema: schema.Of("object")},
	}
	cases := map[string]string{
		`{}`:                                         `request body is required`,
		`{"body": null}`:                             `request body is required`,
		`{"body": [1]}`:                              `request body must be an object`,
		`{"body": "x"}`:                              `request body must be an object`,
		`{"body": {}}`:                               `property title is required`,
		`{"body": {"title": null}}`:                  `property title must be a string`,
		`{"body": {"title": 5}}`:                     `property title must be a string`,
		`{"body": {"title": "a", "count": 1.5}}`:     `property count must be an integer or null`,
		`{"body": {"title": "a", "count": "1"}}`:     `property count must be an integer or null`,
		`{"body": {"title": "a", "tags": "b"}}`:      `property tags must be a list`,
		`{"body": {"title": "a", "tags": ["b", 1]}}`: `property tags[1] must be a string`,
		`{"body": {"title": "a", "more": []}}`:       `property more must be an object`,
		`{"body": {"title": "", "count": 1, "tags": [], "more": {}, "unknown": false}}`: `"ok"`,
		`{"body": {"title": "a", "count": null, "tags": ["b"]}}`:                        `"ok"`,
	}
	made := operation(answer("'ok'"))
	made.BodyOrNil = inJSON(wanted)
	made.BodyOrNil.Required = true
	machine := compile(t, made)
	for input, want := range cases {
		expect(t, run(t, machine, input, nil), refusedOr(want))
	}
	optional := operation(answer("'ok'"))
	optional.BodyOrNil = inJSON(wanted)
	machine = compile(t, optional)
	expect(t, run(t, machine, `{}`, nil), `"ok"`)
	expect(t, run(t, machine, `{"body": null}`, nil), `"ok"`)
	expect(t, run(t, machine, `{"body": {}}`, nil), refusedOr(`property title is required`))
}

func inJSON(wanted *schema.Schema) *ir.RequestBody {
	return &ir.RequestBody{Contents: []ir.Content{{MediaType: "application/json", Schema: wanted}}}
}

// TestMediaTypes: a body of a type that is not described is refused, and each described type is checked against its own schema.
func TestMediaTypes(t *testing.T) {
	made := operation(answer("'ok'"))
	made.BodyOrNil = inJSON(schema.Of("object"))
	machine := compile(t, made)
	for header, want := range map[string]int{
		`"application/json"`: 0, `"Application/JSON; charset=utf-8"`: 0, `"text/plain"`: 415, `"application/x-www-form-urlencoded"`: 415,
		`"application/jsonx"`: 415, `"xapplication/json"`: 415, `"application/vnd.a+json"`: 415, `""`: 0,
	} {
		got := run(t, machine, `{"header": {"content-type": `+header+`}, "body": {}}`, nil)
		if want == 0 {
			expect(t, got, `"ok"`)
			continue
		}
		expect(t, got, `{"statusCode":415,"body":{"message":"the content type must be application/json"}}`)
	}
	expect(t, run(t, machine, `{"header": {"content-type": "text/plain"}, "body": null}`, nil), `"ok"`)
	expect(t, run(t, machine, `{"body": {}}`, nil), `"ok"`)
	made.BodyOrNil.Contents = append(made.BodyOrNil.Contents, ir.Content{MediaType: "text/*", Schema: schema.Of("string").With("maxLength", 2.0)})
	machine = compile(t, made)
	expect(t, run(t, machine, `{"body": "abc"}`, nil), refusedOr("request body must be an object"))
	expect(t, run(t, machine, `{"header": {"content-type": "text/csv"}, "body": "abc"}`, nil), refusedOr("request body must have at most 2 characters"))
	expect(t, run(t, machine, `{"header": {"content-type": "text/csv"}, "body": "ab"}`, nil), `"ok"`)
	expect(t, run(t, machine, `{"header": {"content-type": "application/json"}, "body": "abc"}`, nil), refusedOr("request body must be an object"))
	expect(t, run(t, machine, `{"header": {"content-type": "image/png"}, "body": "abc"}`, nil), `{"statusCode":415,"body":{"message":"the content type must be application/json or text/*"}}`)
}

func TestCookies(t *testing.T) {
	made := operation(answer("$param.sid"))
	made.Parameters = []ir.Parameter{{Name: "sid", In: "cookie", Schema: schema.Of("integer")}}
	machine := compile(t, made)
	for input, want := range map[string]string{
		`{"header": {"cookie": "a=1; sid=7; b=2"}}`: `7`, `{"header": {"cookie": "xsid=1"}}`: `null`, `{}`: `null`, `{"header": {"cookie": "sid=8"}}`: `8`,
		`{"header": {"cookie": "sid=x"}}`: `parameter sid must be an integer`,
	} {
		expect(t, run(t, machine, input, nil), refusedOr(want))
	}
}

func TestRefusalComesBeforeAnythingElse(t *testing.T) {
	made := operation(echo("a", "1"), answer("$a"))
	made.Parameters = []ir.Parameter{{Name: "limit", In: "query", Schema: schema.Of("integer")}}
	got := run(t, compile(t, made), `{"param": {"limit": "x"}}`, nil)
	expect(t, got, refusedOr(`parameter limit must be an integer`))
	if len(got.calls) > 0 {
		t.Errorf("functions were called: %v", got.calls)
	}
}
