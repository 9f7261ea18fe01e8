package http

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/format"
)

// FuzzBodies: a body is sent as it was meant, and read, in linear time; what is read can be written as JSON.
func FuzzBodies(f *testing.F) {
	f.Add("application/json", "", `{"a": [1, null]}`)
	f.Add("text/csv", ";", "a;b\n1;2")
	f.Add("application/x-www-form-urlencoded", "", "a=1&a=2&%ff")
	f.Add("", "", "plain")
	f.Add("text/plain; charset=latin1", "", "\xff")
	f.Fuzz(func(t *testing.T, contentType, separator, body string) {
		read := func(body string) any {
			value, err := decodeBody(t.Context(), Request{CSVSeparator: separator}, contentType, []byte(body))
			if err != nil {
				return plain(t.Context(), []byte(body))
			}
			return value
		}
		pace.Linear(t, body, func(body string) { read(body) })
		if _, err := json.Marshal(read(body)); err != nil {
			t.Errorf("%q: %v", body, err)
		}
		if json.Valid([]byte(body)) {
			pace.Linear(t, body, func(body string) {
				_, _ = encodeAs(contentType, json.RawMessage(body), format.Options{CSVSeparator: separator})
			})
		}
	})
}

// FuzzTarget: a URL that is accepted is absolute, has no segment that leads elsewhere, and its query holds what was given.
func FuzzTarget(f *testing.F) {
	f.Add("https://a.example/b?c=d", `{"e": ["f", null, 1]}`)
	f.Add("http://a/%2e%2E/", `{}`)
	f.Add("http://[::1]:80/..%5c", `{"": ""}`)
	f.Add("HTTP://u:p@a#x", `null`)
	f.Fuzz(func(t *testing.T, text, query string) {
		if !json.Valid([]byte(query)) {
			return
		}
		pace.Linear(t, text, func(text string) { _, _ = targetOf(Request{URL: text}) })
		target, err := targetOf(Request{URL: text, Query: json.RawMessage(query)})
		if err != nil {
			return
		}
		again, err := url.Parse(target.String())
		if err != nil || again.Host != target.Host || checkSegments(again) != nil {
			t.Errorf("%q becomes %q, %v", text, target, err)
		}
	})
}

// FuzzHeaders: no header has a line break, whatever is asked for.
func FuzzHeaders(f *testing.F) {
	f.Add(`{"A": "b", "C": ["d", 1, null]}`)
	f.Add(`{"A\r\nB": "c"}`)
	f.Add(`{"A": "b\nC: d"}`)
	f.Fuzz(func(t *testing.T, raw string) {
		pace.Linear(t, raw, func(raw string) { _, _ = headersOf(json.RawMessage(raw)) })
		headers, err := headersOf(json.RawMessage(raw))
		if err != nil {
			return
		}
		for name, values := range headers {
			for _, text := range append(values, name) {
				for _, c := range []byte(text) {
					if c == '\r' || c == '\n' || c == 0 {
						t.Errorf("%q gives %q", raw, headers)
					}
				}
			}
		}
	})
}
