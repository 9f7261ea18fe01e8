package runtimeapi

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/steploom/steploom/internal/pace"
)

// FuzzReported: what a process says of its failure becomes an error whose payload is JSON, in linear time.
func FuzzReported(f *testing.F) {
	f.Add([]byte(`{"errorType": "A", "errorMessage": "b", "stackTrace": []}`))
	f.Add([]byte(`{"errorType": 1}`))
	f.Add([]byte("\xff"))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, body []byte) {
		failure := reported(body)
		if !json.Valid(failure.Payload) || failure.Error() == "" {
			t.Errorf("%q becomes %q", body, failure.Payload)
		}
		pace.Linear(t, string(body), func(body string) { reported([]byte(body)) })
	})
}

// FuzzRuntimeAPI: a process may ask its Runtime API for anything: it is answered, and only an answer to the invocation under way reaches who waits for it.
func FuzzRuntimeAPI(f *testing.F) {
	f.Add("POST", "/2018-06-01/runtime/invocation/id/response", []byte(`{}`))
	f.Add("POST", "/2018-06-01/runtime/invocation/other/error", []byte(`{"errorType":"A"}`))
	f.Add("POST", "/2018-06-01/runtime/invocation/id/error", []byte(`x`))
	f.Add("POST", "/2018-06-01/runtime/init/error", []byte(`{}`))
	f.Add("GET", "/2018-06-01/../%2e", []byte(nil))
	f.Fuzz(func(t *testing.T, method, path string, body []byte) {
		request := httptest.NewRequest("POST", "/", bytes.NewReader(body))
		request.Method, request.URL.Path = method, path
		if method == "GET" {
			return // asking for the next event waits for one
		}
		waiting := &invocation{requestID: "id", answer: make(chan answer, 1), deadline: time.Now()}
		s := &sandbox{current: waiting, ready: make(chan struct{}, 1), exited: make(chan struct{})}
		s.handler().ServeHTTP(httptest.NewRecorder(), request)
		const forID = "/2018-06-01/runtime/invocation/id/"
		if len(waiting.answer) > 0 && path != forID+"response" && path != forID+"error" {
			t.Errorf("%s %s answers", method, path)
		}
	})
}
