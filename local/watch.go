package local

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long a project must be quiet before a change counts: editors write a file in several steps.
const settle = 80 * time.Millisecond

// Watcher sees the changes of a project's files, from the moment it is made.
type Watcher struct {
	project Project
	files   *fsnotify.Watcher
}

// NewWatcher watches all files that a project is made of. What else lies in its folders, such as a log, is no part of it.
func NewWatcher(project Project) (*Watcher, error) {
	files, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &Watcher{project, files}
	for _, folder := range w.folders() {
		if err := files.Add(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, errors.Join(err, files.Close())
		}
	}
	return w, nil
}

// folders are those in which a project has files; those of the database scripts and of topics need not exist.
func (w *Watcher) folders() []string {
	return []string{filepath.Clean(w.project.Root), filepath.Clean(w.project.Specs), filepath.Clean(w.project.Scripts()), filepath.Clean(w.project.Topics())}
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
			if w.concerns(event) {
				timer.Reset(settle)
			}
		case <-timer.C:
			changed()
		}
	}
}

// EnvironmentFile holds the values that an APICHAP project keeps out of version control.
const EnvironmentFile = ".environment.yaml"

// concerns tells whether an event may change the workflow. A folder of the project that comes, perhaps again, is watched from then on.
func (w *Watcher) concerns(event fsnotify.Event) bool {
	switch name := filepath.Clean(event.Name); {
	case event.Op == fsnotify.Chmod:
		return false
	case slices.Contains(w.folders(), name):
		return event.Has(fsnotify.Create) && w.files.Add(name) == nil
	default:
		return w.project.reads(name)
	}
}
