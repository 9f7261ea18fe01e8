package schema_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// TestModel compares random schemas and values with an independent validator: what it refuses is refused, with a message that names a place
// inside of the value, and nothing else is.
func TestModel(t *testing.T) {
	tried, refused := 0, 0
	property.Check(t, func(r *rapid.T) {
		g := random(r)
		text := encoded(t, g.schema(3))
		check, expression := compiled(t, text), problem(t, read(t, text))
		for range 100 {
			value := g.value(3)
			if g.IntN(3) > 0 {
				value = g.fitting(t, text)
			}
			got := evaluate(t, expression, value)
			err := check.Validate(decoded(t, encoded(t, value)))
			if tried++; err != nil {
				refused++
			}
			if (got == "") != (err == nil) {
				t.Fatalf("schema %s\nvalue %s\nmessage %q\nvalidator %v", text, encoded(t, value), got, err)
			}
			if got != "" && !strings.HasPrefix(got, "body") {
				t.Fatalf("schema %s\nvalue %s: the message does not name the value: %q", text, encoded(t, value), got)
			}
		}
	})
	t.Logf("%d of %d values refused", refused, tried)
	if refused < tried/10 || refused > tried/10*9 {
		t.Errorf("%d of %d values were refused: the generator tries too little", refused, tried)
	}
}

func random(r *rapid.T) generator {
	return generator{rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))}
}

// TestJSON: what is written of a schema means what was read.
func TestJSON(t *testing.T) {
	property.Check(t, func(r *rapid.T) {
		g := random(r)
		text := encoded(t, g.schema(3))
		written, err := jsonata.Encode(read(t, text).JSON(schema.JSONSchema))
		if err != nil {
			t.Fatal(err)
		}
		before, after := compiled(t, text), compiled(t, string(written))
		for range 20 {
			value := decoded(t, encoded(t, g.value(3)))
			if (before.Validate(value) == nil) != (after.Validate(value) == nil) {
				t.Fatalf("schema %s is not written as it was read: %s", text, written)
			}
		}
	})
}

// TestModels: a model of API Gateway lets through every value that fits the schema which it was made of.
func TestModels(t *testing.T) {
	tried, refused := 0, 0
	property.Check(t, func(r *rapid.T) {
		g := random(r)
		text := encoded(t, g.schema(3))
		written, err := jsonata.Encode(read(t, text).JSON(schema.Draft4))
		if err != nil {
			t.Fatal(err)
		}
		check, model := compiled(t, text), compiledAs(t, string(written), validator.Draft4)
		for range 60 {
			value := decoded(t, encoded(t, g.value(3)))
			if g.IntN(3) > 0 {
				value = decoded(t, encoded(t, g.fitting(t, text)))
			}
			tried++
			if err := model.Validate(value); err != nil {
				refused++
				if check.Validate(value) == nil {
					t.Fatalf("schema %s\nmodel %s\nrefuses %s: %v", text, written, encoded(t, value), err)
				}
			}
		}
	})
	if refused < tried/10 {
		t.Errorf("models refused %d of %d values: they check too little", refused, tried)
	}
}

func read(t *testing.T, text string) *schema.Schema {
	t.Helper()
	var r source.Reader
	wanted := schema.Read(r.Read(source.File{Path: "schema.yaml", Bytes: []byte(text)}), schema.Source{})
	for _, found := range r.Problems() {
		if found.Code != "SCH003" {
			t.Fatalf("%s\n%s: %s", text, found.Code, found.Summary)
		}
	}
	return wanted
}

func problem(t *testing.T, wanted *schema.Schema) *jsonata.Expression {
	t.Helper()
	node := wanted.Problem(schema.Subject{Value: build.Var("x"), Name: "body"})
	if node == nil {
		node = build.Null()
	}
	if depth := jsonata.Depth(node); depth > 80 {
		t.Fatalf("%d levels deep: %s", depth, jsonata.Print(node))
	}
	expression, err := jsonata.Compile(jsonata.Print(node), jsonata.AWS())
	if err != nil {
		t.Fatalf("%s: %v", jsonata.Print(node), err)
	}
	return expression
}

