package jinja

import (
	"math"
	"math/big"
	"strconv"

	"github.com/steploom/steploom/shared/jinja/python"
)

var numberFilters = map[string]filterFunc{
	"abs": func(r *run, args python.Args) Value {
		if len(args.Names) > 0 {
			python.Raise(python.TypeError, "abs() takes no keyword arguments")
		}
		if len(args.Pos) != 1 {
			python.Raise(python.TypeError, "abs() takes exactly one argument (%d given)", len(args.Pos))
		}
		return python.Abs(r.meter, args.Pos[0])
	},
	"int":   withSignature(fn("do_int", 0, "value", opt("default", int64(0)), opt("base", int64(10))), intFilter),
	"float": withSignature(fn("do_float", 0, "value", opt("default", 0.0)), floatFilter),
	"round": withSignature(fn("do_round", 0, "value", opt("precision", int64(0)), opt("method", "common")), round),
	"sum":   withSignature(fn("sync_do_sum", 1, "iterable", opt("attribute", nil), opt("start", int64(0))), sum),
	"filesizeformat": withSignature(fn("do_filesizeformat", 0, "value", opt("binary", false)), func(r *run, a []Value) Value {
		return fileSize(python.ToFloat(r.meter, a[0]), python.Truth(a[1]))
	}),
}

// among tells whether a failure is one of some classes, and raises it if it is not.
func among(failure *python.Error, classes ...string) {
	for _, class := range classes {
		if failure.Class == class {
			return
		}
	}
	panic(failure)
}

func intFilter(r *run, a []Value) (result Value) {
	failure := python.Try(func() {
		base := int64(10)
		if _, isText := python.Text(a[0]); isText {
			n, ok := python.Index(a[2])
			if !ok {
				python.Raise(python.TypeError, "'%s' object cannot be interpreted as an integer", python.TypeName(a[2]))
			}
			base = min(max(n.Int64(), -1), 100)
		}
		result = python.ToInt(r.meter, a[0], int(base))
	})
	if failure == nil {
		return result
	}
	among(failure, python.TypeError, python.ValueError)
	failure = python.Try(func() { result = python.ToInt(r.meter, python.ToFloat(r.meter, a[0]), 10) })
	if failure == nil {
		return result
	}
	among(failure, python.TypeError, python.ValueError, python.OverflowError)
	return a[1]
}

func floatFilter(r *run, a []Value) (result Value) {
	if failure := python.Try(func() { result = python.ToFloat(r.meter, a[0]) }); failure != nil {
		among(failure, python.TypeError, python.ValueError)
		return a[1]
	}
	return result
}

func round(r *run, a []Value) Value {
	method, _ := python.Text(a[2])
	switch method {
	case "common":
		if a[1] == nil {
			return python.ToInt(r.meter, python.Round(r.meter, a[0], 0), 10)
		}
		if _, isFloat := a[0].(float64); !isFloat && !isInteger(a[0]) {
			return python.Round(r.meter, a[0], 0) // which says what has no rounding
		}
		return python.Round(r.meter, a[0], digits(a[1]))
	case "ceil", "floor":
		power := python.Arithmetic(r.meter, "**", int64(10), a[1])
		scaled := python.Arithmetic(r.meter, "*", a[0], power)
		return python.Arithmetic(r.meter, "/", rounded(r, method, scaled), power)
	}
	python.Raise(python.FilterArgumentError, "method must be common, ceil or floor")
	return nil
}

func digits(v Value) int {
	n, ok := python.Index(v)
	if !ok {
		python.Raise(python.TypeError, "'%s' object cannot be interpreted as an integer", python.TypeName(v))
	}
	const most = 1 << 20
	if n.CmpAbs(big.NewInt(most)) > 0 {
		return most * n.Sign()
	}
	return int(n.Int64())
}

// rounded is math.ceil or math.floor.
func rounded(r *run, method string, v Value) Value {
	f, isFloat := v.(float64)
	if n, ok := python.Index(v); ok {
		return python.Int(n)
	}
	if !isFloat {
		python.Raise(python.TypeError, "must be real number, not %s", python.TypeName(v))
	}
	if method == "ceil" {
		return python.ToInt(r.meter, math.Ceil(f), 10)
	}
	return python.ToInt(r.meter, math.Floor(f), 10)
}

func sum(r *run, a []Value) Value {
	get := r.getter(a[1], nil)
	total := a[2]
	next := python.Iterate(r.meter, a[0])
	switch total.(type) {
	case string, python.Markup:
		python.Raise(python.TypeError, "sum() can't sum strings [use ''.join(seq) instead]")
	case python.Bytes:
		python.Raise(python.TypeError, "sum() can't sum bytes [use b''.join(seq) instead]")
	}
	for item, ok := next(); ok; item, ok = next() {
		total = python.Arithmetic(r.meter, "+", total, get(item))
	}
	return total
}

func fileSize(size float64, binary bool) Value {
	base, unit := 1000.0, "B"
	if binary {
		base, unit = 1024, "iB"
	}
	prefixes := "kMGTPEZY"
	if binary {
		prefixes = "KMGTPEZY"
	}
	switch {
	case size == 1:
		return "1 Byte"
	case size < base:
		if math.IsInf(size, 0) {
			python.Raise(python.OverflowError, "cannot convert float infinity to integer")
		}
		return strconv.FormatFloat(math.Trunc(size), 'f', 0, 64) + " Bytes"
	}
	for i := range len(prefixes) {
		limit := math.Pow(base, float64(i+2))
		if size < limit || i == len(prefixes)-1 {
			return python.FixedText(base*size/limit, 1) + " " + prefixes[i:i+1] + unit
		}
	}
	return nil
}

func isInteger(v Value) bool {
	_, ok := python.Index(v)
	return ok
}
