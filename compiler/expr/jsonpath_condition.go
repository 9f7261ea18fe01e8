package expr

import (
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// This file turns the conditions of filters into predicates: [?(@.price < 10 && @.name == 'x')].

// origin is where paths of a filter begin.
type origin struct {
	node jsonata.Node
	// carried tells that the context is the object that carries the node.
	carried bool
	// object tells that the node is an object.
	object bool
}

// carrier is an object that carries the origin.
func (o origin) carrier() matches {
	if o.carried {
		return matches{node: build.Var(""), single: true}
	}
	return matches{node: carry(o.node), single: true}
}

func (o origin) field(name string) jsonata.Node {
	if context, ok := o.node.(*jsonata.Variable); ok && context.Name == "" {
		return build.Name(name)
	}
	return build.Field(o.node, name)
}

// verdict is a condition. An unsure one gives nothing where Jayway stops and does not take the element, whatever the rest of the filter says.
type verdict struct {
	node   jsonata.Node
	unsure bool
}

func sure(node jsonata.Node) verdict { return verdict{node: node} }

func (l *pathLowerer) condition(c jsonpath.Condition, this origin) verdict {
	switch c := c.(type) {
	case *jsonpath.Or:
		return l.chain(operands(c), this, false)
	case *jsonpath.And:
		return l.chain(operands(c), this, true)
	case *jsonpath.Not:
		inner := l.condition(c.Operand, this)
		return verdict{build.Not(inner.node), inner.unsure}
	case *jsonpath.Exists:
		return sure(l.exists(c.Path, this))
	case *jsonpath.Comparison:
		return l.comparison(c, this)
	default:
		return sure(l.nothing(c.At(), "this condition of a JSONPath is not supported"))
	}
}

// operands gives what a chain of && or of || joins, so that a long chain need not become a deep one.
func operands(c jsonpath.Condition) []jsonpath.Condition {
	var left, right jsonpath.Condition
	switch c := c.(type) {
	case *jsonpath.Or:
		left, right = c.Left, c.Right
		if _, more := left.(*jsonpath.Or); more {
			return append(operands(left), right)
		}
	case *jsonpath.And:
		left, right = c.Left, c.Right
		if _, more := left.(*jsonpath.And); more {
			return append(operands(left), right)
		}
	}
	return []jsonpath.Condition{left, right}
}

// mostUnsure bounds a chain of conditions of which one is unsure, which nest.
const mostUnsure = 20

// chain joins conditions. The first one that is sure of the outcome ends it.
func (l *pathLowerer) chain(conditions []jsonpath.Condition, this origin, and bool) verdict {
	var nodes []jsonata.Node
	unsure := false
	for _, c := range conditions {
		one := l.condition(c, this)
		nodes, unsure = append(nodes, one.node), unsure || one.unsure
	}
	join := build.Any
	if and {
		join = build.All
	}
	if !unsure {
		return sure(join(nodes...))
	}
	if len(conditions) > mostUnsure {
		return sure(l.nothing(conditions[0].At(), "the filter has too many conditions that look into lists of the data"))
	}
	result := nodes[len(nodes)-1]
	for _, node := range slices.Backward(nodes[:len(nodes)-1]) {
		rest := result
		result = build.Held("one", node, func(one jsonata.Node) jsonata.Node {
			if and {
				return build.If(one, rest, one)
			}
			return build.If(one, one, build.If(build.Exists(one), rest, nil))
		})
	}
	return verdict{result, true}
}

// needsObject tells that a condition holds only for objects: it asks for a field of the element.
func needsObject(c jsonpath.Condition) bool {
	switch c := c.(type) {
	case *jsonpath.Or:
		return needsObject(c.Left) && needsObject(c.Right)
	case *jsonpath.And:
		return needsObject(c.Left) || needsObject(c.Right)
	case *jsonpath.Exists:
		return asksField(c.Path)
	case *jsonpath.Comparison:
		positive := []string{"==", "===", "<", "<=", ">", ">=", "contains", "size", "empty", "in", "subsetof", "anyof", "noneof"}
		return slices.Contains(positive, c.Operator) && (asksField(c.Left) || asksField(c.Right))
	default:
		return false
	}
}

func asksField(operand jsonpath.Operand) bool {
	path, isPath := operand.(*jsonpath.Path)
	return isPath && path.Root.Kind == jsonpath.Element && startsWithField(path.Steps)
}

// rootPaths finds the paths from $ in the filters and arguments of steps, but not those inside of such paths.
func rootPaths(steps []jsonpath.Step) []*jsonpath.Path {
	var found []*jsonpath.Path
	operand := func(o jsonpath.Operand) {
		if path, ok := o.(*jsonpath.Path); ok && path.Root.Kind == jsonpath.Document {
			found = append(found, path)
		} else if ok {
			found = append(found, rootPaths(path.Steps)...)
		}
	}
	for _, step := range steps {
		if descend, ok := step.(*jsonpath.Descend); ok {
			step = descend.Step
		}
		switch step := step.(type) {
		case *jsonpath.Filter:
			eachOperand(step.Condition, operand)
		case *jsonpath.Function:
			for _, argument := range step.Arguments {
				operand(argument)
			}
		}
	}
	return found
}

func eachOperand(c jsonpath.Condition, visit func(jsonpath.Operand)) {
	switch c := c.(type) {
	case *jsonpath.Or:
		eachOperand(c.Left, visit)
		eachOperand(c.Right, visit)
	case *jsonpath.And:
		eachOperand(c.Left, visit)
		eachOperand(c.Right, visit)
	case *jsonpath.Not:
		eachOperand(c.Operand, visit)
	case *jsonpath.Exists: // which looks into the element, wherever its path begins
		for _, inner := range rootPaths(c.Path.Steps) {
			visit(inner)
		}
	case *jsonpath.Comparison:
		visit(c.Left)
		visit(c.Right)
	}
}

// from gives where a path of a filter begins, and what is known of what it finds.
func (l *pathLowerer) from(path *jsonpath.Path, this origin) origin {
	if path.Root.Kind == jsonpath.Document {
		return origin{node: l.document}
	}
	return this
}

// operandFrom gives what a path of a filter finds: a value, for an indefinite path a list, or nothing.
func (l *pathLowerer) operandFrom(this origin, path *jsonpath.Path) jsonata.Node {
	switch {
	case path.Aggregates():
		return l.aggregate(this.node, path).value()
	case len(path.Steps) == 0:
		return this.node
	}
	if node, ok := oneField(this, path.Steps); ok {
		return node
	}
	if path.Definite() {
		return l.strictly(this, path.Steps).value()
	}
	before, rest := split(path.Steps)
	list := l.steps(l.strictly(this, before), rest)
	if reached := l.reached(this, before, rest); reached != nil {
		return build.If(reached, list.list(), nil)
	}
	return list.list()
}

// oneField is the short form of a path with one name.
func oneField(this origin, steps []jsonpath.Step) (jsonata.Node, bool) {
	child, isChild := steps[0].(*jsonpath.Child)
	if len(steps) > 1 || !isChild || len(child.Names) > 1 {
		return nil, false
	}
	if this.object {
		return this.field(child.Names[0]), true
	}
	return build.If(isObject(this.node), this.field(child.Names[0]), nil), true
}

// strictly takes steps that lead to one place at most.
func (l *pathLowerer) strictly(this origin, steps []jsonpath.Step) matches {
	if len(steps) > 1 && this.object {
		if first, ok := oneField(this, steps[:1]); ok {
			return l.steps(matches{node: carry(first), single: true}, steps[1:])
		}
	}
	return l.steps(this.carrier(), steps)
}

// split cuts steps behind those that lead to one place at most.
func split(steps []jsonpath.Step) (before, rest []jsonpath.Step) {
	for i, step := range steps {
		switch step := step.(type) {
		case *jsonpath.Child:
			if len(step.Names) == 1 {
				continue
			}
		case *jsonpath.Index:
			if len(step.Indexes) == 1 {
				continue
			}
		}
		return steps[:i], steps[i:]
	}
	return steps, nil
}

// reached is the condition that a path leads to its first step that finds several: without it Jayway finds nothing, not an empty list. Nil is always.
func (l *pathLowerer) reached(this origin, before, rest []jsonpath.Step) jsonata.Node {
	var at jsonata.Node = this.node
	if len(before) > 0 {
		at = l.strictly(this, before).value()
		if short, ok := oneField(this, before); ok {
			at = short
		}
	}
	switch rest[0].(type) {
	case *jsonpath.Index, *jsonpath.Slice:
		return isList(at)
	case *jsonpath.Child:
		return isObject(at)
	case *jsonpath.Filter:
		return isStructure(at)
	}
	if len(before) == 0 {
		return nil
	}
	return build.Exists(at)
}

// exists tells whether a path leads somewhere. An indefinite path does, even if it finds nothing, where no object on its way lacks a field.
func (l *pathLowerer) exists(path *jsonpath.Path, this origin) jsonata.Node {
	if path.Root.Kind == jsonpath.Document {
		l.warn(path.Span, "compare what the path finds", "a path by itself looks into the element in Jayway, as if it began with @")
	}
	if path.Definite() {
		return l.existsOne(path, this)
	}
	before, rest := split(path.Steps)
	var conditions []jsonata.Node
	if reached := l.reached(this, before, rest); reached != nil {
		conditions = append(conditions, reached)
	}
	if complete := l.complete(l.strictly(this, before), rest); complete != nil {
		conditions = append(conditions, complete)
	}
	return build.All(conditions...)
}

// complete is the condition that no object on the way of steps lacks a field that the next step asks for; nil when no step asks for one.
func (l *pathLowerer) complete(m matches, steps []jsonpath.Step) jsonata.Node {
	if len(steps) == 0 {
		return nil
	}
	rest := steps[1:]
	if !asks(steps[0], len(rest) == 0) {
		return l.complete(l.step(m, steps[0], rest), rest)
	}
	return enclosed(build.Held("some", m.node, func(some jsonata.Node) jsonata.Node {
		m.node = some
		none := build.Not(lacks(m, steps[0]))
		if further := l.complete(l.step(m, steps[0], rest), rest); further != nil {
			return build.All(none, further)
		}
		return none
	}))
}

// asks tells whether a step asks objects for fields that they must have.
func asks(step jsonpath.Step, last bool) bool {
	if descend, ok := step.(*jsonpath.Descend); ok {
		names, isChild := descend.Step.(*jsonpath.Child)
		return isChild && len(names.Names) > 1 && !last
	}
	_, isChild := step.(*jsonpath.Child)
	return isChild
}

// existsOne is exists for a path that leads to one place at most. Several names must all be there.
func (l *pathLowerer) existsOne(path *jsonpath.Path, this origin) jsonata.Node {
	last := len(path.Steps) - 1
	if last < 0 {
		return build.Exists(this.node)
	}
	names, ok := path.Steps[last].(*jsonpath.Child)
	if !ok || len(names.Names) == 1 {
		return build.Exists(l.operandFrom(this, path))
	}
	var all []jsonata.Node
	for _, name := range names.Names {
		all = append(all, build.Exists(build.Field(carried(), name)))
	}
	found := l.strictly(this, path.Steps[:last]).having(isObject(carried()))
	return build.Exists(found.having(build.All(all...)).node)
}

// lacks tells whether one of the objects found so far lacks a field that a step asks for.
func lacks(m matches, step jsonpath.Step) jsonata.Node {
	if descend, ok := step.(*jsonpath.Descend); ok {
		return lacks(objectsBelow(m), descend.Step)
	}
	names := step.(*jsonpath.Child)
	var missing []jsonata.Node
	m = m.carriers().having(isObject(carried()))
	for _, name := range names.Names {
		missing = append(missing, build.Not(build.Exists(build.Field(carried(), name))))
	}
	return build.Exists(m.having(build.Any(missing...)).node)
}
