package api

import (
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// TestDocs: the document and the page are served to anybody, whatever guards the operations; without a document their routes are operations like any other.
func TestDocs(t *testing.T) {
	environment := task.Variables(usersAre("a:b"))
	config := Config{Document: []byte(`{"openapi":"3.0.3"}`), Environment: environment, Secrets: secret.Environment(environment), Executor: &script{}}
	for route, want := range map[string]struct {
		status      int
		contentType string
		body        string
	}{
		documentRoute: {200, "application/json", `{"openapi":"3.0.3"}`},
		pageRoute:     {200, "text/html; charset=utf-8", "<!doctype html>"},
		oldPageRoute:  {302, "text/plain; charset=utf-8", ""},
	} {
		_, path, _ := strings.Cut(route, " ")
		response := ask(t, config, func(e *Event) { e.RouteKey, e.RawPath = route, "/v1"+path })
		if response.StatusCode != want.status || response.Headers["content-type"] != want.contentType || !strings.HasPrefix(response.Body, want.body) || response.Headers["x-content-type-options"] != "nosniff" {
			t.Errorf("%s: %+v", route, response)
		}
		if route == oldPageRoute && response.Headers["location"] != "/v1/api-docs" {
			t.Errorf("%s leads to %q", route, response.Headers["location"])
		}
		config := config
		config.Document = nil
		if response := ask(t, config, func(e *Event) { e.RouteKey = route }); response.StatusCode != 401 {
			t.Errorf("%s without a document: %+v", route, response)
		}
	}
}

// TestDocsPage: the page runs what the policy knows by its hash and nothing else, loads nothing from elsewhere, and never makes markup of a text.
func TestDocsPage(t *testing.T) {
	page, policy := docsPage(), docsPolicy()
	for _, part := range []struct{ begin, end string }{{"<script>", "</script>"}, {"<style>", "</style>"}} {
		_, rest, found := strings.Cut(page, part.begin)
		inside, _, closed := strings.Cut(rest, part.end)
		sum := sha256.Sum256([]byte(inside))
		if !found || !closed || strings.Count(page, part.begin) != 1 || !strings.Contains(policy, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
			t.Errorf("the policy %s does not know what is in %s", policy, part.begin)
		}
	}
	for _, forbidden := range []string{"http://", "https://", "src=", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "onclick", "STYLE", "SCRIPT"} {
		if strings.Contains(page, forbidden) {
			t.Errorf("the page holds %q", forbidden)
		}
	}
	for _, directive := range []string{"default-src 'none'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, directive) {
			t.Errorf("the policy lacks %s", directive)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Error(policy)
	}
}

func TestReadDocument(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "openapi.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, root, want string
		good             bool
	}{
		{"openapi.json", folder, "{}", true},
		{filepath.Join(folder, "openapi.json"), "/elsewhere", "{}", true},
		{"", folder, "", true},
		{"other.json", folder, "", false},
	} {
		got, err := ReadDocument(task.Variables(map[string]string{DocsVariable: test.name, "LAMBDA_TASK_ROOT": test.root}))
		if string(got) != test.want || (err == nil) != test.good {
			t.Errorf("%+v: %s, %v", test, got, err)
		}
	}
}
