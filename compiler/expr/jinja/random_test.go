package jinja_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/expr/jinja"
	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestRandomTemplates: random templates over random values give the same lowered as rendered.
func TestRandomTemplates(t *testing.T) {
	counts := map[string]int{}
	seeds := []uint64{20261122}
	if fresh, err := strconv.ParseUint(os.Getenv(property.SeedVariable), 10, 64); err == nil {
		seeds = append(seeds, fresh)
	}
	for i := range 1_000 * len(seeds) {
		r := &writer{rand.New(rand.NewPCG(seeds[i%len(seeds)], uint64(i)))}
		values := jsonata.NewObject()
		for _, name := range []string{"a", "b", "c"} {
			values.Set(name, r.value(3))
		}
		template := r.template()
		for _, mode := range []jinja.Mode{jinja.Text, jinja.Whole, jinja.Native} {
			counts[check(t, template, values, mode, unknown)]++
			counts[check(t, template, values, mode, exact)]++
		}
	}
	t.Logf("random templates: %v", counts)
	if counts["lowered"] < counts[""]/4 {
		t.Error("few templates are lowered")
	}
}

// writer writes templates and values.
type writer struct{ *rand.Rand }

func (r *writer) one(texts ...string) string { return texts[r.IntN(len(texts))] }

func (r *writer) value(depth int) any {
	switch kind := r.IntN(12); {
	case kind < 3 && depth > 0:
		object := jsonata.NewObject()
		for range r.IntN(3) {
			object.Set(r.one("a", "b", "x", "count", "title", "items"), r.value(depth-1))
		}
		return object
	case kind < 5 && depth > 0:
		list := make([]any, r.IntN(3))
		for i := range list {
			list[i] = r.value(depth - 1)
		}
		return list
	}
	return []any{
		0.0, 1.0, 2.0, -3.0, 0.5, 1e20, int64(9007199254740993), "", "x", "12", "True", "[1]", "née 😀", "a", true, false, nil,
	}[r.IntN(17)]
}

func (r *writer) template() string {
	if r.IntN(3) == 0 {
		return "{{ " + r.expression(3) + " }}"
	}
	var b strings.Builder
	for range r.IntN(4) {
		switch r.IntN(6) {
		case 0:
			fmt.Fprintf(&b, "{%% if %s %%}%s{%% elif %s %%}%s{%% else %%}%s{%% endif %%}", r.expression(2), r.template(), r.expression(2), r.template(), r.one("", "e"))
		case 1, 2:
			b.WriteString(r.one("text ", "/", "1", "https://", "", "'", "{"))
		default:
			b.WriteString("{{ " + r.expression(3) + " }}")
		}
	}
	return b.String()
}

func (r *writer) path() string {
	path := r.one("a", "b", "c", "nope")
	for range r.IntN(4) {
		path += r.one(".a", ".b", ".x", "['a']", "[0]", "[-1]", ".0", "['x y']", ".count", ".title", "['items']", "[7]")
	}
	return path
}

func (r *writer) literal() string {
	return r.one("1", "0", "2", "0.5", "'x'", "''", "'a'", "'12'", "true", "false", "none", "-3", "1.0", "9007199254740993", "'née'")
}

func (r *writer) expression(depth int) string {
	if depth == 0 || r.IntN(4) == 0 {
		if r.IntN(3) == 0 {
			return r.literal()
		}
		return r.path()
	}
	inner := func() string { return r.expression(depth - 1) }
	switch r.IntN(14) {
	case 0:
		return fmt.Sprintf("(%s if %s else %s)", inner(), inner(), inner())
	case 1:
		return fmt.Sprintf("(%s if %s)", inner(), inner())
	case 2:
		return fmt.Sprintf("(%s %s %s)", inner(), r.one("and", "or"), inner())
	case 3:
		return fmt.Sprintf("(not %s)", inner())
	case 4, 5:
		return fmt.Sprintf("(%s %s %s)", inner(), r.one("==", "!=", "<", "<=", ">", ">=", "in", "not in"), r.one(inner(), r.literal(), r.literal()))
	case 6:
		return fmt.Sprintf("(%s ~ %s)", inner(), inner())
	case 7, 8:
		return fmt.Sprintf("(%s is %s%s)", inner(), r.one("", "not "),
			r.one("defined", "undefined", "none", "string", "number", "boolean", "mapping", "sequence", "iterable", "true", "false", "eq 1", "in ['x']"))
	case 9, 10:
		return fmt.Sprintf("(%s)|%s", inner(), r.one("default('d')", "default", "d(0, true)", "length", "first", "last", "string", "join(',')", "join", "tojson", "count"))
	case 11:
		return fmt.Sprintf("(%s)%s", inner(), r.one(".a", "['x']", "[0]", "[-1]", ".title", "['items']"))
	case 12:
		return fmt.Sprintf("%s.get('%s'%s)", r.path(), r.one("a", "x"), r.one("", ", 1", ", 'd'"))
	}
	return fmt.Sprintf("{'k': %s, 'l': [%s, %s]}%s", inner(), inner(), inner(), r.one("", ".k", "['l']", ".l[0]"))
}
