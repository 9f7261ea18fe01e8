package python

import (
	"math/big"
	"slices"
)

// index is operator.index(v), of a size that a sequence can have.
func index(v Value) int {
	n, ok := whole(v)
	if !ok {
		Raise(TypeError, "'%s' object cannot be interpreted as an integer", TypeName(v))
	}
	return sliceIndex(Int(n), 0)
}

var tupleMethods = map[string]behaviour{
	"count": func(m *Meter, of Value, args Args) Value {
		wanted := exactly(TypeName(of)+".count", args, 1, 1)[0]
		return int64(countItems(m, Items(m, of), wanted))
	},
	"index": func(m *Meter, of Value, args Args) Value {
		return indexOf(m, Items(m, of), exactly(TypeName(of)+".index", args, 1, 3), TypeName(of))
	},
}

func countItems(m *Meter, items []Value, wanted Value) int {
	n := 0
	for _, item := range items {
		if Equal(m, item, wanted) {
			n++
		}
	}
	return n
}

func indexOf(m *Meter, items []Value, args []Value, of string) Value {
	from, to := bounds(args[1], args[2], 1, len(items))
	for i := from; i < to; i++ {
		if Equal(m, items[i], args[0]) {
			return int64(i)
		}
	}
	if of == "tuple" {
		Raise(ValueError, "tuple.index(x): x not in tuple")
	}
	RaiseValue(ValueError, "the value is not in the "+of, "%s is not in %s", Repr(m, args[0]), of)
	return nil
}

var listMethods = map[string]behaviour{
	"append": func(m *Meter, of Value, args Args) Value {
		list := of.(*List)
		item := exactly("list.append", args, 1, 1)[0]
		m.Items(1)
		list.Items = append(list.Items, item)
		return nil
	},
	"extend": func(m *Meter, of Value, args Args) Value {
		list := of.(*List)
		list.Items = append(list.Items, Items(m, exactly("list.extend", args, 1, 1)[0])...)
		return nil
	},
	"insert": func(m *Meter, of Value, args Args) Value {
		list := of.(*List)
		bound := exactly("insert", args, 2, 2)
		at := index(bound[0])
		if at < 0 {
			at += len(list.Items)
		}
		m.Items(len(list.Items) + 1)
		list.Items = slices.Insert(slices.Clone(list.Items), min(max(at, 0), len(list.Items)), bound[1])
		return nil
	},
	"pop": func(m *Meter, of Value, args Args) Value {
		list := of.(*List)
		bound := exactly("pop", args, 0, 1)
		at := len(list.Items) - 1
		if len(args.Pos) == 1 {
			at = index(bound[0])
		}
		if len(list.Items) == 0 {
			Raise(IndexError, "pop from empty list")
		}
		if at < 0 && len(args.Pos) == 1 {
			at += len(list.Items)
		}
		if at < 0 || at >= len(list.Items) {
			Raise(IndexError, "pop index out of range")
		}
		m.Items(len(list.Items))
		item := list.Items[at]
		list.Items = slices.Delete(slices.Clone(list.Items), at, at+1)
		return item
	},
	"remove": func(m *Meter, of Value, args Args) Value {
		list := of.(*List)
		wanted := exactly("list.remove", args, 1, 1)[0]
		for i, item := range list.Items {
			if Equal(m, item, wanted) {
				m.Items(len(list.Items))
				list.Items = slices.Delete(slices.Clone(list.Items), i, i+1)
				return nil
			}
		}
		Raise(ValueError, "list.remove(x): x not in list")
		return nil
	},
	"clear": func(m *Meter, of Value, args Args) Value {
		exactly("list.clear", args, 0, 0)
		of.(*List).Items = nil
		return nil
	},
	"copy": func(m *Meter, of Value, args Args) Value {
		exactly("list.copy", args, 0, 0)
		return NewList(Items(m, of)...)
	},
	"count": tupleMethods["count"],
	"index": tupleMethods["index"],
	"reverse": func(m *Meter, of Value, args Args) Value {
		exactly("list.reverse", args, 0, 0)
		m.Items(len(of.(*List).Items))
		slices.Reverse(of.(*List).Items)
		return nil
	},
	"sort": func(m *Meter, of Value, args Args) Value {
		if len(args.Pos) > 0 {
			Raise(TypeError, "sort() takes no positional arguments")
		}
		key, _ := args.Keyword("key")
		if key != nil || len(args.Without("key").Without("reverse").Names) > 0 {
			Raise(Unsupported, "list.sort is supported with reverse only")
		}
		backwards := false
		if reverse, given := args.Keyword("reverse"); given {
			backwards = index(reverse) != 0
		}
		list := of.(*List)
		list.Items = Sorted(m, list.Items, list.Items, backwards)
		return nil
	},
}

