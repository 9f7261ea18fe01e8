package expr_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/javatime"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

func picture(t *testing.T, pattern, zone string) (string, bool) {
	t.Helper()
	parsed, err := javatime.Parse(pattern, javatime.English())
	if err != nil {
		t.Fatal(err)
	}
	in, err := javatime.ParseZone(zone)
	if err != nil {
		t.Fatal(err)
	}
	return expr.DatePicture(parsed, in)
}

func TestDatePicture(t *testing.T) {
	for pattern, want := range map[string]string{
		"yyyy-MM-dd":                    "[Y0001]-[M01]-[D01]",
		"yyyy-MM-dd'T'HH:mm:ss[.SSS]XX": "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z0101t]",
		"'[x]' ''d":                     "[[x]] '[D]",
		"EEEE, d. MMM yy G":             "[FNn], [D]. [MNn,3-3] [Y01] AD",
	} {
		if got, ok := picture(t, pattern, "Europe/Berlin"); !ok || got != want {
			t.Errorf("%q gives %q; want %q", pattern, got, want)
		}
	}
	if got, ok := picture(t, "HH X VV z O", "+02:00"); !ok || got != "[H01] +02 +02:00 +02:00 GMT+2" {
		t.Errorf("a fixed zone gives %q", got)
	}
	for _, pattern := range []string{"yyyyy", "Q", "'text'", "S", "SSSSSS", "VV", "w", "ppd", "", "k", "e"} {
		if got, ok := picture(t, pattern, "Europe/Berlin"); ok {
			t.Errorf("%q gives %q", pattern, got)
		}
	}
}

// TestPicturesAreExact compares what pictures write with what the patterns write, at random moments of the years 1 to 9999.
func TestPicturesAreExact(t *testing.T) {
	const first, last = -62_135_596_800_000, 253_402_300_799_999
	random := rand.New(rand.NewPCG(3, 4))
	for _, zone := range []string{"UTC", "+05:30", "-11:00"} {
		in, _ := javatime.ParseZone(zone)
		seconds, _ := in.Fixed()
		offset, _ := expr.FixedOffset(seconds)
		for _, pattern := range []string{
			"y yy yyyy u uu uuuu G", "M MM MMM MMMM L LL LLL LLLL", "d dd D DDD", "E EE EEE EEEE", "H HH h hh a", "m mm s ss SSS", "X XX XXX x xx xxx Z ZZZZ O OOOO VV z zzzz v",
		} {
			said, ok := picture(t, pattern, zone)
			if !ok {
				t.Fatalf("%s in %s", pattern, zone)
			}
			parsed, _ := javatime.Parse(pattern, javatime.English())
			for range 300 {
				millis := first + random.Int64N(last-first)
				if local := millis + int64(seconds)*1000; local < first || local > last {
					continue
				}
				want, err := parsed.Format(javatime.In(time.UnixMilli(millis), in))
				if err != nil {
					t.Fatal(err)
				}
				call := build.Call("fromMillis", build.Var("at"), build.Text(said), build.Text(offset))
				compiled, err := jsonata.Compile(jsonata.Print(call), jsonata.AWS())
				if err != nil {
					t.Fatal(err)
				}
				got, err := compiled.Eval(t.Context(), nil, jsonata.Variables{"at": float64(millis)})
				if err != nil || got != want {
					t.Fatalf("%s in %s at %d: %v, %v; want %s", pattern, zone, millis, got, err, want)
				}
			}
		}
	}
}

// TestRules finds the zones of which a rule can be computed.
func TestRules(t *testing.T) {
	for name, want := range map[string]bool{
		"Europe/Berlin": true, "Europe/London": true, "America/New_York": true, "America/Havana": true, "Asia/Tokyo": true, "UTC": true, "Europe/Lisbon": true,
		"Pacific/Auckland": false, "Africa/Casablanca": false, "+01:02:03": false,
	} {
		zone, err := javatime.ParseZone(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := expr.RuleOf(zone); ok != want {
			t.Errorf("%s: a rule is found: %t", name, ok)
		}
	}
}

// TestZoneOffsets evaluates the offset of zones with summer time an hour before and after each change of ten years.
func TestZoneOffsets(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Europe/London"} {
		named, err := javatime.ParseZone(name)
		if err != nil {
			t.Fatal(err)
		}
		zone, ok := expr.RuleOf(named)
		if !ok {
			t.Fatal(name)
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
	for _, seed := range []string{"$", "$.a[0]", "$[?(@.a == 'b' && !(@.c > 1))]", "$..x", "$['a\\'b'][1:2]", "$[?(@.a == #)]", "$[?(@.a == 'x#')]", "$..*", "$[?(@.a in $.b && !@..c[*].d)]", "$.a.sum($.b, 1)", "$[?(@ =~ /[a-z]+(b|c)?/i)]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		var holes []jsonpath.Span
		var values []expr.Hole
		for at := range len(path) {
			if path[at] == '#' {
				holes, values = append(holes, jsonpath.Span{Start: at, End: at + 1}), append(values, expr.Hole{Value: build.Var("hole"), List: build.Var("hole")})
			}
		}
		pace.Linear(t, path, func(long string) { _, _ = expr.ParseJSONPath("$" + long) })
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
		parsed, err := javatime.Parse(pattern, javatime.English())
		if err != nil {
			return
		}
		said, _ := expr.DatePicture(parsed, javatime.UTC())
		if strings.Count(strings.ReplaceAll(said, "[[", ""), "[") != strings.Count(strings.ReplaceAll(said, "]]", ""), "]") {
			t.Errorf("%q gives the unbalanced %q", pattern, said)
		}
	})
}
