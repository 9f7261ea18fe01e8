package jsonata

import "math"

type undefined struct{}

// Undefined is the result of an expression that returns nothing. It is no JSON value and differs from null, which is nil.
var Undefined any = (*undefined)(nil)

// IsUndefined tells whether v is Undefined.
func IsUndefined(v any) bool {
	_, ok := v.(*undefined)
	return ok
}

// list is an array made by the evaluator. The marks are those the reference puts on its arrays; an array that carries none
// of them, in particular every array of the input, is a plain []any.
type list struct {
	items []any
	// sequence: a result whose single item stands for itself and whose emptiness is undefined.
	sequence bool
	// keep: the single item of this sequence stays in its array.
	keep bool
	// constructed: an array constructor in a path, which the path does not flatten.
	constructed bool
	// wrapper: holds an input array, so that it is one context item.
	wrapper bool
	// tuples: the items are *tuple.
	tuples bool
}

func newSequence(items ...any) *list { return &list{items: items, sequence: true} }

// kind is a value's type as far as JSONata distinguishes it.
type kind uint8

const (
	kindUndefined kind = iota
	kindNull
	kindBoolean
	kindNumber
	kindString
	kindArray
	kindObject
	kindFunction
	kindForeign // a Go value that is no JSON
)

func kindOf(v any) kind {
	switch v.(type) {
	case nil:
		return kindNull
	case *undefined:
		return kindUndefined
	case string:
		return kindString
	case float64, int64:
		return kindNumber
	case bool:
		return kindBoolean
	case []any, *list:
		return kindArray
	case *Object, map[string]any:
		return kindObject
	case *Function:
		return kindFunction
	}
	return kindForeign
}

// elements gives the items of an array.
func elements(v any) ([]any, bool) {
	switch v := v.(type) {
	case *list:
		return v.items, true
	case []any:
		return v, true
	}
	return nil, false
}

// isSequence tells whether v is an array marked as a sequence.
func isSequence(v any) bool {
	l, ok := v.(*list)
	return ok && l.sequence
}

// reduce is the one place where sequences become values: an empty one is undefined, a single item stands for itself
// unless the sequence keeps it.
func reduce(v any) any {
	l, ok := v.(*list)
	if !ok || !l.sequence || l.tuples {
		return v
	}
	switch len(l.items) {
	case 0:
		return Undefined
	case 1:
		if !l.keep {
			return l.items[0]
		}
	}
	return v
}

// keepReduce is reduce for an expression marked with [].
func keepReduce(v any) any {
	l, ok := v.(*list)
	if !ok || !l.sequence || l.tuples {
		return v
	}
	if len(l.items) == 0 {
		return Undefined
	}
	if l.keep {
		return l
	}
	kept := *l
	kept.keep = true
	return &kept
}

// field is what an object holds under key.
func field(v any, key string) any {
	switch o := v.(type) {
	case *Object:
		if i := o.find(key); i >= 0 {
			return o.member(i)
		}
	case map[string]any:
		if v, ok := o[key]; ok {
			return given(v)
		}
	case *formless:
		return v
	}
	return Undefined
}

// entries gives keys and values of an object.
func entries(v any) (keys []string, values []any, ok bool) {
	switch o := v.(type) {
	case *Object:
		return o.keys, o.members(), true
	case map[string]any:
		keys, values = sortedEntries(o)
		return keys, values, true
	}
	return nil, nil, false
}

// lookup is the value of a field; of an array, of its members' fields.
func lookup(v any, key string) (any, error) {
	items, ok := elements(v)
	if !ok {
		return field(v, key), nil
	}
	found, err := (&scan{left: maxScan}).lookup(nil, items, key)
	return &list{items: found, sequence: true}, err
}

func (s *scan) lookup(out, items []any, key string) ([]any, error) {
	err := s.enter()
	defer s.leave()
	for i := 0; i < len(items) && err == nil; i++ {
		if nested, ok := elements(items[i]); ok {
			out, err = s.lookup(out, nested, key)
			continue
		}
		found := field(items[i], key)
		if members, ok := elements(found); ok {
			out = append(out, members...)
		} else if !IsUndefined(found) {
			out = append(out, found)
		}
	}
	return out, err
}

// number gives a number that may be calculated with. An infinite one is an error, NaN is no number.
func number(v any) (f float64, ok bool, err error) {
	if f, ok = Float(v); !ok {
		return 0, false, nil
	}
	if math.IsInf(f, 0) {
		return 0, false, &Error{Code: "D1001", Value: f}
	}
	return f, !math.IsNaN(f), nil
}

// scan bounds how many containers a recursive look at a value may visit: a small value may hold parts so often, or so deep, that
// visiting them all would never end.
type scan struct {
	left  int
	depth int
	st    *state // whose dialect numbers are compared in
}

const (
	maxScan      = 1_000_000
	maxScanDepth = 10_000
)

// enter begins with a container, leave ends it.
func (s *scan) enter() error {
	if s.left--; s.left < 0 {
		return limit("value has too many parts")
	}
	if s.depth++; s.depth > maxScanDepth {
		return limit("value is nested too deeply")
	}
	return nil
}

func (s *scan) leave() { s.depth-- }

// truth is the boolean that a value counts as; undefined counts as false.
func truth(v any) (bool, error) {
	return (&scan{left: maxScan}).truth(v)
}

func (s *scan) truth(v any) (bool, error) {
	switch v := v.(type) {
	case nil, *undefined:
		return false, nil
	case bool:
		return v, nil
	case string:
		return v != "", nil
	case float64:
		return numberTruth(v)
	case *Object:
		return len(v.keys) > 0, nil
	case map[string]any:
		return len(v) > 0, nil
	case *Function:
		return v.truthy(), nil
	case []any:
		return s.anyTrue(v)
	case *list:
		return s.anyTrue(v.items)
	}
	switch v := plain(v).(type) {
	case *formless:
		return false, v.err
	case float64:
		return numberTruth(v)
	case int64:
		return v != 0, nil
	}
	return false, nil
}

func numberTruth(f float64) (bool, error) {
	if math.IsInf(f, 0) {
		return false, &Error{Code: "D1001", Value: f}
	}
	return f != 0 && !math.IsNaN(f), nil
}

func (s *scan) anyTrue(items []any) (bool, error) {
	if err := s.enter(); err != nil {
		return false, err
	}
	defer s.leave()
	found := false
	for _, item := range items {
		t, err := s.truth(item)
		if err != nil {
			return false, err
		}
		found = found || t
	}
	return found, nil
}
