package http

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/requests"
	"github.com/steploom/steploom/shared/task"
)

// caught is what a transport was given.
type caught struct {
	request *http.Request
	body    string
}

func (c *caught) RoundTrip(request *http.Request) (*http.Response, error) {
	c.request = request
	if request.Body != nil {
		text, _ := io.ReadAll(request.Body)
		c.body = string(text)
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: request}, nil
}

// TestEncodingAsInRequests sends the requests of requests' table: what goes out is what requests prepares, and what requests refuses to prepare, or to send,
// is refused.
func TestEncodingAsInRequests(t *testing.T) {
	sent, refused := 0, 0
	for _, line := range conformance.Lines(t, "oracles/requests.jsonl") {
		decoded, err := pytext.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		row := decoded.(*pytext.Dict)
		_, auth := row.Get("auth")
		if method, _ := row.Get("method"); auth || method == nil || method == "" {
			continue // what the function has other words for
		}
		out := &caught{}
		_, err = New(Config{Transport: out}).Invoke(t.Context(), payload(t, row))
		want, ok := row.Get("result")
		if err != nil || !ok {
			if refused++; !refusedToo(row) {
				t.Errorf("%.200s: %v", line, err)
			}
			continue
		}
		sent++
		prepared := want.(*pytext.Dict)
		if diff := differs(prepared, out); diff != "" {
			t.Errorf("%.200s\n%s", line, diff)
		}
	}
	t.Logf("requests sent: %d, refused: %d", sent, refused)
	if sent < 150 {
		t.Errorf("only %d requests were sent", sent)
	}
}

// payload is a row as a request of the function.
func payload(t *testing.T, row *pytext.Dict) []byte {
	request := pytext.NewDict("encoding", AsRequests)
	for _, name := range []string{"method", "url", "params", "data", "json", "headers"} {
		if value, ok := row.Get(name); ok {
			_ = request.Set(name, value)
		}
	}
	text, err := pytext.JSON(request, pytext.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return []byte(text)
}

// refusedToo tells whether a row is of those that are not sent: requests prepares no such request, or sends none with it, or Steploom refuses it.
func refusedToo(row *pytext.Dict) bool {
	prepared, ok := row.Get("result")
	if !ok {
		return true
	}
	address, _ := prepared.(*pytext.Dict).Get("url")
	given, _ := row.Get("url")
	body, _ := prepared.(*pytext.Dict).Get("body")
	_, strange := body.(*pytext.Dict)
	headers, _ := prepared.(*pytext.Dict).Get("headers")
	all := pytext.Repr(headers)
	return strange || !strings.HasPrefix(address.(string), "http://") && !strings.HasPrefix(address.(string), "https://") ||
		strings.Contains(given.(string), "/.") || strings.Contains(all, "日") || strings.Contains(all, "'X A'") || strings.Contains(all, "Transfer-Encoding") || strings.Contains(all, `\n`) ||
		strings.Contains(address.(string), "%25eth0")
}

// differs compares what was sent with what requests prepares.
func differs(prepared *pytext.Dict, out *caught) string {
	member := func(name string) any {
		value, _ := prepared.Get(name)
		return value
	}
	address, _, _ := strings.Cut(member("url").(string), "#")
	if scheme, rest, ok := strings.Cut(address, "://"); ok {
		if at := strings.IndexByte(rest, '@'); at >= 0 && at < strings.IndexByte(rest, '/') {
			address = scheme + "://" + rest[at+1:]
		}
	}
	method, _ := member("method").(string)
	if method == "" {
		method = http.MethodGet
	}
	body, _ := member("body").(string)
	want, got := http.Header{"Accept": {"*/*"}, "User-Agent": {userAgent}}, out.request.Header.Clone()
	for _, header := range member("headers").(*pytext.Dict).Items() {
		value, _ := requests.Latin1(header.Value.(string))
		if name := http.CanonicalHeaderKey(header.Key.(string)); name != "Content-Length" {
			want.Set(name, value)
		} else if value != "0" && int64(len(body)) != out.request.ContentLength || value == "0" && len(out.request.TransferEncoding) == 0 {
			return "the length of the body is not sent"
		}
	}
	return gocmp.Diff([]any{method, address, body, want}, []any{out.request.Method, out.request.URL.String(), out.body, got})
}

// TestEncodingRefused refuses requests that mix encodings, hide line breaks or dot segments, and never tells what may be a credential.
func TestEncodingRefused(t *testing.T) {
	for _, request := range []string{
		`{"url": "http://h/", "json": {}}`, `{"url": "http://h/", "params": {}}`, `{"url": "http://h/", "encoding": "requests", "body": 1}`, `{"url": "http://h/", "encoding": "requests", "query": {}}`,
		`{"url": "http://h/", "encoding": "python"}`, `{"url": "http://u:geheim@h:x/", "encoding": "requests"}`, `{"url": "geheim", "encoding": "requests"}`,
		`{"url": "http://h/", "encoding": "requests", "headers": {"X": "geheim\r\nY: z"}}`, `{"url": "http://h/", "encoding": "requests", "headers": {"X": "geheim\n"}}`,
		`{"url": "http://h/a/../geheim", "encoding": "requests"}`, `{"url": "http://h/%2e%2E/geheim", "encoding": "requests"}`, `{"url": "http://h/a\\..\\geheim", "encoding": "requests"}`,
		`{"url": "http://h/..%2fgeheim", "encoding": "requests"}`, `{"url": "file:///etc/geheim", "encoding": "requests"}`, `{"url": "http://h/", "method": "GE T", "encoding": "requests"}`,
		`{"url": "http://h/", "encoding": "requests", "params": 5}`, `{"url": "http://h/", "encoding": "requests", "data": [1]}`, `{"url": "http://h/", "encoding": "requests", "json": 1e999}`,
		`{"url": "http://h/", "encoding": "requests", "headers": ["X"]}`, `{"url": "http://h/", "encoding": "requests", "json": "\ud800", "data": "\ud800"}`,
	} {
		out := &caught{}
		_, err := New(Config{Transport: out}).Invoke(t.Context(), []byte(request))
		if err == nil || task.AsError(err).Name != task.RequestInvalid || out.request != nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", request, err)
		}
	}
}

