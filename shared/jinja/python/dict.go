package python

import (
	"fmt"
	"math"
	"math/big"
	"strings"
)

// Dict is a dict: it keeps the order in which its keys came. Its zero value is empty.
type Dict struct {
	places map[key]int
	pairs  []Pair // removed ones have no key
	count  int
	// anyCase says that keys which are texts are told apart without regard to case.
	anyCase bool
}

// IgnoreCase makes the keys of a dict that are texts be found in any case, as the headers of a response are.
func (d *Dict) IgnoreCase() {
	pairs := d.Pairs()
	*d = Dict{anyCase: true}
	for _, pair := range pairs {
		d.Set(pair.Key, pair.Value)
	}
}

// key is what a key of the dict is told apart by.
func (d *Dict) key(v Value) key {
	if text, ok := Text(v); ok && d.anyCase {
		return strings.ToLower(text)
	}
	return keyOf(v)
}

// Pair is a key and its value.
type Pair struct {
	Key, Value Value
	there      bool
}

// key is what keys are told apart by.
type key any

type (
	noneKey      struct{}
	undefinedKey struct{}
	tupleKey     string
	bigKey       string
	bytesKey     string
)

// keyOf fails where a value cannot be a key.
func keyOf(v Value) key {
	switch v := v.(type) {
	case nil:
		return noneKey{}
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case float64:
		return floatKey(v)
	case *big.Int:
		return bigKey(v.String())
	case Markup:
		return string(v)
	case Bytes:
		return bytesKey(v)
	case *Undefined:
		return undefinedKey{}
	case *Tuple:
		var b strings.Builder
		for _, item := range v.Items {
			part := keyOf(item)
			text := fmt.Sprintf("%T:%v", part, part)
			if object, isObject := part.(Object); isObject {
				text = fmt.Sprintf("%p", object)
			}
			fmt.Fprintf(&b, "%d:%s,", len(text), text)
		}
		return tupleKey(b.String())
	case *List, *Dict, *Set:
		unhashable(v)
	case *View:
		if isSetLike(v) {
			unhashable(v)
		}
	}
	return v
}

func unhashable(v Value) { Raise(TypeError, "unhashable type: '%s'", TypeName(v)) }

func floatKey(v float64) key {
	if v == math.Trunc(v) && !math.IsInf(v, 0) {
		whole, _ := big.NewFloat(v).Int(nil)
		if whole.IsInt64() {
			return whole.Int64()
		}
		return bigKey(whole.String())
	}
	return v
}

// Len is the number of pairs.
func (d *Dict) Len() int { return d.count }

// Get gives a value.
func (d *Dict) Get(k Value) (Value, bool) {
	place, ok := d.places[d.key(k)]
	if !ok {
		return nil, false
	}
	return d.pairs[place].Value, true
}

// Set puts a value.
func (d *Dict) Set(k, v Value) {
	id := d.key(k)
	if place, ok := d.places[id]; ok {
		d.pairs[place].Value = v
		return
	}
	if d.places == nil {
		d.places = map[key]int{}
	}
	d.places[id] = len(d.pairs)
	d.pairs = append(d.pairs, Pair{k, v, true})
	d.count++
}

// Delete takes a pair out.
func (d *Dict) Delete(k Value) (Value, bool) {
	id := d.key(k)
	place, ok := d.places[id]
	if !ok {
		return nil, false
	}
	delete(d.places, id)
	old := d.pairs[place].Value
	d.pairs[place] = Pair{}
	d.count--
	return old, true
}

// Pairs gives all pairs in their order.
func (d *Dict) Pairs() []Pair {
	if d.count == len(d.pairs) {
		return d.pairs
	}
	var there []Pair
	for _, pair := range d.pairs {
		if pair.there {
			there = append(there, pair)
		}
	}
	return there
}

// Keys gives all keys in their order.
func (d *Dict) Keys() []Value {
	keys := make([]Value, 0, d.count)
	for _, pair := range d.Pairs() {
		keys = append(keys, pair.Key)
	}
	return keys
}

// Copy is a shallow copy.
func (d *Dict) Copy(m *Meter) *Dict {
	m.Items(3 * d.count)
	copied := &Dict{anyCase: d.anyCase}
	for _, pair := range d.Pairs() {
		copied.Set(pair.Key, pair.Value)
	}
	return copied
}
