package pytext

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"
)

// Tuple is a Python tuple.
type Tuple []any

// Set is a Python set, its elements in the order in which they are written.
type Set []any

// Bytes is a Python bytes object.
type Bytes string

// Object is any other Python object, known by its type and its repr. One that has a method PythonLen() int is false where that is zero.
type Object interface {
	PythonType() string // "range"
	PythonRepr() string // "range(0, 3)"
}

// Error is an exception of Python: its class and its message.
type Error struct{ Class, Message string }

// Error gives "class: message".
func (e *Error) Error() string { return e.Class + ": " + e.Message }

// Errorf makes an exception of a class.
func Errorf(class, format string, values ...any) *Error {
	return &Error{class, fmt.Sprintf(format, values...)}
}

// Item is an entry of a Dict.
type Item struct{ Key, Value any }

// Dict is a Python dict: its entries in the order in which they were first set. The zero value is an empty dict.
type Dict struct {
	items []Item
	index map[any]int // by hash; nil up to scanned entries
}

// scanned is how many entries a dict has that is searched one by one, which is faster and takes less than an index.
const scanned = 8

// NewDict makes a dict of entries whose keys are text: key, value, key, value.
func NewDict(pairs ...any) *Dict {
	d := &Dict{items: make([]Item, 0, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		d.put(pairs[i], pairs[i], pairs[i+1])
	}
	return d
}

// Set sets an entry. Keys are equal as in Python: 1, 1.0 and True are one key, whose first spelling stays. A list, dict or set is no key: TypeError.
func (d *Dict) Set(key, value any) error {
	hashed, err := hash(key)
	if err != nil {
		return err
	}
	d.put(hashed, key, value)
	return nil
}

func (d *Dict) put(hashed, key, value any) {
	if i, ok := d.find(hashed); ok {
		d.items[i].Value = value
		return
	}
	d.items = append(d.items, Item{key, value})
	switch {
	case d.index != nil:
		d.index[hashed] = len(d.items) - 1
	case len(d.items) > scanned:
		d.makeIndex()
	}
}

func (d *Dict) makeIndex() {
	d.index = make(map[any]int, 2*scanned)
	for i, item := range d.items {
		hashed, _ := hash(item.Key) // it has been a key
		d.index[hashed] = i
	}
}

// find gives the place of the key of a hash.
func (d *Dict) find(hashed any) (int, bool) {
	if d.index != nil {
		i, ok := d.index[hashed]
		return i, ok
	}
	for i := range d.items {
		if hashesTo(d.items[i].Key, hashed) {
			return i, true
		}
	}
	return 0, false
}

func hashesTo(key, hashed any) bool {
	if text, ok := hashed.(string); ok {
		other, ok := key.(string)
		return ok && other == text
	}
	other, _ := hash(key) // it has been a key
	return other == hashed
}

// Get gives the value of a key, and whether there is one.
func (d *Dict) Get(key any) (any, bool) {
	hashed, err := hash(key)
	if err != nil {
		return nil, false
	}
	i, ok := d.find(hashed)
	if !ok {
		return nil, false
	}
	return d.items[i].Value, true
}

// GetText gives the value of a key that is text, as [Dict.Get] does.
func (d *Dict) GetText(key string) (any, bool) {
	if d.index != nil {
		return d.Get(key)
	}
	for i := range d.items {
		if text, ok := d.items[i].Key.(string); ok && text == key {
			return d.items[i].Value, true
		}
	}
	return nil, false
}

// Items gives the entries in order.
func (d *Dict) Items() []Item { return d.items }

// Len gives the number of entries.
func (d *Dict) Len() int { return len(d.items) }

// Keys of numbers and tuples in the index of a dict.
type (
	bigKey   string
	tupleKey string
	bytesKey string
	nullKey  struct{}
)

// hash gives what equal keys have in common.
func hash(key any) (any, error) {
	whole := Value(key)
	switch key := whole.(type) {
	case nil:
		return nullKey{}, nil
	case string:
		return whole, nil
	case Bytes:
		return bytesKey(key), nil
	case bool, int64, *big.Int, float64:
		return numberKey(key), nil
	case Tuple:
		var b strings.Builder
		for _, element := range key {
			hashed, err := hash(element)
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&b, "%T %q,", hashed, fmt.Sprint(hashed))
		}
		return tupleKey(b.String()), nil
	case Object:
		return whole, nil
	default:
		return nil, Errorf("TypeError", "unhashable type: '%s'", TypeName(key))
	}
}

func numberKey(number any) any {
	switch number := number.(type) {
	case bool:
		if number {
			return int64(1)
		}
		return int64(0)
	case *big.Int:
		return bigKey(number.String())
	case float64:
		if math.Trunc(number) == number && !math.IsInf(number, 0) {
			whole, _ := big.NewFloat(number).Int(nil)
			return numberKey(small(whole))
		}
		return number
	}
	return number
}

// small is a whole number as an int64 where it fits.
func small(whole *big.Int) any {
	if whole.IsInt64() {
		return whole.Int64()
	}
	return whole
}

// Value gives one of the types of the package's table for what other decoders make: every int is an int64 or a *big.Int, a json.Number an int or a
// float, a map[string]any a *Dict in the order of its keys. Elements stay as they are.
func Value(v any) any {
	switch v := v.(type) {
	case int:
		return int64(v)
	case *big.Int:
		return small(v)
	case json.Number:
		return number(string(v))
	case map[string]any:
		d := &Dict{}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			d.put(key, key, v[key])
		}
		return d
	}
	return v
}

// TypeName gives the name of a value's Python type: "NoneType", "str", "dict".
func TypeName(v any) string {
	switch v := Value(v).(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case Bytes:
		return "bytes"
	case []any:
		return "list"
	case Tuple:
		return "tuple"
	case Set:
		return "set"
	case *Dict:
		return "dict"
	case Object:
		return v.PythonType()
	default:
		return fmt.Sprintf("%T", v)
	}
}

// Truth tells whether Python takes a value for true: not None, False, a zero, or what is empty.
func Truth(v any) bool {
	switch v := Value(v).(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case Bytes:
		return v != ""
	case []any:
		return len(v) > 0
	case Tuple:
		return len(v) > 0
	case Set:
		return len(v) > 0
	case *Dict:
		return v.Len() > 0
	case Object:
		if sized, ok := v.(interface{ PythonLen() int }); ok {
			return sized.PythonLen() > 0
		}
		return true
	default:
		return true
	}
}
