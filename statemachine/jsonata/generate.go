package jsonata

// code is an executable expression. The result is reduced: never an empty sequence, nor one with a single item that it need not keep.
type code interface {
	eval(f *frame, in any) (any, error)
}

// generator turns terms into code and resolves variables to places in frames.
type generator struct {
	e        *Expression
	a        *analysis
	scope    *scope
	globals  map[string]int
	level    int  // how deep the current term nests in its function's body
	based    bool // the code is that of a function, a transform or $eval, whose place in the nesting is known when it runs
	attached bool // code for $eval: the outermost scope is that of the caller
}

// scope is where variables live: a frame of its own, or places in the frame of the scope around it.
type scope struct {
	parent *scope
	names  []string
	slots  []int
	known  map[string]int // the slots by name, once there are many
	layout *layout
	tuples bool // the frame carries a tuple
}

// layout counts a frame's variables.
type layout struct {
	size  int
	names []string
}

func newGenerator(e *Expression, a *analysis) *generator {
	return &generator{e: e, a: a, globals: map[string]int{}}
}

// expression generates the whole program.
func (g *generator) expression(t *term) {
	s := g.open(t.bound, true)
	g.e.code = g.term(t)
	g.close()
	g.e.size = s.layout.size
	if g.a.dynamic {
		g.e.names = s.layout.names
	}
}

// open begins a scope, with a frame of its own or in the current one.
func (g *generator) open(names []string, framed bool) *scope {
	s := &scope{parent: g.scope}
	if framed {
		s.layout = &layout{}
	} else {
		s.layout = g.scope.layout
	}
	for _, name := range names {
		s.declare(name)
	}
	g.scope = s
	return s
}

func (g *generator) close() { g.scope = g.scope.parent }

// declare gives a name a place; the same name gets the same.
func (s *scope) declare(name string) int {
	if slot := s.slot(name); slot >= 0 {
		return slot
	}
	slot := s.layout.size
	s.layout.size++
	s.layout.names = append(s.layout.names, name)
	s.names = append(s.names, name)
	s.slots = append(s.slots, slot)
	if s.known != nil {
		s.known[name] = slot
	} else if len(s.names) > indexFrom {
		s.known = map[string]int{}
		for i, n := range s.names {
			s.known[n] = s.slots[i]
		}
	}
	return slot
}

func (s *scope) slot(name string) int {
	if s.known != nil {
		if slot, ok := s.known[name]; ok {
			return slot
		}
		return -1
	}
	for i, n := range s.names {
		if n == name {
			return s.slots[i]
		}
	}
	return -1
}

// term generates a term with what hangs on it: predicates, grouping and [].
func (g *generator) term(t *term) code {
	g.level++
	c := g.bare(t)
	if t.leaf() {
		c = g.bounded(c)
	}
	for _, p := range t.predicates {
		if t.tuple {
			c = g.filteredTuples(c, p)
		} else {
			c = g.filtered(c, p)
		}
	}
	switch {
	case t.group == nil || t.kind == termPath:
	case t.tuple:
		c = g.tupleGroup(t, carriedCode{c})
	default:
		c = &groupCode{source: c, pairs: g.pairs(t.group.pairs), at: t.group.at}
	}
	if t.keepArray && t.kind != termPath {
		c = &keepCode{c}
	}
	g.level--
	return c
}

// bare is a flat switch over the kinds of terms.
func (g *generator) bare(t *term) code {
	switch t.kind {
	case termPath:
		return g.path(t)
	case termBinary:
		return g.binary(t)
	case termNegate:
		return &negateCode{g.term(t.left), t.at}
	case termArray:
		return g.array(t)
	case termObject:
		return g.object(t)
	case termName:
		return &nameCode{key: t.text}
	case termString:
		return &constantCode{t.text}
	case termNumber:
		return &constantCode{g.number(t)}
	case termValue:
		return &constantCode{t.value}
	case termWildcard:
		return wildcardCode{}
	case termDescendants:
		return descendantsCode{}
	case termParent:
		return &parentCode{t.slot}
	case termCondition:
		return g.condition(t, g.term)
	case termBlock:
		return g.block(t, g.term)
	case termBind:
		return g.bind(t)
	case termRegex:
		return &constantCode{regexFunction(t.regex)}
	case termCall:
		return g.call(t)
	case termPartial:
		return g.partial(t)
	case termVariable:
		return g.variable(t.text)
	case termLambda:
		return g.lambda(t)
	case termApply:
		return g.apply(t)
	case termTransform:
		return g.transform(t)
	case termRange:
		return &rangeCode{g.term(t.left), g.term(t.right), t.at}
	}
	return &constantCode{Undefined}
}

// number is a literal's value: outside the dialect of Step Functions, numbers are JavaScript's.
func (g *generator) number(t *term) any {
	if g.e.aws {
		return t.number
	}
	f, _ := Float(t.number)
	return f
}

func (g *generator) terms(list []*term) []code {
	codes := make([]code, len(list))
	for i, t := range list {
		codes[i] = g.term(t)
	}
	return codes
}

func (g *generator) condition(t *term, branch func(*term) code) code {
	c := &conditionCode{condition: g.term(t.left), then: branch(t.right)}
	if t.other != nil {
		c.otherwise = branch(t.other)
	}
	return g.guarded(t, c)
}

