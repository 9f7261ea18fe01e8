package jsonata

// orderCode is ^(term, …).
type orderCode struct {
	terms []orderTerm
	at    int
}

type orderTerm struct {
	code       code
	descending bool
}

// order generates the terms of a sort step; in a path with bindings each is evaluated in the frame of an item's tuple.
func (g *generator) order(t *term) *orderCode {
	c := &orderCode{at: t.at}
	for _, o := range t.order {
		c.terms = append(c.terms, orderTerm{g.term(o.term), o.descending})
	}
	return c
}

// sorted sorts items and applies the step's predicates.
func (s *step) sorted(f *frame, items []any, whole any) (any, error) {
	v := whole
	if len(items) > 1 {
		keys := make([]sortItem, len(items))
		for i, item := range items {
			keys[i].item = item
		}
		sorted, err := s.order.sort(keys, func(t *orderTerm, item any) (any, error) { return t.code.eval(f, item) }, f.st)
		if err != nil {
			return nil, err
		}
		v = sorted
	} else if v == nil {
		v = sequenceOf(items)
	}
	var err error
	for _, p := range s.stages {
		if v, err = p.filter(f, v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// sortItem is an item with the values of its order terms, as far as they have been asked for.
type sortItem struct {
	item any
	keys []any
}

func (c *orderCode) sort(items []sortItem, eval func(*orderTerm, any) (any, error), st *state) ([]any, error) {
	key := func(t *orderTerm, item any) (any, error) {
		v, err := eval(t, item)
		return st.plain(v), err
	}
	less := func(a, b *sortItem) (bool, error) { return c.after(a, b, key) }
	if err := mergeSort(items, make([]sortItem, len(items)), less, st); err != nil {
		return nil, err
	}
	sorted := make([]any, len(items))
	for i := range items {
		sorted[i] = items[i].item
	}
	return sorted, st.allocate(64 * len(items))
}

// after tells whether a belongs after b.
func (c *orderCode) after(a, b *sortItem, eval func(*orderTerm, any) (any, error)) (bool, error) {
	for i := range c.terms {
		t := &c.terms[i]
		x, err := a.key(i, t, eval)
		if err != nil {
			return false, err
		}
		y, err := b.key(i, t, eval)
		if err != nil {
			return false, err
		}
		n, err := c.compare(x, y)
		if err != nil {
			return false, err
		}
		if n == 0 {
			continue
		}
		if t.descending && !IsUndefined(x) && !IsUndefined(y) {
			n = -n
		}
		return n > 0, nil
	}
	return false, nil
}

func (s *sortItem) key(i int, t *orderTerm, eval func(*orderTerm, any) (any, error)) (any, error) {
	if i < len(s.keys) {
		return s.keys[i], nil
	}
	v, err := eval(t, s.item)
	if err == nil {
		s.keys = append(s.keys, v)
	}
	return v, err
}

// compare orders two keys; undefined ones come last.
func (c *orderCode) compare(x, y any) (int, error) {
	switch {
	case IsUndefined(x) && IsUndefined(y):
		return 0, nil
	case IsUndefined(x):
		return 1, nil
	case IsUndefined(y):
		return -1, nil
	}
	xk, yk := kindOf(x), kindOf(y)
	if xk != kindString && xk != kindNumber {
		return 0, &Error{Code: "T2008", at: c.at, Value: x}
	}
	if yk != kindString && yk != kindNumber {
		return 0, &Error{Code: "T2008", at: c.at, Value: y}
	}
	if xk != yk {
		return 0, &Error{Code: "T2007", at: c.at, Value: x, value2: y}
	}
	if xk == kindString {
		return compareText(x.(string), y.(string)), nil
	}
	return compareNumbers(x, y), nil
}

// mergeSort sorts stably, comparing in the order in which the reference does, which shows when a comparison is inconsistent.
func mergeSort[T any](items, spare []T, after func(a, b *T) (bool, error), st *state) error {
	if len(items) <= 1 {
		return nil
	}
	if err := st.spend(len(items)); err != nil {
		return err
	}
	middle := len(items) / 2
	if err := mergeSort(items[:middle], spare[:middle], after, st); err != nil {
		return err
	}
	if err := mergeSort(items[middle:], spare[middle:], after, st); err != nil {
		return err
	}
	copy(spare, items)
	left, right := spare[:middle], spare[middle:]
	for i := range items {
		takeRight := len(left) == 0
		if len(left) > 0 && len(right) > 0 {
			var err error
			if takeRight, err = after(&left[0], &right[0]); err != nil {
				return err
			}
		}
		if takeRight {
			items[i], right = right[0], right[1:]
		} else {
			items[i], left = left[0], left[1:]
		}
	}
	return nil
}
