package jinja

import (
	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// filterFunc is a filter. It gets the value before the bar as the first of the arguments.
type filterFunc func(r *run, args python.Args) Value

// withSignature is a filter whose arguments are bound to parameters.
func withSignature(s python.Signature, do func(r *run, a []Value) Value) filterFunc {
	return func(r *run, args python.Args) Value { return do(r, s.Bind(args)) }
}

var (
	fn  = python.Func
	opt = python.Opt
)

// filter applies a filter.
func (r *run) filter(name string, of Value, args python.Args) Value {
	do := findFilter(name)
	if do == nil {
		python.Raise(python.TemplateError, "No filter named %s found.", python.Quoted(name))
	}
	return r.apply(do, of, args)
}

func (r *run) apply(do filterFunc, of Value, args python.Args) Value {
	r.meter.Spend(1)
	args.Pos = append([]Value{of}, args.Pos...)
	return do(r, args)
}

// findFilter gives a filter by its name, or nil.
func findFilter(name string) filterFunc {
	for _, table := range []map[string]filterFunc{textFilters, listFilters, numberFilters, htmlFilters} {
		if do, ok := table[name]; ok {
			return do
		}
	}
	return selectors(name)
}

// blockFilter applies the filters of a block to its text.
func (r *run) blockFilter(node syntax.Expr, text Value, s *scope) Value {
	filter := node.(*syntax.Filter)
	called := r.args(filter.Args, s, func() Value {
		if filter.Of == nil {
			return text
		}
		return r.blockFilter(filter.Of, text, s)
	})
	r.at = filter.Pos
	return r.filter(filter.Name, called.of, called.args)
}

// softText is soft_str(v): a text stays what it is, anything else becomes one.
func (r *run) softText(v Value) Value {
	if _, ok := python.Text(v); ok {
		return v
	}
	return python.Str(r.meter, v)
}

// method calls a method of a value.
func (r *run) method(v Value, name string, args ...Value) Value {
	found, ok := python.Attr(r.meter, v, name)
	if !ok {
		python.Raise(python.AttributeError, "'%s' object has no attribute %s", python.TypeName(v), python.Quoted(name))
	}
	return r.call(found, python.Args{Pos: args})
}

// textMethod is a filter that is a method of a text.
func textMethod(s python.Signature, name string) filterFunc {
	return withSignature(s, func(r *run, a []Value) Value { return r.method(r.softText(a[0]), name, a[1:]...) })
}

// selectors are the filters that apply a filter or a test to each item. They look for one by its name, so that no table can hold them.
func selectors(name string) filterFunc {
	switch name {
	case "map":
		return mapFilter
	case "select":
		return selecting("sync_do_select", false, true)
	case "reject":
		return selecting("sync_do_reject", false, false)
	case "selectattr":
		return selecting("sync_do_selectattr", true, true)
	case "rejectattr":
		return selecting("sync_do_rejectattr", true, false)
	}
	return nil
}

// generator makes an iterator of what begins only when the first value is asked for.
func generator(begin func() func() (Value, bool)) Value {
	var next func() (Value, bool)
	return &python.Iterator{Kind: "generator", Next: func() (Value, bool) {
		if next == nil {
			next = begin()
		}
		return next()
	}}
}

func nothing() (Value, bool) { return nil, false }

// valueOnce fails where a filter that takes any arguments is given the value before the bar another time.
func valueOnce(function string, args python.Args) {
	if _, twice := args.Keyword("value"); twice {
		python.Raise(python.TypeError, "%s() got multiple values for argument 'value'", function)
	}
}

func mapFilter(r *run, args python.Args) Value {
	valueOnce("sync_do_map", args)
	of := args.Pos[0]
	return generator(func() func() (Value, bool) {
		if !python.Truth(of) {
			return nothing
		}
		do := r.mapping(args)
		next := python.Iterate(r.meter, of)
		return func() (Value, bool) {
			item, ok := next()
			if !ok {
				return nil, false
			}
			return do(item), true
		}
	})
}

// mapping gives what map does with an item.
func (r *run) mapping(args python.Args) func(Value) Value {
	rest := args.Pos[1:]
	attribute, byAttribute := args.Keyword("attribute")
	if len(rest) == 0 && byAttribute {
		missing, _ := args.Keyword("default")
		if left := args.Without("attribute").Without("default").Names; len(left) > 0 {
			python.Raise(python.FilterArgumentError, "Unexpected keyword argument %s", python.Quoted(left[0]))
		}
		return r.getter(attribute, missing)
	}
	if len(rest) == 0 {
		python.Raise(python.FilterArgumentError, "map requires a filter argument")
	}
	name, _ := python.Text(rest[0])
	do := findFilter(name)
	return func(item Value) Value {
		if do == nil {
			r.noSuch("filter", rest[0])
		}
		return r.apply(do, item, python.Args{Pos: rest[1:], Names: args.Names, Named: args.Named})
	}
}

// noSuch fails where a filter or a test is named that there is not.
func (r *run) noSuch(kind string, name Value) {
	if undefined, ok := name.(*python.Undefined); ok {
		python.Raise(python.TemplateError, "No %s named Undefined. (%s; did you forget to quote the callable name?)", kind, undefined.Message(r.meter))
	}
	python.RaiseValue(python.TemplateError, "there is no such "+kind, "No %s named %s.", kind, python.Repr(r.meter, name))
}

// selecting gives select, reject, selectattr and rejectattr.
func selecting(function string, byAttribute, wanted bool) filterFunc {
	return func(r *run, args python.Args) Value {
		valueOnce(function, args)
		of := args.Pos[0]
		return generator(func() func() (Value, bool) {
			if !python.Truth(of) {
				return nothing
			}
			holds := r.condition(args, byAttribute)
			next := python.Iterate(r.meter, of)
			return func() (Value, bool) {
				for item, ok := next(); ok; item, ok = next() {
					if holds(item) == wanted {
						return item, true
					}
				}
				return nil, false
			}
		})
	}
}

func (r *run) condition(args python.Args, byAttribute bool) func(Value) bool {
	rest := args.Pos[1:]
	of := func(item Value) Value { return item }
	if byAttribute {
		if len(rest) == 0 {
			python.Raise(python.FilterArgumentError, "Missing parameter for attribute name")
		}
		of, rest = r.getter(rest[0], nil), rest[1:]
	}
	if len(rest) == 0 {
		return func(item Value) bool { return python.Truth(of(item)) }
	}
	name, _ := python.Text(rest[0])
	do := findTest(name)
	return func(item Value) bool {
		if do == nil {
			r.noSuch("test", rest[0])
		}
		r.meter.Spend(1)
		return python.Truth(do(r, python.Args{Pos: append([]Value{of(item)}, rest[1:]...), Names: args.Names, Named: args.Named}))
	}
}
