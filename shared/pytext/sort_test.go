package pytext_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/steploom/steploom/shared/pytext"
)

// TestSortStable sorts short and long lists, and keeps what is equal in its order.
func TestSortStable(t *testing.T) {
	type item struct{ key, place int }
	random := rand.New(rand.NewPCG(7, 11))
	for size := range 150 {
		items := make([]item, size)
		for i := range items {
			items[i] = item{random.IntN(1 + size/3), i}
		}
		want := slices.Clone(items)
		slices.SortStableFunc(want, func(a, b item) int { return a.key - b.key })
		pytext.SortStable(items, func(a, b item) bool { return a.key < b.key })
		if !slices.Equal(items, want) {
			t.Fatalf("%d items: got %v, want %v", size, items, want)
		}
	}
}

// TestSortStableWithoutOrder leaves what has no order where list.sort of CPython 3.11 leaves it: 5 has none.
func TestSortStableWithoutOrder(t *testing.T) {
	items := []int{9, 3, 5, 1, 4, 5, 2, 8, 5, 0, 7}
	pytext.SortStable(items, func(a, b int) bool { return a != 5 && b != 5 && a < b })
	if want := []int{0, 1, 2, 3, 4, 7, 9, 5, 5, 8, 5}; !slices.Equal(items, want) {
		t.Errorf("got %v, want %v", items, want)
	}
}
