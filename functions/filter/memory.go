package filter

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/steploom/steploom/shared/task"
)

const (
	// memoryLimit is what one program may add to the memory of the process, which Lambda gives 256 MB.
	memoryLimit = 48 << 20
	// memoryPace is how often a program that runs for longer is looked at.
	memoryPace = 2 * time.Millisecond
	// withGarbage is how many times the limit may be taken before garbage is collected to see what is in use. With more, a list that is added to itself
	// would take all there is in one step.
	withGarbage = 2
)

var errMemory = errors.New("the program needs too much memory")

// watch ends programs that take too much memory. The memory of a process cannot be told apart by program: of those that run while it grows, the one that
// has run longest is ended. The zero value is ready.
type watch struct {
	mutex   sync.Mutex
	running []*watched // in the order of their starts
}

type watched struct{ before size }

// start gives a context that ends with errMemory as its cause, and what is to be called at the end of the program.
func (w *watch) start(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	program := &watched{before: heap()}
	w.mutex.Lock()
	w.running = append(w.running, program)
	w.mutex.Unlock()
	timer := time.AfterFunc(memoryPace, func() { w.look(ctx, program, cancel) })
	return ctx, func() {
		timer.Stop()
		cancel(nil)
		w.mutex.Lock()
		defer w.mutex.Unlock()
		for i, other := range w.running {
			if other == program {
				w.running = append(w.running[:i:i], w.running[i+1:]...)
				return
			}
		}
	}
}

// look watches a program until it ends.
func (w *watch) look(ctx context.Context, program *watched, end context.CancelCauseFunc) {
	ticker := time.NewTicker(memoryPace)
	defer ticker.Stop()
	for !w.takesTooMuch(program) {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
	end(errMemory)
}

func (w *watch) takesTooMuch(program *watched) bool {
	now := heap()
	if now.live < program.before.live+memoryLimit && now.all >= program.before.all+withGarbage*memoryLimit {
		runtime.GC()
		now = heap()
		program.before.all = max(program.before.all, now.all)
	}
	if now.live < program.before.live+memoryLimit {
		return false
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return len(w.running) > 0 && w.running[0] == program
}

// size is the memory of the process in bytes: what was in use at the last collection of garbage, and all there is, garbage not yet collected included.
type size struct{ live, all uint64 }

func heap() size {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(samples)
	return size{samples[0].Value.Uint64(), samples[1].Value.Uint64()}
}

// fits tells whether a result can have room in a state, without writing it: parts of a value may stand in it many times. left is the number of bytes
// that are left.
func fits(value any, left *int) bool {
	*left--
	switch v := value.(type) {
	case string:
		*left -= len(v)
	case []any:
		for _, item := range v {
			if *left < 0 || !fits(item, left) {
				return false
			}
		}
	case map[string]any:
		for name, item := range v {
			if *left -= len(name); *left < 0 || !fits(item, left) {
				return false
			}
		}
	}
	return *left >= 0
}

func checkRoom(value any) error {
	left := task.ResultLimit
	if !fits(value, &left) {
		return &task.Error{
			Name: task.PayloadTooLarge, Message: fmt.Sprintf("the result is larger than the limit of %d bytes", task.ResultLimit), Detail: map[string]any{"limit": task.ResultLimit},
		}
	}
	return nil
}
