package jsonata

import "math"

type constantCode struct{ value any }

func (c *constantCode) eval(*frame, any) (any, error) { return c.value, nil }

// contextCode is $.
type contextCode struct{}

func (contextCode) eval(_ *frame, in any) (any, error) { return reduce(unwrap(in)), nil }

// unwrap gives the input array that a wrapper holds.
func unwrap(in any) any {
	if l, ok := in.(*list); ok && l.wrapper && len(l.items) > 0 {
		return l.items[0]
	}
	return in
}

// nameCode is a field of the context.
type nameCode struct{ key string }

func (c *nameCode) eval(_ *frame, in any) (any, error) { return reduced(lookup(in, c.key)) }

// keepCode is expr[] where expr is no path.
type keepCode struct{ source code }

func (c *keepCode) eval(f *frame, in any) (any, error) {
	v, err := evalRaw(c.source, f, in)
	return keepReduce(v), err
}

// rawCode is code whose result can be had before it is reduced.
type rawCode interface {
	raw(f *frame, in any) (any, error)
}

func evalRaw(c code, f *frame, in any) (any, error) {
	if r, ok := c.(rawCode); ok {
		return r.raw(f, in)
	}
	return c.eval(f, in)
}

// parentCode is %.
type parentCode struct{ slot *slot }

func (c *parentCode) eval(f *frame, _ any) (any, error) {
	for ; f != nil; f = f.parent {
		if f.tuple == nil {
			continue
		}
		for _, p := range f.tuple.parents {
			if p.label == c.slot.label {
				return reduce(p.value), nil
			}
		}
	}
	return Undefined, nil
}

type conditionCode struct{ condition, then, otherwise code }

func (c *conditionCode) eval(f *frame, in any) (any, error) {
	t, err := evalTruth(c.condition, f, in)
	switch {
	case err != nil:
		return nil, err
	case t:
		return reduced(c.then.eval(f, in))
	case c.otherwise != nil:
		return reduced(c.otherwise.eval(f, in))
	}
	return Undefined, nil
}

// reduced reduces once more: a sequence may hold a sequence, and each enclosing expression takes off one.
func reduced(v any, err error) (any, error) { return reduce(v), err }

// evalTruth evaluates an expression for the boolean it counts as.
func evalTruth(c code, f *frame, in any) (bool, error) {
	v, err := c.eval(f, in)
	if err != nil {
		return false, err
	}
	if b, ok := v.(bool); ok {
		return b, nil
	}
	return truth(v)
}

// blockCode is (a; b; …) whose variables live in the frame around it.
type blockCode struct {
	items []code
	slots []int
}

func (c *blockCode) eval(f *frame, in any) (any, error) {
	for _, slot := range c.slots {
		f.vars[slot] = unset
	}
	return c.run(f, in)
}

func (c *blockCode) run(f *frame, in any) (v any, err error) {
	v = Undefined
	for _, item := range c.items {
		if v, err = item.eval(f, in); err != nil {
			return nil, err
		}
	}
	return reduce(v), nil
}

// framedBlockCode is a block whose variables outlive it in functions.
type framedBlockCode struct {
	blockCode
	layout *layout
	names  []string
}

func (c *framedBlockCode) eval(f *frame, in any) (any, error) {
	inner := &frame{st: f.st, parent: f, names: c.names}
	inner.reserve(c.layout.size)
	if err := f.st.allocate(128); err != nil {
		return nil, err
	}
	return c.run(inner, in)
}

type bindCode struct {
	slot  int
	value code
}

func (c *bindCode) eval(f *frame, in any) (any, error) {
	v, err := c.value.eval(f, in)
	if err == nil {
		f.vars[c.slot] = v
	}
	return reduce(v), err
}

type negateCode struct {
	operand code
	at      int
}

func (c *negateCode) eval(f *frame, in any) (any, error) {
	v, err := c.operand.eval(f, in)
	if err != nil || IsUndefined(v) {
		return v, err
	}
	n, ok, err := number(v)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &Error{Code: "D1002", at: c.at, token: "-", hasToken: true, Value: v}
	}
	if whole, ok := f.st.plain(v).(int64); ok && whole != math.MinInt64 {
		return exact(-whole), nil
	}
	return -n, nil
}

// rangeCode is from..to in an array constructor.
type rangeCode struct {
	from, to code
	at       int
}

const maxRange = 1e7

func (c *rangeCode) eval(f *frame, in any) (any, error) {
	from, err := c.from.eval(f, in)
	if err != nil {
		return nil, err
	}
	to, err := c.to.eval(f, in)
	if err != nil {
		return nil, err
	}
	v, err := makeRange(f.st, from, to)
	if e, ok := err.(*Error); ok {
		e.at, e.token, e.hasToken = c.at, "..", true
	}
	return reduce(v), err
}

func makeRange(st *state, from, to any) (any, error) {
	first, ok1 := integer(from)
	if !ok1 && !IsUndefined(from) {
		return nil, &Error{Code: "T2003", Value: from}
	}
	last, ok2 := integer(to)
	if !ok2 && !IsUndefined(to) {
		return nil, &Error{Code: "T2004", Value: to}
	}
	if !ok1 || !ok2 || first > last {
		return Undefined, nil
	}
	size := last - first + 1
	if size > maxRange {
		return nil, &Error{Code: "D2014", Value: size}
	}
	if err := st.holdBytes(scalarBytes * int(size)); err != nil {
		return nil, err
	}
	if err := st.items(int(size) + int(size)/2); err != nil {
		return nil, err
	}
	items := make([]any, int(size))
	start, ok := whole(st.plain(from))
	for i := range items {
		if ok && st.program.aws {
			items[i] = exact(start + int64(i))
		} else {
			items[i] = first + float64(i)
		}
	}
	return newSequence(items...), nil
}

// integer gives a number without fraction.
func integer(v any) (float64, bool) {
	n, ok := Float(v)
	return n, ok && n == math.Trunc(n) && !math.IsInf(n, 0)
}
