package jsonata

// guardCode is $exists(path) ? path : otherwise, for a path of plain names from a variable. It follows the path once.
type guardCode struct {
	*conditionCode
	call   *callCode // of $exists
	path   *fieldsCode
	exists *Function // of the library, which a variable may hide
}

// guarded is a condition, as guardCode where it is one.
func (g *generator) guarded(t *term, c *conditionCode) code {
	call, ok := c.condition.(*callCode)
	if !ok || t.left.kind != termCall || t.left.left.kind != termVariable || t.left.left.text != "exists" || len(t.left.items) != 1 || !t.right.sameFields(t.left.items[0]) {
		return c
	}
	path, ok := call.args[0].(*fieldsCode)
	if !ok || !path.placed {
		return c
	}
	return &guardCode{conditionCode: c, call: call, path: path, exists: g.e.library["exists"]}
}

// sameFields tells that two terms are the same path of plain names from a variable.
func (t *term) sameFields(other *term) bool {
	if !t.isFields() || !other.isFields() || len(t.steps) != len(other.steps) {
		return false
	}
	for i, step := range t.steps {
		if step.text != other.steps[i].text {
			return false
		}
	}
	return true
}

func (t *term) isFields() bool {
	if t.kind != termPath || t.group != nil || t.keepArray || t.keepSingle || len(t.predicates) > 0 {
		return false
	}
	for i, step := range t.steps {
		kind := termName
		if i == 0 {
			kind = termVariable
		}
		if step.kind != kind || step.text == "" || len(step.stages) > 0 || step.group != nil || step.tuple {
			return false
		}
	}
	return true
}

func (c *guardCode) eval(f *frame, in any) (any, error) {
	if fn, err := c.call.procedure.code.eval(f, in); err != nil || fn != c.exists {
		return c.conditionCode.eval(f, in)
	}
	v, err := c.path.eval(f, in)
	if err != nil {
		return nil, err
	}
	if err := f.st.spend(1); err != nil {
		return nil, err
	}
	switch {
	case !IsUndefined(v):
		return reduced(v, nil)
	case c.otherwise != nil:
		return reduced(c.otherwise.eval(f, in))
	}
	return Undefined, nil
}
