package jsonata

import "sync/atomic"

// path generates a path. A path that binds variables with @, # or % is a tuplePathCode.
func (g *generator) path(t *term) code {
	for _, step := range t.steps {
		if step.tuple {
			return g.tuplePath(t)
		}
	}
	c := &pathCode{level: g.level, keep: t.keepArray || t.keepSingle, absolute: t.steps[0].kind == termVariable, constructed: t.steps[0].cons}
	for _, step := range t.steps {
		c.steps = append(c.steps, g.step(step))
	}
	if t.group != nil {
		return g.regroup(t, &groupCode{source: rawPathCode{c}, pairs: g.pairs(t.group.pairs), at: t.group.at})
	}
	return g.fields(c)
}

// regroup wraps a path's grouping.
func (g *generator) regroup(t *term, c code) code {
	if t.keepArray {
		return &keepCode{c}
	}
	return c
}

// fields turns a path of plain names into its fast form.
func (g *generator) fields(c *pathCode) code {
	first := 0
	if c.absolute && c.steps[0].plain() {
		first = 1
	}
	for i := first; i < len(c.steps); i++ {
		if c.steps[i].name == "" || !c.steps[i].plain() {
			return c
		}
	}
	fast := &fieldsCode{pathCode: c, keys: make([]fieldKey, len(c.steps)-first), placed: !g.based && c.level < g.e.limits.Depth}
	for i := first; i < len(c.steps); i++ {
		fast.keys[i-first].name = c.steps[i].name
	}
	if first == 1 {
		fast.base = unbounded(c.steps[0].code)
	}
	return fast
}

func (s *step) plain() bool { return len(s.stages) == 0 && s.order == nil }

// step generates one step.
func (g *generator) step(t *term) step {
	s := step{}
	switch {
	case t.kind == termSort:
		s.order = g.order(t)
	case t.kind == termName && t.group == nil && t.text != "":
		s.name = t.text
		s.field = &fieldKey{name: t.text}
	default:
		s.code = g.term(t)
	}
	for _, st := range t.stages {
		if st.filter != nil {
			s.stages = append(s.stages, g.predicate(st.filter))
		}
	}
	if s.code != nil && len(s.stages) == 0 {
		s.spreads = spreaderOf(s.code)
	}
	return s
}

// step is one step of a path: a field, an expression or a sort, followed by predicates.
type step struct {
	name   string
	field  *fieldKey
	code   code
	order  *orderCode
	stages []*predicate
	// spreads is the code, when it can leave its results on the stack and nothing follows it.
	spreads spreader
}

// fieldKey is a field name that remembers where it was found last; objects of one kind have it in the same place.
type fieldKey struct {
	name string
	hint atomic.Uint32
}

// find gives the field of any value.
func (k *fieldKey) find(v any) (any, error) {
	if o, ok := v.(*Object); ok {
		return k.get(o), nil
	}
	return lookup(v, k.name)
}

func (k *fieldKey) get(o *Object) any {
	if i := int(k.hint.Load()); i < len(o.keys) && o.keys[i] == k.name {
		return o.member(i)
	}
	i := o.find(k.name)
	if i < 0 {
		return Undefined
	}
	k.hint.Store(uint32(i))
	return o.member(i)
}

// fieldsCode is a path of names only, from the context or from a variable.
type fieldsCode struct {
	*pathCode
	base   code
	keys   []fieldKey
	placed bool // outside functions, and not too deep
}

func (c *fieldsCode) eval(f *frame, in any) (any, error) {
	v := in
	if st := f.st; !c.placed && st.depth+c.level >= st.limit {
		if err := c.within(f, in); err != nil {
			return nil, err
		}
	}
	if c.base != nil {
		var err error
		if v, err = c.base.eval(f, in); err != nil {
			return nil, err
		}
	}
	for i := range c.keys {
		o, ok := v.(*Object)
		if !ok {
			return c.rest(f, v, i)
		}
		v = c.keys[i].get(o)
	}
	switch v.(type) {
	case float64, string, bool, nil, *Object:
		if c.keep {
			return keepReduce(newSequence(v)), nil
		}
		return v, nil
	}
	return c.last(v), nil
}

