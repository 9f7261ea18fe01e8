package osop_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/engine"
)

// TestInputs: what a run is given fits its schema, and what a request brings as text is read as what it stands for.
func TestInputs(t *testing.T) {
	const text = "osop_version: '2.0'\nid: t\nname: t\n%sinputs: {x: %s}\nnodes:\n  - {id: a, type: agent, x-steploom-lambda: w, inputs: [x], outputs: [r]}\n"
	const hook = "triggers: [{type: webhook, path: '/items/{x}', method: GET}]\n"
	request := func(x string) string { return `{"trigger":"http","param":{"x":` + x + `},"header":{}}` }
	body := func(x string) string { return `{"trigger":"http","param":{},"header":{},"body":{"x":` + x + `}}` }
	tests := []struct{ triggers, schema, input, want string }{
		{"", "{type: integer}", `{"x":5}`, "5"},
		{"", "{type: integer}", `{"x":5.5}`, "must be an integer"},
		{"", "{type: integer}", `{"x":"5"}`, "must be an integer"},
		{"", "{type: integer}", `{}`, "null"},
		{"", "{type: integer, default: 7}", `{}`, "7"},
		{"", "{type: integer, required: true}", `{}`, "the input x is missing"},
		{"", "{type: number, minimum: 1, maximum: 5}", `{"x":0.5}`, "the input x must be at least 1"},
		{"", "{type: number, minimum: 1, maximum: 5}", `{"x":6}`, "the input x must be at most 5"},
		{"", "{type: string, enum: [a, b]}", `{"x":"c"}`, "the input x must be"},
		{"", "{type: string, enum: [a, b]}", `{"x":"a"}`, `"a"`},
		{"", "{type: string, pattern: '^[a-z]+$'}", `{"x":"A"}`, "the input x"},
		{"", "{type: string, minLength: 2}", `{"x":"A"}`, "the input x"},
		{"", "{type: string, maxLength: 2}", `{"x":"AAA"}`, "the input x"},
		{"", "{type: string, format: email}", `{"x":"none"}`, "the input x"},
		{"", "{type: array, items: {type: integer}, minItems: 1}", `{"x":[]}`, "the input x"},
		{"", "{type: array, items: {type: integer}}", `{"x":["a"]}`, "the input x"},
		{"", "{type: array, items: {type: integer}}", `{"x":[1]}`, "[1]"},
		{"", "{type: array, items: string}", `{"x":[1]}`, "[1]"},
		{"", "{type: array, items: string}", `{"x":1}`, "must be a list"},
		{"", "integer", `{"x":"5"}`, "must be an integer"},
		{"", "list", `{"x":5}`, "must be a list"},
		{"", "{type: int}", `{"x":"5"}`, "must be an integer"},
		{"", "{schema: {type: boolean}, required: true}", `{"x":1}`, "must be true or false"},
		{"", "{schema: {type: boolean, default: true}}", `{}`, "true"},
		{hook, "{type: integer}", request(`"5"`), "5"},
		{hook, "{type: integer}", request(`"abc"`), "400 the input x must be an integer"},
		{hook, "{type: integer}", request(`"5.5"`), "400 the input x must be an integer"},
		{hook, "{type: integer, maximum: 4}", request(`"5"`), "400 the input x must be at most 4"},
		{hook, "{type: boolean}", request(`"true"`), "true"},
		{hook, "{type: string}", request(`"5"`), `"5"`},
		{hook, "{}", request(`"5"`), `"5"`},
		{hook, "{type: integer}", body(`5`), "5"},
		{hook, "{type: integer}", body(`"5"`), "400 the input x must be an integer"},
		{hook, "{type: integer}", `{"trigger":"http","param":{},"header":{}}`, "null"},
	}
	for _, test := range tests {
		r := compile(t, graphFile(fmt.Sprintf(text, test.triggers, test.schema)))
		got := ""
		r.answer = func(called engine.Task, _ int) (any, error) {
			got = strings.TrimSuffix(strings.SplitN(encoded(t, called.Payload), `"inputs":{"x":`, 2)[1], `},"outputs":["r"]}`)
			return nil, nil
		}
		result := r.run(decoded(t, test.input))
		if got == "" {
			got = result.Cause + encoded(t, result.Output)
			got = strings.NewReplacer(`{"statusCode":400,"body":{"message":"`, "400 ", `"}}`, "").Replace(got)
		}
		if got != test.want && !(len(test.want) > 8 && strings.Contains(got, test.want)) {
			t.Errorf("%s%s of %s: %s, want %s", test.triggers, test.schema, test.input, got, test.want)
		}
	}
}

// TestInputsRefused: a key about an input that has no effect is told.
func TestInputsRefused(t *testing.T) {
	const text = "osop_version: '2.0'\nid: t\nname: t\ninputs: {x: %s}\nnodes:\n  - {id: a, type: agent, x-steploom-lambda: w, inputs: [x], outputs: [r]}\n"
	for schema, want := range map[string]string{
		"{type: strng}":                     `"strng" is not a type of JSON`,
		"{type: date}":                      `"date" is not a type of JSON`,
		"{tpye: string}":                    "tpye",
		"{type: string, patern: a}":         "patern",
		"{type: string, maximum: 5}":        "maximum",
		"{type: string, pattern: '('}":      "pattern",
		"{schema: {type: string}, enum: 1}": "enum",
		"{requierd: true}":                  "requierd",
	} {
		list := strings.Join(found(graphFile(fmt.Sprintf(text, schema))), "\n")
		if !strings.Contains(list, want) {
			t.Errorf("%s: %s, want %s", schema, list, want)
		}
	}
}
