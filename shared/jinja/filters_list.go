package jinja

import (
	"slices"

	"github.com/steploom/steploom/shared/jinja/python"
)

var listFilters = map[string]filterFunc{
	"default": withSignature(defaultSignature, defaultFilter),
	"d":       withSignature(defaultSignature, defaultFilter),
	"length":  lengthFilter,
	"count":   lengthFilter,
	"list": withSignature(fn("sync_do_list", 0, "value"), func(r *run, a []Value) Value {
		return &python.List{Items: python.Items(r.meter, a[0])}
	}),
	"first": withSignature(fn("sync_do_first", 1, "seq"), func(r *run, a []Value) Value {
		if first, ok := python.Iterate(r.meter, a[0])(); ok {
			return first
		}
		return &python.Undefined{Hint: "No first item, sequence was empty."}
	}),
	"last": withSignature(fn("do_last", 1, "seq"), func(r *run, a []Value) Value {
		if last, ok := r.backwards(a[0])(); ok {
			if _, isMarkup := a[0].(python.Markup); isMarkup {
				return python.Markup(last.(string))
			}
			return last
		}
		return &python.Undefined{Hint: "No last item, sequence was empty."}
	}),
	"random": func(*run, python.Args) Value {
		python.Raise(python.Unsupported, "random gives another item each time, and is not supported")
		return nil
	},
	"reverse": withSignature(fn("do_reverse", 0, "value"), reverse),
	"join":    withSignature(fn("sync_do_join", 1, "value", opt("d", ""), opt("attribute", nil)), join),
	"items": withSignature(fn("do_items", 0, "value"), func(r *run, a []Value) Value {
		return generator(func() func() (Value, bool) {
			if _, ok := a[0].(*python.Undefined); ok {
				return nothing
			}
			dict, ok := a[0].(*python.Dict)
			if !ok {
				python.Raise(python.TypeError, "Can only get item pairs from a mapping.")
			}
			return python.Iterate(r.meter, &python.View{Kind: "dict_items", Of: dict})
		})
	}),
	"batch": withSignature(fn("do_batch", 0, "value", "linecount", opt("fill_with", nil)), batch),
	"slice": withSignature(fn("sync_do_slice", 0, "value", "slices", opt("fill_with", nil)), sliceFilter),
	"dictsort": withSignature(fn("do_dictsort", 0, "value", opt("case_sensitive", false), opt("by", "key"), opt("reverse", false)),
		dictSort),
	"sort": withSignature(fn("do_sort", 1, "value", opt("reverse", false), opt("case_sensitive", false), opt("attribute", nil)),
		func(r *run, a []Value) Value {
			items := python.Items(r.meter, a[0])
			return &python.List{Items: python.Sorted(r.meter, items, mapped(items, r.keysOf(a[3], python.Truth(a[2]))), backwards(a[1]))}
		}),
	"unique":  withSignature(fn("sync_do_unique", 1, "value", opt("case_sensitive", false), opt("attribute", nil)), unique),
	"min":     extreme("do_min", "<"),
	"max":     extreme("do_max", ">"),
	"groupby": withSignature(fn("sync_do_groupby", 1, "value", "attribute", opt("default", nil), opt("case_sensitive", false)), groupBy),
	"attr": withSignature(fn("do_attr", 1, "obj", "name"), func(r *run, a []Value) Value {
		name, ok := python.Text(a[1])
		if !ok {
			python.Raise(python.TypeError, "attribute name must be string, not '%s'", python.TypeName(a[1]))
		}
		if found, ok := python.Attr(r.meter, a[0], name); ok {
			return found
		}
		return python.Missing(a[0], a[1], true)
	}),
}

var defaultSignature = fn("do_default", 0, "value", opt("default_value", ""), opt("boolean", false))

func defaultFilter(_ *run, a []Value) Value {
	if _, isUndefined := a[0].(*python.Undefined); isUndefined || python.Truth(a[2]) && !python.Truth(a[0]) {
		return a[1]
	}
	return a[0]
}

