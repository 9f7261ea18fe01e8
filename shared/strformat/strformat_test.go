package strformat_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/internal/pace"
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

// TestFormatErrors names the key that is missing, and quotes no value.
func TestFormatErrors(t *testing.T) {
	values := pytext.NewDict("d", pytext.NewDict("a", "secret"), "w", int64(1_000_000_000), "spec", "secret", "s", "x", "none", nil)
	for _, row := range []struct{ template, class, message, key string }{
		{"{id}", "KeyError", "'id'", "id"}, {"{d[b]}", "KeyError", "'b'", "b"}, {"{d['a']}", "KeyError", `"'a'"`, "'a'"}, {"{d[0]}", "KeyError", "0", "0"}, {"{d.a}", "AttributeError", "'dict' object has no attribute 'a'", ""},
		{"{s:{spec}}", "ValueError", "Invalid format specifier", ""}, {"{s[9]}", "IndexError", "string index out of range", ""},
		{"{none[0]}", "TypeError", "'NoneType' object is not subscriptable", ""}, {"{s:{w}}", strformat.TooLong, "larger than the limit", ""},
		{"{s.upper}", strformat.Unsupported, "no text", ""}, {"{s.__class__}", strformat.Unsupported, "not supported", ""},
	} {
		template, err := strformat.Parse(row.template)
		if err != nil {
			t.Errorf("%s: %v", row.template, err)
			continue
		}
		var failure *strformat.Error
		_, err = template.Format(values)
		if !errors.As(err, &failure) || failure.Class != row.class || !strings.Contains(failure.Message, row.message) || failure.Key != row.key {
			t.Errorf("%s: got %v, want %s %s of %q", row.template, err, row.class, row.message, row.key)
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v quotes a value", row.template, err)
		}
	}
}

// FuzzFormat looks for panics, slow reading, errors without a name, pieces that are not the text, and fields that Parse does not tell.
func FuzzFormat(f *testing.F) {
	for _, seed := range []string{"http://x/{a}/{b[c].d!r:>{w}.{p}f}?q={{}}", "{l[0]}{s:*^12}{n:+,.2f}{f:%}{i:#x}{t!a:é<5}", "{", "}", "{a!", "{a:{b:{c}}}", "{a[}{0}{}"} {
		f.Add(seed)
	}
	values, err := pytext.Decode(`{"a": "é", "b": {"c": [1, 2.5, null]}, "w": 9, "p": 3, "l": [true], "s": "text", "n": -1234.5, "f": 1e300, "i": 12345678901234567890, "t": ""}`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { _, _ = strformat.Parse(text) })
		template, err := strformat.Parse(text)
		if err != nil {
			if _, fails := strformat.Format(text, values.(*pytext.Dict)); fails == nil {
				t.Errorf("%q is refused, %v, and can be filled", text, err)
			}
			return
		}
		pieces, err := template.Pieces(values.(*pytext.Dict))
		var failure *strformat.Error
		if err != nil {
			if !errors.As(err, &failure) || failure.Class == "" {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		var joined strings.Builder
		for _, piece := range pieces {
			joined.WriteString(piece.Text)
			if piece.Field != "" && !slices.Contains(template.Fields(), piece.Field) {
				t.Errorf("%q: field %q is not among %q", text, piece.Field, template.Fields())
			}
		}
		if filled, err := template.Format(values.(*pytext.Dict)); err != nil || filled != joined.String() {
			t.Errorf("%q: %q, %v, in pieces %q", text, filled, err, joined.String())
		}
	})
}
