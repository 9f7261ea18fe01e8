package jsonpath_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

const shop = `{"items":[{"sku":"A","qty":3,"tags":["new"],"note":null},{"sku":"B","qty":0,"sold":false,"tags":[]},{"sku":"C-9","qty":12345678901234567,"tags":["new","old"]}],
"want":"B","d":{"x":{"a":[1,2]}},"nothing":null,"a.b":1,"Test\\\"\"":2,"max-limit":7,"text":"abc"}`

func document(t testing.TB, text string) any {
	t.Helper()
	value, err := jsonata.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func evaluate(t testing.TB, path string, roots jsonpath.Roots) (any, error) {
	t.Helper()
	parsed, err := jsonpath.Parse(path, jsonpath.StepFunctions)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return parsed.Evaluate(roots)
}

// TestEvaluate lists paths in the flavour of Step Functions with what they find.
func TestEvaluate(t *testing.T) {
	roots := jsonpath.Roots{
		Document: document(t, shop),
		Context:  document(t, `{"Map":{"Item":{"Index":2,"Value":["v"]}}}`),
		Variable: func(name string) (any, bool) { return []any{1.0, name}, name == "größe" },
	}
	for path, want := range map[string]string{
		"$.want":                                  `"B"`,
		"$.items[0].sku":                          `"A"`,
		"$.items[-1]['sku']":                      `"C-9"`,
		"$.items[2].qty":                          `12345678901234567`,
		"$['a.b']":                                `1`,
		`$['Test\""']`:                            `2`,
		"$.max-limit":                             `7`,
		"$.nothing":                               `null`,
		"$.items[0].note":                         `null`,
		"$$.Map.Item.Index":                       `2`,
		"$$.Map.Item.Value[0]":                    `"v"`,
		"$größe[1]":                               `"größe"`,
		"$größe[*]":                               `[1,"größe"]`,
		"$.items[*].sku":                          `["A","B","C-9"]`,
		"$.items.*.sku":                           `["A","B","C-9"]`,
		"$.items[1:].sku":                         `["B","C-9"]`,
		"$.items[:1].sku":                         `["A"]`,
		"$.items[-2:].sku":                        `["B","C-9"]`,
		"$.items[0,2].sku":                        `["A","C-9"]`,
		"$.items[7,0].sku":                        `["A"]`,
		"$.items[*].sold":                         `[false]`,
		"$.items[*]['sku','qty']":                 `[{"sku":"A","qty":3},{"sku":"B","qty":0},{"sku":"C-9","qty":12345678901234567}]`,
		"$.items[0]['qty','none']":                `{"qty":3}`,
		"$..sku":                                  `["A","B","C-9"]`,
		"$.d..a":                                  `[[1,2]]`,
		"$.d..a[*]":                               `[1,2]`,
		"$.none[*]":                               `[]`,
		"$.none[1:].deep":                         `[]`,
		"$.text[*]":                               `[]`,
		"$.text[1:]":                              `[]`,
		"$..none":                                 `[]`,
		"$.items[?(@.qty > 0)].sku":               `["A","C-9"]`,
		"$.items[?(@.sku == $.want)].qty":         `[0]`,
		"$.items[?(@.sku==B)].qty":                `[0]`,
		"$.items[?(@.sku == C-9)].sku":            `["C-9"]`,
		"$.items[?@.qty == 0].sku":                `["B"]`,
		"$.items[?(@.note)].sku":                  `[]`,
		"$.items[?(!@.note)].sku":                 `["A","B","C-9"]`,
		"$.items[?(@.sold)].sku":                  `["B"]`,
		"$.items[?(!@.sold)].sku":                 `["A","C-9"]`,
		"$.items[?(@.note == null)].sku":          `["A"]`,
		"$.items[?(@.qty in [0,3])].sku":          `["A","B"]`,
		"$.items[?(@.tags contains 'old')].sku":   `["C-9"]`,
		"$.items[?('new' in @.tags)].sku":         `["A","C-9"]`,
		"$.items[?(@.tags empty true)].sku":       `["B"]`,
		"$.items[?(@.tags size 2)].sku":           `["C-9"]`,
		"$.items[?(@.sku =~ /[a-b]/i)].sku":       `["A","B"]`,
		"$.items[?(@.sku =~ /C/)].sku":            `[]`,
		"$.items[?(@.qty == 12345678901234567)]":  `[{"sku":"C-9","qty":12345678901234567,"tags":["new","old"]}]`,
		"$.items[?(@.qty == 12345678901234568)]":  `[]`,
		"$.items[?(@.sku == $$.Map.Item.Index)]":  `[]`,
		"$.items[?(@.qty < 5 && @.qty != 0)].sku": `["A"]`,
		"$.items[?(@.qty > 5 || @.sold)].sku":     `["B","C-9"]`,
		"$.items.length()":                        `3`,
		"$.items[0].keys()":                       `["sku","qty","tags","note"]`,
		"$.d.x.a.sum()":                           `3`,
		"$.d.x.a.avg()":                           `1.5`,
		"$.d.x.a.max()":                           `2`,
		"$.d.x.a.min()":                           `1`,
		"$.d.x.a.stddev()":                        `0.5`,
		"$..a.length()":                           `2`,
		"$.text.length()":                         `null`,
		"$[?(@.want == 'B')].text":                `["abc"]`,
	} {
		got, err := evaluate(t, path, roots)
		if err != nil || encoded(t, got) != want {
			t.Errorf("%s gives %s, %v, want %s", path, encoded(t, got), err, want)
		}
	}
}

// TestMissing lists definite paths that lead nowhere.
func TestMissing(t *testing.T) {
	for path, want := range map[string]jsonpath.Missing{
		"$.none":         {Reason: "No results for path: $['none']", Step: "none"},
		"$.none.deeper":  {Reason: "Missing property in path $['none']", Step: "none"},
		"$.d.x.b":        {Reason: "No results for path: $['d']['x']['b']", Step: "b"},
		"$.items[3]":     {Reason: "No results for path: $['items'][3]", Step: "3", Element: true},
		"$.items[3].sku": {Reason: "No results for path: $['items'][3]['sku']", Step: "sku", Element: true},
		"$.items[-4]":    {Reason: "No results for path: $['items'][-4]", Step: "-4", Element: true},
		"$.want[0]":      {Reason: "Filter: [0] can only be applied to arrays. Current context is: B", Step: "0", NoList: true},
		"$.d[0]":         {Reason: "Filter: [0] can only be applied to arrays. Current context is: {x={a=[1, 2]}}", Step: "0", NoList: true},
		"$.nothing[0]":   {Reason: "The path $['nothing'] is null", Step: "0"},
		"$.nothing.a": {Step: "a", Reason: "Expected to find an object with property ['a'] in path $['nothing'] but found 'null'. " +
			"This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'."},
		"$.items.sku": {Step: "sku", Reason: "Expected to find an object with property ['sku'] in path $['items'] but found 'java.util.ArrayList'. " +
			"This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'."},
		"$name.a":  {Reason: "No results for path: $name", Step: "name", Variable: "name"},
		"$$.Task":  {Step: "Task", Reason: "Expected to find an object with property ['Task'] in path $ but found 'null'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'."},
		"$name[*]": {Reason: "No results for path: $name", Step: "name", Variable: "name"},
	} {
		got, err := evaluate(t, path, jsonpath.Roots{Document: document(t, shop)})
		var missing *jsonpath.Missing
		if !errors.As(err, &missing) || *missing != want {
			t.Errorf("%s: %v, %+v, %v", path, got, missing, err)
		}
	}
}

// TestNull: of a null document, Step Functions gives $ and nothing else.
func TestNull(t *testing.T) {
	if got, err := evaluate(t, "$", jsonpath.Roots{}); got != nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	for _, path := range []string{"$.a", "$[*]", "$..a"} {
		_, err := evaluate(t, path, jsonpath.Roots{})
		var missing *jsonpath.Missing
		if !errors.As(err, &missing) || !missing.Null || missing.Reason != "Unable to apply Path transformation to null or empty input." {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestFailure lists paths that cannot be evaluated.
func TestFailure(t *testing.T) {
	for path, reason := range map[string]string{
		"$.items.sum()":                      "empty array",
		"$.items.nope()":                     "Function with name: nope does not exist.",
		"$.items.index(9)":                   "Target index:9 larger than object count:3",
		"$.text[?(@ == 'abc')]":              "Filter: [?] can not be applied to primitives. Current context is: abc",
		"$.items[?(@.sku =~ /(?=a)/)]":       "cannot be evaluated",
		"$.items[?(@.sku =~ /[a[b]]/)]":      "a class within a class",
		"$.items[?(@.sku =~ /a/x)]":          "the flag x",
		"$.items[?(@.sku =~ /(a{999}){9}/)]": "cannot be evaluated",
	} {
		got, err := evaluate(t, path, jsonpath.Roots{Document: document(t, shop)})
		var failure *jsonpath.Failure
		if !errors.As(err, &failure) || !strings.Contains(failure.Reason, reason) {
			t.Errorf("%s: %v, %v", path, got, err)
		}
	}
}

// TestShared: what a path finds can be changed by nobody else through the lists that it makes.
func TestShared(t *testing.T) {
	roots := jsonpath.Roots{Document: document(t, `{"a":[1,2]}`)}
	found, _ := evaluate(t, "$.a[*]", roots)
	found.([]any)[0] = "changed"
	if text := encoded(t, roots.Document); text != `{"a":[1,2]}` {
		t.Error(text)
	}
}
