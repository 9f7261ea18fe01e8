package local

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
)

// TestOperationsThatAreAlike: a request reaches the operation of its own route, however alike the names of operations are.
func TestOperationsThatAreAlike(t *testing.T) {
	var text strings.Builder
	text.WriteString("operations:\n")
	paths := []string{"/a-b", "/a/b", "/A/b", "/a_b", "/api", "/1", "/a1", "/a/1"}
	for _, path := range paths {
		fmt.Fprintf(&text, "  'get %s': {fulfillments: [{type: generic, attributes: [{done: TEXT(x)}]}], responses: [{name: ok, statuscode: 200, default: true, schema: {path: TEXT(%s)}}]}\n", path, path)
	}
	output, list := compiler.Compile(source.Files{{Path: "flow.yaml", Bytes: []byte(text.String())}}, compiler.Options{})
	if list.HasErrors() {
		t.Fatal(list)
	}
	handler := serviceOf(t, output, Settings{}).Handler(nil)
	for _, path := range paths {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if !strings.Contains(answer.Body.String(), fmt.Sprintf("%q", path)) {
			t.Errorf("%s answers %d %s", path, answer.Code, answer.Body)
		}
	}
}
