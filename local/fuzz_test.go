package local

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/internal/pace"
)

// FuzzParseStub: a stub file that is read answers its routes, and takes linear time.
func FuzzParseStub(f *testing.F) {
	f.Add("hosts: [https://a.example]\nroutes:\n  GET /items: {status: 201, headers: {A: b}, body: [{id: 1}]}\n  POST /b: [{status: 503}, {body: x}]\n")
	f.Add("routes: {GET /: }")
	f.Add("routes: &a {GET /a: *a}")
	f.Add("a: &a [x]\nroutes:\n  GET /: {body: [*a, *a, *a]}\n")
	f.Add("routes:\n  GET /: {status: 99, body: {1: 2}}")
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { _, _ = parseStub([]byte(text)) })
		s, err := parseStub([]byte(text))
		if err != nil {
			return
		}
		for route := range s.Routes {
			method, path, _ := strings.Cut(route, " ")
			request, err := http.NewRequest(method, "http://stub.example", nil)
			if err != nil {
				continue // no method of HTTP's
			}
			request.URL.Path = path
			s.ServeHTTP(httptest.NewRecorder(), request)
		}
	})
}

// FuzzRoutes: what matches a route fits it segment by segment, and every route matches a path made of its own text.
func FuzzRoutes(f *testing.F) {
	f.Add("GET /a/{b}", "/a/x%2Fy")
	f.Add("GET /{a}/{a}", "/a//b")
	f.Add("POST /", "")
	f.Add("GET /a\nGET /{b}\nGET /{", "/%zz/")
	f.Fuzz(func(t *testing.T, keys, path string) {
		routes := NewRoutes(strings.Split(keys, "\n"))
		pace.Linear(t, path, func(path string) { routes.Match("GET", path) })
		pace.Linear(t, keys, func(keys string) { NewRoutes([]string{keys}) })
		key, parameters, ok := routes.Match("GET", path)
		if !ok {
			return
		}
		method, pattern, _ := strings.Cut(key, " ")
		if method != "GET" || len(segmentsOf(pattern)) != len(segmentsOf(path)) {
			t.Errorf("%q matches %q", path, key)
		}
		for name, value := range parameters {
			if value == "" || !strings.Contains(pattern, "{"+name+"}") {
				t.Errorf("%q in %q gives %s = %q", path, key, name, value)
			}
		}
	})
}

// FuzzGatewayEvent: whatever a client sends becomes an event that is JSON, or is refused.
func FuzzGatewayEvent(f *testing.F) {
	f.Add("a=1&a=2&%zz", "text/plain", "\xff", "a=1; b")
	f.Add("", "application/json; charset", "{", "")
	f.Fuzz(func(t *testing.T, query, contentType, body, cookie string) {
		request := httptest.NewRequest("POST", "/a", strings.NewReader(body))
		request.URL.RawQuery = query
		request.Header.Set("Content-Type", contentType)
		request.Header.Set("Cookie", cookie)
		gateway := NewGateway(NewRoutes([]string{"POST /a"}), nil, time.Now)
		text, err := json.Marshal(gateway.event(request, "POST /a", nil, []byte(body)))
		if err != nil || !json.Valid(text) {
			t.Errorf("%s, %v", text, err)
		}
		pace.Linear(t, query, func(query string) { eventQuery(query) })
		pace.Linear(t, body, func(body string) { eventBody(contentType, []byte(body)) })
	})
}
