package sam_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/sam"
)

// TestEventsAreReady: requests show who sends them, and what a state sends is worked out from the sample input and sample answers.
func TestEventsAreReady(t *testing.T) {
	files, list := sam.Generate(newsroom(t), sam.Options{Authorizer: sam.APIKey})
	noErrors(t, list)
	var request struct{ Headers map[string]string }
	if err := json.Unmarshal(files["events/get-articles.json"], &request); err != nil {
		t.Fatal(err)
	}
	if request.Headers["authorization"] != "Basic c2FtcGxlOnNhbXBsZQ==" || request.Headers["x-api-key"] != sam.SampleKey {
		t.Errorf("headers %v", request.Headers)
	}
	for path, want := range map[string][]string{
		"events/http-function.json": {`"https://newswire.example.com/v1/push?slug=sample"`, `"X-Section": "sample"`, `"to": "<sample>"`},
		"events/sql-function.json":  {"\"parameters\": [\n        1\n      ]"},
		"events/env.json":           {`"AWS_ENDPOINT_URL": "http://host.docker.internal:8083"`, `"STEPLOOM_DATASOURCE_NEWSDB": "jdbc:postgresql://newsroom-db:5432/newsroom"`},
	} {
		for _, text := range want {
			if !strings.Contains(string(files[path]), text) {
				t.Errorf("%s lacks %s:\n%s", path, text, files[path])
			}
		}
	}
	for path, content := range files {
		if strings.HasPrefix(path, sam.EventsFolder) && strings.Contains(string(content), "null") {
			t.Errorf("%s: %s", path, content)
		}
	}
}

// TestEventsOpen: nobody is asked who they are.
func TestEventsOpen(t *testing.T) {
	files, list := sam.Generate(open(t), sam.Options{})
	noErrors(t, list)
	if text := string(files["events/get-articles.json"]); strings.Contains(text, "authorization") || strings.Contains(text, "x-api-key") {
		t.Error(text)
	}
}

// TestLocalEnvironment: what is on this machine has the name that a container knows it by.
func TestLocalEnvironment(t *testing.T) {
	for address, want := range map[string]string{
		"jdbc:postgresql://localhost:5432/a":    "jdbc:postgresql://host.docker.internal:5432/a",
		"jdbc:mariadb://127.0.0.1/a":            "jdbc:mariadb://host.docker.internal/a",
		"jdbc:sqlserver://localhost;x=y":        "jdbc:sqlserver://host.docker.internal;x=y",
		"jdbc:postgresql://[::1]:5432/a":        "jdbc:postgresql://host.docker.internal:5432/a",
		"jdbc:postgresql://localhost.example/a": "jdbc:postgresql://localhost.example/a",
	} {
		app := everything(t)
		app.Workflow.Connections[0].URL = address
		files, list := sam.Generate(app, sam.Options{})
		noErrors(t, list)
		if text := string(files[sam.LocalFile]); !strings.Contains(text, `"STEPLOOM_DATASOURCE_SHOP": "`+want+`"`) {
			t.Errorf("%s: %s", address, text)
		}
	}
}
