package jsonata

// settle turns the evaluator's arrays into plain ones, throughout. Only containers that the evaluator made can hold any, and
// those may be changed. What is nested deeper than JSON texts may be is left alone.
func settle(v any) any {
	s := &settler{}
	settled, _ := s.member(v)
	return settled
}

// settler remembers what it has seen: a value may hold parts many times.
type settler struct {
	objects map[*Object]bool
	arrays  map[*any]bool
	depth   int
}

// member gives what stands for v, and whether that is something else.
func (s *settler) member(v any) (any, bool) {
	switch v := v.(type) {
	case *undefined:
		return nil, true
	case *list:
		s.items(v.items)
		if v.items == nil {
			return []any{}, true
		}
		return v.items, true
	case []any:
		s.items(v)
	case *Object:
		s.object(v)
	}
	return v, false
}

func (s *settler) items(items []any) {
	if len(items) == 0 || s.arrays[&items[0]] || s.depth > maxJSONDepth {
		return
	}
	if s.arrays == nil {
		s.arrays = map[*any]bool{}
	}
	s.arrays[&items[0]] = true
	s.each(items)
}

func (s *settler) object(o *Object) {
	if s.objects[o] || s.depth > maxJSONDepth {
		return
	}
	if s.objects == nil {
		s.objects = map[*Object]bool{}
	}
	s.objects[o] = true
	s.each(o.values)
}

func (s *settler) each(values []any) {
	s.depth++
	for i, v := range values {
		if settled, changed := s.member(v); changed {
			values[i] = settled
		}
	}
	s.depth--
}