// evaluate gives the message, "" for a value that fits.
func evaluate(t *testing.T, expression *jsonata.Expression, value any) string {
	t.Helper()
	input, err := jsonata.Decode([]byte(encoded(t, value)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := expression.Eval(context.Background(), nil, jsonata.Variables{"x": input})
	if err != nil {
		t.Fatalf("%s with %s: %v", expression, encoded(t, value), err)
	}
	text, _ := got.(string)
	return text
}

func compiled(t *testing.T, text string) *validator.Schema {
	t.Helper()
	return compiledAs(t, text, validator.Draft2020)
}

func compiledAs(t *testing.T, text string, draft *validator.Draft) *validator.Schema {
	t.Helper()
	compiler := validator.NewCompiler()
	compiler.DefaultDraft(draft)
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", decoded(t, text)); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	check, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return check
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	value, err := validator.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

func encoded(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// generator makes schemas and values that often nearly fit.
type generator struct{ *rand.Rand }

type dict = map[string]any

func (g generator) pick(words ...any) any { return words[g.IntN(len(words))] }

func (g generator) schema(depth int) dict {
	s := dict{}
	kinds := []string{"string", "integer", "number", "boolean", "string", "integer"}
	if depth > 0 {
		kinds = append(kinds, "object", "array", "object", "array")
	}
	kind := kinds[g.IntN(len(kinds))]
	switch g.IntN(8) {
	case 0:
		s["type"] = []any{kind, "null"}
	case 1:
		s["type"] = distinct(kind, kinds[g.IntN(len(kinds))])
	case 2: // any type
	default:
		s["type"] = kind
	}
	g.limits(s, kind, depth)
	if depth > 0 && g.IntN(6) == 0 {
		list := []any{g.schema(depth - 1), g.schema(depth - 1)}
		s[g.pick("allOf", "anyOf", "oneOf").(string)] = list
	}
	if depth > 0 && g.IntN(12) == 0 {
		s["not"] = g.schema(depth - 1)
	}
	if g.IntN(8) == 0 {
		s["enum"] = []any{g.value(depth), g.value(depth), g.value(0)}
	}
	if s["properties"] != nil && s["type"] == nil {
		s["type"] = "object" // so it is read
	}
	return s
}

func distinct(words ...string) []any {
	slices.Sort(words)
	var all []any
	for _, word := range slices.Compact(words) {
		all = append(all, word)
	}
	return all
}

func (g generator) limits(s dict, kind string, depth int) {
	some := func(name string, value any) {
		if g.IntN(3) == 0 {
			s[name] = value
		}
	}
	switch kind {
	case "string":
		some("minLength", g.IntN(4))
		some("maxLength", g.IntN(6))
		some("pattern", g.pick(`^[a-c]*$`, `b`, `^a|c$`, `^\d+/x$`, `^[^\s{}()]+$`, `^(a|b(c)?){1,2}$`, `[$&]`, `^é?.$`, `^\D{1,2}$`, `^[^a]$`, `^(😀|.b)+$`, `a{,2}|b{2}`, `(?<n>a)b`, `[)\]]`, `^.{2,3}$`, `\bab\b`, `a/b`))
		some("format", g.pick("date", "date-time", "uuid", "email", "ipv4", "ipv6", "uri", "hostname", "time", "duration"))
	case "integer", "number":
		some("minimum", g.number())
		some("maximum", g.number())
		some("exclusiveMinimum", g.number())
		some("exclusiveMaximum", g.number())
		some("multipleOf", g.pick(2, 3, 0.1, 0.25, 0.01, 1.5))
	case "array":
		some("minItems", g.IntN(3))
		some("maxItems", g.IntN(4))
		some("uniqueItems", true)
		s["items"] = g.schema(depth - 1)
	case "object":
		g.object(s, depth)
	}
}

func (g generator) object(s dict, depth int) {
	properties, required := dict{}, []any{}
	for _, name := range []string{"a", "b c", "id"} {
		if g.IntN(3) > 0 {
			properties[name] = g.schema(depth - 1)
		}
		if g.IntN(3) == 0 {
			required = append(required, name)
		}
	}
	s["properties"] = properties
	if len(required) > 0 {
		s["required"] = required
	}
	switch g.IntN(5) {
	case 0:
		s["additionalProperties"] = false
	case 1:
		s["additionalProperties"] = g.schema(depth - 1)
	case 2:
		s["minProperties"], s["maxProperties"] = g.IntN(3), 1+g.IntN(3)
	}
}

func (g generator) number() any {
	return g.pick(0, 1, -1, 2, 3, 5, 0.5, 1.5, -2.25, 10, 100, 0.1, 0.3, 19.99, 1e9, -3, 6, 12, 4.5)
}

func (g generator) value(depth int) any {
	n := 8
	if depth > 0 {
		n = 13
	}
	switch g.IntN(n) {
	case 0:
		return nil
	case 1:
		return g.IntN(2) == 0
	case 2, 3:
		return g.number()
	case 4, 5, 6, 7:
		return g.text()
	case 8, 9:
		list := []any{}
		for range g.IntN(4) {
			list = append(list, g.value(depth-1))
		}
		return list
	default:
		object := dict{}
		for _, name := range []string{"a", "b c", "id", "more"} {
			if g.IntN(3) > 0 {
				object[name] = g.value(depth - 1)
			}
		}
		return object
	}
}

func (g generator) text() any {
	return g.pick("", "a", "b", "abc", "c", "cab", "12/x", "é", "é€", "😀", "a b", "$", "bcb", "a\nb", "b\n",
		"2026-02-28", "2026-02-29", "2024-02-29", "2026-13-01", "2026-01-31T08:30:00Z", "2026-01-31t08:30:00.25+02:00", "2026-01-31T25:30:00Z",
		"2026-01-31 08:30:00Z", "123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000", "a@b.example", "a@b", "a b@c.d",
		"1.2.3.4", "1.2.3.256", "01.2.3.4", "::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "::ffff:1.2.3.4", "1::8", "1::2::3", "https://a.example/x?y=1#z",
		"a.example", "-a.example", "a_b", "08:30:00Z", "08:30:00", "P1D", "PT1H30M", "P1H", "P", "P1W", "P1Y2M3DT4H5M6S")
}

// fitting gives a value made after a schema, which fits it more often than not.
func (g generator) fitting(t *testing.T, text string) any {
	var s dict
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	return g.like(s, 3)
}

func (g generator) like(s dict, depth int) any {
	if choices, ok := s["enum"].([]any); ok && g.IntN(3) > 0 {
		return choices[g.IntN(len(choices))]
	}
	kind, _ := s["type"].(string)
	if kinds, ok := s["type"].([]any); ok {
		kind = kinds[g.IntN(len(kinds))].(string)
	}
	switch kind {
	case "null":
		return nil
	case "boolean":
		return true
	case "string":
		return g.text()
	case "integer":
		return g.IntN(14) - 2
	case "number":
		return g.number()
	case "array":
		items, _ := s["items"].(dict)
		list := []any{}
		for range g.IntN(4) {
			list = append(list, g.like(items, depth-1))
		}
		return list
	case "object":
		return g.likeObject(s, depth)
	}
	return g.value(depth)
}

func (g generator) likeObject(s dict, depth int) any {
	object := dict{}
	properties, _ := s["properties"].(dict)
	for _, name := range []string{"a", "b c", "id"} {
		if inner, ok := properties[name].(dict); ok && g.IntN(5) > 0 {
			object[name] = g.like(inner, depth-1)
		}
	}
	if other, ok := s["additionalProperties"].(dict); ok && g.IntN(2) == 0 {
		object["more"] = g.like(other, depth-1)
	}
	return object
}
