//go:build !linux

package pace

import "time"

// timed is the time that work takes.
func timed(work func()) time.Duration {
	start := time.Now()
	work()
	return time.Since(start)
}
