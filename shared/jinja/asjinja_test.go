package jinja_test

import (
	"context"
	"testing"

	"github.com/steploom/steploom/shared/jinja"
	"github.com/steploom/steploom/shared/jinja/python"
)

// TestAsJinja: what Jinja 3.1.6 gives under Python 3.11, in the default environment and in the native one, over a = "ctx" and no = None.
func TestAsJinja(t *testing.T) {
	for _, test := range []struct{ template, text, native string }{
		{`{% set a %}{{ a }}!{% endset %}{{ a }}`, `str '!'`, `str '!'`},
		{`{% for x in [1,2] %}{{ a }}{% endfor %}{% set a = 5 %}{{ a }}`, `str '5'`, `int 5`},
		{`{% if no %}{% set a = 1 %}{% endif %}{{ a }}`, `str 'ctx'`, `str 'ctx'`},
		{`{% macro m() %}{{ a }}{% endmacro %}{{ m() }}{% set a = 2 %}{{ m() }}`, `str '2'`, `int 2`},
		{`{{ true[1:2] }}`, `str ''`, `TypeError: 'bool' object is not subscriptable`},
		{`{{ (5)[:1] is filter }}`, `str 'False'`, `bool False`},
		{`{% autoescape no %}{% autoescape true %}{{ '<b>'|safe ~ 1 }}{% endautoescape %}{% endautoescape %}`, `str '&lt;b&gt;1'`, `str '<b>1'`},
		{`{% set a %}12{% endset %}{{ a|length }}`, `str '2'`, `TypeError: object of type 'int' has no len()`},
		{`{{ '%(k)s %s' % {'k': 1} }}`, `TypeError: not enough arguments for format string`, `TypeError: not enough arguments for format string`},
		{`{{ '%5%' % 1 }}`, `ValueError: unsupported format character '%' (0x25) at index 2`, `ValueError: unsupported format character '%' (0x25) at index 2`},
		{`{{ [3, 'a', 1]|sort }}`, `TypeError: '<' not supported between instances of 'str' and 'int'`, `TypeError: '<' not supported between instances of 'str' and 'int'`},
		{`{{ [1]|sort(reverse=nope) }}`, `TypeError: 'Undefined' object cannot be interpreted as an integer`, `TypeError: 'Undefined' object cannot be interpreted as an integer`},
		{`{{ 'a'.center(4, '*') }}|{{ 'ab'.center(5, '*') }}`, `str '*a**|**ab*'`, `str '*a**|**ab*'`},
		{`{{ '{:,.2f}|{:>+8}|{:#x}|{:08.3f}|{:e}'.format(1234567.891, 5, 255, -3.14159, 12345.678) }}`, `str '1,234,567.89|      +5|0xff|-003.142|1.234568e+04'`, `str '1,234,567.89|      +5|0xff|-003.142|1.234568e+04'`},
		{`{{ '%#o %+.3e % d %c %r' % (8, 1.5, 3, 65, 'é') }}`, `str "0o10 +1.500e+00  3 A 'é'"`, `str "0o10 +1.500e+00  3 A 'é'"`},
		{`{{ 2 ** 0.5 }} {{ 10 ** -3 }} {{ 7 ** 25 }} {{ -7.5 // 2 }} {{ -7.5 % 2 }}`, `str '1.4142135623730951 0.001 1341068619663964900807 -4.0 0.5'`, `str '1.4142135623730951 0.001 1341068619663964900807 -4.0 0.5'`},
		{`{{ 'STRASSE Σ ΑΣ'.lower() }} {{ 'straße'.upper() }} {{ 'ŉ ǆ'.title() }}`, `str 'strasse σ ας STRASSE ʼN ǅ'`, `str 'strasse σ ας STRASSE ʼN ǅ'`},
		{`{{ 1e16 }} {{ 123456789012345.6 }} {{ 1e-5 }} {{ 0.0001 }}`, `str '1e+16 123456789012345.6 1e-05 0.0001'`, `str '1e+16 123456789012345.6 1e-05 0.0001'`},
		{`{{ 'x'|safe + '<' }}{{ '<' + 'x'|safe }}`, `str 'x&lt;&lt;x'`, `str 'x&lt;&lt;x'`},
		{`{% for k, v in {'a': 1}.items() recursive %}{{ k }}{{ loop({'b': 2}.items()) if k == 'a' }}{% endfor %}`, `str 'ab'`, `str 'ab'`},
		{`{{ [1, 2, 3, 4, 5]|batch(2, 'x')|map('join')|join('/') }}`, `str '12/34/5x'`, `str '12/34/5x'`},
		{`{{ 'the quick-brown fox'|wordwrap(9) }}`, `str 'the\nquick-\nbrown fox'`, `str 'the\nquick-\nbrown fox'`},
		{`{% filter length %}abc{% endfilter %}`, `TypeError: sequence item 0: expected str instance, int found`, `int 3`},
		{`{{ [1.0, 1, true]|unique|list }}`, `str '[1.0]'`, `list [1.0]`},
		{`{{ {'b': 1, 'A': 2}|dictsort }}{{ {'b': 1, 'A': 2}|tojson(2) }}`, `str '[(\'A\', 2), (\'b\', 1)]{\n  "A": 2,\n  "b": 1\n}'`, `str '[(\'A\', 2), (\'b\', 1)]{\n  "A": 2,\n  "b": 1\n}'`},
		{`-(1)`, `str '-(1)'`, `int -1`},
		{` {{ ' 5' }}`, `str '  5'`, `str '  5'`},
		{`{{ '5\n' }}`, `str '5\n'`, `int 5`},
		{`{{ '(1, [2, {"a": None}])' }}`, `str '(1, [2, {"a": None}])'`, `tuple (1, [2, {'a': None}])`},
		{`{{ '007' }}{{ nope }}`, `str '007'`, `str '007'`},
		{`{{ '1_000' }}`, `str '1_000'`, `int 1000`},
		{`{{ '\x7f\x01'|tojson }}`, `str '"\\u007f\\u0001"'`, `str '\x7f\x01'`},
		{`{{ 'İ'.casefold()|length }}{{ 'ẞŉ'.casefold() }}`, `str '2ssʼn'`, `str '2ssʼn'`},
		{`{{ 0 / -1 * 7 }} {{ 0.0 / 3 }}`, `str '-0.0 0.0'`, `str '-0.0 0.0'`},
		{`{{ '١٢'|int }} {{ '３.５'|float }} {{ ' ٣ '|int }} {{ '1²'|int(-1) }} {{ '𝟙𝟘'|int }}`, `str '12 3.5 3 -1 10'`, `str '12 3.5 3 -1 10'`},
		{`{{ 'inf'|filesizeformat }} {{ 'nan'|filesizeformat }}`, `str 'inf YB nan YB'`, `str 'inf YB nan YB'`},
		{`{% for (x, y) in 'ab', 'cd' if x %}{{ loop.previtem }}{% endfor %}`, `str "('a', 'b')"`, `tuple ('a', 'b')`},
		{`{% set l = [1] %}{{ l.append(2) }}{{ l }}{{ l.append(3) }}{{ l }}`, `str 'None[1, 2]None[1, 2, 3]'`, `str 'None[1, 2]None[1, 2, 3]'`},
		{`{% set l = [1] %}{{ l }}{{ l.append(2) }}{{ l.append(3) }}`, `str '[1]NoneNone'`, `str '[1, 2]NoneNone'`},
		{`{{ {'a': 1}.keys() - ['a'] }}`, `the difference of keys or items is a set, which is not supported`, `the difference of keys or items is a set, which is not supported`},
		{`{{ {{}.keys(): 1} }}`, `TypeError: unhashable type: 'dict_keys'`, `TypeError: unhashable type: 'dict_keys'`},
		{`{{ 1 in 'a'.encode() }}{{ 97 in 'a'.encode() }}{{ 'a'.encode() in 'ba'.encode() }}`, `str 'FalseTrueTrue'`, `str 'FalseTrueTrue'`},
		{`{{ 'a' in 'a'.encode() }}`, `TypeError: a bytes-like object is required, not 'str'`, `TypeError: a bytes-like object is required, not 'str'`},
		{`{{ 'a'.encode() % 1 }}`, `formatting bytes is not supported`, `formatting bytes is not supported`},
		{`{{ 'a'.splitlines(none) }}`, `TypeError: 'NoneType' object cannot be interpreted as an integer`, `TypeError: 'NoneType' object cannot be interpreted as an integer`},
		{`{{ [1]|select(value=1)|list }}`, `TypeError: sync_do_select() got multiple values for argument 'value'`, `TypeError: sync_do_select() got multiple values for argument 'value'`},
		{`{{ 1 is in(seq=[1]) }}{{ 2 is not lessthan(1) }}`, `str 'TrueTrue'`, `str 'TrueTrue'`},
		{`{{ 1 is eq }}`, `TypeError: eq expected 2 arguments, got 1`, `TypeError: eq expected 2 arguments, got 1`},
		{`{{ 'x'|round(1.5) }}`, `TypeError: type str doesn't define __round__ method`, `TypeError: type str doesn't define __round__ method`},
		{`{{ [1]|batch }}`, `TypeError: do_batch() missing 1 required positional argument: 'linecount'`, `TypeError: do_batch() missing 1 required positional argument: 'linecount'`},
		{`{{ nope.__class__ }}`, `the attribute '__class__', which is about Python itself, is not supported`, `the attribute '__class__', which is about Python itself, is not supported`},
		{`{{ ['x'|safe] or a }}`, `str "[Markup('x')]"`, `str "[Markup('x')]"`},
		{`{{ "it's" if [1] else a }}{{ 1 > 2 > a }}`, `str "it'sFalse"`, `str "it'sFalse"`},
		{`{{ 1e400 }}{{ 1e400 > 5 }}`, `str 'infTrue'`, `str 'infTrue'`},
		{`{{ 1e400 or a }}`, `str 'inf'`, `str 'inf'`},
		{`{{ a or 1e400 }}`, `str 'ctx'`, `str 'ctx'`},
		{`{{ 1e400 == a }}`, `NameError: name 'inf' is not defined`, `NameError: name 'inf' is not defined`},
		{`{% set x = [1e308 * 10 - 1e400] %}`, `NameError: name 'nan' is not defined`, `NameError: name 'nan' is not defined`},
		{`{{ dict == dict }}{{ dict in [range, dict] }}{{ range is callable }}`, `str 'TrueTrueTrue'`, `str 'TrueTrueTrue'`},
		{`{% set make = dict %}{{ make(a=1) }}`, `str "{'a': 1}"`, `dict {'a': 1}`},
		{`{{ dict.a }}`, `a member of dict itself, which is a class, is not supported: call it`, `a member of dict itself, which is a class, is not supported: call it`},
		{`{{ dict[1:] }}`, `a member of dict itself, which is a class, is not supported: call it`, `a member of dict itself, which is a class, is not supported: call it`},
		{`{% autoescape true %}{{ 1 ~ ('<'|e) }}{{ ('a<'|safe)|last }}{% endautoescape %}`, `str '1&amp;lt;<'`, `str '1&lt;<'`},
	} {
		for mode, want := range map[jinja.Mode]string{jinja.Text: test.text, jinja.Native: test.native} {
			got := render(t, test.template, []byte(`{"a": "ctx", "no": null}`), mode)
			shown := got.failure + got.refused
			if shown == "" {
				shown = python.TypeName(got.value) + " " + python.Repr(python.NewMeter(context.Background(), 1<<20), got.value)
			}
			if shown != want {
				t.Errorf("%s as %s:\ngot  %s\nwant %s", test.template, mode, shown, want)
			}
		}
	}
}

