// Package pace finds work that takes longer than the size of its input explains.
package pace

import (
	"strings"
	"testing"
	"time"
)

const (
	// A text of small bytes is quick to read. Only where it takes longer than suspicious, a text growth times as long is read, too. Work that
	// takes longer than enough for that is slow where the growth of its time is more than tolerated: linear work grows as its text does,
	// quadratic work by the square of that. Only times of one process are compared, so that a busy machine matters little.
	small      = 4 << 10
	suspicious = 4 * time.Millisecond
	growth     = 16
	enough     = 300 * time.Millisecond
	tolerated  = 4 * growth
)

// Linear fails a test when work on a text, repeated to a size that matters, takes more time than looking at each byte a few times.
// It is meant for fuzz targets of parsers: what is slow in the small, the fuzzer does not see.
func Linear(t testing.TB, text string, work func(text string)) {
	t.Helper()
	if text == "" || len(text) > small || timed(text, small, work) <= suspicious {
		return
	}
	long := timed(text, growth*small, work)
	if long <= enough {
		return
	}
	long = min(long, timed(text, growth*small, work))
	short := min(timed(text, small, work), timed(text, small, work), timed(text, small, work))
	if long > enough && long > tolerated*short {
		t.Errorf("%d bytes take %s, %d bytes %s: %.60q, repeated, is read in more than linear time", small, short, growth*small, long, text)
	}
}

func timed(text string, size int, work func(string)) time.Duration {
	long := strings.Repeat(text, size/len(text))
	start := time.Now()
	work(long)
	return time.Since(start)
}
