package ftp

import (
	"context"
	"errors"
	"io"
	"net/textproto"
	"syscall"
	"time"

	"github.com/jlaffaye/ftp"

	"github.com/steploom/steploom/shared/pause"
	"github.com/steploom/steploom/shared/task"
)

// This file asks again where a server has as many clients as it takes. OpenSSH ends every third connection when ten others are about to log in
// (sshd_config, MaxStartups); FTP servers say 421.

const (
	dialAttempts = 6
	dialPause    = 100 * time.Millisecond // about so long before the second attempt, twice as long before each further one
)

// turnedAway is what a server says, or does not say, to somebody who has not yet logged in, because it has too much to do.
type turnedAway struct{ told *task.Error }

func (e turnedAway) Error() string { return e.told.Error() }

// Unwrap gives the error that whoever asked learns.
func (e turnedAway) Unwrap() error { return e.told }

// beforeLogin names a failure of a connection on which nobody is logged in yet.
func beforeLogin(err error) error {
	var answer *textproto.Error
	switch {
	case errors.As(err, &answer) && answer.Code == ftp.StatusNotAvailable:
		return turnedAway{task.Errorf(task.FtpConnect, "%s", answer.Msg)}
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return turnedAway{connectError(err)}
	}
	return connectError(err)
}

// persist dials until a server lets it in, a few times at most.
func persist(ctx context.Context, dial func() (session, error)) (session, error) {
	wait := dialPause
	for attempt := 1; ; attempt++ {
		s, err := dial()
		away, busy := errors.AsType[turnedAway](err)
		if !busy {
			return s, err
		}
		if attempt == dialAttempts || pause.About(ctx, wait) != nil {
			return nil, away.told
		}
		wait *= 2
	}
}
