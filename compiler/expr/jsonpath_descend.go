package expr

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// This file lowers "..". Jayway goes through objects and lists from the top down, each before what is in it, and takes the step behind the ".." at each
// of them. With more steps behind it, it takes none at lists but goes on with the next step at each element.

// descend takes a step at the values and at everything below them; rest are the steps behind it.
func (l *pathLowerer) descend(m matches, descend *jsonpath.Descend, rest []jsonpath.Step) matches {
	switch step := descend.Step.(type) {
	case *jsonpath.Child:
		return descendChild(m, step, len(rest) == 0)
	case *jsonpath.Wildcard:
		l.refuseNameBehind(descend, rest)
		return everything(containers(m))
	case *jsonpath.Filter:
		return l.descendFilter(m, step, descend, rest)
	case *jsonpath.Index:
		if len(rest) == 0 {
			return index(containers(m), step)
		}
		if namesOne(rest) && len(step.Indexes) == 1 && step.Indexes[0] >= 0 {
			return index(containers(m), step)
		}
	case *jsonpath.Slice:
		if len(rest) == 0 {
			return slice(containers(m), step)
		}
	default:
		l.refuse(step.At(), "this step cannot follow '..'")
		return m
	}
	l.refuseNameBehind(descend, rest)
	lists := containers(m).having(isList(carried()))
	return lists.thenEach(carryEach(carried()))
}

// namesOne tells whether one name is all that follows.
func namesOne(rest []jsonpath.Step) bool {
	if len(rest) != 1 {
		return false
	}
	child, isChild := rest[0].(*jsonpath.Child)
	return isChild && len(child.Names) == 1
}

// refuseNameBehind refuses what Jayway answers by the order in which it came across lists: a name or a wildcard as the last step.
func (l *pathLowerer) refuseNameBehind(descend *jsonpath.Descend, rest []jsonpath.Step) {
	if namesOne(rest) || len(rest) == 1 && isWildcard(rest[0]) {
		l.refuse(descend.Span, "a name or * behind this step finds nothing in Jayway, or not all").Fix = "write ..name, or $..list[0].name with the name of the list"
	}
}

func isWildcard(step jsonpath.Step) bool {
	_, wildcard := step.(*jsonpath.Wildcard)
	return wildcard
}

// objectsBelow are the values that are objects, and all objects below them.
func objectsBelow(m matches) matches {
	objects := build.Select(build.Descendants(build.Step(m.node, carried())), isObject(build.Var("")))
	return matches{node: objects, objects: true}
}

// containers are the values that are lists or objects, and all lists and objects below them.
func containers(m matches) matches {
	below := func(self jsonata.Node) jsonata.Node {
		inner := everything(matches{node: carry(build.Var("v"))})
		call := build.Apply(self, carried())
		nested := build.List(carry(build.Var("v")), build.Step(inner.node, call))
		return build.Function(build.If(build.Any(isList(build.Var("v")), isObject(build.Var("v"))), nested, nil), "v")
	}
	all := build.Recursive("below", below, func(self jsonata.Node) jsonata.Node {
		return build.Apply(self, carried())
	})
	return matches{node: build.Step(m.node, all)}
}

// descendChild finds fields. Several names at the end need an object that has them all.
func descendChild(m matches, step *jsonpath.Child, last bool) matches {
	objects := objectsBelow(m)
	if last && len(step.Names) > 1 {
		var all []jsonata.Node
		for _, name := range step.Names {
			all = append(all, build.Exists(build.Name(name)))
		}
		objects = objects.having(build.All(all...))
	}
	return child(objects, step, last)
}

// descendFilter finds what a condition holds for: objects themselves, and elements of lists that pass as a whole.
func (l *pathLowerer) descendFilter(m matches, step *jsonpath.Filter, descend *jsonpath.Descend, rest []jsonpath.Step) matches {
	if needsObject(step.Condition) {
		return l.filterObjects(objectsBelow(m), step)
	}
	passing := l.filter(containers(m), step)
	if len(rest) == 0 {
		return l.filter(elements(passing), step)
	}
	l.refuseNameBehind(descend, rest)
	return elements(passing)
}
