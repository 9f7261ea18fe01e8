package jsonpath_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/jsonpath"
)

// TestHostile: paths that look at everything many times over end with an error that says so.
func TestHostile(t *testing.T) {
	deep := document(t, strings.Repeat(`{"a":[`, 1000)+"1"+strings.Repeat("]}", 1000))
	wide := document(t, `{"s":"`+strings.Repeat("x", 100_000)+`","a":[`+strings.Repeat("1,", 50_000)+`1],"b":[`+strings.Repeat("2,", 100)+"2]}")
	flat := document(t, `{"a":[`+strings.Repeat(`{"a":1},`, 20_000)+"1]}")
	chain := document(t, strings.Repeat(`{"a":`, 40)+"1"+strings.Repeat("}", 40))
	for path, on := range map[string]any{
		"$.a[?(@['" + strings.Repeat("x", 500_000) + "'])]":              flat,
		"$.a[?(@" + strings.Repeat(".b", 100_000) + " == 1)]":            flat,
		"$.a[?(@" + strings.Repeat("..b", 100_000) + " size 1)]":         flat,
		"$" + strings.Repeat("..a", 20) + strings.Repeat("..b", 100_000): chain,
		"$.a[?(@.a in [" + strings.Repeat("2,", 100_000) + "2])]":        flat,
		"$..*..*..*":                            deep,
		"$..*..*..*..*..*..*":                   deep,
		"$.." + strings.Repeat("a..", 20) + "a": deep,
		"$.a[?(2 in $.a)]":                      wide,
		"$.a[?($.a noneof $.b)]":                wide,
		"$.a[?($..* size 1)]":                   wide,
		"$.a[?($.s[0] == 1)]":                   wide,
		"$.a[?($.s[?(@ == 1)] == 1)]":           wide,
		"$.a[*].concat($.s)":                    wide,
		"$.a[*].append($.a[*])":                 wide,
		"$.a[?(@ > 1 || $.s =~ /(x|xx)*y/)]":    wide,
	} {
		got, err := evaluate(t, path, jsonpath.Roots{Document: on})
		var failure *jsonpath.Failure
		if !errors.As(err, &failure) || !failure.Limit {
			t.Errorf("%.60s: %T, %v", path, got, err)
		}
	}
}

// TestLarge: a path that looks at a large document once or twice is evaluated.
func TestLarge(t *testing.T) {
	large := document(t, "["+strings.Repeat(`{"a":{"b":[1,2,3]}},`, 20_000)+"0]")
	for path, n := range map[string]int{"$..b[0]": 80_000 - 20_000, "$[*].a.b[1]": 20_000, "$[?(@.a.b[2] == 3)]": 20_000, "$..*": 120_001} {
		got, err := evaluate(t, path, jsonpath.Roots{Document: large})
		if list, _ := got.([]any); err != nil || path != "$..b[0]" && len(list) != n {
			t.Errorf("%s finds %d, %v", path, len(list), err)
		}
	}
}
