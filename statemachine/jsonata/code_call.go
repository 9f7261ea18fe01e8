package jsonata

// call generates a function call.
func (g *generator) call(t *term) code {
	return &callCode{procedure: g.procedure(t), args: g.terms(t.items), name: procedureName(t), at: t.at, level: g.level}
}

// procedure is what a call calls. A plain name that is also a variable is reported as a forgotten dollar.
type procedure struct {
	code       code
	suggestion code // the variable of the same name
}

func (g *generator) procedure(t *term) procedure {
	p := procedure{code: g.term(t.left)}
	if t.left.kind == termPath && t.left.steps[0].text != "" {
		p.suggestion = g.variable(t.left.steps[0].text)
	}
	return p
}

// forgotten tells whether the name of what is called, which is undefined, is that of a variable.
func (p *procedure) forgotten(f *frame, in any) bool {
	if p.suggestion == nil {
		return false
	}
	v, _ := p.suggestion.eval(f, in)
	switch v := v.(type) {
	case nil, *undefined:
		return false
	case bool:
		return v
	case float64:
		return v != 0 && v == v
	case string:
		return v != ""
	}
	return true
}

// callCode is function(arguments).
type callCode struct {
	procedure procedure
	args      []code
	name      any
	at        int
	level     int
}

func (c *callCode) eval(f *frame, in any) (any, error) {
	v, err := c.invoke(f, in, nil, false)
	return reduce(v), err
}

func (c *callCode) raw(f *frame, in any) (any, error) { return c.invoke(f, in, nil, false) }

// invoke calls the function; first, when there is one, goes before the arguments.
func (c *callCode) invoke(f *frame, in, first any, hasFirst bool) (any, error) {
	fn, err := c.procedure.code.eval(f, in)
	if err != nil {
		return nil, err
	}
	if IsUndefined(fn) && c.procedure.forgotten(f, in) {
		return nil, &Error{Code: "T1005", at: c.at, token: c.name, hasToken: true}
	}
	st := f.st
	mark := len(st.stack)
	if hasFirst {
		st.stack = append(st.stack, first)
	}
	if err := c.arguments(f, in); err != nil {
		return nil, err
	}
	if err := st.spend(1); err != nil {
		return nil, err
	}
	depth := st.depth
	st.depth += c.level
	var v any
	if function, ok := fn.(*Function); ok && function.eval {
		v, err = f.evaluate(st.stack[mark:], in)
	} else {
		v, err = st.apply(fn, st.stack[mark:], in)
	}
	st.depth = depth
	if err != nil {
		return nil, c.failed(err, fn)
	}
	st.drop(mark)
	return v, st.hold(v)
}

// arguments evaluates the arguments onto the stack. Functions among them are wrapped.
func (c *callCode) arguments(f *frame, in any) error {
	for _, arg := range c.args {
		v, err := arg.eval(f, in)
		if err != nil {
			return err
		}
		if fn, ok := v.(*Function); ok {
			v = fn.within(f, nil).asArgument()
		}
		f.st.stack = append(f.st.stack, v)
	}
	return nil
}

// failed puts the call's position on an error that comes out of the function.
func (c *callCode) failed(err error, fn any) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	if _, isFunction := fn.(*Function); isFunction && !e.inTail {
		e.at = c.at
	}
	e.inTail = false
	return placed(e, c.at, c.name)
}

// tailCallCode is a call that a function ends in. It is left to whoever called the function.
type tailCallCode struct {
	procedure code
	args      []code
	name      any
	at        int
	level     int
}

func (c *tailCallCode) eval(f *frame, in any) (any, error) {
	if err := f.st.reach(c.level); err != nil {
		return nil, err
	}
	fn, err := c.procedure.eval(f, in)
	if err != nil {
		return nil, err
	}
	st := f.st
	if function, ok := fn.(*Function); ok && function.eval {
		return c.evaluate(f, in)
	}
	mark := len(st.stack)
	for _, arg := range c.args {
		v, err := arg.eval(f, in)
		if err != nil {
			return nil, err
		}
		st.stack = append(st.stack, v)
	}
	st.tail.function, st.tail.name, st.tail.at = fn, c.name, c.at
	st.tail.args = append(st.tail.args[:0], st.stack[mark:]...)
	st.drop(mark)
	return pending, nil
}

// evaluate calls $eval at once: it needs the variables at hand.
func (c *tailCallCode) evaluate(f *frame, in any) (any, error) {
	call := callCode{procedure: procedure{code: c.procedure}, args: c.args, name: c.name, at: c.at}
	return call.eval(f, in)
}

// lambdaCode is function($a, …){body}.
type lambdaCode struct {
	signature *signature
	slots     []int
	layout    *layout
	body      code
	names     []string
	arity     int
	simple    bool // the parameters are all the variables there are
	keeps     bool // functions made inside may keep the frame
}

func (c *lambdaCode) eval(f *frame, in any) (any, error) {
	if err := f.st.allocate(160); err != nil {
		return nil, err
	}
	return &Function{lambda: c, frame: f, input: in, arity: c.arity, signature: c.signature}, nil
}

