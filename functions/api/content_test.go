package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/task"
)

// parts makes a multipart body of parts with numbered names.
func parts(count int, disposition string) string {
	var out strings.Builder
	for i := range count {
		fmt.Fprintf(&out, "--b\r\nContent-Disposition: form-data; "+disposition+"\r\n\r\nx\r\n", i)
	}
	return out.String() + "--b--"
}

// withFiles is the environment of a function whose operations are given files.
func withFiles() task.Environment {
	return task.Variables(map[string]string{UploadsVariable: "get-news-id"})
}

const multipartB = "multipart/form-data; boundary=b"

// TestBodiesWithoutRoom: a body whose value cannot be in the input of an execution is 413 before all of it is decoded, whatever its type.
func TestBodiesWithoutRoom(t *testing.T) {
	for _, test := range []struct {
		contentType, body string
		status            int
	}{
		{"application/json", "[" + strings.Repeat(`"",`, 2<<20) + "1]", 413},
		{"", "[" + strings.Repeat(`"",`, 2<<20) + "1]", 413},
		{"text/plain", strings.Repeat("x", 6<<20), 413},
		{"application/octet-stream", strings.Repeat("\xff", 1<<20), 200},
		{"application/x-www-form-urlencoded", strings.Repeat("a&", 3<<20), 413},
		{"text/csv", "a\n" + strings.Repeat("1\n", 3<<20), 413},
		{"text/xml", "<a>" + strings.Repeat("<b/>", 1<<20) + "</a>", 413},
		{multipartB, parts(60_000, `name="n%d"`), 413},
		{multipartB, parts(20_000, `name="n%d"; filename="f"`), 413},
		{multipartB, parts(1, `name="n%d"; filename="f"`), 200},
		{multipartB, parts(2, `name="n"; filename="f%d"`), 200},
		{multipartB, parts(1000, `name="n%d"`), 200},
		{"multipart/form-data", parts(1, `name="n%d"`), 400},
		{`multipart/form-data; boundary="b`, parts(1, `name="n%d"`), 400},
		{"application/json", `{"n": 1e400}`, 400},
		{"", `1e400`, 200}, // no number of JSON's, so a text
		{"application/json", strings.Repeat(" ", 1<<20) + `{"n": 1}`, 200},
	} {
		store := &counting{Store: blob.Memory()}
		response := ask(t, Config{Executor: &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(success)}}, Blobs: store, Environment: withFiles()}, func(e *Event) {
			e.Headers, e.Body = map[string]string{"content-type": test.contentType}, test.body
		})
		if response.StatusCode != test.status {
			t.Errorf("%s %.30q: %+v", test.contentType, test.body, response)
		}
		if store.puts > InputLimit/len(blob.NewKey()) {
			t.Errorf("%s: %d files are stored", test.contentType, store.puts)
		}
	}
}

// counting counts what is stored.
type counting struct {
	blob.Store
	puts int
}

func (c *counting) Put(ctx context.Context, content []byte) (string, error) {
	c.puts++
	return c.Store.Put(ctx, content)
}

// TestDecodingEndsWithTheCaller: nothing is decoded once the caller has gone.
func TestDecodingEndsWithTheCaller(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	for contentType, body := range map[string]string{
		multipartB:         parts(1000, `name="n%d"`),
		"application/json": "[" + strings.Repeat("1,", 10_000) + "1]",
	} {
		executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(success)}}
		payload := event(func(e *Event) { e.Headers, e.Body = map[string]string{"content-type": contentType}, body })
		if _, err := New(Config{Executor: executor}).Invoke(gone, payload); err != nil || executor.machine != "" {
			t.Errorf("%s: %v, %q", contentType, err, executor.machine)
		}
	}
}

// FuzzBody: a body of any type is taken in linear time, and what is made of it is a valid input or an answer to the client.
func FuzzBody(f *testing.F) {
	f.Add(multipartB, parts(2, `name="n%d"`))
	f.Add(multipartB, parts(1, `name="n%d"; filename="f"`))
	f.Add("multipart/form-data; boundary=b", "--b\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name*=utf-8''a\r\n\r\n{\r\n--b--")
	f.Add("multipart/form-data; boundary=\"b", "--b--")
	f.Add("application/x-www-form-urlencoded", "a&b=%41&a=2")
	f.Add("text/csv; charset=latin1", "a\n\xff")
	f.Add("", "{}")
	f.Fuzz(func(t *testing.T, contentType, body string) {
		executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(success)}}
		function := New(Config{Executor: executor, Blobs: blob.Memory(), Environment: withFiles()})
		take := func(body string) {
			executor.input = ""
			payload := event(func(e *Event) { e.Headers, e.Body = map[string]string{"content-type": contentType}, body })
			result, err := function.Invoke(t.Context(), payload)
			var response Response
			if err != nil || json.Unmarshal(result, &response) != nil || response.StatusCode >= 500 {
				t.Fatalf("%s: %s, %v", contentType, result, err)
			}
			if executor.input != "" && !json.Valid([]byte(executor.input)) {
				t.Fatalf("%s: the input %.100s", contentType, executor.input)
			}
		}
		take(body)
		pace.Linear(t, body, take)
	})
}
