package local

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestMakeOnce: of many who make a file at the same time all read the text of one, whole, and nobody else may.
func TestMakeOnce(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "key")
	const makers = 50
	read := make([]string, makers)
	var working sync.WaitGroup
	for i := range makers {
		working.Go(func() {
			if err := makeOnce(path, strings.Repeat(string(rune('A'+i)), 1000)); err != nil {
				t.Error(err)
			}
			text, err := os.ReadFile(path)
			if read[i] = string(text); err != nil {
				t.Error(err)
			}
		})
	}
	working.Wait()
	for i, text := range read {
		if len(text) != 1000 || text != read[0] {
			t.Fatalf("maker %d reads %.10q, another %.10q", i, text, read[0])
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 1 {
		t.Errorf("%v are left", left)
	}
}

// TestKept: a text is made once, and one that was lost is asked for.
func TestKept(t *testing.T) {
	w := &surroundings{project: Project{Root: t.TempDir()}}
	first, err := w.kept("key")
	again, err2 := w.kept("key")
	if err != nil || err2 != nil || len(first) < 20 || again != first {
		t.Error(first, again, err, err2)
	}
	state, _ := w.project.State()
	if err := os.WriteFile(filepath.Join(state, "key"), []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.kept("key"); err == nil || !strings.Contains(err.Error(), "delete it") {
		t.Error(err)
	}
}
