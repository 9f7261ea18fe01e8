package jinja_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/expr/jinja"
	"github.com/steploom/steploom/internal/conformance"
	evaluator "github.com/steploom/steploom/shared/jinja"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// resolver knows the variables that a context has, and of their types what kinds says.
func resolver(t *testing.T, values *jsonata.Object, typeOf func(v any) jinja.Type) jinja.Resolve {
	return func(name string) (jinja.Root, bool) {
		v, ok := values.Get(name)
		return jinja.Root{Node: build.Field(build.Var("state"), name), Type: typeOf(v)}, ok
	}
}

func unknown(any) jinja.Type { return jinja.Type{Kinds: jinja.JSON} }

// exact is the type of a value.
func exact(v any) jinja.Type {
	switch v := v.(type) {
	case nil:
		return jinja.Type{Kinds: jinja.None}
	case bool:
		return jinja.Type{Kinds: jinja.Boolean}
	case string:
		return jinja.Type{Kinds: jinja.String}
	case []any:
		items := jinja.Type{}
		for _, item := range v {
			items.Kinds |= exact(item).Kinds
		}
		return jinja.Type{Kinds: jinja.List, Items: &items}
	case *jsonata.Object:
		members := map[string]jinja.Type{}
		for name, member := range v.All() {
			members[name] = exact(member)
		}
		return jinja.Type{Kinds: jinja.Object, Members: members}
	}
	if _, whole := jsonata.Integer(v); whole {
		return jinja.Type{Kinds: jinja.Integer}
	}
	return jinja.Type{Kinds: jinja.Float}
}

// outcome of a template: its JSON, or an error.
type outcome struct {
	json string
	err  error
}

func rendered(t *testing.T, template string, values []byte, mode jinja.Mode) outcome {
	parsed, err := syntax.Parse(template)
	if err != nil {
		return outcome{err: err}
	}
	got, err := evaluator.RenderJSON(context.Background(), parsed, values, evaluator.Options{Mode: evaluator.Mode(mode)})
	return outcome{same(t, got), err}
}

// same writes JSON as a state machine does.
func same(t *testing.T, text []byte) string {
	if len(text) == 0 {
		return ""
	}
	v, err := jsonata.Decode(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	written, err := jsonata.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(written)
}

func evaluated(t *testing.T, node jsonata.Node, values *jsonata.Object) outcome {
	compiled, err := jsonata.Compile(jsonata.Print(node), jsonata.AWS())
	if err != nil {
		t.Fatalf("%s: %v", jsonata.Print(node), err)
	}
	v, err := compiled.Eval(t.Context(), nil, jsonata.Variables{"state": values})
	if err != nil {
		return outcome{err: err}
	}
	if jsonata.IsUndefined(v) {
		return outcome{err: errors.New("the expression gives nothing")}
	}
	text, err := jsonata.Encode(v)
	if err != nil {
		return outcome{err: err}
	}
	return outcome{json: string(text)}
}

// check compares the lowering of a template with its rendering. It gives "" where there is no lowering, "filter" where its condition does not hold.
func check(t *testing.T, text string, values *jsonata.Object, mode jinja.Mode, typeOf func(any) jinja.Type) string {
	t.Helper()
	template, err := jinja.Parse(text)
	if err != nil {
		return ""
	}
	lowered, reason := template.Lower(mode, resolver(t, values, typeOf))
	if reason != nil {
		return ""
	}
	encoded, err := jsonata.Encode(values)
	if err != nil {
		t.Fatal(err)
	}
	if lowered.When != nil {
		switch when := evaluated(t, lowered.When, values); {
		case when.err != nil:
			t.Errorf("%s: the condition %s fails: %v", text, jsonata.Print(lowered.When), when.err)
		case when.json != "true":
			return "filter"
		}
	}
	got, want := evaluated(t, lowered.Node, values), rendered(t, text, encoded, mode)
	switch {
	case got.err != nil && want.err != nil:
	case got.err != nil && strings.Contains(got.err.Error(), "Unsupported"):
	case got.err != nil || want.err != nil || got.json != want.json:
		t.Errorf("%s as %s over %s\nlowered %s\ngives %s %v\nwant  %s %v", text, mode, encoded, jsonata.Print(lowered.Node), got.json, got.err, want.json, want.err)
	}
	return "lowered"
}

type row struct {
	ID       string          `json:"id"`
	Template string          `json:"template"`
	Context  json.RawMessage `json:"context"`
	Result   *string         `json:"result"`
}

// TestJinja2Lowered lowers every template of the table, in every mode, with and without knowledge of types: what is lowered gives what Jinja gives.
func TestJinja2Lowered(t *testing.T) {
	rows := conformance.Rows[row](t, "oracles/jinja2.jsonl")
	counts := map[string]int{}
	for _, row := range rows {
		decoded, err := jsonata.Decode(row.Context)
		if err != nil {
			t.Fatal(err)
		}
		for _, mode := range []jinja.Mode{jinja.Text, jinja.Whole, jinja.Native} {
			counts[string(mode)+" of unknown values "+check(t, row.Template, decoded.(*jsonata.Object), mode, unknown)]++
			counts[string(mode)+" of known values "+check(t, row.Template, decoded.(*jsonata.Object), mode, exact)]++
		}
	}
	for _, mode := range []string{"text", "value", "native"} {
		for _, known := range []string{"unknown", "known"} {
			key := mode + " of " + known + " values "
			t.Logf("TestJinja2Lowered, %s: %d of %d (and %d rendered because a condition does not hold)", key, counts[key+"lowered"], len(rows), counts[key+"filter"])
		}
	}
}
