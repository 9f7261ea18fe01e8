package jinja

import (
	"strings"

	"github.com/steploom/steploom/shared/jinja/python"
)

// getter gives what looks an attribute up in an item: a name, names with dots between, or an index. Where that is undefined and missing is not nil, it
// gives missing.
func (r *run) getter(attribute, missing Value) func(Value) Value {
	path := parts(attribute)
	return func(item Value) Value {
		for _, part := range path {
			item = r.getItem(item, part, false)
			if _, isUndefined := item.(*python.Undefined); isUndefined && missing != nil {
				item = missing
			}
		}
		return item
	}
}

// parts takes the path to an attribute apart.
func parts(attribute Value) []Value {
	text, isText := python.Text(attribute)
	switch {
	case attribute == nil:
		return nil
	case !isText:
		return []Value{attribute}
	}
	var path []Value
	for _, part := range strings.Split(text, ".") {
		path = append(path, python.Digits(part))
	}
	return path
}

// ignoreCase makes texts lower case.
func ignoreCase(v Value) Value {
	if text, ok := v.(string); ok {
		return python.Lower(text)
	}
	if markup, ok := v.(python.Markup); ok {
		return python.Lower(string(markup))
	}
	return v
}

// keyOf gives what items are compared by: an attribute, or they themselves.
func (r *run) keyOf(attribute, missing Value, caseSensitive bool) func(Value) Value {
	get := r.getter(attribute, missing)
	if caseSensitive {
		return get
	}
	return func(item Value) Value { return ignoreCase(get(item)) }
}

// keysOf is keyOf for several attributes with commas between: the keys are lists.
func (r *run) keysOf(attribute Value, caseSensitive bool) func(Value) Value {
	names := []Value{attribute}
	if text, ok := python.Text(attribute); ok {
		names = nil
		for _, name := range strings.Split(text, ",") {
			names = append(names, name)
		}
	}
	var keys []func(Value) Value
	for _, name := range names {
		keys = append(keys, r.keyOf(name, nil, caseSensitive))
	}
	return func(item Value) Value {
		list := &python.List{}
		for _, key := range keys {
			list.Items = append(list.Items, key(item))
		}
		return list
	}
}

// mapped gives the keys of items.
func mapped(items []Value, key func(Value) Value) []Value {
	keys := make([]Value, len(items))
	for i, item := range items {
		keys[i] = key(item)
	}
	return keys
}
