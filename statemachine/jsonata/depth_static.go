package jsonata

// Depth is how deep an expression nests at most, counted as Limits.Depth counts: whatever its data are and whichever branches it takes, it
// evaluates within a limit of Depth. Functions that call themselves are the exception: each call of theirs nests as much again, which only
// the evaluation can count. Zero is the depth of a tree that Compile refuses.
func Depth(n Node) int {
	_, t, err := analyse("", n)
	if err != nil {
		return 0
	}
	// Where it is not known which function is called, it may be any. The first pass finds out how deep those nest.
	first := &depthScan{heights: map[*term]int{}, made: map[*term]int{}}
	first.term(t, 1, &functionScope{})
	d := &depthScan{heights: map[*term]int{}, made: map[*term]int{}}
	for _, height := range first.heights {
		d.unknown = max(d.unknown, height)
	}
	return d.term(t, 1, &functionScope{})
}

// depthScan finds the deepest level that a term reaches.
type depthScan struct {
	heights map[*term]int // of the bodies of functions
	made    map[*term]int // of the functions that ~> makes and blocks give, each asked for by everything around
	unknown int           // how deep a function nests that is not known
}

// functionScope knows how deep the functions nest that variables hold; notFunction marks variables of which nothing is known.
type functionScope struct {
	parent *functionScope
	names  map[string]int
}

const notFunction = -1

func (s *functionScope) set(name string, height int) {
	if s.names == nil {
		s.names = map[string]int{}
	}
	s.names[name] = max(height, s.names[name])
	if height == notFunction {
		s.names[name] = notFunction
	}
}

func (s *functionScope) get(name string) int {
	for ; s != nil; s = s.parent {
		if height, ok := s.names[name]; ok {
			return height
		}
	}
	return notFunction
}

// term is the deepest level that t reaches when it stands at a level.
func (d *depthScan) term(t *term, level int, s *functionScope) int {
	if t == nil {
		return 0
	}
	deepest := max(level, d.kind(t, level, s))
	for _, p := range t.predicates {
		deepest = max(deepest, d.predicate(p, level+1, s))
	}
	if t.group != nil {
		deepest = max(deepest, d.pairs(t.group.pairs, level+1, s))
	}
	return deepest
}

// kind is a switch over the kinds of terms that differ from the rule: that parts nest one level deeper.
func (d *depthScan) kind(t *term, level int, s *functionScope) int {
	switch t.kind {
	case termPath:
		return d.path(t, level, s)
	case termBlock:
		return d.block(t, level, s, d.term)
	case termLambda:
		d.height(t, s)
		return level
	case termTransform:
		return level
	case termBind:
		// a function that calls itself nests once
		s.set(t.text, 0)
		deepest := d.term(t.right, level+1, s)
		s.set(t.text, d.function(t.right, s))
		return deepest
	case termCall:
		return max(d.terms(t.items, level+1, s), d.term(t.left, level+1, s), level+d.called(t.left, t.items, s))
	case termApply:
		return d.apply(t, level, s)
	}
	return max(d.terms(t.items, level+1, s), d.pairs(t.pairs, level+1, s), d.term(t.left, level+1, s), d.term(t.right, level+1, s), d.term(t.other, level+1, s))
}

func (d *depthScan) terms(list []*term, level int, s *functionScope) int {
	deepest := 0
	for _, t := range list {
		deepest = max(deepest, d.term(t, level, s))
	}
	return deepest
}

func (d *depthScan) pairs(pairs []termPair, level int, s *functionScope) int {
	deepest := 0
	for _, p := range pairs {
		deepest = max(deepest, d.term(p.key, level, s), d.term(p.value, level, s))
	}
	return deepest
}

// predicate nests, unless it is a literal position, which is not evaluated.
func (d *depthScan) predicate(t *term, level int, s *functionScope) int {
	if t.kind == termNumber && len(t.predicates) == 0 && t.group == nil {
		return 0
	}
	return d.term(t, level, s)
}

func (d *depthScan) path(t *term, level int, s *functionScope) int {
	deepest := level + 1
	for _, step := range t.steps {
		for _, order := range step.order {
			deepest = max(deepest, d.term(order.term, level+1, s))
		}
		for _, stage := range step.stages {
			if stage.filter != nil {
				deepest = max(deepest, d.predicate(stage.filter, level+1, s))
			}
		}
		if step.kind != termSort {
			deepest = max(deepest, d.term(step, level+1, s))
		}
	}
	return deepest
}

