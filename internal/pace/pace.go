// Package pace finds work that takes longer than the size of its input explains.
package pace

import (
	"strings"
	"testing"
	"time"
)

const (
	// A text of probe bytes is quick to read. Only where it takes longer than suspicious the text is made as long as proof, in which what is
	// quadratic takes seconds, and linear work a hundredth of limit: a busy machine does not matter.
	probe      = 4 << 10
	suspicious = 4 * time.Millisecond
	proof      = 64 << 10
	limit      = 500 * time.Millisecond
)

// Linear fails a test when work on a text, repeated to a size that matters, takes more time than looking at each byte a few times.
// It is meant for fuzz targets of parsers: what is slow in the small, the fuzzer does not see.
func Linear(t testing.TB, text string, work func(text string)) {
	t.Helper()
	if text == "" || len(text) > probe || timed(text, probe, work) <= suspicious {
		return
	}
	if took := timed(text, proof, work); took > limit {
		t.Errorf("%d bytes took %s: %.60q, repeated, is read in more than linear time", proof, took.Round(time.Millisecond), text)
	}
}

func timed(text string, size int, work func(string)) time.Duration {
	long := strings.Repeat(text, size/len(text))
	start := time.Now()
	work(long)
	return time.Since(start)
}
