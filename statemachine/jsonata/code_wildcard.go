package jsonata

// spreader is code that can leave its results on the stack, one by one, instead of in an array of their own.
type spreader interface {
	// spread answers whether the results are a plain array, which stays an array whatever it holds, and not a sequence.
	spread(f *frame, in any) (plain bool, err error)
}

// spreaderOf gives what a step's code can spread, nil when it cannot. Bounds of depth are left to boundedSpread.
func spreaderOf(c code) spreader {
	switch c := c.(type) {
	case spreader:
		return c
	case *leafCode:
		return boundSpreader(c)
	case *rawLeafCode:
		return boundSpreader(&c.leafCode)
	}
	return nil
}

func boundSpreader(c *leafCode) spreader {
	if s, ok := c.code.(spreader); ok {
		return &boundedSpread{s, c.level}
	}
	return nil
}

// boundedSpread looks how deep it stands first.
type boundedSpread struct {
	spreader
	level int
}

func (c *boundedSpread) spread(f *frame, in any) (bool, error) {
	if err := f.st.reach(c.level); err != nil {
		return false, err
	}
	return c.spreader.spread(f, in)
}

// gathered is what code that spreads its results gives otherwise.
func gathered(s spreader, f *frame, in any) (any, error) {
	st := f.st
	mark := len(st.stack)
	plain, err := s.spread(f, in)
	if err != nil {
		return nil, err
	}
	l := sequenceOf(st.stack[mark:])
	st.drop(mark)
	if plain {
		return l.whole(), nil
	}
	return l, nil
}

// whole is a sequence's items as a plain array.
func (l *list) whole() []any {
	if l.items == nil {
		return []any{}
	}
	return l.items
}

// wildcardCode is *.
type wildcardCode struct{}

func (c wildcardCode) eval(f *frame, in any) (any, error) { return reduced(gathered(c, f, in)) }

func (c wildcardCode) raw(f *frame, in any) (any, error) { return gathered(c, f, in) }

func (wildcardCode) spread(f *frame, in any) (plain bool, err error) {
	in = unwrap(in)
	values, ok := elements(in)
	if !ok {
		_, values, _ = entries(in)
	}
	st := f.st
	if err := st.items(len(values)); err != nil {
		return false, err
	}
	for _, v := range values {
		if _, ok := elements(v); !ok {
			st.stack = append(st.stack, v)
			continue
		}
		plain = true
		before := len(st.stack)
		if st.stack, err = (&scan{left: maxScan}).flatten(st.stack, v); err != nil {
			return false, err
		}
		if err := st.items(len(st.stack) - before); err != nil {
			return false, err
		}
	}
	return plain, nil
}

// flatten appends v, or all that is in it when it is an array, however deep.
func (s *scan) flatten(out []any, v any) ([]any, error) {
	items, ok := elements(v)
	if !ok {
		return append(out, v), nil
	}
	err := s.enter()
	defer s.leave()
	for i := 0; i < len(items) && err == nil; i++ {
		out, err = s.flatten(out, items[i])
	}
	return out, err
}

// descendantsCode is **.
type descendantsCode struct{}

// eval gives a single descendant, the context itself, as it is: that it was found is no longer seen.
func (c descendantsCode) eval(f *frame, in any) (any, error) { return reduced(gathered(c, f, in)) }

func (descendantsCode) spread(f *frame, in any) (plain bool, err error) {
	if IsUndefined(in) {
		return false, nil
	}
	return false, f.st.descend(in, 0)
}

// descend leaves v, unless it is an array, and all that is in it on the stack. Depth is how many containers v stands in.
func (st *state) descend(v any, depth int) error {
	if depth > maxScanDepth {
		return limit("value is nested too deeply")
	}
	items, ok := elements(v)
	if !ok {
		st.stack = append(st.stack, v)
		_, items, _ = entries(v)
	}
	if err := st.items(len(items) + 1); err != nil {
		return err
	}
	for _, item := range items {
		switch item.(type) {
		case float64, string, bool, nil, int64:
			st.stack = append(st.stack, item)
			continue
		}
		if err := st.descend(item, depth+1); err != nil {
			return err
		}
	}
	return nil
}
