package local

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStubAnswersInOrder(t *testing.T) {
	root := t.TempDir()
	text := "hosts: [https://api.example.com]\nroutes:\n  GET /items:\n    - {status: 503, body: {message: busy}}\n    - {body: [1]}\n  POST /items: {status: 201, headers: {Location: /items/1}}\n"
	if err := os.WriteFile(filepath.Join(root, StubFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	endpoints, err := Project{Root: root}.startStub(t.Context())
	if err != nil || len(endpoints) != 1 {
		t.Fatalf("%v %v", endpoints, err)
	}
	address := endpoints[0].To
	for _, want := range []string{"503 {\"message\":\"busy\"}", "200 [1]", "200 [1]"} {
		if got := ask(t, http.MethodGet, address+"/items"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := ask(t, http.MethodPost, address+"/items"); got != "201 " {
		t.Errorf("got %s", got)
	}
	if got := ask(t, http.MethodGet, address+"/nothing"); !strings.HasPrefix(got, "404 ") {
		t.Errorf("got %s", got)
	}
}

func ask(t *testing.T, method, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Status[:3] + " " + strings.TrimSpace(string(body))
}

func TestStubRefusesARouteWithoutMethod(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, StubFile), []byte("routes: {/items: {status: 200}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (Project{Root: root}).startStub(t.Context()); err == nil || !strings.Contains(err.Error(), "METHOD /path") {
		t.Errorf("%v", err)
	}
	if endpoints, err := (Project{Root: t.TempDir()}).startStub(t.Context()); err != nil || endpoints != nil {
		t.Errorf("%v %v", endpoints, err)
	}
}
