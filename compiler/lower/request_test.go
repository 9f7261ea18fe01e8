package lower_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
)

func TestParametersAreCheckedAndConverted(t *testing.T) {
	cases := []struct {
		name      string
		parameter ir.Parameter
		input     string
		want      string
	}{
		{"integer from text", ir.Parameter{Type: "integer"}, `{"param": {"p": "-12"}}`, `-12`},
		{"integer that is one", ir.Parameter{Type: "integer"}, `{"param": {"p": 12}}`, `12`},
		{"integer with a fraction", ir.Parameter{Type: "integer"}, `{"param": {"p": "1.5"}}`, `parameter p must be an integer`},
		{"number with a fraction as integer", ir.Parameter{Type: "integer"}, `{"param": {"p": 1.5}}`, `parameter p must be an integer`},
		{"integer that a number cannot hold", ir.Parameter{Type: "integer"}, `{"param": {"p": "12345678901234567890"}}`, `parameter p must be an integer`},
		{"integer with words", ir.Parameter{Type: "integer"}, `{"param": {"p": "12; drop"}}`, `parameter p must be an integer`},
		{"integer given twice", ir.Parameter{Type: "integer"}, `{"param": {"p": ["1", "2"]}}`, `parameter p must be an integer`},
		{"integer of a truth", ir.Parameter{Type: "integer"}, `{"param": {"p": true}}`, `parameter p must be an integer`},
		{"number", ir.Parameter{Type: "number"}, `{"param": {"p": "-1.5e3"}}`, `-1500`},
		{"not a number", ir.Parameter{Type: "number"}, `{"param": {"p": "1.5.2"}}`, `parameter p must be a number`},
		{"infinite number", ir.Parameter{Type: "number"}, `{"param": {"p": "1e999"}}`, `parameter p must be a number`},
		{"true", ir.Parameter{Type: "boolean"}, `{"param": {"p": "true"}}`, `true`},
		{"false", ir.Parameter{Type: "boolean"}, `{"param": {"p": false}}`, `false`},
		{"not a truth", ir.Parameter{Type: "boolean"}, `{"param": {"p": "yes"}}`, `parameter p must be true or false`},
		{"text", ir.Parameter{Type: "string"}, `{"param": {"p": "a"}}`, `"a"`},
		{"text from a number", ir.Parameter{Type: "string"}, `{"param": {"p": 7}}`, `"7"`},
		{"text given twice", ir.Parameter{Type: "string"}, `{"param": {"p": ["a", "b"]}}`, `parameter p must be a string`},
		{"list of one", ir.Parameter{Type: "array"}, `{"param": {"p": "a"}}`, `["a"]`},
		{"list", ir.Parameter{Type: "array", Items: "integer"}, `{"param": {"p": ["1", "2"]}}`, `[1,2]`},
		{"list of one integer", ir.Parameter{Type: "array", Items: "integer"}, `{"param": {"p": "1"}}`, `[1]`},
		{"list with a misfit", ir.Parameter{Type: "array", Items: "integer"}, `{"param": {"p": ["1", "x"]}}`, `parameter p must be a list, each item an integer`},
		{"list of texts", ir.Parameter{Type: "array", Items: "string"}, `{"param": {"p": ["1", "x"]}}`, `["1","x"]`},
		{"object", ir.Parameter{Type: "object"}, `{"param": {"p": {"a": 1}}}`, `{"a":1}`},
		{"not an object", ir.Parameter{Type: "object"}, `{"param": {"p": "a"}}`, `parameter p must be an object`},
		{"anything", ir.Parameter{}, `{"param": {"p": ["1"]}}`, `["1"]`},
		{"absent", ir.Parameter{Type: "integer"}, `{"param": {}}`, `null`},
		{"no parameters at all", ir.Parameter{Type: "integer"}, `{}`, `null`},
		{"empty", ir.Parameter{Type: "integer"}, `{"param": {"p": ""}}`, `null`},
		{"null", ir.Parameter{Type: "integer"}, `{"param": {"p": null}}`, `null`},
		{"default", ir.Parameter{Type: "integer", DefaultOrNil: 20.0}, `{"param": {"p": ""}}`, `20`},
		{"required and absent", ir.Parameter{Type: "integer", Required: true}, `{"param": {}}`, `parameter p is required`},
		{"required and empty", ir.Parameter{Required: true}, `{"param": {"p": ""}}`, `parameter p is required`},
		{"header", ir.Parameter{In: "header"}, `{"header": {"p": "h"}, "param": {"p": "q"}}`, `"h"`},
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
	made.Parameters = []ir.Parameter{{Name: "Content-Language", In: "header", Required: true}, {Name: "a b", In: "query", Type: "integer"}}
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
	body := &ir.RequestBody{Required: true, Type: "object", Properties: []ir.Parameter{
		{Name: "title", Type: "string", Required: true},
		{Name: "count", Type: "integer"},
		{Name: "tags", Type: "array", Items: "string"},
		{Name: "more", Type: "object"},
	}}
	cases := map[string]string{
		`{}`:                                         `request body is required`,
		`{"body": null}`:                             `request body is required`,
		`{"body": [1]}`:                              `request body must be an object`,
		`{"body": "x"}`:                              `request body must be an object`,
		`{"body": {}}`:                               `property title is required`,
		`{"body": {"title": null}}`:                  `property title is required`,
		`{"body": {"title": 5}}`:                     `property title must be a string`,
		`{"body": {"title": "a", "count": 1.5}}`:     `property count must be an integer`,
		`{"body": {"title": "a", "count": "1"}}`:     `property count must be an integer`,
		`{"body": {"title": "a", "tags": "b"}}`:      `property tags must be a list, each item a string`,
		`{"body": {"title": "a", "tags": ["b", 1]}}`: `property tags must be a list, each item a string`,
		`{"body": {"title": "a", "more": []}}`:       `property more must be an object`,
		`{"body": {"title": "", "count": 1, "tags": [], "more": {}, "unknown": false}}`: `"ok"`,
		`{"body": {"title": "a", "count": null, "tags": ["b"]}}`:                        `"ok"`,
	}
	made := operation(answer("'ok'"))
	made.BodyOrNil = body
	machine := compile(t, made)
	for input, want := range cases {
		expect(t, run(t, machine, input, nil), refusedOr(want))
	}
	optional := operation(answer("'ok'"))
	optional.BodyOrNil = &ir.RequestBody{Properties: []ir.Parameter{{Name: "title", Type: "string", Required: true}}}
	machine = compile(t, optional)
	expect(t, run(t, machine, `{}`, nil), `"ok"`)
	expect(t, run(t, machine, `{"body": {}}`, nil), refusedOr(`property title is required`))
}

func TestRefusalComesBeforeAnythingElse(t *testing.T) {
	made := operation(echo("a", "1"), answer("$a"))
	made.Parameters = []ir.Parameter{{Name: "limit", In: "query", Type: "integer"}}
	got := run(t, compile(t, made), `{"param": {"limit": "x"}}`, nil)
	expect(t, got, refusedOr(`parameter limit must be an integer`))
	if len(got.calls) > 0 {
		t.Errorf("functions were called: %v", got.calls)
	}
}
