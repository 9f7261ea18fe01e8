package syntax_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

var seeds = []string{
	"", "text", "{{ a.b[0]['c'](1, x=2, *y, **z)|f(1).g is not h }}", "{% for a, b in c if d recursive %}{{ loop.x }}{% else %}{% endfor %}",
	"{% if a %}{% elif b %}{% else %}{% endif %}", "{% set a, b = 1, (2,) %}{% set c | upper %}x{% endset %}{% set n.a = 1 %}",
	"{% macro m(a, b=1) %}{% endmacro %}{% call(x) m(1) %}{% endcall %}{% filter upper|lower %}{% endfilter %}", "{%- raw -%} {{ {%- endraw -%}",
	"{# c #}{#- c -#}\r\n", "{% with a = 1, b = 2 %}{% endwith %}{% autoescape true %}{% endautoescape %}{% block b scoped %}{% endblock b %}",
	`{{ 'a\'\n\x41é\u00e9' "b" ~ 1_000 ~ 1.5e3 ~ 0x1F ** -2 // 3 }}`, "{{ a[1:2:3], a[:], a[::] }}", "{{ {'a': [1, (2)], } if not b in c < d else none }}",
	"{{ (((((", "{{ ------a }}", "{% if %}", "{{ a ?", "{% for", "{#", "{% raw %}", "{{ 'a", "{{ not not a }}", "{{ é }}", "{{ ² }}",
}

// FuzzParse: a template is read, or there is an error with a place in it, in linear time.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, template string) {
		parsed, err := syntax.Parse(template)
		if problem, ok := syntax.AsError(err); err != nil && (!ok || problem.Pos.Offset < 0 || problem.Pos.Offset > len(template) || problem.Pos.Line < 1) {
			t.Errorf("%q: %v", template, err)
		}
		if parsed != nil {
			for _, stmt := range parsed.Body {
				syntax.Walk(stmt, func(node syntax.Node) bool {
					if at := node.Position(); at.Offset < 0 || at.Offset > len(template) || at.Line < 1 || at.Column < 1 {
						t.Errorf("%q: %T at %v", template, node, at)
					}
					return true
				})
			}
		}
		pace.Linear(t, template, func(template string) { _, _ = syntax.Parse(template) })
	})
}

// TestPositions: errors and nodes know their places, after newlines of every kind and characters of several bytes.
func TestPositions(t *testing.T) {
	for _, test := range []struct{ template, want, excerpt string }{
		{"é\r\n{{ a b }}", "line 2, column 6: TemplateSyntaxError: expected token 'end of print statement', got 'b'", "{{ a b }}"},
		{"a\rb\n  {{ é|nope }}", "line 3, column 8: TemplateAssertionError: No filter named 'nope'.", "  {{ é|nope }}"},
		{"{% if a %}\n{% endfor %}", "line 2, column 4: TemplateSyntaxError: Encountered unknown tag 'endfor'. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.", "{% endfor %}"},
		{"{{ '\n' ~ ", "line 2, column 5: TemplateSyntaxError: unexpected 'end of template'", "' ~ "},
		{"{{ " + strings.Repeat("x", 50) + " @ " + strings.Repeat("y", 50), "line 1, column 55: TemplateSyntaxError: unexpected char '@' at 54", "…" + strings.Repeat("x", 29) + " @ " + strings.Repeat("y", 28) + "…"},
		{"{% import 'x' as y %}", `line 1, column 4: Unsupported: "import" is not supported: a template here stands alone, there are no files that it could load`, "{% import 'x' as y %}"},
		{strings.Repeat("(", 10) + "{{ " + strings.Repeat("[", 200), "line 1, column 114: Unsupported: nested more than 100 deep", "…" + strings.Repeat("[", 60) + "…"},
	} {
		_, err := syntax.Parse(test.template)
		problem, ok := syntax.AsError(err)
		if !ok || problem.Error() != test.want {
			t.Errorf("%q: %v, want %s", test.template, err, test.want)
			continue
		}
		if got := syntax.Excerpt(test.template, problem.Pos); got != test.excerpt {
			t.Errorf("%q: excerpt %q, want %q", test.template, got, test.excerpt)
		}
	}
}
