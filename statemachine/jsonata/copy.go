package jsonata

import "math"

// copier copies values as $clone does, by way of JSON text in effect: numbers are rounded as in $string, functions become empty texts. The
// objects that it makes carry a mark, by which a transform knows those it may change: neither inputs nor variables.
type copier struct {
	st     *state
	mark   uint32
	made   []*Object
	depth  int
	shapes shapes // of the objects that are changed alike
}

// copyMarked copies v with a mark of its own. Release must be called before the copy is handed out.
func (st *state) copyMarked(v any) (copied any, c *copier, err error) {
	st.marks++
	c = &copier{st: st, mark: st.marks}
	copied, err = c.copy(unwrap(v))
	return copied, c, err
}

// release takes the marks off.
func (c *copier) release() {
	for _, o := range c.made {
		o.mark = 0
	}
}

// owns tells whether v is an object that this copier has made.
func (c *copier) owns(v any) (*Object, bool) {
	o, ok := v.(*Object)
	return o, ok && o.mark == c.mark
}

func (c *copier) copy(v any) (any, error) {
	switch value := v.(type) {
	case nil, bool, string:
		return v, nil
	case float64:
		return c.number(v, value)
	case int64:
		return c.st.plain(v), nil
	case *Function:
		return "", nil
	}
	if items, ok := elements(v); ok {
		return c.array(items)
	}
	if o, ok := v.(*Object); ok {
		return c.object(&Object{keys: o.keys, index: o.sharedIndex()}, o.values)
	}
	if keys, values, ok := entries(v); ok {
		return c.object(&Object{keys: keys, index: indexKeys(keys)}, values)
	}
	switch p := plain(v).(type) {
	case *undefined:
		return nil, nil
	case *formless:
		return nil, p.err
	default:
		return c.copy(p)
	}
}

// number copies the number v, which is f.
func (c *copier) number(v any, f float64) (any, error) {
	switch {
	case f*32 == math.Trunc(f*32) && math.Abs(f) < 1e9 && f != 0: // at most 15 digits
		return v, nil
	case math.IsInf(f, 0):
		return nil, &Error{Code: "D1001", Value: f}
	case f != f:
		return nil, nil
	case f == 0:
		return 0.0, nil
	case f == math.Trunc(f) && c.st.program.aws:
		return f, nil
	}
	if f = significant(f); math.IsInf(f, 0) {
		return nil, nil
	}
	return f, nil
}

// enter begins a container of n members.
func (c *copier) enter(n int) error {
	if c.depth++; c.depth > maxJSONDepth {
		return limit("value is nested too deeply")
	}
	return c.st.items(n + 2)
}

func (c *copier) array(items []any) (any, error) {
	if err := c.enter(len(items)); err != nil {
		return nil, err
	}
	copies := make([]any, len(items))
	for i, item := range items {
		var err error
		if copies[i], err = c.copy(item); err != nil {
			return nil, err
		}
	}
	c.depth--
	return copies, nil
}

// object copies an object's values into o, which has its keys and shares them with the original.
func (c *copier) object(o *Object, values []any) (any, error) {
	if err := c.enter(len(values)); err != nil {
		return nil, err
	}
	o.shared, o.values = true, make([]any, len(values))
	missing := false
	for i, v := range values {
		if IsUndefined(v) {
			o.values[i], missing = v, true
			continue
		}
		var err error
		if o.values[i], err = c.copy(v); err != nil {
			return nil, err
		}
	}
	if missing {
		o = o.compact()
	}
	o.mark = c.mark
	c.made = append(c.made, o)
	c.depth--
	return o, nil
}

// foreign is v without objects that this copier has made: those are replaced by copies as they are now, so that nothing which is put into
// the copy can hold it, or what is yet to change.
func (c *copier) foreign(v any) (any, error) {
	f := &foreigner{copier: c, scan: scan{left: maxScan}}
	replaced, _, err := f.value(v)
	return replaced, err
}

type foreigner struct {
	*copier
	scan scan
}

// value gives what stands for v, and whether that is something else.
func (f *foreigner) value(v any) (replaced any, changed bool, err error) {
	switch v := v.(type) {
	case []any:
		items, changed, err := f.members(v)
		if !changed {
			return v, false, err
		}
		return items, true, err
	case *list:
		items, changed, err := f.members(v.items)
		if !changed {
			return v, false, err
		}
		copied := *v
		copied.items = items
		return &copied, true, err
	case *Object:
		return f.object(v)
	}
	return v, false, nil
}

func (f *foreigner) object(o *Object) (any, bool, error) {
	values, changed, err := f.members(o.values)
	_, owned := f.owns(o)
	if !owned && !changed || err != nil {
		return o, false, err
	}
	if owned {
		o.shared = true
	}
	copied := &Object{keys: o.keys, index: o.index, shared: true, values: values}
	if !changed {
		copied.values = append([]any(nil), values...)
	}
	return copied, true, f.st.items(len(values) + 2)
}

// members gives the members of a container, as they are or replaced.
func (f *foreigner) members(values []any) ([]any, bool, error) {
	if err := f.scan.enter(); err != nil {
		return nil, false, err
	}
	defer f.scan.leave()
	if err := f.st.spend(len(values)); err != nil {
		return nil, false, err
	}
	var replaced []any
	for i, v := range values {
		r, changed, err := f.value(v)
		if err != nil {
			return nil, false, err
		}
		if changed && replaced == nil {
			replaced = append(make([]any, 0, len(values)), values...)
		}
		if changed {
			replaced[i] = r
		}
	}
	if replaced == nil {
		return values, false, nil
	}
	return replaced, true, f.st.items(len(values))
}
