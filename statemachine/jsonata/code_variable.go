package jsonata

// place is where a variable may be: so many frames out, at a position or in the frame's tuple.
type place struct{ hops, slot int }

const inTuple = -1

// variableCode is a variable that several scopes may bind.
type variableCode struct {
	name   string
	places []place
	global int
}

func (c *variableCode) eval(f *frame, in any) (any, error) {
	v, err := c.raw(f, in)
	return reduce(v), err
}

func (c *variableCode) raw(f *frame, _ any) (any, error) {
	for _, p := range c.places {
		at := f
		for range p.hops {
			at = at.parent
		}
		if p.slot >= 0 {
			if v := at.vars[p.slot]; !isUnset(v) {
				return v, nil
			}
		} else if v, ok := at.tuple.get(c.name); ok {
			return v, nil
		}
	}
	return f.st.global(c.global), nil
}

// localCode is a variable of the current frame.
type localCode struct{ slot, global int }

func (c *localCode) eval(f *frame, _ any) (any, error) {
	v := f.vars[c.slot]
	if isUnset(v) {
		v = f.st.global(c.global)
	}
	return reduce(v), nil
}

// globalCode is a variable that no scope of the expression binds.
type globalCode struct {
	index int
	name  string
}

func (c *globalCode) eval(f *frame, _ any) (any, error) {
	return reduce(f.st.global(c.index)), nil
}

// global resolves the variable once per evaluation: $$, then the bindings, then the library.
func (st *state) global(index int) any {
	v := st.globals[index]
	if isUnset(v) {
		v = st.resolve(st.program.globals[index])
		st.globals[index] = v
	}
	return v
}

func (st *state) resolve(name string) any {
	if name == "$" {
		return st.root
	}
	if st.bindings != nil {
		if v, ok := st.bindings.Lookup(name); ok {
			return given(v)
		}
	}
	if fn, ok := st.program.library[name]; ok {
		return fn
	}
	return Undefined
}

// dynamicCode is a variable of an expression that uses $eval, where names are looked up as they stand at that moment.
type dynamicCode struct{ name string }

func (c *dynamicCode) eval(f *frame, _ any) (any, error) { return reduce(f.lookup(c.name)), nil }

// lookup finds a variable by name.
func (f *frame) lookup(name string) any {
	st := f.st
	for ; f != nil; f = f.parent {
		if v, ok := f.extra[name]; ok {
			return v
		}
		for i, n := range f.names {
			if n == name && !isUnset(f.vars[i]) {
				return f.vars[i]
			}
		}
		if v, ok := f.tuple.get(name); ok {
			return v
		}
	}
	return st.resolve(name)
}

// bindNameCode binds a variable by name in the scope that called $eval.
type bindNameCode struct {
	name  string
	value code
}

func (c *bindNameCode) eval(f *frame, in any) (any, error) {
	v, err := c.value.eval(f, in)
	if err != nil {
		return nil, err
	}
	for i, n := range f.names {
		if n == c.name {
			f.vars[i] = v
			return v, nil
		}
	}
	if f.extra == nil {
		f.extra = map[string]any{}
	}
	f.extra[c.name] = v
	return reduce(v), nil
}
