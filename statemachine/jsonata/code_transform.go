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
	copied, copier, err := c.copy(f, v)
	if copier != nil {
		defer copier.release()
	}
	if err != nil {
		return nil, err
	}
	matches, err := c.pattern.eval(f, copied)
	if err != nil || IsUndefined(matches) {
		return copied, err
	}
	for _, match := range append([]any(nil), itemsOf(matches)...) {
		if err := c.change(f, match, copier); err != nil {
			return nil, err
		}
	}
	return copied, nil
}

// copy calls $clone, which an expression may have bound to something else, even to what gives the original: that is copied once more.
func (c *transformCode) copy(f *frame, v any) (any, *copier, error) {
	clone, err := c.clone.eval(f, v)
	if err != nil {
		return nil, nil, err
	}
	fn, ok := clone.(*Function)
	if !ok {
		return nil, nil, &Error{Code: "T2013", at: c.at}
	}
	if fn != f.st.program.library["clone"] {
		if v, err = f.st.call(fn, v); err != nil || IsUndefined(v) {
			return v, nil, err
		}
	}
	return f.st.copyMarked(v)
}

// change updates one match in place, when it is part of the copy. All else that a pattern may give is left alone: inputs and variables never
// change, and what the pattern has made nobody sees.
func (c *transformCode) change(f *frame, match any, copier *copier) error {
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
	object, owned := copier.owns(match)
	if !owned {
		object = nil
	}
	if !IsUndefined(update) {
		if err := c.merge(object, update, copier); err != nil {
			return err
		}
	}
	if c.remove == nil {
		return nil
	}
	return c.delete(f, match, object, copier)
}

func (c *transformCode) merge(object *Object, update any, copier *copier) error {
	if _, _, ok := entries(update); !ok {
		return &Error{Code: "T2011", at: c.updateAt, Value: update}
	}
	if object == nil {
		return nil
	}
	update, err := copier.foreign(update)
	keys, values, _ := entries(update)
	for i, k := range keys {
		copier.st.nest(values[i])
		copier.shapes.put(object, k, values[i])
	}
	return err
}

func (c *transformCode) delete(f *frame, match any, object *Object, copier *copier) error {
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
			copier.shapes.delete(object, d.(string))
		}
	}
	return nil
}
