// Package property runs property tests that try the same cases in every run, so that a check of one change never fails for what another brought.
package property

import (
	"flag"
	"testing"

	"pgregory.net/rapid"
)

// seed is tried where the command line names none.
const seed = "20261122"

// Check tries a property on random cases: 100, or as many as -rapid.checks says, always the same ones unless -rapid.seed names others.
func Check(t *testing.T, prop func(*rapid.T)) {
	t.Helper()
	if set := flag.Lookup("rapid.seed"); set != nil && set.Value.String() == set.DefValue {
		if err := flag.Set(set.Name, seed); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, prop)
}
