package apichap

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions/filter"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// bench is an operation for expressions to be evaluated in.
type bench struct {
	scope    *scope
	bindings map[string]any
	reader   *source.Reader
}

// newBench makes one from the data of an example: param, body, element (what @ is), outer (what @@ is), attributes, and results by name.
func newBench(t *testing.T, data string) *bench {
	t.Helper()
	decoded, err := jsonata.Decode([]byte(data))
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	n := &names{operation: &operation{}, results: map[string]*result{}, attributes: map[string]*attributeInfo{}, variables: map[string]owner{}}
	b := &bench{scope: &scope{names: n, visible: map[string]bool{}}, bindings: map[string]any{}, reader: &source.Reader{}}
	input := jsonata.NewObject()
	for name, value := range decoded.(*jsonata.Object).All() {
		switch name {
		case "param":
			b.bindings["param"] = value
		case "body", "files":
			input.Set(name, value)
		case "outer":
			b.scope = b.scope.around(typed{node: build.Var("outer"), null: true})
			b.bindings["outer"] = value
		case "element":
			b.scope = b.scope.around(typed{node: build.Var("element"), null: true})
			b.bindings["element"] = value
		case "attributes":
			b.attributes(n, value.(*jsonata.Object))
		default:
			b.result(n, name)
			b.bindings[name] = value
		}
	}
	b.bindings["states"] = nested(input, "Input", "Execution", "context")
	return b
}

func (b *bench) attributes(n *names, values *jsonata.Object) {
	for name, value := range values.All() {
		n.attributes[name] = &attributeInfo{variable: name}
		b.bindings[name] = value
	}
}

func (b *bench) result(n *names, name string) {
	base, _, _ := strings.Cut(name, "_")
	one := &result{name: base, variable: base}
	if strings.HasSuffix(name, "_by_index") {
		one.indexes = [][]*fulfillment{nil}
	}
	one.failing, one.request = strings.HasSuffix(name, "_exception"), strings.HasSuffix(name, "_status")
	n.results[base], b.scope.visible[base] = one, true
}

func nested(value any, names ...string) any {
	for _, name := range names {
		object := jsonata.NewObject()
		object.Set(name, value)
		value = object
	}
	return value
}

// lower parses and lowers an expression.
func (b *bench) lower(t *testing.T, text string) typed {
	t.Helper()
	node := b.reader.Read(source.File{Path: "example.yaml", Bytes: []byte("- " + quoteYAML(text) + "\n")})
	parsed := parseExpression(node.Items()[0])
	for _, problem := range b.reader.Problems() {
		t.Fatalf("%s: %s", text, problem.Summary)
	}
	return b.scope.lower(parsed)
}

