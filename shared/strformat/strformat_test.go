package strformat_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/requests"
	"github.com/steploom/steploom/shared/strformat"
)

// TestStrFormat compares with str.format of CPython 3.11, and with what requests makes of the text as a URL.
func TestStrFormat(t *testing.T) {
	reached, lines := 0, conformance.Lines(t, "oracles/strformat.jsonl")
	for _, line := range lines {
		decoded, err := pytext.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		if differs := different(decoded.(*pytext.Dict)); differs != "" {
			t.Errorf("%s: %s", line[:min(len(line), 120)], differs)
			continue
		}
		reached++
	}
	t.Logf("%s: %d of %d", t.Name(), reached, len(lines))
}

// different tells in what the answer to a row differs.
func different(row *pytext.Dict) string {
	template, _ := row.Get("template")
	values, _ := row.Get("values")
	text, err := strformat.Format(template.(string), values.(*pytext.Dict))
	var failure *strformat.Error
	if errors.As(err, &failure) {
		return unlike(row, "error", failure.Class+": "+failure.Python)
	}
	if differs := unlike(row, "result", text); differs != "" {
		return differs
	}
	prepared, err := requests.Prepare(requests.Request{Method: "GET", URL: text})
	if err != nil {
		return unlike(row, "prepared_error", err.Error())
	}
	return unlike(row, "prepared_url", prepared.URL)
}

func unlike(row *pytext.Dict, column, got string) string {
	want, _ := row.Get(column)
	if failure, isError := want.(*pytext.Dict); isError {
		class, _ := failure.Get("class")
		message, _ := failure.Get("message")
		want = class.(string) + ": " + message.(string)
	}
	if got != want {
		return column + ": got " + got + ", want " + pytext.Str(want)
	}
	return ""
}

// TestParse tells fields, and refuses what can never be filled.
func TestParse(t *testing.T) {
	template, err := strformat.Parse("{a[b].c!r:>{w}.{p}}/{d}{{x}}{a}")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(template.Fields(), " "); got != "a w p d" {
		t.Errorf("fields %s", got)
	}
	for text, class := range map[string]string{
		"{": "ValueError", "}": "ValueError", "{a": "ValueError", "{}": "IndexError", "{0}": "IndexError", "{a:{}}": "IndexError", "{a!x}": "ValueError",
		"{a..b}": "ValueError", "{a[}": "ValueError", "{a:.}": "ValueError", "{a:>1000000000}": strformat.TooLong, "{a:{b:{c:{d}}}}": "ValueError",
	} {
		var failure *strformat.Error
		if _, err := strformat.Parse(text); !errors.As(err, &failure) || failure.Class != class {
			t.Errorf("%s: got %v, want %s", text, err, class)
		}
	}
}

// TestPieces tells what comes from which value.
func TestPieces(t *testing.T) {
	template, err := strformat.Parse("http://{{{host}/{a[0]}{e}{n:0{w}d}}}")
	if err != nil {
		t.Fatal(err)
	}
	pieces, err := template.Pieces(pytext.NewDict("host", "x", "a", []any{"b"}, "e", "", "n", int64(5), "w", int64(3)))
	want := []strformat.Piece{{"", "http://{"}, {"host", "x"}, {"", "/"}, {"a", "b"}, {"e", ""}, {"n", "005"}, {"", "}"}}
	if err != nil || !slices.Equal(pieces, want) {
		t.Errorf("got %q, %v, want %q", pieces, err, want)
	}
	var failure *strformat.Error
	if _, err := template.Pieces(pytext.NewDict("host", "x")); !errors.As(err, &failure) || failure.Class != "KeyError" || failure.Key != "a" {
		t.Errorf("got %v, want a KeyError of a", err)
	}
}
