package pause

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestPause: a wait is at least as long as was asked for, unless the context ends.
func TestPause(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for name, wait := range map[string]func(context.Context, time.Duration) error{"For": For, "About": About} {
		least := 10 * time.Millisecond
		if name == "About" {
			least /= 2
		}
		before := time.Now()
		if err := wait(t.Context(), 10*time.Millisecond); err != nil || time.Since(before) < least {
			t.Errorf("%s: %v after %v", name, err, time.Since(before))
		}
		if err := wait(over, time.Hour); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		for _, none := range []time.Duration{0, -time.Second} {
			if err := wait(over, none); err != nil {
				t.Errorf("%s(%v): %v", name, none, err)
			}
		}
	}
}
