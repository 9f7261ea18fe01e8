package job

import "testing"

func TestBatch(t *testing.T) {
	for _, test := range []struct {
		limit float64
		want  int
	}{{0, 100}, {0.5, 100}, {4, 100}, {10, 40}, {300, 1}, {1e-300, 100}} {
		if got := (Job{RateLimit: test.limit}).Batch(100); got != test.want {
			t.Errorf("a request each %v seconds: %d records at once, not %d", test.limit, got, test.want)
		}
	}
}
