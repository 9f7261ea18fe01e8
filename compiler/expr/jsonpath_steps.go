package expr

import (
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// pathLowerer turns paths into JSONata. It keeps the first reason why that cannot be done.
type pathLowerer struct {
	holes []Hole
	// flags tells that booleans of the data are 1 and 0.
	flags bool
	// document is what $ stands for inside of filters, held what the paths that begin there find.
	document jsonata.Node
	held     map[*jsonpath.Path]jsonata.Node
	err      *Error
	warnings []*Error
}

func (l *pathLowerer) refuse(at jsonpath.Span, format string, arguments ...any) *Error {
	err := problem(at.Start, at.End, format, arguments...)
	if l.err == nil {
		l.err = err
	}
	return err
}

// warn tells of a condition that never holds.
func (l *pathLowerer) warn(at jsonpath.Span, fix, format string, arguments ...any) {
	warning := problem(at.Start, at.End, format, arguments...)
	warning.Fix = fix
	l.warnings = append(l.warnings, warning)
}

// nothing refuses a part of a path.
func (l *pathLowerer) nothing(at jsonpath.Span, format string, arguments ...any) jsonata.Node {
	l.refuse(at, format, arguments...)
	return build.Null()
}

// lower lowers a whole path. What $ stands for inside of filters is found once.
func (l *pathLowerer) lower(root Root, path *jsonpath.Path, finish func(matches) jsonata.Node) jsonata.Node {
	inner := rootPaths(path.Steps)
	if len(inner) == 0 {
		return l.whole(root, path, finish)
	}
	return build.Held("document", root.Node, func(document jsonata.Node) jsonata.Node {
		l.document = document
		nodes, number := l.different(inner)
		if len(nodes) > mostHeld {
			return l.nothing(inner[0].Span, "the path asks for too many places of the whole value")
		}
		return build.OnceEach(nodes, func(values []jsonata.Node) jsonata.Node {
			l.held = map[*jsonpath.Path]jsonata.Node{}
			for i, one := range inner {
				l.held[one] = values[number[i]]
			}
			return l.whole(Root{document, root.Shape, root.Flags}, path, finish)
		})
	})
}

// mostHeld bounds how many values a path holds in variables.
const mostHeld = 20

// different gives what paths from $ find, the same once, and the number of each among them.
func (l *pathLowerer) different(paths []*jsonpath.Path) (nodes []jsonata.Node, number []int) {
	known := map[string]int{}
	for _, path := range paths {
		node := l.operandFrom(origin{node: l.document}, path)
		text := jsonata.Print(node)
		if _, seen := known[text]; !seen {
			known[text] = len(nodes)
			nodes = append(nodes, node)
		}
		number = append(number, known[text])
	}
	return nodes, number
}

func (l *pathLowerer) whole(root Root, path *jsonpath.Path, finish func(matches) jsonata.Node) jsonata.Node {
	if path.Aggregates() {
		return l.aggregate(root.Node, path).value()
	}
	node, steps, found := l.beginning(root, path.Steps)
	if found == nil {
		if len(steps) == 0 {
			return node
		}
		found = &matches{node: carry(node), single: true}
	}
	return finish(l.steps(*found, steps))
}

// beginning takes the first steps of a path, those that lead to one place at most and need not carry values.
func (l *pathLowerer) beginning(root Root, steps []jsonpath.Step) (node jsonata.Node, rest []jsonpath.Step, found *matches) {
	node = root.Node
	if _, list := node.(*jsonata.ArrayConstructor); list {
		node = build.Block(node) // JSONata applies an index behind a list's brackets to each of its elements
	}
	if root.Shape != AnyShape && startsWithField(steps) {
		steps = append([]jsonpath.Step{&jsonpath.Wildcard{Span: steps[0].At()}}, steps...)
	}
	if root.Shape >= OptionalRowsShape && len(steps) > 0 {
		rows := matches{node: node, objects: true}
		if _, filtered := steps[0].(*jsonpath.Filter); root.Shape == OptionalRowsShape && (filtered || !namesOne(steps[1:])) {
			rows = rows.having(isObject(build.Var("")))
		}
		switch step := steps[0].(type) {
		case *jsonpath.Wildcard:
			return nil, steps[1:], &rows
		case *jsonpath.Filter:
			chosen := l.filterObjects(rows, step)
			return nil, steps[1:], &chosen
		}
	}
	certain := root.Shape != AnyShape
	for i, step := range steps {
		switch step := step.(type) {
		case *jsonpath.Child:
			if len(step.Names) > 1 {
				return node, steps[i:], nil
			}
			node = build.Field(node, step.Names[0])
		case *jsonpath.Index:
			if len(step.Indexes) > 1 || !certain && !build.IsShort(lastStep(node)) {
				return node, steps[i:], nil
			}
			node = element(node, step.Indexes[0], certain)
		default:
			return node, steps[i:], nil
		}
		certain = false
	}
	return node, nil, nil
}

// lastStep is what an expression ends in.
func lastStep(node jsonata.Node) jsonata.Node {
	if path, ok := node.(*jsonata.Path); ok {
		return path.Right
	}
	return node
}

// element is an element of a value if that is a list.
func element(node jsonata.Node, index int, certain bool) jsonata.Node {
	at := build.Number(float64(index))
	if certain {
		return build.Filter(node, at)
	}
	checked := func(value jsonata.Node) jsonata.Node { return build.If(isList(value), build.Filter(value, at), nil) }
	if path, ok := node.(*jsonata.Path); ok {
		return build.Step(path.Left, build.Block(checked(path.Right)))
	}
	return build.Block(checked(node))
}

// enclosed puts parentheses around an expression that has none.
func enclosed(node jsonata.Node) jsonata.Node {
	if _, block := node.(*jsonata.Block); block {
		return node
	}
	return build.Block(node)
}

func (l *pathLowerer) steps(m matches, steps []jsonpath.Step) matches {
	for i, step := range steps {
		m = l.step(m, step, steps[i+1:])
	}
	return m
}

// step takes one step; rest are those behind it.
func (l *pathLowerer) step(m matches, step jsonpath.Step, rest []jsonpath.Step) matches {
	switch step := step.(type) {
	case *jsonpath.Child:
		return child(m, step, len(rest) == 0)
	case *jsonpath.Index:
		return index(m.carriers(), step)
	case *jsonpath.Slice:
		return slice(m.carriers(), step)
	case *jsonpath.Wildcard:
		return everything(m.carriers())
	case *jsonpath.Filter:
		if m.objects {
			return l.filterObjects(m, step)
		}
		return l.filter(elements(m), step)
	case *jsonpath.Descend:
		return l.descend(m.carriers(), step, rest)
	case *jsonpath.Function:
		if len(rest) > 0 && (len(step.Arguments) == 0 || !m.single) {
			l.refuse(step.Span, "no step can follow a function").Fix = "give what the function finds to an attribute and go on from there"
		}
		if m.single {
			return l.function(m, step)
		}
		return l.function(m.carriers().found(), step).allOrNone()
	default:
		l.refuse(step.At(), "this step of a JSONPath is not supported")
		return m
	}
}

// child looks into objects. Several names at the end of a path make one object of their fields.
func child(m matches, step *jsonpath.Child, last bool) matches {
	field := func(name string) jsonata.Node { return build.Field(carried(), name) }
	if m.objects {
		field = build.Name
	} else {
		m = m.having(isObject(carried()))
	}
	switch {
	case len(step.Names) == 1:
		return m.thenLoosely(carry(field(step.Names[0])))
	case last:
		var members []build.Member
		for i, name := range step.Names {
			if !slices.Contains(step.Names[:i], name) {
				members = append(members, build.Of(name, field(name)))
			}
		}
		return m.then(carry(build.Object(members...)))
	}
	var each []jsonata.Node
	for _, name := range step.Names {
		each = append(each, carry(field(name)))
	}
	m = m.thenEach(build.Block(build.List(each...)))
	m.loose = true
	return m
}

func index(m matches, step *jsonpath.Index) matches {
	m = m.having(isList(carried()))
	var each []jsonata.Node
	for _, index := range step.Indexes {
		each = append(each, carry(build.Filter(carried(), build.Number(float64(index)))))
	}
	if len(each) == 1 {
		return m.thenLoosely(each[0])
	}
	m = m.thenEach(build.Block(build.List(each...)))
	m.loose = true
	return m
}

// everything gives the elements of lists and the values of objects.
func everything(m matches) matches {
	return m.thenEach(build.Block(build.If(isList(carried()), carryEach(carried()), build.If(isObject(carried()), carryFields(carried()), nil))))
}

// elements gives the elements of lists, and objects themselves: what a filter looks at.
func elements(m matches) matches {
	return m.thenEach(build.Block(build.If(isList(carried()), carryEach(carried()), build.If(isObject(carried()), carry(carried()), nil))))
}

// slice takes a stretch of lists. As in Jayway, what follows a second colon has no effect, and from the back to the front goes on at the front.
func slice(m matches, step *jsonpath.Slice) matches {
	m = m.having(isList(carried()))
	from, to := step.From, step.To
	switch {
	case from != nil && to != nil && *from < 0 && *to >= 0:
		front, none := 0, -1
		back := stretch(from, nil)
		if *to == none+1 {
			return m.thenEach(back)
		}
		return m.thenEach(build.Block(build.List(back, stretch(&front, to))))
	case from != nil && to != nil && (*from < 0) != (*to < 0):
		return m.thenEach(build.Block(build.List()))
	default:
		return m.thenEach(stretch(from, to))
	}
}

// stretch carries the elements between two places, nil for either end of the list.
func stretch(from, to *int) jsonata.Node {
	place := func(at int) jsonata.Node {
		if at >= 0 {
			return build.Number(float64(at))
		}
		return build.Binary(build.Call("count", carried()), "-", build.Number(float64(-at)))
	}
	var conditions []jsonata.Node
	if from != nil {
		conditions = append(conditions, build.Binary(build.Var("i"), ">=", place(*from)))
	}
	if to != nil {
		conditions = append(conditions, build.Binary(build.Var("i"), "<", place(*to)))
	}
	inside := build.If(build.All(conditions...), carry(build.Var("e")), nil)
	return build.Call("map", carried(), build.Function(inside, "e", "i"))
}

// filter keeps the values for which a condition holds.
func (l *pathLowerer) filter(m matches, step *jsonpath.Filter) matches {
	this := origin{node: carried(), carried: true, object: needsObject(step.Condition)}
	there := build.Exists(carried()) // JSONata asks once where a step gave nothing, too
	if this.object {
		there = isObject(carried())
	}
	return m.having(build.All(there, l.condition(step.Condition, this).node))
}

func (l *pathLowerer) filterObjects(m matches, step *jsonpath.Filter) matches {
	return m.having(l.condition(step.Condition, origin{node: build.Var(""), object: true}).node)
}
