package jsonpathng_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/jsonpathng"
	"github.com/steploom/steploom/shared/pytext"
)

// nested is a document of lists in lists, width elements each.
func nested(width, depth int) any {
	if depth == 0 {
		return int64(1)
	}
	list := make([]any, width)
	for i := range list {
		list[i] = nested(width, depth-1)
	}
	return list
}

// TestLimits ends paths that do more than they may, without taking memory for it.
func TestLimits(t *testing.T) {
	deep := any(pytext.NewDict("z", int64(1)))
	for range 900 {
		deep = pytext.NewDict("a", deep)
	}
	limits := jsonpathng.DefaultLimits()
	limits.Steps /= 10
	long := pytext.NewDict("s", strings.Repeat("a", 1<<20), "n", int64(7), "l", nested(1000, 1))
	for _, row := range []struct {
		path     string
		document any
		what     string
	}{
		{"$..*..*..*..*", nested(8, 6), "steps"},
		{"($..*..*..*..*)[9]", nested(8, 6), "steps"},
		{"$" + strings.Repeat("..@", 1000), nested(8, 6), "steps"},
		{"$" + strings.Repeat("..a.$", 800), deep, "steps"},
		{"$" + strings.Repeat("..a..a.$", 400), deep, "steps"},
		{"$" + strings.Repeat("..z.$", 800), deep, "levels"},
		{"$.l[*].(@" + strings.Repeat("|@", 800) + ")", long, "bytes"},
		{`$.s * 1000000000`, long, "bytes"},
		{`$.l * 1000000000`, long, "bytes"},
		{`"ab" * 9223372036854775807`, long, "bytes"},
		{strings.TrimSuffix(strings.Repeat("$.s + ", 100), " + "), long, "bytes"},
		{"$.l[?($..@)]", nestedUnder(long), "steps"},
		{`$.l[?($.s =~ "(a?){40}a{40}b")]`, long, "steps"},
		{"$.s.`split(a, *, -1)`", long, "bytes"},
		{"$.s.`sub(/a/, " + strings.Repeat("x", 1000) + ")`", long, "steps"},
	} {
		path, err := jsonpathng.Parse(row.path)
		if err != nil {
			t.Errorf("%.60s: %v", row.path, err)
			continue
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		values, err := path.FindWithin(limits, row.document)
		runtime.ReadMemStats(&after)
		var limit *jsonpathng.LimitError
		if !errors.As(err, &limit) || limit.What != row.what {
			t.Errorf("%.60s: got %d values, %v, want the limit of %s", row.path, len(values), err, row.what)
		}
		if held := int64(after.HeapSys) - int64(before.HeapSys); held > 512<<20 {
			t.Errorf("%.60s: takes %d MiB", row.path, held>>20)
		}
	}
}

// nestedUnder puts a wide document beside a list.
func nestedUnder(long *pytext.Dict) *pytext.Dict {
	list, _ := long.Get("l")
	return pytext.NewDict("l", list, "wide", nested(10, 4))
}

// TestFindWithin takes limits of one's own, and the same path many times.
func TestFindWithin(t *testing.T) {
	path, err := jsonpathng.Parse("$[*]")
	if err != nil {
		t.Fatal(err)
	}
	var limit *jsonpathng.LimitError
	if _, err := path.FindWithin(jsonpathng.Limits{Steps: 50, Bytes: 1 << 20}, nested(100, 1)); !errors.As(err, &limit) || limit.What != "steps" || limit.Limit != 50 {
		t.Errorf("got %v, want 50 steps", err)
	}
	if _, err := path.FindWithin(jsonpathng.Limits{Steps: 1000, Bytes: 1000}, nested(100, 1)); !errors.As(err, &limit) || limit.What != "bytes" {
		t.Errorf("got %v, want 1000 bytes", err)
	}
	if values, err := path.FindWithin(jsonpathng.Limits{Steps: 1000, Bytes: 1 << 20}, nested(100, 1)); err != nil || len(values) != 100 {
		t.Errorf("got %d values, %v", len(values), err)
	}
}
