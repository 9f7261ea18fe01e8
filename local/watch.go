package local

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long a project must be quiet before a change counts: editors write a file in several steps.
const settle = 80 * time.Millisecond

// Watcher sees the changes of a project's files, from the moment it is made.
type Watcher struct{ files *fsnotify.Watcher }

// NewWatcher watches all files that a project is made of.
func NewWatcher(project Project) (*Watcher, error) {
	files, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{project.Root, project.Specs} {
		if err := watchTree(files, folder); err != nil {
			return nil, errors.Join(err, files.Close())
		}
	}
	return &Watcher{files}, nil
}

// Run calls changed after each change until the context ends. Changes that come while changed runs are seen by one
// further call.
func (w *Watcher) Run(ctx context.Context, changed func()) error {
	defer w.files.Close()
	timer := time.NewTimer(0)
	<-timer.C
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-w.files.Errors:
			return err
		case event := <-w.files.Events:
			if event.Has(fsnotify.Create) && !isHidden(event.Name) && isFolder(event.Name) {
				if err := watchTree(w.files, event.Name); err != nil {
					return err
				}
			}
			if concerns(event) {
				timer.Reset(settle)
			}
		case <-timer.C:
			changed()
		}
	}
}

// watchTree watches a folder and the folders in it, without hidden ones.
func watchTree(watcher *fsnotify.Watcher, root string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case os.IsNotExist(err): // removed between listing and looking
			return nil
		case err != nil:
			return err
		case !entry.IsDir():
			return nil
		case path != root && (isHidden(path) || entry.Name() == "node_modules"):
			return filepath.SkipDir
		}
		return watcher.Add(path)
	})
}

// EnvironmentFile holds the values that an APICHAP project keeps out of version control.
const EnvironmentFile = ".environment.yaml"

// concerns tells whether an event may change the workflow: the content of a visible file, or of a hidden one that is read.
func concerns(event fsnotify.Event) bool {
	if event.Op == fsnotify.Chmod {
		return false
	}
	switch filepath.Base(event.Name) {
	case ".env", EnvironmentFile:
		return true
	}
	return !isHidden(event.Name) && !strings.HasSuffix(event.Name, "~")
}

func isHidden(path string) bool { return strings.HasPrefix(filepath.Base(path), ".") }
