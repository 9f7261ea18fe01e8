package jsonata

import "strconv"

// get finds what @ or # has bound to a name.
func (t *tuple) get(name string) (any, bool) {
	if t == nil {
		return nil, false
	}
	for i, n := range t.names {
		if n == name {
			return t.values[i], true
		}
	}
	return nil, false
}

// with is the tuple with one more binding.
func (t *tuple) with(name string, value any) *tuple {
	t2 := *t
	for i, n := range t.names {
		if n == name {
			t2.values = append([]any(nil), t.values...)
			t2.values[i] = value
			return &t2
		}
	}
	t2.names = append(t.names[:len(t.names):len(t.names)], name)
	t2.values = append(t.values[:len(t.values):len(t.values)], value)
	return &t2
}

func (t *tuple) withItem(item any) *tuple {
	t2 := *t
	t2.item = item
	return &t2
}

func (t *tuple) withParent(label int, value any) *tuple {
	t2 := *t
	t2.parents = append([]parentBinding(nil), t.parents...)
	for i := range t2.parents {
		if t2.parents[i].label == label {
			t2.parents[i].value = value
			return &t2
		}
	}
	t2.parents = append(t2.parents, parentBinding{label, value})
	return &t2
}

// object is the tuple as what follows a sort sees it: the reference's sort forgets that it sorts tuples, which are objects of JavaScript.
func (t *tuple) object() *Object {
	o := &Object{}
	o.put("@", t.item)
	for i, n := range t.names {
		o.put(n, t.values[i])
	}
	for _, p := range t.parents {
		o.put("!"+strconv.Itoa(p.label-1), p.value)
	}
	return o
}

// over is the tuple with all that other binds on top.
func (t *tuple) over(other *tuple) *tuple {
	result := t.withItem(other.item)
	for i, n := range other.names {
		result = result.with(n, other.values[i])
	}
	for _, p := range other.parents {
		result = result.withParent(p.label, p.value)
	}
	return result
}

// tupleCode is code evaluated in a frame that carries an item's bindings.
type tupleCode struct {
	code   code
	layout *layout
	names  []string
}

// inTuples generates code for the frame of a tuple. Bound are the variables that the code itself binds.
func (g *generator) inTuples(bound []string, generate func() code) tupleCode {
	s := g.open(bound, true)
	s.tuples = true
	c := tupleCode{code: generate(), layout: s.layout}
	c.names = g.frameNames(s)
	g.close()
	return c
}

func (c *tupleCode) eval(f *frame, t *tuple) (any, error) {
	if t.bare {
		t = &tuple{item: t.object()}
	}
	inner := &frame{st: f.st, parent: f, tuple: t, names: c.names}
	inner.reserve(c.layout.size)
	if err := f.st.allocate(160); err != nil {
		return nil, err
	}
	return c.code.eval(inner, t.item)
}

// tupleStep is a step of a path with bindings.
type tupleStep struct {
	plain    *step // used before the first step that binds
	code     tupleCode
	order    *tupleOrder
	stages   []tupleStage
	focus    string
	index    string
	hasFocus bool
	hasIndex bool
	ancestor *slot
}

type tupleOrder struct {
	order *orderCode
	terms []tupleCode
}

// tupleStage is a predicate, or the binding of positions to a name.
type tupleStage struct {
	predicate *predicate
	code      tupleCode
	index     string
}

// tuplePathCode is a path in which each item carries what @, # and % have bound along with it.
type tuplePathCode struct {
	pathCode
	tuples []tupleStep
	inner  bool // the path around wants the tuples
}

func (g *generator) tuplePath(t *term) code {
	c := &tuplePathCode{inner: t.tuple}
	c.level = g.level
	c.keep, c.absolute, c.constructed = t.keepArray || t.keepSingle, t.steps[0].kind == termVariable, t.steps[0].cons
	bound := false
	for _, step := range t.steps {
		bound = bound || step.tuple
		c.tuples = append(c.tuples, g.tupleStep(step, bound))
		if !bound {
			c.steps = append(c.steps, *c.tuples[len(c.tuples)-1].plain)
		}
	}
	if t.group == nil {
		return c
	}
	return g.regroup(t, g.tupleGroup(t, c))
}

func (g *generator) tupleStep(t *term, bound bool) tupleStep {
	s := tupleStep{focus: t.focus, index: t.index, hasFocus: t.hasFocus, hasIndex: t.hasIndex, ancestor: t.ancestor}
	if !bound {
		plain := g.step(t)
		s.plain = &plain
		return s
	}
	if t.kind == termSort {
		s.order = &tupleOrder{order: g.order(t)}
		for _, o := range t.order {
			s.order.terms = append(s.order.terms, g.inTuples(o.term.bound, func() code { return g.term(o.term) }))
		}
	} else {
		s.code = g.inTuples(t.bound, func() code { return g.term(t) })
	}
	for _, st := range t.stages {
		stage := tupleStage{index: st.index}
		if st.filter != nil {
			stage.code = g.inTuples(st.filter.bound, func() code { stage.predicate = g.predicate(st.filter); return stage.predicate.code })
		}
		s.stages = append(s.stages, stage)
	}
	return s
}

func (c *tuplePathCode) eval(f *frame, in any) (any, error) {
	v, err := c.raw(f, in)
	if err != nil {
		return nil, err
	}
	return reduce(c.kept(v)), nil
}

// raw gives the items, or the tuples when the path around wants those.
func (c *tuplePathCode) raw(f *frame, in any) (any, error) {
	tuples, v, err := c.stream(f, in)
	if err != nil || v != nil {
		return v, err
	}
	result := &list{sequence: true, tuples: c.inner, items: make([]any, len(tuples))}
	for i, t := range tuples {
		if c.inner {
			result.items[i] = t
		} else {
			result.items[i] = t.item
		}
	}
	return result, nil
}