// block nests its parts; last is how its last part nests.
func (d *depthScan) block(t *term, level int, s *functionScope, last func(*term, int, *functionScope) int) int {
	inner := &functionScope{parent: s}
	deepest := level
	for i, item := range t.items {
		if i == len(t.items)-1 {
			deepest = max(deepest, last(item, level+1, inner))
		} else {
			deepest = max(deepest, d.term(item, level+1, inner))
		}
	}
	return deepest
}

func (d *depthScan) apply(t *term, level int, s *functionScope) int {
	deepest := d.term(t.left, level+1, s)
	if right := t.right; right.kind == termCall {
		arguments := append([]*term{t.left}, right.items...)
		return max(deepest, d.terms(right.items, level+1, s), d.term(right.left, level+1, s), level+d.called(right.left, arguments, s))
	}
	return max(deepest, d.term(t.right, level+1, s), level+d.called(t.right, []*term{t.left}, s))
}

// called is how deep a call nests below the call itself: the function's body, and functions among the arguments, which a library function
// calls at once and a function of the expression somewhere inside.
func (d *depthScan) called(procedure *term, arguments []*term, s *functionScope) int {
	callee, callback := max(0, d.function(procedure, s)), 0
	for _, argument := range arguments {
		callback = max(callback, d.function(argument, s))
	}
	return callee + callback
}

// function is how deep the function that a term gives nests when it is called; notFunction when the term gives none.
func (d *depthScan) function(t *term, s *functionScope) int {
	switch t.kind {
	case termLambda:
		return d.height(t, s)
	case termTransform:
		return max(d.term(t.left, 1, s), d.term(t.right, 1, s), d.term(t.other, 1, s))
	case termVariable:
		return s.get(t.text)
	case termPartial:
		return d.called(t.left, t.items, s)
	case termApply:
		return d.once(t, s, d.chained)
	case termCondition:
		deepest := d.function(t.right, s)
		if t.other != nil {
			deepest = max(deepest, d.function(t.other, s))
		}
		return deepest
	case termBind:
		return d.function(t.right, s)
	case termBlock:
		return d.once(t, s, d.blockFunction)
	case termPath, termCall:
		return d.unknown
	}
	return notFunction
}

// once asks how deep the function that a term makes nests, and keeps the answer: without it every level around would ask again.
func (d *depthScan) once(t *term, s *functionScope, height func(*term, *functionScope) int) int {
	known, ok := d.made[t]
	if !ok {
		known = height(t, s)
		d.made[t] = known
	}
	return known
}

// chained is how deep a function made by ~> nests: function($x){ $second($first($x)) }. What ~> makes may also be the result of a call.
func (d *depthScan) chained(t *term, s *functionScope) int {
	first, second := d.function(t.left, s), d.function(t.right, s)
	return max(2, 1+first, second, d.unknown)
}

func (d *depthScan) blockFunction(t *term, s *functionScope) int {
	if len(t.items) == 0 {
		return notFunction
	}
	inner := &functionScope{parent: s}
	for _, item := range t.items {
		d.term(item, 1, inner)
	}
	return d.function(t.items[len(t.items)-1], inner)
}

// height is how deep the body of a function nests.
func (d *depthScan) height(t *term, s *functionScope) int {
	if height, ok := d.heights[t]; ok {
		return height
	}
	d.heights[t] = 0
	inner := &functionScope{parent: s}
	for _, name := range t.parameters {
		inner.set(name, notFunction)
	}
	height := d.tail(t.right, 1, inner)
	d.heights[t] = height
	return height
}

// tail is term for what a function ends in: a call there is made by the caller.
func (d *depthScan) tail(t *term, level int, s *functionScope) int {
	plain := len(t.predicates) == 0 && t.group == nil && !t.keepArray
	switch {
	case t.kind == termCall && len(t.predicates) == 0:
		return max(level, d.terms(t.items, 1, s), d.term(t.left, 1, s), d.called(t.left, t.items, s))
	case t.kind == termCondition && plain:
		deepest := max(d.term(t.left, level+1, s), d.tail(t.right, level+1, s))
		if t.other != nil {
			deepest = max(deepest, d.tail(t.other, level+1, s))
		}
		return deepest
	case t.kind == termBlock && plain && len(t.items) > 0:
		return d.block(t, level, s, d.tail)
	}
	return d.term(t, level, s)
}
