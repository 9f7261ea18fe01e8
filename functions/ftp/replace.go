package ftp

import (
	"errors"
	"path"
	"strings"
	"time"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/task"
)

// This file gives files their names: what was written, and what is moved.

const (
	temporaryPrefix = ".steploom-"
	temporarySuffix = ".tmp"
	asideSuffix     = ".old"
	// staleAfter is when a file of that name has no writer any more.
	staleAfter = 24 * time.Hour
)

func besides(file, suffix string) string {
	return path.Join(path.Dir(file), temporaryPrefix+blob.NewKey()[:16]+suffix)
}

// isTemporary tells whether a name is that of a file that is being written, or was when its connection broke.
func isTemporary(name string) bool {
	return strings.HasPrefix(name, temporaryPrefix) && strings.HasSuffix(name, temporarySuffix)
}

// write stores a file under a temporary name and renames it, so that nobody reads half of it and a connection that breaks leaves the old file. What it
// leaves under the temporary name is never listed, and removed by a later write. Folders that are missing are made.
func (t target) write(s session, file string, content []byte) error {
	full := t.below(file)
	temporary := besides(full, temporarySuffix)
	err := s.write(temporary, content)
	if err != nil && !lost(err) && strings.Contains(file, "/") {
		t.makeFolders(s, file)
		_ = s.remove(temporary)
		err = s.write(temporary, content)
	}
	if err == nil {
		err = replace(s, temporary, full)
	}
	if err != nil {
		_ = s.remove(temporary) // it may not exist; the first failure counts
		return about(err, full)
	}
	if sweeps(temporary) {
		sweep(s, path.Dir(full))
	}
	return nil
}

// sweeps tells whether a write looks for files that others have left: one of sixteen, for it takes a listing of the folder.
func sweeps(temporary string) bool {
	return strings.HasPrefix(path.Base(temporary), temporaryPrefix+"0")
}

// sweep removes temporary files whose writers are gone: those much older than the newest file. Failures do not count.
func sweep(s session, folder string) {
	files, err := s.list(folder)
	if err != nil {
		return
	}
	newest := time.Time{}
	for _, file := range files {
		if modified, err := time.Parse(time.RFC3339, file.Modified); err == nil && modified.After(newest) {
			newest = modified
		}
	}
	for _, file := range files {
		modified, err := time.Parse(time.RFC3339, file.Modified)
		if err == nil && isTemporary(file.Filename) && newest.Sub(modified) > staleAfter {
			_ = s.remove(path.Join(folder, file.Filename))
		}
	}
}

// move gives a file another name, in a folder that is made where it is missing. A file of that name is replaced.
func (t target) move(s session, from, to string) error {
	full := t.below(from)
	err := s.rename(full, t.below(to))
	if err == nil || lost(err) {
		return err
	}
	if _, there := find(s, full); !there {
		return failure(task.FtpNotFound, "there is no such file", full, nil)
	}
	t.makeFolders(s, to)
	return replace(s, full, t.below(to))
}

// makeFolders makes those that a file lies in, below the datasource's. A failure tells that a folder is there, which another writer may just have made;
// what comes next tells whether it is.
func (t target) makeFolders(s session, file string) {
	for i, c := range file {
		if c == '/' {
			_ = s.makeFolder(t.below(file[:i]))
		}
	}
}

// about makes an error one of another file.
func about(err error, path string) error {
	known, ok := errors.AsType[*task.Error](err)
	if !ok {
		return err
	}
	if detail, ok := known.Detail.(map[string]any); ok {
		detail["path"] = path
	}
	return known
}

// replaceAttempts is how often a name that other writers take meanwhile is tried for.
const replaceAttempts = 5

// replace renames a file. Where the server does not replace a file of that name, it is put aside first, and comes back if that fails. Others may do the same
// at the same time: each of them finds the name free or taken in the midst of what the others do, and tries again; the last one to take it keeps it.
func replace(s session, from, to string) error {
	err, missed := s.rename(from, to), false
	for range replaceAttempts {
		if err == nil || lost(err) {
			return err
		}
		old, there := find(s, to)
		aside := besides(to, asideSuffix)
		switch {
		case there && old.Type != "file" || !there && missed:
			return err
		case !there: // somebody else has put it aside, or it is for another reason
			err, missed = s.rename(from, to), true
			continue
		case s.rename(to, aside) != nil: // it has gone since, or may not be moved
			err = s.rename(from, to)
			continue
		}
		if err = s.rename(from, to); err == nil {
			_ = s.remove(aside)
			return nil
		}
		if restored, failed := giveBack(s, aside, to); restored || failed != nil {
			return errors.Join(err, failed)
		}
	}
	return err
}

// giveBack gives a file that was put aside its name again. One that has the name by now is newer, and stays.
func giveBack(s session, aside, to string) (restored bool, err error) {
	if err = s.rename(aside, to); err == nil || lost(err) {
		return err == nil, err
	}
	if _, taken := find(s, to); !taken {
		return false, err
	}
	_ = s.remove(aside)
	return false, nil
}

// lost tells that there is no connection any more, so that nothing else need be tried.
func lost(err error) bool {
	return errors.Is(err, &task.Error{Name: task.FtpConnect}) || errors.Is(err, &task.Error{Name: task.FtpTimeout})
}

// find looks a file up in the listing of its folder.
func find(s session, full string) (File, bool) {
	files, err := s.list(path.Dir(full))
	if err != nil {
		return File{}, false
	}
	for _, file := range files {
		if file.Filename == path.Base(full) {
			return file, true
		}
	}
	return File{}, false
}
