package pace_test

import (
	"runtime"
	"strings"
	"testing"

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
		{"linear, but slow", func(text string) { spin(len(text) * 2000) }, false},
		{"quadratic", func(text string) { spin(len(text) * len(text) / 16) }, true},
	} {
		r := &recorder{TB: t}
		pace.Linear(r, "ab", test.work)
		if r.failed != test.fail {
			t.Errorf("%s work: failed is %t", test.name, r.failed)
		}
	}
}

// spin works for a number of steps, which depend on each other.
func spin(steps int) {
	sum := uint32(1)
	for i := range uint32(steps) {
		sum = sum*1664525 + i
	}
	if sum == 0 {
		runtime.Gosched() // so that the steps are not left out
	}
}
