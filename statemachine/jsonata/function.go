package jsonata

import (
	"context"
	"slices"
)

// Function is a value that can be called: a lambda, a library function, a regular expression or a Go function bound as a variable.
type Function struct {
	name      string
	arity     int
	signature *signature
	native    native
	// names are a native function's parameters; partial application goes by them.
	names []string
	// lambda, frame and input are a closure.
	lambda *lambdaCode
	frame  *frame
	input  any
	// bound are the arguments that a partial application has fixed, by parameter; hole marks the open ones.
	bound []any
	// first, second: the functions that ~> has chained.
	first, second *Function
	regex         *regexp
	// wrapped: passed as an argument, which the reference wraps in a function of JavaScript's.
	wrapped  bool
	argument *Function // the function as an argument, where that is known beforehand
	eval     bool
}

// native is a library function. Arguments have been checked against the signature, when there is one; they are the
// callee's only until it returns.
type native func(st *state, args []any) (any, error)

type holeMark struct{}

// hole stands for an argument that a partial application leaves open.
var hole any = (*holeMark)(nil)

// NewFunction makes a Go function that expressions can call. The signature is JSONata's, for example "<s-n?:s>"; empty means
// that arguments are passed as they come. Missing optional arguments are Undefined. Arguments must not be changed.
func NewFunction(name, signatureText string, call func(ctx context.Context, args []any) (any, error)) (*Function, error) {
	f := &Function{name: name}
	if signatureText != "" {
		parsed, err := parseSignature(signatureText)
		if err != nil {
			return nil, finish(err, signatureText)
		}
		f.signature = parsed
		f.arity = len(parsed.parameters)
	}
	for i := range f.arity {
		f.names = append(f.names, string(rune('a'+i)))
	}
	f.native = func(st *state, args []any) (any, error) {
		given := make([]any, max(len(args), f.arity))
		for i := range given {
			if given[i] = at(args, i); !IsUndefined(given[i]) {
				given[i] = settle(given[i])
			}
		}
		v, err := call(st.ctx, given)
		if err == nil {
			v, err = ValueOf(v)
		}
		return v, err
	}
	return f, nil
}

// MarshalJSON refuses: a function has no JSON form.
func (fn *Function) MarshalJSON() ([]byte, error) { return Encode(fn) }

// truthy is what a function counts as where a boolean is wanted: the reference's function objects are true, JavaScript functions false.
func (fn *Function) truthy() bool { return !fn.wrapped && fn.regex == nil }

// asArgument is the function as evaluateFunction passes it on.
func (fn *Function) asArgument() *Function {
	switch {
	case fn.wrapped:
		return fn
	case fn.argument != nil:
		return fn.argument
	}
	copied := *fn
	copied.wrapped = true
	return &copied
}

// apply calls a function and follows its tail calls. The result is not reduced. Context stands in for missing arguments.
func (st *state) apply(function any, args []any, context any) (any, error) {
	v, err := st.applyOnce(function, args, context)
	if e, ok := err.(*Error); ok {
		e.inTail = false
	}
	for err == nil && v == pending {
		next := st.tail
		mark := len(st.stack)
		st.stack = append(st.stack, next.args...)
		if err = st.spend(1); err == nil {
			v, err = st.applyNext(next.function, st.stack[mark:], context)
			err = placedAtTail(err, next)
		}
		st.drop(mark)
	}
	return v, err
}

// mostNatives is how many library functions may be called in tail calls inside each other. No expression nests by them, but the goroutine's stack does.
const mostNatives = 10_000

// applyNext makes a tail call. Tail calls do not nest, but library functions that are called so may call what ends in a call of theirs.
func (st *state) applyNext(function any, args []any, context any) (any, error) {
	fn, ok := function.(*Function)
	if !ok || fn.native == nil {
		return st.applyOnce(function, args, context)
	}
	if st.natives++; st.natives > max(st.limit, mostNatives) {
		return nil, st.tooDeep()
	}
	v, err := st.applyOnce(fn, args, context)
	st.natives--
	return v, err
}

// placed adds position and token to an error that has none.
func placed(err error, at int, token any) error {
	if e, ok := err.(*Error); ok {
		if e.at == 0 {
			e.at = at
		}
		if !e.hasToken && !IsUndefined(token) {
			e.token, e.hasToken = token, true
		}
	}
	return err
}

// placedAtTail puts the position of a tail call on an error, where the call that the tail belongs to leaves it.
func placedAtTail(err error, call tailCall) error {
	if e, ok := err.(*Error); ok {
		e.at, e.inTail = call.at, true
	}
	return placed(err, call.at, call.name)
}

// applyOnce calls a function, which may end in a tail call.
func (st *state) applyOnce(function any, args []any, context any) (any, error) {
	fn, ok := function.(*Function)
	if !ok {
		return nil, &Error{Code: "T1006"}
	}
	if fn.bound != nil {
		args = fn.complete(args)
	} else if fn.signature != nil {
		var err error
		if args, err = fn.signature.validate(args, context); err != nil {
			return nil, err
		}
	}
	switch {
	case fn.lambda != nil:
		return fn.lambda.call(st, fn, args)
	case fn.first != nil:
		return st.applyChain(fn, args)
	}
	return fn.native(st, args)
}

// complete puts args into the open places of a partial application.
func (fn *Function) complete(args []any) []any {
	all := slices.Clone(fn.bound)
	next := 0
	for i, v := range all {
		if v != hole {
			continue
		}
		all[i] = at(args, next)
		next++
	}
	return all
}

// applyChain calls first; the call of second with its result is left to the caller. It is function($x){ $second($first($x)) }.
func (st *state) applyChain(fn *Function, args []any) (any, error) {
	if err := st.reach(2); err != nil {
		return nil, err
	}
	st.depth++
	v, err := st.apply(fn.first, []any{at(args, 0)}, nil)
	st.depth--
	if err != nil {
		return nil, err
	}
	st.tail = tailCall{function: fn.second, args: append(st.tail.args[:0], reduce(v)), name: Undefined}
	return pending, nil
}

// call calls a function that was passed as an argument.
func (st *state) call(fn *Function, args ...any) (any, error) {
	mark := len(st.stack)
	st.stack = append(st.stack, args...)
	v, err := st.apply(fn, st.stack[mark:], nil)
	st.drop(mark)
	return v, err
}

// callItem calls a higher-order function's argument with an item, its position and the whole, as many as it takes.
func (st *state) callItem(fn *Function, item any, position int, whole any) (any, error) {
	switch {
	case fn.arity >= 3:
		return st.call(fn, item, float64(position), whole)
	case fn.arity == 2:
		return st.call(fn, item, float64(position))
	}
	return st.call(fn, item)
}

// callEntry is callItem for a value and its key.
func (st *state) callEntry(fn *Function, value any, key string, whole any) (any, error) {
	switch {
	case fn.arity >= 3:
		return st.call(fn, value, key, whole)
	case fn.arity == 2:
		return st.call(fn, value, key)
	}
	return st.call(fn, value)
}
