// Package pace finds work that takes longer than the size of its input explains.
package pace

import (
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	// A text of small bytes is quick to read. Only where it takes longer than suspicious, a text growth times as long is read, too. Work that
	// takes longer than enough for that is slow where the growth of its time is more than tolerated: linear work grows as its text does,
	// quadratic work by the square of that. Only times of one process are compared, so that a busy machine matters little; each is the best of
	// several, without collections of garbage within, and quick work is done until it has taken measurable.
	small      = 8 << 10
	suspicious = time.Millisecond
	growth     = 8
	enough     = 60 * time.Millisecond
	tolerated  = 4 * growth
	tries      = 6
	measurable = 10 * time.Millisecond
)

// shapes are the ways in which a text is made long.
var shapes = []struct {
	name string
	make func(text string, size int) string
}{
	{"repeated", func(text string, size int) string { return strings.Repeat(text, size/len(text)) }},
	{"numbered", numbered},
	{"nested", nested},
}

// Linear fails a test when work on a text takes more time than looking at each byte a few times, when the text is made long: repeated, with numbers
// between (names that differ), and with its first half as often before its second half (brackets that open before they close).
// It is meant for fuzz targets of parsers: what is slow in the small, the fuzzer does not see.
func Linear(t testing.TB, text string, work func(text string)) {
	t.Helper()
	if text == "" || len(text) > small {
		return
	}
	for _, shape := range shapes {
		short, long := shape.make(text, small), shape.make(text, growth*small)
		if timed(func() { work(short) }) <= suspicious {
			continue
		}
		if quick, slow := compared(func() { work(short) }, func() { work(long) }); tooSlow(quick, slow) {
			t.Errorf("%d bytes take %s, %d bytes %s: %.60q, %s, is read in more than linear time", small, quick, growth*small, slow, text, shape.name)
		}
	}
}

func tooSlow(short, long time.Duration) bool { return long > enough && long > tolerated*short }

// compared are the times of work on a short text and on a long one: the first ones, or the least of several where those are suspicious.
func compared(short, long func()) (quick, slow time.Duration) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	quick, slow = least(short), least(long)
	for try := 0; try < tries && tooSlow(quick, slow); try++ {
		quick, slow = min(quick, least(short)), min(slow, least(long))
	}
	return quick, slow
}

// least is the least time of work, which is done as often as it takes to be measured.
func least(work func()) time.Duration {
	runtime.GC()
	best := timed(work)
	for total := best; total < measurable; {
		took := max(timed(work), time.Microsecond)
		best, total = min(best, took), total+took
	}
	return best
}

func numbered(text string, size int) string {
	var long strings.Builder
	for i := 0; long.Len() < size; i++ {
		long.WriteString(text)
		long.WriteString(strconv.Itoa(i))
	}
	return long.String()
}

func nested(text string, size int) string {
	half := len(text) / 2
	return strings.Repeat(text[:half], size/len(text)) + strings.Repeat(text[half:], size/len(text))
}
