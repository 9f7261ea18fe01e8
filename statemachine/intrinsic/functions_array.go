package intrinsic

import "github.com/steploom/steploom/statemachine/jsonpath"

// array makes a list of its arguments.
func array(a *applied) (any, bool) { return append([]any{}, a.values...), true }

// arrayPartition cuts a list into lists of a size; the last one may be shorter.
func arrayPartition(a *applied) (any, bool) {
	items, isList := a.list(0)
	size, ok := a.whole(1)
	if !isList || !ok || size < 1 {
		return nil, false
	}
	parts := []any{}
	for len(items) > 0 {
		n := min(int(size), len(items))
		parts = append(parts, items[:n:n])
		items = items[n:]
	}
	return parts, true
}

// arrayContains tells whether a value is in a list. AWS compares the texts of values, as Java writes them: true is in a list that holds "true", and an
// object only with its keys in the same order.
func arrayContains(a *applied) (any, bool) {
	items, ok := a.list(0)
	if !ok {
		return nil, false
	}
	wanted := jsonpath.JavaText(a.values[1])
	var text []byte
	for _, item := range items {
		if text = jsonpath.AppendJavaText(text[:0], item); string(text) == wanted {
			return true, true
		}
	}
	return false, true
}

// maxRange is how many numbers States.ArrayRange gives at most.
const maxRange = 1000

// arrayRange lists the numbers from a first to a last one, which is included, in steps.
func arrayRange(a *applied) (any, bool) {
	first, ok1 := a.whole(0)
	last, ok2 := a.whole(1)
	step, ok3 := a.whole(2)
	if !ok1 || !ok2 || !ok3 || step == 0 || (last-first)/step >= maxRange {
		return nil, false
	}
	numbers := []any{}
	for n := first; step > 0 && n <= last || step < 0 && n >= last; n += step {
		numbers = append(numbers, float64(n))
	}
	return numbers, true
}

// arrayGetItem gives an element of a list. An empty list has null everywhere.
func arrayGetItem(a *applied) (any, bool) {
	items, isList := a.list(0)
	index, ok := a.whole(1)
	switch {
	case !isList || !ok || index < 0:
		return nil, false
	case len(items) == 0:
		return nil, true
	case index >= int64(len(items)):
		return nil, false
	}
	return items[index], true
}

func arrayLength(a *applied) (any, bool) {
	items, ok := a.list(0)
	return float64(len(items)), ok
}

// arrayUnique gives the different elements of a list, in the order of a HashSet of Java, as AWS does.
func arrayUnique(a *applied) (any, bool) {
	items, ok := a.list(0)
	if !ok {
		return nil, false
	}
	return hashSet(items), true
}
