package api

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// TestUser: an execution is told the claims of its caller and the token, which only the key opens; nothing else of the input holds credentials.
func TestUser(t *testing.T) {
	environment := task.Variables(map[string]string{secret.CallerKeyVariable: "key", "STEPLOOM_SECRET_KEY": "k"})
	g := newGateway(Config{Environment: environment, Secrets: secret.Environment(environment)})
	event := Event{RouteKey: "POST /workflows/a", Headers: map[string]string{"Authorization": "Bearer abc.def", "Cookie": "session=1", "X-Api-Key": "key1", "Accept": "a"}}
	event.RequestContext.Authorizer.JWT.Claims = map[string]any{"sub": "u1", "custom:workspace_id": "w1", "email": "a@example.com", "token": "claimed"}
	text, err := g.input(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	var input Input
	if err := json.Unmarshal(text, &input); err != nil {
		t.Fatal(err)
	}
	token, _ := input.User["token"].(string)
	opened, err := secret.Unsealing(secret.Environment(environment), "key").Resolve(t.Context(), token)
	if err != nil || opened != "abc.def" {
		t.Errorf("token %q, %v", opened, err)
	}
	if input.User["userid"] != "u1" || input.User["workspace_id"] != "w1" || input.User["email"] != "a@example.com" {
		t.Errorf("user %v", input.User)
	}
	for _, hidden := range []string{"abc.def", "session=1", "key1", "claimed"} {
		if strings.Contains(string(text), hidden) {
			t.Errorf("the input holds %s: %s", hidden, text)
		}
	}
	if input.Header["accept"] != "a" {
		t.Errorf("headers %v", input.Header)
	}
	g.Environment = nil
	if text, err = g.input(t.Context(), event); err != nil || strings.Contains(string(text), `"user"`) {
		t.Errorf("nobody asked: %s, %v", text, err)
	}
}
