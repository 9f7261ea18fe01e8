package jsonata

// path joins the steps of both sides into one path.
func (a *analysis) path(n *Path) (*term, error) {
	t, err := a.term(n.Left, false)
	if err != nil {
		return nil, err
	}
	if t.kind != termPath {
		t = &term{kind: termPath, at: t.at, steps: []*term{t}, closes: t.closes, bound: t.bound}
		if first := t.steps[0]; first.kind == termParent {
			t.seeking = &seeking{slots: []*slot{first.slot}}
		}
	}
	rest, err := a.term(n.Right, false)
	if err != nil {
		return nil, err
	}
	if rest.kind == termPath {
		t.steps = append(t.steps, rest.steps...)
	} else {
		for _, p := range rest.predicates {
			rest.stages = append(rest.stages, stage{filter: p})
		}
		rest.predicates = nil
		t.steps = append(t.steps, rest)
	}
	if err := a.checkSteps(t); err != nil {
		return nil, err
	}
	return t, resolveParents(t)
}

// checkSteps settles what the kinds of a path's steps mean for the path.
func (a *analysis) checkSteps(t *term) error {
	for _, step := range t.steps {
		switch step.kind {
		case termNumber:
			return &Error{Code: "S0213", at: step.at, Value: step.number}
		case termValue:
			return &Error{Code: "S0213", at: step.at, Value: step.value}
		case termString:
			step.kind = termName
		}
		if step.keepArray {
			t.keepSingle = true
		}
	}
	for _, step := range []*term{t.steps[0], t.steps[len(t.steps)-1]} {
		if step.kind == termArray {
			step.cons = true
		}
	}
	return nil
}

// lastStep is where predicates and bindings of a term go.
func (t *term) lastStep() *term {
	if t.kind == termPath {
		return t.steps[len(t.steps)-1]
	}
	return t
}

func (a *analysis) filter(n *Filter, keep bool) (*term, error) {
	t, err := a.term(n.Expr, keep)
	if err != nil {
		return nil, err
	}
	step := t.lastStep()
	if step.group != nil {
		return nil, &Error{Code: "S0209", at: n.mark}
	}
	predicate, err := a.term(n.Predicate, false)
	if err != nil {
		return nil, err
	}
	if predicate.seeking != nil {
		for _, s := range predicate.seeking.slots {
			if s.level == 1 {
				if err := seekParent(step, s); err != nil {
					return nil, err
				}
			} else {
				s.level--
			}
		}
		inherit(step, predicate)
	}
	if t.kind == termPath {
		step.stages = append(step.stages, stage{filter: predicate})
	} else {
		step.predicates = append(step.predicates, predicate)
	}
	return t, nil
}

func (a *analysis) group(n *Group) (*term, error) {
	t, err := a.term(n.Expr, false)
	if err != nil {
		return nil, err
	}
	if t.group != nil {
		return nil, &Error{Code: "S0210", at: n.mark}
	}
	g := &termGroup{at: n.mark}
	for _, pair := range n.Pairs {
		key, err := a.term(pair.Key, false)
		if err != nil {
			return nil, err
		}
		value, err := a.term(pair.Value, false)
		if err != nil {
			return nil, err
		}
		g.pairs = append(g.pairs, termPair{key, value})
	}
	t.group = g
	return t, nil
}

func (a *analysis) sort(n *Sort) (*term, error) {
	t, err := a.term(n.Expr, false)
	if err != nil {
		return nil, err
	}
	if t.kind != termPath {
		t = &term{kind: termPath, at: t.at, steps: []*term{t}, closes: t.closes, bound: t.bound}
	}
	step := &term{kind: termSort, at: n.mark}
	for _, order := range n.Terms {
		part, err := a.sub(step, order.Expr)
		if err != nil {
			return nil, err
		}
		step.order = append(step.order, termOrder{part, order.Descending})
	}
	t.steps = append(t.steps, step)
	return t, resolveParents(t)
}

