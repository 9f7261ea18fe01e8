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

// tupleSource gives tuples, or a value when nothing is bound.
type tupleSource interface {
	stream(f *frame, in any) ([]*tuple, any, error)
}

// carriedCode is a block or the like whose result carries the tuples of a path in it, if there is any.
type carriedCode struct{ code }

func (c carriedCode) stream(f *frame, in any) ([]*tuple, any, error) {
	v, err := c.eval(f, in)
	l, ok := v.(*list)
	if err != nil || !ok || !l.tuples {
		return nil, newSequence(itemsOf(v)...), err
	}
	tuples := make([]*tuple, len(l.items))
	for i, item := range l.items {
		tuples[i] = item.(*tuple)
	}
	return tuples, nil, nil
}

// tupleGroupCode groups tuples; in values, what was bound is there for the whole group.
type tupleGroupCode struct {
	source tupleSource
	keys   []tupleCode
	values []tupleCode
	plain  *groupCode // for a path that ends before anything is bound
}

func (g *generator) tupleGroup(t *term, source tupleSource) code {
	c := &tupleGroupCode{source: source, plain: &groupCode{pairs: g.pairs(t.group.pairs), at: t.group.at}}
	for _, p := range t.group.pairs {
		c.keys = append(c.keys, g.inTuples(p.key.bound, func() code { return g.term(p.key) }))
		c.values = append(c.values, g.inTuples(p.value.bound, func() code { return g.term(p.value) }))
	}
	return c
}

func (c *tupleGroupCode) eval(f *frame, in any) (any, error) {
	tuples, v, err := c.source.stream(f, in)
	if err != nil {
		return nil, err
	}
	if v != nil {
		items, _ := elements(v)
		return c.plain.group(f, items)
	}
	switch {
	case len(tuples) == 0:
		tuples = []*tuple{{item: Undefined}}
	case tuples[0].bare:
		items := make([]any, len(tuples))
		for i, t := range tuples {
			items[i] = t.object()
		}
		return c.plain.group(f, items)
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
	m := &merger{item: bucket{data: Undefined}, names: map[string]*bucket{}, labels: map[int]*bucket{}, merged: &tuple{}}
	for _, item := range items {
		m.add(item.(*tuple))
	}
	return m.finish()
}

// merger gathers the values of each binding.
type merger struct {
	item   bucket
	names  map[string]*bucket
	labels map[int]*bucket
	merged *tuple // with the bindings in order, yet without values
}

func (m *merger) add(t *tuple) {
	m.item.add(t.item)
	for i, n := range t.names {
		if m.names[n] == nil {
			m.names[n] = &bucket{data: Undefined}
			m.merged.names = append(m.merged.names, n)
		}
		m.names[n].add(t.values[i])
	}
	for _, p := range t.parents {
		if m.labels[p.label] == nil {
			m.labels[p.label] = &bucket{data: Undefined}
			m.merged.parents = append(m.merged.parents, parentBinding{label: p.label})
		}
		m.labels[p.label].add(p.value)
	}
}

func (m *merger) finish() *tuple {
	t := m.merged
	t.item = m.item.data
	for _, n := range t.names {
		t.values = append(t.values, m.names[n].data)
	}
	for i := range t.parents {
		t.parents[i].value = m.labels[t.parents[i].label].data
	}
	return t
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
