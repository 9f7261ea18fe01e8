package jsonata

import "math"

func count(_ *state, args []any) (any, error) {
	items, _, err := array(args, 0)
	return float64(len(items)), err
}

func appendArrays(st *state, args []any) (any, error) {
	a, b := at(args, 0), at(args, 1)
	if IsUndefined(a) {
		return b, nil
	}
	if IsUndefined(b) {
		return a, nil
	}
	v := appended(a, b).([]any)
	st.nest(a)
	st.nest(b)
	return v, st.items(len(v))
}

func reverse(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given || len(items) <= 1 {
		return at(args, 0), err
	}
	reversed := make([]any, len(items))
	for i, item := range items {
		reversed[len(items)-1-i] = item
	}
	return reversed, st.items(len(items))
}

func shuffle(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given || len(items) <= 1 {
		return at(args, 0), err
	}
	shuffled := make([]any, len(items))
	for i, item := range items {
		j := int(st.draw() * float64(i+1))
		shuffled[i] = shuffled[j]
		shuffled[j] = item
	}
	return shuffled, st.items(len(items))
}

func distinct(st *state, args []any) (any, error) {
	v := at(args, 0)
	items, ok := elements(v)
	if !ok || len(items) <= 1 {
		return v, nil
	}
	var kept []any
	seen := map[any]bool{}
	for _, item := range items {
		key, simple := st.scalar(item)
		if simple && seen[key] {
			continue
		}
		if simple {
			seen[key] = true
			kept = append(kept, item)
			continue
		}
		if err := st.spend(len(kept)); err != nil {
			return nil, err
		}
		known, err := st.contained(kept, item)
		if err != nil {
			return nil, err
		}
		if !known {
			kept = append(kept, item)
		}
	}
	if err := st.items(len(items)); err != nil {
		return nil, err
	}
	if isSequence(v) {
		return newSequence(kept...), nil
	}
	return kept, nil
}

// scalar gives a value that can be compared by ==.
func (st *state) scalar(v any) (any, bool) {
	v = st.plain(v)
	switch n := v.(type) {
	case nil, bool, string:
		return v, true
	case float64:
		return n, n == n
	case int64:
		if f := float64(n); compareWhole(n, f) == 0 {
			return f, true
		}
		return n, true
	}
	return nil, false
}

func (st *state) contained(items []any, v any) (bool, error) {
	for _, item := range items {
		if same, err := st.equal(v, item); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

func zip(st *state, args []any) (any, error) {
	shortest := math.MaxInt
	for _, arg := range args {
		items, _ := elements(arg)
		shortest = min(shortest, len(items))
	}
	if len(args) == 0 {
		shortest = 0
	}
	if err := st.items(shortest * (len(args) + 3)); err != nil {
		return nil, err
	}
	zipped := make([]any, shortest)
	for i := range zipped {
		row := make([]any, len(args))
		for j, arg := range args {
			items, _ := elements(arg)
			row[j] = items[i]
			st.nest(items[i])
		}
		zipped[i] = row
	}
	return zipped, nil
}

func sortArray(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given || len(items) <= 1 {
		return at(args, 0), err
	}
	after, err := sortOrder(st, items, args)
	if err != nil {
		return nil, err
	}
	sorted := append([]any(nil), items...)
	if err := st.allocate(32 * len(items)); err != nil {
		return nil, err
	}
	return sorted, mergeSort(sorted, make([]any, len(items)), after, st)
}

// sortOrder is the given comparison, or that of numbers or strings.
func sortOrder(st *state, items, args []any) (func(a, b *any) (bool, error), error) {
	if !IsUndefined(at(args, 1)) {
		compare, err := callable(args, 1)
		return func(a, b *any) (bool, error) {
			v, err := st.call(compare, *a, *b)
			if err != nil {
				return false, err
			}
			return javascriptTruth(v), nil
		}, err
	}
	numbers, strings := true, true
	for _, item := range items {
		_, isNumber, err := number(item)
		if err != nil {
			return nil, err
		}
		_, isString := item.(string)
		numbers, strings = numbers && isNumber, strings && isString
	}
	switch {
	case numbers:
		return func(a, b *any) (bool, error) { return compareNumbers(st.plain(*a), st.plain(*b)) > 0, nil }, nil
	case strings:
		return func(a, b *any) (bool, error) { return compareText((*a).(string), (*b).(string)) > 0, nil }, nil
	}
	return nil, &Error{Code: "D3070", index: 1}
}

// javascriptTruth is what a value counts as in JavaScript's own if.
func javascriptTruth(v any) bool {
	switch v := plain(v).(type) {
	case nil, *undefined:
		return false
	case bool:
		return v
	case float64:
		return v != 0 && v == v
	case int64:
		return v != 0
	case string:
		return v != ""
	}
	return true
}

func mapArray(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	fn, err := callable(args, 1)
	if err != nil {
		return nil, err
	}
	if err := st.items(len(items)); err != nil {
		return nil, err
	}
	mapped := make([]any, 0, len(items))
	whole := at(args, 0)
	for i, item := range items {
		v, err := st.callItem(fn, item, i, whole)
		if err != nil {
			return nil, err
		}
		if !IsUndefined(v) {
			st.nest(v)
			mapped = append(mapped, v)
		}
	}
	return newSequence(mapped...), nil
}

func filter(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	fn, err := callable(args, 1)
	if err != nil {
		return nil, err
	}
	var kept []any
	whole := at(args, 0)
	for i, item := range items {
		t, err := st.test(fn, item, i, whole)
		if err != nil {
			return nil, err
		}
		if t {
			st.nest(item)
			kept = append(kept, item)
		}
	}
	return newSequence(kept...), st.items(len(kept))
}

// test calls a predicate.
func (st *state) test(fn *Function, item any, position int, whole any) (bool, error) {
	v, err := st.callItem(fn, item, position, whole)
	if err != nil {
		return false, err
	}
	return truth(v)
}

func single(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	var fn *Function
	if !IsUndefined(at(args, 1)) {
		if fn, err = callable(args, 1); err != nil {
			return nil, err
		}
	}
	var result any
	found := false
	for i, item := range items {
		matches := true
		if fn != nil {
			if matches, err = st.test(fn, item, i, at(args, 0)); err != nil {
				return nil, err
			}
		}
		if matches && found {
			return nil, &Error{Code: "D3138", index: i}
		}
		if matches {
			result, found = item, true
		}
	}
	if !found {
		return nil, &Error{Code: "D3139"}
	}
	return result, nil
}

func fold(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	fn, err := callable(args, 1)
	if err != nil {
		return nil, err
	}
	if fn.arity < 2 {
		return nil, &Error{Code: "D3050", index: 1}
	}
	result, next := at(args, 2), 0
	if IsUndefined(result) && len(items) > 0 {
		result, next = items[0], 1
	}
	for ; next < len(items); next++ {
		switch {
		case fn.arity >= 4:
			result, err = st.call(fn, result, items[next], float64(next), at(args, 0))
		case fn.arity == 3:
			result, err = st.call(fn, result, items[next], float64(next))
		default:
			result, err = st.call(fn, result, items[next])
		}
		if err != nil {
			return nil, err
		}
	}
	return result, nil
}
