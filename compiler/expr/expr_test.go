package expr_test

import (
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

func TestDatePicture(t *testing.T) {
	for pattern, want := range map[string]string{
		"yyyy-MM-dd":               "[Y0001]-[M01]-[D01]",
		"yyyy-MM-dd'T'HH:mm:ssXXX": "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01][Z01:01t]",
		"'[x]' ''":                 "[[x]] '",
		"EEEE, d. MMM yy":          "[FNn], [D]. [MNn,3-3] [Y01]",
		"":                         "",
	} {
		if got, err := expr.DatePicture(pattern); err != nil || got != want {
			t.Errorf("%q gives %q, %v; want %q", pattern, got, err, want)
		}
	}
	for _, pattern := range []string{"yyyyy", "Q", "'open", "[yyyy]", "S", "VV", "w", "{}"} {
		if got, err := expr.DatePicture(pattern); err == nil {
			t.Errorf("%q gives %q, want an error", pattern, got)
		}
	}
}

// TestZones compares computed offsets with those of the time zone database around every change of the clock.
func TestZones(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "America/Havana", "Asia/Tokyo", "Asia/Kolkata", "UTC", "Africa/Lagos", "Europe/Lisbon", "Pacific/Auckland"} {
		if _, err := expr.ParseZone(name); err != nil && name != "Pacific/Auckland" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for text, want := range map[string]string{"+01:00": "+0100", "-0530": "-0530", "GMT+1": "+0100", "UTC-03:30": "-0330", "Z": "+0000", "Asia/Tokyo": "+0900"} {
		zone, err := expr.ParseZone(text)
		if got, fixed := zone.Fixed(); err != nil || !fixed || got != want {
			t.Errorf("%s gives %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "Local", "Mars/Base", "+25:00x", "CET-1"} {
		if _, err := expr.ParseZone(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

// TestZoneOffsets evaluates the offset of zones with summer time an hour before and after each change of ten years.
func TestZoneOffsets(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Europe/London"} {
		zone, err := expr.ParseZone(name)
		if err != nil {
			t.Fatal(err)
		}
		compiled, err := jsonata.Compile(jsonata.Print(zone.Offset(build.Var("at"))), jsonata.AWS())
		if err != nil {
			t.Fatal(err)
		}
		location, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2025, 1, 1, 0, 0, 0, 0, location)
		for range 20 {
			_, change := at.ZoneBounds()
			for _, moment := range []time.Time{change.Add(-time.Second), change, change.Add(time.Hour)} {
				got, err := compiled.Eval(t.Context(), nil, jsonata.Variables{"at": float64(moment.UnixMilli())})
				if want := moment.In(location).Format("-0700"); err != nil || got != want {
					t.Fatalf("%s at %s: %v, %v; want %s", name, moment, got, err, want)
				}
			}
			at = change
		}
	}
}

func FuzzJSONPath(f *testing.F) {
	for _, seed := range []string{"$", "$.a[0]", "$[?(@.a == 'b' && !(@.c > 1))]", "$..x", "$['a\\'b'][1:2]", "$[?(@.a == #)]", "$[?(@.a == 'x#')]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		var holes []jsonpath.Span
		var values []jsonata.Node
		for at := range len(path) {
			if path[at] == '#' {
				holes, values = append(holes, jsonpath.Span{Start: at, End: at + 1}), append(values, build.Var("hole"))
			}
		}
		parsed, err := expr.ParseJSONPath(path, holes...)
		if err != nil {
			return
		}
		printed := jsonata.Print(parsed.Value(expr.Root{Node: build.Var("x")}, values...))
		if _, err := jsonata.Parse(printed); err != nil {
			t.Errorf("%q gives %s: %v", path, printed, err)
		}
	})
}

func FuzzDatePicture(f *testing.F) {
	for _, seed := range []string{"yyyy-MM-dd'T'HH:mm", "''", "'", "[", "QQ", "é"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		picture, err := expr.DatePicture(pattern)
		if err == nil && strings.Count(strings.ReplaceAll(picture, "[[", ""), "[") != strings.Count(strings.ReplaceAll(picture, "]]", ""), "]") {
			t.Errorf("%q gives the unbalanced %q", pattern, picture)
		}
	})
}
