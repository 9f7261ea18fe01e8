// Package pace finds work that takes longer than the size of its input explains.
package pace

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	// A text of small bytes is quick to read. Only where it takes longer than suspicious, a text growth times as long is read, too. Work that
	// takes longer than enough for that is slow where the growth of its time is more than tolerated: linear work grows as its text does,
	// quadratic work by the square of that. Only times of one process are compared, so that a busy machine matters little.
	small      = 8 << 10
	suspicious = time.Millisecond
	growth     = 8
	enough     = 60 * time.Millisecond
	tolerated  = 4 * growth
	tries      = 6
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
		at := func(size int) time.Duration { return timed(shape.make(text, size), work) }
		if at(small) <= suspicious {
			continue
		}
		short, long := at(small), at(growth*small)
		for try := 0; try < tries && long > enough && long > tolerated*short; try++ {
			short, long = min(short, at(small), at(small)), min(long, at(growth*small))
		}
		if long > enough && long > tolerated*short {
			t.Errorf("%d bytes take %s, %d bytes %s: %.60q, %s, is read in more than linear time", small, short, growth*small, long, text, shape.name)
		}
	}
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
