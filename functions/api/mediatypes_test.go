package api

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

// TestUnreadableBodies: a body that cannot be read is refused for its type where the operation does not take that, as the definition would, and for
// what is wrong in it otherwise.
func TestUnreadableBodies(t *testing.T) {
	for _, test := range []struct {
		types, contentType, body string
		status                   int
		says                     string
	}{
		{"application/json=other,get-news-id", "application/xml", "{", 415, "the content type must be application/json"},
		{"application/json=other,get-news-id", "text/xml; charset=utf-8", "<a", 415, "the content type must be application/json"},
		{"application/json=other,get-news-id", "multipart/form-data", "x", 415, "the content type must be application/json"},
		{"text/csv=x application/json|text/*=get-news-id", "application/xml", "<a>", 415, "the content type must be application/json or text/*"},
		{"text/csv=x application/json|text/*=get-news-id", "Text/XML", "<a>", 400, "Text/XML: "},
		{"application/json=other,get-news-id", "application/json", "{", 400, "application/json: "},
		{"application/json=other,get-news-id", "application/xml", "<a/>", 200, ""}, // the definition refuses it
		{"application/json=other", "application/xml", "<a", 400, "application/xml: "},
		{"", "application/xml", "<a", 400, "application/xml: "},
		{"application/json=get-news-id", "text/plain", strings.Repeat("x", InputLimit), 413, ""},
	} {
		executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(success)}}
		environment := task.Variables(map[string]string{MediaTypesVariable: test.types})
		response := ask(t, Config{Executor: executor, Environment: environment}, func(e *Event) {
			e.Headers, e.Body = map[string]string{"Content-Type": test.contentType}, test.body
		})
		if response.StatusCode != test.status || !strings.Contains(response.Body, test.says) || test.status != 200 && executor.input != "" {
			t.Errorf("%s %s %.10q: %d %s", test.types, test.contentType, test.body, response.StatusCode, response.Body)
		}
	}
}
