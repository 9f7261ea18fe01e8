package http

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/task"
)

// TestAnswerAsBlob: the body of a good answer is kept as it came, with the type and the name that the answer gives it; a failed answer is read as ever.
func TestAnswerAsBlob(t *testing.T) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	zip.Write([]byte("unpacked"))
	zip.Close()
	large := strings.Repeat("x", bodyLimit+1)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/sheets/a b.xlsx":
			w.Header().Set("Content-Type", "application/vnd.ms-excel")
			w.Write([]byte("\xd0\xcf\x11"))
		case "/named":
			w.Header().Set("Content-Type", "application/pdf")
			w.Header().Set("Content-Disposition", `attachment; filename="x"; filename*=UTF-8''..%2Fr%C3%A9sum%C3%A9.pdf`)
			w.Write([]byte("{}"))
		case "/packed":
			w.Write(packed.Bytes())
		case "/large":
			w.Write([]byte(large))
		case "/missing":
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			w.Write([]byte(`{"message":"no"}`))
		}
	})
	blobs := blob.Memory()
	f := New(Config{Blobs: blobs})
	for _, c := range []struct {
		request, content string
		want             blob.Ref
	}{
		{`{"url":"%s/sheets/a%%20b.xlsx","asBlob":true,"contentType":"text/csv"}`, "\xd0\xcf\x11", blob.Ref{FileName: "a b.xlsx", ContentType: "application/vnd.ms-excel", Size: 3}},
		{`{"url":"%s/named","asBlob":true}`, "{}", blob.Ref{FileName: "résumé.pdf", ContentType: "application/pdf", Size: 2}},
		{`{"url":"%s/packed","asBlob":true,"gzip":true,"headers":{"Accept-Encoding":"identity"}}`, "unpacked", blob.Ref{FileName: "packed", ContentType: "application/x-gzip", Size: 8}},
		{`{"url":"%s/large","asBlob":true}`, large, blob.Ref{FileName: "large", ContentType: "text/plain; charset=utf-8", Size: len(large)}},
	} {
		response, failure := send(t, f, c.request, url)
		if failure != nil {
			t.Errorf("%s: %v", c.request, failure)
			continue
		}
		text, _ := json.Marshal(response.Body)
		ref, ok := blob.ParseRef(text)
		content, err := blobs.Get(context.Background(), ref.Key)
		if !ok || err != nil || string(content) != c.content {
			t.Errorf("%s: %s, %v", c.request, text, err)
		}
		ref.Key = ""
		if diff := cmp.Diff(c.want, ref); diff != "" {
			t.Errorf("%s: %s", c.request, diff)
		}
	}
	if response, failure := send(t, f, `{"url":"%s/empty","asBlob":true}`, url); failure != nil || response.Body != nil {
		t.Errorf("an empty body: %v, %v", response.Body, failure)
	}
	_, failure := send(t, f, `{"url":"%s/missing","asBlob":true}`, url)
	wantError(t, failure, "Http.Status.404", "")
	response, failure := send(t, f, `{"url":"%s/missing","asBlob":true,"failOnStatus":false}`, url)
	if diff := cmp.Diff(any(map[string]any{"message": "no"}), response.Body); failure != nil || diff != "" {
		t.Errorf("%v %s", failure, diff)
	}
	_, failure = send(t, New(Config{}), `{"url":"%s/large","asBlob":true}`, url)
	wantError(t, failure, task.BlobUnavailable, "")
}

// TestSeveralFilesAreNoBody: a body of several stored objects is refused before anything is sent, one alone in a list is that object.
func TestSeveralFilesAreNoBody(t *testing.T) {
	blobs := blob.Memory()
	key, err := blobs.Put(t.Context(), []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	f, url, one := New(Config{Blobs: blobs}), serve(t, echo), `{"blob":"`+key+`","contentType":"image/png"}`
	if received := sendEcho(t, f, `{"method":"POST","url":"%s","body":[%s]}`, url, one); received.Body != "x" {
		t.Errorf("%+v", received)
	}
	_, failure := send(t, f, `{"method":"POST","url":"%s","body":[%s,%s]}`, url, one, one)
	wantError(t, failure, task.RequestInvalid, "")
}

// TestFormTypes: a form is sent as one whatever the request says of the answer; a header may add to its type.
func TestFormTypes(t *testing.T) {
	url := serve(t, echo)
	for headers, want := range map[string]string{
		`{}`: "application/x-www-form-urlencoded", `{"Content-Type":"application/x-www-form-urlencoded; charset=utf-8"}`: "application/x-www-form-urlencoded; charset=utf-8",
		`{"content-type":"image/jpeg"}`: "application/x-www-form-urlencoded",
	} {
		received := sendEcho(t, New(Config{}), `{"method":"POST","url":"%s","headers":%s,"contentType":"application/json","form":{"a":"x & y","b":[1,null,"é"],"c":null}}`, url, headers)
		if got := received.Header["Content-Type"]; len(got) != 1 || got[0] != want || received.Body != "a=x+%26+y&b=1&b=%C3%A9" {
			t.Errorf("%s: %v %s", headers, got, received.Body)
		}
	}
}
