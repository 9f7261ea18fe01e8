package python

import (
	"slices"

	"github.com/steploom/steploom/shared/pytext"
)

// Sorted gives items in the order of their keys; those that are equal stay in the order in which they are.
func Sorted(m *Meter, items, keys []Value, backwards bool) []Value {
	m.Items(2 * len(items))
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	if backwards { // Python turns the list around, sorts it and turns it around again
		slices.Reverse(order)
	}
	pytext.SortStable(order, func(a, b int) bool { return Compare(m, "<", keys[a], keys[b]) })
	if backwards {
		slices.Reverse(order)
	}
	sorted := make([]Value, len(items))
	for i, from := range order {
		sorted[i] = items[from]
	}
	return sorted
}