func lengthFilter(r *run, args python.Args) Value {
	if len(args.Names) > 0 {
		python.Raise(python.TypeError, "len() takes no keyword arguments")
	}
	if len(args.Pos) != 1 {
		python.Raise(python.TypeError, "len() takes exactly one argument (%d given)", len(args.Pos))
	}
	return int64(python.Len(r.meter, args.Pos[0]))
}

// backwards is reversed(v).
func (r *run) backwards(v Value) func() (Value, bool) {
	switch v := v.(type) {
	case *python.List, *python.Tuple, *python.Dict, *python.View, python.Range, string, python.Markup, python.Bytes:
		items := python.Items(r.meter, v)
		slices.Reverse(items)
		return python.Iterate(r.meter, python.NewList(items...))
	case *python.Undefined:
		return nothing
	}
	python.Raise(python.TypeError, "'%s' object is not reversible", python.TypeName(v))
	return nil
}

// reversedKinds are the types of what reversed() gives.
var reversedKinds = map[string]string{
	"list": "list_reverseiterator", "dict": "dict_reversekeyiterator", "dict_items": "dict_reverseitemiterator", "dict_keys": "dict_reversekeyiterator",
	"dict_values": "dict_reversevalueiterator", "range": "range_iterator",
}

func reverse(r *run, a []Value) Value {
	if _, isText := python.Text(a[0]); isText {
		return python.Slice(r.meter, a[0], nil, nil, int64(-1))
	}
	switch v := a[0].(type) {
	case *python.List, *python.Tuple, *python.Dict, *python.View, python.Range, python.Bytes, *python.Undefined:
		kind := reversedKinds[python.TypeName(v)]
		if kind == "" {
			kind = "reversed"
		}
		return &python.Iterator{Kind: kind, Next: r.backwards(v)}
	}
	if !python.IsIterable(a[0]) {
		python.Raise(python.FilterArgumentError, "argument must be iterable")
	}
	items := python.Items(r.meter, a[0])
	slices.Reverse(items)
	return python.NewList(items...)
}

func join(r *run, a []Value) Value {
	value := a[0]
	if a[2] != nil {
		get := r.getter(a[2], nil)
		next := python.Iterate(r.meter, value)
		value = &python.Iterator{Kind: "map", Next: func() (Value, bool) {
			item, ok := next()
			if !ok {
				return nil, false
			}
			return get(item), true
		}}
	}
	if r.autoescape {
		return r.joinEscaped(python.Items(r.meter, value), a[1])
	}
	separator := python.Str(r.meter, a[1])
	return python.Join(r.meter, separator, python.NewList(mapped(python.Items(r.meter, value), func(v Value) Value { return python.Str(r.meter, v) })...))
}

// joinEscaped joins texts where one of them may be Markup.
func (r *run) joinEscaped(items []Value, separator Value) Value {
	isMarkup := func(v Value) bool {
		_, ok := v.(python.Markup)
		return ok
	}
	if !isMarkup(separator) && !slices.ContainsFunc(items, isMarkup) {
		return python.Join(r.meter, python.Str(r.meter, separator), python.NewList(mapped(items, func(v Value) Value { return python.Str(r.meter, v) })...))
	}
	escaped := mapped(items, func(v Value) Value { return string(python.EscapeValue(r.meter, v)) })
	joined := python.Join(r.meter, string(python.EscapeValue(r.meter, separator)), python.NewList(escaped...))
	return python.Markup(joined.(string))
}

func batch(r *run, a []Value) Value {
	return generator(func() func() (Value, bool) {
		next := python.Iterate(r.meter, a[0])
		held, holds := next()
		return func() (Value, bool) {
			if !holds {
				return nil, false
			}
			row := &python.List{Items: []Value{held}}
			for held, holds = next(); holds && !python.Equal(r.meter, int64(len(row.Items)), a[1]); held, holds = next() {
				r.meter.Items(1)
				row.Items = append(row.Items, held)
			}
			if !holds && a[2] != nil && python.Compare(r.meter, "<", int64(len(row.Items)), a[1]) {
				missing := python.Arithmetic(r.meter, "-", a[1], int64(len(row.Items)))
				fill := python.Arithmetic(r.meter, "*", python.NewList(a[2]), missing)
				row.Items = append(row.Items, fill.(*python.List).Items...)
			}
			return row, true
		}
	})
}

