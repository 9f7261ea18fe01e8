package intrinsic_test

import (
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/statemachine/intrinsic"
)

// linear fails a test when a text takes more than linear time to be read.
func linear(t *testing.T, text string) {
	t.Helper()
	pace.Linear(t, text, func(long string) { _, _ = intrinsic.Parse(long) })
	pace.Linear(t, text, func(long string) { _, _ = intrinsic.Parse("States.Array(" + long + ")") })
}
