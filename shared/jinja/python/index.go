package python

import (
	"math"
	"math/big"
	"unicode/utf8"
)

// Lookup is what v[k] gives; ok is false where Python raises an error that Jinja turns into undefined.
func Lookup(m *Meter, v, k Value) (found Value, ok bool) {
	switch of := v.(type) {
	case *Undefined:
		of.Fail(m)
	case *Dict:
		found := Value(nil)
		if failure := Try(func() { found, ok = of.Get(k) }); failure != nil {
			return nil, false
		}
		return found, ok
	case *View, *Iterator, *Set, nil, bool, int64, *big.Int, float64:
		return nil, false
	}
	n, isLong := length(v)
	if _, isObject := v.(Object); isObject || !isLong {
		return nil, false
	}
	index, ok := place(k)
	if !ok {
		return nil, false
	}
	if index < 0 {
		index += n
	}
	if index < 0 || index >= n {
		return nil, false
	}
	m.Spend(1)
	return nth(m, v, index), true
}

// place gives an index.
func place(k Value) (int, bool) {
	n, ok := small(k)
	if !ok || n > math.MaxInt32 || n < math.MinInt32 {
		return 0, false
	}
	return int(n), true
}

func nth(m *Meter, v Value, index int) Value {
	switch of := v.(type) {
	case string, Markup:
		text, _ := Text(v)
		m.Spend(index)
		return sameText(v, slice(text, index, index+1))
	case Bytes:
		return int64(of[index])
	case *List:
		return of.Items[index]
	case *Tuple:
		return of.Items[index]
	case Range:
		return of.at(index)
	}
	return nil
}

// sameText makes a text Markup where another one is.
func sameText(like Value, text string) Value {
	if _, ok := like.(Markup); ok {
		return Markup(text)
	}
	return text
}

func isMarkup(v Value) bool {
	_, ok := v.(Markup)
	return ok
}

// isASCII tells whether bytes and characters are the same.
func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// slice gives the characters of a text from one to another.
func slice(text string, from, to int) string {
	if isASCII(text) {
		return text[from:to]
	}
	start, i := len(text), 0
	for offset := range text {
		if i == from {
			start = offset
		}
		if i == to {
			return text[start:offset]
		}
		i++
	}
	return text[start:]
}

// Slice is v[start:stop:step]; parts left out are nil.
func Slice(m *Meter, v, start, stop, step Value) Value {
	if undefined, ok := v.(*Undefined); ok {
		undefined.Fail(m)
	}
	n, isLong := length(v)
	switch v.(type) {
	case *Dict:
		Raise(TypeError, "unhashable type: 'slice'")
	case string, Markup, Bytes, *List, *Tuple, Range:
	default:
		isLong = false
	}
	if !isLong {
		Raise(TypeError, "'%s' object is not subscriptable", TypeName(v))
	}
	by := sliceIndex(step, 1)
	if by == 0 {
		Raise(ValueError, "slice step cannot be zero")
	}
	from, to := bounds(start, stop, by, n)
	return pick(m, v, from, to, by)
}

func sliceIndex(v Value, absent int) int {
	if v == nil {
		return absent
	}
	n, ok := whole(v)
	if !ok {
		Raise(TypeError, "slice indices must be integers or None or have an __index__ method")
	}
	switch {
	case !n.IsInt64() || n.Int64() > math.MaxInt32 || n.Int64() < math.MinInt32:
		return n.Sign() * math.MaxInt32
	}
	return int(n.Int64())
}

// bounds are those of slice.indices.
func bounds(start, stop Value, step, n int) (from, to int) {
	low, high := 0, n
	if step < 0 {
		low, high = -1, n-1
	}
	clamp := func(v Value, absent int) int {
		i := sliceIndex(v, absent)
		if v == nil {
			return i
		}
		if i < 0 {
			i += n
		}
		return min(max(i, low), high)
	}
	if step < 0 {
		return clamp(start, high), clamp(stop, low)
	}
	return clamp(start, low), clamp(stop, high)
}

