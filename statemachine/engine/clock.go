package engine

import (
	"context"
	"sync"
	"time"
)

// Clock is the time that executions live in: System, a Virtual, or a host's own.
type Clock interface {
	// Now is the current time.
	Now() time.Time
	// Wait returns at the given time (a zero time is never), when wake has a value, or when the context ends, whichever is first.
	Wait(ctx context.Context, until time.Time, wake <-chan struct{})
	// Busy counts the parties that are at work. It adds change to the count; while the count is positive a virtual clock stands still.
	Busy(change int)
}

// System is the clock of the machine.
var System Clock = systemClock{}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Busy(int) {}

func (systemClock) Wait(ctx context.Context, until time.Time, wake <-chan struct{}) {
	var due <-chan time.Time
	if !until.IsZero() {
		timer := time.NewTimer(time.Until(until))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-due:
	case <-wake:
	case <-ctx.Done():
	}
}

// Virtual is a clock that jumps: when everything that shares it waits, the time becomes that of the earliest end of a wait. Waits, retries and
// timeouts then take no real time and happen in order. It is safe for concurrent use.
type Virtual struct {
	mutex   sync.Mutex
	now     time.Time
	busy    int
	waiters heap[*waiter]
}

// NewVirtual makes a virtual clock that starts at the given time.
func NewVirtual(start time.Time) *Virtual { return &Virtual{now: start} }

// Now is the virtual time.
func (v *Virtual) Now() time.Time {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return v.now
}

// Busy counts the parties at work.
func (v *Virtual) Busy(change int) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.busy += change
	v.advance()
}

// Wait waits in virtual time. The caller counts as not busy while it waits.
func (v *Virtual) Wait(ctx context.Context, until time.Time, wake <-chan struct{}) {
	w := &waiter{until: until, due: make(chan struct{})}
	v.mutex.Lock()
	v.waiters.push(w)
	v.busy--
	v.advance()
	v.mutex.Unlock()
	select {
	case <-w.due:
		return // the one who moved the clock has counted this party busy again
	case <-wake:
	case <-ctx.Done():
	}
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if w.index >= 0 {
		v.waiters.remove(w.index)
		v.busy++
	}
}

// Sleep waits for d in virtual or real time. Invokers use it to take time that a virtual clock can skip.
func Sleep(ctx context.Context, clock Clock, d time.Duration) error {
	clock.Wait(ctx, clock.Now().Add(d), nil)
	return ctx.Err()
}

// advance moves the time to the earliest end of a wait when nobody is busy, and wakes who waits for that time.
func (v *Virtual) advance() {
	if v.busy > 0 || len(v.waiters) == 0 || v.waiters[0].until.IsZero() {
		return
	}
	w := v.waiters.remove(0)
	if w.until.After(v.now) {
		v.now = w.until
	}
	v.busy++
	close(w.due)
}

type waiter struct {
	until time.Time // zero: never
	due   chan struct{}
	index int
}

func (w *waiter) moved(position int) { w.index = position }

// before orders by time; those that wait for no time come last.
func (w *waiter) before(other *waiter) bool {
	if w.until.IsZero() || other.until.IsZero() {
		return !w.until.IsZero()
	}
	return w.until.Before(other.until)
}
