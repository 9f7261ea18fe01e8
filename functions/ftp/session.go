package ftp

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/steploom/steploom/shared/task"
)

// session is a connection that is logged in. Its errors are *task.Error.
type session interface {
	list(folder string) ([]File, error)
	// read gives a file's bytes, at most limit and one more.
	read(file string, limit int) ([]byte, error)
	write(file string, content []byte) error
	rename(from, to string) error
	remove(file string) error
	makeFolder(folder string) error
	close()
}

func (f transfer) dial(ctx context.Context, t target) (session, error) {
	switch {
	case t.scheme == "sftp":
		return persist(ctx, func() (session, error) { return dialSFTP(ctx, t) })
	case t.scheme != "file":
		return persist(ctx, func() (session, error) { return dialFTP(ctx, t) })
	case !f.Folders:
		return nil, task.Errorf(task.FtpConnect, "datasource URL: folders of a machine are for local runs")
	}
	return openFolder(t)
}

// connect opens a TCP connection whose every use ends with the context's deadline.
func connect(ctx context.Context, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		err = conn.SetDeadline(deadline)
	}
	return conn, err
}

// connectError names a failure before the login, or one of the connection.
func connectError(err error) *task.Error {
	var known *task.Error
	var network net.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &network) && network.Timeout():
		return task.Errorf(task.FtpTimeout, "%s", task.Unreachable("", err))
	}
	return task.Errorf(task.FtpConnect, "%s", task.Unreachable("", err))
}

func failure(name, message, path string, code any) *task.Error {
	detail := map[string]any{"path": path}
	if code != nil {
		detail["code"] = code
	}
	return &task.Error{Name: name, Message: message, Detail: detail}
}

func readLimited(r io.Reader, limit int) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, int64(limit)+1))
}
