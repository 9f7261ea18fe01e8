package python

import "math/big"

// Value is a value of Python.
type Value = any

type (
	// Markup is a text that is safe in HTML.
	Markup string
	// Bytes is a bytes object.
	Bytes string
	// List is a list.
	List struct{ Items []Value }
	// Tuple is a tuple. Names, where there are any, are those of its items.
	Tuple struct {
		Items []Value
		Names []string
	}
	// Set is a set, in the order in which it was written.
	Set struct{ Items []Value }
	// Range is a range of integers.
	Range struct{ Start, Stop, Step int64 }
	// Ellipsis is "...".
	Ellipsis struct{}
)

// Iterator gives values one by one, once. Kind is what Python calls its type, Name what the text of it begins with.
type Iterator struct {
	Kind string
	Name string
	Next func() (Value, bool)
}

// View is what keys(), values() and items() of a dict give.
type View struct {
	Kind string // dict_keys, dict_values or dict_items
	Of   *Dict
}

// Object is a value with behaviour of its own.
type Object interface {
	// Type is the name of its type.
	Type() string
	// Attr gives an attribute.
	Attr(name string) (Value, bool)
}

// Callable is an object that can be called.
type Callable interface {
	Object
	Call(m *Meter, args Args) Value
}

// Method is a method that is bound to a value, or a function.
type Method struct {
	Name string
	Of   Value // nil for a function
	Do   func(m *Meter, args Args) Value
}

// Type is Python's name of the type of builtin methods.
func (f *Method) Type() string { return "builtin_function_or_method" }

// Attr finds nothing: attributes of methods are about Python itself.
func (f *Method) Attr(string) (Value, bool) { return nil, false }

// Call calls the method.
func (f *Method) Call(m *Meter, args Args) Value { return f.Do(m, args) }

// Undefined is Jinja's: what a name stands for that there is not.
type Undefined struct {
	Hint    string // the whole message, if there is one
	Of      string // how the message names what was looked into; "" for a variable
	Key     Value  // the name
	Dynamic bool   // the name is data, and messages leave it out
}

// Fail raises UndefinedError.
func (u *Undefined) Fail(m *Meter) {
	full := u.Message(m)
	if !u.Dynamic || u.Hint != "" {
		Raise(UndefinedError, "%s", full)
	}
	RaiseValue(UndefinedError, u.Of+" has no such element", "%s", full)
}

// Message says what is undefined.
func (u *Undefined) Message(m *Meter) string {
	_, isText := u.Key.(string)
	switch {
	case u.Hint != "":
		return u.Hint
	case u.Of == "":
		return Repr(m, u.Key) + " is undefined"
	case !isText:
		return u.Of + " has no element " + Repr(m, u.Key)
	}
	return Repr(m, u.Of) + " has no attribute " + Repr(m, u.Key)
}

// Missing is the undefined value of a lookup.
func Missing(of, key Value, dynamic bool) *Undefined {
	return &Undefined{Of: objectName(of), Key: key, Dynamic: dynamic}
}

// objectName is how Jinja's messages name a value.
func objectName(v Value) string {
	switch v.(type) {
	case nil:
		return "None"
	case *Undefined:
		return "jinja2.runtime.Undefined object"
	}
	switch name := TypeName(v); name {
	case "Markup":
		return "markupsafe.Markup object"
	case "Namespace", "Cycler", "Joiner":
		return "jinja2.utils." + name + " object"
	case "LoopContext", "Macro":
		return "jinja2.runtime." + name + " object"
	case "_GroupTuple":
		return "jinja2.filters._GroupTuple object"
	default:
		return name + " object"
	}
}

// TypeName is the name of a value's type.
func TypeName(v Value) string {
	switch v := v.(type) {
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
	case Markup:
		return "Markup"
	case Bytes:
		return "bytes"
	case *List:
		return "list"
	case *Tuple:
		if v.Names != nil {
			return "_GroupTuple"
		}
		return "tuple"
	case *Dict:
		return "dict"
	case *Set:
		return "set"
	case Range:
		return "range"
	case Ellipsis:
		return "ellipsis"
	case *Iterator:
		return v.Kind
	case *View:
		return v.Kind
	case *Undefined:
		return "Undefined"
	case Object:
		return v.Type()
	}
	return "object"
}

// Text gives the text of a str or a Markup.
func Text(v Value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case Markup:
		return string(v), true
	}
	return "", false
}

// NewList makes a list.
func NewList(items ...Value) *List { return &List{Items: items} }

// NewTuple makes a tuple.
func NewTuple(items ...Value) *Tuple { return &Tuple{Items: items} }

// Truth is bool(v).
func Truth(v Value) bool {
	switch v := v.(type) {
	case nil, *Undefined:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case Markup:
		return v != ""
	case Bytes:
		return v != ""
	case *List:
		return len(v.Items) > 0
	case *Tuple:
		return len(v.Items) > 0
	case *Set:
		return len(v.Items) > 0
	case *Dict:
		return v.Len() > 0
	case *View:
		return v.Of.Len() > 0
	case Range:
		return v.Len() > 0
	case interface{ Len() int }:
		return v.Len() > 0
	}
	return true
}
