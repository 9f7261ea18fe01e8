package retry_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/retry"
)

// TestStatusClasses: a class stands for its hundred statuses, in its place; everything else stays.
func TestStatusClasses(t *testing.T) {
	for text, want := range map[string]int{"5xx": 500, "1xx": 100, "6xx": 0, "0xx": 0, "5XX": 0, "500": 0, "": 0, "5xxx": 0} {
		if first, ok := retry.StatusClass(text); first != want || ok != (want > 0) {
			t.Errorf("%q: %d, %v", text, first, ok)
		}
	}
	given := pytext.NewDict("total", int64(3), "status_forcelist", []any{int64(429), "5xx", "other"}, "allowed_methods", nil)
	with := retry.WithClasses(given)
	value, _ := with.Get("status_forcelist")
	statuses := value.([]any)
	if len(statuses) != 102 || statuses[0] != int64(429) || statuses[1] != int64(500) || statuses[100] != int64(599) || statuses[101] != "other" || with.Len() != 3 {
		t.Errorf("%v", statuses)
	}
	if value, _ := given.Get("status_forcelist"); len(value.([]any)) != 3 {
		t.Error("what was given has changed")
	}
	without := pytext.NewDict("total", int64(3))
	if diff := cmp.Diff(without.Items(), retry.WithClasses(without).Items()); diff != "" {
		t.Error(diff)
	}
}
