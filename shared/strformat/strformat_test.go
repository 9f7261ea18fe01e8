package strformat_test

import (
	"errors"
	"fmt"
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
		for _, before := range []string{"", "é{x}{{"} {
			if _, err := strformat.Parse(before + text); !errors.As(err, &failure) || failure.Class != class || failure.Offset != len(before) {
				t.Errorf("%s%s: got %v, want %s at %d", before, text, err, class, len(before))
			}
		}
	}
}

// TestParts takes a template apart, and fills it part by part.
func TestParts(t *testing.T) {
	template, err := strformat.Parse("http://{{{host}/é{a[}]}{e}{n:0{w}d}}}")
	if err != nil {
		t.Fatal(err)
	}
	values := pytext.NewDict("host", "x", "a", pytext.NewDict("}", "b"), "e", "", "n", int64(5), "w", int64(3))
	var got []string
	for _, part := range template.Parts() {
		filled := part.Text
		if part.Field != nil {
			if filled, err = part.Field.Format(values); err != nil {
				t.Fatal(err)
			}
		}
		names := "text"
		if part.Field != nil {
			names = strings.Join(part.Field.Fields(), ",")
		}
		got = append(got, fmt.Sprintf("%d %s %q %q", part.Offset, names, part.Text, filled))
	}
	want := []string{`0 text "http://{" "http://{"`, `9 host "{host}" "x"`, `15 text "/é" "/é"`, `18 a "{a[}]}" "b"`, `24 e "{e}" ""`, `27 n,w "{n:0{w}d}" "005"`, `36 text "}" "}"`}
	if !slices.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestFillBeforeZero: a zero before the width fills where no other character is named to, be it a space (CPython 3.11).
func TestFillBeforeZero(t *testing.T) {
	values := pytext.NewDict("n", int64(-7), "f", 2.5, "s", "ab", "t", true)
	for template, want := range map[string]string{
		"{n:05}": "-0007", "{n:<05}": "-7000", "{n: <05}": "-7   ", "{n: ^06}": "  -7  ", "{n: =05}": "-   7", "{n:0>5}": "000-7", "{n:*=05}": "-***7", "{f: >06.2f}": "  2.50",
		"{s:05}": "ab000", "{s: >05}": "   ab", "{s:<05}": "ab000", "{t: >03}": "  1",
	} {
		if got, err := strformat.Format(template, values); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", template, got, err, want)
		}
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

// TestLongValues takes one element out of a list that is longer than what a template may write, and writes no such list.
func TestLongValues(t *testing.T) {
	values := pytext.NewDict("l", slices.Repeat([]any{"x"}, 1_000_000))
	if text, err := strformat.Format("{l[999999]}{l[0]}", values); err != nil || text != "xx" {
		t.Errorf("got %q, %v", text, err)
	}
	var failure *strformat.Error
	if _, err := strformat.Format("{l}", values); !errors.As(err, &failure) || failure.Class != strformat.TooLong {
		t.Errorf("got %v, want %s", err, strformat.TooLong)
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
		filled, err := template.Format(values.(*pytext.Dict))
		var failure *strformat.Error
		if err != nil && (!errors.As(err, &failure) || failure.Class == "") {
			t.Errorf("%q: %v", text, err)
		}
		joined := ""
		for _, part := range template.Parts() {
			piece := part.Text
			if part.Field != nil {
				if !strings.HasPrefix(text[part.Offset:], piece) || part.Field.String() != piece {
					t.Errorf("%q: field %q does not stand at %d", text, piece, part.Offset)
				}
				var failed error
				if piece, failed = part.Field.Format(values.(*pytext.Dict)); failed != nil {
					if err == nil {
						t.Errorf("%q: %v in parts only", text, failed)
					}
					return
				}
			}
			joined += piece
		}
		if err == nil && filled != joined {
			t.Errorf("%q: %q, in parts %q", text, filled, joined)
		}
	})
}
