package api

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/blob"
)

// TestPackedBodies: a body is unpacked as its Content-Encoding says; one that is packed otherwise is 415 and told what is accepted (RFC 9110 §15.5.16).
func TestPackedBodies(t *testing.T) {
	const text = `{"name":"é"}`
	for _, c := range []struct {
		coding, body string
		status       int
	}{
		{"gzip", zipped(t, text), 200},
		{"X-Gzip", zipped(t, text), 200},
		{"gzip, identity", zipped(t, text), 200},
		{"", text, 200},
		{"gzip", text, 400},
		{"gzip", zipped(t, text)[:15], 400},
		{"gzip", zipped(t, strings.Repeat(" ", 20<<20)+text), 413},
		{"gzip", zipped(t, `"`+strings.Repeat("x", InputLimit)+`"`), 413},
		{"br", text, 415},
	} {
		executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(success)}}
		response := ask(t, Config{Executor: executor, Blobs: blob.Memory()}, func(e *Event) {
			e.Headers = map[string]string{"Content-Type": "application/json", "Content-Encoding": c.coding}
			e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(c.body)), true
		})
		if response.StatusCode != c.status {
			t.Errorf("%s %.20q: %+v", c.coding, c.body, response)
		}
		if c.status == 200 && !strings.Contains(string(executor.input), `"body":`+text) {
			t.Errorf("%s: %s", c.coding, executor.input)
		}
		if accepted := response.Headers["accept-encoding"]; (accepted == "gzip, deflate") != (c.status == 415) {
			t.Errorf("%s: accepted are %q", c.coding, accepted)
		}
	}
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
