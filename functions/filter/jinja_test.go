package filter

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

func TestJinja(t *testing.T) {
	values := `{"user": {"name": "zoe", "n": 3, "tags": ["a", "b"]}, "num": "42", "big": 9007199254740993, "f": 2.0, "no": null}`
	for _, test := range []struct{ template, result, want string }{
		{"Hello {{ user.name|upper }}, {{ big + 1 }} {{ f }} {{ no }}", "", `"Hello ZOE, 9007199254740994 2.0 None"`},
		{"{{ user.tags }}", "text", `"['a', 'b']"`},
		{"{{ user.tags }}", "native", `["a","b"]`},
		{"{{ num }}", "native", `42`},
		{"{{ num }}", "value", `"42"`},
		{"{{ nope }}", "value", `null`},
		{"{{ user.n }}{{ user.n }}", "native", `33`},
		{"{{ user.n }}{{ user.n }}", "value", `"33"`},
		{"{% for tag in user.tags %}{{ loop.index }}{{ tag }}{% endfor %}", "", `"1a2b"`},
		{"{{ f }}", "value", `2.0`},
		{"", "native", `null`},
	} {
		got, err := run(t, Request{Language: "jinja", Program: test.template, Input: json.RawMessage(values), Result: test.result})
		if want := `{"output":` + test.want + `}`; err != nil || got != want {
			t.Errorf("%s as %q: got %s, %v; want %s", test.template, test.result, got, err, want)
		}
	}
}

// TestJinjaFailures: a failure names its place and quotes the template there, and never a value.
func TestJinjaFailures(t *testing.T) {
	const secret = "s3cr3t-value"
	values := `{"token": "` + secret + `", "d": {}}`
	for _, test := range []struct{ template, name, message string }{
		{"a {{ token", task.FilterInvalid, "jinja: line 1, column 11: TemplateSyntaxError: unexpected end of template, expected 'end of print statement'., at \"a {{ token\""},
		{"x\n  {{ token|nope }}", task.FilterInvalid, `jinja: line 2, column 12: TemplateAssertionError: No filter named 'nope'., at "  {{ token|nope }}"`},
		{"{{ d.a.b }}", task.FilterFailed, `jinja: line 1, column 7: UndefinedError: 'dict object' has no attribute 'a', at "{{ d.a.b }}"`},
		{"{{ d[token].b }}", task.FilterFailed, "UndefinedError: dict object has no such element"},
		{"{{ token.index('x') }}", task.FilterFailed, "ValueError: substring not found"},
		{"{{ [1].index(token) }}", task.FilterFailed, "ValueError: the value is not in the list"},
		{"{{ d.pop(token) }}", task.FilterFailed, "KeyError: no such key"},
		{"{{ '{x}'.format_map({token: 1}) }}", task.FilterFailed, "KeyError: no such key"},
		{"{{ [1]|map(token)|list }}", task.FilterFailed, "TemplateRuntimeError: there is no such filter"},
		{"{{ {token ~ ' ': 1}|xmlattr }}", task.FilterFailed, "ValueError: Invalid character in attribute name"},
		{"{{ token.__class__ }}", task.FilterFailed, "Unsupported: the attribute '__class__'"},
		{"{{ ''.__class__.__mro__ }}", task.FilterFailed, "Unsupported"},
		{"{{ '{0.__class__}'.format(token) }}", task.FilterFailed, "Unsupported"},
		{"{{ token|attr('__class__') }}", task.FilterFailed, "Unsupported"},
		{"{{ token['__class__'] }}", task.FilterFailed, "Unsupported"},
		{"{% include '/etc/passwd' %}", task.FilterInvalid, "Unsupported"},
		{"{% for x in range(10**10) %}{% endfor %}", task.FilterTimeout, "Limit"},
		{"{{ 'a' * 10**9 }}", task.FilterTimeout, "Limit"},
		{"{{ [1] * 10**9 }}", task.FilterTimeout, "Limit"},
		{"{{ '%1000000000d' % 1 }}", task.FilterTimeout, "Limit"},
		{"{{ '{:1000000000}'.format(1) }}", task.FilterTimeout, "Limit"},
		{"{{ 'a'|center(1000000000) }}", task.FilterTimeout, "Limit"},
		{"{{ 'a'|indent(1000000000, true) }}", task.FilterTimeout, "Limit"},
		{"{{ 10**(10**10) }}", task.FilterTimeout, "Limit"},
		{"{{ range(10**9)|list|length }}", task.FilterTimeout, "Limit"},
		{"{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", task.FilterFailed, "RecursionError"},
		{"{% set ns = namespace(s='a') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", task.FilterTimeout, "Limit"},
		{"{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}", task.FilterTimeout, "Limit"},
		{"{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s == ns.s.copy() }}{{ ns.s|tojson }}", task.FilterTimeout, "Limit"},
	} {
		got, err := run(t, Request{Language: "jinja", Program: test.template, Input: json.RawMessage(values), TimeoutSeconds: 60})
		failure := task.AsError(err)
		if err == nil || failure.Name != test.name || !strings.Contains(failure.Message, test.message) || strings.Contains(failure.Message, secret) {
			t.Errorf("%s: got %s, %v; want %s: %s", test.template, got, err, test.name, test.message)
		}
	}
}

// TestJinjaAnyCase: members of the objects that a request names are found in any case, however they are reached, and those of no other.
func TestJinjaAnyCase(t *testing.T) {
	const input = `{"r": {"headers": {"etag": "v1"}, "other": {"etag": "v2"}}, "l": [{"etag": "v3"}, 5, [{"etag": "v4"}]]}`
	const template = `{% set h = r.headers %}{{ h['ETag'] }} {{ h.get('Etag') }} {{ 'ETAG' in h }} {{ h.copy().eTag }} {{ dict(h)['ETag'] }} {{ h|list }} {{ r.other['ETag'] }}{{ l[0]['ETag'] }} {{ l[2][0].ETag }}`
	got, err := run(t, Request{Language: "jinja", Program: template, Input: json.RawMessage(input), AnyCase: [][]string{{"r", "headers"}, {"nope", "x"}, {"r", "headers", "etag"}, {"l"}}})
	if want := `{"output":"v1 v1 True v1 v1 ['etag'] v3 v4"}`; err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}
