package jsonata

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// Bindings gives variables by name, without the dollar. Values are not changed. It must be safe for as many concurrent
// evaluations as share it.
type Bindings interface {
	Lookup(name string) (any, bool)
}

// Variables are bindings in a map.
type Variables map[string]any

// Lookup implements Bindings.
func (v Variables) Lookup(name string) (any, bool) {
	value, ok := v[name]
	return value, ok
}

// Scopes are bindings in layers; the first that knows a name answers.
type Scopes []Bindings

// Lookup implements Bindings.
func (s Scopes) Lookup(name string) (any, bool) {
	for _, b := range s {
		if b == nil {
			continue
		}
		if value, ok := b.Lookup(name); ok {
			return value, true
		}
	}
	return nil, false
}

// Option changes how an expression is compiled.
type Option func(*Expression)

// AWS selects the dialect of Step Functions: the functions $partition, $range, $hash, $random, $uuid and $parse; neither $eval
// nor, outside predicates and the like, bare names, $ and $$, which are refused when compiling.
func AWS() Option { return func(e *Expression) { e.aws = true } }

// WithLimits sets the limits of each evaluation.
func WithLimits(l Limits) Option { return func(e *Expression) { e.limits = l } }

// WithClock sets what $now and $millis tell. It is asked once per evaluation.
func WithClock(now func() time.Time) Option { return func(e *Expression) { e.clock = now } }

// WithRandom sets the source of $random, $shuffle and $uuid: numbers from 0 up to, not including, 1. It must be safe for concurrent use.
func WithRandom(next func() float64) Option { return func(e *Expression) { e.random = next } }

// Expression is a compiled expression. It is immutable and safe for concurrent use.
type Expression struct {
	source  string
	code    code
	globals []string
	size    int // variables of the outermost scope
	names   []string
	aws     bool
	limits  Limits
	// holdFrom is how little memory may be left before values are measured.
	holdFrom int64
	clock    func() time.Time
	random   func() float64
	library  map[string]*Function
	states   sync.Pool
}

// Compile parses and compiles an expression. The error is an *Error.
func Compile(src string, options ...Option) (*Expression, error) {
	src = validText(src)
	node, err := parse(src)
	if err != nil {
		return nil, err
	}
	return compile(src, node, options)
}

// MustCompile is Compile for expressions that are known to be right, such as those in variables of packages. It panics when one is not.
func MustCompile(src string, options ...Option) *Expression {
	e, err := Compile(src, options...)
	if err != nil {
		panic(fmt.Sprintf("jsonata: %q: %v", src, err))
	}
	return e
}

// CompileNode compiles a syntax tree. Positions in errors refer to its text as Print gives it.
func CompileNode(node Node, options ...Option) (*Expression, error) {
	return Compile(Print(node), options...)
}

func compile(src string, node Node, options []Option) (e *Expression, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, err = nil, fault(r)
		}
	}()
	e = &Expression{source: src, clock: time.Now, random: randomNumber}
	for _, option := range options {
		option(e)
	}
	e.limits = e.limits.orDefault(e.aws)
	e.holdFrom = e.limits.holdThreshold()
	e.library = library
	a, t, err := analyse(src, node)
	if err != nil {
		return nil, err
	}
	if e.aws {
		e.library = awsLibrary
		if err := checkAWS(node); err != nil {
			return nil, finish(err, src)
		}
	}
	newGenerator(e, a).expression(t)
	return e, nil
}

// String gives the expression's text.
func (e *Expression) String() string { return e.source }

