package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/steploom/steploom/shared/diag"
)

// Limits of files that are read whole, in bytes.
const (
	SourceLimit = 4 << 20  // of a workflow
	ScriptLimit = 64 << 20 // of a database
	FileLimit   = 16 << 20 // any other
)

// ReadFile reads a regular file, or one that a link leads to, of at most limit bytes. Anything else of that name is an error at once: a pipe or a device
// may never end. Errors name the file in printable characters.
func ReadFile(path string, limit int64) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // the opening of a pipe does not wait for a writer
	if err != nil {
		return nil, nameless(path, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nameless(path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: this is %s, not a file", diag.Name(path), kindOf(info.Mode()))
	}
	content, err := readWithin(file, limit)
	if err != nil {
		return nil, nameless(path, err)
	}
	return content, nil
}

// ReadInput reads what a person names on the command line, which may be a pipe, of at most FileLimit bytes. It ends with the context.
func ReadInput(ctx context.Context, path string) ([]byte, error) {
	content, err := within(ctx, func() ([]byte, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return readWithin(file, FileLimit)
	})
	if err != nil {
		return nil, nameless(path, err)
	}
	return content, nil
}

// ReadStream reads standard input, of at most FileLimit bytes. It ends with the context.
func ReadStream(ctx context.Context, stream io.Reader) ([]byte, error) {
	return within(ctx, func() ([]byte, error) { return readWithin(stream, FileLimit) })
}

// within waits for a reader that cannot be interrupted, until the context ends. The reader is left behind then; the process ends before it does.
func within(ctx context.Context, read func() ([]byte, error)) ([]byte, error) {
	type outcome struct {
		content []byte
		err     error
	}
	done := make(chan outcome, 1)
	go func() {
		content, err := read()
		done <- outcome{content, err}
	}()
	select {
	case result := <-done:
		return result.content, result.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func readWithin(file io.Reader, limit int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("it has more than %d bytes", limit)
	}
	return content, err
}

// nameless gives an error the name of its file, in printable characters.
func nameless(path string, err error) error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	}
	return fmt.Errorf("%s: %w", diag.Name(path), err)
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}
