package http

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// echoed is what echo has received.
type echoed struct {
	Method, Path, Query, Body, Host string
	Header                          map[string][]string
}

// echo answers with what it has received.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(echoed{r.Method, r.URL.Path, r.URL.RawQuery, string(body), r.Host, r.Header})
}

func serve(t *testing.T, handler http.HandlerFunc) string {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func function(t *testing.T, config Config, variables ...string) task.Function {
	t.Helper()
	values := map[string]string{}
	for i := 0; i < len(variables); i += 2 {
		values[variables[i]] = variables[i+1]
	}
	config.Environment = task.Variables(values)
	config.Secrets = secret.Environment(config.Environment)
	return New(config)
}

// send invokes the function with a request whose %s are the arguments.
func send(t *testing.T, f task.Function, request string, arguments ...any) (Response, *task.Error) {
	t.Helper()
	result, err := f.Invoke(context.Background(), fmt.Appendf(nil, request, arguments...))
	if err != nil {
		return Response{}, task.AsError(err)
	}
	var response Response
	if err := json.Unmarshal(result, &response); err != nil {
		t.Fatal(err)
	}
	return response, nil
}

// sendEcho sends a request to echo and gives what it has received.
func sendEcho(t *testing.T, f task.Function, request string, arguments ...any) echoed {
	t.Helper()
	response, err := send(t, f, request, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(response.Body)
	var received echoed
	if err := json.Unmarshal(text, &received); err != nil {
		t.Fatal(err)
	}
	return received
}

func TestRequestsAreWrittenAsAsked(t *testing.T) {
	url := serve(t, echo)
	f := function(t, Config{})
	for _, test := range []struct{ request, method, query, contentType, body string }{
		{`{"url":"%s"}`, "GET", "", "", ""},
		{`{"url":"%s?a=1","query":{"b":[1,"x y"],"c":null,"d":true}}`, "GET", "a=1&b=1&b=x+y&d=true", "", ""},
		{`{"method":"post","url":"%s","body":{"z":1,"a":"<é>"}}`, "POST", "", "application/json", `{"z":1,"a":"<é>"}`},
		{`{"method":"PATCH","url":"%s","body":12345678901234567890}`, "PATCH", "", "application/json", `12345678901234567890`},
		{`{"method":"POST","url":"%s","body":"plain","contentType":"text/plain"}`, "POST", "", "text/plain", "plain"},
		{`{"method":"POST","url":"%s","body":"plain"}`, "POST", "", "application/json", `"plain"`},
		{`{"method":"POST","url":"%s","body":{"a":{"b":["x",1]}},"contentType":"text/xml"}`, "POST", "", "text/xml",
			`<?xml version="1.0" encoding="UTF-8"?>` + "\n<a><b>x</b><b>1</b></a>"},
		{`{"method":"POST","url":"%s","body":[{"a":1,"b":"x;y"}],"contentType":"text/csv","csvSeparator":";"}`, "POST", "", "text/csv", "a;b\n1;\"x;y\"\n"},
		{`{"method":"PUT","url":"%s","form":{"a":"1 2","b":["x","y"]}}`, "PUT", "", "application/x-www-form-urlencoded", "a=1+2&b=x&b=y"},
		{`{"method":"POST","url":"%s","body":{"a":1},"contentType":"application/json","headers":{"content-type":"application/vnd.x+json"}}`,
			"POST", "", "application/vnd.x+json", `{"a":1}`},
		{`{"method":"DELETE","url":"%s","body":null}`, "DELETE", "", "", ""},
	} {
		got := sendEcho(t, f, test.request, url)
		contentType := strings.Join(got.Header["Content-Type"], "")
		if got.Method != test.method || got.Query != test.query || contentType != test.contentType || got.Body != test.body {
			t.Errorf("%s: received %+v", test.request, got)
		}
	}
	got := sendEcho(t, f, `{"url":"%s","headers":{"X-One":1,"X-None":null,"Host":"example.com","User-Agent":"me"}}`, url)
	if got.Host != "example.com" || got.Header["X-One"][0] != "1" || got.Header["X-None"] != nil || got.Header["User-Agent"][0] != "me" {
		t.Errorf("headers: %+v", got)
	}
}

func TestMultipart(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		parts := map[string]string{}
		for name, values := range r.MultipartForm.Value {
			parts[name] = strings.Join(values, "|")
		}
		for name, files := range r.MultipartForm.File {
			content, _ := files[0].Open()
			text, _ := io.ReadAll(content)
			parts[name] = strings.TrimSuffix(files[0].Filename+"|"+files[0].Header.Get("Content-Type")+"|"+string(text)+"|"+parts[name], "|")
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(parts)
	})
	blobs := blob.Memory()
	key, err := blobs.Put(context.Background(), []byte("\x00\xff"))
	if err != nil {
		t.Fatal(err)
	}
	response, failure := send(t, New(Config{Blobs: blobs}), `{"method":"POST","url":"%s","multipart":{
		"size": 12, "none": null, "meta": {"a": [1]},
		"image": {"content": {"blob": "%s", "fileName": "a.png", "contentType": "image/png"}},
		"other": {"fileName": "q\"\r\n.txt", "contentType": "text/plain", "content": "text"},
		"json": {"fileName": "a.json", "contentType": "application/json", "content": "{\"a\": 1}"}, "latin": {"fileName": "l", "contentType": "text/csv; charset=iso-8859-1", "content": "é"},
		"missing": {"fileName": "x", "content": null}, "absent": {"content": null}, "empty": {"content": ""}, "made": {"fileName": "m", "contentType": "text/csv", "content": [{"a": 1}]},
		"pair\r\nX-Evil: 1": {"content": [{"blob": "%[2]s"}, {"blob": "%[2]s", "fileName": "b"}]}, "list": {"content": [{"blob": "%[2]s"}, 1]}}}`, url, key)
	if failure != nil {
		t.Fatal(failure)
	}
	want := map[string]any{
		"image": "a.png|image/png|\x00\uFFFD", "meta": `{"a":[1]}`, "other": "q%22%0D%0A.txt|text/plain|text", "size": "12",
		"json": `a.json|application/json|{"a": 1}`, "latin": "l|text/csv; charset=iso-8859-1|\uFFFD", "empty": "", "made": "m|text/csv|a\n1\n",
		"pair%0D%0AX-Evil: 1": "b||\x00\uFFFD|\x00\uFFFD", "list": `[{"blob":"` + key + `"},1]`,
	}
	if diff := cmp.Diff(want, response.Body); diff != "" {
		t.Error(diff)
	}
	got := sendEcho(t, New(Config{Blobs: blobs}), `{"method":"POST","url":"%s","body":{"blob":"%s"},"contentType":"image/png"}`, serve(t, echo), key)
	if got.Header["Content-Type"][0] != "image/png" || len(got.Body) == 0 {
		t.Errorf("stored object: %+v", got)
	}
	_, failure = send(t, New(Config{Blobs: blobs}), `{"method":"POST","url":"%s","body":{"blob":"%s"}}`, url, blob.NewKey())
	wantError(t, failure, task.BlobMissing, "")
}

func wantError(t *testing.T, err *task.Error, name, message string) {
	t.Helper()
	if err == nil || err.Name != name || !strings.Contains(err.Message, message) {
		t.Errorf("got %v, want %s with %q", err, name, message)
	}
}

func TestRequestsAreRefused(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the request was sent") })
	for request, message := range map[string]string{
		`{"url":"/x"}`:                                       "absolute",
		`{"url":"ftp://h/x"}`:                                "absolute",
		`{"url":"%s","method":"A B"}`:                        "method",
		`{"url":"%s","headers":{"X":"a\r\nY: b"}}`:           "line break",
		`{"url":"%s","headers":{"X\r\nY":"a"}}`:              "not valid",
		`{"url":"%s","headers":["X: a"]}`:                    "object",
		`{"url":"%s","nothing":1}`:                           "nothing",
		`{"url":"%s","body":1,"form":{}}`:                    "only one",
		`{"url":"%s","timeoutSeconds":-1}`:                   "timeoutSeconds",
		`{"url":"%s","auth":{"type":"magic"}}`:               "magic",
		`{"url":"%s","auth":{"type":"basic"}}`:               "no secret",
		`{"url":"%s","multipart":{"a":{"content":1,"x":2}}}`: "multipart",
		`{"url":"%s"`:                                        "EOF",
	} {
		if !strings.Contains(request, "%s") {
			request += "%.0s"
		}
		_, err := send(t, function(t, Config{}), request, url)
		wantError(t, err, task.RequestInvalid, message)
	}
	_, err := send(t, function(t, Config{}), `{"url":"%s","auth":{"type":"bearer","secret":"none"}}`, url)
	wantError(t, err, task.SecretMissing, "STEPLOOM_SECRET_NONE")
	_, err = send(t, function(t, Config{}), `{"method":"POST","url":"%s","body":[1,2],"contentType":"text/xml"}`, url)
	wantError(t, err, task.FormatInvalid, "root element")
}

func TestResponsesAreReadByContentType(t *testing.T) {
	for _, test := range []struct{ contentType, body, request, want string }{
		{"application/json; charset=utf-8", `{"a": 1.50}`, ``, `{"a":1.50}`},
		{"application/problem+json", `{"a":1}`, ``, `{"a":1}`},
		{"text/xml", `<a x="1"><b>2</b><b>3</b></a>`, ``, `{"a":{"@x":"1","b":["2","3"]}}`},
		{"text/csv", "a;b\n1;2\n", `,"csvSeparator":";"`, `[{"a":"1","b":"2"}]`},
		{"text/plain", "a,b\n1,2\n", `,"contentType":"text/csv"`, `[{"a":"1","b":"2"}]`},
		{"text/plain", `{"a":1}`, ``, `"{\"a\":1}"`},
		{"", `{"a":1}`, ``, `{"a":1}`},
		{"text/html; charset=iso-8859-1", "\xe9", ``, `"é"`},
		{"image/png", "\x89\xff", ``, `"if8="`},
		{"application/json", "", ``, `null`},
		{"text/plain", "ok", `,"method":"POST","body":{"a":1},"contentType":"application/json"`, `"ok"`},
		{"text/html; charset=iso-8859-1", "\xe9", `,"method":"POST","body":{"a":1},"contentType":"application/json"`, `"é"`},
		{"text/plain", `{"b":2}`, `,"method":"POST","body":{"a":1},"contentType":"application/json"`, `{"b":2}`},
		{"text/plain", "1 taken", `,"method":"POST","body":{"a":1},"contentType":"text/xml"`, `"1 taken"`},
	} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = []string{test.contentType}
			if test.contentType == "" {
				w.Header()["Content-Type"] = nil
			}
			io.WriteString(w, test.body)
		})
		result, err := New(Config{}).Invoke(context.Background(), fmt.Appendf(nil, `{"url":"%s"%s}`, url, test.request))
		if err != nil {
			t.Errorf("%s: %v", test.contentType, err)
			continue
		}
		var response struct{ Body json.RawMessage }
		if err := json.Unmarshal(result, &response); err != nil || string(response.Body) != test.want {
			t.Errorf("%s %s: got %s, %v", test.contentType, test.body, response.Body, err)
		}
	}
}

