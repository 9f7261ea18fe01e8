package jinja

import (
	"slices"

	"github.com/steploom/steploom/shared/jinja/python"
)

// missing stands for an argument that was not given.
type missing struct{}

// Call renders the body of a macro.
func (f *macro) Call(m *python.Meter, args python.Args) Value {
	inner := f.r.scope(f.node, f.scope)
	bound, rest := f.bind(args)
	if f.caller && !slices.Contains(f.params(), "caller") {
		rest = f.bindCaller(inner, rest)
	}
	f.bindRest(inner, args, rest)
	r := f.r
	for i, param := range f.node.Params {
		inner.set(param.Name, bound[i])
	}
	for i, param := range f.node.Params {
		if _, isMissing := bound[i].(missing); isMissing {
			inner.set(param.Name, &python.Undefined{Key: param.Name})
			inner.set(param.Name, f.defaultOf(i, inner))
		}
	}
	at := r.at
	written := r.capture(func() { r.body(f.node.Body, inner) })
	result := r.marked(r.concat(written))
	r.at = at
	return result
}

func (f *macro) params() []string {
	names := make([]string, len(f.node.Params))
	for i, param := range f.node.Params {
		names[i] = param.Name
	}
	return names
}

// bind gives the values of the parameters, and the keywords that are left.
func (f *macro) bind(args python.Args) (bound []Value, rest python.Args) {
	rest = args
	for i, param := range f.node.Params {
		if i < len(args.Pos) {
			bound = append(bound, args.Pos[i])
			continue
		}
		v, ok := rest.Keyword(param.Name)
		if !ok {
			v = missing{}
		}
		rest = rest.Without(param.Name)
		bound = append(bound, v)
	}
	return bound, rest
}

func (f *macro) bindCaller(inner *scope, rest python.Args) python.Args {
	caller, ok := rest.Keyword("caller")
	if !ok || caller == nil {
		caller = &python.Undefined{Hint: "No caller defined", Key: "caller"}
	}
	inner.set("caller", caller)
	return rest.Without("caller")
}

// bindRest gives a body the arguments that no parameter takes, if it asks for them, and fails if it does not.
func (f *macro) bindRest(inner *scope, args, rest python.Args) {
	name := "None"
	if f.node.Name != "" {
		name = python.Quoted(f.node.Name)
	}
	switch _, hasCaller := rest.Keyword("caller"); {
	case f.kwargs:
		kwargs := &python.Dict{}
		for i, keyword := range rest.Names {
			kwargs.Set(keyword, rest.Named[i])
		}
		inner.set("kwargs", kwargs)
	case hasCaller:
		python.Raise(python.TypeError, "macro %s was invoked with two values for the special caller argument. This is most likely a bug.", name)
	case len(rest.Names) > 0:
		python.Raise(python.TypeError, "macro %s takes no keyword argument %s", name, python.Quoted(rest.Names[0]))
	}
	count := len(f.node.Params)
	switch {
	case f.varargs:
		inner.set("varargs", python.NewTuple(args.Pos[min(count, len(args.Pos)):]...))
	case len(args.Pos) > count:
		python.Raise(python.TypeError, "macro %s takes not more than %d argument(s)", name, count)
	}
}

// defaultOf gives the default of a parameter.
func (f *macro) defaultOf(i int, inner *scope) Value {
	if place := i - len(f.node.Params) + len(f.node.Defaults); place >= 0 {
		return f.r.eval(f.node.Defaults[place], inner)
	}
	name := f.node.Params[i].Name
	return &python.Undefined{Hint: "parameter " + python.Quoted(name) + " was not provided", Key: name}
}
