package jinja

import (
	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// test tells what a test of a value gives.
func (r *run) test(name string, of Value, args python.Args) Value {
	do := findTest(name)
	if do == nil {
		python.Raise(python.TemplateError, "No test named %s found.", python.Quoted(name))
	}
	return r.apply(do, of, args)
}

// findTest gives a test by its name, or nil.
func findTest(name string) filterFunc {
	if known, ok := comparisons[name]; ok {
		return func(r *run, args python.Args) Value {
			bound := known.operands(args)
			return python.Compare(r.meter, known.op, bound[0], bound[1])
		}
	}
	return tests[name]
}

// comparison is a test that compares two values: an operator, and the function of Python's module operator that does it.
type comparison struct{ op, function string }

var (
	equal, notEqual       = comparison{"==", "eq"}, comparison{"!=", "ne"}
	greater, greaterEqual = comparison{">", "gt"}, comparison{">=", "ge"}
	less, lessEqual       = comparison{"<", "lt"}, comparison{"<=", "le"}
)

var comparisons = map[string]comparison{
	"==": equal, "eq": equal, "equalto": equal, "!=": notEqual, "ne": notEqual, ">": greater, "gt": greater, "greaterthan": greater,
	"ge": greaterEqual, ">=": greaterEqual, "<": less, "lt": less, "lessthan": less, "<=": lessEqual, "le": lessEqual, "in": {"in", "test_in"},
}

// operands checks that there are two values. Functions of operator take no keywords.
func (c comparison) operands(args python.Args) []Value {
	switch {
	case c.op == "in":
		return fn(c.function, 0, "value", "seq").Bind(args)
	case len(args.Names) > 0:
		python.Raise(python.TypeError, "_operator.%s() takes no keyword arguments", c.function)
	case len(args.Pos) != 2:
		python.Raise(python.TypeError, "%s expected 2 arguments, got %d", c.function, len(args.Pos))
	}
	return args.Pos
}

// about is a test without arguments.
func about(name string, is func(v Value) bool) filterFunc {
	return withSignature(fn("test_"+name, 0, "value"), func(_ *run, a []Value) Value { return is(a[0]) })
}

// hasType is a test for types by their names.
func hasType(name string, types ...string) filterFunc {
	return about(name, func(v Value) bool {
		is := python.TypeName(v)
		for _, one := range types {
			if is == one {
				return true
			}
		}
		return false
	})
}

func remainder(r *run, v, by, wanted Value) Value {
	return python.Equal(r.meter, python.Arithmetic(r.meter, "%", v, by), wanted)
}

var tests = map[string]filterFunc{
	"odd":  withSignature(fn("test_odd", 0, "value"), func(r *run, a []Value) Value { return remainder(r, a[0], int64(2), int64(1)) }),
	"even": withSignature(fn("test_even", 0, "value"), func(r *run, a []Value) Value { return remainder(r, a[0], int64(2), int64(0)) }),
	"divisibleby": withSignature(fn("test_divisibleby", 0, "value", "num"), func(r *run, a []Value) Value {
		return remainder(r, a[0], a[1], int64(0))
	}),
	"defined":   about("defined", func(v Value) bool { return !isUndefined(v) }),
	"undefined": about("undefined", isUndefined),
	"filter":    known("filter", syntax.IsFilter),
	"test":      known("test", syntax.IsTest),
	"none":      about("none", func(v Value) bool { return v == nil }),
	"boolean":   hasType("boolean", "bool"),
	"false":     about("false", func(v Value) bool { return v == false }),
	"true":      about("true", func(v Value) bool { return v == true }),
	"integer":   hasType("integer", "int"),
	"float":     hasType("float", "float"),
	"lower": withSignature(fn("test_lower", 0, "value"), func(r *run, a []Value) Value {
		return python.IsLower(python.Str(r.meter, a[0]))
	}),
	"upper": withSignature(fn("test_upper", 0, "value"), func(r *run, a []Value) Value {
		return python.IsUpper(python.Str(r.meter, a[0]))
	}),
	"string":   hasType("string", "str", "Markup"),
	"mapping":  hasType("mapping", "dict"),
	"number":   hasType("number", "bool", "int", "float"),
	"sequence": hasType("sequence", "str", "Markup", "bytes", "list", "tuple", "_GroupTuple", "dict", "range", "Undefined"),
	"iterable": about("iterable", python.IsIterable),
	"callable": about("callable", func(v Value) bool {
		_, ok := v.(python.Callable)
		return ok || isUndefined(v)
	}),
	"sameas": withSignature(fn("test_sameas", 0, "value", "other"), func(_ *run, a []Value) Value { return python.Same(a[0], a[1]) }),
	"escaped": about("escaped", func(v Value) bool {
		_, ok := v.(python.Markup)
		return ok
	}),
}

func isUndefined(v Value) bool {
	_, ok := v.(*python.Undefined)
	return ok
}

// known is a test for the name of a filter or a test.
func known(name string, is func(string) bool) filterFunc {
	return withSignature(fn("test_"+name, 1, "value"), func(_ *run, a []Value) Value {
		text, ok := python.Text(a[0])
		if !ok {
			new(python.Dict).Get(a[0]) // fails where the value cannot be a key
		}
		return ok && is(text)
	})
}
