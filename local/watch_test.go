package local_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/steploom/steploom/local"
)

// change writes a file and tells whether the watcher calls before the patience ends.
func change(t *testing.T, calls <-chan struct{}, path string, patience time.Duration) bool {
	t.Helper()
	if err := os.WriteFile(path, []byte(time.Now().String()), 0o644); err != nil {
		t.Fatal(err)
	}
	select {
	case <-calls:
		return true
	case <-time.After(patience):
		return false
	}
}

const (
	long  = 20 * time.Second // for what must come, on a busy machine
	short = time.Second      // for what must not come
)

func TestWatch(t *testing.T) {
	root := t.TempDir()
	specs := filepath.Join(root, "specs")
	if err := os.Mkdir(specs, 0o755); err != nil {
		t.Fatal(err)
	}
	project, err := local.Locate(root)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	calls, done := make(chan struct{}, 10), make(chan error, 1)
	watcher, err := local.NewWatcher(project)
	if err != nil {
		t.Fatal(err)
	}
	go func() { done <- watcher.Run(ctx, func() { calls <- struct{}{} }) }()
	if !change(t, calls, filepath.Join(specs, "a.yaml"), long) {
		t.Error("a.yaml: no call")
	}
	if !change(t, calls, filepath.Join(root, ".env"), long) {
		t.Error(".env: no call")
	}
	if !change(t, calls, filepath.Join(specs, local.EnvironmentFile), long) {
		t.Error(local.EnvironmentFile + ": no call")
	}
	state := filepath.Join(root, ".steploom") // made by the first run, after the watcher
	if err := os.Mkdir(state, 0o755); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	if change(t, calls, filepath.Join(state, "db.sqlite"), short) {
		t.Error("a call for the tool's own state")
	}
	for _, path := range []string{"dev.log", "README.md", "stray.yaml", "specs/dev.log", "specs/nohup.out", "specs/a.yaml~", "specs/.a.yaml.swp"} {
		if change(t, calls, filepath.Join(root, path), short/4) {
			t.Errorf("a call for %s, which is no source", path)
		}
	}
	if err := os.Mkdir(filepath.Join(root, "db"), 0o755); err != nil {
		t.Fatal(err)
	}
	<-calls
	if !change(t, calls, filepath.Join(root, "db", "1-schema.sql"), long) {
		t.Error("a folder of scripts that is made later: no call")
	}
	if err := os.RemoveAll(specs); err != nil {
		t.Fatal(err)
	}
	<-calls
	if err := os.Mkdir(specs, 0o755); err != nil {
		t.Fatal(err)
	}
	<-calls
	if !change(t, calls, filepath.Join(specs, "a.yaml"), long) {
		t.Error("a folder that is there again: no call")
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestWatchOneFile: of a workflow that is one file, its neighbours are no part.
func TestWatchOneFile(t *testing.T) {
	root := t.TempDir()
	path := filepath.Join(root, "one.osop.yaml")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	project, err := local.Locate(path)
	if err != nil {
		t.Fatal(err)
	}
	watcher, err := local.NewWatcher(project)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	calls, done := make(chan struct{}, 10), make(chan error, 1)
	go func() { done <- watcher.Run(ctx, func() { calls <- struct{}{} }) }()
	if change(t, calls, filepath.Join(root, "two.osop.yaml"), short) {
		t.Error("a call for a neighbour")
	}
	if !change(t, calls, path, long) || !change(t, calls, filepath.Join(root, ".env"), long) {
		t.Error("no call")
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestLocate(t *testing.T) {
	root := t.TempDir()
	specs := filepath.Join(root, "specs")
	if err := os.Mkdir(specs, 0o755); err != nil {
		t.Fatal(err)
	}
	plain := t.TempDir()
	tests := []struct{ dir, root, specs string }{
		{root, root, specs},
		{root + "/", root, specs},
		{specs, root, specs},
		{plain, plain, plain},
	}
	for _, test := range tests {
		project, err := local.Locate(test.dir)
		if err != nil || project.Root != test.root || project.Specs != test.specs {
			t.Errorf("%s: got %+v, %v", test.dir, project, err)
		}
	}
	file := filepath.Join(plain, "hello.osop.yaml")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if project, err := local.Locate(file); err != nil || project.Specs != plain || project.Name() != "hello" {
		t.Errorf("%s: got %+v, %v", file, project, err)
	}
	if _, err := local.Locate(filepath.Join(root, "nothing")); err == nil {
		t.Error("a path that does not exist: no error")
	}
}
