package python

import (
	"math"
	"math/big"
	"unicode/utf8"
)

// isIterable tells whether iter(v) succeeds.
func isIterable(v Value) bool {
	switch v.(type) {
	case string, Markup, Bytes, *List, *Tuple, *Dict, *Set, *View, Range, *Iterator, *Undefined:
		return true
	}
	_, ok := v.(interface {
		Iterate(m *Meter) func() (Value, bool)
	})
	return ok
}

// IsIterable tells whether a value can be iterated over.
func IsIterable(v Value) bool { return isIterable(v) }

// Iterate is iter(v): each call of what it gives gives the next value.
func Iterate(m *Meter, v Value) func() (Value, bool) {
	switch v := v.(type) {
	case string, Markup:
		text, _ := Text(v)
		return overText(m, text)
	case *List:
		return overList(m, v)
	case *Tuple:
		return over(m, v.Items)
	case *Set:
		return over(m, v.Items)
	case *Dict:
		return overDict(m, v, func(pair Pair) Value { return pair.Key })
	case *View:
		return overDict(m, v.Of, v.item)
	case Range:
		return v.iterate(m)
	case *Iterator:
		return func() (Value, bool) {
			m.Spend(itemSize)
			return v.Next()
		}
	case *Undefined:
		return func() (Value, bool) { return nil, false }
	case Bytes:
		return overBytes(m, string(v))
	case interface {
		Iterate(m *Meter) func() (Value, bool)
	}:
		return v.Iterate(m)
	}
	Raise(TypeError, "'%s' object is not iterable", TypeName(v))
	return nil
}

func overText(m *Meter, text string) func() (Value, bool) {
	return func() (Value, bool) {
		if text == "" {
			return nil, false
		}
		m.Spend(itemSize)
		_, size := utf8.DecodeRuneInString(text)
		first := text[:size]
		text = text[size:]
		return first, true
	}
}

func overBytes(m *Meter, data string) func() (Value, bool) {
	return func() (Value, bool) {
		if data == "" {
			return nil, false
		}
		m.Spend(itemSize)
		first := int64(data[0])
		data = data[1:]
		return first, true
	}
}

func over(m *Meter, items []Value) func() (Value, bool) {
	return func() (Value, bool) {
		if len(items) == 0 {
			return nil, false
		}
		m.Spend(itemSize)
		first := items[0]
		items = items[1:]
		return first, true
	}
}

// overList sees what is appended to a list while it goes.
func overList(m *Meter, list *List) func() (Value, bool) {
	i := 0
	return func() (Value, bool) {
		if i >= len(list.Items) {
			return nil, false
		}
		m.Spend(itemSize)
		i++
		return list.Items[i-1], true
	}
}

func overDict(m *Meter, dict *Dict, give func(Pair) Value) func() (Value, bool) {
	pairs, size := dict.Pairs(), dict.Len()
	return func() (Value, bool) {
		if dict.Len() != size {
			size = -1
			Raise(RuntimeError, "dictionary changed size during iteration")
		}
		if len(pairs) == 0 {
			return nil, false
		}
		m.Spend(itemSize)
		first := pairs[0]
		pairs = pairs[1:]
		return give(first), true
	}
}

func (v *View) item(pair Pair) Value {
	switch v.Kind {
	case "dict_keys":
		return pair.Key
	case "dict_values":
		return pair.Value
	}
	return NewTuple(pair.Key, pair.Value)
}

func (v *View) items(m *Meter) []Value { return Items(m, v) }

// Items gives all that iterating over a value gives, in a slice of its own.
func Items(m *Meter, v Value) []Value {
	next := Iterate(m, v)
	items := []Value{}
	for item, ok := next(); ok; item, ok = next() {
		items = append(items, item)
	}
	return items
}

// Len is len(v).
func Len(m *Meter, v Value) int {
	if n, ok := length(v); ok {
		return n
	}
	Raise(TypeError, "object of type '%s' has no len()", TypeName(v))
	return 0
}

func length(v Value) (int, bool) {
	switch v := v.(type) {
	case string:
		return utf8.RuneCountInString(v), true
	case Markup:
		return utf8.RuneCountInString(string(v)), true
	case Bytes:
		return len(v), true
	case *List:
		return len(v.Items), true
	case *Tuple:
		return len(v.Items), true
	case *Set:
		return len(v.Items), true
	case *Dict:
		return v.Len(), true
	case *View:
		return v.Of.Len(), true
	case Range:
		return v.Len(), true
	case *Undefined:
		return 0, true
	case interface{ Len() int }:
		return v.Len(), true
	}
	return 0, false
}

// Len is the number of integers.
func (r Range) Len() int {
	start, stop, step := big.NewInt(r.Start), big.NewInt(r.Stop), big.NewInt(r.Step)
	span := new(big.Int).Sub(stop, start)
	if span.Sign() == 0 || (span.Sign() > 0) != (r.Step > 0) {
		return 0
	}
	span.Sub(span, new(big.Int).SetInt64(int64(step.Sign())))
	n := span.Quo(span, step).Int64()
	if n == math.MaxInt64 {
		return math.MaxInt64
	}
	return int(n + 1)
}

// at gives the integer at an index that there is.
func (r Range) at(i int) int64 { return r.Start + int64(i)*r.Step }

func (r Range) iterate(m *Meter) func() (Value, bool) {
	i, n := 0, r.Len()
	return func() (Value, bool) {
		if i >= n {
			return nil, false
		}
		m.Spend(itemSize)
		i++
		return r.at(i - 1), true
	}
}

func (r Range) equal(other Range) bool {
	n := r.Len()
	return n == other.Len() && (n == 0 || r.Start == other.Start && (n == 1 || r.Step == other.Step))
}

func (r Range) contains(v Value) bool {
	n, ok := whole(v)
	if f, isFloat := v.(float64); isFloat && f == math.Trunc(f) && !math.IsInf(f, 0) {
		n, _ = big.NewFloat(f).Int(nil)
		ok = true
	}
	if !ok || !n.IsInt64() || r.Len() == 0 {
		return false
	}
	offset := new(big.Int).Sub(n, big.NewInt(r.Start))
	quotient, rest := new(big.Int).QuoRem(offset, big.NewInt(r.Step), new(big.Int))
	return rest.Sign() == 0 && quotient.Sign() >= 0 && quotient.Cmp(big.NewInt(int64(r.Len()))) < 0
}