// TestUnreadableAnswers wants the status of an answer that has come, but cannot be read.
func TestUnreadableAnswers(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.URL.Query().Get("type"))
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"not": xml}`)
	})
	for _, test := range []struct{ query, more, name string }{
		{"?type=application/json", "", task.FormatInvalid},
		{"?type=text/xml", "", task.FormatInvalid},
		{"?type=application/vnd.ms-excel", "", task.FormatInvalid},
		{"?type=text/plain", `,"contentType":"text/xml"`, task.FormatInvalid},
		{"?type=text/xml", `,"method":"POST","body":{"a":1},"contentType":"text/xml"`, task.FormatInvalid},
	} {
		_, err := send(t, New(Config{}), `{"url":"%s`+test.query+`","failOnStatus":false`+test.more+`}`, url)
		wantError(t, err, test.name, "")
		if detail := task.AsError(err).Detail.(map[string]any); detail["statusCode"] != http.StatusCreated {
			t.Errorf("%s: detail %v", test.query, detail)
		}
	}
}

func TestStatuses(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
		io.WriteString(w, `not json`)
	})
	_, err := send(t, New(Config{}), `{"url":"%s"}`, url)
	wantError(t, err, "Http.Status.429", "429 Too Many Requests")
	_, message := err.Wire()
	var wire struct{ Detail Response }
	if json.Unmarshal([]byte(message), &wire) != nil || wire.Detail.StatusCode != 429 || wire.Detail.Headers["retry-after"] != "7" || wire.Detail.Body != "not json" {
		t.Errorf("detail: %s", message)
	}
	response, err := send(t, New(Config{}), `{"url":"%s","failOnStatus":false}`, url)
	if err != nil || response.StatusCode != 429 {
		t.Errorf("without failOnStatus: %+v, %v", response, err)
	}
}

func TestLimits(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow":
			w.Write([]byte("begin"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		case "/huge":
			for range 7 << 20 / 1024 {
				w.Write(bytes.Repeat([]byte{'x'}, 1024))
			}
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			zipper := gzip.NewWriter(w)
			zipper.Write(make([]byte, 50<<20))
			zipper.Close()
		case "/large":
			w.Write(bytes.Repeat([]byte{'x'}, 300<<10))
		case "/gzip":
			w.Header().Set("Content-Type", "application/json")
			zipper := gzip.NewWriter(w)
			io.WriteString(zipper, `{"a":1}`)
			zipper.Close()
		case "/cut":
			w.Header().Set("Content-Length", "100")
			w.Write([]byte("begin"))
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/elsewhere":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		}
	})
	for request, want := range map[string]string{
		`{"url":"%s/slow","timeoutSeconds":0.2}`:           task.HttpTimeout,
		`{"url":"%s/huge"}`:                                task.HttpTooLarge,
		`{"url":"%s/bomb"}`:                                task.HttpTooLarge,
		`{"url":"%s/large"}`:                               task.PayloadTooLarge,
		`{"url":"%s/cut"}`:                                 task.HttpConnect,
		`{"url":"%s/loop"}`:                                task.HttpRedirect,
		`{"url":"%s/elsewhere"}`:                           task.HttpRedirect,
		`{"url":"http://127.0.0.1:1?key=s3cret%.0s"}`:      task.HttpConnect,
		`{"url":"http://nowhere.invalid/?key=s3cret%.0s"}`: task.HttpConnect,
	} {
		_, err := send(t, New(Config{}), request, url)
		wantError(t, err, want, "")
		if strings.Contains(fmt.Sprint(err), "s3cret") {
			t.Errorf("the query is in the message: %v", err)
		}
	}
	response, err := send(t, New(Config{}), `{"url":"%s/gzip","gzip":true}`, url)
	if err != nil || fmt.Sprint(response.Body) != "map[a:1]" {
		t.Errorf("gzip: %+v, %v", response, err)
	}
	response, err = send(t, New(Config{}), `{"url":"%s/loop","redirects":0,"failOnStatus":false}`, url)
	if err != nil || response.StatusCode != http.StatusFound || response.Headers["location"] != "/loop" {
		t.Errorf("no redirects: %+v, %v", response, err)
	}
}

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(echo))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	f := New(Config{})
	_, err := send(t, f, `{"url":"%s"}`, server.URL)
	wantError(t, err, task.HttpConnect, "certificate")
	if _, err := send(t, f, `{"url":"%s","insecureSkipVerify":true}`, server.URL); err != nil {
		t.Error(err)
	}
	_, err = send(t, f, `{"url":"%s"}`, server.URL)
	wantError(t, err, task.HttpConnect, "certificate")
}

func TestConnectionsAreReused(t *testing.T) {
	addresses := map[string]bool{}
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		addresses[r.RemoteAddr] = true
		w.WriteHeader(http.StatusInternalServerError)
		io.WriteString(w, "no")
	})
	f := New(Config{})
	for range 5 {
		send(t, f, `{"url":"%s"}`, url)
	}
	if len(addresses) != 1 {
		t.Errorf("%d connections for 5 requests", len(addresses))
	}
}

func TestEndpointsRedirect(t *testing.T) {
	url := serve(t, echo)
	for _, test := range []struct{ from, request, path string }{
		{"api.example.com", "https://api.example.com/v1/x?q=1", "/stub/v1/x"},
		{"api.example.com:8443", "https://api.example.com:8443/v1", "/stub/v1"},
		{"https://api.example.com/v1", "https://api.example.com/v1/a%20b", "/stub/a b"},
	} {
		got := sendEcho(t, New(Config{Endpoints: []task.Endpoint{{From: test.from, To: url + "/stub"}}}), `{"url":"%s"}`, test.request)
		if got.Path != test.path {
			t.Errorf("%s: %+v", test.request, got)
		}
		f := function(t, Config{}, task.EndpointsVariable, "other.example.com=http://127.0.0.1:1, "+test.from+"="+url+"/stub")
		if got := sendEcho(t, f, `{"url":"%s"}`, test.request); got.Path != test.path {
			t.Errorf("%s by the environment: %+v", test.request, got)
		}
	}
	started := time.Now()
	_, err := send(t, New(Config{Endpoints: []task.Endpoint{{From: "https://api.example.com/v1", To: url}}}), `{"url":"https://api.example.com.invalid/v10"}`)
	if wantError(t, err, task.HttpConnect, ""); time.Since(started) > 5*time.Second {
		t.Error("slow")
	}
	_, err = send(t, function(t, Config{}, task.EndpointsVariable, "nonsense"), `{"url":"%s"}`, url)
	wantError(t, err, task.RequestInvalid, "nonsense")
}

// TestStatusThatFails: a request that says that any status outside 200-299 is an error gets one also as requests', where a redirect is not followed, and where
// its budget hands an answer on.
func TestStatusThatFails(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		w.Header().Set("Location", "/200")
		w.WriteHeader(status)
	})
	const spent = `"retry":{"budget":{"total":1,"status_forcelist":[503],"raise_on_status":false,"backoff_factor":0}}`
	for _, test := range []struct {
		path, members string
		status        int // of the answer, 0 for an error where the status is to be one
	}{
		{"/304", `"method":"GET"`, 304}, {"/302", `"method":"HEAD","redirects":0`, 302}, {"/300", `"method":"GET","redirects":0`, 300}, {"/503", `"method":"GET",` + spent, 503},
		{"/204", `"method":"GET"`, 204}, {"/302", `"method":"GET"`, 200}, {"/404", `"method":"GET"`, 0},
	} {
		response, err := send(t, New(Config{}), `{"url":"%s%s","encoding":"requests",%s}`, url, test.path, test.members)
		if test.status == 0 && err == nil || test.status != 0 && (err != nil || response.StatusCode != test.status) {
			t.Errorf("%s: %d, %v", test.path, response.StatusCode, err)
		}
		response, err = send(t, New(Config{}), `{"url":"%s%s","encoding":"requests","failOnStatus":true,"statusOnly":true,%s}`, url, test.path, test.members)
		if test.status/100 == 2 {
			if err != nil || response.StatusCode != test.status {
				t.Errorf("%s: %d, %v", test.path, response.StatusCode, err)
			}
			continue
		}
		wantError(t, err, "Http.Status."+test.path[1:], "")
	}
}

// TestStatusOnly: a body that is none of its content type, or larger than anybody reads, is no failure where only the status is asked for.
func TestStatusOnly(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/failed" {
			w.WriteHeader(http.StatusConflict)
		}
		w.Write(bytes.Repeat([]byte("{"), 8<<20))
	})
	for _, encoding := range []string{`"failOnStatus":true`, `"encoding":"requests"`} {
		response, err := send(t, New(Config{}), `{"url":"%s/x","statusOnly":true,%s}`, url, encoding)
		if err != nil || response.StatusCode != 200 || response.Body != nil || len(response.Headers) != 0 {
			t.Errorf("%s: %+v, %v", encoding, response, err)
		}
		_, err = send(t, New(Config{}), `{"url":"%s/failed","statusOnly":true,%s}`, url, encoding)
		if err == nil || !strings.HasPrefix(err.Error(), "Http.") {
			t.Errorf("%s: %v", encoding, err)
		}
	}
}