func sliceFilter(r *run, a []Value) Value {
	return generator(func() func() (Value, bool) {
		items := python.Items(r.meter, a[0])
		each := python.Arithmetic(r.meter, "//", int64(len(items)), a[1])
		extra := python.Arithmetic(r.meter, "%", int64(len(items)), a[1])
		slicesWanted, ok := a[1].(int64)
		if !ok {
			python.Raise(python.TypeError, "'%s' object cannot be interpreted as an integer", python.TypeName(a[1]))
		}
		size, more := int(each.(int64)), extra.(int64)
		number, offset := int64(0), 0
		return func() (Value, bool) {
			if number >= slicesWanted {
				return nil, false
			}
			start := offset + int(number)*size
			if number < more {
				offset++
			}
			end := offset + int(number+1)*size
			r.meter.Items(end - start + 1)
			row := &python.List{Items: slices.Clone(items[start:end])}
			if row.Items == nil {
				row.Items = []Value{}
			}
			if a[2] != nil && number >= more {
				row.Items = append(row.Items, a[2])
			}
			number++
			return row, true
		}
	})
}

func dictSort(r *run, a []Value) Value {
	place := 0
	switch {
	case python.Equal(r.meter, a[2], "value"):
		place = 1
	case !python.Equal(r.meter, a[2], "key"):
		python.Raise(python.FilterArgumentError, `You can only sort by either "key" or "value"`)
	}
	items := python.Items(r.meter, r.method(a[0], "items"))
	keys := mapped(items, func(pair Value) Value {
		key := pair.(*python.Tuple).Items[place]
		if python.Truth(a[1]) {
			return key
		}
		return ignoreCase(key)
	})
	return &python.List{Items: python.Sorted(r.meter, items, keys, backwards(a[3]))}
}

// backwards is the parameter reverse of sorted().
func backwards(v Value) bool {
	n, ok := python.Index(v)
	if !ok {
		python.Raise(python.TypeError, "'%s' object cannot be interpreted as an integer", python.TypeName(v))
	}
	return n.Sign() != 0
}

func unique(r *run, a []Value) Value {
	return generator(func() func() (Value, bool) {
		key := r.keyOf(a[2], nil, python.Truth(a[1]))
		next := python.Iterate(r.meter, a[0])
		seen := &python.Dict{}
		return func() (Value, bool) {
			for item, ok := next(); ok; item, ok = next() {
				k := key(item)
				if _, known := seen.Get(k); !known {
					r.meter.Items(3)
					seen.Set(k, nil)
					return item, true
				}
			}
			return nil, false
		}
	})
}

// extreme is min or max.
func extreme(name, better string) filterFunc {
	return withSignature(fn(name, 1, "value", opt("case_sensitive", false), opt("attribute", nil)), func(r *run, a []Value) Value {
		next := python.Iterate(r.meter, a[0])
		best, ok := next()
		if !ok {
			return &python.Undefined{Hint: "No aggregated item, sequence was empty."}
		}
		key := r.keyOf(a[2], nil, python.Truth(a[1]))
		bestKey := key(best)
		for item, ok := next(); ok; item, ok = next() {
			if itemKey := key(item); python.Compare(r.meter, better, itemKey, bestKey) {
				best, bestKey = item, itemKey
			}
		}
		return best
	})
}

func groupBy(r *run, a []Value) Value {
	key := r.keyOf(a[1], a[2], python.Truth(a[3]))
	get := r.getter(a[1], a[2])
	items := python.Items(r.meter, a[0])
	sorted := python.Sorted(r.meter, items, mapped(items, key), false)
	groups := &python.List{Items: []Value{}}
	var members *python.List
	var last Value
	for i, item := range sorted {
		k := key(item)
		if i > 0 && python.Equal(r.meter, last, k) {
			r.meter.Items(1)
			members.Items = append(members.Items, item)
			continue
		}
		last, members = k, python.NewList(item)
		grouper := k
		if !python.Truth(a[3]) {
			grouper = get(item)
		}
		r.meter.Items(4)
		groups.Items = append(groups.Items, &python.Tuple{Items: []Value{grouper, members}, Names: []string{"grouper", "list"}})
	}
	return groups
}
