package local_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/local"
)

func TestRoutes(t *testing.T) {
	routes := local.NewRoutes([]string{"GET /pets/{pet-id}", "GET /pets/{pet-id}/tags", "GET /{any}/all", "GET /pets/all", "POST /pets", "GET /"})
	tests := []struct {
		method, path, want string
		parameters         map[string]string
	}{
		{"GET", "/pets/7", "GET /pets/{pet-id}", map[string]string{"pet-id": "7"}},
		{"GET", "/pets/all", "GET /pets/all", nil},
		{"GET", "/dogs/all", "GET /{any}/all", map[string]string{"any": "dogs"}},
		{"GET", "/pets/a%2Fb%20c/tags", "GET /pets/{pet-id}/tags", map[string]string{"pet-id": "a/b c"}},
		{"GET", "/pets/", "", nil},
		{"POST", "/pets/", "POST /pets", nil},
		{"GET", "/pets//tags", "", nil},
		{"DELETE", "/pets/7", "", nil},
		{"GET", "/", "GET /", nil},
		{"GET", "/pets/%zz", "", nil},
	}
	for _, test := range tests {
		key, parameters, ok := routes.Match(test.method, test.path)
		if key != test.want || ok != (test.want != "") {
			t.Errorf("%s %s: got %q, want %q", test.method, test.path, key, test.want)
		}
		if diff := cmp.Diff(test.parameters, parameters); diff != "" {
			t.Errorf("%s %s: %s", test.method, test.path, diff)
		}
	}
}

// serve sends one request through a gateway whose function answers with respond.
func serve(t *testing.T, request *http.Request, respond func(event events.APIGatewayV2HTTPRequest) (string, error)) *http.Response {
	t.Helper()
	invoke := func(_ context.Context, payload []byte) ([]byte, error) {
		var event events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(payload, &event); err != nil {
			t.Error(err)
		}
		text, err := respond(event)
		return []byte(text), err
	}
	gateway := local.NewGateway(local.NewRoutes([]string{"POST /pets/{id}"}), invoke, time.Now)
	recorder := httptest.NewRecorder()
	gateway.ServeHTTP(recorder, request)
	return recorder.Result()
}

func TestGatewayEvent(t *testing.T) {
	request := httptest.NewRequest("POST", "/pets/7?tag=a&tag=b%20c&x=", strings.NewReader(`{"name":"Rex"}`))
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Add("X-Two", "1")
	request.Header.Add("X-Two", "2")
	request.Header.Set("Cookie", "a=1; b=2")
	serve(t, request, func(event events.APIGatewayV2HTTPRequest) (string, error) {
		want := events.APIGatewayV2HTTPRequest{
			Version: "2.0", RouteKey: "POST /pets/{id}", RawPath: "/pets/7", RawQueryString: "tag=a&tag=b%20c&x=",
			Headers:               map[string]string{"content-type": "application/json; charset=utf-8", "x-two": "1,2", "host": "example.com"},
			Cookies:               []string{"a=1", "b=2"},
			QueryStringParameters: map[string]string{"tag": "a,b c", "x": ""},
			PathParameters:        map[string]string{"id": "7"},
			Body:                  `{"name":"Rex"}`,
		}
		context := event.RequestContext
		event.RequestContext = want.RequestContext
		if diff := cmp.Diff(want, event); diff != "" {
			t.Error(diff)
		}
		if context.HTTP.Method != "POST" || context.HTTP.SourceIP != "192.0.2.1" || context.RequestID == "" || context.Stage != "$default" {
			t.Errorf("request context: %+v", context)
		}
		return `{"statusCode":204}`, nil
	})
}

func TestGatewayBodies(t *testing.T) {
	tests := []struct {
		contentType, body, want string
		encoded                 bool
	}{
		{"text/csv", "a;b", "a;b", false},
		{"application/problem+json", "{}", "{}", false},
		{"text/plain", "\xff", "/w==", true},
		{"image/png", "PNG", "UE5H", true},
		{"", "x", "eA==", true},
	}
	for _, test := range tests {
		request := httptest.NewRequest("POST", "/pets/7", strings.NewReader(test.body))
		request.Header.Set("Content-Type", test.contentType)
		serve(t, request, func(event events.APIGatewayV2HTTPRequest) (string, error) {
			if event.Body != test.want || event.IsBase64Encoded != test.encoded {
				t.Errorf("%s: got %q, base64 %v", test.contentType, event.Body, event.IsBase64Encoded)
			}
			return `{"statusCode":204}`, nil
		})
	}
}

func TestGatewayResponse(t *testing.T) {
	tests := []struct {
		name, answer string
		err          error
		status       int
		body         string
	}{
		{"text", `{"statusCode":201,"headers":{"content-type":"text/plain"},"cookies":["a=1"],"body":"hello"}`, nil, 201, "hello"},
		{"binary", `{"statusCode":200,"body":"UE5H","isBase64Encoded":true}`, nil, 200, "PNG"},
		{"bad base64", `{"statusCode":200,"body":"%","isBase64Encoded":true}`, nil, 500, `{"message":"Internal Server Error"}` + "\n"},
		{"not a response", `"x"`, nil, 500, `{"message":"Internal Server Error"}` + "\n"},
		{"function failed", ``, errors.New("a secret reason"), 500, `{"message":"Internal Server Error"}` + "\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			response := serve(t, httptest.NewRequest("POST", "/pets/7", nil), func(events.APIGatewayV2HTTPRequest) (string, error) {
				return test.answer, test.err
			})
			body, _ := io.ReadAll(response.Body)
			if response.StatusCode != test.status || string(body) != test.body {
				t.Errorf("got %d %q", response.StatusCode, body)
			}
		})
	}
}

func TestGatewayRefuses(t *testing.T) {
	never := func(events.APIGatewayV2HTTPRequest) (string, error) {
		t.Error("the function was called")
		return "", nil
	}
	large := httptest.NewRequest("POST", "/pets/7", io.LimitReader(zeros{}, 10<<20+1))
	if got := serve(t, large, never).StatusCode; got != http.StatusRequestEntityTooLarge {
		t.Errorf("large body: %d", got)
	}
	if got := serve(t, httptest.NewRequest("GET", "/nothing", nil), never).StatusCode; got != http.StatusNotFound {
		t.Errorf("unknown route: %d", got)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
