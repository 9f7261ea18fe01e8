package jsonata

func (g *generator) array(t *term) code {
	c := &arrayCode{items: g.terms(t.items), constructed: t.cons}
	for _, item := range t.items {
		c.whole = append(c.whole, item.kind == termArray || item.kind == termString && item.text == "[")
	}
	return c
}

// arrayCode is [a, b, …]. Arrays among the items are spliced in, except those that are constructed in place.
type arrayCode struct {
	items       []code
	whole       []bool
	constructed bool
}

func (c *arrayCode) eval(f *frame, in any) (any, error) {
	st := f.st
	out := make([]any, 0, len(c.items))
	for i, item := range c.items {
		v, err := item.eval(f, in)
		if err != nil {
			return nil, err
		}
		if IsUndefined(v) {
			continue
		}
		members, isArray := elements(v)
		if !isArray || c.whole[i] {
			out = append(out, v)
			st.nest(v)
			continue
		}
		if err := st.items(len(members)); err != nil {
			return nil, err
		}
		if len(c.items) == 1 {
			out = members[:len(members):len(members)]
		} else {
			out = append(out, members...)
		}
	}
	if err := st.items(len(c.items)); err != nil {
		return nil, err
	}
	if err := st.hold(out); err != nil {
		return nil, err
	}
	if c.constructed {
		return &list{items: out, constructed: true}, nil
	}
	return out, nil
}

// nest notes that v is put into a container, so that its marks have to be taken off in the end.
func (st *state) nest(v any) {
	switch v.(type) {
	case *list, *undefined:
		st.nested = true
	}
}

// pairCode is a key and a value of an object constructor; literal is the key when it is a string literal.
type pairCode struct {
	key, value code
	literal    string
	isLiteral  bool
}

func (g *generator) pairs(pairs []termPair) []pairCode {
	codes := make([]pairCode, len(pairs))
	for i, p := range pairs {
		key := p.key
		codes[i].isLiteral = key.kind == termString && len(key.predicates) == 0 && key.group == nil && !key.keepArray
		codes[i].literal = key.text
		codes[i].key = g.term(key)
	}
	for i, p := range pairs {
		codes[i].value = g.term(p.value)
	}
	return codes
}

// object generates {key: value, …}. When all keys are different literals, the objects share them.
func (g *generator) object(t *term) code {
	c := &objectCode{groupCode: groupCode{source: identityCode{}, pairs: g.pairs(t.pairs), at: t.at}}
	seen := map[string]bool{}
	for _, p := range c.pairs {
		if !p.isLiteral || seen[p.literal] {
			return c
		}
		seen[p.literal] = true
		c.keys = append(c.keys, p.literal)
	}
	c.index = indexKeys(c.keys)
	c.fixed = true
	return c
}

// identityCode gives the context as it is, marks included.
type identityCode struct{}

func (identityCode) eval(_ *frame, in any) (any, error) { return in, nil }

// objectCode is an object constructor.
type objectCode struct {
	groupCode
	keys  []string
	index map[string]int
	fixed bool
}

func (c *objectCode) eval(f *frame, in any) (any, error) {
	switch _, many := elements(in); {
	case many:
		return c.groupCode.eval(f, in)
	case c.fixed:
		return c.single(f, in)
	}
	return c.computed(f, in)
}

// computed makes the object for a context that is no array from keys that have to be evaluated.
func (c *objectCode) computed(f *frame, in any) (any, error) {
	if err := f.st.items(len(c.pairs) + 2); err != nil {
		return nil, err
	}
	o := &Object{keys: make([]string, 0, len(c.pairs)), values: make([]any, 0, len(c.pairs))}
	var makers [8]int // by position, the pair that has made the key
	pairs := makers[:0]
	for i := range c.pairs {
		key, err := c.pairs[i].key.eval(f, in)
		if err != nil {
			return nil, err
		}
		name, ok := key.(string)
		switch {
		case IsUndefined(key):
			continue
		case !ok:
			return nil, &Error{Code: "T1003", at: c.at, Value: key}
		case o.find(name) >= 0:
			return nil, &Error{Code: "D1009", at: c.at, Value: name}
		}
		o.add(name, Undefined)
		pairs = append(pairs, i)
	}
	return c.evaluate(f, in, o, pairs)
}

