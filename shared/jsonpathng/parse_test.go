package jsonpathng_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/jsonpathng"
	"github.com/steploom/steploom/shared/pytext"
)

// TestParseErrors tells where a path cannot be read, and what there has to be.
func TestParseErrors(t *testing.T) {
	for _, row := range []struct {
		path   string
		offset int
		says   string
	}{
		{"", 0, "ends where there has to be a path"},
		{"$.", 2, "ends where there has to be a path"},
		{"$.msg.`size`", 6, "no operator `size`"},
		{"$.msg.é", 6, "need quotation marks"},
		{"$.'msg", 2, "never closed"},
		{`$.'a\`, 4, "reverse solidus"},
		{"$msg", 1, `"msg" cannot stand here`},
		{"$.a b", 4, "the end of the path"},
		{"$.where", 2, "a path"},
		{"$.list[", 7, "a name, a number, a slice or *"},
		{"$.list[0,a]", 9, "a number"},
		{"$.list[0", 8, `"]"`},
		{"$.list[?(@.a > )]", 15, "a value, or a path that begins with @ or $"},
		{"$.list[?(@.a ~ 1)]", 13, `")"`},
		{"$.list[?(@.a =~ 7)]", 16, "a regular expression in quotation marks"},
		{"$.list[?(@.a =~ '(')]", 16, "missing )"},
		{"$.list[?(@.a =~ '(?=a)')]", 16, "looking ahead is not supported"},
		{"$.list[?(@.a == @.b[*])]", 20, "a name in quotation marks or a number"},
		{"$.list[?(@.a == 1]", 17, `")"`},
		{"$.list[/]", 8, "a path"},
		{"$.a / 2", 4, "the end of the path"},
		{"1.5", 3, "+, - or *"},
		{"$.`split(,)`", 2, "`split(characters, segment, most)`"},
		{"$.`sub(a, b)`", 2, "`sub(/regex/, text)`"},
		{"$.`sub(/a/,b)`", 2, "white space behind the comma"},
		{`$.` + "`sub(/a/, \\\\1)`", 2, "invalid group reference 1"},
		{"$[" + strings.Repeat("9", 4301) + "]", 2, "more than 4300 digits"},
		{strings.Repeat("a.", 3000) + "a", 4096, "more than 4096 words"},
		{strings.Repeat("(", 70_000), 65536, "longer than 65536 bytes"},
	} {
		var failure *jsonpathng.Error
		if _, err := jsonpathng.Parse(row.path); !errors.As(err, &failure) || failure.Offset != row.offset || !strings.Contains(failure.Message, row.says) {
			t.Errorf("%.40s: got %v, want offset %d: %s", row.path, err, row.offset, row.says)
		}
	}
}

// TestSelect gives what an entry of a datamap holds.
func TestSelect(t *testing.T) {
	document, err := pytext.Decode(`{"schema": {"name": "Person"}, "msg": {"id": 9007199254740993, "tags": ["a", "b"], "none": null, "s": "a-b"}, "constant": {}}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ path, want string }{
		{"$.msg.id", "9007199254740993"}, {"$.schema.name", "'Person'"}, {"$.msg.tags", "['a', 'b']"}, {"$.msg.tags[*]", "['a', 'b']"}, {"$.msg.tags[0:1]", "'a'"},
		{"$.msg.none", "None"}, {"$.msg.nothing", "not found"}, {"$.constant.x", "not found"}, {"$.msg.tags[?(@ == 'c')]", "not found"}, {"$.msg.`len`", "4"},
		{"$.msg.s.`split(-, 1, -1)`", "'b'"}, {"$.msg.s + '!'", "'a-b!'"}, {"$.msg.s + $.msg.id", "not found"}, {"'id-' + $.msg.s", "'id-a-b'"},
		{"$.msg.id + 1", "9007199254740994"}, {"$.msg.tags.`sorted`.`parent`", "AssertionError"}, {"$.msg & $.schema", "NotImplementedError"},
		{"$.msg.id.`sub(/a/, b)`", "TypeError"},
	} {
		path, err := jsonpathng.Parse(row.path)
		if err != nil {
			t.Errorf("%s: %v", row.path, err)
			continue
		}
		got := "not found"
		var failure *pytext.Error
		if value, found, err := jsonpathng.Select(path, document); errors.As(err, &failure) {
			got = failure.Class
		} else if found {
			got = pytext.Repr(value)
		}
		if got != row.want {
			t.Errorf("%s: got %s, want %s", row.path, got, row.want)
		}
	}
}

// TestFails knows paths that parse and cannot work, and finds that they do not.
func TestFails(t *testing.T) {
	for path, offset := range map[string]int{
		"$.a & $.b": 4, "$.l[?(@.a & @.b)]": 10, "$.l[?(@.a == 1 & @.b == 2)]": -1, "`sorted`[0]": 0, "$.`sorted`": -1, "$.`parent`.a": 0, "$.a.`parent`": -1, "$.`len`": -1,
	} {
		parsed, err := jsonpathng.Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		failure := parsed.Fails()
		if got := failure != nil; got != (offset >= 0) || got && failure.Offset != offset {
			t.Errorf("%s: got %v, want offset %d", path, failure, offset)
		}
		if _, err := parsed.Find(pytext.NewDict("l", []any{pytext.NewDict("a", int64(1))}, "a", int64(1))); (err != nil) != (offset >= 0) {
			t.Errorf("%s: find gives %v", path, err)
		}
	}
}

// TestNames knows paths that go by names alone.
func TestNames(t *testing.T) {
	for path, want := range map[string]string{
		"$.constant.host": "constant/host", `$['a']["b c"].'d'`: "a/b c/d", "$.a": "a", "$.a.0": "a/0", "$": "", "a.b": "", "@.a": "", "$.a,b": "", "$.*": "", "$.a[0]": "", "$..a": "",
		"$.a.`parent`": "", "$.(a|b)": "", "$.a + 1": "", "$.(a.b)": "",
	} {
		parsed, err := jsonpathng.Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		names, plain := parsed.Names()
		if got := strings.Join(names, "/"); plain != (want != "") || plain && got != want {
			t.Errorf("%s: got %s, %t, want %s", path, got, plain, want)
		}
	}
}

// seeds are paths of every kind.
var seeds = []string{
	"$.msg.id", "$['a','b c'][0,-1][1:9:2]..*.`parent`", "a|b & c where d wherenot $..e", "$.x[?(@.a > 1 & @['b'] == $.c[0] || !(@.d)) && (@.e =~ '^a.*$')].f", "`this`.`len` + 1 * $.a - 2.5",
	"$.l[/a, \\b.c]", "$.s.`sub(/(\\\\w+)-/, <\\\\1>)`.`split(\" \", *, -1)`.`str()`.`sorted`.`keys`.`path`", "$.0.true.null,false", "((@)).'\\''.\"\\\"\"", "$\n.٣[٣]",
}

// FuzzParse looks for panics and slow reading.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { _, _ = jsonpathng.Parse(text) })
		path, err := jsonpathng.Parse(text)
		var failure *jsonpathng.Error
		switch {
		case err == nil && path.String() != text:
			t.Errorf("%q is written %q", text, path)
		case err != nil && (!errors.As(err, &failure) || failure.Offset < 0 || failure.Offset > len(text)):
			t.Errorf("%q: %v", text, err)
		}
	})
}

// FuzzFind looks for panics, and for errors that are none of the library's; limits end every evaluation.
func FuzzFind(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed, `{"a": [1, {"b": "x-y", "a": null}], "b": {"c": 2.5, "d": [true, "b"]}, "msg": {"id": 12345678901234567890}}`)
	}
	f.Fuzz(func(t *testing.T, text, document string) {
		path, err := jsonpathng.Parse(text)
		if err != nil {
			return
		}
		value, err := pytext.Decode(document)
		if err != nil {
			return
		}
		before := pytext.Repr(value)
		_, err = path.FindWithin(jsonpathng.Limits{Steps: 100_000, Bytes: 1 << 20}, value)
		var failure *pytext.Error
		var limit *jsonpathng.LimitError
		if err != nil && !errors.As(err, &failure) && !errors.As(err, &limit) {
			t.Errorf("%q: %v", text, err)
		}
		if pytext.Repr(value) != before {
			t.Errorf("%q changes the document", text)
		}
	})
}
