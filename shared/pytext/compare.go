package pytext

import (
	"math"
	"math/big"
	"slices"
	"strings"
)

// Compare orders two values as < does: numbers (True is 1) by value, texts by code points, lists and tuples element by element. NaN comes before and
// behind nothing. Other pairs, and texts beside numbers, are a TypeError.
func Compare(a, b any) (int, error) {
	a, b = Value(a), Value(b)
	if x, isNumber := rational(a); isNumber {
		if y, isNumber := rational(b); isNumber {
			return orderNumbers(x, y), nil
		}
	}
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), nil
		}
	case Bytes:
		if y, ok := b.(Bytes); ok {
			return strings.Compare(string(x), string(y)), nil
		}
	case []any:
		if y, ok := b.([]any); ok {
			return compareLists(x, y)
		}
	case Tuple:
		if y, ok := b.(Tuple); ok {
			return compareLists(x, y)
		}
	}
	return 0, Errorf("TypeError", "'<' not supported between instances of '%s' and '%s'", TypeName(a), TypeName(b))
}

func compareLists(a, b []any) (int, error) {
	for i := range min(len(a), len(b)) {
		if Equal(a[i], b[i]) {
			continue
		}
		return Compare(a[i], b[i])
	}
	return len(a) - len(b), nil
}

// orderNumbers orders two numbers, of which nil is NaN.
func orderNumbers(x, y *big.Float) int {
	if x == nil || y == nil {
		return 0
	}
	return x.Cmp(y)
}

// rational is the exact value of a number, nil of NaN; an infinite one lies beyond every other.
func rational(v any) (*big.Float, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return big.NewFloat(1), true
		}
		return new(big.Float), true
	case int64:
		return new(big.Float).SetInt64(v), true
	case *big.Int:
		return new(big.Float).SetInt(v), true
	case float64:
		if math.IsNaN(v) {
			return nil, true
		}
		return big.NewFloat(v), true
	}
	return nil, false
}

// Equal tells whether a == b: numbers by value, lists, tuples and dicts by their elements.
func Equal(a, b any) bool {
	a, b = Value(a), Value(b)
	if x, isNumber := rational(a); isNumber {
		y, isNumber := rational(b)
		return isNumber && x != nil && y != nil && x.Cmp(y) == 0
	}
	switch x := a.(type) {
	case nil:
		return b == nil
	case string:
		y, ok := b.(string)
		return ok && x == y
	case Bytes:
		y, ok := b.(Bytes)
		return ok && x == y
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, Equal)
	case Tuple:
		y, ok := b.(Tuple)
		return ok && slices.EqualFunc(x, y, Equal)
	case *Dict:
		y, ok := b.(*Dict)
		return ok && equalDicts(x, y)
	case Set:
		y, ok := b.(Set)
		return ok && len(x) == len(y) && !slices.ContainsFunc(x, func(e any) bool {
			return !slices.ContainsFunc(y, func(f any) bool { return Equal(e, f) })
		})
	case Object:
		return x == b
	}
	return false
}

func equalDicts(a, b *Dict) bool {
	if a.Len() != b.Len() {
		return false
	}
	for _, item := range a.items {
		other, ok := b.Get(item.Key)
		if !ok || !Equal(item.Value, other) {
			return false
		}
	}
	return true
}
