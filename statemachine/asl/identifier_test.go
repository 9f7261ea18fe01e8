package asl_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

func TestIdentifier(t *testing.T) {
	cases := map[string]string{
		"news":              "news",
		"available-contact": "available_contact",
		"2nd":               "_2nd",
		"größe":             "größe",
		"":                  "_",
		"count":             "count_",
		"states":            "states_",
		"a b.c":             "a_b_c",
		"٣":                 "_٣",
		"uuid":              "uuid_",
		"Count":             "Count",
		"toMillis":          "toMillis_",
	}
	for text, want := range cases {
		got := asl.Identifier(text)
		if got != want {
			t.Errorf("Identifier(%q) = %q, want %q", text, got, want)
		}
		if !asl.IsIdentifier(got) {
			t.Errorf("%q is not an identifier", got)
		}
	}
	if long := asl.Identifier(strings.Repeat("ü", 200)); utf8.RuneCountInString(long) != asl.MaxName {
		t.Errorf("%d characters", utf8.RuneCountInString(long))
	}
}

func FuzzIdentifier(f *testing.F) {
	f.Add("news")
	f.Add("count")
	f.Add("1\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		name := asl.Identifier(text)
		if !asl.IsIdentifier(name) {
			t.Fatalf("%q gives %q", text, name)
		}
		node, err := jsonata.Parse("$" + name)
		if variable, ok := node.(*jsonata.Variable); err != nil || !ok || variable.Name != name {
			t.Fatalf("$%s is not read as a variable: %v", name, err)
		}
	})
}