func pick(m *Meter, v Value, from, to, by int) Value {
	if r, ok := v.(Range); ok {
		return Range{r.Start + int64(from)*r.Step, r.Start + int64(to)*r.Step, r.Step * int64(by)}
	}
	if text, ok := Text(v); ok {
		m.Spend(len(text))
		if by == 1 {
			return sameText(v, slice(text, from, max(from, to)))
		}
		runes, picked := []rune(text), []rune{}
		for i := from; by > 0 && i < to || by < 0 && i > to; i += by {
			picked = append(picked, runes[i])
		}
		return sameText(v, string(picked))
	}
	picked := []Value{}
	for i := from; by > 0 && i < to || by < 0 && i > to; i += by {
		m.Items(1)
		picked = append(picked, nth(m, v, i))
	}
	switch v.(type) {
	case *Tuple:
		return NewTuple(picked...)
	case Bytes:
		data := make([]byte, len(picked))
		for i, item := range picked {
			data[i] = byte(item.(int64))
		}
		return Bytes(data)
	}
	return NewList(picked...)
}

// concatenate is left + right of sequences.
func concatenate(m *Meter, left, right Value) Value {
	if a, ok := Text(left); ok {
		b, both := Text(right)
		switch {
		case !both && isMarkup(left):
			Raise(TypeError, "unsupported operand type(s) for +: 'Markup' and '%s'", TypeName(right))
		case !both:
			Raise(TypeError, "can only concatenate str (not \"%s\") to str", TypeName(right))
		}
		m.Spend(len(a) + len(b))
		switch {
		case isMarkup(left) && !isMarkup(right):
			return Markup(a + Escape(b))
		case isMarkup(right) && !isMarkup(left):
			return Markup(Escape(a) + b)
		}
		return sameText(left, a+b)
	}
	switch a := left.(type) {
	case *List:
		b, ok := right.(*List)
		if !ok {
			Raise(TypeError, "can only concatenate list (not \"%s\") to list", TypeName(right))
		}
		m.Items(len(a.Items) + len(b.Items))
		return NewList(append(append([]Value{}, a.Items...), b.Items...)...)
	case *Tuple:
		b, ok := right.(*Tuple)
		if !ok {
			Raise(TypeError, "can only concatenate tuple (not \"%s\") to tuple", TypeName(right))
		}
		m.Items(len(a.Items) + len(b.Items))
		return NewTuple(append(append([]Value{}, a.Items...), b.Items...)...)
	case Bytes:
		b, ok := right.(Bytes)
		if !ok {
			Raise(TypeError, "can't concat %s to bytes", TypeName(right))
		}
		m.Spend(len(a) + len(b))
		return a + b
	}
	if isMarkup(right) {
		Raise(TypeError, "unsupported operand type(s) for +: '%s' and 'Markup'", TypeName(left))
	}
	Raise(TypeError, "unsupported operand type(s) for +: '%s' and '%s'", TypeName(left), TypeName(right))
	return nil
}

func isSequence(v Value) bool {
	switch v.(type) {
	case string, Markup, Bytes, *List, *Tuple:
		return true
	}
	return false
}

// repeated is a sequence times an integer; ok is false where neither is a sequence.
func repeated(m *Meter, left, right Value) (Value, bool) {
	sequence, times := left, right
	if !isSequence(sequence) {
		sequence, times = right, left
	}
	if !isSequence(sequence) {
		return nil, false
	}
	n, ok := whole(times)
	switch {
	case !ok && (isMarkup(left) || isMarkup(right)):
		Raise(TypeError, "'%s' object cannot be interpreted as an integer", TypeName(times))
	case !ok:
		Raise(TypeError, "can't multiply sequence by non-int of type '%s'", TypeName(times))
	case !n.IsInt64():
		Raise(OverflowError, "cannot fit 'int' into an index-sized integer")
	}
	return repeat(m, sequence, int(max(n.Int64(), 0))), true
}

func repeat(m *Meter, v Value, times int) Value {
	switch of := v.(type) {
	case *List:
		return NewList(repeatItems(m, of.Items, times)...)
	case *Tuple:
		return NewTuple(repeatItems(m, of.Items, times)...)
	case Bytes:
		m.Repeat(len(of), times)
		return Bytes(repeatText(string(of), times))
	}
	text, _ := Text(v)
	m.Repeat(len(text), times)
	return sameText(v, repeatText(text, times))
}

func repeatItems(m *Meter, items []Value, times int) []Value {
	m.Repeat(len(items)*itemSize, times)
	all := []Value{}
	for range times {
		if len(items) == 0 {
			break
		}
		all = append(all, items...)
	}
	return all
}
