// Package property runs property tests on the same cases in every run, so that a check of one change never fails for what another brought,
// and on fresh ones where a seed is given.
package property

import (
	"flag"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// seed is tried in every run.
const seed = "20261122"

// SeedVariable is the environment variable that names one more seed. Whoever sets it prints it: a failure is tried again with the same one.
const SeedVariable = "STEPLOOM_SEED"

// Check tries a property on random cases: 100 of the pinned seed, or as many as -rapid.checks says, and as many of the seed in SeedVariable.
// With -rapid.seed it tries the cases of that seed only.
func Check(t *testing.T, prop func(*rapid.T)) {
	t.Helper()
	set := flag.Lookup("rapid.seed")
	if set == nil || set.Value.String() != set.DefValue {
		rapid.Check(t, prop)
		return
	}
	for _, seed := range []string{seed, os.Getenv(SeedVariable)} {
		if seed == "" {
			continue
		}
		if err := flag.Set(set.Name, seed); err != nil {
			t.Fatalf("seed %q: %v", seed, err)
		}
		t.Logf("cases of seed %s", seed)
		rapid.Check(t, prop)
	}
	if err := flag.Set(set.Name, set.DefValue); err != nil {
		t.Fatal(err)
	}
}
