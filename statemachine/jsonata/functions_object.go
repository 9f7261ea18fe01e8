package jsonata

func keys(st *state, args []any) (any, error) {
	names := &Object{}
	if err := st.collectKeys(at(args, 0), names); err != nil {
		return nil, err
	}
	found := make([]any, len(names.keys))
	for i, k := range names.keys {
		found[i] = k
	}
	return newSequence(found...), st.items(len(found))
}

func (st *state) collectKeys(v any, names *Object) error {
	items, _ := elements(v)
	for _, item := range items {
		if err := st.spend(1); err != nil {
			return err
		}
		if err := st.collectKeys(item, names); err != nil {
			return err
		}
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
	if items, ok := elements(v); ok {
		var all any = newSequence()
		for _, item := range items {
			if err := st.items(1); err != nil {
				return nil, err
			}
			parts, err := spread(st, []any{item})
			if err != nil {
				return nil, err
			}
			all = appended(all, parts)
		}
		return all, nil
	}
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

func mergeObjects(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	merged := &Object{}
	for _, item := range items {
		names, values, _ := entries(item)
		if err := st.items(3 * len(names)); err != nil {
			return nil, err
		}
		for i, k := range names {
			merged.put(k, values[i])
		}
	}
	return merged, nil
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
