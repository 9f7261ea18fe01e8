package http

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// TestSecrets puts secrets into each part of a request; everything around them stays as it was.
func TestSecrets(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s|%s|%s|%s", r.URL.RequestURI(), r.Header.Get("Authorization"), r.Header.Get("X-Key"), body)
	}))
	defer server.Close()
	environment := task.Variables(map[string]string{"A": "ä\"b", "B": "Bearer x", "U": `{"user": "me", "password": "p@:"}`})
	f := New(Config{Environment: environment, Secrets: secret.Environment(environment)})
	for _, test := range []struct{ name, request, want string }{
		{"headers", `"headers": {"Authorization": null, "X-Key": null}, "secrets": {"/headers/Authorization": "B", "/headers/X-Key": "B"}`, "/|Bearer x|Bearer x|"},
		{"query", `"query": {"a": 1, "key": null, "z": 2}, "secrets": {"/query/key": "A"}`, "/?a=1&key=%C3%A4%22b&z=2|||"},
		{"body", `"method": "POST", "body": {"b": 1, "in": {"x/y": null, "c": [ 1 ]}, "a": 12345678901234567890}, "secrets": {"/body/in/x~1y": "A"}`, `/|||{"b":1,"in":{"x/y":"ä\"b","c":[1]},"a":12345678901234567890}`},
		{"form", `"method": "POST", "form": {"client_secret": null, "grant": "x"}, "secrets": {"/form/client_secret": "A"}`, "/|||client_secret=%C3%A4%22b&grant=x"},
		{"user", `"secrets": {"/user": "U"}`, "/|Basic bWU6cEA6||"},
		{"lists", `"method": "POST", "body": {"l": [ 1, {"x": null}, [null, 2 ]]}, "secrets": {"/body/l/1/x": "A", "/body/l/2/0": "B"}`, `/|||{"l":[1,{"x":"ä\"b"},["Bearer x",2]]}`},
		{"a list as body", `"method": "POST", "body": [null], "secrets": {"/body/0": "B"}`, `/|||["Bearer x"]`},
		{"beyond a list", `"method": "POST", "body": [null], "secrets": {"/body/1": "B"}`, task.RequestInvalid},
		{"no index", `"method": "POST", "body": [null], "secrets": {"/body/00": "B"}`, task.RequestInvalid},
		{"inside of a text", `"method": "POST", "body": ["a"], "secrets": {"/body/0/0": "B"}`, task.RequestInvalid},
		{"missing", `"secrets": {"/headers/X": "UNKNOWN"}`, task.SecretMissing},
		{"nowhere", `"headers": {"a": "b"}, "secrets": {"/headers/X": "A"}`, task.RequestInvalid},
		{"elsewhere", `"secrets": {"/url": "A"}`, task.RequestInvalid},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer, err := f.Invoke(t.Context(), []byte(fmt.Sprintf(`{"url": %q, "contentType": "", %s}`, server.URL+"/", test.request)))
			if err != nil {
				if task.AsError(err).Name != test.want {
					t.Errorf("got %v, want %s", err, test.want)
				}
				return
			}
			var got struct{ Body string }
			if err := task.Decode(answer, &struct {
				StatusCode int
				Headers    any
				Body       *string
			}{Body: &got.Body}); err != nil {
				t.Fatal(err)
			}
			if got.Body != test.want {
				t.Errorf("got  %s\nwant %s", got.Body, test.want)
			}
		})
	}
}
