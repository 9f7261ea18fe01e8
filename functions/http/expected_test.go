package http_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	function "github.com/steploom/steploom/functions/http"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

func TestExpectedStatusReplacesTheRange(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }))
	defer server.Close()
	f := function.New(function.Config{})
	for expected, failure := range map[string]string{"[404]": "", "[200, 201]": "Http.Status.404", "[]": "Http.Status.404"} {
		_, err := f.Invoke(t.Context(), []byte(`{"url": "`+server.URL+`", "expectedStatus": `+expected+`}`))
		if (err == nil) != (failure == "") || err != nil && task.AsError(err).Name != failure {
			t.Errorf("%s: %v", expected, err)
		}
	}
}

func TestTokenEndpointFromTheSecret(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/token" {
			_, _ = w.Write([]byte(`{"access_token": "abc", "token_type": "Bearer", "expires_in": 60}`))
			return
		}
		_ = json.NewEncoder(w).Encode(r.Header.Get("Authorization"))
	}))
	defer server.Close()
	environment := task.Variables(map[string]string{
		"STEPLOOM_SECRET_ERP": `{"client_id": "a", "client_secret": "b", "token_url": "` + server.URL + `/token"}`,
		"STEPLOOM_SECRET_BAD": `{"client_id": "a", "client_secret": "b"}`,
	})
	f := function.New(function.Config{Environment: environment, Secrets: secret.Environment(environment)})
	call := func(name string) ([]byte, error) {
		return f.Invoke(t.Context(), []byte(`{"url": "`+server.URL+`/x", "auth": {"type": "oauth2", "secret": "`+name+`", "tokenUrlInSecret": true}}`))
	}
	if answer, err := call("ERP"); err != nil || !strings.Contains(string(answer), `"Bearer abc"`) {
		t.Errorf("%s %v", answer, err)
	}
	if _, err := call("BAD"); err == nil || task.AsError(err).Name != task.RequestInvalid {
		t.Errorf("a secret without a token endpoint: %v", err)
	}
}
