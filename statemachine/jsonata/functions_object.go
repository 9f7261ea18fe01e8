package jsonata

func keys(st *state, args []any) (any, error) {
	names := &Object{}
	if err := (&scan{left: maxScan, st: st}).keys(at(args, 0), names); err != nil {
		return nil, err
	}
	found := make([]any, len(names.keys))
	for i, k := range names.keys {
		found[i] = k
	}
	return newSequence(found...), st.items(len(found))
}

// keys collects the keys of an object, or of the objects in an array, however deep.
func (s *scan) keys(v any, names *Object) error {
	if items, ok := elements(v); ok {
		err := s.enter()
		for i := 0; i < len(items) && err == nil; i++ {
			if err = s.st.spend(1); err == nil {
				err = s.keys(items[i], names)
			}
		}
		s.leave()
		return err
	}
	found, _, _ := entries(v)
	for _, k := range found {
		names.put(k, true)
	}
	return nil
}

func lookupKey(st *state, args []any) (any, error) {
	key, _, err := text(args, 1)
	if err != nil {
		return nil, err
	}
	if err := st.spendOn(at(args, 0)); err != nil {
		return nil, err
	}
	return lookup(at(args, 0), key)
}

func spread(st *state, args []any) (any, error) {
	v := at(args, 0)
	if _, ok := elements(v); !ok {
		return st.spreadOne(v)
	}
	all, err := (&scan{left: maxScan, st: st}).spread(nil, v)
	if all == nil {
		return newSequence(), err
	}
	return all, err
}

// spreadOne makes one object of each key and value.
func (st *state) spreadOne(v any) (any, error) {
	names, values, ok := entries(v)
	if !ok {
		return v, nil
	}
	parts := make([]any, len(names))
	for i, k := range names {
		parts[i] = &Object{keys: []string{k}, values: []any{values[i]}}
	}
	return newSequence(parts...), st.items(4 * len(parts))
}

// spread appends what the members of an array, however deep, are spread to.
func (s *scan) spread(out []any, v any) ([]any, error) {
	items, ok := elements(v)
	if !ok {
		parts, err := s.st.spreadOne(v)
		if err != nil || IsUndefined(parts) {
			return out, err
		}
		return append(out, itemsOf(parts)...), s.st.items(1)
	}
	err := s.enter()
	for i := 0; i < len(items) && err == nil; i++ {
		out, err = s.spread(out, items[i])
	}
	s.leave()
	return out, err
}

func mergeObjects(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	merged := &Object{}
	for i, item := range items {
		names, values, _ := entries(item)
		if err := st.items(3 * len(names)); err != nil {
			return nil, err
		}
		if o, ok := item.(*Object); ok && i == 0 {
			merged = o.copy(roomToMerge(items, o))
			continue
		}
		for i, k := range names {
			merged.put(k, values[i])
		}
	}
	return merged, nil
}

// roomToMerge is how many members will come to an object that the items, the first of which it is, are merged into: objects of one
// member mostly have different ones, others the same.
func roomToMerge(items []any, first *Object) int {
	if len(first.keys) == 1 {
		return len(items) - 1
	}
	return min(len(items)-1, 4)
}

func each(st *state, args []any) (any, error) {
	fn, err := callable(args, 1)
	if err != nil {
		return nil, err
	}
	v := at(args, 0)
	names, values, _ := entries(v)
	var results []any
	for i, k := range names {
		result, err := st.callEntry(fn, values[i], k, v)
		if err != nil {
			return nil, err
		}
		if !IsUndefined(result) {
			st.nest(result)
			results = append(results, result)
		}
	}
	return newSequence(results...), st.items(len(results))
}

func sift(st *state, args []any) (any, error) {
	v := at(args, 0)
	names, values, _ := entries(v)
	if len(names) == 0 {
		return Undefined, nil
	}
	fn, err := callable(args, 1)
	if err != nil {
		return nil, err
	}
	kept := &Object{}
	for i, k := range names {
		result, err := st.callEntry(fn, values[i], k, v)
		if err != nil {
			return nil, err
		}
		t, err := truth(result)
		if err != nil {
			return nil, err
		}
		if t {
			kept.put(k, values[i])
		}
	}
	if len(kept.keys) == 0 {
		return Undefined, nil
	}
	return kept, st.items(3 * len(kept.keys))
}
