package inputs_test

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/steploom/steploom/compiler/inputs"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
)

func read(text string) ([]inputs.Input, *source.Reader) {
	reader := &source.Reader{}
	node := reader.Read(source.File{Path: "w.yaml", Bytes: []byte("inputs: " + text)}).Get("inputs")
	return inputs.Reader{Code: "I1", Strays: source.Strays{Unknown: "U1", Describes: "D1", Documentation: "description"}}.Read(node), reader
}

// TestRead reads declarations in all their spellings.
func TestRead(t *testing.T) {
	type one struct {
		name, kind string
		required   bool
		hasDefault bool
	}
	for _, c := range []struct {
		text    string
		want    []one
		reports int
	}{
		{"[a, b]", []one{{name: "a"}, {name: "b"}}, 0},
		{"{a: int, b: list, c: a text}", []one{{name: "a", kind: "integer"}, {name: "b", kind: "array"}, {name: "c"}}, 0},
		{"{a: {type: string, required: true, default: x}}", []one{{"a", "string", true, true}}, 0},
		{"[{name: a, type: float}]", []one{{name: "a", kind: "number"}}, 0},
		{"{a: {schema: {type: boolean, default: false}, description: d}}", []one{{"a", "boolean", false, true}}, 0},
		{"{a: {schema: {type: boolean}, stray: 1}}", []one{{name: "a", kind: "boolean"}}, 1},
		{"{a: {type: strin}}", []one{{name: "a"}}, 1},
		{"{a: {type: array, items: string}}", []one{{name: "a", kind: "array"}}, 1},
		{"[{type: string, default: 1}]", nil, 1},
	} {
		declared, reader := read(c.text)
		var got []one
		for _, i := range declared {
			got = append(got, one{i.Name, i.Schema.Type(), i.Required, i.DefaultOrNil != nil})
		}
		if !reflect.DeepEqual(got, c.want) || len(reader.Problems()) != c.reports {
			t.Errorf("%s: %+v %v", c.text, got, reader.Problems())
		}
	}
}

// run carries out the steps of inputs on an execution input: what the variable holds in the end, or how the run was refused.
func run(t *testing.T, of inputs.Inputs, input string) (held, refused string) {
	t.Helper()
	given, err := jsonata.Decode([]byte(input))
	if err != nil {
		t.Fatal(err)
	}
	states, err := jsonata.Decode([]byte(`{"context": {"Execution": {"Input": ` + input + `}}}`))
	if err != nil {
		t.Fatal(err)
	}
	variables := jsonata.Variables{"states": states}
	eval := func(node jsonata.Node) any {
		expression, err := jsonata.CompileNode(node, jsonata.AWS())
		if err != nil {
			t.Fatal(err)
		}
		value, err := expression.Eval(context.Background(), given, variables)
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	for _, step := range of.Steps(of.Given(func(node *source.Node) ir.Value { return source.JSON(node, source.Scalars) }), nil) {
		switch step := step.(type) {
		case *ir.Assign:
			variables[step.Bindings[0].Name] = eval(step.Bindings[0].Value.(jsonata.Node))
		case *ir.Branch:
			for _, one := range step.Cases {
				if eval(one.When) != true {
					continue
				}
				if end, isReturn := one.Body[0].(*ir.Return); isReturn {
					text, _ := json.Marshal(end.Body)
					return "", string(text)
				}
				return "", one.Body[0].(*ir.Fail).Error.(string)
			}
		}
	}
	text, _ := json.Marshal(variables[of.Variable])
	return string(text), ""
}

// TestSteps finds inputs where they come from, and refuses what does not fit.
func TestSteps(t *testing.T) {
	declared, _ := read("{n: {type: integer, required: true}, s: {type: string, default: x}}")
	byHand, byRequest := inputs.Inputs{Declared: declared, Variable: "inputs"}, inputs.Inputs{Declared: declared, Variable: "inputs", AnswersHTTP: true}
	for _, c := range []struct {
		of            inputs.Inputs
		input         string
		held, refused string
	}{
		{byHand, `{"n": 1}`, `{"s":"x","n":1}`, ""},
		{byHand, `{"n": 1, "s": "y"}`, `{"s":"y","n":1}`, ""},
		{byHand, `{}`, "", task.RequestInvalid},
		{byHand, `{"n": "1"}`, "", task.RequestInvalid},
		{byHand, `[]`, "", task.RequestInvalid},
		{byRequest, `{"trigger": "http", "body": {"n": 2}, "param": {"s": "y"}}`, `{"s":"y","n":2}`, ""},
		{byRequest, `{"trigger": "http", "body": null, "param": {"n": "7"}}`, `{"s":"x","n":7}`, ""},
		{byRequest, `{"trigger": "http", "body": null, "param": {"n": "seven"}}`, "", `{"message":"the input n must be an integer"}`},
		{byRequest, `{"trigger": "http", "body": null, "param": {}}`, "", `{"message":"the input n is missing"}`},
	} {
		if held, refused := run(t, c.of, c.input); held != c.held || refused != c.refused {
			t.Errorf("%s: holds %s, refused %s; want %s, %s", c.input, held, refused, c.held, c.refused)
		}
	}
}