func quoteYAML(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// evaluate gives an expression's value as JSON text; nothing reads as null.
func (b *bench) evaluate(t *testing.T, node jsonata.Node) string {
	t.Helper()
	text := jsonata.Print(node)
	b.writeDates(t)
	value, err := b.value(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if jsonata.IsUndefined(value) {
		return "null"
	}
	encoded, err := jsonata.Encode(value)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return string(encoded)
}

func (b *bench) value(text string) (any, error) {
	compiled, err := jsonata.Compile(text, jsonata.AWS())
	if err != nil {
		return nil, err
	}
	return compiled.Eval(context.Background(), jsonata.Undefined, jsonata.Variables(b.bindings))
}

// writeDates has function filter write the dates that the expressions lowered so far ask for.
func (b *bench) writeDates(t *testing.T) {
	t.Helper()
	for _, step := range b.scope.names.dates.steps("") {
		call := step.(*ir.Call)
		arguments, err := b.value(jsonata.Print(build.Literal(call.Arguments)))
		if err != nil {
			t.Fatal(err)
		}
		request, err := jsonata.Encode(arguments)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := filter.New().Invoke(context.Background(), request)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := jsonata.Decode(answer)
		if err != nil {
			t.Fatal(err)
		}
		b.bindings[call.Bind], _ = decoded.(*jsonata.Object).Get(task.FilterOutput)
	}
}

func normal(t *testing.T, text string) string {
	t.Helper()
	value, err := jsonata.Decode([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	encoded, err := jsonata.Encode(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// TestMethodExamples runs the examples that the documentation shows.
func TestMethodExamples(t *testing.T) {
	for _, row := range methodTable {
		if row.unsupported+row.replacement == "" && len(row.examples) == 0 {
			t.Errorf("%s has no example", row.name)
		}
		for _, example := range row.examples {
			t.Run(example.source, func(t *testing.T) {
				b := newBench(t, example.data)
				got := b.evaluate(t, b.lower(t, example.source).node)
				if diff := cmp.Diff(normal(t, example.want), got); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// TestConditions gives each condition its value for several bodies.
func TestConditions(t *testing.T) {
	for _, test := range []struct{ condition, data, want string }{
		{`PARAM(a) == NULL()`, `{"param": {"a": null}}`, `true`},
		{`PARAM(a) != NULL()`, `{"param": {"a": "x"}}`, `true`},
		{`BODY($.a) == NULL()`, `{"body": {}}`, `true`},
		{`BODY($.a) == NULL()`, `{"body": {"a": null}}`, `true`},
		{`BODY($.a) != NULL()`, `{"body": {"a": null}}`, `false`},
		{`BODY($.a) != NULL()`, `{"body": {"a": false}}`, `true`},
		{`NULL() == BODY($.a)`, `{}`, `true`},
		{`BODY($.a) == BODY($.b)`, `{"body": {}}`, `true`},
		{`BODY($.a) == BODY($.b)`, `{"body": {"a": null}}`, `true`},
		{`BODY($.a) == BODY($.b)`, `{"body": {"a": 1, "b": "1"}}`, `true`},
		{`BODY($.a) == BODY($.b)`, `{"body": {"a": [1], "b": [1]}}`, `true`},
		{`BODY($.a) != BODY($.b)`, `{"body": {"a": 1}}`, `true`},
		{`BODY($.a) == TEXT(x)`, `{"body": {"a": "x"}}`, `true`},
		{`BODY($.a) != TEXT(x)`, `{"body": {}}`, `true`},
		{`BODY($.a) == TEXT(5)`, `{"body": {"a": 5}}`, `true`},
		{`BODY($.a) == INTEGER(5)`, `{"body": {"a": "5"}}`, `true`},
		{`BODY($.a) == INTEGER(5)`, `{"body": {"a": "5.0"}}`, `true`},
		{`BODY($.a) == INTEGER(5)`, `{"body": {"a": "five"}}`, `false`},
		{`BODY($.a) == BOOLEAN(true)`, `{"body": {"a": true}}`, `true`},
		{`BODY($.a) > INTEGER(5)`, `{"body": {"a": 10}}`, `true`},
		{`BODY($.a) > INTEGER(5)`, `{"body": {"a": "10"}}`, `true`},
		{`BODY($.a) > INTEGER(5)`, `{"body": {"a": "x"}}`, `false`},
		{`BODY($.a) > INTEGER(5)`, `{"body": {"a": null}}`, `false`},
		{`BODY($.a) > INTEGER(5)`, `{"body": {"a": [10]}}`, `false`},
		{`BODY($.a) <= INTEGER(5)`, `{"body": {}}`, `false`},
		{`INTEGER(5) < BODY($.a)`, `{"body": {"a": 6}}`, `true`},
		{`BODY($.a) <= BODY($.b)`, `{"body": {"a": 20}}`, `false`},
		{`BODY($.a) <= BODY($.b)`, `{"body": {"a": 20, "b": 20}}`, `true`},
		{`BODY($.a) < BODY($.b)`, `{"body": {"a": "9", "b": 10}}`, `true`},
		{`BODY($.a) < BODY($.b)`, `{"body": {"a": "2024-01-01", "b": "2024-02-01"}}`, `true`},
		{`STATUSCODE(push) != INTEGER(200)`, `{"push_status": null}`, `true`},
		{`STATUSCODE(push) != INTEGER(200)`, `{"push_status": 200}`, `false`},
		{`STATUSCODE(push) >= INTEGER(400)`, `{"push_status": null}`, `false`},
		{`SIZE(BODY($.a)) <= INTEGER(0)`, `{"body": {}}`, `true`},
		{`!(PARAM(a) == NULL()) && PARAM(a) == TEXT(x) || BOOLEAN(false)`, `{"param": {"a": "x"}}`, `true`},
		{`BOOLEAN(true) || BOOLEAN(true) && BOOLEAN(false)`, `{}`, `true`},
		{`(BOOLEAN(true) || BOOLEAN(true)) && BOOLEAN(false)`, `{}`, `false`},
		{`! BOOLEAN(true) == BOOLEAN(false)`, `{}`, `true`},
		{`BODY($.a)`, `{"body": {"a": true}}`, `true`},
		{`BODY($.a)`, `{"body": {"a": 1}}`, `false`},
		{`BODY($.a)`, `{"body": {}}`, `false`},
	} {
		t.Run(test.condition+" "+test.data, func(t *testing.T) {
			b := newBench(t, test.data)
			node := b.reader.Read(source.File{Path: "a.yaml", Bytes: []byte("- " + quoteYAML(test.condition))}).Items()[0]
			if got := b.evaluate(t, b.scope.condition(parseExpression(node))); got != test.want {
				t.Errorf("got %s, want %s: %s", got, test.want, jsonata.Print(b.scope.condition(parseExpression(node))))
			}
			for _, problem := range b.reader.Problems() {
				t.Error(problem.Summary)
			}
		})
	}
}

// TestValues: operators, texts and paths.
func TestValues(t *testing.T) {
	for _, test := range []struct{ source, data, want string }{
		{`TEXT(a) . BODY($.n) . TEXT(b)`, `{"body": {}}`, `"ab"`},
		{`TEXT(a) . BODY($.n) . TEXT(b)`, `{"body": {"n": null}}`, `"ab"`},
		{`TEXT(a) . INTEGER(1) . BOOLEAN(true)`, `{}`, `"a1true"`},
		{`TEXT(n=${BODY($.n)}, l=${BODY($.l)})`, `{"body": {"n": 1.5, "l": [1, "x"]}}`, `"n=1.5, l=[1,\"x\"]"`},
		{`TEXT(${BODY($.n)})`, `{"body": {"n": 7}}`, `"7"`},
		{`TEXT(${BODY($.n)})`, `{}`, `""`},
		{`INTEGER(1) + INTEGER(2) * INTEGER(3) . TEXT(!)`, `{}`, `"7!"`},
		{`(INTEGER(1) + INTEGER(2)) * INTEGER(3)`, `{}`, `9`},
		{`BODY($.a) - INTEGER(1)`, `{"body": {"a": "5"}}`, `4`},
		{`BODY($.a) - INTEGER(1)`, `{}`, `null`},
		{`BODY($.a) / BODY($.none)`, `{"body": {"a": 1}}`, `null`},
		{`BODY($.a) / INTEGER(4) / BODY($.a)`, `{"body": {"a": 2}}`, `0.25`},
		{`BODY($.a) * BODY($.a) - BODY($.a)`, `{"body": {"a": 3037000499}}`, `9223372027889248502`},
		{`BODY($.a) / BODY($.b)`, `{"body": {"a": 1, "b": 4}}`, `0.25`},
		{`VALUE(news, $[-1].id)`, `{"news": [{"id": 1}, {"id": 2}]}`, `2`},
		{`VALUE(news, $[*].id)`, `{"news": [{"id": 1}, {"id": 2}]}`, `[1, 2]`},
		{`VALUE(news, $[0,2].id)`, `{"news": [{"id": 1}, {"id": 2}, {"id": 3}]}`, `[1, 3]`},
		{`VALUE(news, $[1:].id)`, `{"news": [{"id": 1}, {"id": 2}, {"id": 3}]}`, `[2, 3]`},
		{`VALUE(news, $[0:2].id)`, `{"news": [{"id": 1}, {"id": 2}, {"id": 3}]}`, `[1, 2]`},
		{`VALUE(news, $[-2:].id)`, `{"news": [{"id": 1}, {"id": 2}, {"id": 3}]}`, `[2, 3]`},
		{`VALUE(news, $..id)`, `{"news": [{"id": 1, "more": {"id": 9}}]}`, `[1, 9]`},
		{`VALUE(news, $['a b'].c)`, `{"news": {"a b": {"c": 1}}}`, `1`},
		{`VALUE(news, $.*)`, `{"news": {"a": 1, "b": 2}}`, `[1, 2]`},
		{`VALUE(news, $.tags)`, `{"news": {"tags": [1]}}`, `[1]`},
		{`VALUE(news, $.tags)`, `{"news": {"tags": []}}`, `[]`},
		{`VALUE(news, $.tags.length())`, `{"news": {"tags": [1, 2]}}`, `2`},
		{`VALUE(news, $[?(@.id == 1 || @.name == 'b')].id)`, `{"news": [{"id": 1}, {"id": 2, "name": "b"}, {"id": 3}]}`, `[1, 2]`},
		{`VALUE(news, $[?(@.id >= 2 && !(@.name))].id)`, `{"news": [{"id": "x"}, {"id": 2, "name": "b"}, {"id": 3}]}`, `3`},
		{`VALUE(news, $[?(@.pet == ${VALUE(@, $.id)})].n)`, `{"element": {"id": 2}, "news": [{"pet": 1, "n": "a"}, {"pet": 2, "n": "b"}]}`, `"b"`},
		{`VALUE(news, $[?(@.key == 'k-${VALUE(@, $.id)}')].n)`, `{"element": {"id": 2}, "news": [{"key": "k-2", "n": "b"}]}`, `"b"`},
		{`VALUE(@@, $.a) . VALUE(@, $.a)`, `{"outer": {"a": 1}, "element": {"a": 2}}`, `"12"`},
		{`SIZE(VALUE(news, $[?(@.id > 5)]))`, `{"news": [{"id": 1}]}`, `0`},
		{`SIZE(VALUE(news, $.one))`, `{"news": {"one": {"a": 1}}}`, `1`},
		{`DATEFORMAT(BODY($.at), "yyyy-MM-dd'T'HH:mm:ss+XXX", "UTC")`, `{"body": {"at": "2024-05-06 07:08:09.123456"}}`, `"2024-05-06T07:08:09+Z"`},
		{`DATEFORMAT(BODY($.at), "dd/MM/yyyy 'o''clock' H")`, `{"body": {"at": "2024-05-06"}}`, `"06/05/2024 o'clock 0"`},
		{`DATEFORMAT(BODY($.at), "HH:mm", "America/New_York")`, `{"body": {"at": "2026-03-08T06:59:59Z"}}`, `"01:59"`},
		{`DATEFORMAT(BODY($.at), "HH:mm", "America/New_York")`, `{"body": {"at": "2026-03-08T07:00:00Z"}}`, `"03:00"`},
		{`DATEFORMAT(BODY($.at), "HH:mm", "America/New_York")`, `{"body": {"at": "2026-11-01T06:00:00Z"}}`, `"01:00"`},
		{`DATEFORMAT(BODY($.at), "HH:mm xxx", "Asia/Kolkata")`, `{"body": {"at": "2026-01-01T00:00:00Z"}}`, `"05:30 +05:30"`},
		{`JSON_FROM_STRING(BODY($.j))`, `{"body": {"j": "[1, {\"a\": null}]"}}`, `[1, {"a": null}]`},
		{`JSON_FROM_STRING(BODY($.j))`, `{"body": {"j": {"a": 1}}}`, `{"a": 1}`},
		{`LIST_TO_STRING(@, $.x, "%s=%s", " ")`, `{"element": {"x": [1, null, "b"]}}`, `"1=1 = b=b"`},
		{`TEXT( a, b )`, `{}`, `" a, b "`},
		{`TEXT("a \"b\"")`, `{}`, `"a \"b\""`},
		{`TEXT("50%{x}")`, `{}`, `"50%{x}"`},
	} {
		t.Run(test.source+" "+test.data, func(t *testing.T) {
			b := newBench(t, test.data)
			node := b.lower(t, test.source).node
			if diff := cmp.Diff(normal(t, test.want), b.evaluate(t, node)); diff != "" {
				t.Errorf("%s\n%s", jsonata.Print(node), diff)
			}
		})
	}
}

// TestArithmeticFails looks at results that are no numbers.
func TestArithmeticFails(t *testing.T) {
	for _, test := range []struct{ expression, data, want string }{
		{`BODY($.a) / BODY($.b)`, `{"body": {"a": 1, "b": 0}}`, "divided by zero"},
		{`BODY($.b) / BODY($.b)`, `{"body": {"b": 0}}`, "divided by zero"},
		{`BODY($.b) / BODY($.b)`, `{"body": {"b": "0.0"}}`, "divided by zero"},
		{`INTEGER(1) / (INTEGER(2) - INTEGER(2))`, `{}`, "divided by zero"},
		{`INTEGER(1) / (BODY($.a) / BODY($.b))`, `{"body": {"a": 1, "b": 0}}`, "divided by zero"},
		{`TEXT(x) . (BODY($.a) / SIZE(BODY($.none)))`, `{"body": {"a": 1}}`, "divided by zero"},
		{`BODY($.a) * BODY($.a)`, `{"body": {"a": 1e200}}`, "too large"},
		{`BODY($.a) + BODY($.a)`, `{"body": {"a": 1.7e308}}`, "too large"},
		{`BODY($.a) / BODY($.b)`, `{"body": {"a": 1e300, "b": 1e-300}}`, "too large"},
	} {
		b := newBench(t, test.data)
		if value, err := b.value(jsonata.Print(b.lower(t, test.expression).node)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s with %s gives %v, %v; want %q", test.expression, test.data, value, err, test.want)
		}
	}
}
