// Package handclock is a clock for tests that stands still until they set it.
package handclock

import (
	"context"
	"sync"
	"time"
)

// Clock implements engine.Clock. It is safe for concurrent use.
type Clock struct {
	mutex   sync.Mutex
	now     time.Time
	changed chan struct{}
}

// New makes a clock that shows a time.
func New(now time.Time) *Clock { return &Clock{now: now, changed: make(chan struct{})} }

// Now is the time that was set last.
func (c *Clock) Now() time.Time {
	now, _ := c.state()
	return now
}

func (c *Clock) state() (now time.Time, changed <-chan struct{}) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.now, c.changed
}

// Set shows another time, and ends the waits for times that it has reached.
func (c *Clock) Set(now time.Time) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.now = now
	close(c.changed)
	c.changed = make(chan struct{})
}

// Busy implements engine.Clock: the time does not depend on who is busy.
func (c *Clock) Busy(int) {}

// Wait implements engine.Clock.
func (c *Clock) Wait(ctx context.Context, until time.Time, wake <-chan struct{}) {
	for {
		now, changed := c.state()
		if !until.IsZero() && !now.Before(until) {
			return
		}
		select {
		case <-changed:
		case <-wake:
			return
		case <-ctx.Done():
			return
		}
	}
}
