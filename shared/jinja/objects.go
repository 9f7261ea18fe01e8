package jinja

import (
	"math"
	"strconv"

	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

func itoa(n int) string { return strconv.Itoa(n) }

// function makes a method of an object.
func function(of Value, name string, do func(m *python.Meter, args python.Args) Value) (Value, bool) {
	return &python.Method{Name: name, Of: of, Do: do}, true
}

// noArgs checks that a method gets no arguments.
func noArgs(name string, args python.Args) { python.Func(name, 1).Bind(args) }

// loopContext is the variable "loop".
type loopContext struct {
	r       *run
	of      Value
	next    func() (Value, bool)
	index0  int
	started bool
	depth   int
	recurse func(Value) Value // nil where the loop is not recursive

	before, current Value
	hasBefore       bool
	after           Value
	peeked, hasNext bool
	length          int
	isCounted       bool
	changed         *python.Tuple
}

// advance gives the next item.
func (l *loopContext) advance() (Value, bool) {
	item, ok := l.peek()
	if !ok {
		return nil, false
	}
	l.peeked = false
	l.before, l.hasBefore = l.current, l.started
	if l.started {
		l.index0++
	}
	l.current, l.started = item, true
	return item, true
}

func (l *loopContext) peek() (Value, bool) {
	if !l.peeked {
		l.after, l.hasNext = l.next()
		l.peeked = true
	}
	return l.after, l.hasNext
}

// Len is the number of items. Those of an iterator are read to count them.
func (l *loopContext) Len() int {
	if l.isCounted {
		return l.length
	}
	l.isCounted = true
	if _, isIterator := l.of.(*python.Iterator); !isIterator {
		l.length = python.Len(l.r.meter, l.of)
		return l.length
	}
	rest := python.Items(l.r.meter, &python.Iterator{Next: l.next})
	l.length = len(rest) + l.index0 + 1
	if l.peeked && l.hasNext {
		l.length++
	}
	l.next = python.Iterate(l.r.meter, python.NewList(rest...))
	return l.length
}

// Type is the name of its type.
func (l *loopContext) Type() string { return "LoopContext" }

// Repr is its text.
func (l *loopContext) Repr(*python.Meter) string {
	return "<LoopContext " + itoa(l.index0+1) + "/" + itoa(l.Len()) + ">"
}

// Attr gives what a template asks of a loop.
func (l *loopContext) Attr(name string) (Value, bool) {
	switch name {
	case "index":
		return int64(l.index0 + 1), true
	case "index0":
		return int64(l.index0), true
	case "revindex":
		return int64(l.Len() - l.index0), true
	case "revindex0":
		return int64(l.Len() - l.index0 - 1), true
	case "first":
		return l.index0 == 0, true
	case "last":
		_, more := l.peek()
		return !more, true
	case "length":
		return int64(l.Len()), true
	case "depth":
		return int64(l.depth + 1), true
	case "depth0":
		return int64(l.depth), true
	case "previtem":
		if l.index0 == 0 {
			return &python.Undefined{Hint: "there is no previous item"}, true
		}
		return l.before, true
	case "nextitem":
		item, more := l.peek()
		if !more {
			return &python.Undefined{Hint: "there is no next item"}, true
		}
		return item, true
	case "cycle":
		return function(l, name, l.cycle)
	case "changed":
		return function(l, name, l.hasChanged)
	}
	return nil, false
}

func (l *loopContext) cycle(_ *python.Meter, args python.Args) Value {
	if len(args.Pos) == 0 {
		python.Raise(python.TypeError, "no items for cycling given")
	}
	return args.Pos[l.index0%len(args.Pos)]
}

func (l *loopContext) hasChanged(m *python.Meter, args python.Args) Value {
	now := python.NewTuple(args.Pos...)
	if l.changed != nil && python.Equal(m, l.changed, now) {
		return false
	}
	l.changed = now
	return true
}

// Call runs a recursive loop over further items.
func (l *loopContext) Call(_ *python.Meter, args python.Args) Value {
	iterable := python.Func("LoopContext.__call__", 1, "iterable").Bind(args)[0]
	if l.recurse == nil {
		python.Raise(python.TypeError, "The loop must have the 'recursive' marker to be called recursively.")
	}
	return l.recurse(iterable)
}

// Iterate gives what is left of the items, each with the loop.
func (l *loopContext) Iterate(*python.Meter) func() (Value, bool) {
	return func() (Value, bool) {
		item, ok := l.advance()
		return python.NewTuple(item, l), ok
	}
}

// namespace is what namespace(…) gives.
type namespace struct{ attrs *python.Dict }

// Type is the name of its type.
func (n *namespace) Type() string { return "Namespace" }

// Attr gives an attribute.
func (n *namespace) Attr(name string) (Value, bool) { return n.attrs.Get(name) }

// Repr is its text.
func (n *namespace) Repr(m *python.Meter) string {
	return "<Namespace " + python.Repr(m, n.attrs) + ">"
}

// cycler is what cycler(…) gives.
type cycler struct {
	items []Value
	pos   int
}

// Type is the name of its type.
func (c *cycler) Type() string { return "Cycler" }

// Attr gives an attribute.
func (c *cycler) Attr(name string) (Value, bool) {
	switch name {
	case "current":
		return c.items[c.pos], true
	case "pos":
		return int64(c.pos), true
	case "items":
		return python.NewTuple(c.items...), true
	case "reset":
		return function(c, name, func(_ *python.Meter, args python.Args) Value {
			noArgs("Cycler.reset", args)
			c.pos = 0
			return nil
		})
	case "next":
		return function(c, name, func(_ *python.Meter, args python.Args) Value {
			noArgs("Cycler.next", args)
			current := c.items[c.pos]
			c.pos = (c.pos + 1) % len(c.items)
			return current
		})
	}
	return nil, false
}

// joiner is what joiner(…) gives.
type joiner struct {
	separator Value
	used      bool
}

// Type is the name of its type.
func (j *joiner) Type() string { return "Joiner" }

// Attr gives an attribute.
func (j *joiner) Attr(name string) (Value, bool) {
	switch name {
	case "sep":
		return j.separator, true
	case "used":
		return j.used, true
	}
	return nil, false
}

// Call gives the separator, but the first time "".
func (j *joiner) Call(_ *python.Meter, args python.Args) Value {
	noArgs("Joiner.__call__", args)
	if !j.used {
		j.used = true
		return ""
	}
	return j.separator
}

// builtin is a global: a class of Python or of Jinja that can be called.
type builtin struct {
	text string
	do   func(m *python.Meter, args python.Args) Value
}

// Type is the name of its type.
func (b *builtin) Type() string { return "type" }

// Attr fails: what Python finds in a class, such as dict.fromkeys and dict[int], is not here.
func (b *builtin) Attr(string) (Value, bool) {
	refuseClass(b)
	return nil, false
}

// refuseClass fails where a member of a class is read.
func refuseClass(v Value) {
	if class, ok := v.(*builtin); ok {
		python.Raise(python.Unsupported, "a member of %s itself, which is a class, is not supported: call it", class.text)
	}
}

// Repr is its text.
func (b *builtin) Repr(*python.Meter) string { return "<class '" + b.text + "'>" }

// Call makes an object.
func (b *builtin) Call(m *python.Meter, args python.Args) Value { return b.do(m, args) }

// global gives one of Jinja's globals, always the same of a name.
func (r *run) global(name string) (Value, bool) {
	if known, ok := r.classes[name]; ok {
		return known, true
	}
	v, ok := newGlobal(name)
	if ok && r.classes == nil {
		r.classes = map[string]Value{}
	}
	if ok {
		r.classes[name] = v
	}
	return v, ok
}

func newGlobal(name string) (Value, bool) {
	switch name {
	case "range":
		return &builtin{"range", newRange}, true
	case "dict":
		return &builtin{"dict", func(m *python.Meter, args python.Args) Value { return python.NewDict(m, args) }}, true
	case "namespace":
		return &builtin{"jinja2.utils.Namespace", func(m *python.Meter, args python.Args) Value { return &namespace{python.NewDict(m, args)} }}, true
	case "cycler":
		return &builtin{"jinja2.utils.Cycler", newCycler}, true
	case "joiner":
		return &builtin{"jinja2.utils.Joiner", func(_ *python.Meter, args python.Args) Value {
			return &joiner{separator: python.Func("Joiner.__init__", 1, python.Opt("sep", ", ")).Bind(args)[0]}
		}}, true
	case "lipsum":
		return function(nil, name, func(*python.Meter, python.Args) Value {
			python.Raise(python.Unsupported, "lipsum, which gives another text each time, is not supported")
			return nil
		})
	}
	return nil, false
}

func newCycler(_ *python.Meter, args python.Args) Value {
	if len(args.Names) > 0 {
		python.Raise(python.TypeError, "Cycler.__init__() got an unexpected keyword argument %s", python.Quoted(args.Names[0]))
	}
	if len(args.Pos) == 0 {
		python.Raise(python.RuntimeError, "at least one item has to be provided")
	}
	return &cycler{items: args.Pos}
}

func newRange(_ *python.Meter, args python.Args) Value {
	if len(args.Names) > 0 {
		python.Raise(python.TypeError, "range() takes no keyword arguments")
	}
	if len(args.Pos) == 0 || len(args.Pos) > 3 {
		if len(args.Pos) == 0 {
			python.Raise(python.TypeError, "range expected at least 1 argument, got 0")
		}
		python.Raise(python.TypeError, "range expected at most 3 arguments, got %d", len(args.Pos))
	}
	bounds := []int64{0, 0, 1}
	for i, v := range args.Pos {
		bounds[i] = rangeBound(v)
	}
	if len(args.Pos) == 1 {
		bounds[0], bounds[1] = 0, bounds[0]
	}
	if bounds[2] == 0 {
		python.Raise(python.ValueError, "range() arg 3 must not be zero")
	}
	return python.Range{Start: bounds[0], Stop: bounds[1], Step: bounds[2]}
}

func rangeBound(v Value) int64 {
	n, ok := python.Index(v)
	if undefined, isUndefined := v.(*python.Undefined); isUndefined {
		python.Raise(python.TypeError, "'%s' object cannot be interpreted as an integer", python.TypeName(undefined))
	}
	if !ok {
		python.Raise(python.TypeError, "'%s' object cannot be interpreted as an integer", python.TypeName(v))
	}
	if !n.IsInt64() || n.Int64() > math.MaxInt64/4 || n.Int64() < math.MinInt64/4 {
		python.Raise(python.Unsupported, "a range beyond 62 bits is not supported")
	}
	return n.Int64()
}

// macro is a macro, or the body of a call block.
type macro struct {
	r       *run
	node    *syntax.Macro
	scope   *scope
	kwargs  bool // the body asks for kwargs, varargs or caller
	varargs bool
	caller  bool
}

func (r *run) newMacro(node *syntax.Macro, s *scope) *macro {
	declared := map[string]bool{}
	for _, param := range node.Params {
		declared[param.Name] = true
	}
	return &macro{
		r: r, node: node, scope: s,
		kwargs:  syntax.Reads(node.Body, "kwargs") && !declared["kwargs"],
		varargs: syntax.Reads(node.Body, "varargs") && !declared["varargs"],
		caller:  syntax.Reads(node.Body, "caller"),
	}
}

// Type is the name of its type.
func (f *macro) Type() string { return "Macro" }

// Repr is its text.
func (f *macro) Repr(*python.Meter) string {
	if f.node.Name == "" {
		return "<Macro anonymous>"
	}
	return "<Macro " + python.Quoted(f.node.Name) + ">"
}

// Attr gives what a template may ask of a macro.
func (f *macro) Attr(name string) (Value, bool) {
	switch name {
	case "name":
		if f.node.Name == "" {
			return nil, true
		}
		return f.node.Name, true
	case "arguments":
		names := python.NewTuple()
		for _, param := range f.node.Params {
			names.Items = append(names.Items, param.Name)
		}
		return names, true
	case "catch_kwargs":
		return f.kwargs, true
	case "catch_varargs":
		return f.varargs, true
	case "caller":
		return f.caller, true
	}
	return nil, false
}
