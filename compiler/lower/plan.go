package lower

import (
	"github.com/steploom/steploom/compiler/ir"
)

// allAssigned gives every name that steps set, however deep, sorted. assigned gives the names that one step sets.
func allAssigned(steps []ir.Step, assigned func(ir.Step) []string) []string {
	found := map[string]bool{}
	ir.Walk(steps, func(step ir.Step) bool {
		for _, name := range assigned(step) {
			found[name] = true
		}
		return true
	})
	return sortedKeys(found)
}

// assigned gives the names that a step sets, those included that a counted loop has taken over from its body.
func (l *lowering) assigned(step ir.Step) []string {
	names := ir.Assigned(step)
	if loop, ok := step.(*ir.Loop); ok && l.rounds[loop] != nil {
		names = append(names, ir.Assigned(&ir.Assign{Bindings: l.rounds[loop].each})...)
	}
	return names
}

// scopeAssigned gives the names that steps set in their own scope: not those inside Maps and branches, but those that come out of them.
func (l *lowering) scopeAssigned(steps []ir.Step) map[string]bool {
	found := map[string]bool{}
	l.walkScope(steps, func(step ir.Step) {
		for _, name := range l.assignedAround(step) {
			found[name] = true
		}
	})
	return found
}

// walkScope visits the steps of one scope, outer steps first: not those inside Maps and branches.
func (l *lowering) walkScope(steps []ir.Step, visit func(ir.Step)) {
	for _, step := range steps {
		visit(step)
		bodies := ir.Parts(step).Bodies
		switch step := step.(type) {
		case *ir.Loop:
			if l.isMap(step) {
				bodies = nil
			}
		case *ir.Parallel:
			bodies = bodies[len(step.Branches):] // the handlers
		}
		for _, body := range bodies {
			l.walkScope(body, visit)
		}
	}
}

// assignedAround gives what a step sets in the scope that it stands in.
func (l *lowering) assignedAround(step ir.Step) []string {
	switch step := step.(type) {
	case *ir.Loop:
		if l.isMap(step) {
			return ir.Assigned(&ir.Loop{Collect: step.Collect})
		}
	case *ir.Parallel:
		names := ir.Assigned(step)
		for i := range step.Branches {
			names = append(names, l.exports(step, i)...)
		}
		return names
	}
	return l.assigned(step)
}

// isMap tells whether a loop becomes a Map state.
func (l *lowering) isMap(loop *ir.Loop) bool { return l.counted[loop] == "" }

// decide finds for every loop whether something leaves an iteration; then a Map cannot say it, and the reason is noted.
func (l *lowering) decide(steps []ir.Step) {
	ir.Walk(steps, func(step ir.Step) bool {
		if loop, ok := step.(*ir.Loop); ok {
			if reason := l.whyCounted(loop); reason != "" {
				l.counted[loop] = reason
			}
		}
		return true
	})
}

// whyCounted says why a loop cannot be a Map, "" when it can.
func (l *lowering) whyCounted(loop *ir.Loop) string {
	if loop.Until != nil {
		return "it runs until a condition holds"
	}
	if reason := exits(loop.Body, insideLabels(loop.Body), false); reason != "" {
		return reason
	}
	end := l.flow.ends[loop]
	names := append(allAssigned(loop.Body, ir.Assigned), loop.Variable, loop.IndexOrEmpty)
	for _, name := range names {
		if l.flow.isLive(name, end) {
			return "it sets $" + name + " for what follows"
		}
	}
	return ""
}

func insideLabels(steps []ir.Step) map[string]bool {
	labels := map[string]bool{}
	ir.Walk(steps, func(step ir.Step) bool {
		labels[step.Head().Label] = true
		return true
	})
	return labels
}

// exits finds a step that leaves the loop around steps. inner tells that steps stand in a loop inside it.
func exits(steps []ir.Step, labels map[string]bool, inner bool) string {
	for _, step := range steps {
		reason := ""
		switch step := step.(type) {
		case *ir.Break:
			if !inner {
				reason = "it has a break"
			}
		case *ir.Return:
			reason = "it can end the operation"
		case *ir.Goto:
			if !labels[step.Target] {
				reason = "it can jump out"
			}
		}
		_, loop := step.(*ir.Loop)
		for _, body := range ir.Parts(step).Bodies {
			if reason == "" {
				reason = exits(body, labels, inner || loop)
			}
		}
		if reason != "" {
			return reason
		}
	}
	return ""
}

// collectInCounted makes the collecting of counted loops an assignment at the end of the body, merged where it can be.
func (l *lowering) collectInCounted(steps []ir.Step) {
	ir.Walk(steps, func(step ir.Step) bool {
		loop, ok := step.(*ir.Loop)
		if !ok || l.isMap(loop) || len(loop.Collect) == 0 {
			return true
		}
		gather := &ir.Assign{Header: helperHeader(loop, "collect")}
		for _, collect := range loop.Collect {
			gather.Bindings = append(gather.Bindings, ir.Binding{Name: collect.Name, Value: gathered(collect)})
		}
		loop.Body = l.fuser.add(loop.Body, gather)
		return true
	})
}

// helperHeader is the header of a step that the compiler adds for another.
func helperHeader(step ir.Step, what string) ir.Header {
	head := *step.Head()
	return ir.Header{Common: ir.Head{Label: labelOf(step) + ": " + what, Range: head.Range}}
}

// exports gives the variables that a branch hands on after the parallel.
func (l *lowering) exports(step *ir.Parallel, branch int) []string {
	return l.flow.live(allAssigned(step.Branches[branch].Body, l.assigned), l.flow.forks[step].join)
}

// countJumps gives every bounded jump a variable to count in.
func (l *lowering) countJumps(steps []ir.Step) {
	ir.Walk(steps, func(step ir.Step) bool {
		if jump, ok := step.(*ir.Goto); ok && jump.Max > 0 {
			if jump.Counter == "" {
				jump.Counter = l.variables.variable(jump.Target, "_visits")
			}
			l.counters[jump.Counter] = true
		}
		return true
	})
}
