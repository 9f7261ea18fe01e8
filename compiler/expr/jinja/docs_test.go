package jinja_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/expr/jinja"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/statemachine/jsonata"
)

const page = "../../../docs/jinja.md"

// example is a line of the page: a template, and what it gives.
type example struct {
	Template string          `json:"template"`
	Values   json.RawMessage `json:"values"`
	Text     json.RawMessage `json:"text"`
	Native   json.RawMessage `json:"native"`
	Value    json.RawMessage `json:"value"`
	Error    string          `json:"error"`
	JSONata  string          `json:"jsonata"`
}

// TestExamples renders and lowers every example of the page.
func TestExamples(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := bytes.Cut(text, []byte("```json examples\n"))
	block, _, found := bytes.Cut(block, []byte("```"))
	count := 0
	for lines := bufio.NewScanner(bytes.NewReader(block)); lines.Scan(); count++ {
		var line example
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&line); err != nil {
			t.Fatalf("%s: %v", lines.Bytes(), err)
		}
		line.check(t)
	}
	if !found || count < 10 {
		t.Errorf("the page has %d examples", count)
	}
}

func (e example) check(t *testing.T) {
	if e.Error != "" {
		if got := rendered(t, e.Template, e.Values, jinja.Text); got.err == nil || got.err.Error() != e.Error {
			t.Errorf("%s gives %s, %v; the page says %s", e.Template, got.json, got.err, e.Error)
		}
		return
	}
	for mode, want := range map[jinja.Mode]json.RawMessage{jinja.Text: e.Text, jinja.Native: e.Native, jinja.Whole: e.Value} {
		if want == nil {
			want = json.RawMessage("null")
		}
		if got := rendered(t, e.Template, e.Values, mode); got.err != nil || got.json != same(t, want) {
			t.Errorf("%s as %s gives %s, %v; the page says %s", e.Template, mode, got.json, got.err, want)
		}
	}
	if got := e.lowered(t); got != e.JSONata {
		t.Errorf("%s in JSONata: %s; the page says %s", e.Template, got, e.JSONata)
	}
}

// lowered tells in the page's words what becomes of the text of a template.
func (e example) lowered(t *testing.T) string {
	decoded, err := jsonata.Decode(e.Values)
	if err != nil {
		t.Fatal(err)
	}
	values := decoded.(*jsonata.Object)
	template, err := jinja.Parse(e.Template)
	if err != nil {
		t.Fatal(err)
	}
	check(t, e.Template, values, jinja.Text, unknown)
	lowered, reason := template.Lower(jinja.Text, resolver(t, values, unknown))
	whole, noValue := template.Lower(jinja.Whole, resolver(t, values, unknown))
	switch {
	case reason != nil:
		return reason.What
	case lowered.When == nil:
		return "always"
	case evaluated(t, lowered.When, values).json == "true":
		return "with a condition"
	case noValue == nil && whole.When == nil:
		return "as a value"
	}
	return "never"
}

// TestNames: the page lists the filters and tests that there are.
func TestNames(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "<!-- filters -->")
	filters, rest, _ := strings.Cut(rest, "<!-- tests -->")
	tests, _, found := strings.Cut(rest, "<!-- end -->")
	words := regexp.MustCompile("`([^`]+)`")
	for _, list := range []struct {
		text string
		all  []string
	}{{filters, syntax.FilterNames()}, {tests, syntax.TestNames()}} {
		var named []string
		for _, match := range words.FindAllStringSubmatch(list.text, -1) {
			named = append(named, match[1])
		}
		want := slices.DeleteFunc(list.all, func(name string) bool { return name == "random" })
		slices.Sort(want)
		if !slices.Equal(named, want) {
			t.Errorf("the page lists\n%v\nthere are\n%v", named, want)
		}
	}
	if !found {
		t.Error("the page has no lists")
	}
}