// evaluate gives the object its values.
func (c *objectCode) evaluate(f *frame, in any, o *Object, pairs []int) (any, error) {
	missing := false
	for i, pair := range pairs {
		v, err := c.pairs[pair].value.eval(f, in)
		if err != nil {
			return nil, err
		}
		f.st.nest(v)
		missing = missing || IsUndefined(v)
		o.values[i] = v
	}
	if missing {
		o = o.compact()
	}
	return o, f.st.hold(o)
}

// single makes the object for a context that is no array.
func (c *objectCode) single(f *frame, in any) (any, error) {
	st := f.st
	o := &Object{keys: c.keys, index: c.index, shared: true, values: make([]any, len(c.pairs))}
	if err := st.items(len(c.pairs) + 2); err != nil {
		return nil, err
	}
	missing := false
	for i := range c.pairs {
		v, err := c.pairs[i].value.eval(f, in)
		if err != nil {
			return nil, err
		}
		if IsUndefined(v) {
			missing = true
		} else if _, ok := v.(*list); ok {
			st.nested = true
		}
		o.values[i] = v
	}
	if missing {
		o = o.compact()
	}
	return o, st.hold(o)
}

// compact leaves out what is undefined.
func (o *Object) compact() *Object {
	kept := &Object{}
	for i, k := range o.keys {
		if !IsUndefined(o.values[i]) {
			kept.add(k, o.values[i])
		}
	}
	return kept
}

// groupCode is source{key: value, …}: items are grouped by key, then each group gives a value.
type groupCode struct {
	source code
	pairs  []pairCode
	at     int
}

func (c *groupCode) eval(f *frame, in any) (any, error) {
	v, err := evalRaw(c.source, f, in)
	if err != nil {
		return nil, err
	}
	items, ok := elements(v)
	if !ok {
		items = []any{v}
	}
	return c.group(f, items)
}

// bucket is one group: its key, the pair that made the key, and the items.
type bucket struct {
	key  string
	pair int
	data any
	many bool // data is a []any that belongs to the bucket
}

func (b *bucket) add(item any) {
	if IsUndefined(item) {
		return
	}
	if IsUndefined(b.data) {
		b.data, b.many = item, false
		return
	}
	if !b.many {
		items, ok := elements(b.data)
		if !ok {
			items = []any{b.data}
		}
		b.data, b.many = items[:len(items):len(items)], true
	}
	members, ok := elements(item)
	if !ok {
		b.data = append(b.data.([]any), item)
		return
	}
	b.data = append(b.data.([]any), members...)
}

// buckets are groups in the order in which their keys came up.
type buckets struct {
	list  []bucket
	index map[string]int
}

func (b *buckets) find(key string) (*bucket, bool) {
	if b.index == nil {
		b.index = map[string]int{}
	}
	i, ok := b.index[key]
	if !ok {
		i = len(b.list)
		b.index[key] = i
		b.list = append(b.list, bucket{key: key})
	}
	return &b.list[i], ok
}

func (c *groupCode) group(f *frame, items []any) (any, error) {
	if len(items) == 0 {
		items = []any{Undefined}
	}
	var groups buckets
	for _, item := range items {
		if err := f.st.items(len(c.pairs)); err != nil {
			return nil, err
		}
		for i := range c.pairs {
			if err := c.sort(f, item, i, &groups); err != nil {
				return nil, err
			}
		}
	}
	result := &Object{}
	for _, b := range groups.list {
		v, err := c.pairs[b.pair].value.eval(f, b.data)
		if err != nil {
			return nil, err
		}
		if !IsUndefined(v) {
			f.st.nest(v)
			result.add(b.key, v)
		}
	}
	return result, f.st.hold(result)
}

// sort puts an item into the group that the pair's key names.
func (c *groupCode) sort(f *frame, item any, pair int, groups *buckets) error {
	key, err := c.pairs[pair].key.eval(f, item)
	if err != nil {
		return err
	}
	return c.put(key, item, pair, groups)
}

func (c *groupCode) put(key, item any, pair int, groups *buckets) error {
	name, ok := key.(string)
	if IsUndefined(key) {
		return nil
	}
	if !ok {
		return &Error{Code: "T1003", at: c.at, Value: key}
	}
	b, known := groups.find(name)
	switch {
	case !known:
		b.pair, b.data = pair, item
	case b.pair != pair:
		return &Error{Code: "D1009", at: c.at, Value: name}
	default:
		b.add(item)
	}
	return nil
}
