package expr_test

import (
	"context"
	"testing"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func placed(t *testing.T, text string) []expr.Piece {
	t.Helper()
	pieces, err := expr.Placeholders{Forms: []expr.Form{{Open: "{", Close: "}"}}}.Split(expr.Verbatim(text, 0))
	if err != nil {
		t.Fatal(err)
	}
	return pieces
}

// named is the variable of a placeholder; "unknown" has none, "host" is a text.
func named(p expr.Piece) (jsonata.Node, bool) {
	if p.Text.Value == "host" {
		return build.Text("http://h"), true
	}
	return build.Var(p.Text.Value), p.Text.Value != "unknown"
}

// TestJoin keeps texts, and puts expressions together of others.
func TestJoin(t *testing.T) {
	for text, want := range map[string]string{"a {b} c": "'a ' & $b & ' c'", "{a}{b}": "$a & $b"} {
		joined, ok := expr.Join(placed(t, text), named)
		if node, isNode := joined.(jsonata.Node); !ok || !isNode || jsonata.Print(node) != want {
			t.Errorf("%s is %v", text, joined)
		}
	}
	for _, text := range []string{"", "a b"} {
		if joined, ok := expr.Join(placed(t, text), named); !ok || joined != text {
			t.Errorf("%q is %v", text, joined)
		}
	}
	if joined, ok := expr.Join(placed(t, "a {unknown}"), named); ok || joined != nil {
		t.Error("what is unknown has no text")
	}
}

// TestAddressAdd takes what begins an address as it is, and encodes all other data.
func TestAddressAdd(t *testing.T) {
	based := 0
	for text, want := range map[string]string{
		"http://h/{a}b": "'http://h/' & ($exists($a) and $a != null ? $encodeUrlComponent($string($a)) : $error('a is missing, so there is no URL to call')) & 'b'",
		"{a}/b":         "($exists($a) and $a != null ? $string($a) : $error('a is missing, so there is no URL to call')) & '/b'",
		"{host}/b":      "'http://h/b'",
	} {
		var address expr.Address
		if !address.Add(placed(t, text), named, func() { based++ }) {
			t.Errorf("%s has no address", text)
		} else if got := jsonata.Print(address.URL()); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
	if based != 1 {
		t.Errorf("%d addresses begin with data", based)
	}
	if (&expr.Address{}).Add(placed(t, "http://h/{unknown}"), named, nil) {
		t.Error("what is unknown has no address")
	}
}

// TestFind reads one value or null, and a list of all where a path can find several.
func TestFind(t *testing.T) {
	for path, want := range map[string]string{"$.a.b": "$exists($x.a.b) ? $x.a.b : null"} {
		if found, err := expr.Find(build.Var("x"), path); err != nil || jsonata.Print(found) != want {
			t.Errorf("%s is %s %v", path, jsonata.Print(found), err)
		}
	}
	many, err := expr.Find(build.Var("x"), "$.a[*].b")
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{`{"a": [{"b": 1}]}`: `[1]`, `{"a": []}`: `[]`, `{}`: `[]`, `{"a": [{"b": 1}, {}, {"b": 2}]}`: `[1,2]`} {
		expression, err := jsonata.CompileNode(many, jsonata.AWS())
		if err != nil {
			t.Fatal(err)
		}
		x, err := jsonata.Decode([]byte(value))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := expression.EvalJSON(context.Background(), []byte("null"), jsonata.Variables{"x": x}); err != nil || string(got) != want {
			t.Errorf("in %s: %s %v, want %s", value, got, err, want)
		}
	}
	if _, err := expr.Find(build.Var("x"), "$.a["); err == nil {
		t.Error("this is no path")
	}
}
