package pace_test

import (
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/internal/pace"
)

// recorder is a test that may fail.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }

func TestLinear(t *testing.T) {
	for _, test := range []struct {
		name string
		work func(string)
		fail bool
	}{
		{"fast", func(text string) { strings.Count(text, "ba") }, false},
		{"linear, but slow", func(text string) { time.Sleep(time.Duration(len(text)) * 2 * time.Microsecond) }, false},
		{"quadratic", func(text string) { time.Sleep(time.Duration(len(text)*len(text)) * time.Nanosecond / 16) }, true},
	} {
		r := &recorder{TB: t}
		pace.Linear(r, "ab", test.work)
		if r.failed != test.fail {
			t.Errorf("%s work: failed is %t", test.name, r.failed)
		}
	}
}
