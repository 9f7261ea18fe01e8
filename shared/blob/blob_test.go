package blob

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

func TestStores(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made", "when needed")
	for name, store := range map[string]Store{"folder": Folder(path), "memory": Memory()} {
		key, err := store.Put(context.Background(), []byte("content"))
		if err != nil || !ValidKey(key) {
			t.Fatalf("%s: %q, %v", name, key, err)
		}
		if got, err := store.Get(context.Background(), key); err != nil || string(got) != "content" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		for _, key := range []string{NewKey(), "", "../" + key, strings.Repeat("g", 40)} {
			if _, err := store.Get(context.Background(), key); !errors.Is(err, &task.Error{Name: task.BlobMissing}) {
				t.Errorf("%s %q: %v", name, key, err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(path, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Folder(filepath.Join(path, "file")).Put(context.Background(), nil); !errors.Is(err, &task.Error{Name: task.BlobUnavailable}) {
		t.Errorf("a file as the folder: %v", err)
	}
}

func TestParseRef(t *testing.T) {
	key := NewKey()
	for text, want := range map[string]bool{
		`{"blob":"` + key + `","fileName":"a"}`: true, `{"blob":"short"}`: false, `{"blob":1}`: false, `"` + key + `"`: false, `null`: false,
	} {
		if ref, ok := ParseRef([]byte(text)); ok != want || ok && ref.Key != key {
			t.Errorf("%s: %+v, %v", text, ref, ok)
		}
	}
}

// TestParseFile: one stored object is a content, by itself or alone in a list; several are none, and what refers to them goes no further.
func TestParseFile(t *testing.T) {
	one, other := `{"blob":"`+NewKey()+`"}`, `{"blob":"`+NewKey()+`"}`
	for text, want := range map[string]struct{ stored, fails bool }{
		one: {true, false}, "[" + one + "]": {true, false}, "[" + one + "," + other + "]": {false, true}, "[" + one + ",1]": {}, "[]": {}, `[{"blob":1}]`: {}, "null": {}, "": {},
		`{"a":` + one + `}`: {},
	} {
		ref, stored, err := ParseFile([]byte(text))
		if stored != want.stored || (err != nil) != want.fails || stored != ValidKey(ref.Key) {
			t.Errorf("%s: %+v, %v, %v", text, ref, stored, err)
		}
	}
}
