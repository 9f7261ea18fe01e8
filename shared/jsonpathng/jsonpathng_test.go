package jsonpathng_test

import (
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/jsonpathng"
	"github.com/steploom/steploom/shared/pytext"
)

// TestJSONPathNG compares with jsonpath-ng 1.16.0.
func TestJSONPathNG(t *testing.T) {
	reached, lines := 0, conformance.Lines(t, "oracles/jsonpath-ng.jsonl")
	for _, line := range lines {
		decoded, err := pytext.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		row := decoded.(*pytext.Dict)
		if got, want := answer(row), expected(row); got != want {
			path, _ := row.Get("path")
			id, _ := row.Get("id")
			t.Errorf("%s %s: got %s, want %s", id, path, got, want)
			continue
		}
		reached++
	}
	t.Logf("%s: %d of %d", t.Name(), reached, len(lines))
}

// answer is what we give for a row: the repr of the values, or that it fails.
func answer(row *pytext.Dict) string {
	text, _ := row.Get("path")
	document, _ := row.Get("document")
	path, err := jsonpathng.Parse(text.(string))
	if err != nil {
		return "an error at parse"
	}
	values, err := path.Find(document)
	if err != nil {
		return "an error at find"
	}
	return pytext.Repr(values)
}

// expected is what the library gives. What the table says of `sorted` is an error of its recorder: it also wrote the parsed path as text, which fails in
// 1.16.0 for `sorted` alone ('NoneType' object is not iterable), where find gives the sorted list, as in 1.4.3.
func expected(row *pytext.Dict) string {
	if failure, ok := row.Get("error"); ok {
		if message, _ := failure.(*pytext.Dict).Get("message"); message == "'NoneType' object is not iterable" {
			old, _ := row.Get("v1_4_3")
			return expected(old.(*pytext.Dict))
		}
		if class, _ := failure.(*pytext.Dict).Get("class"); class == "re.error" { // refused at once, not with the first text
			return "an error at parse"
		}
		at, _ := row.Get("error_at")
		return "an error at " + at.(string)
	}
	values, _ := row.Get("result")
	return pytext.Repr(values)
}
