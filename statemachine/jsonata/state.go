package jsonata

import (
	"context"
	"time"
)

// Limits bound one evaluation. A zero field means the default.
type Limits struct {
	// Depth is how deep evaluation may nest: how many expressions may be evaluated inside each other, operands, arguments, parentheses,
	// steps of paths and bodies of functions alike. Tail calls do not nest. Default 10,000, in the dialect of Step Functions 100; at most
	// 100,000.
	Depth int
	// Steps is how many items, calls and values may be processed. Default 100 million.
	Steps int64
	// Memory is how many bytes may be allocated for results, short-lived ones included. Default 512 MiB.
	Memory int64
	// Value is how many bytes a value may hold that the evaluation makes, counted as Step Functions seems to: 8 for a number, a boolean and
	// null, and the text of strings and keys. Default 6,990,256 in the dialect of Step Functions; otherwise there is no such limit.
	Value int64
	// Time is how long an evaluation may take. Default one minute.
	Time time.Duration
}

// maxDepth keeps the deepest evaluation within what a goroutine's stack may grow to.
const maxDepth = 100_000

func (l Limits) orDefault(aws bool) Limits {
	if l.Depth <= 0 && aws {
		l.Depth = 100
	}
	if l.Value <= 0 && aws {
		l.Value = 6_990_256
	}
	if l.Depth <= 0 {
		l.Depth = 10_000
	}
	l.Depth = min(l.Depth, maxDepth)
	if l.Steps <= 0 {
		l.Steps = 100_000_000
	}
	if l.Memory <= 0 {
		l.Memory = 512 << 20
	}
	if l.Time <= 0 {
		l.Time = time.Minute
	}
	return l
}

// checkEvery is how many steps go by between looks at the clock and the context.
const checkEvery = 4096

// state is what one evaluation needs. It is reused from one evaluation to the next.
type state struct {
	program  *Expression
	ctx      context.Context
	root     any
	bindings Bindings
	globals  []any // resolved variables that no scope binds, by number
	started  time.Time
	deadline time.Time
	limit    int   // how deep evaluation may nest
	depth    int   // how deep the code around the current function's body nests
	natives  int   // library functions in tail calls inside each other
	budget   int   // steps until the next check
	steps    int64 // steps left after the budget
	memory   int64
	holdFrom int64 // how little memory may be left before values are measured
	measured int64
	stack    []any // arguments and intermediate results; a stack
	buffer   []byte
	tail     tailCall
	top      frame
	free     []*frame
	pictures pictures
	searches []*matching // that have ended
	nested   bool        // an evaluator's array may be inside another container
	fault    *Error      // what has ended the evaluation by a panic; the state is not used again
	marks    uint32      // the copiers of this evaluation
}

// tailCall is the call that a function ends in; the caller makes it, so that the stack does not grow.
type tailCall struct {
	function any
	args     []any
	name     any
	at       int
}

type tailMark struct{}

// pending is what a function returns whose result is that of state.tail.
var pending any = (*tailMark)(nil)

type unsetMark struct{}

// unset is what a variable holds before it is bound.
var unset any = (*unsetMark)(nil)

func isUnset(v any) bool {
	_, ok := v.(*unsetMark)
	return ok
}

// frame holds the variables of one activation of a scope.
type frame struct {
	st     *state
	parent *frame
	vars   []any
	tuple  *tuple
	names  []string       // of vars; only for expressions that use $eval
	extra  map[string]any // variables that $eval bound
	small  [4]any
}

// tuple is an item of a path with bindings: the context and, by name, what @, # and % refer to. It is never changed once made.
type tuple struct {
	item    any
	names   []string
	values  []any
	parents []parentBinding
	bare    bool // a sort has come by: predicates, groupings and sorts see the tuple itself
}

type parentBinding struct {
	label int
	value any
}

// spend counts n steps.
func (st *state) spend(n int) error {
	if st.budget -= n; st.budget >= 0 {
		return nil
	}
	return st.check()
}

// check looks at all limits and grants the next budget.
func (st *state) check() error {
	st.steps += int64(st.budget)
	if st.steps <= 0 {
		return limit("too many steps")
	}
	if st.memory < 0 {
		return st.tooMuchMemory()
	}
	if err := st.ctx.Err(); err != nil {
		e := limit("evaluation was cancelled")
		e.cause = err
		return e
	}
	now := time.Now()
	if st.deadline.IsZero() {
		st.deadline = now.Add(st.program.limits.Time)
	}
	if now.After(st.deadline) {
		return limit("Expression evaluation timeout: Check for infinite loop")
	}
	st.budget = checkEvery
	st.steps -= checkEvery
	return nil
}

func limit(message string) *Error { return &Error{Code: CodeLimit, Message: message} }

// allocate counts n bytes.
func (st *state) allocate(n int) error {
	if st.memory -= int64(n); st.memory >= 0 {
		return nil
	}
	return st.tooMuchMemory()
}

func (st *state) tooMuchMemory() error {
	if st.program.aws {
		return limit("Expression evaluation memory limit exceeded: Check for excessive memory usage")
	}
	return limit("Expression evaluation uses too much memory")
}

// items accounts for an array of n items.
func (st *state) items(n int) error {
	if err := st.spend(n); err != nil {
		return err
	}
	return st.allocate(16*n + 48)
}

// drop gives back the stack above mark.
func (st *state) drop(mark int) {
	clear(st.stack[mark:])
	st.stack = st.stack[:mark]
}

// newFrame gives a frame with size unset variables.
func (st *state) newFrame(parent *frame, size int) *frame {
	var f *frame
	if n := len(st.free); n > 0 {
		f, st.free = st.free[n-1], st.free[:n-1]
	} else {
		f = &frame{st: st}
	}
	f.parent = parent
	f.reserve(size)
	return f
}

func (f *frame) reserve(size int) {
	switch {
	case size <= cap(f.vars):
		f.vars = f.vars[:size]
	case size <= len(f.small):
		f.vars = f.small[:size]
	default:
		f.vars = make([]any, size)
	}
	for i := range f.vars {
		f.vars[i] = unset
	}
}

// release makes a frame that nothing refers to available again.
func (st *state) release(f *frame) {
	clear(f.vars)
	f.parent, f.tuple, f.extra = nil, nil, nil
	st.free = append(st.free, f)
}
