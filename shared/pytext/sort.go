package pytext

import "slices"

// runLimit is the number of items up to which Python sorts by insertion alone.
const runLimit = 64

// SortStable sorts as list.sort does. In lists shorter than 64 the same items are compared in the same order as in Python, so that less fails on the
// same ones, and items without an order among them end in the same places.
func SortStable[T any](items []T, less func(a, b T) bool) {
	if len(items) < runLimit {
		insertionSort(items, less)
		return
	}
	slices.SortStableFunc(items, func(a, b T) int {
		switch {
		case less(a, b):
			return -1
		case less(b, a):
			return 1
		}
		return 0
	})
}

// insertionSort is Python's: the run at the beginning stays as it is or is turned around, and each further item finds its place by halving.
func insertionSort[T any](items []T, less func(a, b T) bool) {
	n := firstRun(items, less)
	for ; n < len(items); n++ {
		pivot := items[n]
		left, right := 0, n
		for left < right {
			if middle := (left + right) / 2; less(pivot, items[middle]) {
				right = middle
			} else {
				left = middle + 1
			}
		}
		copy(items[left+1:n+1], items[left:n])
		items[left] = pivot
	}
}

// firstRun puts the items in order that are in order or in the opposite one at the beginning, and tells how many they are.
func firstRun[T any](items []T, less func(a, b T) bool) int {
	if len(items) < 2 {
		return len(items)
	}
	n := 2
	if less(items[1], items[0]) {
		for n < len(items) && less(items[n], items[n-1]) {
			n++
		}
		slices.Reverse(items[:n])
		return n
	}
	for n < len(items) && !less(items[n], items[n-1]) {
		n++
	}
	return n
}
