package jinja

import (
	"slices"

	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// place is a variable, or a member or an item of one, as a path that never fails.
type place struct {
	root  Root
	steps []step
}

// step is a member, or an item of a list.
type step struct {
	name  string
	index int64
	isKey bool // it is a member
	typ   Type // of what the step leads to
}

// to gives the place one step further.
func (p place) to(s step) place {
	p.steps = append(slices.Clip(p.steps), s)
	return p
}

// typ is what is known of the value.
func (p place) typ() Type { return p.typeAt(len(p.steps)) }

func (p place) typeAt(i int) Type {
	if i == 0 {
		return p.root.Type
	}
	return p.steps[i-1].typ
}

// raw is the path of the first steps.
func (p place) raw(steps int) jsonata.Node {
	node := p.root.Node
	for _, s := range p.steps[:steps] {
		if s.isKey {
			node = build.Field(node, s.name)
		} else {
			node = build.Select(node, build.Literal(s.index))
		}
	}
	return node
}

// leads tells whether each of the first steps leads on from what it must: an object or a list. Without such conditions a name would look through a list.
func (p place) leads(steps int) []jsonata.Node {
	var conditions []jsonata.Node
	for i, s := range p.steps[:steps] {
		kind, name := List, "array"
		if s.isKey {
			kind, name = Object, "object"
		}
		if !p.typeAt(i).only(kind) {
			conditions = append(conditions, build.HasType(p.raw(i), name))
		}
	}
	return conditions
}

// when gives a condition on the value at the place, which holds where the path leads nowhere.
func (p place) when(condition func(node jsonata.Node) jsonata.Node) jsonata.Node {
	holds := condition(p.raw(len(p.steps)))
	leads := p.leads(len(p.steps))
	if len(leads) == 0 {
		return holds
	}
	return build.If(build.All(leads...), holds, build.Bool(true))
}

// node is the value of members of members: nothing where the last one is not there, a failure where it is looked up in nothing.
func (p place) node(at syntax.Node, isAttribute bool) jsonata.Node {
	last := len(p.steps)
	found := p.raw(last)
	leads := p.leads(last)
	if len(leads) == 0 {
		return found
	}
	return build.If(build.All(leads...), found, p.elsewhere(at, isAttribute))
}

// elsewhere is what a member gives where it is not looked up in an object.
func (p place) elsewhere(at syntax.Node, isAttribute bool) jsonata.Node {
	last := len(p.steps) - 1
	name := p.steps[last].name
	conditions := p.leads(last)
	if p.typeAt(last).may(Undefined) {
		conditions = append(conditions, build.Exists(p.raw(last)))
	}
	undefined := failure("UndefinedError", at, "what "+name+" is looked up in is undefined")
	var otherwise jsonata.Node
	if isAttribute {
		otherwise = failure("Unsupported", at, "the attribute "+name+" of a text, a list or a number")
		if p.typeAt(last).may(None) {
			otherwise = build.If(build.Not(build.Binary(p.raw(last), "=", build.Null())), otherwise, nil)
		}
	}
	switch {
	case len(conditions) == 0:
		return otherwise
	case otherwise == nil:
		return build.If(build.Not(build.All(conditions...)), undefined, nil)
	}
	return build.If(build.All(conditions...), otherwise, undefined)
}
