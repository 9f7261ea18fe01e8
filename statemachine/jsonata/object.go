package jsonata

import (
	"iter"
	"maps"
	"slices"
)

// Object is a JSON object that keeps its keys in the order in which they were first set. It marshals and unmarshals
// itself as JSON in that order. Reading is safe for concurrent use, writing is not.
type Object struct {
	keys    []string
	values  []any
	index   map[string]int // only for objects with many keys
	foreign bool           // Set has stored what is not in the evaluator's form
	shared  bool           // keys and index belong to several objects
	mark    uint32         // of the copier that has made it, while a transform works on the copy
}

// indexFrom is the number of keys from which on a hash index beats comparing.
const indexFrom = 12

// fewKeys is how many members an object has room for at first.
const fewKeys = 4

// NewObject returns an empty object.
func NewObject() *Object { return &Object{} }

// Len is the number of keys.
func (o *Object) Len() int { return len(o.keys) }

// Get returns the value of key and whether there is one.
func (o *Object) Get(key string) (any, bool) {
	if i := o.find(key); i >= 0 {
		return o.values[i], true
	}
	return nil, false
}

func (o *Object) find(key string) int {
	if o.index != nil {
		if i, ok := o.index[key]; ok {
			return i
		}
		return -1
	}
	for i, k := range o.keys {
		if k == key {
			return i
		}
	}
	return -1
}

// Set gives key the value; a new key comes last. Go's number types are stored as float64, or as int64 where they hold a whole number
// beyond ±2^53. All other values are stored as they are; expressions see what Encode makes of them.
func (o *Object) Set(key string, value any) {
	if n, ok := goNumber(value); ok {
		value = n
	}
	o.foreign = o.foreign || !formed(value)
	o.put(key, value)
}

// member is the value at a position, in the evaluator's form.
func (o *Object) member(i int) any {
	if o.foreign {
		return given(o.values[i])
	}
	return o.values[i]
}

// members are all values, in the evaluator's form.
func (o *Object) members() []any {
	if !o.foreign {
		return o.values
	}
	values := make([]any, len(o.values))
	for i := range values {
		values[i] = o.member(i)
	}
	return values
}

func (o *Object) put(key string, value any) {
	if i := o.find(key); i >= 0 {
		o.values[i] = value
		return
	}
	o.add(key, value)
}

// add appends a key that is known to be new.
func (o *Object) add(key string, value any) {
	if o.shared {
		o.keys, o.index, o.shared = append(make([]string, 0, len(o.keys)+4), o.keys...), maps.Clone(o.index), false
	}
	if o.keys == nil {
		o.keys = make([]string, 0, fewKeys)
	}
	if o.values == nil {
		o.values = make([]any, 0, fewKeys)
	}
	o.keys = append(o.keys, key)
	o.values = append(o.values, value)
	if o.index != nil {
		o.index[key] = len(o.keys) - 1
	} else if len(o.keys) > indexFrom {
		o.index = indexKeys(o.keys)
	}
}

// copy is an object with the same members, with room for some more.
func (o *Object) copy(more int) *Object {
	return &Object{keys: o.keys, index: o.sharedIndex(), shared: true, values: append(make([]any, 0, len(o.values)+more), o.members()...)}
}

// sharedIndex is the index for an object that shares the keys: one that may yet be written to is copied.
func (o *Object) sharedIndex() map[string]int {
	if o.shared {
		return o.index
	}
	return maps.Clone(o.index)
}

func indexKeys(keys []string) map[string]int {
	if len(keys) <= indexFrom {
		return nil
	}
	index := make(map[string]int, len(keys))
	for i, k := range keys {
		index[k] = i
	}
	return index
}

// Delete removes key.
func (o *Object) Delete(key string) {
	i := o.find(key)
	if i < 0 {
		return
	}
	o.keys = slices.Delete(slices.Clone(o.keys), i, i+1)
	o.values = slices.Delete(o.values, i, i+1)
	o.index, o.shared = indexKeys(o.keys), false
}

// Keys yields the keys in order.
func (o *Object) Keys() iter.Seq[string] { return slices.Values(o.keys) }

// All yields keys and values in order.
func (o *Object) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i, k := range o.keys {
			if !yield(k, o.values[i]) {
				return
			}
		}
	}
}

// String gives the object as JSON text, with null for what has no JSON form.
func (o *Object) String() string { return jsonText(o) }

// MarshalJSON writes the object in key order.
func (o *Object) MarshalJSON() ([]byte, error) { return Encode(o) }

// UnmarshalJSON replaces the object's contents; src must be a JSON object.
func (o *Object) UnmarshalJSON(src []byte) error {
	v, err := Decode(src)
	if err != nil {
		return err
	}
	decoded, ok := v.(*Object)
	if !ok {
		return &Error{Code: "D3030", Message: "JSON text is not an object"}
	}
	*o = *decoded
	return nil
}
