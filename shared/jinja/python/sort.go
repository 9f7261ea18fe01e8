package python

import "slices"

// runLimit is the number of items up to which Python sorts by insertion alone.
const runLimit = 64

// Sorted gives items in the order of their keys; those that are equal stay in the order in which they are.
// Of lists that are short the same keys are compared in the same order as in Python, so that it fails on the same ones.
func Sorted(m *Meter, items, keys []Value, backwards bool) []Value {
	m.Items(2 * len(items))
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	if backwards { // Python turns the list around, sorts it and turns it around again
		slices.Reverse(order)
	}
	less := func(a, b int) bool { return Compare(m, "<", keys[a], keys[b]) }
	if len(order) < runLimit {
		insertionSort(order, less)
	} else {
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case less(a, b):
				return -1
			case less(b, a):
				return 1
			}
			return 0
		})
	}
	if backwards {
		slices.Reverse(order)
	}
	sorted := make([]Value, len(items))
	for i, from := range order {
		sorted[i] = items[from]
	}
	return sorted
}

// insertionSort is Python's: the run at the beginning stays as it is or is turned around, and each further item finds its place by halving.
func insertionSort(order []int, less func(a, b int) bool) {
	if len(order) < 2 {
		return
	}
	n := 2
	if less(order[1], order[0]) {
		for n < len(order) && less(order[n], order[n-1]) {
			n++
		}
		slices.Reverse(order[:n])
	} else {
		for n < len(order) && !less(order[n], order[n-1]) {
			n++
		}
	}
	for ; n < len(order); n++ {
		pivot := order[n]
		left, right := 0, n
		for left < right {
			if middle := (left + right) / 2; less(pivot, order[middle]) {
				right = middle
			} else {
				left = middle + 1
			}
		}
		copy(order[left+1:n+1], order[left:n])
		order[left] = pivot
	}
}
