package jsonata

// equal compares deeply. Objects are equal whatever the order of their keys.
func (st *state) equal(a, b any) (bool, error) { return (&scan{left: maxScan, st: st}).equal(a, b) }

func (s *scan) equal(a, b any) (bool, error) {
	switch x := a.(type) {
	case nil, string, bool, float64, *undefined, *Function:
		return s.st.sameScalar(x, b), nil
	}
	if x, ok := elements(a); ok {
		y, ok := elements(b)
		if !ok || len(x) != len(y) {
			return false, nil
		}
		return s.equalItems(x, y)
	}
	if keys, values, ok := entries(a); ok {
		return s.equalObject(keys, values, b)
	}
	x := s.st.plain(a)
	return isNumber(x) && s.st.sameScalar(x, b), nil
}

// sameScalar compares values that are no containers; plain has seen a.
func (st *state) sameScalar(a, b any) bool {
	switch x := a.(type) {
	case nil:
		return b == nil
	case string:
		y, ok := b.(string)
		return ok && x == y
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	case *undefined:
		return IsUndefined(b)
	case *Function:
		y, ok := b.(*Function)
		return ok && x == y
	case float64:
		if y, ok := b.(float64); ok {
			return x == y
		}
		return st.sameNumbers(x, b)
	case int64:
		return st.sameNumbers(x, b)
	}
	return false
}

// sameNumbers compares a number with any value.
func (st *state) sameNumbers(a, b any) bool {
	b = st.plain(b)
	return isNumber(b) && sameNumber(a, b)
}

func (s *scan) equalItems(a, b []any) (bool, error) {
	if err := s.enter(); err != nil {
		return false, err
	}
	defer s.leave()
	for i := range a {
		if same, err := s.equal(a[i], b[i]); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (s *scan) equalObject(keys []string, values []any, b any) (bool, error) {
	others, _, ok := entries(b)
	if !ok || len(others) != len(keys) {
		return false, nil
	}
	if err := s.enter(); err != nil {
		return false, err
	}
	defer s.leave()
	for i, k := range keys {
		y := field(b, k)
		if IsUndefined(y) {
			return false, nil
		}
		if same, err := s.equal(values[i], y); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}