// block generates (a; b; …). It needs a frame of its own only when a function made inside might keep its variables.
func (g *generator) block(t *term, last func(*term) code) code {
	framed := g.a.dynamic || t.closes && len(t.bound) > 0
	s := g.open(t.bound, framed)
	items := make([]code, len(t.items))
	for i, item := range t.items {
		if i == len(t.items)-1 {
			items[i] = last(item)
		} else {
			items[i] = g.term(item)
		}
	}
	g.close()
	if len(items) == 1 && !framed && len(t.bound) == 0 && t.transparent(items[0]) {
		return items[0]
	}
	c := &blockCode{items: items}
	if framed {
		return &framedBlockCode{blockCode: *c, layout: s.layout, names: g.frameNames(s)}
	}
	c.slots = s.slots
	return c
}

// transparent tells whether a block of one expression is just that expression. It is not where something would take the
// expression's result before it is reduced.
func (t *term) transparent(item code) bool {
	if kind := t.items[0].kind; kind == termCall || kind == termApply {
		return false
	}
	_, raw := item.(rawCode)
	return !raw || len(t.predicates) == 0 && t.group == nil && !t.keepArray
}

func (g *generator) frameNames(s *scope) []string {
	if g.a.dynamic {
		return s.layout.names
	}
	return nil
}

// bind generates $name := value for the scope at hand.
func (g *generator) bind(t *term) code {
	value := g.term(t.right)
	if g.attached && g.scope.parent == nil {
		return &bindNameCode{t.text, value}
	}
	return &bindCode{slot: g.scope.declare(t.text), value: value}
}

func (g *generator) lambda(t *term) code {
	level, based := g.level, g.based
	g.level, g.based = 0, true
	l := &lambdaCode{signature: t.signature, layout: nil, keeps: t.closes || g.a.dynamic}
	s := g.open(t.parameters, true)
	for _, name := range t.parameters {
		l.slots = append(l.slots, s.slot(name))
	}
	for _, name := range t.bound {
		s.declare(name)
	}
	l.layout = s.layout
	l.body = g.tail(t.right)
	l.names = g.frameNames(s)
	g.close()
	g.level, g.based = level, based
	l.arity = len(t.parameters)
	l.simple = t.signature == nil && s.layout.size == len(t.parameters)
	return l
}

// tail generates the body of a function: a call that it ends in is left to the caller.
func (g *generator) tail(t *term) code {
	plain := len(t.predicates) == 0 && t.group == nil && !t.keepArray
	switch {
	case t.kind == termCall && len(t.predicates) == 0:
		return g.tailCall(t)
	case t.kind == termCondition && plain:
		g.level++
		defer func() { g.level-- }()
		return g.condition(t, g.tail)
	case t.kind == termBlock && plain && len(t.items) > 0:
		g.level++
		defer func() { g.level-- }()
		return g.block(t, g.tail)
	}
	return g.term(t)
}

// tailCall generates a call whose parts nest in the call of the function that ends in it.
func (g *generator) tailCall(t *term) code {
	c := &tailCallCode{name: variableName(t.left), at: t.left.at, level: g.level + 1}
	level := g.level
	g.level = 0
	c.procedure, c.args = g.term(t.left), g.terms(t.items)
	g.level = level
	return c
}

// variableName is what errors call a function that is called last in another.
func variableName(procedure *term) any {
	if procedure.kind == termVariable {
		return procedure.text
	}
	return Undefined
}

// procedureName is what errors call a called function.
func procedureName(t *term) any {
	switch p := t.left; p.kind {
	case termPath:
		return p.steps[0].text
	case termVariable, termName, termString:
		return p.text
	case termCall, termPartial:
		return "("
	case termBinary:
		return p.text
	}
	return Undefined
}

// variable resolves a name to the places where it may be bound, innermost first.
func (g *generator) variable(name string) code {
	switch {
	case name == "":
		return contextCode{}
	case g.a.dynamic || g.attached:
		return &dynamicCode{name}
	}
	c := &variableCode{name: name}
	hops := 0
	for s := g.scope; s != nil; s = s.parent {
		if slot := s.slot(name); slot >= 0 {
			c.places = append(c.places, place{hops, slot})
		}
		if s.tuples && s.layout != parentLayout(s) && g.a.tuples[name] {
			c.places = append(c.places, place{hops, inTuple})
		}
		if s.parent != nil && s.layout != s.parent.layout {
			hops++
		}
	}
	c.global = g.global(name)
	switch {
	case len(c.places) == 0:
		return &globalCode{index: c.global, name: name}
	case len(c.places) == 1 && c.places[0].hops == 0 && c.places[0].slot >= 0:
		return &localCode{slot: c.places[0].slot, global: c.global}
	}
	return c
}

func parentLayout(s *scope) *layout {
	if s.parent == nil {
		return nil
	}
	return s.parent.layout
}

func (g *generator) global(name string) int {
	if i, ok := g.globals[name]; ok {
		return i
	}
	g.globals[name] = len(g.e.globals)
	g.e.globals = append(g.e.globals, name)
	return len(g.e.globals) - 1
}
