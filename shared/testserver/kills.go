package testserver

import (
	"os"
	"strconv"
	"testing"
	"time"
)

// KillsVariable says how often a test kills its server, however long it takes; as often as is usual for it, or as goes in two minutes, when it says nothing.
const KillsVariable = "STEPLOOM_KILLS"

// Kills is how often a test kills its server, and after how long it kills it no more.
func Kills(t testing.TB, usual int) (rounds int, longest time.Duration) {
	t.Helper()
	text := os.Getenv(KillsVariable)
	if text == "" {
		return usual, 2 * time.Minute
	}
	rounds, err := strconv.Atoi(text)
	if err != nil || rounds < 1 {
		t.Fatalf("%s: %q", KillsVariable, text)
	}
	return rounds, time.Hour
}
