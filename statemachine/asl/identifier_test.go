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

// TestFreeIdentifier numbers names that are taken, and never makes one that is too long.
func TestFreeIdentifier(t *testing.T) {
	used := map[string]bool{}
	long := strings.Repeat("x", 100)
	for _, c := range []struct{ text, want string }{
		{"a b", "a_b"}, {"a-b", "a_b_2"}, {"a.b", "a_b_3"}, {"sum", "sum_"}, {"sum", "sum_2"}, {long, long[:80]}, {long, long[:70] + "_2"},
	} {
		got := asl.FreeIdentifier(c.text, func(name string) bool { return used[name] })
		if got != c.want {
			t.Errorf("%s is %s, want %s", c.text, got, c.want)
		}
		used[got] = true
	}
}
