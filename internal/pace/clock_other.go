//go:build !linux

package pace

import "time"

// timed is the time that work takes.
func timed(text string, work func(string)) time.Duration {
	start := time.Now()
	work(text)
	return time.Since(start)
}