// within ends the evaluation when the path, or its steps if there is anything to evaluate them for, nests too deep.
func (c *pathCode) within(f *frame, in any) error {
	if items, ok := elements(in); ok && len(items) == 0 && !c.absolute && !c.constructed {
		return f.st.reach(c.level)
	}
	return f.st.reach(c.level + 1)
}

// last is the result of a path whose only result is v.
func (c *pathCode) last(v any) any {
	l, ok := v.(*list)
	if !ok || !l.sequence {
		if _, isArray := v.([]any); !isArray && !ok && c.keep && !IsUndefined(v) {
			return newKept(v)
		}
		return reduce(c.kept(v))
	}
	return reduce(c.kept(&list{items: l.items, sequence: true}))
}

func newKept(items ...any) *list { return &list{items: items, sequence: true, keep: true} }

// rest goes on from step i, where a value is no *Object.
func (c *fieldsCode) rest(f *frame, v any, i int) (any, error) {
	if IsUndefined(v) || v == nil {
		return Undefined, nil
	}
	items, ok := elements(v)
	if !ok {
		if bad, isFormless := v.(*formless); isFormless {
			return nil, bad.err
		}
		if _, isMap := v.(map[string]any); !isMap {
			return Undefined, nil
		}
		items = []any{v}
	}
	first := i
	if c.base != nil {
		first++
	}
	found, err := c.from(f, items, first, nil)
	if err != nil {
		return nil, err
	}
	return reduce(c.kept(found)), nil
}

// pathCode is a path: a.b[c].(d) and so on.
type pathCode struct {
	steps       []step
	level       int
	keep        bool
	absolute    bool // starts at a variable, so that an array as context is one item
	constructed bool // starts with an array constructor, which is evaluated once
	open        bool // more steps follow elsewhere
}

func (c *pathCode) eval(f *frame, in any) (any, error) {
	v, err := c.raw(f, in)
	if err != nil {
		return nil, err
	}
	return reduce(c.kept(v)), nil
}

// rawPathCode gives a path's result before it is reduced.
type rawPathCode struct{ path *pathCode }

func (c rawPathCode) eval(f *frame, in any) (any, error) {
	v, err := c.path.raw(f, in)
	if err != nil {
		return nil, err
	}
	return c.path.kept(v), nil
}

// kept marks a result of a path with [].
func (c *pathCode) kept(v any) any {
	if !c.keep {
		return v
	}
	l, ok := v.(*list)
	switch {
	case !ok:
		return v
	case l.constructed && !l.sequence:
		return newKept(v)
	case l.keep:
		return v
	}
	copied := *l
	copied.keep = true
	return &copied
}

func (c *pathCode) raw(f *frame, in any) (any, error) {
	if err := c.within(f, in); err != nil {
		return nil, err
	}
	if items, ok := elements(in); ok && !c.absolute {
		if c.constructed {
			return c.construct(f, in)
		}
		return c.from(f, items, 0, nil)
	}
	if c.constructed {
		return c.construct(f, newSequence(in))
	}
	st := f.st
	mark := len(st.stack)
	st.stack = append(st.stack, in)
	v, err := c.from(f, st.stack[mark:], 0, nil)
	st.drop(mark)
	return v, err
}

// construct evaluates an array constructor at the start of a path.
func (c *pathCode) construct(f *frame, in any) (any, error) {
	v, err := c.steps[0].code.eval(f, in)
	if err != nil || len(c.steps) == 1 && !c.open {
		return v, err
	}
	items, ok := elements(v)
	switch {
	case !ok && !IsUndefined(v):
		s, isText := v.(string)
		if !isText || c.open {
			return newSequence(), nil // what predicates or a grouping have made of it has no items
		}
		items, v = textUnits(s), nil // the items of a text are its UTF-16 code units
	case !ok || len(items) == 0 || len(c.steps) == 1:
		return v, nil
	}
	return c.from(f, items, 1, v)
}

