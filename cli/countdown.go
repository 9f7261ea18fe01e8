package cli

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// countdown shows on a terminal how long a state still waits. One line is overwritten every second, and erased when the wait is over.
type countdown struct {
	out  io.Writer
	on   bool
	mu   sync.Mutex
	done chan struct{}
	over sync.WaitGroup
}

// start shows that a state waits until a time, in place of what was shown before.
func (c *countdown) start(state string, until time.Time) {
	if !c.on {
		return
	}
	c.stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	done := make(chan struct{})
	c.done = done
	c.over.Go(func() { c.show(state, until, done) })
}

// stop ends what is shown.
func (c *countdown) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done != nil {
		close(c.done)
		c.over.Wait()
		c.done = nil
	}
}

func (c *countdown) show(state string, until time.Time, done <-chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		left := time.Until(until).Round(time.Second)
		fmt.Fprintf(c.out, "\r\x1b[K%s waits %s (--fast skips waiting)", state, max(left, 0))
		select {
		case <-done:
			fmt.Fprint(c.out, "\r\x1b[K")
			return
		case <-tick.C:
		}
	}
}
