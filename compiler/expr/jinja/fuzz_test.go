package jinja_test

import (
	"testing"

	"github.com/steploom/steploom/compiler/expr/jinja"
	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// FuzzLower: a template that is read is lowered to an expression that compiles, or there is a reason, in linear time.
func FuzzLower(f *testing.F) {
	for _, seed := range []string{
		"{{ USER.token }}/{{ CURRENT_STEP.input.a['b'][0] }}", "{% if tags %}{{ tags|join(',') }}{% elif x %}{% else %}y{% endif %}",
		"{{ {'a': [1, nope], 'b': tags|first}.b ~ (1 if tags else 2) }}", "{{ CURRENT_STEP.input.get('x', 1) > 2 and 'a' in tags or not tags is defined }}",
		"{{ a.b.c.d.e|default('x', true)|length }}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lower := func(text string) {
			template, err := jinja.Parse(text)
			if err != nil {
				return
			}
			template.Variables()
			for _, mode := range []jinja.Mode{jinja.Text, jinja.Whole, jinja.Native} {
				lowered, reason := template.Lower(mode, state)
				if reason != nil {
					continue
				}
				if _, err := jsonata.Compile(jsonata.Print(lowered.Node), jsonata.AWS()); err != nil {
					t.Errorf("%q as %s: %v", text, mode, err)
				}
			}
		}
		lower(text)
		pace.Linear(t, text, func(text string) {
			template, err := jinja.Parse(text)
			if err == nil {
				_, _ = template.Lower(jinja.Text, state)
			}
		})
	})
}