// TestLiteral: a text that is JSON, or a literal of Python, becomes what it says as a whole, and no part of it does before.
func TestLiteral(t *testing.T) {
	for template, want := range map[string]string{
		`{"a": {{ [1, 'é😀']|tojson }}, "b": null}`: `dict {'a': [1, 'é😀'], 'b': None}`,
		`{"a": "b\/c"}`:                  `dict {'a': 'b/c'}`,
		`{"a": True}`:                    `dict {'a': True}`,
		`{'a': {{ [none] }}}`:            `dict {'a': [None]}`,
		`{{ {'a': (1, 2)} }}`:            `dict {'a': (1, 2)}`,
		`{% if a %}{{ [a] }}{% endif %}`: `list ['ctx']`,
		`{{ a }}`:                        `str 'ctx'`,
		`true{{ '' }}`:                   `bool True`,
		`{% macro m(x) %}{"a": {{ x|tojson }}}{% endmacro %}[{{ m('b') }}, {{ m(1) }}]`:     `list [{'a': 'b'}, {'a': 1}]`,
		`{% set x %}[1, "a"]{% endset %}{"x": {{ x }}, "y": "{{ x|length }}"}`:              `dict {'x': [1, 'a'], 'y': '8'}`,
		`{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{"a": true}{% endcall %}`: `dict {'a': True}`,
		`{% filter upper %}{"a": 1}{% endfilter %}`:                                         `dict {'A': 1}`,
		`a=1`: `str 'a=1'`,
		``:    `NoneType None`,
	} {
		got := render(t, template, []byte(`{"a": "ctx"}`), jinja.Literal)
		shown := got.failure + got.refused
		if shown == "" {
			shown = python.TypeName(got.value) + " " + python.Repr(python.NewMeter(context.Background(), 1<<20), got.value)
		}
		if shown != want {
			t.Errorf("%s:\ngot  %s\nwant %s", template, shown, want)
		}
	}
}