var dictMethods = map[string]behaviour{
	"get": func(m *Meter, of Value, args Args) Value {
		bound := exactly("get", args, 1, 2)
		if found, ok := of.(*Dict).Get(bound[0]); ok {
			return found
		}
		return bound[1]
	},
	"keys":   view("dict_keys", "dict.keys"),
	"values": view("dict_values", "dict.values"),
	"items":  view("dict_items", "dict.items"),
	"copy": func(m *Meter, of Value, args Args) Value {
		exactly("dict.copy", args, 0, 0)
		return of.(*Dict).Copy(m)
	},
	"pop": func(m *Meter, of Value, args Args) Value {
		bound := exactly("pop", args, 1, 2)
		if found, ok := of.(*Dict).Delete(bound[0]); ok {
			return found
		}
		if len(args.Pos) < 2 {
			RaiseValue(KeyError, "no such key", "%s", Repr(m, bound[0]))
		}
		return bound[1]
	},
	"popitem": func(m *Meter, of Value, args Args) Value {
		exactly("dict.popitem", args, 0, 0)
		dict := of.(*Dict)
		pairs := dict.Pairs()
		if len(pairs) == 0 {
			RaiseValue(KeyError, "popitem(): dictionary is empty", "'popitem(): dictionary is empty'")
		}
		m.Items(len(pairs))
		last := pairs[len(pairs)-1]
		dict.Delete(last.Key)
		return NewTuple(last.Key, last.Value)
	},
	"setdefault": func(m *Meter, of Value, args Args) Value {
		bound := exactly("setdefault", args, 1, 2)
		if found, ok := of.(*Dict).Get(bound[0]); ok {
			return found
		}
		m.Items(3)
		of.(*Dict).Set(bound[0], bound[1])
		return bound[1]
	},
	"update": func(m *Meter, of Value, args Args) Value {
		fill(m, of.(*Dict), "update", args)
		return nil
	},
	"clear": func(m *Meter, of Value, args Args) Value {
		exactly("dict.clear", args, 0, 0)
		*of.(*Dict) = Dict{}
		return nil
	},
	"fromkeys": func(m *Meter, of Value, args Args) Value {
		bound := exactly("fromkeys", args, 1, 2)
		dict := &Dict{}
		for _, key := range Items(m, bound[0]) {
			m.Items(3)
			dict.Set(key, bound[1])
		}
		return dict
	},
}

func view(kind, name string) behaviour {
	return func(m *Meter, of Value, args Args) Value {
		exactly(name, args, 0, 0)
		return &View{Kind: kind, Of: of.(*Dict)}
	}
}

// NewDict is dict(…).
func NewDict(m *Meter, args Args) *Dict {
	dict := &Dict{}
	fill(m, dict, "dict", args)
	return dict
}

// fill puts into a dict what dict() and update() take: a mapping or pairs, and keywords.
func fill(m *Meter, dict *Dict, name string, args Args) {
	if len(args.Pos) > 1 {
		Raise(TypeError, "%s expected at most 1 argument, got %d", name, len(args.Pos))
	}
	if len(args.Pos) == 1 {
		fillFrom(m, dict, args.Pos[0])
	}
	for i, key := range args.Names {
		m.Items(3)
		dict.Set(key, args.Named[i])
	}
}

func fillFrom(m *Meter, dict *Dict, from Value) {
	if other, ok := from.(*Dict); ok {
		m.Items(3 * other.Len())
		dict.anyCase = dict.anyCase || other.anyCase && dict.Len() == 0
		for _, pair := range slices.Clone(other.Pairs()) {
			dict.Set(pair.Key, pair.Value)
		}
		return
	}
	if undefined, ok := from.(*Undefined); ok {
		undefined.Fail(m) // it has no keys
	}
	for i, item := range Items(m, from) {
		if !isIterable(item) {
			Raise(TypeError, "cannot convert dictionary update sequence element #%d to a sequence", i)
		}
		pair := Items(m, item)
		if len(pair) != 2 {
			Raise(ValueError, "dictionary update sequence element #%d has length %d; 2 is required", i, len(pair))
		}
		m.Items(3)
		dict.Set(pair[0], pair[1])
	}
}

// Index is operator.index(v).
func Index(v Value) (*big.Int, bool) { return whole(v) }
