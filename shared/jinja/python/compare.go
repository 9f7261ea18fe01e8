package python

import (
	"math"
	"math/big"
	"strings"
)

// Equal is a == b.
func Equal(m *Meter, a, b Value) bool {
	m.Spend(1)
	if isNumber(a) || isNumber(b) {
		return isNumber(a) && isNumber(b) && compareNumbers(a, b) == 0
	}
	if text, ok := Text(a); ok {
		other, same := Text(b)
		return same && text == other
	}
	switch x := a.(type) {
	case nil:
		return b == nil
	case *Undefined:
		_, same := b.(*Undefined)
		return same
	case Bytes:
		y, same := b.(Bytes)
		return same && x == y
	case Range:
		y, same := b.(Range)
		return same && x.equal(y)
	case *List:
		y, same := b.(*List)
		return same && (x == y || equalItems(m, x.Items, y.Items))
	case *Tuple:
		y, same := b.(*Tuple)
		return same && (x == y || equalItems(m, x.Items, y.Items))
	case *Dict:
		y, same := b.(*Dict)
		return same && (x == y || equalDicts(m, x, y))
	case *View, *Set, Ellipsis:
		Raise(Unsupported, "a %s cannot be compared", TypeName(a))
	}
	if method, ok := a.(*Method); ok {
		other, same := b.(*Method)
		return same && method.Name == other.Name && method.Of == other.Of
	}
	return a == b
}

func equalItems(m *Meter, a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	defer m.Down()()
	m.Items(1)
	for i := range a {
		if !Equal(m, a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalDicts(m *Meter, a, b *Dict) bool {
	if a.Len() != b.Len() {
		return false
	}
	defer m.Down()()
	for _, pair := range a.Pairs() {
		if other, ok := b.Get(pair.Key); !ok || !Equal(m, pair.Value, other) {
			return false
		}
	}
	return true
}

// unordered is what compareNumbers gives where one is not a number.
const unordered = 2

// compareNumbers compares exactly: -1, 0 or 1, or unordered.
func compareNumbers(a, b Value) int {
	x, xInt := whole(a)
	y, yInt := whole(b)
	switch {
	case xInt && yInt:
		return x.Cmp(y)
	case xInt:
		return reversed(compareFloat(b.(float64), x))
	case yInt:
		return compareFloat(a.(float64), y)
	}
	f, g := a.(float64), b.(float64)
	switch {
	case f < g:
		return -1
	case f > g:
		return 1
	case f == g:
		return 0
	}
	return unordered
}

// compareFloat compares a float with an integer.
func compareFloat(f float64, n *big.Int) int {
	switch {
	case math.IsNaN(f):
		return unordered
	case math.IsInf(f, 1):
		return 1
	case math.IsInf(f, -1):
		return -1
	}
	return new(big.Rat).SetFloat64(f).Cmp(new(big.Rat).SetInt(n))
}

// Compare is a op b, op being one of == != < <= > >= in "not in".
func Compare(m *Meter, op string, a, b Value) bool {
	switch op {
	case "==":
		return Equal(m, a, b)
	case "!=":
		return !Equal(m, a, b)
	case "in":
		return Contains(m, b, a)
	case "not in":
		return !Contains(m, b, a)
	}
	return ordered(m, op, a, b)
}

// holds tells whether a comparison with a known result is true.
func holds(op string, result int) bool {
	switch {
	case result == unordered:
		return false
	case op == "<":
		return result < 0
	case op == "<=":
		return result <= 0
	case op == ">":
		return result > 0
	}
	return result >= 0
}

func ordered(m *Meter, op string, a, b Value) bool {
	m.Spend(1)
	failIfUndefined(m, a, b)
	if isNumber(a) && isNumber(b) {
		return holds(op, compareNumbers(a, b))
	}
	if x, ok := Text(a); ok {
		if y, same := Text(b); same {
			return holds(op, strings.Compare(x, y))
		}
	}
	switch x := a.(type) {
	case *List:
		if y, same := b.(*List); same {
			return orderedItems(m, op, x.Items, y.Items)
		}
	case *Tuple:
		if y, same := b.(*Tuple); same {
			return orderedItems(m, op, x.Items, y.Items)
		}
	case Bytes:
		if y, same := b.(Bytes); same {
			return holds(op, strings.Compare(string(x), string(y)))
		}
	case *Set, *View:
		Raise(Unsupported, "a %s cannot be compared", TypeName(a))
	}
	Raise(TypeError, "'%s' not supported between instances of '%s' and '%s'", op, TypeName(a), TypeName(b))
	return false
}

// orderedItems compares by the first items that differ, or else by length.
func orderedItems(m *Meter, op string, a, b []Value) bool {
	defer m.Down()()
	for i := range min(len(a), len(b)) {
		if !Equal(m, a[i], b[i]) {
			return ordered(m, op, a[i], b[i])
		}
	}
	return holds(op, len(a)-len(b))
}

// Contains is item in of.
func Contains(m *Meter, of, item Value) bool {
	switch c := of.(type) {
	case *Dict:
		_, found := c.Get(item)
		return found
	case *View:
		if c.Kind == "dict_keys" {
			_, found := c.Of.Get(item)
			return found
		}
	case string, Markup:
		text, _ := Text(of)
		part, ok := Text(item)
		if !ok {
			Raise(TypeError, "'in <string>' requires string as left operand, not %s", TypeName(item))
		}
		m.Spend(len(text))
		return strings.Contains(text, part)
	case Range:
		if isNumber(item) {
			return c.contains(item)
		}
		return false
	case Bytes:
		return bytesContain(c, item)
	}
	if !isIterable(of) {
		Raise(TypeError, "argument of type '%s' is not iterable", TypeName(of))
	}
	next := Iterate(m, of)
	for v, ok := next(); ok; v, ok = next() {
		if v == nil && item == nil || Equal(m, v, item) {
			return true
		}
	}
	return false
}

func bytesContain(of Bytes, item Value) bool {
	if part, ok := item.(Bytes); ok {
		return strings.Contains(string(of), string(part))
	}
	n, ok := whole(item)
	if !ok {
		Raise(TypeError, "a bytes-like object is required, not '%s'", TypeName(item))
	}
	if !n.IsInt64() || n.Int64() < 0 || n.Int64() > math.MaxUint8 {
		Raise(ValueError, "byte must be in range(0, 256)")
	}
	return strings.IndexByte(string(of), byte(n.Int64())) >= 0
}

// Same is a is b, where that can be told.
func Same(a, b Value) bool {
	switch x := a.(type) {
	case nil, bool, Ellipsis:
		return a == b
	case int64:
		y, same := b.(int64)
		if same && x == y && (x < -5 || x > 256) {
			Raise(Unsupported, "whether two equal integers are the same object is not known")
		}
		return same && x == y
	case string, Markup, float64, *big.Int, Bytes, Range:
		if TypeName(a) == TypeName(b) && !isNumber(a) && a == b || isNumber(a) && isNumber(b) && compareNumbers(a, b) == 0 && TypeName(a) == TypeName(b) {
			Raise(Unsupported, "whether two equal values of type %s are the same object is not known", TypeName(a))
		}
		return false
	case *Tuple:
		y, same := b.(*Tuple)
		return same && (x == y || len(x.Items) == 0 && len(y.Items) == 0)
	}
	return a == b
}

func reversed(result int) int {
	if result == unordered {
		return unordered
	}
	return -result
}
