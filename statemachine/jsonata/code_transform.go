package jsonata

// transform generates |pattern|update, delete|.
func (g *generator) transform(t *term) code {
	level, based := g.level, g.based
	g.level, g.based = 0, true
	c := &transformCode{pattern: g.term(t.left), update: g.term(t.right), at: t.at, updateAt: t.right.at, clone: g.variable("clone")}
	if t.other != nil {
		c.remove, c.removeAt = g.term(t.other), t.other.at
	}
	g.level, g.based = level, based
	return c
}

// transformCode makes a function that copies its argument and changes the copy where the pattern matches.
type transformCode struct {
	pattern, update, remove, clone code
	at, updateAt, removeAt         int
}

var transformSignature = &signature{text: "<(oa):o>", parameters: []parameter{{types: "oam", kind: '('}}}

func (c *transformCode) eval(f *frame, in any) (any, error) {
	return &Function{name: "transform", arity: 1, names: []string{"obj"}, signature: transformSignature,
		native: func(_ *state, args []any) (any, error) { return c.apply(f, at(args, 0)) }}, nil
}

func (c *transformCode) apply(f *frame, v any) (any, error) {
	if IsUndefined(v) {
		return v, nil
	}
	copied, err := c.copy(f, v)
	if err != nil {
		return nil, err
	}
	matches, err := c.pattern.eval(f, copied)
	if err != nil || IsUndefined(matches) {
		return copied, err
	}
	for _, match := range append([]any(nil), itemsOf(matches)...) {
		if err := c.change(f, match); err != nil {
			return nil, err
		}
	}
	return copied, nil
}

// copy calls $clone, which an expression may have bound to something else.
func (c *transformCode) copy(f *frame, v any) (any, error) {
	clone, err := c.clone.eval(f, v)
	if err != nil {
		return nil, err
	}
	fn, ok := clone.(*Function)
	if !ok {
		return nil, &Error{Code: "T2013", at: c.at}
	}
	return f.st.call(fn, v)
}

// change updates one match in place.
func (c *transformCode) change(f *frame, match any) error {
	if err := f.st.items(1); err != nil {
		return err
	}
	if _, isFunction := match.(*Function); isFunction {
		return &Error{Code: "D1010", at: c.at}
	}
	update, err := c.update.eval(f, match)
	if err != nil {
		return err
	}
	object, _ := match.(*Object)
	if !IsUndefined(update) {
		keys, values, ok := entries(update)
		if !ok {
			return &Error{Code: "T2011", at: c.updateAt, Value: update}
		}
		for i, k := range keys {
			if object != nil {
				f.st.nest(values[i])
				object.put(k, values[i])
			}
		}
	}
	if c.remove == nil {
		return nil
	}
	return c.delete(f, match, object)
}

func (c *transformCode) delete(f *frame, match any, object *Object) error {
	deletions, err := c.remove.eval(f, match)
	if err != nil || IsUndefined(deletions) {
		return err
	}
	for _, d := range itemsOf(deletions) {
		if _, ok := d.(string); !ok {
			return &Error{Code: "T2012", at: c.removeAt, Value: deletions}
		}
	}
	for _, d := range itemsOf(deletions) {
		if object != nil {
			object.Delete(d.(string))
		}
	}
	return nil
}
