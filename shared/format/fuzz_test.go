package format

import (
	"testing"

	"github.com/steploom/steploom/internal/pace"
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
		if kind != KindJSON && kind != KindForm && kind != KindXML {
			return
		}
		written, err := Encode(contentType, value, Options{})
		if err != nil {
			if kind == KindXML {
				return // names that XML allows and we do not write
			}
			t.Fatalf("%s %q cannot be written again: %v", contentType, body, err)
		}
		again, err := Decode(t.Context(), contentType, written, Options{})
		if err != nil {
			t.Fatalf("%s %q was written as %q, which does not decode: %v", contentType, body, written, err)
		}
		if second, _ := EncodeJSON(again); kind != KindXML && string(first) != string(second) {
			t.Fatalf("%s %q: %s became %s", contentType, body, first, second)
		}
	})
}
