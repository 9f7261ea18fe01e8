package format

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/task"
)

// numbered repeats a text with the numbers from 0 in place of its "#".
func numbered(times int, text string) string {
	var out strings.Builder
	for i := range times {
		out.WriteString(strings.ReplaceAll(text, "#", fmt.Sprint(i)))
	}
	return out.String()
}

// hostile gives bodies of a size that cost much where a decoder is careless, by content type.
func hostile(size int) map[string][]string {
	return map[string][]string{
		"application/x-www-form-urlencoded": {numbered(size/6, "#&"), strings.Repeat("a&", size/2), strings.Repeat("a=b&b=c&", size/8), numbered(size/8, "%41#&")},
		"application/json": {
			"{" + numbered(size/10, `"#":1,`) + `"a":1}`, "[" + strings.Repeat("[],", size/3) + "1]", "[" + strings.Repeat(`"",`, size/3) + "1]",
			"[" + strings.Repeat("1,", size/2) + "1]", `"` + strings.Repeat(`\u0041`, size/6) + `"`, strings.Repeat(" ", size) + "1", strings.Repeat("[", size),
			strings.Repeat(`{"a":`, size/5), "1" + strings.Repeat("0", size), "0." + strings.Repeat("0", size) + "1",
		},
		"text/csv": {
			strings.Repeat(",", size) + "\n1", strings.Repeat("a,", 16) + "\n" + strings.Repeat("1,2,3,4\n", size/8), `"` + strings.Repeat(`""`, size/2) + `"`,
			strings.Repeat("\n", size), "a\n" + strings.Repeat("1\n", size/2), strings.Repeat("\"a\nb\",", size/6) + "\n1", `"` + strings.Repeat("a\n", size/2),
		},
		"text/xml": {
			"<a>" + numbered(size/12, "<b#/>") + "</a>", "<a>" + strings.Repeat("<b/>", size/4) + "</a>", "<a" + numbered(size/12, ` b#=""`) + "/>",
			"<a" + strings.Repeat(` b=">"`, size/6) + "/>", "<a>" + strings.Repeat("&lt;", size/4) + "</a>", strings.Repeat("<a>", size/3), "<a><![CDATA[" + strings.Repeat("<", size) + "]]></a>",
			"<!DOCTYPE a [" + strings.Repeat("<!ENTITY a 'b'>", size/15) + "]><a/>", "<!--" + strings.Repeat("-", size) + "<a/>", strings.Repeat("<!---->", size/7) + "<a/>",
			"<a>" + strings.Repeat("<b>x</b>y", size/9) + "</a>",
		},
		"text/plain; charset=latin1": {strings.Repeat("\xe9", size)},
		"application/octet-stream":   {strings.Repeat("\xff", size)},
	}
}

// TestLinear: no body takes longer than its length explains.
func TestLinear(t *testing.T) {
	for contentType, bodies := range hostile(64) {
		for _, body := range bodies {
			pace.Linear(t, body[:min(len(body), 64)], func(text string) { _, _ = Decode(t.Context(), contentType, []byte(text), Options{}) })
		}
	}
}

// TestBoundedMemory decodes bodies of 6 MB for a state: what is allocated in all, garbage included, is a small multiple of the body and the limit.
func TestBoundedMemory(t *testing.T) {
	const size, most = 6 << 20, 130 << 20
	for contentType, bodies := range hostile(size) {
		for i, body := range bodies {
			content := []byte(body)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Decode(t.Context(), contentType, content, Options{Limit: task.ResultLimit})
			runtime.ReadMemStats(&after)
			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > most {
				t.Errorf("%s %d (%.30q, %v) allocates %d MB", contentType, i, body, err, allocated>>20)
			}
		}
	}
}

// TestLimit: a value that fits exactly is given, one that is a byte longer is not, whatever the format.
func TestLimit(t *testing.T) {
	for _, test := range []struct{ contentType, text, value string }{
		{"application/json", ` [ "abc" , 1, true,null, {"a" : "b"} ] `, `["abc",1,true,null,{"a":"b"}]`},
		{"application/x-www-form-urlencoded", "a=b&c=d&a=e", `{"a":["b","e"],"c":"d"}`},
		{"text/csv", "a,b\n1,2\n", `[{"a":"1","b":"2"}]`},
		{"text/xml", `<a b="c">d</a>`, `{"a":{"@b":"c","#text":"d"}}`},
		{"text/plain", "abc", `"abc"`},
		{"image/png", "\xff\xfe", `"//4="`},
	} {
		value, err := Decode(t.Context(), test.contentType, []byte(test.text), Options{Limit: len(test.value)})
		if text, _ := EncodeJSON(value); err != nil || string(text) != test.value {
			t.Errorf("%s: got %s, %v", test.contentType, text, err)
		}
		_, err = Decode(t.Context(), test.contentType, []byte(test.text), Options{Limit: len(test.value) / 2})
		if !errors.Is(err, &task.Error{Name: task.PayloadTooLarge}) {
			t.Errorf("%s: half the room gives %v", test.contentType, err)
		}
	}
}

// TestDeadline: decoding ends with its caller.
func TestDeadline(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for _, contentType := range []string{"application/x-www-form-urlencoded", "application/json"} {
		if _, err := Decode(over, contentType, []byte(hostile(1 << 20)[contentType][0]), Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v", contentType, err)
		}
	}
}

func TestDecodeFaults(t *testing.T) {
	for _, test := range []struct{ contentType, text, message string }{
		{"application/json", "[1e400]", "out of range"},
		{"application/json", `{"a": -1E+999}`, "out of range"},
		{"application/json", strings.Repeat("9", 400), "out of range"},
		{"text/csv", strings.Repeat(",", mostFields) + "\n", "fields"},
		{"text/xml", `<a b="1" b="2"/>`, "twice"},
		{"text/xml", `<a b="` + strings.Repeat(">", longestTag) + `"/>`, "a tag has more"},
	} {
		_, err := Decode(t.Context(), test.contentType, []byte(test.text), Options{})
		wantInvalid(t, test.contentType, err, test.message)
	}
	for _, test := range []struct{ contentType, text, value string }{
		{"application/json", "[1e-400,1e300,0.1]", "[1e-400,1e300,0.1]"},
		{"application/x-www-form-urlencoded", "&&", "null"},
		{"application/x-www-form-urlencoded", "%ff=%fe&%fe=x", `{"\ufffd":["\ufffd","x"]}`},
		{"text/csv", "column2,,\n1,2,3", `[{"column2":"1","column2_":"2","column3":"3"}]`},
		{"text/xml", "<a><![CDATA[" + strings.Repeat("<", longestTag+1) + "]]></a>", `{"a":"` + strings.Repeat("<", longestTag+1) + `"}`},
	} {
		value, err := Decode(t.Context(), test.contentType, []byte(test.text), Options{})
		text, _ := EncodeJSON(value)
		if want := strings.ReplaceAll(test.value, `\ufffd`, replacement); err != nil || string(text) != want {
			t.Errorf("%s %.40q: got %.60s, %v", test.contentType, test.text, text, err)
		}
	}
}
