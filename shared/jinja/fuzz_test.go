package jinja_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/steploom/steploom/shared/jinja"
	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// FuzzRender: whatever a template does, it ends within its work, with a value or an error with a place in the template.
func FuzzRender(f *testing.F) {
	for _, seed := range []string{
		"{{ a.b|upper }}{{ d[0] }}", "{% for x in l %}{{ loop.index }}{{ x }}{% endfor %}", "{{ '%s %5.2f %(a)s' % d }}", "{{ '{:>{}} {0!r}'.format(1, 5) }}",
		"{{ l.append(l) }}{{ l }}{{ l == l }}{{ l|tojson }}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{{ 2 ** 10000 }}", "{{ 'a' * 1000 }}",
		"{{ l|sort|unique|batch(2)|list }}", "{{ s|wordwrap(3) }}{{ s|urlize }}{{ s|striptags }}", "{{ '[1, {\"a\": (2,)}]' }}", "{{ s.split(none, 1)[::-1] }}",
		"{% set ns = namespace(a=1) %}{% set ns.a = ns.a + 1 %}{{ ns.a }}", "{{ l|groupby(0)|map(attribute='list')|list }}", "{{ d|xmlattr ~ d|dictsort|string }}",
	} {
		f.Add(seed, `{"a": {"b": "x"}, "d": {"a": 1}, "l": [3, 1.5, null], "s": "a-b <c> www.x.org"}`)
	}
	f.Fuzz(func(t *testing.T, template, values string) {
		parsed, err := syntax.Parse(template)
		if err != nil {
			return
		}
		for _, mode := range []jinja.Mode{jinja.Text, jinja.Native, jinja.Whole} {
			read, err := python.FromJSON([]byte(values))
			dict, ok := read.(*python.Dict)
			if err != nil || !ok {
				return
			}
			const work = 100_000
			got, err := jinja.Render(context.Background(), parsed, dict, jinja.Options{Mode: mode, Work: work})
			problem, known := jinja.AsError(err)
			if err != nil && (!known || problem.Pos.Offset > len(template)) {
				t.Errorf("%q: %v", template, err)
			}
			if text, isText := got.(string); err == nil && mode == jinja.Text && (!isText || len(text) > work) {
				t.Errorf("%q gives %d bytes", template, len(text))
			}
			if text, err := jinja.RenderJSON(context.Background(), parsed, []byte(values), jinja.Options{Mode: mode, Work: work}); err == nil && !json.Valid(text) {
				t.Errorf("%q gives %s", template, text)
			}
		}
	})
}
