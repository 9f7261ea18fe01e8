package jinja_test

import (
	"context"
	"testing"

	"github.com/steploom/steploom/shared/jinja"
	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// TestNames: each filter and test that the parser knows is there.
func TestNames(t *testing.T) {
	for kind, names := range map[string][]string{"filter": syntax.FilterNames(), "test": syntax.TestNames()} {
		for _, name := range names {
			use := "{{ [1]|map('" + name + "')|list }}"
			if kind == "test" {
				use = "{{ [1]|select('" + name + "')|list }}"
			}
			template, err := syntax.Parse(use)
			if err != nil {
				t.Fatal(err)
			}
			_, err = jinja.Render(context.Background(), template, &python.Dict{}, jinja.Options{})
			if problem, ok := jinja.AsError(err); ok && problem.Class == python.TemplateError {
				t.Errorf("there is no %s %s", kind, name)
			}
		}
	}
}
