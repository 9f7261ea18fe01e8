package python

import (
	"math"
	"math/big"
	"strings"
)

// Attr is getattr(v, name), of what templates may see: the methods of values, without those that begin with two underscores.
func Attr(m *Meter, v Value, name string) (found Value, ok bool) {
	if strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__") && len(name) > 4 {
		Raise(Unsupported, "the attribute %s, which is about Python itself, is not supported", Quoted(name))
	}
	switch of := v.(type) {
	case *Undefined:
		of.Fail(m)
	case string, Markup:
		return textMethod(v, name)
	case *List:
		return method(v, name, listMethods[name])
	case *Dict:
		return method(v, name, dictMethods[name])
	case *Tuple:
		for i, known := range of.Names {
			if known == name {
				return of.Items[i], true
			}
		}
		return method(v, name, tupleMethods[name])
	case bool, int64, *big.Int, float64:
		return numberAttr(v, name)
	case Range:
		return rangeAttr(of, name)
	case *View, *Set, Bytes, *Iterator:
		refuseAttr(v, name)
	case Object:
		return of.Attr(name)
	}
	return nil, false
}

// IsMethod tells whether a text, a number, a list or a dict has a method of this name.
func IsMethod(name string) bool {
	for _, methods := range []map[string]behaviour{listMethods, dictMethods, tupleMethods, intMethods, floatMethods} {
		if methods[name] != nil {
			return true
		}
	}
	return textMethods[name] != nil || markupMethods[name] != nil || formatMethod(name, false) != nil
}

// refuseAttr fails for attributes that Python has and that are not here.
func refuseAttr(v Value, name string) {
	known := map[string]string{
		"dict_keys": "isdisjoint mapping", "dict_values": "mapping", "dict_items": "isdisjoint mapping",
		"generator": "close gi_code gi_frame gi_running gi_suspended gi_yieldfrom send throw",
		"set":       "add clear copy difference difference_update discard intersection intersection_update isdisjoint issubset issuperset pop remove symmetric_difference symmetric_difference_update union update",
		"bytes":     "capitalize center count decode endswith expandtabs find fromhex hex index isalnum isalpha isascii isdigit islower isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill",
	}[TypeName(v)]
	for _, word := range strings.Fields(known) {
		if word == name {
			Raise(Unsupported, ".%s of a %s is not supported", name, TypeName(v))
		}
	}
}

// behaviour is what a method does.
type behaviour func(m *Meter, of Value, args Args) Value

func method(of Value, name string, do behaviour) (Value, bool) {
	if do == nil {
		return nil, false
	}
	return &Method{Name: name, Of: of, Do: func(m *Meter, args Args) Value { return do(m, of, args) }}, true
}

// numberAttr gives the attributes of ints, bools and floats.
func numberAttr(v Value, name string) (Value, bool) {
	f, isFloat := v.(float64)
	n, _ := whole(v)
	switch {
	case name == "real" && isFloat:
		return f, true
	case name == "imag" && isFloat:
		return 0.0, true
	case (name == "real" || name == "numerator") && !isFloat:
		return Int(n), true
	case name == "imag" && !isFloat:
		return int64(0), true
	case name == "denominator" && !isFloat:
		return int64(1), true
	case isFloat:
		return method(v, name, floatMethods[name])
	}
	return method(v, name, intMethods[name])
}

func rangeAttr(r Range, name string) (Value, bool) {
	switch name {
	case "start":
		return r.Start, true
	case "stop":
		return r.Stop, true
	case "step":
		return r.Step, true
	}
	return method(r, name, tupleMethods[name])
}

var intMethods = map[string]behaviour{
	"bit_length": func(m *Meter, of Value, args Args) Value {
		exactly("int.bit_length", args, 0, 0)
		n, _ := whole(of)
		return int64(n.BitLen())
	},
	"bit_count": func(m *Meter, of Value, args Args) Value {
		exactly("int.bit_count", args, 0, 0)
		n, _ := whole(of)
		return int64(strings.Count(n.Text(2), "1"))
	},
	"conjugate": func(m *Meter, of Value, args Args) Value {
		exactly("int.conjugate", args, 0, 0)
		return Positive(m, of)
	},
	"as_integer_ratio": func(m *Meter, of Value, args Args) Value {
		exactly("int.as_integer_ratio", args, 0, 0)
		return NewTuple(Positive(m, of), int64(1))
	},
	"to_bytes":   unsupported("int", "to_bytes"),
	"from_bytes": unsupported("int", "from_bytes"),
}

var floatMethods = map[string]behaviour{
	"is_integer": func(m *Meter, of Value, args Args) Value {
		exactly("float.is_integer", args, 0, 0)
		f := of.(float64)
		return f == math.Trunc(f) && !math.IsInf(f, 0)
	},
	"conjugate": func(m *Meter, of Value, args Args) Value {
		exactly("float.conjugate", args, 0, 0)
		return of
	},
	"as_integer_ratio": func(m *Meter, of Value, args Args) Value {
		exactly("float.as_integer_ratio", args, 0, 0)
		ratio := new(big.Rat).SetFloat64(of.(float64))
		if ratio == nil {
			Raise(OverflowError, "cannot convert Infinity to integer ratio")
		}
		return NewTuple(Int(ratio.Num()), Int(ratio.Denom()))
	},
	"hex":     unsupported("float", "hex"),
	"fromhex": unsupported("float", "fromhex"),
}

// unsupported is a method that Python has and that is not here.
func unsupported(of, name string) behaviour {
	return func(*Meter, Value, Args) Value {
		Raise(Unsupported, ".%s of a %s is not supported", name, of)
		return nil
	}
}
