// Package plan decides how an operation becomes states: each loop a Map, rounds of Choice states or rounds until a condition holds; which
// state makes an assignment that would need a state of its own; what the first state refuses. The plan never changes, and the steps stay
// as they were: where a step becomes another one, the plan says which.
package plan

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/analyse"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/compiler/lower/simplify"
)

// Plan is how an operation becomes states.
type Plan struct {
	Known *analyse.Knowledge
	// Request is the first state.
	Request Request
	// Steps are those that follow it.
	Steps []ir.Step
	// Facts are what is certain about the operation's data.
	Facts known.Facts
	// names are the variables in use.
	names simplify.Names
	// loops say how each loop goes.
	loops map[*ir.Loop]Loop
	// instead are the steps that others have become.
	instead map[ir.Step]ir.Step
}

// Operation plans an operation.
func Operation(known *analyse.Knowledge) *Plan {
	p := planner{&Plan{Known: known, Facts: known.Facts, names: known.Names.Clone(), loops: map[*ir.Loop]Loop{}, instead: map[ir.Step]ir.Step{}}}
	p.steps(known.Steps)
	p.Request, p.Steps = p.request(known.Steps)
	return p.Plan
}

// Names are the variables in use, for new ones beside them.
func (p *Plan) Names() simplify.Names { return p.names.Clone() }

// Loop says how a loop goes.
func (p *Plan) Loop(loop *ir.Loop) Loop { return p.loops[loop] }

// Became is what a step has become: itself, or a step that does more or reads something else.
func (p *Plan) Became(step ir.Step) ir.Step {
	if instead, ok := p.instead[step]; ok {
		return instead
	}
	return step
}

// Bindings are what an assignment has become.
func (p *Plan) Bindings(step *ir.Assign) []ir.Binding { return p.Became(step).(*ir.Assign).Bindings }

// Leading splits an assignment off the front of steps, so that the state before them can make it; nil when they begin with something else.
func (p *Plan) Leading(steps []ir.Step) (*ir.Assign, []ir.Step) {
	return simplify.LeadingAssign(steps, p.Known.Targets)
}

// SetBefore gives what the state before steps sets for them, and the steps that are left: the assignment that they begin with, or the
// start of the rounds that they begin with.
func (p *Plan) SetBefore(steps []ir.Step) ([]ir.Binding, []ir.Step) {
	first, rest := p.Leading(steps)
	if first != nil {
		return p.Bindings(first), rest
	}
	if len(steps) > 0 {
		if rounds, ok := p.roundsOf(steps[0]); ok && rounds.Started {
			return rounds.Start, steps
		}
	}
	return nil, steps
}

// SetInScope gives the names that steps set in the scope they stand in: not those inside Maps and branches, but those that come out of
// them.
func (p *Plan) SetInScope(steps []ir.Step) map[string]bool {
	found := map[string]bool{}
	p.WalkScope(steps, func(step ir.Step) {
		for _, name := range p.sets(step) {
			found[name] = true
		}
	})
	return found
}

// WalkScope visits the steps of one scope, outer steps first: not those inside Maps and branches.
func (p *Plan) WalkScope(steps []ir.Step, visit func(ir.Step)) {
	for _, step := range steps {
		visit(step)
		bodies := ir.Parts(step).Bodies
		if parallel, ok := step.(*ir.Parallel); ok {
			bodies = bodies[len(parallel.Branches):] // the handlers
		}
		if loop, ok := step.(*ir.Loop); ok {
			bodies = [][]ir.Step{p.loops[loop].inScope()}
		}
		for _, body := range bodies {
			p.WalkScope(body, visit)
		}
	}
}

// sets gives what a step sets in the scope that it stands in.
func (p *Plan) sets(step ir.Step) []string {
	names := ir.Assigned(p.Became(step))
	if loop, ok := step.(*ir.Loop); ok {
		names = p.loops[loop].sets(loop)
	}
	if parallel, ok := step.(*ir.Parallel); ok {
		for i := range parallel.Branches {
			names = append(names, p.Known.Exports(parallel, i)...)
		}
	}
	return names
}