// from evaluates the steps from the given one on. Intermediate results stay on the stack. Whole is the plain array that the
// items are of, nil when they are a sequence.
func (c *pathCode) from(f *frame, items []any, first int, whole any) (any, error) {
	st := f.st
	mark := len(st.stack)
	for i := first; i < len(c.steps); i++ {
		s := &c.steps[i]
		last := i == len(c.steps)-1 && !c.open
		if s.order != nil {
			v, err := s.sorted(f, items, whole)
			if err != nil {
				return nil, err
			}
			if items, _ = elements(v); last || len(items) == 0 {
				st.drop(mark)
				return v, nil
			}
			whole = v
			continue
		}
		whole = nil
		start := len(st.stack)
		v, err := s.run(f, items, last)
		if err != nil {
			return nil, err
		}
		if v != nil {
			st.drop(mark)
			return v, nil
		}
		if items = st.stack[start:]; len(items) == 0 {
			break
		}
	}
	var v any = sequenceOf(items)
	err := st.allocate(16 * len(items))
	if err == nil {
		err = st.hold(v)
	}
	st.drop(mark)
	return v, err
}

// sequenceOf copies items, which are on the stack, into a sequence.
func sequenceOf(items []any) *list {
	l := &list{sequence: true}
	if len(items) > 0 {
		l.items = append(make([]any, 0, len(items)), items...)
	}
	return l
}

// run evaluates a step for each item and leaves the results on the stack. When the last step gives but one result and that
// is a plain array, the array is answered as it is.
func (s *step) run(f *frame, items []any, last bool) (any, error) {
	if err := f.st.spend(len(items)); err != nil {
		return nil, err
	}
	if s.field != nil && len(s.stages) == 0 {
		return s.runField(f, items, last)
	}
	c := collector{st: f.st}
	for _, item := range items {
		if err := s.gather(f, item, &c); err != nil {
			return nil, err
		}
	}
	return c.plain(last)
}

// gather evaluates the step for one item, predicates included.
func (s *step) gather(f *frame, item any, c *collector) (err error) {
	if s.spreads != nil {
		return c.spread(f, item, s.spreads)
	}
	var v any
	if s.field != nil {
		if v, err = s.field.find(item); err != nil {
			return err
		}
		v = reduce(v)
	} else if v, err = s.code.eval(f, item); err != nil {
		return err
	}
	for i, p := range s.stages {
		if i == len(s.stages)-1 && !p.isNumber {
			c.count++
			return p.keep(f, itemsOf(v))
		}
		if v, err = p.filter(f, v); err != nil {
			return err
		}
	}
	switch v.(type) {
	case float64, string, *Object, bool:
		c.count++
		c.st.stack = append(c.st.stack, v)
	default:
		c.add(v)
	}
	return nil
}

// runField is run for a field without predicates.
func (s *step) runField(f *frame, items []any, last bool) (any, error) {
	c := collector{st: f.st}
	for _, item := range items {
		v, err := s.field.find(item)
		if err != nil {
			return nil, err
		}
		switch v.(type) {
		case float64, string, *Object, bool:
			c.count++
			c.st.stack = append(c.st.stack, v)
		default:
			c.add(reduce(v))
		}
	}
	return c.plain(last)
}

// collector gathers a step's results on the stack, arrays among them spliced in.
type collector struct {
	st    *state
	count int
	first any
}

func (c *collector) add(v any) {
	if IsUndefined(v) {
		return
	}
	if c.count++; c.count == 1 {
		c.first = v
	}
	switch a := v.(type) {
	case []any:
		c.st.stack = append(c.st.stack, a...)
	case *list:
		if a.constructed {
			c.st.stack = append(c.st.stack, v)
			c.st.nested = true
		} else {
			c.st.stack = append(c.st.stack, a.items...)
		}
	default:
		c.st.stack = append(c.st.stack, v)
	}
}

// spread gathers what code leaves on the stack.
func (c *collector) spread(f *frame, item any, s spreader) error {
	mark := len(c.st.stack)
	plain, err := s.spread(f, item)
	if err != nil || len(c.st.stack) == mark && !plain {
		return err
	}
	if c.count++; c.count == 1 && plain {
		c.first = sequenceOf(c.st.stack[mark:]).whole()
	}
	return nil
}

func (c *collector) plain(last bool) (any, error) {
	if err := c.st.spend(c.count); err != nil {
		return nil, err
	}
	if !last || c.count != 1 {
		return nil, nil
	}
	switch a := c.first.(type) {
	case []any:
		return a, nil
	case *list:
		if !a.sequence {
			return a, nil
		}
	}
	return nil, nil
}
