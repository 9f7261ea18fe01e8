package schema_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func TestMessages(t *testing.T) {
	const text = `{"type": "object", "required": ["name"], "additionalProperties": false, "properties": {
		"name": {"type": "string", "minLength": 2},
		"pets": {"type": "array", "items": {"type": "object", "required": ["kind"], "properties": {
			"kind": {"type": "string", "enum": ["cat", "dog"]}, "ids": {"type": "array", "items": {"type": "integer", "minimum": 1}}}}},
		"limits": {"type": "object", "additionalProperties": {"type": "number"}},
		"born": {"type": "string", "format": "date"}}}`
	expression := problem(t, read(t, text))
	for value, want := range map[string]string{
		`{"name": "Ann"}`: "",
		`[]`:              "body must be an object",
		`{}`:              "body.name is required",
		`{"name": null}`:  "body.name must be a string",
		`{"name": "A"}`:   "body.name must have at least 2 characters",
		`{"name": "Ann", "pets": [{"kind": "cat"}, {}]}`:               "body.pets[1].kind is required",
		`{"name": "Ann", "pets": [{"kind": "cow"}]}`:                   "body.pets[0].kind must be one of cat, dog",
		`{"name": "Ann", "pets": [{"kind": "cat", "ids": [1, 2, 0]}]}`: "body.pets[0].ids[2] must be at least 1",
		`{"name": "Ann", "pets": {}}`:                                  "body.pets must be a list",
		`{"name": "Ann", "limits": {"a": 1, "b": "2"}}`:                "body.limits.b must be a number",
		`{"name": "Ann", "nmae": 1}`:                                   "body.nmae is not known",
		`{"name": "Ann", "born": "2026-02-29"}`:                        "body.born must be a date such as 2026-01-31",
	} {
		input, err := jsonata.Decode([]byte(value))
		if err != nil {
			t.Fatal(err)
		}
		if got := evaluate(t, expression, input); got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
}

func TestRegex(t *testing.T) {
	cases := []struct{ pattern, fits, misses string }{
		{`^a$`, "a", "a\n"},
		{`^(?=.*\d).{3,}$`, "ab1", "abc"},
		{`^(?!x)[a-z/]+$`, "a/b", "xa"},
		{`^.$`, "😀", "ab"},
		{`^😀{2}$`, "😀😀", "😀"},
		{`^[^b]$`, "😀", "b"},
		{`^\S\W$`, "a😀", "ab"},
		{`^[({\[]$`, "[", "a"},
		{`^[)}\]]\)$`, "})", "a"},
		{`^\u00e9\x41$`, "éA", "eA"},
		{`^a{1,2}{$`, "aa{", "aaa"},
		{`^(?<year>\d{4})$`, "2026", "26"},
		{`^[a&&b]+$`, "a&b", "c"},
		{`^a|b\/c$`, "xb/c", "b"},
		{`]`, "a]", "a["},
		{`^(a)\1$`, "aa", "a1"},
	}
	for _, test := range cases {
		written, err := schema.Regex(test.pattern)
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
			continue
		}
		for text, want := range map[string]bool{test.fits: true, test.misses: false} {
			if got := evaluateNode(t, build.Call("contains", build.Text(text), build.Regex(written, ""))); got != want {
				t.Errorf("%s, written as %s, in %q: got %v", test.pattern, written, text, got)
			}
		}
	}
	for _, pattern := range []string{`(?<=a)b`, `(?<!a)b`, `\p{L}`, `(?i)a`, `a\`, `[a`, `(a`, `a)`, `*a`, `\k<a>`, `[]`, `[😀]`, `a++`, `\Aa\z`, `\u{1F600}`, `[b-a]`} {
		if written, err := schema.Regex(pattern); err == nil {
			t.Errorf("%s is written as %s", pattern, written)
		}
	}
}

func FuzzRegex(f *testing.F) {
	for _, pattern := range []string{`^[^\s{}()]+$`, `(?<n>a){1,2}`, `[)\]]`, `\u00e9|😀.`} {
		f.Add(pattern)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		begun := time.Now()
		written, err := schema.Regex(pattern)
		if took := time.Since(begun); took > time.Second && len(pattern) < 10_000 {
			t.Errorf("%d bytes took %s", len(pattern), took)
		}
		if err != nil || written == "" {
			return
		}
		if _, err := jsonata.Compile(jsonata.Print(build.Regex(written, ""))); err != nil {
			t.Errorf("%q is written as %q: %v", pattern, written, err)
		}
	})
}

func evaluateNode(t *testing.T, node jsonata.Node) any {
	t.Helper()
	expression, err := jsonata.Compile(jsonata.Print(node), jsonata.AWS())
	if err != nil {
		t.Fatalf("%s: %v", jsonata.Print(node), err)
	}
	value, err := expression.Eval(context.Background(), nil, nil)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// TestText: what a request brings as text is read as the type that its schema asks for.
func TestText(t *testing.T) {
	cases := []struct{ schema, separator, value, want string }{
		{`{"type": "integer", "minimum": 1}`, "", `"7"`, `7`},
		{`{"type": "integer"}`, "", `"1234567890123456789"`, `1234567890123456789`},
		{`{"type": "integer", "format": "int64"}`, "", `"-9223372036854775808"`, `-9223372036854775808`},
		{`{"type": "integer", "format": "int64"}`, "", `"9223372036854775807"`, `9223372036854775807`},
		{`{"type": "integer", "format": "int64"}`, "", `"9223372036854775808"`, `p must be an integer`},
		{`{"type": "integer", "format": "int32"}`, "", `"2147483648"`, `p must be a whole number of 32 bits`},
		{`{"type": "integer", "minimum": 9007199254740993}`, "", `"9007199254740992"`, `p must be at least 9007199254740993`},
		{`{"type": "integer", "minimum": 1}`, "", `"0"`, `p must be at least 1`},
		{`{"type": "integer", "maximum": 10, "exclusiveMaximum": true}`, "", `"10"`, `p must be less than 10`},
		{`{"type": "integer", "default": 20}`, "", `""`, `20`},
		{`{"type": "integer", "nullable": true, "maximum": 3}`, "", `null`, `null`},
		{`{"type": "string", "enum": [1, 2]}`, "", `"1"`, `"1"`},
		{`{"type": "string", "enum": ["a", "b"]}`, "", `"c"`, `p must be one of a, b`},
		{`{"type": "boolean", "enum": [true]}`, "", `"false"`, `p must be true`},
		{`{"type": "string", "pattern": "^a/b$"}`, "", `"a/b"`, `"a/b"`},
		{`{"type": "number", "multipleOf": 0.01}`, "", `"19.99"`, `19.99`},
		{`{"type": "number", "multipleOf": 0.01}`, "", `"19.999"`, `p must be a multiple of 0.01`},
		{`{"type": "array", "items": {"type": "integer"}, "maxItems": 2}`, "", `["1", "2"]`, `[1,2]`},
		{`{"type": "array", "items": {"type": "integer"}, "maxItems": 2}`, ",", `"1,2,3"`, `p must have at most 2 items`},
		{`{"type": "array", "items": {"type": "integer"}}`, ",", `"1,x"`, `p[1] must be an integer`},
		{`{"type": "array", "items": {"type": "string"}, "default": ["a"]}`, ",", `""`, `["a"]`},
		{`{"type": "array", "uniqueItems": true}`, "|", `"a|b|a"`, `p must not have the same item twice`},
		{`{"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": ["all"]}]}`, "", `"all"`, `"all"`},
		{`{"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": ["all"]}]}`, "", `"5"`, `5`},
		{`{"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": ["all"]}]}`, "", `"0"`, `p must fit exactly one of its 2 forms`},
		{`{"allOf": [{"type": "integer"}, {"maximum": 5}]}`, "", `"6"`, `p must be at most 5`},
		{`{"allOf": [{"type": "integer"}, {"maximum": 5}]}`, "", `"x"`, `p must be an integer`},
		{`{"type": ["integer", "null"]}`, "", `"3"`, `3`},
		{`{}`, "", `"3"`, `"3"`},
	}
	for _, test := range cases {
		input, err := jsonata.Decode([]byte(test.value))
		if err != nil {
			t.Fatal(err)
		}
		text := schema.Text{Schema: read(t, test.schema), Value: build.Literal(input), Name: "p", Separator: test.separator}
		got := ""
		for _, one := range text.Violations() {
			if evaluateNode(t, one.Fails) == true {
				got, _ = evaluateNode(t, one.Message).(string)
				break
			}
		}
		if got == "" {
			value, err := jsonata.Encode(evaluateNode(t, text.Read()))
			if err != nil {
				t.Fatal(err)
			}
			got = string(value)
		}
		if got != test.want {
			t.Errorf("%s of %s: got %s, want %s", test.value, test.schema, got, test.want)
		}
	}
}

func TestDefaults(t *testing.T) {
	wanted := read(t, `{"type": "object", "properties": {"n": {"type": "integer", "default": 5}, "at": {"type": "object", "properties": {
		"zip": {"type": "string", "default": "1000"}}}, "list": {"type": "array", "items": {"type": "object", "properties": {"k": {"default": true}}}}}}`)
	for value, want := range map[string]string{
		`{}`:                                   `{"n":5}`,
		`{"n": 1, "at": {}}`:                   `{"n":1,"at":{"zip":"1000"}}`,
		`{"at": {"zip": "2"}, "list": [{}]}`:   `{"at":{"zip":"2"},"list":[{"k":true}],"n":5}`,
		`{"list": [{"k": false}, {"x": [1]}]}`: `{"list":[{"k":false},{"x":[1],"k":true}],"n":5}`,
		`{"list": []}`:                         `{"list":[],"n":5}`,
		`[1]`:                                  `[1]`,
	} {
		input, err := jsonata.Decode([]byte(value))
		if err != nil {
			t.Fatal(err)
		}
		got, err := jsonata.Encode(evaluateNode(t, build.Let("x", build.Literal(input), wanted.Defaulted(build.Var("x")))))
		if err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v, want %s", value, got, err, want)
		}
	}
	if read(t, `{"type": "object", "properties": {"n": {"type": "integer"}}}`).Defaulted(build.Var("x")) != nil {
		t.Error("there is nothing to fill in")
	}
}

func TestDiagnostics(t *testing.T) {
	for text, want := range map[string]string{
		`{type: integer, minimum: x}`:                      `YML008 expected a number, found "x"`,
		`{type: integer, minLength: 3}`:                    `SCH003 minLength has no effect on a value of type integer`,
		`{type: string, minLenght: 3}`:                     `SCH003 "minLenght" is no keyword of a schema, and has no effect`,
		`{type: string, minLength: -1}`:                    `SCH001 minLength must not be less than 0`,
		`{type: string, pattern: '(?<=a)b'}`:               `SCH005 the pattern cannot be enforced: a look-behind is not matched alike everywhere`,
		`{type: string, format: datetime}`:                 `SCH004 the format "datetime" is documentation only, values are not checked against it`,
		`{type: string, enum: []}`:                         `SCH001 enum lists no value, so that nothing fits`,
		`{type: integer, default: 5, maximum: 3}`:          `SCH006 the default must be at most 3`,
		`{type: integer, default: five}`:                   `SCH006 the default must be an integer`,
		`{type: text}`:                                     `SCH007 "text" is not a type`,
		`{type: number, multipleOf: 0}`:                    `SCH001 multipleOf must be more than 0`,
		`{type: object, patternProperties: {a: {}}}`:       `SCH002 patternProperties is not enforced`,
		`{type: integer, exclusiveMinimum: true}`:          `SCH003 exclusiveMinimum: true has no effect without minimum`,
		`{$ref: '#/a', type: integer}`:                     `SCH002 references are not followed here`,
		`{type: string, format: password}`:                 ``,
		`{type: number, format: double, x-a: 1, title: t}`: ``,
	} {
		var r source.Reader
		schema.Read(r.Read(source.File{Path: "schema.yaml", Bytes: []byte(text)}), schema.Source{})
		var got []string
		for _, found := range r.Problems() {
			got = append(got, found.Code+" "+found.Summary)
			if found.Range.Start.Line != 1 || found.Range.Start.Column < 2 {
				t.Errorf("%s: no place", text)
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// TestDepth: lists in lists are checked to any depth that an author will need, and what lies deeper than Step Functions evaluates is refused.
func TestDepth(t *testing.T) {
	nested := func(levels int) string {
		text := `{"type": "string", "minLength": 2}`
		for range levels {
			text = `{"type": "array", "minItems": 1, "items": ` + text + `}`
		}
		return text
	}
	expression := problem(t, read(t, nested(6)))
	for value, want := range map[string]string{`[[[[[["ab"]]]]]]`: "", `[[[[[["ab"], ["ab", "c"]]]]]]`: "body[0][0][0][0][1][1] must have at least 2 characters", `[[[[[[]]]]]]`: "body[0][0][0][0][0] must have at least 1 item"} {
		input, _ := jsonata.Decode([]byte(value))
		if got := evaluate(t, expression, input); got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
	var r source.Reader
	if schema.Read(r.Read(source.File{Path: "schema.yaml", Bytes: []byte(nested(30))}), schema.Source{}) != nil {
		t.Error("30 levels are read")
	}
	if problems := r.Problems(); len(problems) != 1 || problems[0].Code != "SCH002" {
		t.Errorf("got %v", problems)
	}
}

// TestReferences: a schema that contains itself is checked to its first level, and says so.
func TestReferences(t *testing.T) {
	var r source.Reader
	root := r.Read(source.File{Path: "schema.yaml", Bytes: []byte(
		"node: {type: object, properties: {name: {type: string}, next: {$ref: node}}}\nstart: {$ref: node, required: [name]}\n")})
	follow := func(reference *source.Node) *source.Node { return root.Get(reference.Value()) }
	wanted := schema.Read(root.Get("start"), schema.Source{Follow: follow})
	expression := problem(t, wanted)
	for value, want := range map[string]string{`{}`: "body.name is required", `{"name": 1}`: "body.name must be a string", `{"name": "a", "next": 5}`: ""} {
		input, _ := jsonata.Decode([]byte(value))
		if got := evaluate(t, expression, input); got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
	if problems := r.Problems(); len(problems) != 1 || problems[0].Code != "SCH002" {
		t.Errorf("got %v", problems)
	}
	schema.Read(root.Get("start"), schema.Source{Follow: follow, Old: true})
	if problems := r.Problems(); len(problems) != 3 || problems[2].Code != "SCH003" {
		t.Errorf("got %v", problems)
	}
}
