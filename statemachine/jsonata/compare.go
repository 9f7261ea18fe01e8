package jsonata

// Equal tells whether two JSON values are equal: objects whatever the order of their keys, numbers by their exact values. Values are nil, bool, string,
// numbers, []any and *Object; of very large or deep ones it may say that they differ.
func Equal(a, b any) bool {
	equal, err := (&state{program: &Expression{aws: true}}).equal(given(a), given(b))
	return equal && err == nil
}

// CompareNumbers orders two numbers by their exact values: -1, 0 or 1. ok is false where one of them is no number.
func CompareNumbers(a, b any) (order int, ok bool) {
	x, y := plain(a), plain(b)
	if !isNumber(x) || !isNumber(y) {
		return 0, false
	}
	return compareNumbers(x, y), true
}

// With gives an object with the same members but for key, which has the value. The object stays as it is; it costs as much as it has members.
func (o *Object) With(key string, value any) *Object {
	changed := o.copy(1)
	changed.foreign = o.foreign
	changed.Set(key, value)
	return changed
}