// stream evaluates the path to tuples, or to a value when it ends before anything is bound.
func (c *tuplePathCode) stream(f *frame, in any) ([]*tuple, any, error) {
	if err := c.within(f, in); err != nil {
		return nil, nil, err
	}
	items, ok := elements(in)
	if !ok || c.absolute {
		items = []any{in}
	}
	first := len(c.steps)
	if first > 0 || c.constructed {
		v, err := c.lead(f, in)
		if err != nil {
			return nil, nil, err
		}
		if first > 0 || !c.tuples[0].hasFocus { // @ keeps the context, even that of an array constructor
			items, _ = elements(v)
		}
		if len(items) == 0 && first > 0 {
			return nil, v, nil
		}
		first = max(first, 1)
	}
	tuples, started := startTuples(items), false
	for i := first; i < len(c.tuples); i++ {
		var err error
		if tuples, err = c.tuples[i].run(f, tuples, started); err != nil {
			return nil, nil, err
		}
		started = true
	}
	return tuples, nil, nil
}

// run evaluates one step, with its predicates, for all tuples.
func (s *tupleStep) run(f *frame, tuples []*tuple, started bool) ([]*tuple, error) {
	var err error
	if s.order != nil {
		tuples, err = s.sort(f, tuples, started)
	} else {
		tuples, err = s.expand(f, tuples)
	}
	if err != nil {
		return nil, err
	}
	return s.narrow(f, tuples)
}

// lead evaluates the steps before the first that binds; an array constructor at the start counts among them.
func (c *tuplePathCode) lead(f *frame, in any) (any, error) {
	lead := pathCode{steps: c.steps, level: c.level, absolute: c.absolute, constructed: c.constructed, open: true}
	if len(c.steps) == 0 {
		if _, ok := elements(in); !ok {
			in = newSequence(in)
		}
		return c.tuples[0].code.eval(f, &tuple{item: in})
	}
	return lead.raw(f, in)
}

func startTuples(items []any) []*tuple {
	tuples := make([]*tuple, len(items))
	for i, item := range items {
		tuples[i] = &tuple{item: item}
	}
	return tuples
}

// expand evaluates the step for each tuple; each result makes a tuple.
func (s *tupleStep) expand(f *frame, tuples []*tuple) ([]*tuple, error) {
	var out []*tuple
	for _, t := range tuples {
		if t.bare {
			t = t.withItem(t.item)
			t.bare = false
		}
		v, err := s.code.eval(f, t)
		if err != nil {
			return nil, err
		}
		if IsUndefined(v) {
			continue
		}
		items, ok := elements(v)
		if !ok {
			items = []any{v}
		}
		if err := f.st.items(8 * len(items)); err != nil {
			return nil, err
		}
		for i, item := range items {
			out = append(out, s.tuple(t, item, i))
		}
	}
	return out, nil
}

// tuple makes the tuple for one result.
func (s *tupleStep) tuple(t *tuple, item any, position int) *tuple {
	if inner, ok := item.(*tuple); ok {
		return t.over(inner)
	}
	next := t.withItem(item)
	if s.hasFocus {
		next = t.with(s.focus, item)
	}
	if s.hasIndex {
		next = next.with(s.index, float64(position))
	}
	if s.ancestor != nil {
		next = next.withParent(s.ancestor.label, t.item)
	}
	return next
}

func (s *tupleStep) sort(f *frame, tuples []*tuple, started bool) ([]*tuple, error) {
	if len(tuples) > 1 {
		keys := make([]sortItem, len(tuples))
		for i, t := range tuples {
			keys[i].item = t
		}
		c := s.order
		sorted, err := c.order.sort(keys, func(t *orderTerm, item any) (any, error) {
			for i := range c.order.terms {
				if t == &c.order.terms[i] {
					return c.terms[i].eval(f, item.(*tuple))
				}
			}
			return Undefined, nil
		}, f.st)
		if err != nil {
			return nil, err
		}
		for i, t := range sorted {
			tuples[i] = t.(*tuple)
			if started {
				tuples[i] = tuples[i].withItem(tuples[i].item)
				tuples[i].bare = true
			}
		}
	}
	if !started && s.hasIndex {
		for i, t := range tuples {
			tuples[i] = t.with(s.index, float64(i))
		}
	}
	return tuples, nil
}

// narrow applies the predicates and position bindings that follow the step.
func (s *tupleStep) narrow(f *frame, tuples []*tuple) ([]*tuple, error) {
	for i := range s.stages {
		stage := &s.stages[i]
		if stage.predicate == nil {
			for j, t := range tuples {
				tuples[j] = t.with(stage.index, float64(j))
			}
			continue
		}
		var err error
		if tuples, err = stage.filter(f, tuples); err != nil {
			return nil, err
		}
	}
	return tuples, nil
}

func (stage *tupleStage) filter(f *frame, tuples []*tuple) ([]*tuple, error) {
	var kept []*tuple
	if p := stage.predicate; p.isNumber {
		i := p.position
		if i < 0 {
			i += float64(len(tuples))
		}
		if i >= 0 && i < float64(len(tuples)) {
			kept = append(kept, tuples[int(i)])
		}
		return kept, nil
	}
	for i, t := range tuples {
		v, err := stage.code.eval(f, t)
		if err != nil {
			return nil, err
		}
		n, err := selects(v, i, len(tuples))
		if err != nil {
			return nil, err
		}
		for range n {
			kept = append(kept, t)
		}
	}
	return kept, nil
}
