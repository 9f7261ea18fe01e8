package jsonata

// evaluate is $eval: it parses an expression and evaluates it with the variables at hand. A second argument is its context.
func (f *frame) evaluate(args []any, in any) (any, error) {
	args, err := library["eval"].signature.validate(args, in)
	if err != nil {
		return nil, err
	}
	src, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	if focus := at(args, 1); !IsUndefined(focus) {
		in = focus
		if _, ok := elements(in); ok && !isSequence(in) {
			in = &list{items: []any{in}, sequence: true, wrapper: true}
		}
	}
	if err := f.st.spend(len(src)); err != nil {
		return nil, err
	}
	c, err := compileAttached(f.st.program, src)
	if err != nil {
		return nil, nestedError("D3120", err)
	}
	v, err := c.eval(f, in)
	if err != nil {
		return nil, nestedError("D3121", finish(err, src))
	}
	return v, nil
}

// within is the function as it is passed on from the frame. $eval takes the variables at hand along; in is its context.
func (fn *Function) within(f *frame, in any) *Function {
	if !fn.eval {
		return fn
	}
	bound := *fn
	bound.eval, bound.signature = false, nil
	bound.native = func(_ *state, args []any) (any, error) { return f.evaluate(args, in) }
	return &bound
}

// compileAttached compiles an expression whose variables are those of the frame it will be evaluated in.
func compileAttached(e *Expression, src string) (code, error) {
	node, err := parse(src)
	if err != nil {
		return nil, err
	}
	a, t, err := analyse(src, node)
	if err != nil {
		return nil, err
	}
	a.dynamic = true
	g := newGenerator(e, a)
	g.attached, g.based = true, true
	g.open(nil, true)
	return g.term(t), nil
}

// nestedError reports an error of an expression that $eval was given. Limits stay what they are.
func nestedError(code string, err error) error {
	e, ok := err.(*Error)
	if ok && e.Code == CodeLimit {
		return e
	}
	return &Error{Code: code, Value: e.Message}
}
