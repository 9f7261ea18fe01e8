package ftp

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// folderSession serves a folder of this machine. No name leads out of it, not even a link in it (os.Root).
type folderSession struct{ root *os.Root }

func openFolder(t target) (session, error) {
	root, err := os.OpenRoot(t.folder)
	if err != nil {
		return nil, task.Errorf(task.FtpConnect, "the datasource's folder cannot be opened: %v", reasonOf(err))
	}
	return folderSession{root}, nil
}

func (s folderSession) list(folder string) ([]File, error) {
	opened, err := s.root.Open(orRoot(folder))
	if err != nil {
		return nil, folderError(err, folder)
	}
	defer opened.Close()
	entries, err := opened.ReadDir(-1)
	if err != nil {
		return nil, folderError(err, folder)
	}
	files := make([]File, 0, len(entries))
	for _, entry := range entries {
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) { // it has gone since
			continue
		}
		if err != nil {
			return nil, folderError(err, folder)
		}
		files = append(files, fileOf(info))
	}
	return byName(files), nil
}

// fileOf describes a file by its attributes.
func fileOf(info fs.FileInfo) File {
	return File{Filename: info.Name(), Type: typeOf(info.Mode()), Size: info.Size(), Modified: info.ModTime().UTC().Format(time.RFC3339)}
}

func (s folderSession) read(file string, limit int) ([]byte, error) {
	info, err := s.root.Stat(file)
	if err != nil {
		return nil, folderError(err, file)
	}
	if !info.Mode().IsRegular() {
		return nil, failure(task.FtpFailed, "this is not a file", file, nil)
	}
	opened, err := s.root.Open(file)
	if err != nil {
		return nil, folderError(err, file)
	}
	defer opened.Close()
	content, err := readLimited(opened, limit)
	if err != nil {
		return nil, folderError(err, file)
	}
	return content, nil
}

func (s folderSession) write(file string, content []byte) error {
	opened, err := s.root.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return folderError(err, file)
	}
	_, err = opened.Write(content)
	return folderError(errors.Join(err, opened.Close()), file)
}

func (s folderSession) rename(from, to string) error {
	return folderError(s.root.Rename(from, to), from)
}

func (s folderSession) remove(file string) error {
	if info, err := s.root.Lstat(file); err == nil && info.IsDir() {
		return failure(task.FtpFailed, "this is a folder", file, nil)
	}
	return folderError(s.root.Remove(file), file)
}

func (s folderSession) makeFolder(folder string) error {
	return folderError(s.root.Mkdir(folder, 0o755), folder)
}

func (s folderSession) close() { s.root.Close() }

// folderError names an error of the file system; nil stays nil.
func folderError(err error, path string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return failure(task.FtpNotFound, "there is no such file", path, nil)
	case errors.Is(err, fs.ErrPermission):
		return failure(task.FtpDenied, "the file system does not allow it", path, nil)
	}
	return failure(task.FtpFailed, reasonOf(err).Error(), path, nil)
}

// reasonOf takes the path out of an error of the file system.
func reasonOf(err error) error {
	if named, ok := errors.AsType[*fs.PathError](err); ok {
		return named.Err
	}
	if linked, ok := errors.AsType[*os.LinkError](err); ok {
		return linked.Err
	}
	return err
}
