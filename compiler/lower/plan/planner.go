package plan

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// planner fills a plan.
type planner struct{ *Plan }

// steps plans a list of steps and all steps inside them.
func (p planner) steps(steps []ir.Step) {
	for i, step := range steps {
		if loop, ok := step.(*ir.Loop); ok {
			p.loop(loop, steps[:i])
			continue
		}
		for _, body := range ir.Parts(step).Bodies {
			p.steps(body)
		}
		if branch, ok := step.(*ir.Branch); ok && len(branch.Cases) > 0 {
			for _, way := range ir.Parts(branch).Bodies {
				p.startWith(nil, way)
			}
		}
	}
}

// loop decides for a Map unless something leaves an iteration. before are the steps before the loop.
func (p planner) loop(loop *ir.Loop, before []ir.Step) {
	why := p.whyCounted(loop)
	switch {
	case why == "":
		p.steps(loop.Body)
		p.loops[loop] = p.newMap(loop)
	case loop.Until != nil:
		until := p.newUntil(loop, why)
		p.loops[loop] = until
		p.steps(until.Body)
	default:
		rounds := p.newRounds(loop, why)
		p.loops[loop] = rounds
		p.startAfter(before, loop)
		p.steps(rounds.Body)
	}
}

// whyCounted says why a loop cannot be a Map, "" when it can.
func (p planner) whyCounted(loop *ir.Loop) string {
	if loop.Until != nil {
		return "it runs until a condition holds"
	}
	if why := p.Known.WhyLeft(loop); why != "" {
		return why
	}
	if name := p.Known.Outlives(loop); name != "" {
		return "it sets $" + name + " for what follows"
	}
	return ""
}

// gathering is the body of a counted loop with its collecting as an assignment at the end, merged where it can be.
func (p planner) gathering(loop *ir.Loop) []ir.Step {
	if len(loop.Collect) == 0 {
		return loop.Body
	}
	gather := &ir.Assign{Header: simplify.Beside(loop, "collect")}
	for _, collect := range loop.Collect {
		gather.Bindings = append(gather.Bindings, ir.Binding{Name: collect.Name, Value: p.gathered(collect)})
	}
	if last := len(loop.Body) - 1; last >= 0 {
		if joined := simplify.Joined(p.Became(loop.Body[last]), gather, p.Known.Targets, p.Facts); joined != nil {
			p.instead[loop.Body[last]] = joined
			return loop.Body
		}
	}
	return append(loop.Body[:len(loop.Body):len(loop.Body)], gather)
}

// newUntil plans
//
//	next := 0, the body, and then either the end, or next := next + 1 and the body again
func (p planner) newUntil(loop *ir.Loop, why string) Until {
	next := p.names.Variable(simplify.Label(loop), "_next")
	round := func(number ir.Value) []ir.Binding {
		bindings := p.wanted(ir.Binding{Name: loop.Variable, Value: number}, ir.Binding{Name: loop.IndexOrEmpty, Value: number})
		return append(bindings, ir.Binding{Name: next, Value: number})
	}
	return Until{
		Start: append(round(0.0), emptyCollections(loop)...),
		Again: round(plusOne(next)),
		Last:  build.Binary(plusOne(next), ">=", build.Number(float64(loop.Max))),
		Body:  p.gathering(loop),
		why:   why,
	}
}

// wanted keeps the bindings whose variable has a name that something reads.
func (p planner) wanted(bindings ...ir.Binding) []ir.Binding {
	var kept []ir.Binding
	for _, binding := range bindings {
		if p.Known.IsRead(binding.Name) {
			kept = append(kept, binding)
		}
	}
	return kept
}

func plusOne(variable string) jsonata.Node {
	return build.Binary(build.Var(variable), "+", build.Number(1))
}
