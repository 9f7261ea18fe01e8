package ftp

import (
	"encoding/json"
	"testing"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/task"
)

// TestContentOfStoredObjects: a file holds what is in one stored object; of several nothing is written.
func TestContentOfStoredObjects(t *testing.T) {
	blobs := blob.Memory()
	key, err := blobs.Put(t.Context(), []byte("\xffx"))
	if err != nil {
		t.Fatal(err)
	}
	f, one := transfer{Config: Config{Blobs: blobs}}, `{"blob":"`+key+`"}`
	for content, want := range map[string]string{one: "\xffx", "[" + one + "]": "\xffx", "[" + one + "," + one + "]": ""} {
		got, err := f.content(t.Context(), job{Request: Request{Operation: "write", Content: json.RawMessage(content)}, path: "a.json"})
		if string(got) != want || (err != nil) != (want == "") || err != nil && task.AsError(err).Name != task.RequestInvalid {
			t.Errorf("%s: %q, %v", content, got, err)
		}
	}
}