// TestEncodingWithSecrets puts secrets into a request that is made as by requests, and judges its status as raise_for_status does.
func TestEncodingWithSecrets(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/304" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		echo(w, r)
	})
	f := function(t, Config{}, "STEPLOOM_SECRET_KEY", "k ö", "STEPLOOM_SECRET_USER", "u:p")
	got := sendEcho(t, f, `{"method": "post", "url": "%s/", "encoding": "requests", "params": {"key": null, "b": true}, "data": {"key": null, "n": 1.0}, "headers": {"X-Key": null},
		"secrets": {"/params/key": "key", "/data/key": "key", "/headers/X-Key": "key"}, "auth": {"type": "basic", "secret": "user"}}`, url)
	want := echoed{Method: "POST", Path: "/", Query: "key=k+%C3%B6&b=True", Body: "key=k+%C3%B6&n=1.0"}
	if got.Method != want.Method || got.Query != want.Query || got.Body != want.Body || got.Header["Authorization"][0] != "Basic dTpw" || got.Header["Content-Type"][0] != "application/x-www-form-urlencoded" {
		t.Errorf("%+v", got)
	}
	got = sendEcho(t, f, `{"method": "PUT", "url": "%s/", "encoding": "requests", "json": {"b": [1, 2.5, "é", null], "a": {"key": null}}, "secrets": {"/json/a/key": "key"}}`, url)
	if got.Body != `{"b": [1, 2.5, "\u00e9", null], "a": {"key": "k \u00f6"}}` {
		t.Errorf("%s", got.Body)
	}
	if response, err := send(t, f, `{"url": "%s/304", "encoding": "requests"}`, url); err != nil || response.StatusCode != http.StatusNotModified {
		t.Errorf("%v %v", response, err)
	}
}

// FuzzEncoding looks for requests that go to another host than the one that they name, or with a line break in a header.
func FuzzEncoding(f *testing.F) {
	f.Add("http://example.com/a", `{"X": "y"}`, `{"a": [1]}`)
	f.Add("http://u:p@example.com:80/%41?é#f", `{"X": "y\n"}`, `"a=b"`)
	f.Add("http://example.com\\@other.com/", `{"Host": "other"}`, `[["a", "b"]]`)
	f.Fuzz(func(t *testing.T, address, headers, params string) {
		if !json.Valid([]byte(headers)) || !json.Valid([]byte(params)) {
			return
		}
		s := &sender{}
		outgoing, err := s.buildAsRequests(t.Context(), Request{URL: address, Headers: json.RawMessage(headers), Params: json.RawMessage(params), Encoding: AsRequests})
		if err != nil {
			return
		}
		for name, values := range outgoing.Header {
			if strings.ContainsAny(name+strings.Join(values, ""), "\r\n\x00") {
				t.Errorf("%q: header %q: %q", headers, name, values)
			}
		}
		if segments := strings.Split(outgoing.URL.Path, "/"); len(segments) > 0 {
			for _, segment := range segments {
				if segment == ".." || segment == "." {
					t.Errorf("%q goes to %q", address, outgoing.URL)
				}
			}
		}
	})
}
