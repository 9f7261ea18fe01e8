package http_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	function "github.com/steploom/steploom/functions/http"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// TestSecretOfCaller: what is sealed with a request is put into it within fixed text, and is in nothing that the function gives, even when the
// server sends it back.
func TestSecretOfCaller(t *testing.T) {
	const token = `tok&en<"1">`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/fail" {
			w.WriteHeader(http.StatusBadGateway)
		}
		w.Header().Set("x-echo", r.Header.Get("Authorization"))
		w.Header().Set("Content-Type", "application/json")
		authorization, _ := json.Marshal(r.Header.Get("Authorization"))
		received, _ := json.Marshal(string(body))
		fmt.Fprintf(w, `{"n": 12345678901234567890, "nothing": null, "authorization": %s, "body": %s}`, authorization, received)
	}))
	defer server.Close()
	environment := task.Variables(map[string]string{secret.CallerKeyVariable: "key", "STEPLOOM_SECRET_KEY": "k"})
	send := function.New(function.Config{Environment: environment, Secrets: secret.Environment(environment)})
	request := func(path string) []byte {
		text, _ := json.Marshal(map[string]any{
			"url": server.URL + path, "method": "POST", "headers": map[string]any{"Authorization": nil}, "body": map[string]any{"a": map[string]any{"t": nil}},
			"secrets": map[string]any{
				"/headers/Authorization": map[string]string{"before": "Bearer ", "secret": secret.Seal("k", token)}, "/body/a/t": secret.Seal("k", token),
			},
		})
		return text
	}
	answer, err := send.Invoke(t.Context(), request("/"))
	if err != nil {
		t.Fatal(err)
	}
	if text := string(answer); !strings.Contains(text, `{"n":12345678901234567890,"nothing":null,"authorization":"Bearer ***",`) || strings.Contains(text, "tok") {
		t.Errorf("answer %s", text)
	}
	_, err = send.Invoke(t.Context(), request("/fail"))
	failure, _ := json.Marshal(task.AsError(err))
	if err == nil || strings.Contains(string(failure), "tok") || strings.Contains(err.Error(), "tok") {
		t.Errorf("failure %s", failure)
	}
	_, err = send.Invoke(t.Context(), []byte(`{"url": "`+server.URL+`", "headers": {"A": null}, "secrets": {"/headers/A": {"before": "Bearer ", "secret": ""}}}`))
	if err == nil || !strings.Contains(err.Error(), "/headers/A") || !strings.Contains(err.Error(), "no token") {
		t.Errorf("without a token: %v", err)
	}
}