// Eval evaluates the expression. Input is the context; bindings, which may be nil, gives variables. Both may be any Go values that have a
// JSON form: other types than those of values (see the package documentation) are converted as by ValueOf, each time. Neither input nor
// bound values are changed, and the result may share parts with them; where they hold values of type map[string]any, so may the result.
// It is Undefined when the expression returns nothing, and may be a *Function. The error is an *Error; of code D3001 when a value has no
// JSON form.
func (e *Expression) Eval(ctx context.Context, input any, bindings Bindings) (any, error) {
	if o, ok := input.(*Object); !ok || o == nil {
		input = given(input)
		if f, ok := input.(*formless); ok {
			return nil, f.err
		}
	}
	st, _ := e.states.Get().(*state)
	if st == nil {
		st = &state{program: e, globals: make([]any, len(e.globals))}
		st.top.st, st.top.names = st, e.names
	}
	st.begin(ctx, input, bindings)
	v, err := st.run(input)
	if st.fault != nil {
		return nil, st.fault
	}
	if err != nil {
		err = finish(err, e.source)
	}
	if st.end() {
		e.states.Put(st)
	}
	return v, err
}

// EvalJSON evaluates the expression over JSON text and gives the result as JSON text, which is nil when the expression returns nothing.
// The error is an *Error: of code D3110 when the input is no JSON text, D3001 when the result has no JSON form.
func (e *Expression) EvalJSON(ctx context.Context, input []byte, bindings Bindings) ([]byte, error) {
	v, err := Decode(input)
	if err == nil {
		v, err = e.Eval(ctx, v, bindings)
	}
	if err != nil || IsUndefined(v) {
		return nil, err
	}
	return Encode(v)
}

// run evaluates. A fault, of this package or of a Go function that the expression calls, is noted.
func (st *state) run(in any) (any, error) {
	ended := false
	defer func() {
		if !ended {
			st.fault = fault(recover())
		}
	}()
	if _, ok := in.([]any); ok {
		in = &list{items: []any{in}, sequence: true, wrapper: true} // an input array counts as one item
	}
	v, err := st.program.code.eval(&st.top, in)
	ended = true
	if err != nil {
		return nil, err
	}
	return st.result(v)
}

// fault is the error for what recover gives.
func fault(problem any) *Error {
	return &Error{Code: CodeFault, Message: fmt.Sprintf("fault in the evaluation: %v", problem), cause: &Fault{problem, debug.Stack()}}
}

// begin prepares an evaluation.
func (st *state) begin(ctx context.Context, input any, bindings Bindings) {
	e := st.program
	st.ctx, st.root, st.bindings = ctx, input, bindings
	for i := range st.globals {
		st.globals[i] = unset
	}
	st.budget, st.steps, st.memory = checkEvery, e.limits.Steps-checkEvery, e.limits.Memory
	st.depth, st.natives, st.limit, st.nested = 0, 0, e.limits.Depth, false
	st.holdFrom, st.measured = e.holdFrom, 0
	if !st.started.IsZero() {
		st.started = time.Time{}
	}
	if !st.deadline.IsZero() {
		st.deadline = time.Time{}
	}
	if e.size > 0 {
		st.top.reserve(e.size)
	}
}

// end forgets what the evaluation has used and tells whether the state may be used again.
func (st *state) end() bool {
	st.ctx, st.root, st.bindings = nil, nil, nil
	if len(st.globals)+len(st.top.vars) > 0 {
		clear(st.globals)
		clear(st.top.vars)
	}
	if st.top.extra != nil {
		st.top.extra = nil
	}
	if st.tail.function != nil {
		st.tail = tailCall{}
	}
	if len(st.stack) > 0 {
		st.drop(0)
	}
	return cap(st.stack) < 1<<16 && cap(st.buffer) < 1<<16
}

// result makes a value of the evaluator's one for the caller.
func (st *state) result(v any) (any, error) {
	switch r := v.(type) {
	case *Object, string, float64:
		if !st.nested {
			return v, nil
		}
	case *undefined:
		return v, nil
	case *formless:
		return nil, r.err
	case *list:
		if !st.nested {
			return r.items, nil
		}
	}
	if !st.nested {
		return v, nil
	}
	return settle(v), nil
}
