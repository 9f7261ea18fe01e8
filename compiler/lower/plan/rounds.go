package plan

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// newRounds plans a loop over items or numbers. The Choice of the loop makes the assignment that the body begins with.
func (p planner) newRounds(loop *ir.Loop, why string) Rounds {
	next := p.names.Variable(loop.Variable, "_next")
	planned := Rounds{why: why, Body: p.gathering(loop)}
	item, limit, start := p.iteration(loop, next)
	planned.Start = append(start, ir.Binding{Name: next, Value: 0.0})
	planned.Start = append(planned.Start, emptyCollections(loop)...)
	planned.More = build.Binary(build.Var(next), "<", limit)
	planned.Each = p.wanted(ir.Binding{Name: loop.Variable, Value: item}, ir.Binding{Name: loop.IndexOrEmpty, Value: build.Var(next)})
	planned.Each = append(planned.Each, ir.Binding{Name: next, Value: plusOne(next)})
	first, rest := p.Leading(planned.Body)
	if first == nil {
		return planned
	}
	set := map[string]jsonata.Node{loop.Variable: item, loop.IndexOrEmpty: build.Var(next)}
	if merged, ok := simplify.Follow(set, planned.Each, p.Bindings(first)); ok {
		planned.Each, planned.Body = merged, rest
	}
	return planned
}

// iteration gives the item of a round, the number of rounds, and what has to be computed once for them.
func (p planner) iteration(loop *ir.Loop, next string) (item, limit jsonata.Node, start []ir.Binding) {
	if loop.Count == nil {
		items := p.names.Variable(loop.Variable, "_items")
		p.Facts = p.Facts.WithLists(items)
		list := build.Var(items)
		return build.Filter(list, build.Var(next)), build.Call("count", list), []ir.Binding{{Name: items, Value: p.itemList(loop.Items)}}
	}
	if _, literal := loop.Count.(*jsonata.Number); literal {
		return build.Var(next), loop.Count, nil
	}
	count := p.names.Variable(loop.Variable, "_count")
	return build.Var(next), build.Var(count), []ir.Binding{{Name: count, Value: loop.Count}}
}

// startAfter lets the assignment before a counted loop make the loop's start.
func (p planner) startAfter(before []ir.Step, loop *ir.Loop) {
	if len(before) == 0 {
		return
	}
	assign, ok := before[len(before)-1].(*ir.Assign)
	if !ok {
		return
	}
	if merged, ok := p.startWith(p.Bindings(assign), []ir.Step{loop}); ok {
		p.instead[assign] = &ir.Assign{Header: assign.Header, Bindings: merged}
	}
}

// startWith adds the start of the rounds that steps begin with to bindings made just before, if that means the same.
func (p planner) startWith(bindings []ir.Binding, steps []ir.Step) ([]ir.Binding, bool) {
	if len(steps) == 0 || p.Known.Targets[steps[0].Head().Label] {
		return bindings, false
	}
	rounds, ok := p.roundsOf(steps[0])
	if !ok || rounds.Started {
		return bindings, false
	}
	merged, ok := simplify.Follow(simplify.Assignable(bindings), bindings, rounds.Start)
	if !ok {
		return bindings, false
	}
	rounds.Started = true
	p.loops[steps[0].(*ir.Loop)] = rounds
	return merged, true
}

// roundsOf is the plan of a loop that goes in rounds; not ok for any other step.
func (p *Plan) roundsOf(step ir.Step) (Rounds, bool) {
	loop, ok := step.(*ir.Loop)
	if !ok {
		return Rounds{}, false
	}
	rounds, ok := p.loops[loop].(Rounds)
	return rounds, ok
}
