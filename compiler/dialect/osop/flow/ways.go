package flow

import (
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Ways are the edges out of one node by when they are followed, each list in the order of the source.
type Ways struct {
	// Chosen are followed when their conditions hold, Always beside them. Again are looked at before them, one alone. Result are followed when their
	// conditions hold and no Chosen is, Rest, beside Always, when no Result is either.
	Again, Chosen, Result, Always, Rest []Out
	// Failed are followed after a failure: those of the first turn that has any.
	Failed []Turn
	// Exclusive tells whether two conditions can be seen never to hold together.
	Exclusive func(a, b EdgeID) bool
}

// Turn are edges that handle the same failures: those of the Errors named, or all. Named gives the errors that a condition means and nothing else.
type Turn struct {
	Errors                         []string
	Conditional, Always, Otherwise []Out
	Named                          func(EdgeID) []string
}

// Routes gives the ways of a node as routes: what leads back is taken alone, before what leads on.
func (w Ways) Routes(s Shape) (success, failure Route) {
	for _, list := range []*[]Out{&w.Chosen, &w.Always} {
		back, ahead := s.apart(*list)
		w.Again, *list = append(w.Again, back...), ahead
	}
	slices.SortFunc(w.Again, func(a, b Out) int { return int(a.Edge - b.Edge) })
	for _, turn := range w.Failed {
		failure = append(failure, w.turn(s, turn)...)
	}
	return w.success(s), failure
}

// success orders the arms after success.
func (w Ways) success(s Shape) Route {
	route := alone(w.Again)
	switch {
	case len(w.Chosen) == 0:
	case len(w.Always) == 0 && w.exclusive(w.Chosen):
		route = append(route, alone(w.Chosen)...)
	case len(w.Result)+len(w.Rest) == 0:
		return arm(route, nil, append(slices.Clone(w.Chosen), w.Always...))
	default:
		route = append(route, w.together(w.Chosen, w.Always)...)
	}
	back, ahead := s.apart(w.Result)
	route = slices.Concat(route, alone(back), w.together(ahead, nil))
	for _, out := range back { // what was done too often is left to what handles any failure
		route = arm(route, out.When, w.Resort(s))
	}
	back, ahead = s.apart(w.Rest)
	return arm(append(route, alone(back)...), nil, append(slices.Clone(w.Always), ahead...))
}

// Resort are the edges that handle any failure and lead on.
func (w Ways) Resort(s Shape) []Out {
	var found []Out
	for _, turn := range w.Failed {
		if len(turn.Errors) == 0 {
			_, ahead := s.apart(turn.Always)
			found = append(found, ahead...)
		}
	}
	return found
}

// turn gives the arms of the edges of one turn: all whose conditions hold together with those that have none, then those for all else.
func (w Ways) turn(s Shape, t Turn) Route {
	back, _ := s.apart(slices.Concat(t.Conditional, t.Always))
	slices.SortFunc(back, func(a, b Out) int { return int(a.Edge - b.Edge) })
	_, conditional := s.apart(t.Conditional)
	_, always := s.apart(t.Always)
	route := t.named(alone(back))
	switch {
	case len(always) > 0:
		route = arm(route, nil, append(conditional, always...))
	case w.exclusive(conditional):
		route = arm(append(route, t.named(alone(conditional))...), nil, t.Otherwise)
	default:
		route = arm(append(route, w.together(conditional, nil)...), nil, t.Otherwise)
	}
	for i := range route {
		if len(route[i].Errors) == 0 {
			route[i].Errors = t.Errors
		}
	}
	return route
}

// named makes a condition that means named errors, and nothing else, a match of these.
func (t Turn) named(route Route) Route {
	for i := range route {
		if named := t.Named(route[i].Out[0].Edge); len(named) > 0 {
			route[i].When, route[i].Errors = nil, named
		}
	}
	return route
}

// together are edges of which all are taken whose conditions hold, with others that are taken whenever one of them is.
func (w Ways) together(list, always []Out) Route {
	if len(always) == 0 && w.exclusive(list) {
		return alone(list)
	}
	var conditions []jsonata.Node
	for _, out := range list {
		conditions = append(conditions, out.When)
	}
	return arm(nil, build.Any(conditions...), append(slices.Clone(list), always...))
}

// exclusive tells whether at most one of the edges can be taken.
func (w Ways) exclusive(list []Out) bool {
	for at, a := range list {
		if slices.ContainsFunc(list[at+1:], func(b Out) bool { return !w.Exclusive(a.Edge, b.Edge) }) {
			return false
		}
	}
	return true
}

// apart are the edges that lead back, and the others.
func (s Shape) apart(list []Out) (back, ahead []Out) {
	for _, out := range list {
		if s.Back[out.Edge] {
			back = append(back, out)
		} else {
			ahead = append(ahead, out)
		}
	}
	return back, ahead
}

// alone makes an arm of each edge.
func alone(list []Out) Route {
	var route Route
	for _, out := range list {
		route = arm(route, out.When, []Out{{Edge: out.Edge}})
	}
	return route
}

// arm adds an arm to a route, unless it leads nowhere.
func arm(route Route, when jsonata.Node, outs []Out) Route {
	if len(outs) == 0 {
		return route
	}
	return append(route, Arm{When: when, Out: slices.Clone(outs)})
}
