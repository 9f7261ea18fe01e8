package jinja_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/expr/jinja"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func TestVariables(t *testing.T) {
	for template, want := range map[string]string{
		"{{ a.b['c'].d[0].e }} {{ a }}":                                            "a.b.c.d@1:4 a@1:26",
		"{{ x.get('y') }}{{ x.items() }}{{ x['items'].z }}":                        "x@1:4 x@1:20 x.items.z@1:35",
		"{% set q = a %}{{ q.b }}{{ r }}":                                          "a@1:12 r@1:28",
		"{% for v in list %}{{ v.a }}{{ loop.index }}{{ w }}{% endfor %}{{ v }}":   "list@1:13 w@1:48 v@1:67",
		"{% macro m(p, d=e) %}{{ p }}{{ varargs }}{{ g }}{% endmacro %}{{ m(h) }}": "e@1:17 g@1:45 h@1:68",
		"{% with a = b %}{{ a }}{% endwith %}{{ a }}":                              "b@1:13 a@1:40",
		"{% set ns = namespace(n=z) %}{% set ns.n = ns.n + k %}":                   "namespace@1:13 z@1:25 k@1:51",
		"{{ d|map(attribute=attr)|join(sep) }}":                                    "d@1:4 attr@1:20 sep@1:31",
		"{% if t %}{% set u = 1 %}{% endif %}{{ u }}":                              "t@1:7",
		"text": "",
	} {
		parsed, err := jinja.Parse(template)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, variable := range parsed.Variables() {
			got = append(got, fmt.Sprintf("%s@%d:%d", strings.Join(append([]string{variable.Name}, variable.Path...), "."), variable.Pos.Line, variable.Pos.Column))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s reads %v, want %s", template, got, want)
		}
	}
}

// state are the variables of the examples: what they are, and what is known of them.
func state(name string) (jinja.Root, bool) {
	text, known := jinja.Type{Kinds: jinja.String}, map[string]jinja.Type{}
	switch name {
	case "USER":
		known = map[string]jinja.Type{"token": text}
	case "CURRENT_STEP":
		known = map[string]jinja.Type{
			"response": {Kinds: jinja.Object, Members: map[string]jinja.Type{"status_code": {Kinds: jinja.Integer}, "text": text, "json": {Kinds: jinja.JSON}}},
			"input":    {Kinds: jinja.JSON},
		}
	case "tags":
		return jinja.Root{Node: build.Var("tags"), Type: jinja.Type{Kinds: jinja.List, Items: &text}}, true
	default:
		return jinja.Root{}, false
	}
	return jinja.Root{Node: build.Var(name), Type: jinja.Type{Kinds: jinja.Object, Members: known}}, true
}

func TestLowered(t *testing.T) {
	for _, test := range []struct {
		template string
		mode     jinja.Mode
		want     string
	}{
		{"plain", jinja.Text, "'plain'"},
		{"Bearer {{ USER.token }}", jinja.Text, "'Bearer ' & $USER.token"},
		{"{{ USER.token }}", jinja.Text, "'' & $USER.token"},
		{"{{ USER.token }}", jinja.Whole, "$USER.token"},
		{"{{ USER.token }}", jinja.Native, "line 1, column 8: a text, which the native mode would read as a literal of Python, has no exact JSONata"},
		{"/{{ CURRENT_STEP.response.status_code }}", jinja.Native, "'/' & $string($CURRENT_STEP.response.status_code)"},
		{"{{ CURRENT_STEP.response.status_code >= 400 }}", jinja.Native, "$CURRENT_STEP.response.status_code >= 400"},
		{"{{ tags|join(', ') }}", jinja.Text, "'' & $join($tags, ', ')"},
		{"{{ CURRENT_STEP.response.json }}", jinja.Whole, "$CURRENT_STEP.response.json"},
		{"{{ CURRENT_STEP.response.json.id }}", jinja.Whole, "($value := $type($CURRENT_STEP.response.json) = 'object' ? $CURRENT_STEP.response.json.id; $exists($value) ? $value : null)"},
		{"{{ [USER.token, {'a': tags}] }}", jinja.Whole, "[$USER.token, {'a': $tags}]"},
		{"{% if tags %}some{% else %}none{% endif %}", jinja.Text, "'' & ($count($tags) > 0 ? 'some' : 'none')"},
		{"{{ USER.token|upper }}", jinja.Text, "line 1, column 15: the filter upper has no exact JSONata"},
		{"a\n{% for t in tags %}{{ t }}{% endfor %}", jinja.Text, "line 2, column 1: a loop has no exact JSONata"},
		{"{{ nope }}", jinja.Text, "''"},
		{"{{ nope }}", jinja.Whole, "null"},
		{"{{ 1['a'] }}", jinja.Whole, "line 1, column 5: a member of what is no mapping has no exact JSONata"},
		{"{{ (2.5).x }}", jinja.Text, "line 1, column 9: a member of what is no mapping has no exact JSONata"},
		{"{{ (not tags)[0] }}", jinja.Text, "line 1, column 14: an item of what is neither a list nor a text has no exact JSONata"},
		{"{% print %}", jinja.Text, "''"},
		{"{% print %}", jinja.Native, "line 1, column 1: a text that the native mode may read as a literal of Python has no exact JSONata"},
	} {
		template, err := jinja.Parse(test.template)
		if err != nil {
			t.Fatal(err)
		}
		lowered, reason := template.Lower(test.mode, state)
		got := ""
		if reason != nil {
			got = reason.Error()
		} else {
			got = jsonata.Print(lowered.Node)
		}
		if got != test.want {
			t.Errorf("%q as %s:\ngot  %s\nwant %s", test.template, test.mode, got, test.want)
		}
	}
}

func TestWhen(t *testing.T) {
	template, err := jinja.Parse("/items/{{ CURRENT_STEP.input.id }}")
	if err != nil {
		t.Fatal(err)
	}
	lowered, reason := template.Lower(jinja.Text, state)
	if reason != nil {
		t.Fatal(reason)
	}
	const want = "$type($CURRENT_STEP.input) = 'object' ? $type($CURRENT_STEP.input.id) = 'number' ? $CURRENT_STEP.input.id = $floor($CURRENT_STEP.input.id) and " +
		"$abs($CURRENT_STEP.input.id) <= 9007199254740991 : $not($type($CURRENT_STEP.input.id) in ['array', 'object']) : true"
	if got := jsonata.Print(lowered.When); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
