package jsonata

import "slices"

// Layout is the keys of objects that are made often. The objects share them until one is given another key.
type Layout struct {
	keys     []string
	index    map[string]int
	repeated bool // a key comes twice: its last value counts
}

// NewLayout gives the layout of keys in their order.
func NewLayout(keys ...string) Layout {
	sorted := slices.Sorted(slices.Values(keys))
	return Layout{slices.Clone(keys), indexKeys(keys), len(slices.Compact(sorted)) < len(keys)}
}

// Object gives the object of the layout with a value for each key, as if they were [Object.Set] one after the other. The values belong to the object
// from then on.
func (l Layout) Object(values ...any) *Object {
	if l.repeated {
		o := NewObject()
		for i, key := range l.keys {
			o.Set(key, values[i])
		}
		return o
	}
	o := &Object{keys: l.keys, index: l.index, shared: true, values: values}
	for i, value := range values {
		if n, ok := goNumber(value); ok {
			values[i] = n
		}
		o.foreign = o.foreign || !formed(values[i])
	}
	return o
}
