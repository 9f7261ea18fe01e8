package jsonata

// tupleFilterCode is source[p] where source may give tuples.
type tupleFilterCode struct {
	source code
	stage  tupleStage
}

func (g *generator) filteredTuples(source code, t *term) code {
	c := &tupleFilterCode{source: source}
	c.stage.code = g.inTuples(t.bound, func() code { c.stage.predicate = g.predicate(t); return c.stage.predicate.code })
	return c
}

func (c *tupleFilterCode) eval(f *frame, in any) (any, error) {
	v, err := c.source.eval(f, in)
	if err != nil {
		return nil, err
	}
	l, ok := v.(*list)
	carried := ok && l.tuples
	items, ok := elements(v)
	if !ok {
		items = []any{v}
	}
	tuples := make([]*tuple, len(items))
	for i, item := range items {
		if carried {
			tuples[i] = item.(*tuple)
		} else {
			tuples[i] = &tuple{item: item}
		}
	}
	if tuples, err = c.stage.filter(f, tuples); err != nil {
		return nil, err
	}
	result := &list{sequence: true, tuples: carried, items: make([]any, len(tuples))}
	for i, t := range tuples {
		if carried {
			result.items[i] = t
		} else {
			result.items[i] = t.item
		}
	}
	return reduce(result), nil
}

// tupleGroupCode groups the tuples of a path; in values, what was bound is there for the whole group.
type tupleGroupCode struct {
	path   *tuplePathCode
	keys   []tupleCode
	values []tupleCode
	plain  *groupCode // for a path that ends before anything is bound
}

func (g *generator) tupleGroup(t *term, path *tuplePathCode) code {
	c := &tupleGroupCode{path: path, plain: &groupCode{pairs: g.pairs(t.group.pairs), at: t.group.at}}
	for _, p := range t.group.pairs {
		c.keys = append(c.keys, g.inTuples(p.key.bound, func() code { return g.term(p.key) }))
		c.values = append(c.values, g.inTuples(p.value.bound, func() code { return g.term(p.value) }))
	}
	return c
}

func (c *tupleGroupCode) eval(f *frame, in any) (any, error) {
	tuples, v, err := c.path.stream(f, in)
	if err != nil {
		return nil, err
	}
	if v != nil {
		items, _ := elements(v)
		return c.plain.group(f, items)
	}
	if len(tuples) == 0 {
		tuples = []*tuple{{item: Undefined}}
	}
	var groups buckets
	for _, t := range tuples {
		for i := range c.keys {
			key, err := c.keys[i].eval(f, t)
			if err == nil {
				err = c.plain.put(key, t, i, &groups)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	result := &Object{}
	for _, b := range groups.list {
		v, err := c.values[b.pair].eval(f, merge(b.data))
		if err != nil {
			return nil, err
		}
		if !IsUndefined(v) {
			f.st.nest(v)
			result.add(b.key, v)
		}
	}
	return result, nil
}

// merge makes one tuple of a group's: each binding holds the values of all.
func merge(data any) *tuple {
	items, ok := elements(data)
	if !ok {
		return data.(*tuple)
	}
	merged := items[0].(*tuple)
	for _, item := range items[1:] {
		t := item.(*tuple)
		next := merged.withItem(appended(merged.item, t.item))
		for i, n := range t.names {
			before, ok := merged.get(n)
			if !ok {
				before = Undefined
			}
			next = next.with(n, appended(before, t.values[i]))
		}
		for _, p := range t.parents {
			next = next.withParent(p.label, appended(merged.parent(p.label), p.value))
		}
		merged = next
	}
	return merged
}

func (t *tuple) parent(label int) any {
	for _, p := range t.parents {
		if p.label == label {
			return p.value
		}
	}
	return Undefined
}

// appended is what $append gives: both values, arrays spliced, as one array.
func appended(a, b any) any {
	if IsUndefined(a) {
		return b
	}
	if IsUndefined(b) {
		return a
	}
	out := append([]any(nil), itemsOf(a)...)
	return append(out, itemsOf(b)...)
}

// itemsOf gives an array's items, or the value as the only one.
func itemsOf(v any) []any {
	if items, ok := elements(v); ok {
		return items
	}
	return []any{v}
}