// call evaluates the body with args as parameters.
func (c *lambdaCode) call(st *state, fn *Function, args []any) (any, error) {
	if fn.frame.st != st {
		return nil, &Error{Code: "T1006"}
	}
	if err := st.spend(1); err != nil {
		return nil, err
	}
	var f *frame
	if c.keeps {
		f = &frame{st: st, parent: fn.frame, names: c.names}
		f.reserve(c.layout.size)
		if err := st.allocate(160); err != nil {
			return nil, err
		}
	} else {
		f = st.newFrame(fn.frame, c.layout.size)
	}
	c.bind(f, args)
	v, err := c.body.eval(f, fn.input)
	if !c.keeps && err == nil {
		st.release(f)
	}
	return v, err
}

// bind sets the parameters.
func (c *lambdaCode) bind(f *frame, args []any) {
	for i, slot := range c.slots {
		if i < len(args) {
			f.vars[slot] = args[i]
		} else {
			f.vars[slot] = Undefined
		}
	}
}

// partial generates function(a, ?, …).
func (g *generator) partial(t *term) code {
	c := &partialCode{procedure: g.procedure(t), name: procedureName(t), at: t.at}
	for _, item := range t.items {
		if item.kind == termPlaceholder {
			c.args = append(c.args, nil)
		} else {
			c.args = append(c.args, g.term(item))
		}
	}
	return c
}

// partialCode is a call that leaves arguments open; those are nil.
type partialCode struct {
	procedure procedure
	args      []code
	name      any
	at        int
}

func (c *partialCode) eval(f *frame, in any) (any, error) {
	args := make([]any, len(c.args))
	for i, arg := range c.args {
		args[i] = hole
		if arg != nil {
			v, err := arg.eval(f, in)
			if err != nil {
				return nil, err
			}
			args[i] = v
		}
	}
	v, err := c.procedure.code.eval(f, in)
	if err != nil {
		return nil, err
	}
	if IsUndefined(v) && c.procedure.forgotten(f, in) {
		return nil, &Error{Code: "T1007", at: c.at, token: c.name, hasToken: true}
	}
	fn, ok := v.(*Function)
	if !ok {
		return nil, &Error{Code: "T1008", at: c.at, token: c.name, hasToken: true}
	}
	return fn.within(f, Undefined).partial(args)
}

// partial fixes arguments; holes stay open. A native function is then called without looking at its signature.
func (fn *Function) partial(args []any) (any, error) {
	if fn.wrapped {
		return nil, &Error{Code: "S0202", token: "..", hasToken: true, Value: ")"}
	}
	open := fn.open()
	if open < 0 {
		return nil, &Error{Code: "S0208", token: "=", hasToken: true, Value: 2.0}
	}
	given := make([]any, open)
	arity := 0
	for i := range given {
		given[i] = at(args, i)
		if given[i] == hole {
			arity++
		}
	}
	partial := *fn
	partial.signature, partial.arity = nil, arity
	if fn.bound != nil {
		given = fn.complete(given)
	}
	partial.bound = given
	return &partial, nil
}

// open counts the parameters that a call would fill. $string has a parameter with a default, which the reference's partial
// application cannot read: it is reported as -1.
func (fn *Function) open() int {
	switch {
	case fn.bound != nil || fn.lambda != nil || fn.first != nil:
		return fn.arity
	case fn.name == "string":
		return -1
	}
	return len(fn.names)
}

// apply generates left ~> right. Of a call on the right, predicates and grouping count for nothing, as in the reference.
func (g *generator) apply(t *term) code {
	if t.right.kind != termCall {
		return &applyCode{left: g.term(t.left), right: g.term(t.right), at: t.at, level: g.level}
	}
	left := g.term(t.left)
	call := g.call(t.right).(*callCode)
	return &applyCallCode{left: left, call: call}
}

// applyCallCode is left ~> function(arguments): left becomes the first argument.
type applyCallCode struct {
	left code
	call *callCode
}

func (c *applyCallCode) eval(f *frame, in any) (any, error) {
	v, err := c.raw(f, in)
	return reduce(v), err
}

func (c *applyCallCode) raw(f *frame, in any) (any, error) {
	left, err := c.left.eval(f, in)
	if err != nil {
		return nil, err
	}
	return c.call.invoke(f, in, left, true)
}

// applyCode is left ~> function, or the chain of two functions.
type applyCode struct {
	left, right code
	at, level   int
}

func (c *applyCode) eval(f *frame, in any) (any, error) {
	v, err := c.raw(f, in)
	return reduce(v), err
}

func (c *applyCode) raw(f *frame, in any) (any, error) {
	left, err := c.left.eval(f, in)
	if err != nil {
		return nil, err
	}
	right, err := c.right.eval(f, in)
	if err != nil {
		return nil, err
	}
	fn, ok := right.(*Function)
	if !ok {
		return nil, &Error{Code: "T2006", at: c.at, Value: right}
	}
	if first, ok := left.(*Function); ok {
		if err := f.st.reach(c.level + 1); err != nil {
			return nil, err
		}
		return &Function{first: first.within(f, nil), second: fn.within(f, nil), arity: 1, names: []string{"x"}}, nil
	}
	depth := f.st.depth
	f.st.depth += c.level
	v, err := f.st.call(fn.within(f, nil), left)
	f.st.depth = depth
	return v, err
}
