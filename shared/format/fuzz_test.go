package format

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/task"
)

// FuzzDecode: what decodes takes linear time, encodes to JSON; and, where the format can say it again, to a text that decodes the same.
func FuzzDecode(f *testing.F) {
	for _, contentType := range []string{"application/json", "text/csv", "text/xml", "application/x-www-form-urlencoded", "text/plain", "image/png", "text/plain; charset=latin1"} {
		for _, text := range []string{`{"a":[1,{"b":null}]}`, "a,b\n1,2\n", `<a x="1"><b>t</b><b/></a>`, "a=1&a=2", "\xff", "&", "=", "%ff&%fe=1", "a&", "<a b=\"", ",,\n1"} {
			f.Add(contentType, []byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		pace.Linear(t, string(body), func(text string) { _, _ = Decode(t.Context(), contentType, []byte(text), Options{}) })
		value, err := Decode(t.Context(), contentType, body, Options{})
		if err != nil {
			return
		}
		first, err := EncodeJSON(value)
		if err != nil {
			t.Fatalf("%s %q has no JSON: %v", contentType, body, err)
		}
		kind := parseMedia(contentType).kind
		if kind != KindJSON && kind != KindForm && kind != KindXML && kind != KindCSV {
			return
		}
		written, err := Encode(contentType, value, Options{})
		if err != nil {
			if kind == KindXML || kind == KindCSV {
				return // names that XML allows and we do not write, and characters that the charset of the content type has not
			}
			t.Fatalf("%s %q cannot be written again: %v", contentType, body, err)
		}
		again, err := Decode(t.Context(), contentType, written, Options{})
		if err != nil {
			t.Fatalf("%s %q was written as %q, which does not decode: %v", contentType, body, written, err)
		}
		if second, _ := EncodeJSON(again); string(first) != string(second) {
			if kind == KindXML && strings.Contains(string(first), XMLText) || kind == KindCSV && strings.TrimLeft(string(first), "[]{},") == "" {
				return // text beside elements loses its place; rows without a column are none
			}
			t.Fatalf("%s %q: %s became %s", contentType, body, first, second)
		}
	})
}

// FuzzEncode: whatever JSON is written in a format is refused by name, in linear time, or read again; from then on it stays what it is.
func FuzzEncode(f *testing.F) {
	for _, contentType := range []string{"application/json", "text/csv", "text/xml", "text/xml; charset=latin1", "application/x-www-form-urlencoded", "text/plain; charset=utf-16", "text/csv; charset=ascii"} {
		for _, text := range []string{`{"a":[1,{"b":null,"@c":"<"}]}`, `[{"a":"1","b":"x,\"\n"},{"c":true}]`, `[["a"],["\ufeff"]]`, `{"a":{"#text":"\u0000"}}`, `"<a/>"`, `{"é":"日"}`} {
			f.Add(contentType, text, ";")
		}
	}
	f.Fuzz(func(t *testing.T, contentType, text, separator string) {
		value, err := DecodeJSON([]byte(text))
		if err != nil {
			return
		}
		options := Options{CSVSeparator: separator}
		pace.Linear(t, text, func(text string) {
			if value, err := DecodeJSON([]byte(text)); err == nil {
				_, _ = Encode(contentType, value, options)
			}
		})
		body, err := Encode(contentType, value, options)
		if err != nil {
			if !errors.Is(err, &task.Error{Name: task.FormatInvalid}) {
				t.Fatal(err)
			}
			return
		}
		if _, isText := value.(string); isText || parseMedia(contentType).kind == KindBinary {
			return // sent as it is
		}
		first, err := Decode(t.Context(), contentType, body, options)
		if err != nil {
			if parseMedia(contentType).kind == KindCSV {
				return // lists whose lengths differ
			}
			t.Fatalf("%s %s was written as %q, which does not decode: %v", contentType, text, body, err)
		}
		again, err := Encode(contentType, first, options)
		if err != nil {
			t.Fatalf("%s %q: %v", contentType, body, err)
		}
		if second, err := Decode(t.Context(), contentType, again, options); err != nil || cmp.Diff(first, second) != "" {
			t.Fatalf("%s %q and then %q: %v", contentType, body, again, err)
		}
	})
}
