package http

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

// TestPackedAnswers: an answer that says how it is packed is unpacked, also when the request says what it accepts, so that net/http leaves it alone. What cannot be
// unpacked is never read as if it were not packed.
func TestPackedAnswers(t *testing.T) {
	const text = `{"a":"é"}`
	zipped, deflated := pack(t, text, gzip.NewWriter), pack(t, text, zlib.NewWriter)
	answers := map[string]struct{ coding, body string }{
		"gzip":  {"gzip", zipped},
		"old":   {"x-gzip", zipped},
		"twice": {"gzip, gzip", pack(t, zipped, gzip.NewWriter)},
		"zlib":  {"deflate", deflated},
		"br":    {"br", "\x0f\x04\x80" + text},
		"plain": {"gzip", text},
		"bomb":  {"x-gzip", pack(t, string(make([]byte, 50<<20)), gzip.NewWriter)},
		"wrong": {"utf-8", text},
	}
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		answer := answers[r.URL.Path[1:]]
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", answer.coding)
		if r.URL.Query().Has("fails") {
			w.WriteHeader(http.StatusBadGateway)
		}
		io.WriteString(w, answer.body)
	})
	const accepting = `{"url":"%s/%s","headers":{"Accept-Encoding":"gzip, deflate, br"}}`
	for name, want := range map[string]string{
		"gzip": "", "old": "", "twice": "", "zlib": "", "wrong": "", "br": task.FormatInvalid, "plain": task.FormatInvalid, "bomb": task.HttpTooLarge,
	} {
		for _, request := range []string{accepting, `{"url":"%s/%s"}`} {
			response, err := send(t, New(Config{}), request, url, name)
			switch {
			case want != "":
				wantError(t, err, want, "")
			case err != nil || fmt.Sprint(response.Body) != "map[a:é]":
				t.Errorf("%s: %v, %v", name, response.Body, err)
			case name != "wrong" && response.Headers["content-encoding"]+response.Headers["content-length"] != "":
				t.Errorf("%s: it is not packed any more: %v", name, response.Headers)
			}
		}
	}
	response, err := send(t, New(Config{}), `{"url":"%s/old?fails","failOnStatus":false}`, url)
	if err != nil || fmt.Sprint(response.Body) != "map[a:é]" {
		t.Errorf("a failed answer: %v, %v", response.Body, err)
	}
	if response, err = send(t, New(Config{}), `{"url":"%s/br?fails","failOnStatus":false}`, url); err != nil || response.StatusCode != http.StatusBadGateway {
		t.Errorf("a failed answer that cannot be unpacked: %v, %v", response, err)
	}
}

// pack gives a text as a writer packs it.
func pack[W io.WriteCloser](t *testing.T, text string, writer func(io.Writer) W) string {
	t.Helper()
	var out bytes.Buffer
	w := writer(&out)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
