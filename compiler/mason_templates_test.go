package compiler_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/jinja"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/shared/pytext"
)

// TestMasonTemplates: random templates in a body are sent as what they give where they are rendered alone: a single expression its value, any other a text.
func TestMasonTemplates(t *testing.T) {
	const got = `{"id": 7, "f": 1.5, "t": true, "n": null, "ids": [1, 2], "title": "a}}\"b'c{{ x\né😀", "o": {"z": 1, "a": ["x"]}}`
	r := rand.New(rand.NewPCG(20261126, 1))
	for range 400 {
		template := randomTemplate(r)
		parsed, err := syntax.Parse(template)
		if err != nil {
			continue
		}
		rendered, err := jinja.RenderJSON(context.Background(), parsed, []byte(`{"got": `+got+`}`), jinja.Options{Mode: jinja.Whole})
		if err != nil {
			continue
		}
		value, err := pytext.Decode(string(rendered))
		if err != nil {
			t.Fatal(err)
		}
		want, err := pytext.JSON(pytext.NewDict("k", value), pytext.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if sent, err := masonBody(t, got, pytext.NewDict("k", template)); err != nil || sent != want {
			t.Errorf("%s\nsends %s %v\nwant  %s", template, sent, err, want)
		}
	}
}

// randomTemplate is text, expressions, comments and raw text, with what ends one in another.
func randomTemplate(r *rand.Rand) string {
	one := func(texts ...string) string { return texts[r.IntN(len(texts))] }
	expression := func() string {
		return one("got.id", "got.title", "got.o", "got['ids']", "got.none", "got.t", "got.n", "'}}'", `"{{ got.id }}"`, "{'a': {'b': got.id}}", "'it\\'s }}'",
			"got.ids[0]", "got.ids|join('}}')", "got.title|length", "-got.id", "+got.id", "{'a': got.ids}['a']", "'%}' ~ got.id", "'#}'", "[{}, {'x': {}}]",
			"got.f", "got.id|urlencode", "(got.title|urlencode)", "got.title|upper", "1 if got.t else '{#'", "got.o|tojson", "got . id", "{}", "'\\\\'", `"\""`)
	}
	var b strings.Builder
	for range 1 + r.IntN(4) {
		switch r.IntN(8) {
		case 0:
			b.WriteString(one("text", " ", "\n", "}}", "%}", "#}", "{", "{ {", "é😀", "'", `"`, "a{b}c"))
		case 1:
			b.WriteString(one("{# {{ got.id }} #}", "{#- }} -#}", "{% raw %}{{ got.id }}{% endraw %}", "{%- raw -%} {% if %} {%- endraw -%}", "{##}", "{% raw %}{#{% endraw %}"))
		case 2:
			fmt.Fprintf(&b, "{%% if %s %%}%s{%% endif %%}", expression(), one("y", "{{ got.id }}"))
		default:
			fmt.Fprintf(&b, "{{%s%s%s}}", one(" ", "", "-", "- ", "+ ", "\n", "--", "-+"), expression(), one(" ", "", " -", "\n"))
		}
	}
	return b.String()
}