func (a *analysis) focus(n *Focus, keep bool) (*term, error) {
	t, err := a.term(n.Expr, false)
	if err != nil {
		return nil, err
	}
	step := t.lastStep()
	if len(step.stages) > 0 || len(step.predicates) > 0 {
		return nil, &Error{Code: "S0215", at: n.mark}
	}
	if step.kind == termSort {
		return nil, &Error{Code: "S0216", at: n.mark}
	}
	step.keepArray = step.keepArray || keep
	step.focus, step.hasFocus, step.tuple = n.Variable, true, true
	a.tupleName(n.Variable)
	return t, nil
}

func (a *analysis) index(n *Index) (*term, error) {
	t, err := a.term(n.Expr, false)
	if err != nil {
		return nil, err
	}
	step := t.lastStep()
	if t.kind != termPath {
		t = &term{kind: termPath, at: t.at, steps: []*term{t}, closes: t.closes, bound: t.bound}
		for _, p := range step.predicates {
			step.stages = append(step.stages, stage{filter: p})
		}
		step.predicates = nil
	}
	if len(step.stages) == 0 {
		step.index, step.hasIndex = n.Variable, true
	} else {
		step.stages = append(step.stages, stage{index: n.Variable})
	}
	step.tuple = true
	a.tupleName(n.Variable)
	return t, nil
}

func (a *analysis) tupleName(name string) {
	if a.tuples == nil {
		a.tuples = map[string]bool{}
	}
	a.tuples[name] = true
}

// inherit makes result seek the parents that its part seeks.
func inherit(result, part *term) {
	if part.seeking == nil && part.kind != termParent {
		return
	}
	s := part.seeking
	if s == nil {
		s = &seeking{}
	}
	if part.kind == termParent {
		s.slots = append(s.slots, part.slot)
	}
	if result.seeking == nil {
		result.seeking = s
	} else {
		result.seeking.slots = append(result.seeking.slots, s.slots...)
	}
}

// resolveParents looks for the steps whose items the parent operators of a path's last step mean. What the path does
// not hold is sought by whatever holds the path.
func resolveParents(path *term) error {
	last := path.steps[len(path.steps)-1]
	var slots []*slot
	if last.seeking != nil {
		slots = last.seeking.slots
	}
	if last.kind == termParent {
		slots = append(slots[:len(slots):len(slots)], last.slot)
	}
	for _, s := range slots {
		if err := resolveParent(path, s); err != nil {
			return err
		}
	}
	return nil
}

func resolveParent(path *term, s *slot) error {
	index := len(path.steps) - 2
	for s.level > 0 {
		if index < 0 {
			if path.seeking == nil {
				path.seeking = &seeking{}
			}
			path.seeking.slots = append(path.seeking.slots, s)
			return nil
		}
		step := path.steps[index]
		index--
		// steps that bind the focus one after the other keep the same context
		for index >= 0 && step.hasFocus && path.steps[index].hasFocus {
			step = path.steps[index]
			index--
		}
		if err := seekParent(step, s); err != nil {
			return err
		}
	}
	return nil
}

// seekParent takes a slot one step to the left and, when that is the place, marks the step as the one to remember.
func seekParent(t *term, s *slot) error {
	switch t.kind {
	case termName, termWildcard:
		s.level--
		if s.level == 0 {
			if t.ancestor != nil {
				s.label = t.ancestor.label
			}
			t.ancestor = s
			t.tuple = true
		}
	case termParent:
		s.level++
	case termBlock:
		if len(t.items) > 0 {
			t.tuple = true
			return seekParent(t.items[len(t.items)-1], s)
		}
	case termPath:
		t.tuple = true
		index := len(t.steps) - 1
		err := seekParent(t.steps[index], s)
		for index--; err == nil && s.level > 0 && index >= 0; index-- {
			err = seekParent(t.steps[index], s)
		}
		return err
	default:
		return &Error{Code: "S0217", at: t.at, token: termNames[t.kind], hasToken: true}
	}
	return nil
}
