//go:build unix

package cli

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// lockFolder waits until no other process writes to a folder. The lock ends with the process and leaves nothing behind. A file system that has no locks
// is written to without.
func lockFolder(ctx context.Context, folder string) (unlock func(), err error) {
	handle, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(handle.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return func() { handle.Close() }, nil
		}
		select {
		case <-ctx.Done():
			handle.Close()
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
