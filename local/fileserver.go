package local

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/functions/ftp"
	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/shared/task"
)

// This file puts a folder of this machine in the place of a file server that cannot be reached. Function ftp serves it as it serves others.

// EmbeddedFolder is a datasource's stand-in: a folder.
type EmbeddedFolder struct {
	Folder string
	// LoadedOrEmpty is the folder that filled it just now; "" when there was nothing to fill it with, or when it had been filled before.
	LoadedOrEmpty string
	// Stale tells that those files have changed since.
	Stale bool
}

func (e *EmbeddedFolder) filling() string {
	switch {
	case e.LoadedOrEmpty != "":
		return ", filled from " + e.LoadedOrEmpty
	case e.Stale:
		return "; the files have changed since it was filled, delete the folder to fill it anew"
	}
	return ""
}

// probeFiles asks the file server behind a name for a listing.
func (w *surroundings) probeFiles(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, reachable)
	defer cancel()
	request, err := json.Marshal(map[string]any{"datasource": name, "operation": "list", "timeoutSeconds": reachable.Seconds()})
	if err != nil {
		return err
	}
	_, err = ftp.New(ftp.Config{Environment: w.environment(), Secrets: w.secrets(), Folders: true}).Invoke(ctx, request)
	if errors.Is(err, &task.Error{Name: task.PayloadTooLarge}) || errors.Is(err, &task.Error{Name: task.FtpNotFound}) {
		return nil // it answers, and has much, or lacks the folder
	}
	return err
}

// embedFolder puts a folder in .steploom behind the connection, and fills it once from files/NAME.
func (w *surroundings) embedFolder(_ context.Context, connection *ir.Connection, reason string) (Datasource, error) {
	state, err := w.project.State()
	if err != nil {
		return Datasource{}, err
	}
	folder, err := filepath.Abs(filepath.Join(state, fileName(connection.Name)))
	if err != nil {
		return Datasource{}, err
	}
	embedded, err := EmbedFolder(folder, filepath.Join(w.project.ServerFiles(), fileName(connection.Name)))
	if err != nil {
		return Datasource{}, err
	}
	w.variables[sql.Variable(connection.Name)] = embedded.URL()
	delete(w.variables, sql.SecretVariable(connection.Name))
	return Datasource{Name: connection.Name, Source: FromFolder, Address: filepath.Join(state, fileName(connection.Name)), Reason: reason, Folder: embedded}, nil
}

// URL is the address of the folder for function ftp.
func (e *EmbeddedFolder) URL() string {
	path := filepath.ToSlash(e.Folder)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// EmbedFolder gives the stand-in of a file server, and fills it once from a folder, which need not exist.
func EmbedFolder(folder, seeds string) (*EmbeddedFolder, error) {
	stamp, err := stampOfFiles(seeds)
	if err != nil {
		return nil, err
	}
	stampFile := folder + ".sha256"
	if isFolder(folder) {
		old, err := ReadFile(stampFile, FileLimit)
		return &EmbeddedFolder{Folder: folder, Stale: err == nil && string(old) != stamp}, nil
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return nil, err
	}
	temporary, err := os.MkdirTemp(filepath.Dir(folder), filepath.Base(folder)+".*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temporary)
	filled := filepath.Join(temporary, "files")
	err = os.Mkdir(filled, 0o755)
	if err == nil && isFolder(seeds) {
		err = os.CopyFS(filled, os.DirFS(seeds))
	}
	if err == nil {
		err = os.WriteFile(stampFile, []byte(stamp), 0o644)
	}
	if err == nil {
		err = os.Rename(filled, folder)
	}
	if err != nil && !isFolder(folder) { // else another process was faster
		return nil, err
	}
	if !isFolder(seeds) {
		seeds = ""
	}
	return &EmbeddedFolder{Folder: folder, LoadedOrEmpty: seeds}, nil
}

// stampOfFiles tells apart what a folder holds; a missing one holds nothing.
func stampOfFiles(folder string) (string, error) {
	hash := sha256.New()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return err
		}
		fmt.Fprintf(hash, "%s %d\n", filepath.ToSlash(relative), info.Size())
		_, err = io.Copy(hash, file)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)) + "\n", nil
}
