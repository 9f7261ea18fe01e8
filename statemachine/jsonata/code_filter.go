package jsonata

import "math"

// predicate is a filter: a position or a condition.
type predicate struct {
	code     code
	position float64
	isNumber bool
}

func (g *generator) predicate(t *term) *predicate {
	p := &predicate{code: g.term(t)}
	if t.kind == termNumber && len(t.predicates) == 0 && t.group == nil {
		position, _ := Float(t.number)
		p.isNumber, p.position = true, math.Floor(position)
	}
	return p
}

// filtered generates source[p] for a source that is no step.
func (g *generator) filtered(source code, p *term) code {
	return &filterCode{source, g.predicate(p)}
}

type filterCode struct {
	source    code
	predicate *predicate
}

func (c *filterCode) eval(f *frame, in any) (any, error) {
	v, err := c.raw(f, in)
	return reduce(v), err
}

func (c *filterCode) raw(f *frame, in any) (any, error) {
	v, err := evalRaw(c.source, f, in)
	if err != nil {
		return nil, err
	}
	return c.predicate.filter(f, v)
}

// filter gives the sequence of v's items that the predicate selects. One that is itself an array and selected by a literal
// position is given as it is.
func (p *predicate) filter(f *frame, v any) (any, error) {
	items, ok := elements(v)
	if !ok {
		items = []any{v}
	}
	if p.isNumber {
		return p.pick(items), nil
	}
	st := f.st
	mark := len(st.stack)
	if err := p.keep(f, items); err != nil {
		return nil, err
	}
	kept := sequenceOf(st.stack[mark:])
	err := st.allocate(16 * (len(st.stack) - mark))
	st.drop(mark)
	return kept, err
}

// keep leaves the items that a condition selects on the stack.
func (p *predicate) keep(f *frame, items []any) error {
	st := f.st
	if err := st.spend(len(items)); err != nil {
		return err
	}
	for i, item := range items {
		v, err := p.code.eval(f, item)
		if err != nil {
			return err
		}
		n := 0
		if b, ok := v.(bool); !ok {
			if n, err = selects(v, i, len(items)); err != nil {
				return err
			}
		} else if b {
			n = 1
		}
		for range n {
			if IsUndefined(item) {
				st.nested = true
			}
			st.stack = append(st.stack, item)
		}
	}
	return nil
}

func (p *predicate) pick(items []any) any {
	i := p.position
	if i < 0 {
		i += float64(len(items))
	}
	if i < 0 || i >= float64(len(items)) || IsUndefined(items[int(i)]) {
		return newSequence()
	}
	item := items[int(i)]
	if _, ok := elements(item); ok {
		return item
	}
	return newSequence(item)
}

// selects tells how many times a predicate's result selects the item at position i of n.
func selects(v any, i, n int) (int, error) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case float64:
		if v == v {
			return selectsNumber(v, i, n)
		}
		return 0, nil
	}
	if items, ok := elements(v); ok {
		return selectsArray(v, items, i, n)
	}
	if number, ok := Float(v); ok {
		return selectsNumber(number, i, n)
	}
	t, err := truth(v)
	if t {
		return 1, err
	}
	return 0, err
}

func selectsNumber(v float64, i, n int) (int, error) {
	if math.IsInf(v, 0) {
		return 0, &Error{Code: "D1001", Value: v}
	}
	v = math.Floor(v)
	if v < 0 {
		v += float64(n)
	}
	if v == float64(i) {
		return 1, nil
	}
	return 0, nil
}

func selectsArray(v any, items []any, i, n int) (int, error) {
	count := 0
	for _, item := range items {
		number, ok, err := number(item)
		if err != nil {
			return 0, err
		}
		if !ok {
			t, err := truth(v)
			if t {
				return 1, err
			}
			return 0, err
		}
		c, _ := selectsNumber(number, i, n)
		count += c
	}
	return count, nil
}
