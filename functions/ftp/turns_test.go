package ftp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// TestTurns: so many sessions of a datasource are open at once, another one begins when one of them ends, and those of other datasources do not count.
func TestTurns(t *testing.T) {
	var all turns
	over, cancel := context.WithCancel(t.Context())
	cancel()
	var gives []func()
	for range sessionsAtOnce {
		give, err := all.take(t.Context(), "bank")
		if err != nil {
			t.Fatal(err)
		}
		gives = append(gives, give)
	}
	if _, err := all.take(over, "bank"); !errors.Is(err, context.Canceled) {
		t.Errorf("one too many: %v", err)
	}
	if _, err := all.take(t.Context(), "shop"); err != nil {
		t.Errorf("another datasource: %v", err)
	}
	gives[0]()
	if _, err := all.take(t.Context(), "bank"); err != nil {
		t.Errorf("one has ended: %v", err)
	}
}

// TestCrowd: of many that come at once, no more than have their turn are at a server; when it serves none of them, the others are told that time was over.
func TestCrowd(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var came atomic.Int64
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			defer conn.Close() // it never says a word
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	f := New(Config{Environment: task.Variables(map[string]string{task.VariableName(task.DatasourceVariable, "bank"): "ftp://" + listener.Addr().String() + "/"})})
	var crowd sync.WaitGroup
	for i := range 3 * sessionsAtOnce {
		crowd.Go(func() {
			_, err := f.Invoke(ctx, fmt.Appendf(nil, `{"datasource": "bank", "operation": "read", "path": "%d", "timeoutSeconds": 600}`, i))
			if !errors.Is(err, &task.Error{Name: task.FtpTimeout}) {
				t.Error(err)
			}
		})
	}
	for came.Load() < sessionsAtOnce {
		time.Sleep(time.Millisecond)
	}
	cancel()
	listener.Close()
	crowd.Wait()
	if n := came.Load(); n != sessionsAtOnce {
		t.Errorf("%d are at the server at once", n)
	}
}
