package lower

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// rounds is how a counted loop goes from round to round.
type rounds struct {
	// start is what is set before the first round; started tells that the state before the loop does it.
	start   []ir.Binding
	started bool
	// more tells whether there is another round, each is what is set at its beginning.
	more jsonata.Node
	each []ir.Binding
}

// planRounds plans every counted loop in steps, and lets the states around make assignments that would need a state of their own: what
// comes before the loop its start, and the Choice of the loop what the body begins with.
func (l *lowering) planRounds(steps []ir.Step) {
	for i, step := range steps {
		if loop, ok := step.(*ir.Loop); ok && !l.isMap(loop) && loop.Until == nil {
			l.rounds[loop] = l.newRounds(loop)
			if i > 0 {
				l.startAfter(steps[i-1], steps[i:])
			}
		}
		for _, body := range ir.Parts(step).Bodies {
			l.planRounds(body)
		}
	}
}

func (l *lowering) startAfter(before ir.Step, steps []ir.Step) {
	if assign, ok := before.(*ir.Assign); ok {
		assign.Bindings = l.startWith(assign.Bindings, steps)
	}
}

// startWith adds the start of the counted loop that steps begin with to bindings made just before, if that means the same.
func (l *lowering) startWith(bindings []ir.Binding, steps []ir.Step) []ir.Binding {
	planned := l.unstarted(steps)
	if planned == nil {
		return bindings
	}
	merged, ok := follow(assignable(bindings), bindings, planned.start)
	if !ok {
		return bindings
	}
	planned.started = true
	return merged
}

// startOf gives the start of the counted loop that steps begin with, for a rule that leads to it; nil when they begin otherwise.
func (l *lowering) startOf(steps []ir.Step) []ir.Binding {
	planned := l.unstarted(steps)
	if planned == nil {
		return nil
	}
	planned.started = true
	return planned.start
}

func (l *lowering) unstarted(steps []ir.Step) *rounds {
	if len(steps) == 0 {
		return nil
	}
	loop, ok := steps[0].(*ir.Loop)
	if !ok || l.rounds[loop] == nil || l.rounds[loop].started || l.fuser.targets[loop.Common.Label] {
		return nil
	}
	return l.rounds[loop]
}

func (l *lowering) newRounds(loop *ir.Loop) *rounds {
	next := l.variables.variable(loop.Variable, "_next")
	planned := &rounds{}
	item, limit := l.iteration(loop, next, planned)
	planned.start = append(planned.start, ir.Binding{Name: next, Value: 0.0})
	planned.start = append(planned.start, emptyCollections(loop)...)
	planned.more = binary("<", build.Var(next), limit)
	planned.each = l.wanted(ir.Binding{Name: loop.Variable, Value: item}, ir.Binding{Name: loop.IndexOrEmpty, Value: build.Var(next)})
	planned.each = append(planned.each, ir.Binding{Name: next, Value: plusOne(next)})
	first, rest := l.fuser.leadingAssign(loop.Body)
	if first == nil {
		return planned
	}
	known := map[string]jsonata.Node{loop.Variable: item, loop.IndexOrEmpty: build.Var(next)}
	if merged, ok := follow(known, planned.each, first.Bindings); ok {
		planned.each, loop.Body = merged, rest
	}
	return planned
}

// iteration gives the item of a round and the number of rounds. What has to be computed once is added to the start.
func (l *lowering) iteration(loop *ir.Loop, next string, planned *rounds) (item, limit jsonata.Node) {
	if loop.Count == nil {
		items := l.variables.variable(loop.Variable, "_items")
		l.facts.lists[items] = true
		planned.start = append(planned.start, ir.Binding{Name: items, Value: l.itemList(loop.Items)})
		return &jsonata.Filter{Expr: build.Var(items), Predicate: build.Var(next)}, call("count", build.Var(items))
	}
	if _, literal := loop.Count.(*jsonata.Number); literal {
		return build.Var(next), loop.Count
	}
	count := l.variables.variable(loop.Variable, "_count")
	planned.start = append(planned.start, ir.Binding{Name: count, Value: loop.Count})
	return build.Var(next), build.Var(count)
}
